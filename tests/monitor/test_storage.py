"""The store's contract, on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from monitor.errors import (
    AlreadyRunningError,
    DatabaseBusyError,
    DatabaseUnreachableError,
    SchemaOutdatedError,
)
from monitor.model import Judgement, Relevance, Topic
from monitor.records import AlertState, ArticleFilter, Settlement, Status, StoredReceipt
from monitor.storage import Database, Store, UnitOfWork, found_revision, upgrade, wanted_revision
from tests.conftest import START
from tests.monitor.samples import new_article


def settlement(number: int, **changes: object) -> Settlement:
    values: dict[str, object] = {
        "article_id": number,
        "status": Status.RELEVANT,
        "reason": "because",
        "relevance": "alert",
        "topics": ("gov_tender",),
        "stage": "result",
        "update": "",
        "story_id": str(number),
        "event_id": f"e{number}",
        "thread_id": "t",
        "trail": {"facts": {"amount": 1.5}},
        "matches": (("gov_tender", "alert", 3.5),),
        "facts": {"amount": 1.5},
    }
    return Settlement(**{**values, **changes})  # type: ignore[arg-type]


def test_an_article_is_stored_once_under_any_of_its_names(store: Store) -> None:
    """A second address that shares one key is the same article."""
    with store.transaction() as unit:
        first = unit.articles.add(new_article(1), START)
        again = unit.articles.add(new_article(1), START)
        twin = unit.articles.add(new_article(1, url="https://m.news.example/1"), START)
        other = unit.articles.add(new_article(2), START)
    assert first is not None
    assert (again, twin) == (None, None)
    assert other not in {None, first}


def test_what_is_stored_comes_back(store: Store) -> None:
    """Text, times and lists survive the database."""
    article = new_article(
        1, stock_codes=("601336",), attachments=(("附件.pdf", "https://x.example/a.pdf"),), text="一\n二\t三 😀"
    )
    with store.transaction() as unit:
        number = unit.articles.add(article, START)
        assert number is not None
    with store.reading() as unit:
        stored = unit.articles.get(number)
        pending = unit.articles.pending()
    assert stored is not None
    assert stored.article.text == article.text
    assert stored.article.published == article.published
    assert stored.article.stock_codes == ("601336",)
    assert stored.attachments == article.attachments
    assert pending == (number,)


def test_pending_articles_come_in_order_of_publication(store: Store) -> None:
    """An original is understood before those that reprint it, whichever was stored first."""
    with store.transaction() as unit:
        late = unit.articles.add(new_article(1, published=START), START)
        undated = unit.articles.add(new_article(2, published=None), START + dt.timedelta(minutes=1))
        early = unit.articles.add(new_article(3, published=START - dt.timedelta(days=1)), START)
    with store.reading() as unit:
        assert unit.articles.pending() == (early, late, undated)
        assert [a.id for a in unit.articles.get_many([late or 0, 77, early or 0])] == [late, early]


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    """An exception inside undoes all of it."""

    def store_and_fail(unit: UnitOfWork) -> None:
        unit.articles.add(new_article(1), START)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"), store.transaction() as unit:
        store_and_fail(unit)
    with store.reading() as unit:
        assert unit.articles.pending() == ()


def test_a_savepoint_undoes_its_own_part_only(store: Store) -> None:
    """One article's fault leaves the others of the batch."""
    with store.transaction() as unit:
        kept = unit.articles.add(new_article(1), START)
        with contextlib.suppress(RuntimeError), unit.savepoint():
            unit.articles.add(new_article(2), START)
            raise RuntimeError
    with store.reading() as unit:
        assert unit.articles.pending() == (kept,)


def test_settling_replaces_the_verdict_and_its_matches(store: Store) -> None:
    """The last verdict counts, and an article is found by it."""
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1), START)
        assert number is not None
        unit.articles.settle(settlement(number), START)
        unit.articles.settle(settlement(number, stage="contract"), START)
    with store.reading() as unit:
        stored = unit.articles.get(number)
        assert stored is not None
        assert (stored.status, stored.stage, stored.event_id) == (Status.RELEVANT, "contract", f"e{number}")
        assert stored.trail == {"facts": {"amount": 1.5}}
        assert [a.id for a in unit.articles.search(ArticleFilter(topic="gov_tender"))] == [number]
        assert unit.articles.search(ArticleFilter(topic="huiminbao")) == ()
        assert [a.id for a in unit.articles.event_members(f"e{number}")] == [number]
        assert not unit.articles.is_pending(number)


