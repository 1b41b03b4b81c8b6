"""Counting a crawl so that nothing is silently absent: found = articles + skipped + failed articles.

A link is registered when it is found and settled exactly once; what is still open when the crawl ends was not fetched in
time. A list's new state is kept only if a later poll would find nothing more in it: where links failed that may succeed
later, or were capped, the list is read again in full.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from crawler.failures import is_permanent
from crawler.items import (
    CrawledArticle,
    CrawlJob,
    CrawlReport,
    FailureKind,
    FetchFailure,
    Skipped,
    SourceState,
    UrlState,
)

_COMES_BACK = frozenset({"cap", "stopped"})


@dataclass(slots=True)
class Tally:
    """The running account of one crawl."""

    job: CrawlJob
    started_at: dt.datetime
    found: int = 0
    pages: int = 0
    unchanged: int = 0
    articles: dict[str, CrawledArticle] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    failures: list[FetchFailure] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _open: dict[str, tuple[str, str]] = field(default_factory=dict)
    _states: dict[str, UrlState] = field(default_factory=dict)
    _unfinished: set[str] = field(default_factory=set)

    def register(self, canonical: str, url: str, list_key: str) -> bool:
        """Count a link of the list `list_key`; False if this crawl has seen it already."""
        if canonical in self._seen:
            return False
        self._seen.add(canonical)
        self._open[canonical] = (url, list_key)
        self.found += 1
        return True

    def settle_article(self, canonical: str, article: CrawledArticle) -> None:
        """The link became an article; a second way to the same article is a skip."""
        url, _ = self._open.pop(canonical)
        if article.canonical_url in self.articles:
            self.skipped.append(Skipped(url=url, reason="duplicate"))
        else:
            self.articles[article.canonical_url] = article

    def settle_skip(self, canonical: str, reason: str) -> None:
        """The link is not fetched, or not kept, for `reason`."""
        url, list_key = self._open.pop(canonical)
        self.skipped.append(Skipped(url=url, reason=reason))
        if reason in _COMES_BACK:
            self._unfinished.add(list_key)

    def settle_failure(self, canonical: str, failure: FetchFailure) -> None:
        """The link failed."""
        _, list_key = self._open.pop(canonical)
        self.failures.append(failure)
        if not is_permanent(failure):
            self._unfinished.add(list_key)

    def list_failed(self, failure: FetchFailure, list_key: str) -> None:
        """A polled list failed: its state is forgotten, so that it is read in full next time."""
        self.failures.append(failure)
        self._unfinished.add(list_key)

    def note_state(self, list_key: str, state: UrlState) -> None:
        """The validators that a polled list was answered with."""
        self._states[list_key] = state

    @property
    def fetching(self) -> int:
        """Articles fetched or being fetched, for the cap."""
        return len(self.articles) + len(self._open)

    def report(self, finished_at: dt.datetime, polls: int) -> CrawlReport:
        """Close the account: what is still open was not fetched in time."""
        for canonical, (url, _) in tuple(self._open.items()):
            late = FetchFailure(
                url=url,
                kind=FailureKind.DEADLINE,
                detail="the crawl's time was up",
                hint="raise its deadline, or lower max_articles",
            )
            self.settle_failure(canonical, late)
        urls = dict(self.job.state.urls) | self._states
        for list_key in self._unfinished:
            urls.pop(list_key, None)
        return CrawlReport(
            source=self.job.source.name,
            started_at=self.started_at,
            finished_at=finished_at,
            found=self.found,
            articles=tuple(self.articles.values()),
            skipped=tuple(self.skipped),
            failures=tuple(self.failures),
            state=SourceState(urls=urls),
            unchanged=polls > 0 and self.unchanged == polls,
            pages=self.pages,
        )
