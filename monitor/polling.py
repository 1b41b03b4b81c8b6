"""Polling: what a source shows is fetched and stored, an article once under all its names.

Articles, the source's new state, when it is looked at next and why, and the record of this check are stored in one transaction;
a poll that is killed before it is polled again. Polls take `turns`, so any number may be started at a time.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from monitor import workdays
from monitor.clock import Clock
from monitor.config import Config, SourceConfig
from monitor.errors import CrawlFailedError, UsageError
from monitor.ingest import Harvest, Poller
from monitor.pacing import Bounds, Fault, Habit, Look, NextCheck, Why, next_check
from monitor.records import NewArticle, PollOutcome, PollRecord, SourceRecord
from monitor.storage import Store
from monitor.turns import Turns
from monitor.websub import is_heralded, pinged_since

log = structlog.get_logger()

KNOWN_FOR_POLL = 5_000
"""How many of a source's newest articles a poll is told of: lists show far fewer."""

HABITS_LAST = dt.timedelta(hours=6)
"""How long what was learnt of a source's habits is used before it is learnt again."""

OnTurn = Callable[[], Awaitable[None]]
"""Awaited between the wait for a turn and the poll."""


async def begin_at_once() -> None:
    """For those who poll whenever the turn comes."""


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
    requests: int = 0


class Polling:
    """Fetches sources and stores what is new. `chance` gives random numbers in [0, 1) for jitter."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        poller: Poller,
        clock: Clock,
        chance: Callable[[], float],
        turns: Turns | None = None,
    ) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._poller, self._chance = poller, chance
        self._turns = turns or Turns()
        self._writing = asyncio.Lock()
        self._habits: dict[str, tuple[dt.datetime, Habit]] = {}

    def register_sources(self) -> None:
        """Give every configured source its row."""
        with self._store.transaction() as unit:
            unit.sources.register([s.name for s in self._config.sources], self._clock())

    def due_sources(self) -> tuple[str, ...]:
        """Enabled sources whose next check has come."""
        with self._store.reading() as unit:
            return unit.sources.due([s.name for s in self._config.enabled_sources], self._clock())

    async def poll(self, name: str, on_turn: OnTurn = begin_at_once) -> PollSummary:
        """Poll one source and store what is new. The first successful poll of a source is its silent baseline.

        `on_turn` is awaited when its turn has come; what it raises ends the poll before anything is asked. Raises `UsageError`
        for an unknown name. A crawl that fails is recorded, not raised.
        """
        source = self.source(name)
        async with self._turns.turn(source.addresses):
            await on_turn()
            started_at = self._clock()
            record, known = await asyncio.to_thread(self._remembered, name)
            try:
                harvest = await self._poller.fetch(name, record, known)
            except CrawlFailedError as exc:
                harvest = _broken(record, str(exc))
            async with self._writing:  # in order: writers that wait inside SQLite get the lock by luck, or not at all
                return await asyncio.to_thread(self.accept, source, record, harvest, started_at)

    def _remembered(self, name: str) -> tuple[SourceRecord, frozenset[str]]:
        with self._store.reading() as unit:
            record, known = unit.sources.get(name), unit.sources.known_keys(name, KNOWN_FOR_POLL)
        return (record or self.record(name)), known

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

    def accept(
        self, source: SourceConfig, record: SourceRecord, harvest: Harvest, started_at: dt.datetime | None = None
    ) -> PollSummary:
        """Store what came, the source's new state and the record of this check in one transaction."""
        now = self._clock()
        baseline = record.baseline_at is None
        new = [self._marked(article, quiet=baseline, now=now) for article in harvest.articles]
        habit = self._habit(source.name, now)
        with self._store.transaction() as unit:
            stored = sum(unit.articles.add(article, now) is not None for article in new)
            told = unit.subscriptions.of_source(source.name) if self._config.websub.enabled else ()
            news_at = now if stored else record.last_new_at
            heralded = bool(told) and is_heralded(told, self._poller.feeds(source.name), news_at, now)
            look = _look(source, record, harvest, stirred=bool(stored) and not baseline, heralded=heralded)
            bounds = Bounds.of(source.every, source.at_least_every)
            planned = next_check(now, bounds, look, habit, jitter=self._chance())
            if harvest.succeeded and pinged_since(told, started_at or now):
                planned = sooner(planned, now + self._config.websub.at_most_every)
            unit.sources.polled(
                source.name,
                state=harvest.state,
                now=now,
                next_check_at=planned.at,
                succeeded=harvest.succeeded,
                new_articles=stored,
                problem=harvest.problem,
                pacing=pacing_values(planned),
            )
            unit.polls.add(
                PollRecord(
                    source=source.name,
                    outcome=_outcome(harvest, stored),
                    planned_at=record.next_check_at,
                    started_at=started_at or now,
                    ended_at=now,
                    found=harvest.found,
                    stored=stored,
                    failed=len(harvest.problems),
                    requests=harvest.requests,
                    problem=harvest.problem,
                )
            )
        if stored and not habit.known:
            self._habits.pop(source.name, None)
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
            next_check_at=planned.at,
            requests=harvest.requests,
        )
        log.info("polled", source=source.name, found=summary.found, stored=stored, failed=summary.failed,
                 unchanged=summary.unchanged, baseline=baseline, problem=summary.problem or None,
                 next=planned.at.isoformat(timespec="seconds"), why=planned.why.value)  # fmt: skip
        return summary

    def _habit(self, name: str, now: dt.datetime) -> Habit:
        """When the source publishes, as learnt lately."""
        learnt = self._habits.get(name)
        if learnt is not None and now - learnt[0] < HABITS_LAST:
            return learnt[1]
        with self._store.reading() as unit:
            habit = Habit(unit.sources.appearances(name), workdays.china)
        self._habits[name] = (now, habit)
        return habit

    def _marked(self, article: NewArticle, *, quiet: bool, now: dt.datetime) -> NewArticle:
        """Silent or not: a baseline is, save for what `alert_on_first_run` lets through."""
        days = self._config.monitor.alert_on_first_run.last_days
        fresh = bool(days) and article.published is not None and article.published >= now - dt.timedelta(days=days)
        return replace(article, silent=quiet and not fresh)


