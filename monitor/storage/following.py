"""What was told of each thread: one row a thread, rewritten in the transaction that queues what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from monitor.following import ThreadState
from monitor.statements import Citation, Statement
from monitor.storage.following_tables import ThreadStateRow
from monitor.storage.screen import Screen, unscreened


class ThreadStates:
    """Thread states within one transaction."""

    def __init__(self, session: Session, screen: Screen = unscreened) -> None:
        self._session, self._screen = session, screen

    def get(self, thread_id: str) -> ThreadState | None:
        """What is known of a thread; None where nothing is."""
        row = self._session.get(ThreadStateRow, thread_id)
        return _state(row) if row else None

    def hold(self, thread_id: str) -> ThreadState | None:
        """As `get`, kept from other writers until the transaction ends: two workers may read of one thread at a time."""
        row = self._session.get(ThreadStateRow, thread_id, with_for_update=True)
        return _state(row) if row else None

    def put(self, state: ThreadState) -> None:
        """Remember a thread as it stands now."""
        values: dict[str, Any] = {
            "title": state.title,
            "article_id": state.article_id,
            "at": state.at,
            "stage": state.stage,
            "update": state.update,
            "events": list(state.events),
            "past_events": list(state.past_events),
            "facts": self._screen([statement_json(s) for s in state.facts]),
            "deadline": state.deadline,
            "deadline_told_at": state.deadline_told_at,
            "ended": state.ended,
            "first_told_at": state.first_told_at,
            "alert_key": state.alert_key,
            "retold": state.retold,
        }
        row = self._session.get(ThreadStateRow, state.thread_id)
        if row is None:
            row = ThreadStateRow(thread_id=state.thread_id, **values)
        else:
            for name, value in values.items():
                setattr(row, name, value)
        self._session.add(row)
        self._session.flush()

    def forget(self, thread_id: str) -> None:
        """No article is followed under this name any more."""
        row = self._session.get(ThreadStateRow, thread_id)
        if row is not None:
            self._session.delete(row)
            self._session.flush()

    def open(self, now: dt.datetime) -> tuple[ThreadState, ...]:
        """Threads that were told and wait for a deadline still to come, the nearest first."""
        query = (
            select(ThreadStateRow)
            .where(
                col(ThreadStateRow.ended).is_(False),
                col(ThreadStateRow.deadline) > now,
                col(ThreadStateRow.first_told_at).is_not(None),
            )
            .order_by(col(ThreadStateRow.deadline), col(ThreadStateRow.thread_id))
        )
        return tuple(_state(row) for row in self._session.scalars(query))


def _state(row: ThreadStateRow) -> ThreadState:
    return ThreadState(
        thread_id=row.thread_id,
        title=row.title,
        article_id=row.article_id,
        at=row.at,
        stage=row.stage,
        update=row.update,
        events=tuple(row.events),
        past_events=tuple(row.past_events),
        facts=tuple(statement_from(s) for s in row.facts),
        deadline=row.deadline,
        deadline_told_at=row.deadline_told_at,
        ended=row.ended,
        first_told_at=row.first_told_at,
        alert_key=row.alert_key,
        retold=row.retold,
    )


def statement_json(statement: Statement) -> dict[str, Any]:
    """A statement as JSON values; tuples become lists."""
    values = asdict(statement)
    values["cited"]["at"] = statement.cited.at.isoformat()
    return values


def statement_from(values: Mapping[str, Any]) -> Statement:
    """The inverse of `statement_json`."""
    cited = values["cited"]
    value = values["value"]
    return Statement(
        key=values["key"],
        value=tuple(value) if isinstance(value, list) else value,
        raw=values["raw"],
        sentence=values["sentence"],
        basis=values["basis"],
        lot=values["lot"],
        cited=Citation(**{**cited, "at": dt.datetime.fromisoformat(cited["at"])}),
    )
