"""Polls in the database: what became of each check, so that it can be said whether the program does its work."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from monitor.records import PollOutcome, PollRecord, PollTally
from monitor.storage.poll_tables import PollRow, PollTallyRow


class Polls:
    """Rows of polls within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, poll: PollRecord) -> None:
        """Record what became of one check, and count it."""
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
        self._count(poll)

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

    def tallies(self) -> tuple[PollTally, ...]:
        """How many checks of each source ever ended with each outcome; those that were forgotten count, too."""
        rows = self._session.scalars(
            select(PollTallyRow).order_by(col(PollTallyRow.source_name), col(PollTallyRow.outcome))
        )
        return tuple(
            PollTally(source=r.source_name, outcome=PollOutcome(r.outcome), polls=r.polls, requests=r.requests)
            for r in rows
        )

    def _count(self, poll: PollRecord) -> None:
        """In the transaction that records the poll, so that each is counted exactly once."""
        insert = sqlite.insert if self._session.get_bind().dialect.name == "sqlite" else postgresql.insert
        first = insert(PollTallyRow).values(
            source_name=poll.source, outcome=poll.outcome.value, polls=1, requests=poll.requests
        )
        self._session.execute(
            first.on_conflict_do_update(
                index_elements=["source_name", "outcome"],
                set_={
                    "polls": col(PollTallyRow.polls) + 1,
                    "requests": col(PollTallyRow.requests) + poll.requests,
                },
            )
        )

    def forget(self, *, before: dt.datetime) -> int:
        """Delete polls that ended before this; returns how many. What they were counted as stays."""
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
