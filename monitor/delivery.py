"""Delivering what is due: each attempt is written down before and after the network, so a kill neither loses nor
repeats what was recorded as accepted."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from monitor.alerting import Courier, Delivery, Dispatch
from monitor.clock import Clock
from monitor.records import AlertState, StoredAlert, StoredArticle, StoredReceipt
from monitor.storage import Store, UnitOfWork

DELIVERIES_AT_ONCE = 200
"""Alerts handed to the channels in one round."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySummary:
    """What became of the alerts that were due, and every receipt."""

    done: int
    waiting: int
    dead: int
    receipts: tuple[StoredReceipt, ...]


class Delivering:
    """Hands due alerts to the courier and closes those that need no more attempts; one round at a time."""

    def __init__(self, *, store: Store, courier: Courier, clock: Clock) -> None:
        self._store, self._courier, self._clock = store, courier, clock
        self._delivering = asyncio.Lock()

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
        with self._store.reading() as unit:
            entries = unit.outbox.due(self._clock(), limit=DELIVERIES_AT_ONCE)
            return tuple(Dispatch(entry=e, members=self._members(unit, e)) for e in entries)

    @staticmethod
    def _members(unit: UnitOfWork, entry: StoredAlert) -> tuple[StoredArticle, ...]:
        lead = unit.articles.get(entry.article_id)
        return unit.articles.event_members(lead.event_id) if lead else ()

    def _close(self, entry: StoredAlert, delivery: Delivery) -> None:
        """Close an alert once no channel has an attempt left; its receipts are stored already."""
        with self._store.transaction() as unit:
            if delivery.retry_at is not None:
                unit.outbox.postpone(entry.alert_key, delivery.retry_at, delivery.reason)
            else:
                unit.outbox.close(entry.alert_key, delivery.state, delivery.reason, self._clock())
