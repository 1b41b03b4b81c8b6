"""What is old goes as configured, no row ever points to a missing file, and contacts go where they are to."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.archive import Archive, ArchivedPage
from monitor.care import Care, Keeper, Pruned, verify
from monitor.care.pruning import Pruning, alone
from monitor.config.model import RetentionConfig
from monitor.config.reading import parse_config
from monitor.contacts import has_contacts, json_without_contacts
from monitor.errors import DatabaseDamagedError
from monitor.model import Judgement, Relevance, Topic
from monitor.records import ArticleFilter, PollOutcome, PollRecord, Status
from monitor.storage import Database, Store, upgrade
from tests.conftest import START, FrozenClock
from tests.monitor.samples import new_article
from tests.monitor.test_storage import settlement

DAY = dt.timedelta(days=1)
NOW = START + 100 * DAY
CONTACT = "采购人：某市医疗保障局\n联系人：王先生 电话：0571-88888888\n预算金额：5,000,000元"


def page(number: int) -> ArchivedPage:
    return ArchivedPage(
        url=f"https://news.example/{number}", status=200, headers=(), body=random.Random(number).randbytes(900),
        fetched_at=START,
    )  # fmt: skip


@dataclass
class Shop:
    """A store with its raw pages."""

    store: Store
    archive: Archive

    def put(self, number: int, *, status: Status = Status.IRRELEVANT, relevance: str = "none", age: int = 90) -> int:
        """An article with its page, settled, of so many days ago."""
        at = NOW - age * DAY
        name, offset = self.archive.append(page(number))
        with self.store.transaction() as unit:
            article = unit.articles.add(
                new_article(number, raw_file=name, raw_offset=offset, fetched_at=at, published=at), at
            )
            assert article is not None
            unit.articles.settle(settlement(article, status=status, relevance=relevance), at)
        return article

    def age(self, days: int = 90) -> None:
        """Let go of the files as if they were last written to so long ago."""
        self.archive.close()
        moment = (NOW - days * DAY).timestamp()
        for file in self.archive.files():
            os.utime(file, (moment, moment))

    def prune(self, *, dry_run: bool = False, **keep: object) -> Pruned:
        made = Pruning(store=self.store, archive=self.archive, keep=RetentionConfig(**keep))  # type: ignore[arg-type]
        return made.prune(NOW, dry_run=dry_run)

    def pages(self) -> dict[int, bool]:
        """Each article by the number of its page, and whether it has that page still. Fails where one has another's."""
        with self.store.reading() as unit:
            found = list(unit.articles.in_order(ArticleFilter()))
        for stored in found:
            if stored.raw_file:
                number = int(stored.canonical_url.rsplit("/", 1)[1])
                assert self.archive.read(stored.raw_file, stored.raw_offset).body == page(number).body
        return {int(s.canonical_url.rsplit("/", 1)[1]): bool(s.raw_file) for s in found}


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(store=store, archive=Archive(tmp_path / "raw"))
    yield made
    made.archive.close()


def test_nothing_goes_unless_it_is_said(shop: Shop) -> None:
    """By default only polls are forgotten, after a quarter of a year."""
    shop.put(1)
    shop.age(3000)
    with shop.store.transaction() as unit:
        for age in (91, 89):
            at = NOW - age * DAY
            unit.polls.add(PollRecord(source="a", outcome=PollOutcome.NEW, planned_at=at, started_at=at, ended_at=at))
    assert shop.prune(dry_run=True) == Pruned(polls=1)
    assert shop.prune() == Pruned(polls=1)
    assert shop.prune() == Pruned()
    assert shop.pages() == {1: True}


def test_old_pages_go_and_the_proof_of_matches_stays(shop: Shop) -> None:
    """Pages of what was told, or judged by somebody, move into a file of their own; rows, places and bytes agree."""
    for n in range(20):
        shop.put(n)
    shop.put(20, status=Status.RELEVANT, relevance="alert")
    shop.put(21, status=Status.DUPLICATE, relevance="digest")
    judged = shop.put(22)
    with shop.store.transaction() as unit:
        unit.judgements.add(
            Judgement(article_id=str(judged), relevance=Relevance.ALERT, topics=(Topic.HUIMINBAO,), by="lin", at=START)
        )
    shop.age()
    size = sum(file.stat().st_size for file in shop.archive.files())
    would = shop.prune(dry_run=True, raw_days=30)
    assert set(shop.pages().values()) == {True}
    done = shop.prune(raw_days=30)
    assert done == would
    assert (done.raw_files, done.raw_pages, done.raw_pages_kept, done.raw_pages_lost) == (1, 20, 3, 0)
    assert done.raw_bytes == size - sum(file.stat().st_size for file in shop.archive.files()) > 0
    assert shop.pages() == {n: n >= 20 for n in range(23)}
    assert verify(shop.store, shop.archive).ok
    assert shop.prune(raw_days=30) == Pruned(), "what was taken over is not taken over again"
    assert shop.prune(raw_days=30, raw_of_matches="drop").raw_files == 1
    assert not any(shop.pages().values())
    assert shop.archive.files() == ()


