"""The use cases on one store: poll sources, fetch their past, understand what came, watch deadlines, deliver alerts.

Each can be repeated or killed at any point; how, each module says: `polling`, `backfill`, `processing`, `attention`, `delivery`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from monitor.alerting import Desk
from monitor.attention import Attention
from monitor.backfill import Backfilling, BackfillReport, OnProgress, Order, ignore_progress
from monitor.backfill_crawl import BackfillCrawler
from monitor.clock import Clock
from monitor.config import Config
from monitor.delivery import Delivering, DeliverySummary
from monitor.importing import Importing, ImportReport
from monitor.ingest import Poller
from monitor.polling import OnTurn, Polling, PollSummary, begin_at_once
from monitor.processing import Processing, ProcessSummary
from monitor.second_opinion.asking import SecondOpinion
from monitor.storage import Store
from monitor.subscribing import Subscribing
from monitor.taxonomy import Vocabulary

__all__ = ["BackfillReport", "DeliverySummary", "ImportReport", "Order", "PollSummary", "ProcessSummary", "Service"]


class Service:
    """The use cases. Built by `bootstrap`; every part can be replaced in a test."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        vocabulary: Vocabulary,
        poller: Poller,
        past: BackfillCrawler,
        importing: Importing,
        desk: Desk,
        clock: Clock,
        opinions: SecondOpinion | None = None,
        subscribing: Subscribing | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.config, self.store, self.vocabulary, self.clock = config, store, vocabulary, clock
        self._polling = Polling(config=config, store=store, poller=poller, clock=clock, chance=chance)
        self.importing = importing
        self.subscribing = subscribing
        """Hubs that tell of news; None where none is to be asked."""
        self._backfilling = Backfilling(config=config, store=store, crawler=past, clock=clock)
        self._processing = Processing(config=config, store=store, vocabulary=vocabulary, clock=clock, opinions=opinions)
        self._delivering = Delivering(desk=desk, clock=clock)
        self.attention = Attention(config=config, store=store, desk=desk, clock=clock)

    @property
    def progress(self) -> int:
        """Grows with every batch that is understood and every message that is concluded: work that is done, slow as it may be."""
        return self._processing.batches + self._delivering.concluded

    def register_sources(self) -> None:
        """Give every configured source its row."""
        self._polling.register_sources()

    def due_sources(self) -> tuple[str, ...]:
        """Enabled sources whose next check has come."""
        return self._polling.due_sources()

    async def poll(self, name: str, on_turn: OnTurn = begin_at_once) -> PollSummary:
        """Poll one source and store what is new. The first successful poll of a source is its silent baseline.

        `on_turn` is awaited when its turn has come; what it raises ends the poll before anything is asked. Raises `UsageError` for an unknown name. A crawl that fails is recorded, not raised.
        """
        return await self._polling.poll(name, on_turn)

    async def backfill(self, order: Order, on_progress: OnProgress = ignore_progress) -> BackfillReport:
        """Page a source back in time and store what is missing, silently; goes on where an earlier run was left.

        Raises `UsageError` where the source cannot be asked so, `CrawlFailedError` where crawling itself broke.
        """
        return await self._backfilling.backfill(order, on_progress)

    async def process_pending(self) -> ProcessSummary:
        """Understand every stored article that has no verdict yet, and queue the alerts that come of it."""
        return await self._processing.process_pending()

    async def attend(self) -> int:
        """Queue what time itself brings: reminders of deadlines, the program's own troubles, the sign of life."""
        reminders = await asyncio.to_thread(self.attention.remind)
        return reminders + await asyncio.to_thread(self.attention.look)

    def redate(self) -> int:
        """The clock may have been set back: what was put off for a while by the old one, checks and messages, waits no longer
        than it was meant to. How much that concerned."""
        with self.store.transaction() as unit:
            return unit.sources.redate(self.clock()) + unit.deliveries.redate(self.clock())

    async def deliver_due(self) -> DeliverySummary:
        """Decide who gets the new alerts, and send what is due; every attempt has its receipt."""
        return await self._delivering.deliver_due()
