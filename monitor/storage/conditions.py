"""The program's own troubles, open and past."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from monitor.operations import Condition, ConditionKind
from monitor.storage.following_tables import ConditionRow


class Conditions:
    """Conditions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self) -> tuple[Condition, ...]:
        """Troubles that last, told or not yet, the oldest first."""
        query = select(ConditionRow).where(col(ConditionRow.ended_at).is_(None)).order_by(col(ConditionRow.id))
        return tuple(_condition(row) for row in self._session.scalars(query))

    def recent(self, limit: int = 100) -> tuple[Condition, ...]:
        """Troubles that last or lasted, the newest first."""
        query = select(ConditionRow).order_by(col(ConditionRow.started_at).desc(), col(ConditionRow.id).desc())
        return tuple(_condition(row) for row in self._session.scalars(query.limit(limit)))

    def save(self, conditions: Iterable[Condition]) -> None:
        """Remember conditions as they stand now. One that ended before anybody was told of it is forgotten."""
        for one in conditions:
            query = select(ConditionRow).where(
                col(ConditionRow.kind) == one.kind.value,
                col(ConditionRow.subject) == one.subject,
                col(ConditionRow.started_at) == one.started_at,
            )
            row = self._session.scalars(query).one_or_none()
            if one.ended_at is not None and one.announced_at is None:
                if row is not None:
                    self._session.delete(row)
                continue
            row = row or ConditionRow(kind=one.kind.value, subject=one.subject, started_at=one.started_at)
            row.facts = [list(pair) for pair in one.facts]
            row.last_seen_at, row.count, row.clear_looks = one.last_seen_at, one.count, one.clear_looks
            row.announced_at, row.ended_at = one.announced_at, one.ended_at
            self._session.add(row)
        self._session.flush()


def _condition(row: ConditionRow) -> Condition:
    return Condition(
        kind=ConditionKind(row.kind),
        subject=row.subject,
        started_at=row.started_at,
        last_seen_at=row.last_seen_at,
        count=row.count,
        clear_looks=row.clear_looks,
        facts=tuple((code, printed) for code, printed in row.facts),
        announced_at=row.announced_at,
        ended_at=row.ended_at,
    )
