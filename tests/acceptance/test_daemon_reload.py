"""`baoxun run` with a configuration that changes under it, and a service manager that listens. Nothing is replaced."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.daemon.supervision import Notifier, Supervisor
from monitor.demo.articles import load_articles
from monitor.operations import ConditionKind
from tests.acceptance.living import Life, hurried, live
from tests.acceptance.test_daemon import daemon, heard
from tests.acceptance.world import World, serve_feed

ARTICLES = {a.id: a for a in load_articles()}


def source(world: World, name: str, every: str = "1h") -> str:
    return f"  - {{name: {name}, kind: feed, url: '{world.web.url(f'/{name}.xml')}', every: {every}}}\n"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The service manager's end of a datagram socket, as systemd opens it."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.bind(str(tmp_path / "notify"))
    made.settimeout(60)
    yield made
    made.close()


def messages(manager: socket.socket, until: str) -> list[str]:
    """What the manager hears, up to the first message that begins so."""
    heard_so_far = []
    while True:
        heard_so_far.append(manager.recv(4096).decode())
        if heard_so_far[-1].startswith(until):
            return heard_so_far


def test_sources_come_go_and_change(world: World, monkeypatch: pytest.MonkeyPatch, manager: socket.socket) -> None:
    """By a new file under the old name, then by SIGHUP; a wrong one leaves everything as it was, and operators hear of it."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(manager.getsockname()))
    for name in ("a", "b", "c"):
        serve_feed(world.web, f"/{name}.xml", [(f"/{name}", ARTICLES["noise-tea"])])
    world.sources = source(world, "a") + source(world, "b")
    file = world.folder / "config.yaml"

    def change(text: str) -> None:
        new = file.with_name("config.yaml.new")
        new.write_text(text, encoding="utf-8")
        new.rename(file)

    with daemon(world) as process:
        heard(process, "baseline 1")
        assert messages(manager, "READY=1")[-1] == "READY=1\nSTATUS=watching 2 sources"

        good = world.config_text().replace(source(world, "b"), source(world, "c"))
        change(good)
        heard(process, "reloaded: -sources.b, +sources.c")
        heard(process, "c: 基线 baseline 1")
        told = messages(manager, "READY=1")
        assert told[0].startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert told[-1] == "READY=1\nSTATUS=watching 2 sources"

        change(good.replace("every: 1h", "every: soon"))
        heard(process, "refused")
        heard(process, "sources.0.every")
        heard(process, "sources.1.every")
        messages(manager, "READY=1")

        change(good.replace("web: {port: 0}", "web: {port: 1}"))
        heard(process, "web.port: needs a restart")
        messages(manager, "READY=1")

        change(good)
        heard(process, "reloaded: 无变化 nothing changed")
        messages(manager, "READY=1")

        file.write_text(good.replace("every: 1h", "every: 2h"), encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        heard(process, "~sources.a.every")
        process.send_signal(signal.SIGTERM)
        messages(manager, "STOPPING=1")
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert len(world.web.asked("/c.xml")) >= 1
    with world.product() as app, app.store.reading() as unit:
        known = [c for c in unit.conditions.recent() if c.kind is ConditionKind.CONFIGURATION_REFUSED]
    assert known
    assert all(c.announced_at is not None and c.ended_at is not None for c in known)


def test_no_sign_of_life_when_the_worker_hangs(
    world: World, monkeypatch: pytest.MonkeyPatch, manager: socket.socket
) -> None:
    """READY after the first plan; signs of life while it works; none once the worker hangs, and why is told."""
    hurried(monkeypatch)
    serve_feed(world.web, "/a.xml", [("/a", ARTICLES["noise-tea"])])
    world.sources = source(world, "a")
    hanging = asyncio.Event()

    async def script(life: Life) -> None:
        await life.until(lambda: life.polls("a") > 0)
        first = await asyncio.to_thread(messages, manager, "READY=1")
        assert life.daemon.watched() == {"a"}
        assert all(message == "WATCHDOG=1" for message in first[:-1])
        await asyncio.to_thread(messages, manager, "WATCHDOG=1")

        async def hang() -> object:
            hanging.set()
            return await asyncio.Event().wait()

        monkeypatch.setattr(life.app.service, "process_pending", hang)
        await life.until(hanging.is_set)
        await asyncio.to_thread(messages, manager, "STATUS=the worker has made no progress")
        assert life.daemon.stuck()
        looks.clear()
        await life.until(lambda: len(looks) > 5)  # the loop lives, and is asked for a sign again and again
        manager.setblocking(False)
        with pytest.raises(BlockingIOError):
            manager.recv(4096)

    looks: list[str] = []

    class Watched(Supervisor):
        """The real one; the test counts how often it asks."""

        async def keep_alive(self, stuck: Callable[[], str]) -> None:
            def asked() -> str:
                looks.append(stuck())
                return looks[-1]

            await super().keep_alive(asked)

    told = Watched(Notifier(str(manager.getsockname())), watchdog=0.1)
    monkeypatch.setattr("monitor.daemon.schedule.GRACE", 0.1)
    live(world, script, supervisor=told, steady=asyncio_time, hang=3.0)


def asyncio_time() -> float:
    """The loop's own clock: real time goes by in this test."""
    return asyncio.get_running_loop().time()


def test_a_watched_process_says_ready_only_once_it_works(world: World, manager: socket.socket) -> None:
    """With a watchdog as systemd asks for one: its first message is a sign of life or READY, never an error."""
    serve_feed(world.web, "/a.xml", [("/a", ARTICLES["noise-tea"])])
    world.sources = source(world, "a")
    os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"] = str(manager.getsockname()), "1000000"
    try:
        with daemon(world) as process:
            ready = messages(manager, "READY=1")
            assert set(ready[:-1]) <= {"WATCHDOG=1"}
            assert "WATCHDOG=1" in messages(manager, "WATCHDOG=1")
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    finally:
        del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]
