"""The schema's version: what the database has, what this program needs, and the way from one to the other.

Migrations are Alembic's (`migrations/versions`). An embedded SQLite file is copied beside itself before it changes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import logging
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from monitor.errors import SchemaOutdatedError
from monitor.storage.database import Database


def wanted_revision() -> str:
    """The revision that this program's code needs."""
    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    assert head is not None, "the package ships at least one migration"
    return head


def is_known(revision: str) -> bool:
    """Whether this program has the migrations from this revision on: it is not a newer program's."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}


def found_revision(database: Database) -> str | None:
    """The database's revision, None where it was never set up. Raises `DatabaseUnreachableError`."""
    database.ping()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(database: Database) -> None:
    """Raises `SchemaOutdatedError` unless the database has just the schema that this program needs."""
    found, wanted = found_revision(database), wanted_revision()
    if found != wanted:
        raise SchemaOutdatedError(database.printable_url, found, wanted)


def upgrade(database: Database, now: dt.datetime) -> tuple[str | None, str, Path | None]:
    """Bring the schema up to date; returns the revision before, the one after, and the backup made, if any.

    A SQLite file that holds a schema already is backed up first, as `<file>.<revision>.<time>.bak`.
    """
    before, wanted = found_revision(database), wanted_revision()
    if before == wanted:
        return before, wanted, None
    backup = _back_up(database, before, now) if before else None
    config = _alembic()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        with _quiet():
            command.upgrade(config, "head")
        connection.commit()
    return before, wanted, backup


def _back_up(database: Database, revision: str, now: dt.datetime) -> Path | None:
    source = database.sqlite_path
    if source is None:
        return None
    target = source.with_name(f"{source.name}.{revision}.{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.bak")
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target


def _alembic() -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(Path(str(resources.files("monitor.storage"))) / "migrations"))
    return config


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("alembic")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
