"""Checks that did not happen at their time: the program was down, the clock was set, all crawls were taken."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from monitor.bootstrap import App
from monitor.daemon.missing import MissedChecks
from monitor.daemon.planning import Slot
from monitor.daemon.schedule import NO_TURN, NOT_RUNNING, Missed
from monitor.daemon.timekeeping import Jump
from monitor.storage import Store
from tests.acceptance.living import Life, hurried, live
from tests.acceptance.world import World
from tests.conftest import START
from tests.fakeweb.server import FakeRequest

EMPTY = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title></channel></rss>'


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried(monkeypatch)


def watch(world: World, *names: str, every: str = "1h") -> None:
    """Sources of these names, each on a host name of its own path."""
    for name in names:
        world.web.add(f"/{name}.xml", EMPTY, headers={"Content-Type": "application/rss+xml"})
    world.sources = "".join(
        f"  - {{name: {name}, kind: feed, url: '{world.web.url(f'/{name}.xml')}', every: {every}}}\n" for name in names
    )


def planned(app: App, name: str) -> dt.datetime:
    with app.store.reading() as unit:
        record = unit.sources.get(name)
    assert record is not None
    return record.next_check_at


async def polled_once(life: Life) -> None:
    await life.until(lambda: all(life.polls(s.name) for s in life.app.config.enabled_sources))


def test_what_was_missed_while_it_was_down_is_recorded_once(world: World) -> None:
    """Five hours off: each source has one missed check with its time and reason, and is polled at once."""
    watch(world, "a", "b")
    live(world, polled_once)
    with world.product() as app:
        due = {name: planned(app, name) for name in ("a", "b")}
    world.clock.forward(hours=5)

    async def stopped_early(life: Life) -> None:
        await life.until(lambda: bool(life.of(Missed)))

    async def again(life: Life) -> None:
        await life.until(lambda: all(planned(life.app, name) > life.clock() for name in ("a", "b")))
        await life.until(lambda: len(life.missed()) == 2)
        missed = {record.source: record for record in life.missed()}
        assert {name: record.planned_at for name, record in missed.items()} == due
        assert {record.problem for record in missed.values()} == {NOT_RUNNING}
        assert all(record.late > dt.timedelta(hours=3) for record in missed.values())

    live(world, stopped_early)
    live(world, again)

    async def not_again(life: Life) -> None:
        await life.until(lambda: life.daemon.watched() == {"a", "b"})
        assert not life.of(Missed)

    live(world, not_again)


def test_a_gap_is_recorded_once_however_often_it_is_found(sqlite_store: Store) -> None:
    """A daemon that is killed and started again and again before it gets to poll."""
    with sqlite_store.transaction() as unit:
        unit.sources.register(["a"], START)
    for hours in (3, 4, 5):
        found = MissedChecks()
        slot = Slot(name="a", host="a.example", every=dt.timedelta(hours=1), planned_at=START)
        found.note([slot], NOT_RUNNING, START + dt.timedelta(hours=hours))
        found.write(sqlite_store)
        found.write(sqlite_store)
    with sqlite_store.reading() as unit:
        [record] = unit.polls.latest(10)
    assert record.late == dt.timedelta(hours=3)


def test_a_new_source_has_missed_nothing(world: World) -> None:
    """The first start of all, days after its row was made: no time was agreed."""
    watch(world, "a")
    with world.product():
        world.clock.forward(days=3)

    async def script(life: Life) -> None:
        await polled_once(life)
        assert not life.missed()

    live(world, script)


def test_the_clock_goes_forward(world: World) -> None:
    """The machine slept for five hours: that is seen at the next look, recorded and made up for."""
    watch(world, "a", "b")

    async def script(life: Life) -> None:
        await polled_once(life)
        life.clock.forward(hours=5)
        await life.until(lambda: (life.polls("a"), life.polls("b")) == (2, 2))
        [jump] = life.of(Jump)
        assert jump.by == dt.timedelta(hours=5)
        await life.until(lambda: len(life.missed()) == 2)
        assert {record.problem for record in life.missed()} == {str(jump)}

    live(world, script)


def test_the_clock_goes_back(world: World) -> None:
    """Set back by five hours, a source with a pause of about an hour does not wait for six."""
    watch(world, "a", every="1h")

    async def script(life: Life) -> None:
        await polled_once(life)
        pause = planned(life.app, "a") - life.clock()
        life.clock.forward(hours=-5)
        await life.until(lambda: planned(life.app, "a") == life.clock() + pause)
        assert life.of(Jump)
        assert not life.of(Missed)
        assert life.polls("a") == 1
        life.clock.forward(seconds=pause.total_seconds() + 61)  # its time has come, by the clock as it is now
        await life.until(lambda: life.polls("a") == 2)

    live(world, script)


def test_others_have_their_turn(world: World) -> None:
    """One source holds their host for ten minutes; the check of the other is late by that, and says why."""
    watch(world, "slow", "other", every="5m")
    live(world, polled_once)
    world.clock.forward(minutes=20)
    asked, answer = threading.Event(), threading.Event()

    def slowly(request: FakeRequest) -> str:
        asked.set()
        assert answer.wait(60)
        return EMPTY

    for name in ("slow", "other"):  # whichever comes first
        world.web.add(f"/{name}.xml", slowly, headers={"Content-Type": "application/rss+xml"})

    async def script(life: Life) -> None:
        await life.until(lambda: asked.is_set() and len(life.daemon._in_hand) >= 3)  # both, and the worker
        before = len(life.of(Missed))
        life.clock.forward(minutes=10)
        answer.set()
        await polled_once(life)
        assert [m.why for m in life.of(Missed)[before:]] == [NO_TURN]

    live(world, script, steady=lambda: world.clock.now.timestamp())
