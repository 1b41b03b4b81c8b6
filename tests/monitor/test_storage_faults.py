"""What goes wrong under a database is told by its kind, and nothing is half written: full, read-only, damaged, locked."""

from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import datetime as dt
import enum
import inspect
import os
import sqlite3
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.archive import Archive
from monitor.care import verify
from monitor.care.verifying import require_sound
from monitor.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DiskError,
    StorageError,
)
from monitor.records import ArticleFilter
from monitor.storage import Database, Store, UnitOfWork, upgrade
from monitor.storage.faults import typed_by
from monitor.storage.integrity import look_at_file
from tests.conftest import START
from tests.monitor.samples import new_article
from tests.monitor.schema_rows import make
from tests.monitor.test_archive import page

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, DatabaseBusyError), (sqlite3.SQLITE_LOCKED, DatabaseBusyError), ("55P03", DatabaseBusyError),
        ("40P01", DatabaseBusyError), (sqlite3.SQLITE_FULL, DatabaseFullError), ("53100", DatabaseFullError),
        (sqlite3.SQLITE_READONLY, DatabaseReadOnlyError), ("25006", DatabaseReadOnlyError),
        (sqlite3.SQLITE_CORRUPT, DatabaseDamagedError), (sqlite3.SQLITE_NOTADB, DatabaseDamagedError),
        ("XX001", DatabaseDamagedError), (sqlite3.SQLITE_IOERR, DiskError), ("58030", DiskError),
        (sqlite3.SQLITE_CANTOPEN, DatabaseUnreachableError), ("08006", DatabaseUnreachableError), (None, DatabaseUnreachableError),
    ],
)  # fmt: skip
def test_codes_of_drivers_have_their_errors(code: int | str | None, kind: type[StorageError]) -> None:
    error = typed_by(code, "sqlite:///x", "because", unreachable=True)
    assert type(error) is kind
    assert "sqlite:///x" in str(error)
    assert "because" in str(error)


def fill(store: Store, numbers: range) -> None:
    """One transaction of large articles."""
    with store.transaction() as unit:
        for n in numbers:
            unit.articles.add(new_article(n, text=f"{n}" * 30_000), START)


def count(store: Store) -> int:
    with store.reading() as unit:
        return unit.articles.count(ArticleFilter())


def test_a_full_database_undoes_the_whole_transaction(sqlite_store: Store) -> None:
    """SQLite itself says that it is full; what was begun is gone, reading goes on, and writing does when there is room."""
    fill(sqlite_store, range(5))
    engine = sqlite_store.database.engine
    limit = [0]

    @sa.event.listens_for(engine, "checkout")
    def _limit(connection: Any, *_: object) -> None:
        connection.execute(f"pragma max_page_count={limit[0] or 1_000_000_000}")

    with engine.connect() as connection:
        limit[0] = connection.exec_driver_sql("pragma page_count").scalar_one() + 10
    with pytest.raises(DatabaseFullError, match="is full") as caught:
        fill(sqlite_store, range(5, 20))
    assert "db prune" in str(caught.value)
    assert count(sqlite_store) == 5
    limit[0] = 0
    fill(sqlite_store, range(5, 20))
    assert count(sqlite_store) == 20
    assert require_sound(sqlite_store.database, backups=Path("nowhere"))


FULL_DISK = """
import resource, sys
from pathlib import Path
from monitor.errors import StorageError
from monitor.storage import Database, Store
from tests.monitor.test_storage_faults import count, fill

store = Store(Database(f"sqlite:///{sys.argv[1]}"))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(sys.argv[1]).stat().st_size + 200_000, hard))
for _ in range(3):
    try:
        fill(store, range(5, 20))
    except StorageError as exc:
        print(type(exc).__name__)
    assert count(store) == 5
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
fill(store, range(5, 20))
assert count(store) == 20
"""


def test_a_disk_that_takes_no_more_undoes_the_whole_transaction(sqlite_store: Store) -> None:
    """The system refuses to let the files grow, half way through a commit: typed, undone, and it goes on afterwards."""
    fill(sqlite_store, range(5))
    path = sqlite_store.database.sqlite_path
    sqlite_store.database.close()
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.split()) <= {"DatabaseFullError", "DiskError"}
    assert len(ran.stdout.split()) == 3
    assert path is not None
    assert look_at_file(path, seconds=None, thorough=True).faults == ()


