"""Links from feeds.

Options: `full_content` (the feed carries whole articles: do not fetch pages), `unwrap` (take the address out of Bing and
Google link wrappers), `strip_source_suffix` (cut ` - 来源` from titles), `page_param` (query parameter that pages backwards,
such as `page` of wewe-rss; the first page is 1).
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.errors import FeedError
from crawler.feeds import FeedEntry, parse_feed, strip_source_suffix
from crawler.items import SourceSpec
from crawler.spiders.base import Answer, Link, Options, Poll, Reading, ShapeError
from crawler.urls import unwrap


class FeedFinder:
    """Reads RSS, Atom and JSON Feed."""

    def __init__(self, spec: SourceSpec) -> None:
        options = Options(spec, ("full_content", "unwrap", "strip_source_suffix", "page_param"))
        self._spec = spec
        self._full = options.flag("full_content")
        self._unwrap = options.flag("unwrap")
        self._strip = options.flag("strip_source_suffix")
        self._page_param = options.text("page_param")

    def polls(self) -> tuple[Poll, ...]:
        """One poll a feed."""
        return tuple(Poll(url=url, state_key=url) for url in self._spec.urls)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The entries as links; `ShapeError` where the feed is none."""
        try:
            entries = parse_feed(
                answer.body,
                answer.url,
                now=answer.fetched_at,
                content_type=answer.content_type,
                encoding=self._spec.encoding,
            )
        except FeedError as error:
            raise ShapeError(error.problem) from error
        next_page = self._next(poll) if self._page_param and entries else None
        return Reading(links=tuple(map(self._link, entries)), next_page=next_page)

    def _link(self, entry: FeedEntry) -> Link:
        text = (entry.content or entry.summary) if self._full else ""
        return Link(
            url=unwrap(entry.url) if self._unwrap else entry.url,
            title=strip_source_suffix(entry.title, entry.source) if self._strip else entry.title,
            published=entry.published,
            source=entry.source,
            author=entry.author,
            summary=entry.summary,
            text=text,
        )

    def _next(self, poll: Poll) -> Poll:
        parts = urlsplit(poll.url)
        query = [
            (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != self._page_param
        ]
        query.append((self._page_param, str(poll.page + 1)))
        return Poll(url=urlunsplit(parts._replace(query=urlencode(query))), page=poll.page + 1)
