"""Counting a crawl so that nothing is silently absent: found = articles + handed over + skipped + failed.

A link is registered when it is found and settled exactly once; what is still open when the crawl ends was not fetched in
time. A list's new state is kept only if a later poll would find nothing more in it: where links failed that may succeed
later, or were capped, the list is read again in full.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from crawler.caching import trust_only
from crawler.failures import is_permanent
from crawler.hubs import HubLinks
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
from crawler.journal import Outcome

_COMES_BACK = frozenset({"cap", "stopped"})


@dataclass(slots=True)
class Tally:
    """The running account of one crawl."""

    job: CrawlJob
    started_at: dt.datetime
    found: int = 0
    pages: int = 0
    unchanged: int = 0
    requests: int = 0
    """Requests that left us."""
    articles: dict[str, CrawledArticle | None] = field(default_factory=dict)
    """By canonical URL; None for those that the journal took."""
    skipped: list[Skipped] = field(default_factory=list)
    failures: list[FetchFailure] = field(default_factory=list)
    broken: Exception | None = None
    """What the journal raised, which ends the crawl."""
    _seen: set[str] = field(default_factory=set)
    _open: dict[str, tuple[str, str]] = field(default_factory=dict)
    _states: dict[str, UrlState] = field(default_factory=dict)
    _fresh: dict[str, float | None] = field(default_factory=dict)
    _unfinished: set[str] = field(default_factory=set)

    def register(self, canonical: str, url: str, list_key: str) -> bool:
        """Count a link of the list `list_key`; False if this crawl has seen it already."""
        if canonical in self._seen:
            return False
        self._seen.add(canonical)
        self._open[canonical] = (url, list_key)
        self.found += 1
        return True

    def settle(self, canonical: str, outcome: Outcome) -> Outcome:
        """Count what became of a link, and return it; a second way to the same article is a skip."""
        url, list_key = self._open.pop(canonical)
        if isinstance(outcome, CrawledArticle) and outcome.canonical_url in self.articles:
            outcome = Skipped(url=url, reason="duplicate")
        if isinstance(outcome, CrawledArticle):
            self.articles[outcome.canonical_url] = None if self.job.journal is not None else outcome
        elif isinstance(outcome, Skipped):
            self.skipped.append(outcome)
            if outcome.reason in _COMES_BACK:
                self._unfinished.add(list_key)
        else:
            self.failures.append(outcome)
            if not is_permanent(outcome):
                self._unfinished.add(list_key)
        return outcome

    def list_failed(self, failure: FetchFailure, list_key: str) -> None:
        """A polled list failed: its state is forgotten, so that it is read in full next time."""
        self.failures.append(failure)
        self._unfinished.add(list_key)

    def note_state(self, list_key: str, state: UrlState) -> None:
        """The validators that a polled list was answered with."""
        self._states[list_key] = state

    def note_hubs(self, list_key: str, links: HubLinks) -> None:
        """The hubs that a list names; they are kept with its validators."""
        if state := self._states.get(list_key):
            self._states[list_key] = replace(state, hubs=links.hubs, topic=links.topic)

    def note_freshness(self, list_key: str, seconds: float | None) -> None:
        """For how long a list stays fresh by the headers of its answer."""
        self._fresh[list_key] = seconds

    def note_ttl(self, list_key: str, seconds: float) -> None:
        """For how long a list says of itself that it stays fresh; it is kept with its validators."""
        if state := self._states.get(list_key):
            self._states[list_key] = replace(state, ttl=seconds)

    def fresh_for(self, polls: int) -> float | None:
        """For how long all of so many polled lists stay fresh."""
        said = [
            max(seconds or 0.0, self._states[key].ttl if key in self._states else 0.0)
            for key, seconds in self._fresh.items()
        ]
        return min(said) or None if said and len(said) == polls else None

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
            self.settle(canonical, late)
        urls = dict(self.job.state.urls) | self._states
        for list_key in self._unfinished:
            known = urls.pop(list_key, None)
            if known is not None and (trust := trust_only(known)) is not None:
                urls[list_key] = trust
        kept = tuple(article for article in self.articles.values() if article is not None)
        return CrawlReport(
            source=self.job.source.name,
            started_at=self.started_at,
            finished_at=finished_at,
            found=self.found,
            articles=kept,
            handed_over=len(self.articles) - len(kept),
            skipped=tuple(self.skipped),
            failures=tuple(self.failures),
            state=SourceState(urls=urls),
            unchanged=polls > 0 and self.unchanged == polls,
            pages=self.pages,
            requests=self.requests,
            fresh_for=self.fresh_for(polls),
        )