def test_a_read_only_database_says_so(sqlite_store: Store) -> None:
    @sa.event.listens_for(sqlite_store.database.engine, "checkout")
    def _read_only(connection: Any, *_: object) -> None:
        connection.execute("pragma query_only=on")

    with pytest.raises(DatabaseReadOnlyError, match="who owns"):
        fill(sqlite_store, range(1))
    assert count(sqlite_store) == 0


def spoil(path: Path, *, keep_header: bool) -> bytes:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    spoilt = bytearray(path.read_bytes())
    spoilt[4096 if keep_header else 0 :] = b"\xa5" * (len(spoilt) - (4096 if keep_header else 0))
    path.write_bytes(bytes(spoilt))
    return bytes(spoilt)


@pytest.mark.parametrize("keep_header", [True, False])
def test_a_damaged_database_is_told_and_left_as_it_is(tmp_path: Path, keep_header: bool) -> None:
    """Reading, writing and looking at it all say what it is and what to do."""
    path = tmp_path / "x.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database, START)
    store = Store(database)
    fill(store, range(5))
    database.close()
    spoilt = spoil(path, keep_header=keep_header)
    with pytest.raises(DatabaseDamagedError, match="db restore"):
        count(store)
    with pytest.raises(DatabaseDamagedError, match="db restore"):
        fill(store, range(5, 9))
    with pytest.raises(DatabaseDamagedError, match="no backup was found"):
        require_sound(database, backups=tmp_path)
    database.close()
    assert path.read_bytes() == spoilt


def test_a_row_without_its_parent_is_a_fault(sqlite_store: Store) -> None:
    """Foreign keys are looked at, too."""
    path = sqlite_store.database.sqlite_path
    assert path is not None
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("insert into article_key values ('lost', 77)")
        raw.commit()
    assert look_at_file(path, seconds=None).faults == (
        "row 1 of article_key belongs to a row of article that is not there",
    )


