"""The use cases: poll sources, understand what came, deliver alerts. The only transaction boundaries are here.

Each can be repeated or killed at any point: polling stores an article once under all its names; understanding settles
an article and queues its alert in one transaction; delivery writes each attempt down before and after the network.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from monitor import alerting, trail
from monitor.alerting import AlertReason, Courier, Delivery, Dispatch
from monitor.clock import Clock
from monitor.config import Config, SourceConfig
from monitor.errors import UsageError
from monitor.ingest import Harvest, Poller
from monitor.learning.active import ActiveModel
from monitor.learning.model import LearnedModel
from monitor.model import Relevance, Understanding
from monitor.pipeline import Reading, place, read
from monitor.records import (
    AlertState,
    NewArticle,
    Settlement,
    SourceRecord,
    Status,
    StoredAlert,
    StoredArticle,
    StoredReceipt,
)
from monitor.revision import can_raise
from monitor.rhythm import next_check
from monitor.second_opinion.asking import SecondOpinion
from monitor.second_opinion.heeding import heed
from monitor.storage import Store, UnitOfWork
from monitor.taxonomy import Vocabulary

log = structlog.get_logger()

KNOWN_FOR_POLL = 5_000
"""How many of a source's newest articles a poll is told of: lists show far fewer."""

KNOWN_FOR_BACKFILL = 500_000

DELIVERIES_AT_ONCE = 200
"""Alerts handed to the channels in one round."""

BATCH = 25
"""Articles settled in one transaction: long enough to share its fsync, short enough to let other writers in."""


