"""What must arrive where and when, exactly once, and that nothing else does: on both books, with a fresh process each time.

Time is an argument: a day passes in a millisecond. The far side is in this process; `test_delivery_channels` has real ones.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts import (
    Alert,
    Audience,
    ChannelKind,
    Days,
    DeliveryState,
    Digest,
    Equals,
    Grouped,
    Inhibition,
    QuietHours,
    Receiver,
    Silence,
)
from monitor.storage import Database, Store
from tests.acceptance.delivery_files import StoreFile, Template
from tests.alerts.lives import Fuse, FusedBook, Killed
from tests.alerts.office import ACCEPT, DOWN, LOST, REFUSE, Arrival, File, MemoryFile, Office, titled
from tests.alerts.samples import alert, console, receiver, robot

SECOND, MINUTE, HOUR, DAY = (
    dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1),
)  # fmt: skip
CHINA = ZoneInfo("Asia/Shanghai")
MORNING = Digest(at=(dt.time(8, 30),), days=Days.WORKDAYS)
NIGHT = QuietHours(start=dt.time(21), end=dt.time(7, 30), days=Days.DAILY)


def at(text: str) -> dt.datetime:
    """`03-04 09:30` of 2025 in China, in UTC."""
    return dt.datetime.fromisoformat(f"2025-{text}+08:00").astimezone(dt.UTC)


NOON = at("03-04 12:00")  # a Tuesday


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[File]:
    """Both books, and the store's on both databases."""
    if request.param == "memory":
        yield MemoryFile()
    elif request.param == "sqlite":
        with Template(tmp_path).copy() as made:
            yield made
    else:
        from monitor.storage import upgrade

        database = Database(request.getfixturevalue("postgres_url"))
        upgrade(database, NOON)
        yield StoreFile(Store(database))
        database.close()


def named(key: str, now: dt.datetime = NOON, **changes: object) -> Alert:
    return alert(key, title=titled(key), created_at=now, **{"thread": key} | changes)


def several(count: int, now: dt.datetime = NOON) -> list[Alert]:
    return [named(f"n{n}", now) for n in range(count)]


def told(office: Office, *lane: str) -> list[tuple[dt.datetime, str]]:
    """(when, which alerts) of each message that arrived. In which order a note tells its alerts is not asked here."""
    return [(a.at, " ".join(sorted(a.keys))) for a in office.far.at(*lane)]


def most_in(arrivals: list[Arrival], span: dt.timedelta) -> int:
    """The largest number of messages in any stretch of time of this length."""
    return max(sum(one.at <= other.at < one.at + span for other in arrivals) for one in arrivals)


# ------------------------------------------------------------------------------------------------------ cadences


def test_at_once_is_at_once_and_once(file: File) -> None:
    office = Office(file, [receiver(console("a"), console("b")), receiver(console(), name="boss")])
    office.queue(named("x"))
    office.work_through(NOON, NOON + HOUR, 10 * MINUTE)
    office.queue(named("x"))
    office.work(NOON + 2 * HOUR)
    assert sorted(told(office)) == [(NOON, "x")] * 3
    assert office.count() == {"accepted": 3}


def test_a_group_waits_for_others_and_is_not_heard_of_again_too_soon(file: File) -> None:
    """A minute after the first; what comes then, ten minutes after that, also while the first is still being sent."""
    team = replace(receiver(console()), cadence=Grouped(wait=MINUTE, interval=10 * MINUTE, by=("stage",)))
    office = Office(file, [team])
    office.far.script("team", "console", DOWN, ACCEPT)
    office.queue(named("a"))
    office.work(NOON)
    office.queue(named("b", NOON + 30 * SECOND))
    office.queue(named("other", labels={"stage": ("notice",)}))
    office.work(NOON + 30 * SECOND)
    office.work(NOON + MINUTE)  # its attempt fails: the group is being told
    office.queue(named("c"))
    office.work(NOON + MINUTE + SECOND)
    office.work_through(NOON + 90 * SECOND, NOON + 30 * MINUTE, 30 * SECOND)
    assert told(office) == [
        (NOON + 90 * SECOND, "a b"), (NOON + 90 * SECOND, "other"), (NOON + 11 * MINUTE, "c"),
    ]  # fmt: skip


