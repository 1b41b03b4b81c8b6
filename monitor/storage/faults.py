"""What a driver's exception means, told by its code: busy, full, read-only, damaged, a disk's fault, or out of reach.

Codes of SQLite: https://www.sqlite.org/rescode.html (the low byte is the primary code). SQLSTATEs of PostgreSQL:
https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from monitor.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DiskError,
    StorageError,
)

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03", "40P01", "40001"}
"""Locks, lock time-outs, deadlocks and serialisation failures: the same transaction may be tried again."""
_FULL = {sqlite3.SQLITE_FULL, "53100"}
_READ_ONLY = {sqlite3.SQLITE_READONLY, "25006"}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, "XX001", "XX002"}
_DISK = {sqlite3.SQLITE_IOERR, "58030"}


def typed(exc: SQLAlchemyError, url: str) -> StorageError:
    """The error to raise instead; `url` is fit for messages."""
    return typed_by(code_of(exc), url, cause_of(exc), unreachable=isinstance(exc, OperationalError))


def typed_sqlite(exc: sqlite3.Error, url: str) -> StorageError:
    """The same for an exception of the SQLite driver itself."""
    code = getattr(exc, "sqlite_errorcode", None)
    return typed_by(code & 0xFF if code is not None else None, url, _first_line(exc), unreachable=True)


def typed_by(code: int | str | None, url: str, cause: str, *, unreachable: bool) -> StorageError:
    """The error for a code; for an unknown one, that the database is out of reach, or just that something failed."""
    if code in _BUSY:
        return DatabaseBusyError(
            f"the database {url} is locked by another writer ({cause}); trying again later is safe"
        )
    if code in _FULL:
        return DatabaseFullError(url, cause)
    if code in _READ_ONLY:
        return DatabaseReadOnlyError(url, cause)
    if code in _DAMAGED:
        return DatabaseDamagedError(url, cause)
    if code in _DISK:
        return DiskError(f"database {url}: the disk did not do as it was told ({cause}); the transaction was undone")
    return DatabaseUnreachableError(url, cause) if unreachable else StorageError(f"database {url}: {cause}")


def code_of(exc: SQLAlchemyError) -> int | str | None:
    """SQLite's primary code or PostgreSQL's SQLSTATE, None where the driver gave neither."""
    original = getattr(exc, "orig", None)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return int(code) & 0xFF
    state = getattr(original, "sqlstate", None)
    return str(state) if state else None


def cause_of(exc: SQLAlchemyError) -> str:
    """What the driver said, in one line, without the statement and its values."""
    return _first_line(getattr(exc, "orig", None) or exc)


def _first_line(exc: object) -> str:
    return (str(exc).strip() or type(exc).__name__).splitlines()[0]
