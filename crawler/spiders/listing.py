"""Links from list pages that have an address each.

Options, beside those of `rows`: `next` (CSS of the link to the next page) or `page_url` (address of later pages with `{n}`,
relative to the list's) with `first_page` (the number of the second page; TRS writes `index_1.htm`, so 1 there; default 2);
`keywords` for addresses with `{keyword}`, and `window` (`days`, `slice`) for addresses with dates (`{since:%Y-%m-%d}`, see
`window`). An address may itself have `{n}`. `stub` is a regular expression for the page that some sites show first: it is
asked for once more. Where a TRS page tells in its pager script how many pages there are, paging ends
there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from parsel import Selector

from crawler.items import SourceSpec
from crawler.spiders import rows
from crawler.spiders.base import Answer, NoOpening, Options, Poll, Reading
from crawler.spiders.rows import RowReader
from crawler.spiders.window import Span, Window, fill, uses_window
from crawler.urls import join

# Pager({size:25, current:0, …}) of the redesigned template, createPageHTML(25, 0, "index", "htm") of the stock one.
_TRS_PAGES = re.compile(r"(?:Pager\(\{[^}]*?\bsize\s*:\s*|createPageHTML\(\s*)(\d{1,5})\b")


class ListingFinder(NoOpening):
    """Reads list pages and finds the next one by its address."""

    def __init__(self, spec: SourceSpec, span: Span | None = None) -> None:
        options = Options(spec, [*rows.OPTIONS, "next", "page_url", "first_page", "keywords", "window", "stub"])
        self._spec, self._span, self._rows = spec, span, RowReader(spec, options)
        self._next = options.checked("next", rows.check_css, "CSS selector")
        self._page_url = options.text("page_url")
        self._first_page = options.number("first_page", 2)
        self._keywords = options.texts("keywords")
        self._window = Window.read(options)
        self._stub = options.regex("stub")
        numbered = any("{n}" in url for url in spec.urls)
        if self._page_url and "{n}" not in self._page_url:
            raise options.error("option 'page_url' needs {n}", "as in index_{n}.htm")
        if bool(self._page_url) + bool(self._next) + numbered > 1:
            raise options.error("options 'next' and 'page_url', and {n} in an address, exclude each other")
        if bool(self._keywords) != any("{keyword}" in url for url in spec.urls):
            raise options.error("option 'keywords' and {keyword} in an address go together")
        if self._window is None and uses_window(spec.urls):
            raise options.error("dates in an address need the option 'window'")

    def polls(self) -> tuple[Poll, ...]:
        """One poll for each slice of the window, list and keyword."""
        polls = []
        for span in self._slices():
            for url in self._spec.urls:
                for keyword in self._keywords or ("",):
                    template = url.replace("{keyword}", quote(keyword))
                    root = fill(template, span) if span is not None else template
                    first = root.replace("{n}", str(self._first_page - 1))
                    polls.append(Poll(url=first, state_key=template, context={"root": root}))
        return tuple(polls)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The rows as links, each address once with its fullest title; `ShapeError` where the container is missing."""
        text = self._rows.text(answer)
        if self._stub and self._stub.search(text) and not poll.context.get("again"):
            return Reading(also=(replace(poll, state_key="", context={**poll.context, "again": True}),))
        page = self._rows.parse(text)
        links = self._rows.links(page, answer)
        found = _TRS_PAGES.search(text)
        last = found is not None and poll.page >= int(found[1])
        return Reading(links=links, next_page=None if last else self._next_page(poll, answer, page))

    def _slices(self) -> tuple[Span | None, ...]:
        if self._window is None:
            return (self._span,)
        assert self._span is not None, "a finder that asks by date is given a span"
        return self._window.slices(self._span)

    def _next_page(self, poll: Poll, answer: Answer, page: Selector) -> Poll | None:
        url, root, number = "", str(poll.context["root"]), str(self._first_page + poll.page - 1)
        if "{n}" in root:
            url = root.replace("{n}", number)
        elif self._page_url:
            url = join(root, self._page_url.replace("{n}", number))
        elif self._next:
            url = next((join(answer.url, href) for href in page.css(self._next).xpath("@href").getall()), "")
        context = {**poll.context, "again": False}
        return Poll(url=url, page=poll.page + 1, context=context) if url and url != poll.url else None
