"""Subscriptions with WebSub hubs in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from monitor.storage.websub_tables import WebsubRow
from monitor.websub import Subscription, SubscriptionState


class Subscriptions:
    """Rows of subscriptions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Subscription, ...]:
        """Every subscription, by source, oldest first; those that are over among them until they are forgotten."""
        query = select(WebsubRow).order_by(col(WebsubRow.source_name), col(WebsubRow.created_at), col(WebsubRow.token))
        return tuple(_subscription(row) for row in self._session.scalars(query))

    def of_source(self, name: str) -> tuple[Subscription, ...]:
        """Those of one source, oldest first."""
        query = (
            select(WebsubRow)
            .where(col(WebsubRow.source_name) == name)
            .order_by(col(WebsubRow.created_at), col(WebsubRow.token))
        )
        return tuple(_subscription(row) for row in self._session.scalars(query))

    def get(self, token: str) -> Subscription | None:
        """The subscription whose callback address ends so; None where there is none."""
        row = self._session.get(WebsubRow, token)
        return _subscription(row) if row else None

    def put(self, subscription: Subscription) -> None:
        """Store it, new or changed; what was counted of its notifications stays as it is stored."""
        values: dict[str, Any] = {
            "source_name": subscription.source,
            "feed": subscription.feed,
            "topic": subscription.topic,
            "hub": subscription.hub,
            "state": subscription.state.value,
            "mark": subscription.mark,
            "next_at": subscription.next_at,
            "created_at": subscription.created_at,
            "asked_at": subscription.asked_at,
            "lease_until": subscription.lease_until,
            "failures": subscription.failures,
            "problem": subscription.problem,
        }
        row = self._session.get(WebsubRow, subscription.token)
        if row is None:
            self._session.add(WebsubRow(token=subscription.token, pings=0, refused=0, **values))
        else:
            row.sqlmodel_update(values)
        self._session.flush()

    def heard(self, token: str, *, pings: int, refused: int, last_ping_at: dt.datetime | None) -> None:
        """Count notifications: so many that were believed, the last of them at `last_ping_at`, and so many that were not."""
        values: dict[str, object] = {
            "pings": col(WebsubRow.pings) + pings,
            "refused": col(WebsubRow.refused) + refused,
        }
        if last_ping_at is not None:
            values["last_ping_at"] = last_ping_at
        self._session.execute(update(WebsubRow).where(col(WebsubRow.token) == token).values(values))

    def counts(self) -> Mapping[SubscriptionState, int]:
        """How many stand in each state."""
        query = select(col(WebsubRow.state), func.count()).group_by(col(WebsubRow.state))
        return {SubscriptionState(state): int(count) for state, count in self._session.execute(query)}

    def notifications(self) -> Mapping[str, int]:
        """How many notifications were ever `believed`, and how many `refused`."""
        sums = select(
            func.coalesce(func.sum(col(WebsubRow.pings)), 0), func.coalesce(func.sum(col(WebsubRow.refused)), 0)
        )
        believed, refused = self._session.execute(sums).one()
        return {"believed": int(believed), "refused": int(refused)}

    def forget(self, *, before: dt.datetime) -> int:
        """Delete those that are over, were begun before this and were told of nothing; returns how many. What was counted of
        the others must never fall."""
        over = (
            col(WebsubRow.state) == SubscriptionState.ENDED.value,
            col(WebsubRow.created_at) < before,
            col(WebsubRow.pings) + col(WebsubRow.refused) == 0,
        )
        return int(self._session.execute(delete(WebsubRow).where(*over)).rowcount)  # type: ignore[attr-defined]


def _subscription(row: WebsubRow) -> Subscription:
    return Subscription(
        token=row.token,
        source=row.source_name,
        feed=row.feed,
        topic=row.topic,
        hub=row.hub,
        state=SubscriptionState(row.state),
        next_at=row.next_at,
        created_at=row.created_at,
        mark=row.mark,
        asked_at=row.asked_at,
        lease_until=row.lease_until,
        failures=row.failures,
        problem=row.problem,
        pings=row.pings,
        refused=row.refused,
        last_ping_at=row.last_ping_at,
    )
