"""Who holds the daemon's lock on a database, looked at from outside and without touching it: is a daemon running?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from monitor.storage.database import DAEMON_LOCK_KEY, Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """The process that holds the lock. `pid` is None where it may run on another machine."""

    pid: int | None
    since: dt.datetime


def find_holder(database: Database) -> Holder | None:
    """The daemon on this database, None where there is none. Raises `DatabaseUnreachableError`.

    A file that a killed daemon left behind is no daemon: only the lock on it counts, and the system frees that.
    """
    return _of_file(database) if database.is_sqlite else _of_server(database)


def _of_file(database: Database) -> Holder | None:
    import fcntl  # POSIX only, as the daemon is

    if database.sqlite_path is None:
        return None
    path = database.sqlite_path.with_name(database.sqlite_path.name + ".lock")
    try:
        file = path.open("r", encoding="ascii")
    except FileNotFoundError:
        return None
    with file:
        try:
            # Shared, so that two who look do not see one another; freed at once, for a daemon that is just starting.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            written = file.read().strip()
            changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
            return Holder(pid=int(written) if written.isdecimal() else None, since=changed)
        fcntl.flock(file, fcntl.LOCK_UN)
    return None


def _of_server(database: Database) -> Holder | None:
    query = text(
        "select a.backend_start from pg_locks l join pg_stat_activity a on a.pid = l.pid "
        "where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database "
        "where datname = current_database()) and l.classid = :high and l.objid = :low and l.objsubid = 1"
    )
    with database.read() as session:
        since = session.execute(query, {"high": DAEMON_LOCK_KEY >> 32, "low": DAEMON_LOCK_KEY & 0xFFFFFFFF}).scalar()
    return Holder(pid=None, since=since.astimezone(dt.UTC)) if since else None