class OctoberHolidays:
    """1 to 8 October 2025 are off; Sunday 28 September and Saturday 11 October are worked in exchange."""

    def is_workday(self, day: dt.date) -> bool:
        off = dt.date(2025, 10, 1) <= day <= dt.date(2025, 10, 8)
        return not off and (day.weekday() < 5 or day in (dt.date(2025, 9, 28), dt.date(2025, 10, 11)))


def test_digests_come_on_working_days_and_hold_everything_since(file: File) -> None:
    """国庆: what comes on 30 September at ten waits for the ninth; the Saturday worked in exchange has its digest."""
    office = Office(file, [replace(receiver(console()), cadence=MORNING)], calendar=OctoberHolidays())
    now = at("09-26 08:30")
    come = {at(day): f"d{n}" for n, day in enumerate(
        ["09-26 09:00", "09-27 12:00", "09-30 10:00", "10-03 23:00", "10-08 08:30", "10-10 09:00"])}  # fmt: skip
    while now < at("10-13 00:00"):
        if now in come:
            office.queue(named(come[now], now))
        office.work(now)
        now += 30 * MINUTE
    assert told(office) == [(at("09-28 08:30"), "d0 d1"), (at("10-09 08:30"), "d2 d3 d4"), (at("10-11 08:30"), "d5")]


def test_minor_alerts_come_in_digests_only(file: File) -> None:
    """In the digest of who has one beside being told at once, with others of the morning; for the rest, nowhere."""
    both = replace(receiver(console(), name="both"), digest=MORNING)
    office = Office(file, [both, receiver(console(), name="at once")])
    office.queue(named("small", minor=True), named("big"), named("small too", minor=True))
    office.work_through(NOON, NOON + 2 * DAY, HOUR / 2)
    assert told(office, "both") == [(NOON, "big"), (at("03-05 08:30"), "small small too")]
    assert told(office, "at once") == [(NOON, "big")]
    assert office.states("small") == {("both", "console"): "accepted", ("at once", "console"): "unwanted"}


# --------------------------------------------------------------------------------------------------- quiet hours


def test_quiet_hours_hold_and_then_tell_in_one_note(file: File) -> None:
    office = Office(file, [replace(receiver(console()), quiet=NIGHT)])
    for hour in ("03-04 21:00", "03-04 23:00", "03-05 07:29"):
        office.queue(named(hour, at(hour)))
        office.work(at(hour))
    office.work(at("03-05 07:30") - SECOND)
    assert told(office) == []
    office.work(at("03-05 07:30"))
    assert told(office) == [(at("03-05 07:30"), "03-04 21:00 03-04 23:00 03-05 07:29")]


def test_what_is_urgent_passes_at_night_and_what_becomes_so_is_told_at_that_moment(file: File) -> None:
    office = Office(file, [replace(receiver(console()), quiet=NIGHT)])
    office.queue(
        named("held", at("03-04 22:00")),
        named("urgent", at("03-04 22:00"), deadline=at("03-05 17:00")),
        named("later", at("03-04 22:00"), deadline=at("03-07 03:00")),
    )
    office.work_through(at("03-04 22:00"), at("03-05 09:00"), 10 * MINUTE)
    assert told(office) == [
        (at("03-04 22:00"), "urgent"), (at("03-05 03:00"), "later"), (at("03-05 07:30"), "held"),
    ]  # fmt: skip


