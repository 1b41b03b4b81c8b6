"""Alerts to deliver: written with what they are about, admitted once, closed with their last delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from monitor.records import AlertState, StoredAlert
from monitor.storage.delivery_tables import DeliveryRow, OutboxRow
from monitor.storage.screen import Screen, unscreened


class Outbox:
    """Outbox rows within one transaction."""

    def __init__(self, session: Session, screen: Screen = unscreened) -> None:
        self._session, self._screen = session, screen

    def put(
        self, *, alert_key: str, thread: str, article_id: int | None, payload: Mapping[str, Any], now: dt.datetime
    ) -> bool:
        """Queue an alert; False where one with this key was ever queued (keys are kept for ever)."""
        if self.has(alert_key):
            return False
        self._session.add(
            OutboxRow(
                alert_key=alert_key,
                thread=thread,
                article_id=article_id,
                payload=self._screen(dict(payload)),
                state=AlertState.PENDING.value,
                created_at=now,
            )
        )
        self._session.flush()
        return True

    def has(self, alert_key: str) -> bool:
        return self._session.scalar(select(col(OutboxRow.id)).where(col(OutboxRow.alert_key) == alert_key)) is not None

    def not_admitted(self, limit: int) -> tuple[StoredAlert, ...]:
        """Alerts of which it is not decided yet who gets them, oldest first."""
        query = (
            select(OutboxRow)
            .where(col(OutboxRow.state) == AlertState.PENDING.value, col(OutboxRow.admitted_at).is_(None))
            .order_by(col(OutboxRow.id))
            .limit(limit)
        )
        return tuple(_alert(row) for row in self._session.scalars(query))

    def admitted_since(self, moment: dt.datetime, *, told_in: Sequence[str]) -> tuple[StoredAlert, ...]:
        """Alerts admitted at or after `moment` with a delivery in one of these states, oldest first."""
        told = select(col(DeliveryRow.alert_key)).where(col(DeliveryRow.state).in_(told_in))
        query = (
            select(OutboxRow)
            .where(col(OutboxRow.admitted_at) >= moment, col(OutboxRow.alert_key).in_(told))
            .order_by(col(OutboxRow.id))
        )
        return tuple(_alert(row) for row in self._session.scalars(query))

    def admit(self, alert_keys: Iterable[str], now: dt.datetime) -> tuple[str, ...]:
        """Note that it was decided who gets these alerts; the keys of those of which it was not noted before."""
        query = (
            select(OutboxRow)
            .where(col(OutboxRow.alert_key).in_(tuple(alert_keys)), col(OutboxRow.admitted_at).is_(None))
            .order_by(col(OutboxRow.id))
            .with_for_update()
        )
        rows = self._session.scalars(query).all()
        for row in rows:
            row.admitted_at = now
        self._session.flush()
        return tuple(row.alert_key for row in rows)

    def hold(self, alert_keys: Iterable[str]) -> None:
        """Keep these alerts from other writers until the transaction ends. Held in one order everywhere, so that two
        workers never wait for one another."""
        query = select(col(OutboxRow.id)).where(col(OutboxRow.alert_key).in_(tuple(alert_keys)))
        self._session.execute(query.order_by(col(OutboxRow.id)).with_for_update())

    def reopen(self, alert_key: str, reason: str) -> None:
        """An alert has deliveries to make again."""
        self._set(alert_key, AlertState.PENDING, reason, None)

    def close(self, alert_key: str, state: AlertState, reason: str, now: dt.datetime) -> None:
        """No delivery of it is open any more."""
        self._set(alert_key, state, reason, now)

    def recent(self, limit: int) -> tuple[StoredAlert, ...]:
        """Alerts, newest first."""
        query = select(OutboxRow).order_by(col(OutboxRow.id).desc()).limit(limit)
        return tuple(_alert(row) for row in self._session.scalars(query))

    def of_article(self, article_id: int) -> tuple[StoredAlert, ...]:
        query = select(OutboxRow).where(col(OutboxRow.article_id) == article_id).order_by(col(OutboxRow.id))
        return tuple(_alert(row) for row in self._session.scalars(query))

    def of_thread(self, thread: str) -> tuple[StoredAlert, ...]:
        """All alerts on one thread, oldest first."""
        query = select(OutboxRow).where(col(OutboxRow.thread) == thread).order_by(col(OutboxRow.id))
        return tuple(_alert(row) for row in self._session.scalars(query))

    def get(self, alert_key: str) -> StoredAlert | None:
        row = self._session.scalars(select(OutboxRow).where(col(OutboxRow.alert_key) == alert_key)).one_or_none()
        return _alert(row) if row else None

    def by_number(self, number: int) -> StoredAlert | None:
        """The alert of this number, as lists show it."""
        row = self._session.get(OutboxRow, number)
        return _alert(row) if row else None

    def get_many(self, alert_keys: Iterable[str]) -> Mapping[str, StoredAlert]:
        """Alerts by their keys; those that do not exist are left out."""
        query = select(OutboxRow).where(col(OutboxRow.alert_key).in_(tuple(alert_keys)))
        return {row.alert_key: _alert(row) for row in self._session.scalars(query)}

    def created_since(self, moment: dt.datetime) -> int:
        """How many alerts were queued since `moment`."""
        return self._session.scalar(select(func.count()).where(col(OutboxRow.created_at) >= moment)) or 0

    def counts(self) -> Mapping[str, int]:
        """Number of alerts by state."""
        rows = self._session.execute(select(col(OutboxRow.state), func.count()).group_by(col(OutboxRow.state))).all()
        return {str(state): int(n) for state, n in rows}

    def _set(self, alert_key: str, state: AlertState, reason: str, closed_at: dt.datetime | None) -> None:
        row = self._row(alert_key)
        row.state, row.reason, row.closed_at = state.value, reason, closed_at
        self._session.add(row)
        self._session.flush()

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
        admitted_at=row.admitted_at,
        closed_at=row.closed_at,
    )