def test_young_files_and_files_in_use_stay(shop: Shop) -> None:
    """A file goes when its newest page is old, and never while somebody writes to it."""
    shop.put(1)
    shop.put(2, age=10)
    shop.age()
    assert shop.prune(raw_days=30).raw_files == 0
    assert shop.prune(raw_days=5).raw_files == 1
    shop.put(3)
    held = shop.archive.files()[0]
    os.utime(held, (1.0, 1.0))
    assert shop.prune(raw_days=5).raw_files == 0
    assert shop.pages() == {1: False, 2: False, 3: True}


def test_files_that_nobody_points_to_go(shop: Shop) -> None:
    """Pages of articles that were known already, and what a prune that was killed left behind."""
    shop.archive.append(page(1))
    shop.age()
    left = Archive(shop.archive.folder, prefix="baoxun-kept")
    left.append(page(2))
    left.close()
    (shop.archive.folder / "x.warc.gz.9.torn").write_bytes(b"x")
    os.utime(shop.archive.folder / "x.warc.gz.9.torn", (1.0, 1.0))
    assert shop.prune(raw_days=30).raw_files == 2
    assert [path.name for path in shop.archive.folder.iterdir()] == [".care.lock"]


def test_a_page_that_cannot_be_read_is_counted_and_let_go(shop: Shop) -> None:
    """A match whose page is damaged points nowhere afterwards; the others have theirs."""
    shop.put(1, status=Status.RELEVANT, relevance="alert")
    shop.put(2, status=Status.RELEVANT, relevance="alert")
    shop.put(3)
    shop.age()
    (file,) = shop.archive.files()
    spoilt = bytearray(file.read_bytes())
    spoilt[40] ^= 0xFF
    file.write_bytes(bytes(spoilt))
    shop.age()
    done = shop.prune(raw_days=30)
    assert (done.raw_pages_lost, done.raw_pages_kept) == (1, 1)
    assert shop.pages() == {1: False, 2: True, 3: False}


def test_texts_that_mattered_to_nobody_go(shop: Shop) -> None:
    """Title, address and verdict stay; relevant, judged and young articles keep their texts."""
    gone = shop.put(1)
    kept = [shop.put(2, status=Status.RELEVANT, relevance="alert"), shop.put(3, age=10), shop.put(4)]
    with shop.store.transaction() as unit:
        unit.judgements.add(Judgement(article_id=str(kept[2]), relevance=Relevance.NONE, topics=(), by="lin", at=START))
    assert shop.prune(dry_run=True, irrelevant_text_days=30).texts == 1
    assert shop.prune(irrelevant_text_days=30).texts == 1
    assert shop.prune(irrelevant_text_days=30).texts == 0
    with shop.store.reading() as unit:
        dropped = unit.articles.get(gone)
        assert dropped is not None
        assert (dropped.article.text, dropped.article.title, dropped.status) == ("", "第1篇", Status.IRRELEVANT)
        assert all(a.article.text for a in unit.articles.get_many(kept))


def test_two_do_not_prune_at_once(shop: Shop) -> None:
    """The daemon and a command, say: the second does nothing and says so."""
    with alone(shop.archive.folder) as mine:
        assert mine
        assert shop.prune() == Pruned(busy=True)


def _fill_with_contacts(store: Store) -> None:
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1, text=CONTACT, title="公告（联系人：王先生）"), START)
        assert number is not None
        evidence = {"evidence": [{"key": "amount", "sentence": "联系人：王先生 电话：0571-88888888"}]}
        unit.articles.settle(settlement(number, trail=evidence, facts={"note": CONTACT}), START)
        unit.outbox.put(alert_key="k", thread="t", article_id=number, payload={"evidence": CONTACT}, now=START)


def _everything_stored(store: Store) -> str:
    from sqlalchemy import MetaData

    with store.database.engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        return str([tuple(row) for t in metadata.sorted_tables for row in connection.execute(t.select())])


def test_contacts_are_kept_or_never_stored(store: Store) -> None:
    """With the switch nothing of them reaches a table; what a decision needs does, in its place."""
    _fill_with_contacts(Store(store.database, json_without_contacts))
    stored = _everything_stored(store)
    assert "王先生" not in stored
    assert "88888888" not in stored
    with store.reading() as unit:
        article = unit.articles.get(1)
        assert article is not None
        assert len(article.article.text) == len(CONTACT)
        assert article.article.text.endswith("预算金额：5,000,000元")


def test_contacts_go_out_of_what_was_stored_before(shop: Shop) -> None:
    """Article, reasoning, facts and alert; once."""
    _fill_with_contacts(shop.store)
    assert "王先生" in _everything_stored(shop.store)
    assert shop.prune().contacts == 0
    assert shop.prune(dry_run=True, contacts="drop").contacts == 3
    assert "王先生" in _everything_stored(shop.store)
    assert shop.prune(contacts="drop").contacts == 3
    stored = _everything_stored(shop.store)
    assert "王先生" not in stored
    assert not has_contacts(stored)
    assert shop.prune(contacts="drop").contacts == 0