def test_what_a_broken_channel_delays_into_the_night_is_held_too(file: File) -> None:
    """The channel recovers at two in the morning: what presses goes then, the rest in one note when the night is over."""
    office = Office(file, [replace(receiver(console()), quiet=NIGHT)])
    office.far.script("team", "console", DOWN)
    evening = at("03-04 20:00")
    office.queue(named("first", evening), named("presses", evening, deadline=at("03-07 01:00")))
    office.work_through(evening, at("03-04 20:50"), 10 * MINUTE)
    office.queue(named("second", at("03-04 20:55")), named("third", at("03-04 20:55")))
    office.work(at("03-04 20:55"))
    office.work_through(at("03-04 21:00"), at("03-05 01:30"), 10 * MINUTE)
    tries = len([t for t in office.far.tried if t.at >= at("03-04 21:00") and t.keys != ("presses",)])
    assert tries == 0, "nobody is tried at night for what does not press"
    office.far.script("team", "console", ACCEPT)
    office.work_through(at("03-05 02:00"), at("03-05 08:00"), 10 * MINUTE)
    arrived = told(office)
    assert arrived[0][1] == "presses"
    assert at("03-05 02:00") <= arrived[0][0] < at("03-05 03:00")
    assert {when for when, _ in arrived[1:]} == {at("03-05 07:30")}
    assert sorted(" ".join(what for _, what in arrived[1:]).split()) == ["first", "second", "third"]
    assert "second third" in [what for _, what in arrived[1:]], "what waited shares a note"


# ----------------------------------------------------------------------------------------- who, and who not


def test_updates_reach_who_was_told_before_though_no_route_names_them(file: File) -> None:
    from alerts import Route, RouteTree

    desk, east, boss = (receiver(console(), name=name) for name in ("desk", "east", "boss"))
    in_the_east = Route(matchers=(Equals(label="region", value="330100"),), receivers=("east",))
    tree = RouteTree(root=Route(receivers=("desk",), routes=(in_the_east,)), receivers=("desk", "east", "boss"))
    office = Office(file, [desk, east, boss], routes=tree)
    office.queue(named("first", thread="t", labels={"region": ("330100",)}))
    office.work(NOON)
    office.queue(
        named("moved", thread="t", labels={"region": ("500000",)}, audience=Audience.BOTH),
        named("reminder", thread="t", audience=Audience.FOLLOWERS),
        named("escalation", thread="t", audience=Audience.NAMED, to=("boss", "left the firm")),
        named("for nobody", thread="unheard of", audience=Audience.FOLLOWERS),
    )
    office.work(NOON + HOUR)
    assert told(office, "east") == [(NOON, "first"), (NOON + HOUR, "moved"), (NOON + HOUR, "reminder")]
    assert told(office, "desk") == [(NOON + HOUR, "moved"), (NOON + HOUR, "reminder")], "told of it in the same minute"
    assert told(office, "boss") == [(NOON + HOUR, "escalation")]
    assert office.states("for nobody") == {}


def test_a_silence_lasts_as_long_as_it_says(file: File) -> None:
    office = Office(file, [receiver(console())])
    file.silence(
        Silence(
            id="1", matchers=("region = 330100",), author="王芳", reason="改版", starts_at=NOON, ends_at=NOON + HOUR
        )
    )
    office.queue(named("quiet"), named("elsewhere", labels={"region": ("500000",)}))
    office.work(NOON)
    office.queue(named("after", NOON + HOUR))
    office.work(NOON + HOUR)
    office.work(NOON + DAY)
    assert told(office) == [(NOON, "elsewhere"), (NOON + HOUR, "after")]
    (silenced,) = [d for d in file.deliveries() if d.state is DeliveryState.SILENCED]
    assert (silenced.alert_key, silenced.reason) == ("quiet", "silenced by 王芳: 改版")


def test_what_another_alert_says_already_is_not_told(file: File) -> None:
    """And what was itself silenced says nothing, so it keeps nothing quiet."""
    rule = Inhibition(
        name="result before candidate", equal=("project",), within=DAY,
        when=(Equals(label="stage", value="result"),), then=(Equals(label="stage", value="candidate"),),
    )  # fmt: skip
    office = Office(file, [receiver(console())], inhibitions=(rule,))
    file.silence(Silence(id="1", matchers=("project = B",), author="a", reason="r", starts_at=NOON, ends_at=NOON + MINUTE))  # fmt: skip
    for project in ("A", "B"):
        office.queue(named(f"result {project}", labels={"stage": ("result",), "project": (project,)}))
    office.work(NOON)
    for project in ("A", "B", "C"):
        office.queue(named(f"candidate {project}", labels={"stage": ("candidate",), "project": (project,)}))
    office.work(NOON + HOUR)
    assert [what for _, what in told(office)] == ["result A", "candidate B", "candidate C"]
    assert set(office.states("candidate A").values()) == {"inhibited"}


