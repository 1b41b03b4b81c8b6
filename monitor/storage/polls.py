"""Polls in the database: what became of each check, so that it can be said whether the program does its work."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from monitor.records import PollOutcome, PollRecord
from monitor.storage.poll_tables import PollRow


class Polls:
    """Rows of polls within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, poll: PollRecord) -> None:
        """Record what became of one check."""
        self._session.add(
            PollRow(
                source_name=poll.source,
                outcome=poll.outcome.value,
                planned_at=poll.planned_at,
                started_at=poll.started_at,
                ended_at=poll.ended_at,
                found=poll.found,
                stored=poll.stored,
                failed=poll.failed,
                requests=poll.requests,
                problem=poll.problem,
            )
        )
        self._session.flush()

    def latest(self, limit: int, *, source: str = "", outcome: PollOutcome | None = None) -> tuple[PollRecord, ...]:
        """The `limit` polls that ended last, newest first; of one source or outcome only where one is named."""
        query = select(PollRow).order_by(col(PollRow.ended_at).desc(), col(PollRow.id).desc()).limit(limit)
        if source:
            query = query.where(col(PollRow.source_name) == source)
        if outcome is not None:
            query = query.where(col(PollRow.outcome) == outcome.value)
        return tuple(_record(row) for row in self._session.scalars(query))

    def counts(self, *, since: dt.datetime) -> Counter[PollOutcome]:
        """How many polls ended with each outcome at or after `since`."""
        query = (
            select(col(PollRow.outcome), func.count())
            .where(col(PollRow.ended_at) >= since)
            .group_by(col(PollRow.outcome))
        )
        return Counter({PollOutcome(outcome): count for outcome, count in self._session.execute(query)})

    def forget(self, *, before: dt.datetime) -> int:
        """Delete polls that ended before this; returns how many."""
        gone = self._session.execute(delete(PollRow).where(col(PollRow.ended_at) < before))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _record(row: PollRow) -> PollRecord:
    return PollRecord(
        source=row.source_name,
        outcome=PollOutcome(row.outcome),
        planned_at=row.planned_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        found=row.found,
        stored=row.stored,
        failed=row.failed,
        requests=row.requests,
        problem=row.problem,
    )
