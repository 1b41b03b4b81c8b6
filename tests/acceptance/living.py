"""A daemon that lives in the test's own process, so that a test can move its clock and hold its database.

    def script(life: Life) -> ...:
        await life.until(lambda: life.polls("news") == 1)
        life.clock.forward(hours=5)

    live(world, script)

The daemon, the store, the crawler, the web and the channels are real; the pauses between two looks are shortened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from sqlalchemy import event

from monitor.bootstrap import App, run_async
from monitor.daemon import schedule, troubles
from monitor.daemon.schedule import Daemon, Event
from monitor.records import PollOutcome, PollRecord
from monitor.service import PollSummary
from tests.acceptance.world import World
from tests.conftest import FrozenClock

E = TypeVar("E")
PATIENCE = 60.0


@dataclass
class Life:
    """One run of a daemon, as a test sees it."""

    app: App
    clock: FrozenClock
    daemon: Daemon
    events: list[Event] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; it is looked at after each event, and now and then."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                async with self.changed:
                    try:
                        await asyncio.wait_for(self.changed.wait(), 0.05)
                    except TimeoutError:
                        continue

    def of(self, kind: type[E]) -> list[E]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def polls(self, name: str) -> int:
        """How often a source was polled."""
        return sum(poll.source == name for poll in self.of(PollSummary))

    def missed(self) -> tuple[PollRecord, ...]:
        """Missed checks on record, oldest first."""
        with self.app.store.reading() as unit:
            return tuple(reversed(unit.polls.latest(100, outcome=PollOutcome.MISSED)))


Script = Callable[[Life], Awaitable[None]]


def live(world: World, script: Script, *, prepare: Callable[[App], None] = lambda app: None, **parts: Any) -> None:
    """Run a daemon on this world until `script` ends. `parts` are handed to the daemon."""
    with world.product() as app:
        prepare(app)
        run_async(lambda: _live(app, world.clock, script, parts))


async def _live(app: App, clock: FrozenClock, script: Script, parts: dict[str, Any]) -> None:
    stop, events = asyncio.Event(), []
    changed = asyncio.Condition()

    def on_event(happened: Event) -> None:
        events.append(happened)

    # Time stands still unless the test moves it: then the clock was set. `steady` given, time goes by instead.
    daemon = Daemon(app.service, on_event=on_event, **{"steady": lambda: 0.0, **parts})
    life = Life(app=app, clock=clock, daemon=daemon, events=events, changed=changed)
    running = asyncio.create_task(daemon.run(stop))
    acting = asyncio.ensure_future(script(life))
    try:
        await asyncio.wait({running, acting}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            raise AssertionError("the daemon ended by itself")
        acting.result()
    finally:
        stop.set()
        acting.cancel()
        await asyncio.gather(running, return_exceptions=True)


def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at everything many times a second, and try again soon."""
    import datetime as dt

    monkeypatch.setattr(schedule, "WATCH_TICK", 0.05)
    monkeypatch.setattr(schedule, "ATTENTION_TICK", 1)
    monkeypatch.setattr(schedule, "DELIVERY_TICK", 1)
    monkeypatch.setattr(schedule, "RETRY_BROKEN", dt.timedelta(seconds=1))
    monkeypatch.setattr(troubles, "FIRST_PAUSE", dt.timedelta(seconds=0.1))
    monkeypatch.setattr(troubles, "LONGEST_PAUSE", dt.timedelta(seconds=0.2))


@contextmanager
def every_connection(app: App, *statements: Callable[[], str]) -> Iterator[None]:
    """Run statements on every connection that is opened from here on; those that are open are replaced."""
    engine = app.database.engine

    def told(connection: Any, _record: Any) -> None:
        for statement in statements:
            connection.execute(statement())

    event.listen(engine, "connect", told)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", told)
        engine.dispose()