def test_looking_ends_when_its_time_is_over(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start is not held up by a large database; that it was not looked at as a whole is said."""
    fill(sqlite_store, range(20))
    path = sqlite_store.database.sqlite_path
    assert path is not None
    monkeypatch.setattr("monitor.storage.integrity._STEPS", 1)  # the clock is looked at between any two steps
    assert not look_at_file(path, seconds=0.0).complete
    assert look_at_file(path, seconds=60.0).complete


def test_a_log_that_a_crash_left_is_played_in(tmp_path: Path) -> None:
    """A process that was killed leaves its commits in the write-ahead log: they are there at the next start."""
    path = tmp_path / "x.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database, START)
    database.close()
    child = os.fork()
    if child == 0:
        fill(Store(Database(f"sqlite:///{path}")), range(5))
        os._exit(0)  # nothing is closed
    os.waitpid(child, 0)
    assert path.with_name("x.sqlite3-wal").stat().st_size > 0
    again = Database(f"sqlite:///{path}")
    assert require_sound(again, backups=tmp_path)
    assert count(Store(again)) == 5
    again.close()


def test_verifying_finds_what_is_missing_and_what_is_damaged(store: Store, tmp_path: Path) -> None:
    """Rows against files, files against check-sums; a crash's torn end is no damage."""
    archive = Archive(tmp_path / "raw", rotate_bytes=1)
    places = [archive.append(page(n)) for n in range(5)]
    archive.close()
    with store.transaction() as unit:
        for n, (name, offset) in enumerate(places):
            unit.articles.add(new_article(n, raw_file=name, raw_offset=offset), START)
    assert verify(store, archive).ok
    assert verify(store, archive).pages == 5
    files = [tmp_path / "raw" / name for name, _ in places]
    files[0].unlink()
    spoilt = bytearray(files[1].read_bytes())
    spoilt[30] ^= 0xFF
    files[1].write_bytes(bytes(spoilt) + files[2].read_bytes())
    with files[3].open("ab") as torn:
        torn.write(files[4].read_bytes()[:50])
    found = verify(store, archive)
    assert not found.ok
    assert found.missing_files == (files[0].name,)
    assert found.missing_pages == 2
    assert found.damaged_files == (f"{files[1].name}: nothing can be read at byte 0",)
    assert found.torn_files == (files[3].name,)


# Every method of every collection, while another holds the database


def sample(kind: Any) -> Any:
    """Some value of an annotated type."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return sample(next(part for part in parts if part is not type(None)))
    if origin is typing.Literal:
        return parts[0]
    if origin is tuple:
        return (sample(parts[0]),) if parts[-1] is Ellipsis else tuple(sample(part) for part in parts)
    if origin in (dict, collections.abc.Mapping):
        return {sample(parts[0]): sample(parts[1])}
    if origin in (set, frozenset):
        return origin([sample(parts[0])])
    if origin is collections.abc.Callable:
        return lambda *_: None
    if origin is not None and issubclass(origin, collections.abc.Iterable):
        return [sample(parts[0])]
    if kind is Any:
        return (1,)
    if kind is dt.datetime:
        return START
    if kind is dt.timedelta:
        return dt.timedelta(1)
    if kind is dt.date:
        return START.date()
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: sample(hints[f.name]) for f in dataclasses.fields(kind) if f.init})  # type: ignore[operator]
    return kind("1") if kind is str else kind(1)


SPECIAL: dict[str, dict[str, Any]] = {
    "retained.clean": {"table": "article", "clean": lambda value: value, "after": None},
    "frontier.add_lists": {"lists": [{"page": 1}], "held": [{"page": 2}]},
    "deliveries.set_state": {"changes": {"reason": "x"}},
}
"""Arguments that a type does not tell."""

NO_QUERY = {"retained.cleanable"}
"""Methods that ask the database nothing."""

NO_TABLE = {"tallies.database_bytes"}
"""Methods that ask PostgreSQL for no table's rows: no lock on tables holds them up."""


def methods() -> list[str]:
    """`collection.method` of every public method of the store's collections."""
    found = []
    for name, kind in typing.get_type_hints(UnitOfWork).items():
        if name != "session":
            found += [
                f"{name}.{method}" for method, _ in inspect.getmembers(kind, callable) if not method.startswith("_")
            ]
    return [name for name in found if name not in NO_QUERY]


def call(unit: UnitOfWork, name: str) -> None:
    """Call a method with values of its types, to the end."""
    collection, method = name.split(".")
    bound = getattr(getattr(unit, collection), method)
    hints = typing.get_type_hints(bound)
    values: dict[str, Any] = {}
    for parameter in inspect.signature(bound).parameters.values():
        given = SPECIAL.get(name, {})
        if parameter.name in given:
            values[parameter.name] = given[parameter.name]
        elif parameter.default is inspect.Parameter.empty:
            values[parameter.name] = sample(hints[parameter.name])
    kinds = {p.kind: p.name for p in inspect.signature(bound).parameters.values()}
    one = [values.pop(kinds[inspect.Parameter.VAR_POSITIONAL])] if inspect.Parameter.VAR_POSITIONAL in kinds else []
    more = values.pop(kinds[inspect.Parameter.VAR_KEYWORD]) if inspect.Parameter.VAR_KEYWORD in kinds else {}
    result = bound(*one, **values, **more)
    if isinstance(result, Iterator):
        list(result)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A SQLite database with rows in it, of which another process has taken hold altogether."""
    path = tmp_path_factory.mktemp("held") / "x.sqlite3"
    database = Database(f"sqlite:///{path}", busy_timeout=0.001)
    make(database, "0004")
    upgrade(database, START)
    store = Store(database)
    database.close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("pragma locking_mode=exclusive")
        other.execute("begin exclusive")
        yield store
    database.close()


@pytest.mark.parametrize("name", methods())
def test_every_method_tells_a_locked_database(held: Store, name: str) -> None:
    """Reading or writing, the caller gets the one error after which it may simply try again."""
    with pytest.raises(DatabaseBusyError), held.reading() as unit:
        call(unit, name)
    with pytest.raises(DatabaseBusyError), held.transaction() as unit:
        call(unit, name)


@pytest.fixture
def held_tables(postgres_url: str) -> Iterator[Store]:
    """The same on PostgreSQL: another session has locked every table."""
    database = Database(postgres_url, busy_timeout=0.02)
    make(database, "0004")
    upgrade(database, START)
    store = Store(database)
    database.close()
    other = sa.create_engine(database.url)
    with other.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f'lock table "{table}" in access exclusive mode')
        yield store
    other.dispose()
    database.close()


def test_every_method_tells_locked_tables(held_tables: Store) -> None:
    """PostgreSQL would wait for ever by itself. Methods, one after the other: a server for each would take too long."""
    silent = []
    for name in methods():
        try:
            with held_tables.reading() as unit:
                call(unit, name)
            silent.append(name)  # it was not held up
        except DatabaseBusyError:
            continue
    assert set(silent) == NO_TABLE
