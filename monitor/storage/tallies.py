"""Figures over everything that is stored: how much there is in each state, what waits since when, how long things took.

Read by metrics and by `baoxun status`, while others work: each figure is one query that an index answers, none locks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Float, case, func, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, col

from monitor.records import AlertState, Hop, Lag, Status
from monitor.storage.delivery_tables import DeliveryRow, OutboxRow, ReceiptRow
from monitor.storage.tables import ArticleRow, SourceRow

BACK_ISSUE = dt.timedelta(days=7)
"""What is older than this when it is first seen was put on a list again, or found late by it: that is no delay of ours."""


class Tallies:
    """Counts and ages within one transaction. Ages are told by the moment they are reckoned from."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Articles

    def articles_by_status(self) -> Mapping[Status, int]:
        """Every stored article, once, by the status it has now."""
        found = self._counted(select(col(ArticleRow.status), func.count()).group_by(col(ArticleRow.status)))
        return {status: found.get((status.value,), 0) for status in Status}

    def articles_by_source(self) -> Mapping[str, int]:
        """How many articles of each source were ever stored."""
        found = self._counted(select(col(ArticleRow.source_name), func.count()).group_by(col(ArticleRow.source_name)))
        return {str(source): count for (source,), count in found.items()}

    def oldest_pending(self) -> dt.datetime | None:
        """When the article was stored that has waited longest for its verdict."""
        return self._session.scalar(
            select(func.min(col(ArticleRow.first_seen_at))).where(col(ArticleRow.status) == Status.NEW.value)
        )

    # Sources

    def overdue(self, names: Collection[str], before: dt.datetime) -> tuple[int, dt.datetime | None]:
        """How many of these sources should have been checked before this moment and were not, and since when the first."""
        query = select(func.count(), func.min(col(SourceRow.next_check_at))).where(
            col(SourceRow.name).in_(tuple(names)), col(SourceRow.next_check_at) < before
        )
        count, oldest = self._session.execute(query).one()
        return int(count), oldest

    def next_check(self, names: Collection[str]) -> dt.datetime | None:
        """When the first of these sources is to be checked next."""
        return self._session.scalar(
            select(func.min(col(SourceRow.next_check_at))).where(col(SourceRow.name).in_(tuple(names)))
        )

    # Alerts

    def not_admitted(self) -> tuple[int, dt.datetime | None]:
        """Alerts of which it is not decided who gets them, and since when the first has waited for that."""
        query = select(func.count(), func.min(col(OutboxRow.created_at))).where(
            col(OutboxRow.state) == AlertState.PENDING.value, col(OutboxRow.admitted_at).is_(None)
        )
        count, oldest = self._session.execute(query).one()
        return int(count), oldest

    def deliveries(self) -> Mapping[tuple[str, str, str], int]:
        """Every delivery, once, by (receiver, channel, the state it has now)."""
        columns = (col(DeliveryRow.state), col(DeliveryRow.receiver), col(DeliveryRow.channel))
        found = self._counted(select(*columns, func.count()).group_by(*columns))
        return {(receiver, channel, state): count for (state, receiver, channel), count in found.items()}

    def waiting(self, now: dt.datetime) -> tuple[int, int, dt.datetime | None]:
        """Deliveries held for a later time; those whose time has come; and when it came for the first of them."""
        due = col(DeliveryRow.due_at) <= now
        query = select(
            func.count(case((~due, 1))), func.count(case((due, 1))), func.min(case((due, col(DeliveryRow.due_at))))
        ).where(col(DeliveryRow.state) == "waiting")
        held, late, oldest = self._session.execute(query).one()
        return int(held), int(late), oldest

    def attempts(self) -> Mapping[tuple[str, str, str], int]:
        """Every attempt to send a message, once, by (receiver, channel, outcome); `begun` where none is recorded."""
        columns = (col(ReceiptRow.receiver), col(ReceiptRow.channel), col(ReceiptRow.outcome))
        found = self._counted(select(*columns, func.count()).group_by(*columns))
        return {(receiver, channel, outcome): count for (receiver, channel, outcome), count in found.items()}

    def last_heartbeat(self, days: Collection[dt.date]) -> dt.datetime | None:
        """When the last sign of life was queued, looked for on these days."""
        keys = tuple(f"heartbeat:{day.isoformat()}" for day in days)
        return self._session.scalar(
            select(func.max(col(OutboxRow.created_at))).where(col(OutboxRow.alert_key).in_(keys))
        )

    # How long things took

    def lags(self, since: dt.datetime) -> Mapping[Hop, Lag]:
        """How long each hop took for what came by itself at or after `since`; a hop that nobody made is left out.

        Baselines, backfills and back issues are old by nature and are not counted.
        """
        live = (col(ArticleRow.first_seen_at) >= since, col(ArticleRow.silent).is_(False))
        queries = {
            Hop.STORED: select(_seconds(col(ArticleRow.published), col(ArticleRow.first_seen_at)).label("lag")).where(
                *live, col(ArticleRow.published) >= since - BACK_ISSUE, col(ArticleRow.published_precision) == "minute"
            ),
            Hop.SETTLED: select(
                _seconds(col(ArticleRow.first_seen_at), col(ArticleRow.processed_at)).label("lag")
            ).where(*live, col(ArticleRow.processed_at).is_not(None)),
            Hop.ACCEPTED: select(_seconds(col(OutboxRow.created_at), col(DeliveryRow.closed_at)).label("lag"))
            # As expressions, so that the day's alerts are looked up first, and not every delivery that ever arrived.
            .join(DeliveryRow, col(DeliveryRow.alert_key) == func.coalesce(col(OutboxRow.alert_key), ""))
            .where(
                col(OutboxRow.admitted_at) >= since,
                func.coalesce(col(DeliveryRow.state), "") == "accepted",
                col(DeliveryRow.form) == "single",
                col(DeliveryRow.closed_at).is_not(None),
            ),
        }
        found = ((hop, self._lag(query)) for hop, query in queries.items())
        return {hop: lag for hop, lag in found if lag is not None}

    # The database itself

    def schema(self) -> str:
        """The revision that the database has."""
        return str(self._session.scalar(text("select version_num from alembic_version")))

    def database_bytes(self) -> int:
        """The size of the database as it reckons itself; SQLite's write-ahead log stands beside it."""
        if self._session.get_bind().dialect.name == "sqlite":
            query = "select page_count * page_size from pragma_page_count(), pragma_page_size()"
        else:
            query = "select pg_database_size(current_database())"
        return int(self._session.scalar(text(query)) or 0)

    def _counted(self, query: Any) -> dict[tuple[str, ...], int]:
        return {tuple(row[:-1]): int(row[-1]) for row in self._session.execute(query)}

    def _lag(self, query: Any) -> Lag | None:
        """Quantiles by nearest rank, within the database: a day may hold many thousands."""
        lags = query.subquery()
        seconds = case((lags.c.lag < 0, 0.0), else_=lags.c.lag)  # dates lie: nothing is stored before it is published
        ranked = select(
            seconds.label("lag"),
            func.row_number().over(order_by=seconds).label("place"),
            func.count().over().label("total"),
        ).subquery()

        def at(share: float) -> ColumnElement[float]:
            return func.min(case((ranked.c.place >= share * ranked.c.total, ranked.c.lag)))

        row = self._session.execute(
            select(func.count(), at(0.5), at(0.9), at(0.99), func.max(ranked.c.lag)).select_from(ranked)
        ).one()
        if not row[0]:
            return None
        median, p90, p99, longest = (float(value) for value in row[1:])
        return Lag(count=int(row[0]), median=median, p90=p90, p99=p99, longest=longest)


class _seconds(FunctionElement[float]):  # noqa: N801  an SQL function, named as one
    """Seconds from one time to another; each database has its own words for that."""

    type = Float()
    inherit_cache = True


@compiles(_seconds, "sqlite")
def _seconds_in_sqlite(element: _seconds, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({later}) - julianday({earlier})) * 86400.0)"


@compiles(_seconds, "postgresql")
def _seconds_in_postgresql(element: _seconds, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(clause, **options) for clause in element.clauses)
    return f"extract(epoch from ({later} - {earlier}))::float"
