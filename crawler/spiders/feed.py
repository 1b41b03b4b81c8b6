"""Links from feeds.

Options: `full_content` (the feed carries whole articles: do not fetch pages), `headlines` (pages are out of reach: an entry
without text is kept as its headline), `unwrap` (take the address out of Bing and Google link wrappers),
`strip_source_suffix` (cut ` - 来源` from titles), `keywords` (one feed a keyword, put in place of `{keyword}` in the address),
`page_param` (query parameter that pages backwards, such as `page` of wewe-rss; the first page is 1), and for searches that
take dates instead of pages `backfill` (the address to ask where a window is wanted, with `{since:%Y-%m-%d}` and
`{until:%Y-%m-%d}`, the first day that is not wanted any more) with `window` (`slice`: days in one request).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from crawler.errors import FeedError
from crawler.feeds import FeedEntry, read_feed, strip_source_suffix
from crawler.items import SourceSpec
from crawler.spiders.base import Answer, Link, NoOpening, Options, Poll, Reading, ShapeError
from crawler.spiders.window import Span, Window, fill
from crawler.urls import unwrap

_OPTIONS = (
    "full_content", "headlines", "unwrap", "strip_source_suffix", "keywords", "page_param", "backfill", "window",
)  # fmt: skip
_KEYWORD = "{keyword}"
_DAY = dt.timedelta(days=1)


class FeedFinder(NoOpening):
    """Reads RSS, Atom and JSON Feed."""

    def __init__(self, spec: SourceSpec, span: Span | None = None) -> None:
        options = Options(spec, _OPTIONS)
        self._spec, self._span = spec, span
        self._full = options.flag("full_content")
        self._headlines = options.flag("headlines")
        self._unwrap = options.flag("unwrap")
        self._strip = options.flag("strip_source_suffix")
        self._page_param = options.text("page_param")
        self._keywords = options.texts("keywords")
        self._backfill, self._window = options.text("backfill"), Window.read(options)
        if bool(self._backfill) != bool(self._window):
            raise options.error("options 'backfill' and 'window' go together")
        addresses = (*spec.urls, self._backfill) if self._backfill else spec.urls
        if any(bool(self._keywords) != (_KEYWORD in url) for url in addresses):
            raise options.error(f"option 'keywords' and {_KEYWORD} in each address go together")

    def polls(self) -> tuple[Poll, ...]:
        """One poll a feed and keyword; a backfill by dates has one a slice of the window and keyword."""
        addresses = [
            url.replace(_KEYWORD, quote(word, safe="")) for url in self._templates() for word in self._keywords or ("",)
        ]
        return tuple(Poll(url=url, state_key=url) for url in addresses)

    def _templates(self) -> tuple[str, ...]:
        if self._window is None or self._span is None or self._span.since is None:
            return self._spec.urls
        slices = self._window.slices(self._span)
        return tuple(fill(self._backfill, replace(part, until=(part.until or part.now) + _DAY)) for part in slices)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The entries as links; `ShapeError` where the feed is none."""
        try:
            feed = read_feed(
                answer.body,
                answer.url,
                now=answer.fetched_at,
                content_type=answer.content_type,
                encoding=self._spec.encoding,
            )
        except FeedError as error:
            raise ShapeError(error.problem) from error
        next_page = self._next(poll) if self._page_param and feed.entries else None
        return Reading(links=tuple(map(self._link, feed.entries)), next_page=next_page, hubs=feed.hubs, ttl=feed.ttl)

    def _link(self, entry: FeedEntry) -> Link:
        title = strip_source_suffix(entry.title, entry.source) if self._strip else entry.title
        text = (entry.content or entry.summary) if self._full else ""
        return Link(
            url=unwrap(entry.url) if self._unwrap else entry.url,
            title=title,
            published=entry.published,
            source=entry.source,
            author=entry.author,
            summary=entry.summary,
            text=text or (title if self._headlines else ""),
        )

    def _next(self, poll: Poll) -> Poll:
        parts = urlsplit(poll.url)
        query = [
            (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != self._page_param
        ]
        query.append((self._page_param, str(poll.page + 1)))
        return Poll(url=urlunsplit(parts._replace(query=urlencode(query))), page=poll.page + 1)
