"""Links from list pages.

Options: `item` (CSS of a row; default: every `a[href]`), `link` (CSS of the link in a row; default `a`), `date` and
`source` (CSS in a row; without `date` the row's text is searched), `container` (CSS that must exist: a list without it has
changed its shape, which is not the same as an empty list), `allow` and `deny` (regular expressions on absolute URLs),
`next` (CSS of the link to the next page) or `page_url` (address of later pages with `{n}`, relative to the list's) with
`first_page` (the number of the second page; TRS writes `index_1.htm`, so 1 there; default 2), `strip` (regular expressions
cut from titles). Rows that a Hanweb page hides in CDATA records are read like any other.
"""

from __future__ import annotations

import re

from parsel import Selector

from crawler.dates import Moment, parse_moment
from crawler.encoding import decode
from crawler.items import SourceSpec
from crawler.pages.blocks import clean_text
from crawler.source_line import clean_source, labelled_source
from crawler.spiders.base import Answer, Link, Options, Poll, Reading, ShapeError
from crawler.urls import canonicalise, join

_ROWS = "ancestor::*[self::li or self::tr or self::dd or self::dl][1]"
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL | re.IGNORECASE)
_PUBLISHED_LABEL = re.compile(r"(?:发布|公告|发表)(?:时间|日期)\s*[:：]\s*(.{0,24})")
_ELLIPSIS = ("…", "...", "..", "……")
_ROW_CHARS = 600


class ListingFinder:
    """Reads rows of links."""

    def __init__(self, spec: SourceSpec) -> None:
        options = Options(
            spec,
            ["item", "link", "date", "source", "container", "allow", "deny", "next", "page_url", "first_page", "strip"],
        )
        self._spec = spec
        css = _check_css
        self._item = options.checked("item", css, "CSS selector")
        self._link = options.checked("link", css, "CSS selector", "a")
        self._date = options.checked("date", css, "CSS selector")
        self._source = options.checked("source", css, "CSS selector")
        self._container = options.checked("container", css, "CSS selector")
        self._next = options.checked("next", css, "CSS selector")
        self._allow, self._deny, self._strip = options.regex("allow"), options.regex("deny"), options.regex("strip")
        self._page_url = options.text("page_url")
        self._first_page = options.number("first_page", 2)
        if self._page_url and "{n}" not in self._page_url:
            raise options.error("option 'page_url' needs {n}", "as in index_{n}.htm")
        if self._page_url and self._next:
            raise options.error("options 'next' and 'page_url' exclude each other")

    def polls(self) -> tuple[Poll, ...]:
        """One poll a list."""
        return tuple(Poll(url=url, state_key=url, context={"root": url}) for url in self._spec.urls)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The rows as links, each address once with its fullest title."""
        text = decode(answer.body, content_type=answer.content_type, forced=self._spec.encoding).text
        records = _RECORD.findall(text)
        if records:
            text += f"<div class='records'>{''.join(records)}</div>"
        if not text.strip():
            raise ShapeError("the list is empty")
        page = Selector(text=text, type="html")
        if self._container and not page.css(self._container):
            raise ShapeError(f"the container {self._container!r} is missing")
        links: dict[str, Link] = {}
        for row, anchor in self._rows(page):
            link = self._read_row(row, anchor, answer)
            if link is None:
                continue
            key = canonicalise(link.url)
            links[key] = _fuller(links[key], link) if key in links else link
        return Reading(links=tuple(links.values()), next_page=self._next_page(poll, answer, page))

    def _rows(self, page: Selector) -> list[tuple[Selector | None, Selector]]:
        if not self._item:
            return [((anchor.xpath(_ROWS) or [None])[0], anchor) for anchor in page.css("a[href]")]
        rows: list[tuple[Selector | None, Selector]] = []
        for row in page.css(self._item):
            if row.root.tag == "a":
                rows.append((row, row))
            else:
                rows += [(row, anchor) for anchor in row.css(self._link)[:1]]
        return rows

    def _read_row(self, row: Selector | None, anchor: Selector, answer: Answer) -> Link | None:
        url = join(answer.url, anchor.attrib.get("href", ""))
        if not url or (self._allow and not self._allow.search(url)) or (self._deny and self._deny.search(url)):
            return None
        shown = clean_text("".join(anchor.xpath(".//text()").getall()))
        attribute = clean_text(anchor.attrib.get("title", ""))
        title = attribute if attribute and (shown.endswith(_ELLIPSIS) or len(attribute) > len(shown)) else shown
        if self._strip:
            title = self._strip.sub("", title).strip()
        return Link(
            url=url,
            title=title,
            published=self._row_date(row, anchor, answer),
            source=self._row_source(row),
            title_is_whole=not title.endswith(_ELLIPSIS),
        )

    def _row_date(self, row: Selector | None, anchor: Selector, answer: Answer) -> Moment | None:
        if row is None:
            return None
        if self._date:
            return next(
                filter(None, (parse_moment(_text(node), now=answer.fetched_at) for node in row.css(self._date))), None
            )
        text = _text(row)
        if len(text) > _ROW_CHARS:
            return None
        if labelled := _PUBLISHED_LABEL.search(text):
            return parse_moment(labelled.group(1), now=answer.fetched_at)
        # A date inside the title is what the article is about, not when it was published.
        outside = text.replace(_text(anchor), " ") if row is not anchor else text
        return parse_moment(outside, now=answer.fetched_at)

    def _row_source(self, row: Selector | None) -> str:
        if row is None or not self._source:
            return ""
        text = " ".join(_text(node) for node in row.css(self._source)[:1])
        return labelled_source(text) or clean_source(text)

    def _next_page(self, poll: Poll, answer: Answer, page: Selector) -> Poll | None:
        url = ""
        if self._page_url:
            url = join(poll.context["root"], self._page_url.replace("{n}", str(self._first_page + poll.page - 1)))
        elif self._next:
            url = next((join(answer.url, href) for href in page.css(self._next).xpath("@href").getall()), "")
        return Poll(url=url, page=poll.page + 1, context=poll.context) if url and url != poll.url else None


def _check_css(css: str) -> object:
    return Selector(text="<p/>", type="html").css(css)


def _text(node: Selector) -> str:
    return clean_text(" ".join(part.strip() for part in node.xpath(".//text()").getall()))


def _fuller(one: Link, other: Link) -> Link:
    """Of two rows for one address (picture and headline), the one with the longer title; a date of either."""
    better, worse = (other, one) if len(other.title) > len(one.title) else (one, other)
    if better.published is None and worse.published is not None:
        return Link(url=better.url, title=better.title, published=worse.published, source=better.source or worse.source)
    return better
