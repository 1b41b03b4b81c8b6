"""Silences: who asked for quiet about what, why and until when. Rows are ended, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from monitor.records import StoredSilence
from monitor.storage.delivery_tables import SilenceRow


class Silences:
    """Silence rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, *, matchers: Sequence[str], author: str, reason: str, starts_at: dt.datetime, ends_at: dt.datetime
    ) -> int:
        """Keep a silence; its number."""
        row = SilenceRow(matchers=list(matchers), author=author, reason=reason, starts_at=starts_at, ends_at=ends_at)
        self._session.add(row)
        self._session.flush()
        assert row.id is not None, "flushed just now"
        return row.id

    def in_force(self, now: dt.datetime) -> tuple[StoredSilence, ...]:
        """Silences that have begun and have not ended."""
        query = select(SilenceRow).where(col(SilenceRow.starts_at) <= now, col(SilenceRow.ends_at) > now)
        return tuple(_silence(row) for row in self._session.scalars(query.order_by(col(SilenceRow.id))))

    def listed(self, limit: int = 100) -> tuple[StoredSilence, ...]:
        """Silences, newest first."""
        query = select(SilenceRow).order_by(col(SilenceRow.id).desc()).limit(limit)
        return tuple(_silence(row) for row in self._session.scalars(query))

    def end(self, number: int, by: str, now: dt.datetime) -> bool:
        """End a silence now; False where none of this number is in force."""
        row = self._session.get(SilenceRow, number)
        if row is None or row.ends_at <= now:
            return False
        row.ends_at, row.ended_by = now, by
        self._session.add(row)
        self._session.flush()
        return True


def _silence(row: SilenceRow) -> StoredSilence:
    assert row.id is not None, "a stored row has its number"
    return StoredSilence(
        id=row.id,
        matchers=tuple(row.matchers),
        author=row.author,
        reason=row.reason,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ended_by=row.ended_by,
    )