Read = tuple[StoredArticle, Reading | Exception]
"""A stored article and what it says, or the fault that kept it from being read."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessSummary:
    """What became of the articles that were pending."""

    relevant: int = 0
    duplicate: int = 0
    irrelevant: int = 0
    quarantined: int = 0
    retried: int = 0
    alerts: int = 0

    def plus(self, status: Status, *, alerted: bool) -> ProcessSummary:
        """With one more article of this final status."""
        name = "retried" if status is Status.NEW else status.value
        return replace(self, **{name: getattr(self, name) + 1}, alerts=self.alerts + alerted)

    @property
    def total(self) -> int:
        return self.relevant + self.duplicate + self.irrelevant + self.quarantined


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySummary:
    """What became of the alerts that were due, and every receipt."""

    done: int
    waiting: int
    dead: int
    receipts: tuple[StoredReceipt, ...]


class Service:
    """The use cases on one store. Built by `bootstrap`; every part can be replaced in a test."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        vocabulary: Vocabulary,
        poller: Poller,
        courier: Courier,
        clock: Clock,
        opinions: SecondOpinion | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.config, self.store, self.vocabulary, self.clock = config, store, vocabulary, clock
        self._poller, self._courier, self._opinions, self._chance = poller, courier, opinions, chance
        self._active_model = ActiveModel(store, vocabulary)
        self._delivering = asyncio.Lock()
        self._processing = asyncio.Lock()

    # Polling

    def register_sources(self) -> None:
        """Give every configured source its row."""
        with self.store.transaction() as unit:
            unit.sources.register([s.name for s in self.config.sources], self.clock())

    def due_sources(self) -> tuple[str, ...]:
        """Enabled sources whose next check has come."""
        with self.store.reading() as unit:
            return unit.sources.due([s.name for s in self.config.enabled_sources], self.clock())

    async def poll(self, name: str) -> PollSummary:
        """Poll one source and store what is new. The first successful poll of a source is its silent baseline.

        Raises `UsageError` for an unknown name. A crawl that fails is recorded, not raised.
        """
        source = self._source(name)
        record = await asyncio.to_thread(self._record, name)
        known = await asyncio.to_thread(self._known, name, KNOWN_FOR_POLL)
        harvest = await self._poller.fetch(name, record, known)
        return await asyncio.to_thread(self._accept, source, record, harvest)

    async def backfill(
        self, name: str, *, since: dt.datetime, until: dt.datetime | None, max_pages: int
    ) -> PollSummary:
        """Page a source back to `since` and store what is missing, silently: no alerts come of it."""
        source = self._source(name)
        record = await asyncio.to_thread(self._record, name)
        known = await asyncio.to_thread(self._known, name, KNOWN_FOR_BACKFILL)
        harvest = await self._poller.fetch(name, record, known, since=since, until=until, max_pages=max_pages)
        return await asyncio.to_thread(self._accept, source, record, harvest, True)

    def _source(self, name: str) -> SourceConfig:
        source = self.config.source(name)
        if source is None:
            raise UsageError(f"no source is called {name!r}; `baoxun sources list` shows their names")
        return source

    def _record(self, name: str) -> SourceRecord:
        with self.store.transaction() as unit:
            unit.sources.register([name], self.clock())
            record = unit.sources.get(name)
        assert record is not None, "registered just now"
        return record

    def _known(self, name: str, limit: int) -> frozenset[str]:
        with self.store.reading() as unit:
            return unit.sources.known_keys(name, limit)

    def _accept(
        self, source: SourceConfig, record: SourceRecord, harvest: Harvest, backfill: bool = False
    ) -> PollSummary:
        """Store what came and the source's new state in one transaction."""
        now = self.clock()
        baseline = record.baseline_at is None
        new = [self._marked(article, quiet=backfill or baseline, now=now) for article in harvest.articles]
        next_at = next_check(
            now,
            source.every,
            jitter=self._chance(),
            failures=0 if harvest.succeeded else record.failures + 1,
            retry_after=harvest.retry_after,
            blocked=harvest.blocked,
        )
        with self.store.transaction() as unit:
            stored = sum(unit.articles.add(article, now) is not None for article in new)
            if not backfill:
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
        """Silent or not: a baseline and a backfill are, save for what `alert_on_first_run` lets through."""
        days = self.config.monitor.alert_on_first_run.last_days
        fresh = bool(days) and article.published is not None and article.published >= now - dt.timedelta(days=days)
        return replace(article, silent=quiet and not fresh)

    # Understanding

    async def process_pending(self) -> ProcessSummary:
        """Understand every stored article that has no verdict yet, and queue the alerts that come of it."""
        async with self._processing:
            summary = ProcessSummary()
            pending = await asyncio.to_thread(self._pending)
            for at in range(0, len(pending), BATCH):
                summary = await self._process_batch(pending[at : at + BATCH], summary)
            return summary

    def _pending(self) -> tuple[int, ...]:
        with self.store.reading() as unit:
            return unit.articles.pending()

    async def _process_batch(self, numbers: Sequence[int], summary: ProcessSummary) -> ProcessSummary:
        """Read a batch and settle it; what the rules leave undecided waits for a second opinion, the others do not."""
        batch = await asyncio.to_thread(self._read_batch, numbers)
        waiting = [pair for pair in batch if self._wants_opinion(pair[1])]
        sure = [pair for pair in batch if not self._wants_opinion(pair[1])]
        summary = await asyncio.to_thread(self._settle_batch, sure, summary)
        if waiting:
            summary = await asyncio.to_thread(self._settle_batch, await self._consult(waiting), summary)
        return summary

    def _read_batch(self, numbers: Sequence[int]) -> list[Read]:
        with self.store.reading() as unit:
            batch = unit.articles.get_many(numbers)
        model = self._active_model.current()
        return [(stored, self._try_read(stored, model)) for stored in batch]

    def _try_read(self, stored: StoredArticle, model: LearnedModel | None) -> Reading | Exception:
        try:
            return read(stored.article, self.vocabulary, model)
        except Exception as exc:  # the loop's edge: one article's fault is recorded, the others go on
            log.exception("reading failed", article=stored.id, url=stored.article.url)
            return exc

    def _wants_opinion(self, reading: Reading | Exception) -> bool:
        return self._opinions is not None and isinstance(reading, Reading) and can_raise(reading.classification)

    async def _consult(self, waiting: Sequence[Read]) -> list[Read]:
        """Ask outside of any transaction; without an answer an undecided article goes into the digest."""
        assert self._opinions is not None, "nobody waits for an opinion where nobody is asked"
        outcomes = await self._opinions.ask(r for _, r in waiting if isinstance(r, Reading))
        return [
            (stored, heed(r, outcomes.get(r.article.id), self.vocabulary) if isinstance(r, Reading) else r)
            for stored, r in waiting
        ]

    def _settle_batch(self, readings: Sequence[Read], summary: ProcessSummary) -> ProcessSummary:
        with self.store.transaction() as unit:
            for stored, reading in readings:
                if not unit.articles.is_pending(stored.id):
                    continue  # another worker was faster
                status, alerted = self._settle(unit, stored, reading)
                summary = summary.plus(status, alerted=alerted)
        return summary

    def _settle(self, unit: UnitOfWork, stored: StoredArticle, reading: Reading | Exception) -> tuple[Status, bool]:
        """Place an article among the others, store its verdict, queue its alert: all or nothing."""
        now = self.clock()
        if not isinstance(reading, Exception):
            try:
                with unit.savepoint():
                    return self._place_and_store(unit, stored, reading, now)
            except Exception as exc:
                log.exception("settling failed", article=stored.id, url=stored.article.url)
                reading = exc
        problem = f"{type(reading).__name__}: {reading}"
        limit = self.config.monitor.max_attempts
        return unit.articles.failed(stored.id, problem, max_attempts=limit, now=now), False

    def _place_and_store(
        self, unit: UnitOfWork, stored: StoredArticle, reading: Reading, now: dt.datetime
    ) -> tuple[Status, bool]:
        understanding = place(reading, unit.index)
        members = unit.articles.event_members(understanding.event.event_id or "")
        key = alerting.alert_key(understanding)
        reason = alerting.decide(understanding, silent=stored.silent, earlier=members, queued=unit.outbox.has(key))
        settlement = settle(understanding, stored.id, reason)
        unit.articles.settle(settlement, now)
        alerted = reason is AlertReason.NEW_EVENT
        if alerted:
            alert = alerting.to_alert(
                understanding,
                stored,
                regions=self.vocabulary.regions,
                lang=self.config.monitor.language,
                now=now,
                members=members,
            )
            unit.outbox.put(
                alert_key=alert.key,
                thread=alert.thread,
                article_id=stored.id,
                payload=alerting.encode(alert),
                now=now,
            )
        log.info("settled", article=stored.id, status=settlement.status.value, relevance=settlement.relevance,
                 about=settlement.event_id or None, reason=settlement.reason)  # fmt: skip
        return settlement.status, alerted

    # Delivery

    async def deliver_due(self) -> DeliverySummary:
        """Deliver the alerts that are due: each receiver's channels once, with a receipt for every attempt."""
        async with self._delivering:
            due = await asyncio.to_thread(self._due)
            outcomes = await self._courier.deliver(due) if due else {}
            for dispatched in due:
                await asyncio.to_thread(self._close, dispatched.entry, outcomes[dispatched.entry.alert_key])
            states = Counter(d.state for d in outcomes.values())
            return DeliverySummary(
                done=states[AlertState.DONE],
                waiting=states[AlertState.PENDING],
                dead=states[AlertState.DEAD],
                receipts=tuple(r for d in outcomes.values() for r in d.receipts),
            )

    def _due(self) -> tuple[Dispatch, ...]:
        with self.store.reading() as unit:
            entries = unit.outbox.due(self.clock(), limit=DELIVERIES_AT_ONCE)
            return tuple(Dispatch(entry=e, members=self._members(unit, e)) for e in entries)

    @staticmethod
    def _members(unit: UnitOfWork, entry: StoredAlert) -> tuple[StoredArticle, ...]:
        lead = unit.articles.get(entry.article_id)
        return unit.articles.event_members(lead.event_id) if lead else ()

    def _close(self, entry: StoredAlert, delivery: Delivery) -> None:
        """Close an alert once no channel has an attempt left; its receipts are stored already."""
        with self.store.transaction() as unit:
            if delivery.retry_at is not None:
                unit.outbox.postpone(entry.alert_key, delivery.retry_at, delivery.reason)
            else:
                unit.outbox.close(entry.alert_key, delivery.state, delivery.reason, self.clock())


def settle(understanding: Understanding, number: int, reason: AlertReason) -> Settlement:
    """The final word on an article, from everything that was decided about it."""
    c, story, event = understanding.classification, understanding.story, understanding.event
    if c.relevance is Relevance.NONE:
        status = Status.IRRELEVANT
    else:
        status = Status.DUPLICATE if story.duplicate_of else Status.RELEVANT
    why = f"{story.reason}" if status is Status.DUPLICATE else reason.value
    return Settlement(
        article_id=number,
        status=status,
        reason=why,
        relevance=c.relevance.value,
        topics=tuple(t.value for t in c.topics),
        stage=c.stage.value if c.stage else "",
        update=c.update.value if c.update else "",
        story_id=story.story_id,
        event_id=event.event_id or "",
        thread_id=event.thread_id or "",
        trail=trail.to_json(understanding, alert=reason.value),
        matches=tuple((s.topic.value, s.relevance.value, s.score) for s in c.scores if s.topic in c.topics),
        facts=understanding.facts.values(),
    )