def test_search_filters(store: Store) -> None:
    """Words are taken literally, and times are half open."""
    with store.transaction() as unit:
        for n in range(1, 6):
            unit.articles.add(new_article(n, title=f"100%第{n}篇", published=START + dt.timedelta(days=n)), START)
    with store.reading() as unit:
        assert len(unit.articles.search(ArticleFilter(words="100%"))) == 5
        assert unit.articles.search(ArticleFilter(words="1_0")) == ()
        window = ArticleFilter(since=START + dt.timedelta(days=2), until=START + dt.timedelta(days=4))
        assert [a.article.title for a in unit.articles.search(window)] == ["100%第3篇", "100%第2篇"]
        assert [a.article.title[-2] for a in unit.articles.in_order(ArticleFilter(), chunk=2)] == list("12345")
        assert unit.articles.count(ArticleFilter(source="news")) == 5


def test_after_the_last_attempt_an_article_is_quarantined(store: Store) -> None:
    """It keeps its reason and is not tried again."""
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1), START)
        assert number is not None
        assert unit.articles.failed(number, "ValueError: x", max_attempts=2, now=START) is Status.NEW
        assert unit.articles.failed(number, "ValueError: y", max_attempts=2, now=START) is Status.QUARANTINED
    with store.reading() as unit:
        assert unit.articles.pending() == ()
        stored = unit.articles.get(number)
        assert stored is not None
        assert stored.status_reason == "ValueError: y"


def test_sources_are_due_and_remember(store: Store) -> None:
    """A new source is due at once; a poll sets its next check and its memory."""
    later = START + dt.timedelta(minutes=10)
    with store.transaction() as unit:
        unit.sources.register(["a", "b", "a"], START)
        unit.sources.polled(
            "a", state={"urls": {}}, now=START, next_check_at=later, succeeded=True, new_articles=2, problem=""
        )
        unit.sources.register(["a", "b"], later)
    with store.reading() as unit:
        assert unit.sources.due(["a", "b"], START) == ("b",)
        assert unit.sources.due(["a", "b"], later) == ("b", "a")
        a = unit.sources.get("a")
        assert a is not None
        assert (a.baseline_at, a.last_new_at, a.failures) == (START, START, 0)
        assert unit.sources.get("zzz") is None


def test_known_keys_are_those_of_the_newest(store: Store) -> None:
    """A poll is told of the newest articles of its source only."""
    with store.transaction() as unit:
        for n in range(1, 4):
            unit.articles.add(new_article(n), START)
        unit.articles.add(new_article(9, source_name="other"), START)
    with store.reading() as unit:
        assert unit.sources.known_keys("news", 2) == {
            "https://news.example/2", "site:2", "https://news.example/3", "site:3",
        }  # fmt: skip


def test_an_alert_is_queued_once_for_ever(store: Store) -> None:
    """Its key outlives its delivery, and who gets it is decided once."""
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1), START)
        assert number is not None
        put = {"alert_key": "e1:result", "thread": "t", "article_id": number, "payload": {"a": 1}, "now": START}
        assert unit.outbox.put(**put)  # type: ignore[arg-type]
        assert not unit.outbox.put(**put)  # type: ignore[arg-type]
        assert [a.alert_key for a in unit.outbox.not_admitted(10)] == ["e1:result"]
        assert unit.outbox.admit(["e1:result"], START) == ("e1:result",)
        assert unit.outbox.admit(["e1:result"], START) == ()
        assert unit.outbox.not_admitted(10) == ()
        unit.outbox.close("e1:result", AlertState.DONE, "delivered", START)
        assert not unit.outbox.put(**put)  # type: ignore[arg-type]
        assert unit.outbox.counts() == {"done": 1}
        kept = unit.outbox.get("e1:result")
        assert kept is not None
        assert kept.state is AlertState.DONE
        assert unit.outbox.get("e1") is None


