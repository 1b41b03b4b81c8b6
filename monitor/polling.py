"""Polling: what a source shows is fetched and stored, an article once under all its names.

Articles and the source's new state are stored in one transaction; a poll that is killed before it is polled again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from monitor.clock import Clock
from monitor.config import Config, SourceConfig
from monitor.errors import UsageError
from monitor.ingest import Harvest, Poller
from monitor.records import NewArticle, SourceRecord
from monitor.rhythm import next_check
from monitor.storage import Store

log = structlog.get_logger()

KNOWN_FOR_POLL = 5_000
"""How many of a source's newest articles a poll is told of: lists show far fewer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PollSummary:
    """What one poll of one source brought. `problem` is empty when it went well."""

    source: str
    found: int
    stored: int
    known: int
    skipped: int
    failed: int
    unchanged: bool
    baseline: bool
    succeeded: bool
    problem: str
    next_check_at: dt.datetime


class Polling:
    """Fetches sources and stores what is new. `chance` gives random numbers in [0, 1) for jitter."""

    def __init__(
        self, *, config: Config, store: Store, poller: Poller, clock: Clock, chance: Callable[[], float]
    ) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._poller, self._chance = poller, chance

    def register_sources(self) -> None:
        """Give every configured source its row."""
        with self._store.transaction() as unit:
            unit.sources.register([s.name for s in self._config.sources], self._clock())

    def due_sources(self) -> tuple[str, ...]:
        """Enabled sources whose next check has come."""
        with self._store.reading() as unit:
            return unit.sources.due([s.name for s in self._config.enabled_sources], self._clock())

    async def poll(self, name: str) -> PollSummary:
        """Poll one source and store what is new. The first successful poll of a source is its silent baseline.

        Raises `UsageError` for an unknown name. A crawl that fails is recorded, not raised.
        """
        source = self.source(name)
        record = await asyncio.to_thread(self.record, name)
        known = await asyncio.to_thread(self.known, name, KNOWN_FOR_POLL)
        harvest = await self._poller.fetch(name, record, known)
        return await asyncio.to_thread(self.accept, source, record, harvest)

    def source(self, name: str) -> SourceConfig:
        """The configured source of this name. Raises `UsageError` where there is none."""
        source = self._config.source(name)
        if source is None:
            raise UsageError(f"no source is called {name!r}; `baoxun sources list` shows their names")
        return source

    def record(self, name: str) -> SourceRecord:
        """What is remembered of a source; its row is made where it has none."""
        with self._store.transaction() as unit:
            unit.sources.register([name], self._clock())
            record = unit.sources.get(name)
        assert record is not None, "registered just now"
        return record

    def known(self, name: str, limit: int) -> frozenset[str]:
        """The names of a source's newest `limit` articles."""
        with self._store.reading() as unit:
            return unit.sources.known_keys(name, limit)

    def accept(self, source: SourceConfig, record: SourceRecord, harvest: Harvest) -> PollSummary:
        """Store what came and the source's new state in one transaction."""
        now = self._clock()
        baseline = record.baseline_at is None
        new = [self._marked(article, quiet=baseline, now=now) for article in harvest.articles]
        next_at = next_check(
            now,
            source.every,
            jitter=self._chance(),
            failures=0 if harvest.succeeded else record.failures + 1,
            retry_after=harvest.retry_after,
            blocked=harvest.blocked,
        )
        with self._store.transaction() as unit:
            stored = sum(unit.articles.add(article, now) is not None for article in new)
            unit.sources.polled(
                source.name,
                state=harvest.state,
                now=now,
                next_check_at=next_at,
                succeeded=harvest.succeeded,
                new_articles=stored,
                problem=harvest.problem,
            )
        summary = PollSummary(
            source=source.name,
            found=harvest.found,
            stored=stored,
            known=len(new) - stored,
            skipped=len(harvest.skipped),
            failed=len(harvest.problems),
            unchanged=harvest.unchanged,
            baseline=baseline,
            succeeded=harvest.succeeded,
            problem=harvest.problem,
            next_check_at=next_at,
        )
        log.info("polled", source=source.name, found=summary.found, stored=stored, failed=summary.failed,
                 unchanged=summary.unchanged, baseline=baseline, problem=summary.problem or None)  # fmt: skip
        return summary

    def _marked(self, article: NewArticle, *, quiet: bool, now: dt.datetime) -> NewArticle:
        """Silent or not: a baseline is, save for what `alert_on_first_run` lets through."""
        days = self._config.monitor.alert_on_first_run.last_days
        fresh = bool(days) and article.published is not None and article.published >= now - dt.timedelta(days=days)
        return replace(article, silent=quiet and not fresh)
