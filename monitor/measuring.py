"""Taking the vitals: one reading for metrics and for `baoxun status`, so that they never disagree.

Everything is read from the database and the disk, nothing is counted in memory: figures are the same after a restart, and from
another process.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from monitor import workdays
from monitor.config import Config
from monitor.inventory import Standing, standings
from monitor.staleness import history_of, judge
from monitor.storage import Store, UnitOfWork
from monitor.vitals import Room, Vitals
from monitor.wellbeing import Day

DAY = dt.timedelta(days=1)

LAGS_OVER = DAY
"""Lags are those of the last day: long enough to hold something, short enough to show what changed."""

DEAD_STATES = ("refused", "unknown", "given up")
"""Deliveries that were tried and may not have arrived."""

HEARTBEATS_OVER = 7
"""Days on which the last sign of life is looked for."""


def take(store: Store, config: Config, now: dt.datetime) -> Vitals:
    """Measure now. Raises `DatabaseUnreachableError`, `DatabaseBusyError`; OSError where the data folder is gone."""
    with store.reading() as unit:
        return _read(unit, config, now)


def sources(store: Store, config: Config, now: dt.datetime) -> tuple[Standing, ...]:
    """How each configured source stands, judged as the operators' alerts judge it."""
    with store.reading() as unit:
        records = unit.sources.all()
        enabled = {source.name for source in config.enabled_sources}
        verdicts = {
            r.name: judge(history_of(r, unit.sources.appearances(r.name)), workdays.china, now)
            for r in records
            if r.name in enabled and r.last_checked_at
        }
    return standings(config.sources, records, off=True, verdicts=verdicts)


def day(store: Store, config: Config, now: dt.datetime) -> Day:
    """What was done since midnight, where the configuration says that people live, and in the last 24 hours."""
    midnight = dt.datetime.combine(now.astimezone(config.zone).date(), dt.time(), config.zone).astimezone(dt.UTC)
    with store.reading() as unit:
        stored, matches = unit.articles.seen_since(midnight)
        return Day(
            stored=stored,
            matches=matches,
            delivered=sum(unit.deliveries.ended_since(midnight, ("accepted",)).values()),
            dead=sum(unit.deliveries.ended_since(now - DAY, DEAD_STATES).values()),
            polls=unit.polls.counts(since=now - DAY),
        )


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
        subscriptions={state.value: count for state, count in unit.subscriptions.counts().items()},
        notifications=unit.subscriptions.notifications(),
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
