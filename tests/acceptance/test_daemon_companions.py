"""What lives beside the daemon in its loop: ready before any work, stopped after it, and no danger to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from monitor.bootstrap import run_async
from monitor.daemon.schedule import Companion, Daemon
from monitor.errors import UsageError
from tests.acceptance.world import World


@dataclass
class Neighbour:
    """A companion that writes down what happens to it."""

    diary: list[str]
    name: str = "neighbour"
    fails_at_start: bool = False
    dies: bool = False
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        if self.fails_at_start:
            raise UsageError("port 8080 is taken")
        self.diary.append(f"{self.name} starts")

    async def run(self) -> None:
        if self.dies:
            raise RuntimeError("it fell over")
        await self.stopped.wait()

    async def stop(self) -> None:
        self.diary.append(f"{self.name} stops")
        self.stopped.set()


def live(world: World, companions: list[Companion], until: Callable[[], bool], diary: list[str]) -> None:
    """Run the daemon on one source until `until` holds."""
    world.web.add("/feed.xml", '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title></channel></rss>')
    world.sources = f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}'}}\n"

    async def main() -> None:
        stop = asyncio.Event()

        def on_event(event: object) -> None:
            diary.append(type(event).__name__)
            if until():
                stop.set()

        await Daemon(app.service, companions=companions, on_event=on_event).run(stop)

    with world.product() as app:
        run_async(main)


def test_companions_live_around_the_work(world: World) -> None:
    """Ready before the first poll, in order; stopped after the last, in reverse."""
    diary: list[str] = []
    live(world, [Neighbour(diary, "a"), Neighbour(diary, "b")], lambda: "PollSummary" in diary, diary)
    assert diary[:2] == ["a starts", "b starts"]
    assert diary[-2:] == ["b stops", "a stops"]
    assert "PollSummary" in diary[2:-2]


def test_one_that_cannot_start_is_an_error_before_any_work(world: World) -> None:
    """The port is taken: what started before is stopped, nothing is polled."""
    diary: list[str] = []
    with pytest.raises(UsageError, match="port 8080 is taken"):
        live(world, [Neighbour(diary, "a"), Neighbour(diary, "b", fails_at_start=True)], lambda: True, diary)
    assert diary == ["a starts", "a stops"]
    assert not world.web.asked("/feed.xml")


def test_one_that_dies_is_logged_and_the_daemon_goes_on(world: World) -> None:
    """It fell over; the source is polled all the same."""
    diary: list[str] = []
    with capture_logs() as logs:
        live(world, [Neighbour(diary, "a", dies=True)], lambda: "PollSummary" in diary, diary)
    assert "PollSummary" in diary
    assert [entry["companion"] for entry in logs if entry["event"] == "companion died"] == ["a"]