# ----------------------------------------------------------------------------------- limits, breakers, outcomes


def test_two_hundred_alerts_at_one_moment_are_told_within_the_robots_limit(file: File) -> None:
    """T3. Twenty a minute: what has no place of its own shares a message, and nothing is lost or late by hours."""
    office = Office(file, [receiver(robot(ChannelKind.WECOM, "http://robot.example/one"))])
    office.queue(*several(200))
    office.work_through(NOON, NOON + 3 * MINUTE, 20 * SECOND)
    arrivals = office.far.arrived
    assert most_in(arrivals, MINUTE) <= 20
    assert sorted(key for a in arrivals for key in a.keys) == sorted(a.key for a in several(200))
    assert office.count() == {"accepted": 200}


def test_two_receivers_with_one_robot_share_its_limit(file: File) -> None:
    one = robot(ChannelKind.WECOM, "http://robot.example/one")
    names = ("desk", "east")
    office = Office(file, [receiver(replace(one, name=name), name=name) for name in names])
    pressing = [replace(one, deadline=NOON + HOUR) for one in several(15)]  # which share no message
    office.queue(*pressing)
    office.work_through(NOON, NOON + 3 * MINUTE, 30 * SECOND)
    assert most_in(office.far.arrived, MINUTE) == 20
    for name in names:
        assert sorted(a.keys for a in office.far.at(name)) == sorted((one.key,) for one in pressing)


def test_a_dead_server_is_probed_and_then_everything_arrives(file: File) -> None:
    """Six hours without a connection, a new alert every ten minutes: a handful of probes, and nothing lost."""
    office = Office(file, [receiver(console())])
    office.far.script("team", "console", DOWN)
    now, keys = NOON, []
    while now < NOON + 6 * HOUR:
        keys.append(f"n{len(keys)}")
        office.queue(named(keys[-1], now))
        office.work(now)
        now += 10 * MINUTE
    assert len(office.far.tried) <= 16, "an hour apart in the end"
    office.far.script("team", "console", ACCEPT)
    office.work_through(now, now + 2 * HOUR, 20 * MINUTE)
    assert sorted(key for a in office.far.arrived for key in a.keys) == sorted(keys)
    assert office.count() == {"accepted": len(keys)}
    assert not any(a.repeat for a in office.far.arrived), "no connection: nothing can have arrived"


def test_a_refused_bundle_is_told_one_by_one(file: File) -> None:
    office = Office(file, [replace(receiver(console()), cadence=Grouped(wait=MINUTE))])
    office.queue(*several(3))
    office.far.script("team", "console", REFUSE, ACCEPT, REFUSE, ACCEPT)
    office.work_through(NOON, NOON + 5 * MINUTE, MINUTE)
    assert [what for _, what in told(office)] == ["n0", "n2"]
    assert office.count() == {"accepted": 2, "refused": 1}


def test_a_lost_answer_is_repeated_once_with_a_mark_and_an_operator_may_ask_for_more(file: File) -> None:
    office = Office(file, [receiver(console("a"), console("b"))])
    office.far.script("team", "a", LOST)
    office.queue(named("x"))
    office.work_through(NOON, NOON + DAY, HOUR)
    assert [(a.keys, a.repeat) for a in office.far.at("team", "a")] == [(("x",), False), (("x",), True)]
    assert office.states("x") == {("team", "a"): "unknown", ("team", "b"): "accepted"}
    office.far.script("team", "a", ACCEPT)
    assert file.resend(NOON + DAY) == 1
    office.work_through(NOON + DAY, NOON + 2 * DAY, HOUR)
    assert [a.repeat for a in office.far.at("team", "a")] == [False, True, True]
    assert len(office.far.at("team", "b")) == 1, "what was accepted is not sent again"
    assert file.resend(NOON + 2 * DAY) == 0


