"""The schema's version: what the database has, what this program needs, and the way from one to the other.

Migrations are Alembic's (`migrations/versions`). An embedded SQLite file is copied beside itself before it changes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import logging
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from monitor.errors import SchemaOutdatedError, StorageError
from monitor.storage.database import Database
from monitor.storage.snapshot import copy_sqlite, sync


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
    upgrade_to(database, "head")
    return before, wanted, backup


def upgrade_to(database: Database, revision: str) -> None:
    """Run the migrations up to a revision in one transaction: killed half way, the old schema stands.

    Raises `StorageError` where the rows that come of it would not fit together; then nothing was changed, too.
    """
    config = _alembic()
    with database.translated(), database.engine.connect() as connection, _quiet():
        if database.is_sqlite:
            # Tables are made anew under their own names, which foreign keys would take for a loss. They are checked at the end
            # instead, as https://www.sqlite.org/lang_altertable.html#otheralter has it; the switch works outside of transactions only.
            connection = connection.execution_options(sqlite_begin="IMMEDIATE")
            _set_foreign_keys(connection, "off")
        try:
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
                if database.is_sqlite and (lost := connection.exec_driver_sql("pragma foreign_key_check").fetchone()):
                    raise StorageError(
                        f"database {database.printable_url}: migrating would leave {lost[0]} rows without {lost[2]}"
                    )
        finally:
            if database.is_sqlite:
                _set_foreign_keys(connection, "on")


def _set_foreign_keys(connection: Connection, state: str) -> None:
    """Outside of any transaction: there it would have no effect."""
    cursor = connection.connection.cursor()
    cursor.execute(f"pragma foreign_keys={state}")
    cursor.close()


def _back_up(database: Database, revision: str, now: dt.datetime) -> Path | None:
    source = database.sqlite_path
    if source is None:
        return None
    target = source.with_name(f"{source.name}.{revision}.{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.bak")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)  # of an upgrade that was killed
    copy_sqlite(source, part)
    part.replace(target)
    sync(target.parent)
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
