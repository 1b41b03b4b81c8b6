"""Databases of every schema there was come up to today's with their rows, and a migration that is killed changes nothing."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from monitor.errors import SchemaOutdatedError, StorageError
from monitor.records import AlertState, ArticleFilter, Status
from monitor.storage import Database, Store, found_revision, upgrade, wanted_revision
from monitor.storage.integrity import look
from tests.conftest import START
from tests.monitor.schema_rows import REVISIONS, SCHEMAS, canonical, dump, make, rows_of

AT = dt.datetime(2026, 5, 20, 1, 2, 3, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    made = Database(url)
    yield made
    made.close()


def assert_rows_are_read(store: Store, revision: str) -> None:
    """The program finds in its own words what was written in the schema of `revision`."""
    with store.reading() as unit:
        article = unit.articles.get(1)
        assert article is not None
        assert (article.article.title, article.article.text) == ("某市惠民保上线 😀", "第一行\n第二行")
        assert (article.article.published, article.raw_offset, article.status) == (AT, 7_000_000_000, Status.RELEVANT)
        assert article.attachments == (("附件.pdf", "https://x.example/a"),)
        assert article.trail == {"facts": {"amount": 1.5}}
        assert unit.articles.pending() == (2,)
        assert [a.id for a in unit.articles.search(ArticleFilter(topic="huiminbao"))] == [1]
        source = unit.sources.get("news")
        assert source is not None
        assert (source.baseline_at, source.failures, source.last_problem) == (AT, 2, "429")
        alert = unit.outbox.get("k1")
        assert alert is not None
        assert (alert.state, alert.payload, alert.closed_at) == (AlertState.DONE, {"title": "某市"}, AT)
        assert [r.outcome for r in unit.deliveries.receipts("k1", ("desk", "mail"))] == ["accepted"]
        assert [r.outcome for r in unit.deliveries.receipts_of_alert("k1")] == ["accepted"], (
            "what was sent stays proven"
        )
        if revision < "0004":
            assert [a.alert_key for a in unit.outbox.not_admitted(9)] == ["k2"], "what waited waits on"
        if revision >= "0003":
            state = unit.thread_states.get("t1")
            assert state is not None
            assert state.first_told_at == AT
        if revision >= "0005":
            assert [poll.found for poll in unit.polls.latest(9)] == [9]


def assert_raw_rows_stay(database: Database, revision: str) -> None:
    """Column by column: what a row held, it holds, in every column that is left."""
    with database.engine.connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        for table, values in rows_of(revision):
            columns = metadata.tables[table].columns
            where = [
                sa.cast(columns[c.name], sa.Text) == str(values[c.name]) for c in metadata.tables[table].primary_key
            ]
            row = connection.execute(sa.select(*columns).where(*where)).mappings().one()
            for name, value in values.items():
                if (
                    name in columns
                    and isinstance(value, (str, int))
                    and isinstance(columns[name].type, (sa.Text, sa.Integer))
                ):
                    assert row[name] == value, f"{table}.{name}"


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_schema_comes_up_to_todays(database: Database, revision: str) -> None:
    """Rows stay as they were, are found through the store, and new ones can be written."""
    make(database, revision)
    before, after, backup = upgrade(database, START)
    assert (before, after) == (revision, wanted_revision())
    assert (backup is not None) == (database.is_sqlite and revision != after)
    assert_raw_rows_stay(database, revision)
    store = Store(database)
    assert_rows_are_read(store, revision)
    assert look(database, seconds=None, thorough=True).faults == ()
    with store.transaction() as unit:
        assert unit.outbox.put(alert_key="new", thread="t", article_id=1, payload={}, now=START)


def test_the_revisions_are_all_there_are() -> None:
    """A new migration is tested, too."""
    assert REVISIONS[-1] == wanted_revision()


@pytest.mark.parametrize("frozen", sorted(SCHEMAS.glob("*.sql")), ids=lambda p: p.stem)
def test_a_frozen_schema_is_what_its_migrations_make(frozen: Path, tmp_path: Path) -> None:
    """Migrations of a released schema are never amended: databases that have it would differ from new ones."""
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    make(database, frozen.stem)
    database.close()
    assert canonical(dump(tmp_path / "x.sqlite3")) == canonical(frozen.read_text(encoding="utf-8"))


@pytest.mark.parametrize("frozen", sorted(SCHEMAS.glob("*.sql")), ids=lambda p: p.stem)
def test_a_frozen_database_comes_up_to_todays(frozen: Path, tmp_path: Path) -> None:
    """A file as a released program left it, whatever the migrations before it say today."""
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        raw.executescript(frozen.read_text(encoding="utf-8"))
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    upgrade(database, START)
    assert_raw_rows_stay(database, frozen.stem)
    assert_rows_are_read(Store(database), frozen.stem)
    database.close()


def test_an_upgrade_killed_at_any_statement_leaves_the_old_schema(tmp_path: Path) -> None:
    """SIGKILL before each statement in turn: the old schema stands with its rows, and the next upgrade goes through."""
    old = Database(f"sqlite:///{tmp_path}/old.sqlite3")
    make(old, "0002")
    old.close()
    rows = dump(tmp_path / "old.sqlite3")
    survived = False
    statements = 0
    while not survived:
        statements += 1
        path = tmp_path / str(statements) / "x.sqlite3"
        database = Database(f"sqlite:///{path}")
        shutil.copy(tmp_path / "old.sqlite3", path)
        survived = _upgrade_in_child(path, kill_at=statements) == 0
        if not survived:
            assert dump(path) == rows, f"statement {statements}"
            assert found_revision(database) == "0002"
            with pytest.raises(SchemaOutdatedError):
                Store(database)
            if statements % 10 == 1:
                upgrade(database, START)
        if survived or statements % 10 == 1:
            assert_rows_are_read(Store(database), "0002")
        database.close()
    assert statements > 40, "0003 to today's are many statements"


def _upgrade_in_child(path: Path, *, kill_at: int) -> int:
    """The exit code of a process that upgrades and is killed before its n-th statement."""
    child = os.fork()
    if child == 0:
        try:
            database = Database(f"sqlite:///{path}")
            left = [kill_at]

            @event.listens_for(database.engine, "before_cursor_execute")
            def _burn(_connection: object, _cursor: object, statement: str, *_: object) -> None:
                if statement.split()[0].lower() not in {"select", "pragma", "begin"}:
                    left[0] -= 1
                    if not left[0]:
                        os.kill(os.getpid(), signal.SIGKILL)

            upgrade(database, START)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the last step undoes the first."""
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    make(database, "0003")
    rows = dump(tmp_path / "x.sqlite3")

    @event.listens_for(database.engine, "before_cursor_execute")
    def _fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "insert into message_item" in statement:
            raise sa.exc.OperationalError(statement, {}, Exception("on purpose"))

    with pytest.raises(StorageError, match="on purpose"):
        upgrade(database, START)
    assert dump(tmp_path / "x.sqlite3") == rows
    database.close()


def test_the_copy_made_before_an_upgrade_is_the_old_database(tmp_path: Path) -> None:
    """It can take the place of the file, with the program that made it."""
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    make(database, "0004")
    _, _, backup = upgrade(database, START)
    database.close()
    assert backup is not None
    assert canonical(dump(backup)) == canonical((SCHEMAS / "0004.sql").read_text(encoding="utf-8"))
    assert not list(tmp_path.glob("*.part"))
