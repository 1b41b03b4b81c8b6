"""Sources in the database: which are due, what they said last, how they fare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from monitor.records import SourceRecord
from monitor.staleness import Appearance
from monitor.storage.tables import ArticleKeyRow, ArticleRow, SourceRow


class Sources:
    """Source rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def register(self, names: Iterable[str], now: dt.datetime) -> None:
        """Make sure that each named source has a row; a new one is due at once. Others stay as they are."""
        stored = set(self._session.scalars(select(col(SourceRow.name))))
        for name in dict.fromkeys(names):
            if name not in stored:
                self._session.add(SourceRow(name=name, next_check_at=now, created_at=now))
        self._session.flush()

    def redate(self, now: dt.datetime) -> int:
        """Count pauses from `now` of sources whose last check was dated by a clock that has since been set back, so that none
        waits for longer than it was meant to; how many there were."""
        ahead = self._session.scalars(select(SourceRow).where(col(SourceRow.last_checked_at) > now)).all()
        for row in ahead:
            assert row.last_checked_at is not None, "the query asks for it"
            row.next_check_at = now + max(row.next_check_at - row.last_checked_at, dt.timedelta())
            row.last_checked_at = now
            self._session.add(row)
        self._session.flush()
        return len(ahead)

    def due(self, names: Iterable[str], now: dt.datetime) -> tuple[str, ...]:
        """Those of `names` whose next check has come, longest overdue first."""
        wanted = list(names)
        query = (
            select(col(SourceRow.name))
            .where(col(SourceRow.name).in_(wanted), col(SourceRow.next_check_at) <= now)
            .order_by(col(SourceRow.next_check_at), col(SourceRow.name))
        )
        return tuple(self._session.scalars(query))

    def hasten(self, name: str, when: dt.datetime) -> None:
        """Look at a source at `when` already, where its next check is later than that."""
        row = self._session.get_one(SourceRow, name)
        row.next_check_at = min(row.next_check_at, when)
        self._session.add(row)
        self._session.flush()

    def get(self, name: str) -> SourceRecord | None:
        """What is remembered of a source, None if it was never registered."""
        row = self._session.get(SourceRow, name)
        return _record(row, 0) if row else None

    def all(self) -> tuple[SourceRecord, ...]:
        """Every source with its number of stored articles, by name."""
        counts = dict(
            self._session.execute(
                select(col(ArticleRow.source_name), func.count()).group_by(col(ArticleRow.source_name))
            ).all()
        )
        rows = self._session.scalars(select(SourceRow).order_by(col(SourceRow.name)))
        return tuple(_record(row, int(counts.get(row.name, 0))) for row in rows)

    def known_keys(self, name: str, limit: int) -> frozenset[str]:
        """Names of the `limit` articles of this source stored last: what a poll need not fetch again."""
        newest = (
            select(col(ArticleRow.id))
            .where(col(ArticleRow.source_name) == name)
            .order_by(col(ArticleRow.id).desc())
            .limit(limit)
            .subquery()
        )
        query = select(col(ArticleKeyRow.key)).join(newest, col(ArticleKeyRow.article_id) == newest.c.id)
        return frozenset(self._session.scalars(query))

    def appearances(self, name: str, limit: int = 1500) -> tuple[Appearance, ...]:
        """When the `limit` articles of this source stored last appeared, newest first: what its rhythm is read from."""
        query = (
            select(col(ArticleRow.published), col(ArticleRow.published_precision), col(ArticleRow.first_seen_at))
            .where(col(ArticleRow.source_name) == name)
            .order_by(col(ArticleRow.id).desc())
            .limit(limit)
        )
        return tuple(
            Appearance(published=published, precision=precision, first_seen_at=first_seen_at)
            for published, precision, first_seen_at in self._session.execute(query)
        )

    def polled(
        self,
        name: str,
        *,
        state: Mapping[str, Any],
        now: dt.datetime,
        next_check_at: dt.datetime,
        succeeded: bool,
        new_articles: int,
        problem: str,
        pacing: Mapping[str, Any] | None = None,
    ) -> None:
        """Record a poll: the state for the next one, and how it went. The first success ends the baseline."""
        row = self._session.get_one(SourceRow, name)
        row.state = dict(state)
        row.next_check_at = next_check_at
        row.last_checked_at = now
        row.last_problem = problem
        row.pacing = dict(pacing or {})
        if succeeded:
            row.failures = 0
            row.last_success_at = now
            row.baseline_at = row.baseline_at or now
        else:
            row.failures += 1
        if new_articles:
            row.last_new_at = now
        self._session.add(row)
        self._session.flush()


def _record(row: SourceRow, articles: int) -> SourceRecord:
    return SourceRecord(
        name=row.name,
        state=row.state,
        next_check_at=row.next_check_at,
        last_checked_at=row.last_checked_at,
        last_success_at=row.last_success_at,
        last_new_at=row.last_new_at,
        baseline_at=row.baseline_at,
        failures=row.failures,
        last_problem=row.last_problem,
        articles=articles,
        pacing=row.pacing,
    )
