"""Is what the database holds what was written? Asked of the database's own checks, within a time that the caller gives."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from monitor.errors import DatabaseBusyError, DatabaseUnreachableError
from monitor.storage.database import Database
from monitor.storage.faults import typed_sqlite

MOST_FAULTS = 20
"""Faults that are told: a damaged file has thousands."""

_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Integrity:
    """What was found. `complete` is False where the time ran out before everything was looked at."""

    faults: tuple[str, ...]
    complete: bool


def look(database: Database, *, seconds: float | None, thorough: bool = False) -> Integrity:
    """Look at the database's own structure; `thorough` also compares indexes with tables.

    PostgreSQL keeps check-sums of its own (`pg_amcheck`, `data_checksums`): of it only an answer is asked.
    Raises `DatabaseUnreachableError`, `DatabaseBusyError`; damage comes back as faults.
    """
    if database.sqlite_path is None:
        database.ping()
        return Integrity(faults=(), complete=True)
    return look_at_file(database.sqlite_path, seconds=seconds, thorough=thorough)


def look_at_file(path: Path, *, seconds: float | None, thorough: bool = False) -> Integrity:
    """The same for a SQLite file, whose write-ahead log is recovered where a crash left one."""
    faults: list[str] = []
    end = monotonic() + seconds if seconds is not None else None
    asked = ("integrity_check" if thorough else "quick_check", "foreign_key_check")
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=20.0)) as connection:
            if end is not None:
                connection.set_progress_handler(lambda: monotonic() > end, _STEPS)
            for check in asked:
                rows = connection.execute(f"pragma {check}").fetchmany(MOST_FAULTS)
                faults += [_told(check, row) for row in rows if row != ("ok",)]
    except sqlite3.Error as exc:
        if getattr(exc, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return Integrity(faults=tuple(faults), complete=False)
        meant = typed_sqlite(exc, str(path))
        if isinstance(meant, DatabaseBusyError | DatabaseUnreachableError):
            raise meant from exc
        faults.append(str(exc))
    return Integrity(faults=tuple(faults), complete=True)


def _told(check: str, row: tuple[object, ...]) -> str:
    if check == "foreign_key_check":
        table, number, parent, _ = row
        return f"row {number} of {table} belongs to a row of {parent} that is not there"
    return " ".join(str(row[0]).split())
