"""A database that another program holds, and a disk that is full: the daemon lives, says so once, and loses nothing.

The lock is a second connection's, the full database is SQLite's own answer, the full disk a limit of the operating system.
"""

from __future__ import annotations

import resource
import secrets
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.bootstrap import App
from monitor.daemon.troubles import Trouble
from monitor.demo.articles import DemoArticle, load_articles
from monitor.operations import ConditionKind
from monitor.records import ArticleFilter
from tests.acceptance.living import Life, every_connection, hurried, live
from tests.acceptance.world import World, serve_feed
from tests.alerts.collector import Answer, Received

ARTICLES = {a.id: a for a in load_articles()}


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried(monkeypatch)


def watch(world: World, *entries: tuple[str, DemoArticle], path: str = "/feed.xml", name: str = "news") -> None:
    serve_feed(world.web, path, list(entries))
    line = f"  - {{name: {name}, kind: feed, url: '{world.web.url(path)}', every: 1s}}\n"
    if line not in world.sources:
        world.sources += line


def file_of(app: App) -> Path:
    path = app.database.sqlite_path
    assert path is not None
    return path


@contextmanager
def held(app: App) -> Iterator[None]:
    """Another program writes to the database, and takes its time; ours waits for it for a moment only."""
    with (
        every_connection(app, lambda: "PRAGMA busy_timeout = 50"),
        closing(sqlite3.connect(file_of(app), isolation_level=None, check_same_thread=False)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def told_troubles(logs: list[dict[str, object]]) -> set[tuple[object, object]]:
    """What was said of troubles, each with the work it concerns; every line only once."""
    told = [
        (e["event"], e["work"]) for e in logs if e["event"] in ("trouble", "trouble over") and e["log_level"] != "debug"
    ]
    assert len(told) == len(set(told)), "a state is told once"
    return set(told)


def known_troubles(app: App) -> set[ConditionKind]:
    """Of which operators were told."""
    with app.store.reading() as unit:
        return {condition.kind for condition in unit.conditions.recent() if condition.announced_at is not None}


async def baseline(life: Life, world: World) -> None:
    """The first round is silent; then a story appears that is worth an alert."""
    await life.until(lambda: life.polls("news") > 0)
    life.clock.forward(seconds=5)


def test_a_database_that_is_held(world: World) -> None:
    """Polls, understanding and delivery are refused for a while; then the story is stored and told, once."""
    watch(world, ("/tea", ARTICLES["noise-tea"]))

    async def script(life: Life) -> None:
        await baseline(life, world)
        watch(world, ("/tea", ARTICLES["noise-tea"]), ("/won", ARTICLES["chongqing"]))
        with held(life.app):
            await life.until(lambda: {"poll", "attend"} <= life.daemon.troubles().keys())
            assert set(life.daemon.troubles().values()) == {Trouble.DATABASE_BUSY}
            assert not world.robot.received
        await life.until(lambda: len(world.robot.received) == 1 and len(world.mails) == 1)
        await life.until(lambda: not life.daemon.troubles())
        await life.until(lambda: ConditionKind.DATABASE_LOCKED in known_troubles(life.app))

    with capture_logs() as logs:
        live(world, script)
    assert {("trouble", "poll"), ("trouble over", "poll")} <= told_troubles(logs)
    assert (len(world.mails), len(world.chats)) == (1, 1)


def test_an_answer_that_cannot_be_written_down_is_not_asked_for_again(world: World) -> None:
    """The robot has taken the message when the database is held: written down later, never sent twice."""
    watch(world, ("/tea", ARTICLES["noise-tea"]))
    holding: list[sqlite3.Connection] = []

    def take_and_hold(request: Received) -> Answer:
        other = sqlite3.connect(path[0], isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        holding.append(other)
        return Answer.json({"errcode": 0, "errmsg": "ok"})

    path: list[Path] = []
    world.robot.script("/cgi-bin/webhook/send", take_and_hold)

    async def script(life: Life) -> None:
        path.append(file_of(life.app))
        with every_connection(life.app, lambda: "PRAGMA busy_timeout = 50"):
            await baseline(life, world)
            watch(world, ("/tea", ARTICLES["noise-tea"]), ("/won", ARTICLES["chongqing"]))
            await life.until(lambda: life.daemon.troubles().get("deliver") is Trouble.DATABASE_BUSY)
            world.robot.script("/cgi-bin/webhook/send", Answer.json({"errcode": 0, "errmsg": "ok"}))
            holding[0].execute("ROLLBACK")
            holding[0].close()
            await life.until(lambda: "deliver" not in life.daemon.troubles() and len(world.mails) == 1)
            await life.until(lambda: _accepted(life.app) == 2)

    live(world, script)
    assert len(world.robot.received) == 1
    assert len(world.mails) == 1
    assert not any("可能重复" in text for text in world.chats)


def _accepted(app: App) -> int:
    with app.store.reading() as unit:
        return dict(unit.deliveries.counts()).get("accepted", 0)


def test_a_full_database(world: World) -> None:
    """SQLite has no page left: nothing is half written, and all of it is done once there is room."""
    watch(world, ("/tea", ARTICLES["noise-tea"]))
    most = {"pages": 1_000_000}

    async def script(life: Life) -> None:
        await baseline(life, world)
        with life.app.database.engine.connect() as connection:
            most["pages"] = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        life.app.database.engine.dispose()
        many = [(f"/{i}", ARTICLES[i]) for i in ("noise-tea", "chongqing", "hangzhou")]
        watch(world, *many)
        await life.until(lambda: Trouble.DISK_FULL in life.daemon.troubles().values())
        await life.until(
            lambda: "attend" in life.daemon.troubles() or ConditionKind.DISK_NEARLY_FULL in known_troubles(life.app)
        )
        most["pages"] = 1_000_000
        life.app.database.engine.dispose()
        await life.until(lambda: len(world.chats) == 2 and len(world.mails) == 2)
        await life.until(lambda: not life.daemon.troubles())
        await life.until(lambda: ConditionKind.DISK_NEARLY_FULL in known_troubles(life.app))

    async def within(life: Life) -> None:
        with every_connection(life.app, lambda: f"PRAGMA max_page_count = {most['pages']}"):
            await script(life)

    live(world, within)
    with world.product() as app, app.store.reading() as unit:
        assert unit.articles.count(ArticleFilter()) == 4


def test_a_disk_that_takes_no_more(world: World) -> None:
    """A raw page that does not fit on the disk: its source waits, the others are told of; then it is read again."""
    big = f"<script>/* {secrets.token_hex(1_200_000)} */</script>"
    watch(world, ("/tea", ARTICLES["noise-tea"]))
    watch(world, path="/other.xml", name="other")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    async def script(life: Life) -> None:
        await baseline(life, world)
        await life.until(lambda: life.polls("other") > 0)
        watch(world, ("/won", ARTICLES["chongqing"]), path="/other.xml", name="other")
        watch(world, ("/big", ARTICLES["hangzhou"]))
        page = world.web._routes["/big"]  # the article, and a megabyte of what no archive can pack
        world.web.add(
            "/big",
            lambda request: page(request).body.decode().replace("</footer>", f"{big}</footer>"),
            headers={"Content-Type": "text/html; charset=utf-8"},
        )
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
        await life.until(lambda: life.daemon.troubles().get("poll") is Trouble.DISK_FULL or len(world.chats) == 2)
        await life.until(lambda: len(world.chats) == 1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await life.until(lambda: len(world.chats) == 2 and len(world.mails) == 2)
        await life.until(lambda: not life.daemon.troubles())

    try:
        with capture_logs() as logs:
            live(world, script)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert [e["trouble"] for e in logs if e["event"] == "trouble"].count("disk full") >= 1
