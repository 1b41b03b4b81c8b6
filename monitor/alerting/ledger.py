"""The alerts' ledger, kept in the store."""

from __future__ import annotations

import datetime as dt

from alerts import Attempt, Outcome, Receipt
from monitor.records import StoredReceipt
from monitor.storage import Store


class StoreLedger:
    """The alerts' ledger, kept in the store: each call is one short transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def accepted(self, alert_key: str, receiver: str, channel: str) -> bool:
        return any(
            a.receipt is not None and a.receipt.outcome is Outcome.ACCEPTED
            for a in self.attempts(alert_key, receiver, channel)
        )

    def attempts(self, alert_key: str, receiver: str, channel: str) -> tuple[Attempt, ...]:
        with self._store.reading() as unit:
            return tuple(_attempt(r) for r in unit.outbox.receipts(alert_key, receiver, channel))

    def begin(self, alert_key: str, receiver: str, channel: str, at: dt.datetime) -> int:
        with self._store.transaction() as unit:
            return unit.outbox.begin(alert_key, receiver, channel, at)

    def record(self, receipt: Receipt) -> None:
        with self._store.transaction() as unit:
            unit.outbox.record(stored_receipt(receipt))


def stored_receipt(receipt: Receipt) -> StoredReceipt:
    """A receipt as the store keeps it."""
    return StoredReceipt(
        alert_key=receipt.alert_key,
        receiver=receipt.receiver,
        channel=receipt.channel,
        attempt=receipt.attempt,
        outcome=receipt.outcome.value,
        reason=receipt.reason,
        attempted_at=receipt.attempted_at,
        retry_at=receipt.retry_at,
    )


def _attempt(stored: StoredReceipt) -> Attempt:
    if stored.outcome not in {outcome.value for outcome in Outcome}:  # begun, and never heard of again
        return Attempt(number=stored.attempt, begun_at=stored.attempted_at)
    receipt = Receipt(
        alert_key=stored.alert_key,
        receiver=stored.receiver,
        channel=stored.channel,
        outcome=Outcome(stored.outcome),
        reason=stored.reason,
        attempted_at=stored.attempted_at,
        attempt=stored.attempt,
        retry_at=stored.retry_at,
    )
    return Attempt(number=stored.attempt, begun_at=stored.attempted_at, receipt=receipt)
