"""A missed check is on record before it is made up for, whatever the worker is at: a kill must not make it as if nothing had been."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from monitor.bootstrap import App
from monitor.daemon import schedule
from monitor.polling import OnTurn
from monitor.service import PollSummary, ProcessSummary
from tests.acceptance.living import Life, hurried, live
from tests.acceptance.test_daemon_clock import polled_once, watch
from tests.acceptance.world import World


def test_it_is_recorded_while_the_worker_is_at_something_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hours are lost while a large batch is understood: the next look at each source finds its row written."""
    hurried(monkeypatch)
    watch(world, "a", "b")
    busy, over = asyncio.Event(), asyncio.Event()

    async def understand() -> ProcessSummary:
        busy.set()
        await over.wait()
        return ProcessSummary()

    def prepare(app: App) -> None:
        monkeypatch.setattr(app.service, "process_pending", understand)

    async def script(life: Life) -> None:
        await polled_once(life)
        await life.until(busy.is_set)
        life.clock.forward(hours=5)
        await life.until(lambda: (life.polls("a"), life.polls("b")) == (2, 2))
        assert not over.is_set()
        assert {record.source for record in life.missed()} == {"a", "b"}
        over.set()

    live(world, script, prepare=prepare)


def test_a_check_that_comes_due_while_the_one_before_it_ends_is_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next check is due before the scheduler has put the last one away: it skips that turn, and a dated job has no other.
    The source must be planned again, else nobody ever looks at it any more."""
    hurried(monkeypatch)
    monkeypatch.setattr(schedule, "LEAST_PAUSE", dt.timedelta())
    watch(world, "a")

    def prepare(app: App) -> None:
        poll, polled = app.service.poll, []

        async def slowly(name: str, on_turn: OnTurn) -> PollSummary:
            summary = await poll(name, on_turn)
            if not polled:
                world.clock.forward(hours=5)  # it took that long to write it down
            polled.append(name)
            return summary

        monkeypatch.setattr(app.service, "poll", slowly)

    async def script(life: Life) -> None:
        await life.until(lambda: life.polls("a") >= 2)

    live(world, script, prepare=prepare, steady=lambda: world.clock.now.timestamp())