def sooner(planned: NextCheck, at: dt.datetime) -> NextCheck:
    """A hub told of news while a look was under way, which may have come too early for it."""
    return replace(planned, at=at, why=Why.TOLD) if at < planned.at else planned


def pacing_values(planned: NextCheck) -> dict[str, Any]:
    """Why the next look is when it is, as JSON values."""
    values = {"why": planned.why.value, "rate": planned.rate, "failures": planned.failures}
    return {name: value for name, value in values.items() if value}


def _look(source: SourceConfig, record: SourceRecord, harvest: Harvest, *, stirred: bool, heralded: bool) -> Look:
    return Look(
        stirred=stirred,
        heralded=heralded,
        fresh_for=harvest.fresh_for,
        fault=harvest.fault if not harvest.succeeded else None,
        failures=0 if harvest.succeeded else record.failures + 1,
        last_success_at=record.last_success_at,
        retry_after=harvest.retry_after,
        blocked=harvest.blocked,
        rest=source.rest,
    )


def _outcome(harvest: Harvest, stored: int) -> PollOutcome:
    if harvest.blocked and not harvest.succeeded:
        return PollOutcome.BLOCKED
    if not harvest.succeeded:
        return PollOutcome.FAILED
    if stored:
        return PollOutcome.NEW
    return PollOutcome.UNCHANGED if harvest.unchanged else PollOutcome.NOTHING_NEW


def _broken(record: SourceRecord, problem: str) -> Harvest:
    """What a crawl brought that broke itself: nothing, and the state of before."""
    return Harvest(
        articles=(),
        found=0,
        skipped=(),
        problems=(),
        succeeded=False,
        problem=problem,
        unchanged=False,
        blocked=False,
        retry_after=None,
        state=record.state,
        fault=Fault.TEMPORARY,
    )