def test_attempts_are_numbered_and_completed(store: Store) -> None:
    """Begun first, recorded after; a second channel counts for itself."""
    mail, chat = ("desk", "mail"), ("desk", "chat")
    with store.transaction() as unit:
        assert unit.deliveries.begin("k", mail, START) == 1
        assert unit.deliveries.begin("k", chat, START) == 1
        assert unit.deliveries.begin("k", mail, START) == 2
        receipt = StoredReceipt(
            message_key="k", receiver="desk", channel="mail", attempt=1, outcome="accepted", reason="250",
            attempted_at=START, retry_at=None,
        )  # fmt: skip
        unit.deliveries.record(receipt)
        unit.deliveries.record(receipt)
    with store.reading() as unit:
        kept = unit.deliveries.receipts("k", mail)
        assert [(r.attempt, r.outcome) for r in kept] == [(1, "accepted"), (2, "begun")]
        assert len(unit.deliveries.receipts("k", chat)) == 1


def test_judgements_are_stored(store: Store) -> None:
    """A label belongs to its article."""
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1), START)
        unit.judgements.add(
            Judgement(article_id=str(number), relevance=Relevance.ALERT, topics=(Topic.HUIMINBAO,), by="lin", at=START)
        )


def test_migrations_make_just_the_tables_of_the_models(store: Store) -> None:
    """Nothing is missing in the migrations, and nothing is left over."""
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_upgrade_is_repeatable_and_a_strange_schema_is_refused(tmp_path: Path) -> None:
    """An empty database must be upgraded first; doing it twice changes nothing; a newer schema is not touched."""
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    with pytest.raises(SchemaOutdatedError, match="db upgrade"):
        Store(database)
    assert upgrade(database, START) == (None, wanted_revision(), None)
    assert upgrade(database, START) == (wanted_revision(), wanted_revision(), None)
    assert found_revision(database) == wanted_revision()
    database.close()
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        raw.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(SchemaOutdatedError, match="9999"):
        Store(Database(f"sqlite:///{tmp_path}/x.sqlite3"))


def test_an_unreachable_database_is_one_clear_error(tmp_path: Path) -> None:
    """Bad driver, bad path, dead server: the message names the URL without its password."""
    (tmp_path / "file").write_text("not a folder")
    urls = (
        "nonsense://x",
        f"sqlite:///{tmp_path}/file/x.sqlite3",
        "postgresql://user:hush@127.0.0.1:1/nothing?connect_timeout=1",
    )
    for url in urls:
        with pytest.raises(DatabaseUnreachableError) as caught:
            Database(url).ping()
        assert "hush" not in str(caught.value)
        assert "storage.url" in str(caught.value)


def test_a_locked_database_is_a_busy_error(tmp_path: Path) -> None:
    """A writer that cannot get in says so, after its time-out, and nothing is half written."""
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3", busy_timeout=0.05)
    upgrade(database, START)
    store = Store(database)
    with sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None) as other:
        other.execute("begin immediate")
        with pytest.raises(DatabaseBusyError), store.transaction() as unit:
            unit.articles.add(new_article(1), START)
        with store.reading() as unit:  # readers are not disturbed
            assert unit.articles.pending() == ()
        other.execute("rollback")
    with store.transaction() as unit:
        assert unit.articles.add(new_article(1), START)


def test_four_writers_at_once_lose_nothing(store: Store) -> None:
    """Threads that store at the same time wait for one another."""
    failures: list[BaseException] = []

    def write(offset: int) -> None:
        try:
            for n in range(20):
                with store.transaction() as unit:
                    unit.articles.add(new_article(offset + n), START)
        except BaseException as exc:  # noqa: BLE001  told to the test
            failures.append(exc)

    threads = [threading.Thread(target=write, args=(k * 100,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.reading() as unit:
        assert unit.articles.count(ArticleFilter()) == 80


def test_one_daemon_at_a_time(store: Store) -> None:
    """A second one is refused while the first runs, and welcome afterwards."""
    second = Database(store.database.url.render_as_string(hide_password=False))
    with store.database.daemon_lock(), pytest.raises(AlreadyRunningError), second.daemon_lock():
        pass
    with second.daemon_lock():
        pass
    second.close()