def test_killed_at_any_step_no_row_points_to_a_missing_file(tmp_path: Path) -> None:
    """SIGKILL before each commit and each deletion: every page that a row names is there, and the next run finishes."""
    base = Shop(store=_store(tmp_path / "base"), archive=Archive(tmp_path / "base" / "raw"))
    for n in range(6):
        base.put(n, relevance="alert" if n % 2 else "none", status=Status.RELEVANT if n % 2 else Status.IRRELEVANT)
    base.age()
    base.store.database.close()
    step, code = 0, -signal.SIGKILL
    while code:
        step += 1
        folder = tmp_path / str(step)
        shutil.copytree(tmp_path / "base", folder)
        child = os.fork()
        if child == 0:
            try:
                _burn(step)
                Shop(store=_store(folder), archive=Archive(folder / "raw")).prune(raw_days=30)
                os._exit(0)
            finally:
                os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, -signal.SIGKILL), f"step {step}"
        after = Shop(store=_store(folder), archive=Archive(folder / "raw"))
        assert all(there for n, there in after.pages().items() if n % 2), f"step {step}"
        after.prune(raw_days=30)
        assert after.pages() == {n: bool(n % 2) for n in range(6)}, f"step {step}"
        assert len(after.archive.files()) == 1, f"step {step}"
        assert verify(after.store, after.archive).ok
        after.store.database.close()
    assert step >= 9, "records, commits and deletions"


def _store(folder: Path) -> Store:
    database = Database(f"sqlite:///{folder}/x.sqlite3")
    upgrade(database, START)
    return Store(database)


def _burn(at: int) -> None:
    left = [at]

    def step() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    plain_unlink, plain_sync, plain_transaction = Path.unlink, os.fsync, Store.transaction

    def unlink(self: Path, missing_ok: bool = False) -> None:
        step()
        plain_unlink(self, missing_ok)

    def fsync(descriptor: int) -> None:
        step()
        plain_sync(descriptor)

    from contextlib import contextmanager

    @contextmanager
    def transaction(self: Store) -> Iterator[object]:
        with plain_transaction(self) as unit:
            yield unit
            step()
        step()

    Path.unlink, os.fsync, Store.transaction = unlink, fsync, transaction  # type: ignore[method-assign, assignment]


# Beside the daemon


CONFIG = """
storage: {data_dir: data, retention: {raw_days: 30}}
alerts: {receivers: [{name: screen, channels: [{kind: console}]}], route: {receivers: [screen]}}
"""


def test_a_day_passes_between_two_prunings(sqlite_store: Store, tmp_path: Path) -> None:
    """The first is done at once, so that a daemon that is restarted daily prunes, too."""
    config = parse_config(CONFIG, file="config.yaml", base=tmp_path)
    care = Care(config=config, store=sqlite_store, archive=Archive(tmp_path / "raw"))
    assert care.daily(NOW) == Pruned()
    assert care.daily(NOW + dt.timedelta(hours=23)) is None
    with alone(tmp_path / "raw"):
        busy = care.daily(NOW + DAY)
        assert busy is not None
        assert busy.busy
    assert care.daily(NOW + DAY) == Pruned(), "what was not done is still to be done"


async def test_the_keeper_looks_then_prunes_until_it_is_stopped(
    sqlite_store: Store, tmp_path: Path, clock: FrozenClock
) -> None:
    config = parse_config(CONFIG, file="config.yaml", base=tmp_path)
    shop = Shop(store=sqlite_store, archive=Archive(tmp_path / "data" / "raw"))
    shop.put(1)
    shop.age()
    clock.now = NOW
    loop, pruned = asyncio.get_running_loop(), asyncio.Event()

    class Telling(Care):
        def daily(self, now: dt.datetime) -> Pruned | None:
            done = super().daily(now)
            loop.call_soon_threadsafe(pruned.set)
            return done

    keeper = Keeper(Telling(config=config, store=sqlite_store, archive=shop.archive), clock)
    await keeper.start()
    running = asyncio.create_task(keeper.run())
    await pruned.wait()
    assert shop.archive.files() == ()
    await keeper.stop()
    await running


async def test_a_damaged_database_keeps_the_daemon_from_beginning(
    sqlite_store: Store, tmp_path: Path, clock: FrozenClock
) -> None:
    """It says what is damaged and which backup to restore, and changes nothing."""
    config = parse_config(CONFIG, file="config.yaml", base=tmp_path)
    keeper = Keeper(Care(config=config, store=sqlite_store, archive=Archive(tmp_path / "raw")), clock)
    (tmp_path / "data" / "backups").mkdir(parents=True)
    backup = tmp_path / "data" / "backups" / "baoxun-20260601T000000Z.tar"
    backup.write_bytes(b"")
    sqlite_store.database.close()
    file = tmp_path / "baoxun.sqlite3"
    spoilt = bytearray(file.read_bytes())
    spoilt[4096 * 3 : 4096 * 8] = b"\xff" * 4096 * 5
    file.write_bytes(bytes(spoilt))
    with pytest.raises(DatabaseDamagedError, match=str(backup)):
        await keeper.start()
    assert file.read_bytes() == bytes(spoilt)
