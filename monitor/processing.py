"""Understanding what was stored: every article gets one final verdict, and the alert that comes of it is queued with it.

A batch is read outside of any transaction and settled in one, a savepoint an article: one article's fault is recorded
and does not hold up the others. Killed at any point, what was not settled is still pending.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import structlog

from monitor.clock import Clock
from monitor.config import Config
from monitor.learning.active import ActiveModel
from monitor.learning.model import LearnedModel
from monitor.pipeline import Reading, place, read
from monitor.records import Status, StoredArticle
from monitor.revision import can_raise
from monitor.second_opinion.asking import SecondOpinion
from monitor.second_opinion.heeding import heed
from monitor.storage import Store, UnitOfWork
from monitor.taxonomy import Vocabulary
from monitor.telling import settle_and_tell

log = structlog.get_logger()

BATCH = 25
"""Articles settled in one transaction: long enough to share its fsync, short enough to let other writers in."""

Read = tuple[StoredArticle, Reading | Exception]
"""A stored article and what it says, or the fault that kept it from being read."""


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


class Processing:
    """Reads and settles pending articles; one round at a time within a process."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        vocabulary: Vocabulary,
        clock: Clock,
        opinions: SecondOpinion | None = None,
    ) -> None:
        self._config, self._store, self._vocabulary, self._clock = config, store, vocabulary, clock
        self._opinions = opinions
        self._active_model = ActiveModel(store, vocabulary)
        self._processing = asyncio.Lock()
        self.batches = 0
        """Batches settled since the start."""

    async def process_pending(self) -> ProcessSummary:
        """Understand every stored article that has no verdict yet, and queue the alerts that come of it."""
        async with self._processing:
            summary = ProcessSummary()
            pending = await asyncio.to_thread(self._pending)
            for at in range(0, len(pending), BATCH):
                summary = await self._process_batch(pending[at : at + BATCH], summary)
            return summary

    def _pending(self) -> tuple[int, ...]:
        with self._store.reading() as unit:
            return unit.articles.pending()

    async def _process_batch(self, numbers: Sequence[int], summary: ProcessSummary) -> ProcessSummary:
        """Read a batch and settle it; what the rules leave undecided waits for a second opinion, the others do not."""
        batch = await asyncio.to_thread(self._read_batch, numbers)
        waiting = [pair for pair in batch if self._wants_opinion(pair[1])]
        sure = [pair for pair in batch if not self._wants_opinion(pair[1])]
        summary = await asyncio.to_thread(self._settle_batch, sure, summary)
        if waiting:
            summary = await asyncio.to_thread(self._settle_batch, await self._consult(waiting), summary)
        self.batches += 1
        return summary

    def _read_batch(self, numbers: Sequence[int]) -> list[Read]:
        with self._store.reading() as unit:
            batch = unit.articles.get_many(numbers)
        model = self._active_model.current()
        return [(stored, self._try_read(stored, model)) for stored in batch]

    def _try_read(self, stored: StoredArticle, model: LearnedModel | None) -> Reading | Exception:
        with _about(stored):
            try:
                return read(stored.article, self._vocabulary, model)
            except Exception as exc:  # the loop's edge: one article's fault is recorded, the others go on
                log.exception("reading failed", url=stored.article.url)
                return exc

    def _wants_opinion(self, reading: Reading | Exception) -> bool:
        return self._opinions is not None and isinstance(reading, Reading) and can_raise(reading.classification)

    async def _consult(self, waiting: Sequence[Read]) -> list[Read]:
        """Ask outside of any transaction; without an answer an undecided article goes into the digest."""
        assert self._opinions is not None, "nobody waits for an opinion where nobody is asked"
        outcomes = await self._opinions.ask(r for _, r in waiting if isinstance(r, Reading))
        return [
            (stored, heed(r, outcomes.get(r.article.id), self._vocabulary) if isinstance(r, Reading) else r)
            for stored, r in waiting
        ]

    def _settle_batch(self, readings: Sequence[Read], summary: ProcessSummary) -> ProcessSummary:
        with self._store.transaction() as unit:
            for stored, reading in readings:
                if not unit.articles.is_pending(stored.id):
                    continue  # another worker was faster
                with _about(stored):
                    status, alerted = self._settle(unit, stored, reading)
                summary = summary.plus(status, alerted=alerted)
        return summary

    def _settle(self, unit: UnitOfWork, stored: StoredArticle, reading: Reading | Exception) -> tuple[Status, bool]:
        """Place an article among the others, store its verdict, queue its alert: all or nothing."""
        now = self._clock()
        if not isinstance(reading, Exception):
            try:
                with unit.savepoint():
                    return self._place_and_store(unit, stored, reading, now)
            except Exception as exc:
                log.exception("settling failed", url=stored.article.url)
                reading = exc
        problem = f"{type(reading).__name__}: {reading}"
        limit = self._config.monitor.max_attempts
        return unit.articles.failed(stored.id, problem, max_attempts=limit, now=now), False

    def _place_and_store(
        self, unit: UnitOfWork, stored: StoredArticle, reading: Reading, now: dt.datetime
    ) -> tuple[Status, bool]:
        digest = stored.silent and unit.frontier.is_for_digest(stored.id)
        told = settle_and_tell(
            unit,
            place(reading, unit.index),
            stored,
            vocabulary=self._vocabulary,
            lang=self._config.monitor.language,
            silent=stored.silent and not digest,
            minor=digest,
            now=now,
        )
        done = told.settlement
        log.info("settled", status=done.status.value, relevance=done.relevance, about=done.event_id or None,
                 reason=done.reason)  # fmt: skip
        return done.status, bool(told.alert_key)


def _about(stored: StoredArticle) -> AbstractContextManager[None]:
    """Whatever is logged inside, by whomever, says which article it is about, and where that came from."""
    return structlog.contextvars.bound_contextvars(article=stored.id, source=stored.source_name)
