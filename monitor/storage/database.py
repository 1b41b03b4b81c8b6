"""The engine: how SQLite and PostgreSQL are opened, and the two kinds of transaction.

SQLite runs in WAL mode with a busy time-out; a write transaction begins with BEGIN IMMEDIATE, so that two writers wait
for one another instead of failing half way (trap T19 of the peers). No network call belongs inside a transaction.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.url import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlmodel import Session

from monitor.errors import AlreadyRunningError, DatabaseUnreachableError, StorageError
from monitor.storage.faults import typed

BUSY_TIMEOUT_SECONDS = 20.0
"""How long a writer waits for another one. Write transactions here take milliseconds."""

DAEMON_LOCK_KEY = 0x62616F78756E
"""Advisory lock number on PostgreSQL: the bytes of "baoxun"."""


class Database:
    """One database: opens it, hands out read and write sessions, guards against a second daemon."""

    def __init__(self, url: str, *, busy_timeout: float = BUSY_TIMEOUT_SECONDS, create_folder: bool = True) -> None:
        """Raises `DatabaseUnreachableError` where the URL cannot be used. Nothing is opened yet, but a SQLite file's
        folder is made, unless `create_folder` says no."""
        try:
            self.url: URL = make_url(url)
            if self.url.drivername == "postgresql":
                self.url = self.url.set(drivername="postgresql+psycopg")
            if create_folder and self.sqlite_path is not None:
                self.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
            self.engine = _create_engine(self.url, busy_timeout)
        except (ArgumentError, NoSuchModuleError, ImportError, OSError) as exc:
            raise DatabaseUnreachableError(hide_password(url), str(exc)) from exc

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, None for PostgreSQL and for a database in memory."""
        if not self.is_sqlite or not self.url.database or self.url.database == ":memory:":
            return None
        return Path(self.url.database)

    @property
    def printable_url(self) -> str:
        return self.url.render_as_string(hide_password=True)

    def ping(self) -> None:
        """Raises `DatabaseUnreachableError`, or whichever `StorageError` it is, unless a query works."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except SQLAlchemyError as exc:
            raise self._typed(exc) from exc

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; what it would write is rolled back."""
        with self.translated(), Session(self.engine) as session:
            yield session
            session.rollback()

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """A write transaction: committed at the end of the block, rolled back by an exception.

        Raises `DatabaseBusyError` where another writer kept the database for longer than the busy time-out, and
        `DatabaseFullError`, `DatabaseReadOnlyError`, `DatabaseDamagedError`, `DiskError` for what they say: each of them
        has undone the whole transaction.
        """
        with self.translated(), Session(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            yield session
            session.commit()

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """What the driver raises in the block comes out as the `StorageError` that it means."""
        try:
            yield
        except SQLAlchemyError as exc:
            raise self._typed(exc) from exc

    def _typed(self, exc: SQLAlchemyError) -> StorageError:
        return typed(exc, self.printable_url)

    @contextlib.contextmanager
    def daemon_lock(self) -> Iterator[None]:
        """Held while a daemon runs; freed by the system when its process dies.

        Raises `AlreadyRunningError` where another process holds it.
        """
        if self.is_sqlite:
            with _file_lock(self.sqlite_path, self.printable_url):
                yield
            return
        with self.engine.connect() as connection:
            got = connection.execute(text("select pg_try_advisory_lock(:k)"), {"k": DAEMON_LOCK_KEY}).scalar()
            connection.commit()
            if not got:
                raise AlreadyRunningError(self.printable_url, "PostgreSQL advisory lock")
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(:k)"), {"k": DAEMON_LOCK_KEY})
                connection.commit()

    def close(self) -> None:
        self.engine.dispose()


def hide_password(url: str) -> str:
    """A database URL fit for messages."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(unreadable URL)"


def _create_engine(url: URL, busy_timeout: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, pool_recycle=1800)

        @event.listens_for(engine, "connect")
        def _wait_no_longer(connection: Any, _record: Any) -> None:
            # As on SQLite: a writer that gets no turn says so, instead of waiting for ever.
            with connection.cursor() as cursor:
                cursor.execute(f"set lock_timeout = {int(busy_timeout * 1000)}")
            connection.commit()

        return engine
    engine = create_engine(url, connect_args={"timeout": busy_timeout, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver's own transaction control would begin deferred transactions: ours is explicit, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a receipt that was recorded survives a power cut, else its alert would be sent again.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


@contextlib.contextmanager
def _file_lock(database: Path | None, url: str) -> Iterator[None]:
    import fcntl  # POSIX only, as the daemon is

    if database is None:
        yield
        return
    path = database.with_name(database.name + ".lock")
    with path.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunningError(url, f"process {lock.read().strip() or '?'}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
