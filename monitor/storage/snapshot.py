"""A copy of the database as it stood at one moment, made while others write: SQLite's backup API, PostgreSQL's pg_dump."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import func, inspect, select
from sqlalchemy import table as named

from monitor.errors import BackupError, DatabaseDamagedError, DiskError
from monitor.storage.database import Database
from monitor.storage.faults import typed_sqlite
from monitor.storage.integrity import look_at_file

PAGES_A_STEP = 2_000
"""SQLite pages copied at a time (8 MB): between two steps whoever waits gets its turn."""

OnStep = Callable[[int, int], None]
"""Told (done, total) in pages of the file."""


def copy_sqlite(source: Path, target: Path, on_step: OnStep = lambda done, total: None) -> None:
    """Copy a SQLite database into a new file, on disk and checked when this returns. Writers go on meanwhile.

    The copy is of the moment in which it began: a read transaction holds that moment, else every commit of another
    process would begin the copy anew (https://www.sqlite.org/c3ref/backup_finish.html). Raises `StorageError`s; the target is
    removed then.
    """
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=20.0, isolation_level=None)) as old,
            contextlib.closing(sqlite3.connect(target, isolation_level=None)) as new,
        ):
            old.execute("begin")
            old.execute("select count(*) from sqlite_master").fetchone()
            old.backup(new, pages=PAGES_A_STEP, progress=lambda _, left, total: on_step(total - left, total), sleep=0.0)
            old.execute("rollback")
            # A copy in WAL mode needs a second file beside it to be read; one file is what is wanted.
            new.execute("pragma journal_mode=delete")
        checked = look_at_file(target, seconds=None)
        if checked.faults:
            raise BackupError(f"the copy of {source} is damaged, and so is the original: {checked.faults[0]}")
        sync(target)
    except sqlite3.Error as exc:
        target.unlink(missing_ok=True)
        raise typed_sqlite(exc, str(source)) from exc
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def dump_postgres(database: Database, target: Path) -> None:
    """Write a PostgreSQL database into a file of pg_dump's own format. Raises `BackupError` in words of what to do."""
    run_tool("pg_dump", database, ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
    sync(target)


def load_postgres(database: Database, source: Path) -> None:
    """Fill an empty PostgreSQL database from such a file, whole or not at all. Raises `BackupError`."""
    run_tool(
        "pg_restore",
        database,
        [
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--dbname={_name(database)}",
            str(source),
        ],
        named=False,
    )


def run_tool(tool: str, database: Database, arguments: list[str], *, named: bool = True) -> None:
    """Run one of PostgreSQL's programs on a database; the password goes through its environment, never its arguments."""
    found = shutil.which(tool)
    if found is None:
        raise BackupError(
            f"{tool} was not found: install PostgreSQL's client programs of the server's version (or a newer one), or back "
            "the server up by its own means (https://www.postgresql.org/docs/current/backup.html)"
        )
    url = database.url
    environment = {**os.environ, "PGPASSWORD": str(url.password or ""), "PGCLIENTENCODING": "UTF8"}
    where = [f"--host={_host(database)}"] if _host(database) else []
    where += [f"--port={url.port}"] if url.port else []
    where += [f"--username={url.username}"] if url.username else []
    name = [_name(database)] if named else []
    ran = subprocess.run(  # noqa: S603  a program of PostgreSQL, no shell
        [found, "--no-password", *where, *arguments, *name],
        env=environment, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if ran.returncode:
        lines = [line for line in ran.stderr.strip().splitlines() if line.strip()]
        raise BackupError(f"{tool} failed on {database.printable_url}: {' '.join(lines[:2]) or ran.returncode}")


def row_counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.translated(), database.engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
        return {t: connection.execute(select(func.count()).select_from(named(t))).scalar_one() for t in tables}


def is_empty(database: Database) -> bool:
    """Whether the database holds no table of anybody's."""
    with database.translated(), database.engine.connect() as connection:
        return not inspect(connection).get_table_names()


def sync(path: Path) -> None:
    """Have a file's or a folder's bytes on disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle_sqlite(path: Path) -> None:
    """Bring a SQLite file's log into it, so that the one file is the whole database. Raises `StorageError`s."""
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=5.0, isolation_level=None)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
            mode = connection.execute("pragma journal_mode=delete").fetchone()[0]
    except sqlite3.Error as exc:
        raise typed_sqlite(exc, str(path)) from exc
    if mode != "delete":
        raise BackupError(f"another program has {path} open: stop it first")


@contextlib.contextmanager
def held_sqlite(path: Path) -> Iterator[bool]:
    """Keep every other program out of a SQLite file, whose log was brought into it, while the block runs.

    Gives False for a file too damaged for that: then nobody else can use it either, and its log is still beside it.
    Raises `DatabaseBusyError` or `BackupError` where another program has it open.
    """
    try:
        settle_sqlite(path)
    except (DatabaseDamagedError, DiskError):
        yield False
        return
    with contextlib.closing(sqlite3.connect(path, timeout=5.0, isolation_level=None)) as connection:
        try:
            connection.execute("begin exclusive")
        except sqlite3.Error as exc:
            raise typed_sqlite(exc, str(path)) from exc
        yield True
        connection.execute("rollback")


def _name(database: Database) -> str:
    return str(database.url.database or "")


def _host(database: Database) -> str:
    """A socket's folder stands in the query of the URL."""
    return str(database.url.host or database.url.query.get("host", ""))