# ------------------------------------------------------------------------------------- configurations, restarts


def test_a_receiver_who_is_gone_ends_with_a_reason_and_may_come_back(file: File) -> None:
    """What waits for them becomes a dead letter when it is due, and not before; what may have arrived is called so."""
    gone = replace(receiver(console("a"), console("b"), name="gone"), quiet=NIGHT)
    office = Office(file, [receiver(console(), name="here"), gone])
    office.far.script("gone", "b", LOST)
    office.queue(named("sent"))
    office.work(NOON)
    office.queue(named("held", at("03-04 22:00")))
    office.work(at("03-04 22:00"))
    office.receivers = office.receivers[:1]
    office.work(at("03-04 23:00"))
    assert office.states("held")["gone", "a"] == "waiting", "its time has not come"
    office.work(at("03-05 08:00"))
    assert office.states("sent") == {
        ("here", "console"): "accepted", ("gone", "a"): "accepted", ("gone", "b"): "unknown",
    }  # fmt: skip
    assert office.states("held") == {
        ("here", "console"): "accepted", ("gone", "a"): "given up", ("gone", "b"): "given up",
    }  # fmt: skip
    reasons = {d.reason for d in file.deliveries() if d.state is DeliveryState.GIVEN_UP}
    assert reasons == {"gone/a is not configured any more", "gone/b is not configured any more"}
    if isinstance(file, StoreFile):
        assert {state for state, _ in file.outbox().values()} == {"done"}
    office.far.script("gone", "b", ACCEPT)
    office.receivers = [*office.receivers, gone]
    assert file.resend(at("03-05 09:00")) == 3
    office.work(at("03-05 09:00"))
    assert office.count() == {"accepted": 6}
    assert [(a.keys, a.repeat) for a in office.far.at("gone", "b")][1:] == [(("sent",), True), (("held",), False)]


def held_and_digests() -> list[Receiver]:
    return [
        replace(receiver(console(), name="night"), quiet=NIGHT),
        replace(receiver(console(), name="morning"), cadence=MORNING),
    ]


def killed_at(step: int, file: File) -> bool:
    """Three alerts are held in the evening and told in the morning; killed at this step. Whether it came to that."""
    office = Office(file, held_and_digests())
    office.queue(*several(3, at("03-04 22:00")))
    evening = Fuse(step)
    killed = _life(office, at("03-04 22:00"), evening)
    if killed:
        office.work(at("03-04 22:10"))
    killed = _life(office, at("03-05 08:30"), Fuse(None if killed else step - evening.taken)) or killed
    office.work(at("03-05 08:31"))
    office.work(at("03-05 10:00"))
    for name in ("night", "morning"):
        marks = [a.repeat for a in office.far.at(name)]
        assert marks in ([False], [False, True], [True]), f"{name} at step {step}: {marks}"
        assert all(set(a.keys) == {"n0", "n1", "n2"} for a in office.far.at(name))
    assert office.count() == {"accepted": 6}
    if isinstance(file, StoreFile):
        assert {state for state, _ in file.outbox().values()} == {"done"}
    return killed


def test_a_kill_between_any_two_steps_loses_and_doubles_nothing_that_is_held(tmp_path: Path) -> None:
    """At every step in memory; at every seventh on a database, which each step there is a transaction of."""
    last = next(step for step in itertools.count(1) if not killed_at(step, MemoryFile()))
    assert last > 30
    template = Template(tmp_path)
    for step in range(1, last, 7):
        with template.copy() as file:
            killed_at(step, file)


def _life(office: Office, now: dt.datetime, fuse: Fuse) -> bool:
    """One life, as long as its fuse; whether it was killed."""
    office.far.now = now
    try:
        asyncio.run(office.desk(FusedBook(office.file.book, fuse)).work(now))  # type: ignore[arg-type]
    except Killed:
        return True
    return False
