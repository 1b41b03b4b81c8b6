"""What can be measured of the program at one moment: what it did, what waits, how long things take, how much room is left.

One reading serves metrics, readiness and `baoxun status`, so that they never disagree. Everything is read from the database
and the disk, nothing is counted in memory: figures are the same after a restart, and from another process.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config import Config
from monitor.operations import Condition
from monitor.records import Hop, Lag, PollRecord, PollTally, Status
from monitor.storage import Store, UnitOfWork

LAGS_OVER = dt.timedelta(days=1)
"""Lags are those of the last day: long enough to hold something, short enough to show what changed."""

HEARTBEATS_OVER = 7
"""Days on which the last sign of life is looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """Bytes: free and total of the disk that holds the data, and what the database and the raw pages take."""

    free: int
    total: int
    database: int
    raw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """A reading. All times are aware UTC; a time is None where there is nothing that it could be the time of."""

    at: dt.datetime
    schema: str
    """Revision of the database's schema."""
    sources: int
    """Enabled sources."""
    polls: tuple[PollTally, ...]
    last_poll: PollRecord | None
    overdue: int
    """Enabled sources whose check should have come by `at` less the time that a crawl may take, and did not."""
    overdue_since: dt.datetime | None
    next_check_at: dt.datetime | None
    articles: Mapping[Status, int]
    stored: Mapping[str, int]
    """Articles ever stored, by source."""
    pending_since: dt.datetime | None
    """When the oldest article without a verdict was stored."""
    not_admitted: int
    """Alerts of which it is not decided who gets them."""
    not_admitted_since: dt.datetime | None
    deliveries: Mapping[tuple[str, str, str], int]
    """By (receiver, channel, state)."""
    held: int
    """Deliveries that wait for a later time: a morning, a digest, the next attempt."""
    due: int
    """Deliveries whose time has come."""
    due_since: dt.datetime | None
    attempts: Mapping[tuple[str, str, str], int]
    """By (receiver, channel, outcome)."""
    lags: Mapping[Hop, Lag]
    conditions: tuple[Condition, ...]
    """Troubles that operators were told of and that last."""
    heartbeat_at: dt.datetime | None
    room: Room

    @property
    def pending(self) -> int:
        """Articles without a verdict."""
        return self.articles.get(Status.NEW, 0)

    @property
    def waiting_since(self) -> dt.datetime | None:
        """Since when the oldest thing waits that should not: an article, an alert, or a delivery whose time has come."""
        moments = (self.pending_since, self.not_admitted_since, self.due_since)
        return min((m for m in moments if m is not None), default=None)


def take(store: Store, config: Config, now: dt.datetime) -> Vitals:
    """Measure now. Raises `DatabaseUnreachableError`, `DatabaseBusyError`; OSError where the data folder is gone."""
    with store.reading() as unit:
        return _read(unit, config, now)


def _read(unit: UnitOfWork, config: Config, now: dt.datetime) -> Vitals:
    names = [source.name for source in config.enabled_sources]
    overdue, overdue_since = unit.tallies.overdue(names, now - config.crawler.deadline)
    not_admitted, not_admitted_since = unit.tallies.not_admitted()
    held, due, due_since = unit.tallies.waiting(now)
    today = now.astimezone(config.zone).date()
    return Vitals(
        at=now,
        schema=unit.tallies.schema(),
        sources=len(names),
        polls=unit.polls.tallies(),
        last_poll=next(iter(unit.polls.latest(1)), None),
        overdue=overdue,
        overdue_since=overdue_since,
        next_check_at=unit.tallies.next_check(names),
        articles=unit.tallies.articles_by_status(),
        stored=unit.tallies.articles_by_source(),
        pending_since=unit.tallies.oldest_pending(),
        not_admitted=not_admitted,
        not_admitted_since=not_admitted_since,
        deliveries=unit.tallies.deliveries(),
        held=held,
        due=due,
        due_since=due_since,
        attempts=unit.tallies.attempts(),
        lags=unit.tallies.lags(now - LAGS_OVER),
        conditions=tuple(c for c in unit.conditions.open() if c.is_known),
        heartbeat_at=unit.tallies.last_heartbeat([today - dt.timedelta(days=n) for n in range(HEARTBEATS_OVER)]),
        room=_room(config.storage.data_dir, unit.tallies.database_bytes()),
    )


def _room(folder: Path, database: int) -> Room:
    disk = shutil.disk_usage(folder)
    return Room(
        free=disk.free, total=disk.total, database=database, raw=_size_of(sorted((folder / "raw").glob("*.warc.gz")))
    )


def _size_of(files: Sequence[Path]) -> int:
    """Files may go while they are counted: retention removes old ones."""
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
        except FileNotFoundError:
            continue
    return total
