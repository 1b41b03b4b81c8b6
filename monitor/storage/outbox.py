"""Alerts to deliver and the receipts of every attempt: the delivery ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from monitor.records import AlertState, StoredAlert, StoredReceipt
from monitor.storage.tables import OutboxRow, ReceiptRow

BEGUN = "begun"
"""Outcome of an attempt whose answer was never recorded: it was under way when the process died."""


class Outbox:
    """Outbox and receipt rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(
        self, *, alert_key: str, thread: str, article_id: int, payload: Mapping[str, Any], now: dt.datetime
    ) -> bool:
        """Queue an alert; False where one with this key was ever queued (keys are kept for ever)."""
        if self._session.scalar(select(col(OutboxRow.id)).where(col(OutboxRow.alert_key) == alert_key)) is not None:
            return False
        self._session.add(
            OutboxRow(
                alert_key=alert_key,
                thread=thread,
                article_id=article_id,
                payload=dict(payload),
                state=AlertState.PENDING.value,
                created_at=now,
                next_attempt_at=now,
            )
        )
        self._session.flush()
        return True

    def has(self, alert_key: str) -> bool:
        return self._session.scalar(select(col(OutboxRow.id)).where(col(OutboxRow.alert_key) == alert_key)) is not None

    def due(self, now: dt.datetime, limit: int) -> tuple[StoredAlert, ...]:
        """Alerts waiting for a (next) attempt, oldest first."""
        query = (
            select(OutboxRow)
            .where(col(OutboxRow.state) == AlertState.PENDING.value, col(OutboxRow.next_attempt_at) <= now)
            .order_by(col(OutboxRow.id))
            .limit(limit)
        )
        return tuple(_alert(row) for row in self._session.scalars(query))

    def postpone(self, alert_key: str, until: dt.datetime, reason: str) -> None:
        """Keep an alert open and look at it again at `until`."""
        row = self._row(alert_key)
        row.next_attempt_at, row.reason = until, reason
        self._session.add(row)
        self._session.flush()

    def close(self, alert_key: str, state: AlertState, reason: str, now: dt.datetime) -> None:
        """No more attempts: delivered, or given up with a reason."""
        row = self._row(alert_key)
        row.state, row.reason, row.closed_at = state.value, reason, now
        self._session.add(row)
        self._session.flush()

    def recent(self, limit: int) -> tuple[StoredAlert, ...]:
        """Alerts, newest first."""
        query = select(OutboxRow).order_by(col(OutboxRow.id).desc()).limit(limit)
        return tuple(_alert(row) for row in self._session.scalars(query))

    def of_article(self, article_id: int) -> tuple[StoredAlert, ...]:
        query = select(OutboxRow).where(col(OutboxRow.article_id) == article_id).order_by(col(OutboxRow.id))
        return tuple(_alert(row) for row in self._session.scalars(query))

    def get(self, alert_key: str) -> StoredAlert | None:
        row = self._session.scalars(select(OutboxRow).where(col(OutboxRow.alert_key) == alert_key)).one_or_none()
        return _alert(row) if row else None

    def counts(self) -> Mapping[str, int]:
        """Number of alerts by state."""
        rows = self._session.execute(select(col(OutboxRow.state), func.count()).group_by(col(OutboxRow.state))).all()
        return {str(state): int(n) for state, n in rows}

    # The ledger: what `alerts.Ledger` asks for.

    def begin(self, alert_key: str, receiver: str, channel: str, at: dt.datetime) -> int:
        """Write down that an attempt starts, before the network is touched; returns the attempt's number from 1."""
        last = self._session.scalar(
            select(func.max(col(ReceiptRow.attempt))).where(
                col(ReceiptRow.alert_key) == alert_key,
                col(ReceiptRow.receiver) == receiver,
                col(ReceiptRow.channel) == channel,
            )
        )
        attempt = int(last or 0) + 1
        self._session.add(
            ReceiptRow(
                alert_key=alert_key,
                receiver=receiver,
                channel=channel,
                attempt=attempt,
                outcome=BEGUN,
                attempted_at=at,
            )
        )
        self._session.flush()
        return attempt

    def record(self, receipt: StoredReceipt) -> None:
        """Store an attempt's outcome; an attempt that was not begun is stored whole."""
        row = self._session.scalar(
            select(ReceiptRow).where(
                col(ReceiptRow.alert_key) == receipt.alert_key,
                col(ReceiptRow.receiver) == receipt.receiver,
                col(ReceiptRow.channel) == receipt.channel,
                col(ReceiptRow.attempt) == receipt.attempt,
            )
        ) or ReceiptRow(
            alert_key=receipt.alert_key,
            receiver=receipt.receiver,
            channel=receipt.channel,
            attempt=receipt.attempt,
            outcome=BEGUN,
        )
        row.outcome, row.reason = receipt.outcome, receipt.reason
        row.attempted_at, row.retry_at = receipt.attempted_at, receipt.retry_at
        self._session.add(row)
        self._session.flush()

    def receipts(self, alert_key: str, receiver: str = "", channel: str = "") -> tuple[StoredReceipt, ...]:
        """Attempts for an alert in order, of one receiver and channel where given."""
        query = select(ReceiptRow).where(col(ReceiptRow.alert_key) == alert_key)
        if receiver:
            query = query.where(col(ReceiptRow.receiver) == receiver)
        if channel:
            query = query.where(col(ReceiptRow.channel) == channel)
        return tuple(_receipt(row) for row in self._session.scalars(query.order_by(col(ReceiptRow.id))))

    def _row(self, alert_key: str) -> OutboxRow:
        return self._session.scalars(select(OutboxRow).where(col(OutboxRow.alert_key) == alert_key)).one()


def _alert(row: OutboxRow) -> StoredAlert:
    assert row.id is not None, "a stored row has its number"
    return StoredAlert(
        id=row.id,
        alert_key=row.alert_key,
        thread=row.thread,
        article_id=row.article_id,
        payload=row.payload,
        state=AlertState(row.state),
        reason=row.reason,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        closed_at=row.closed_at,
    )


def _receipt(row: ReceiptRow) -> StoredReceipt:
    return StoredReceipt(
        alert_key=row.alert_key,
        receiver=row.receiver,
        channel=row.channel,
        attempt=row.attempt,
        outcome=row.outcome,
        reason=row.reason,
        attempted_at=row.attempted_at,
        retry_at=row.retry_at,
    )
