"""The promise of delivery as a property: what happens to a team of receivers in a random story, and what must hold then.

A story is a list of things that happen: alerts come, time passes, channels fail, silences are asked for, somebody leaves,
and the process works and may be killed at any step. After it everything is well again and all is worked off. Then every
alert has one final state in each lane; nothing that was recorded as accepted was sent again; a second arrival says that it
may be one; no robot got more than its limit in any window; and nobody was woken for what is not urgent.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from alerts import (
    Alert,
    Audience,
    Book,
    ChannelKind,
    Days,
    DeliveryState,
    DeskPolicy,
    Digest,
    Grouped,
    Message,
    QuietHours,
    Receipt,
    Receiver,
    Rendered,
    RetryPolicy,
    SendResult,
    Silence,
    Urgency,
)
from alerts.limits import lane_key, limits_of
from tests.alerts.lives import Fuse, FusedBook, Killed
from tests.alerts.office import ACCEPT, BUSY, DOWN, LOST, REFUSE, REVOKED, THROTTLE, File, LaneSender, Office, titled
from tests.alerts.samples import NOW, alert, receiver, robot, webhook

HOUR = dt.timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(start=dt.time(20), end=dt.time(7, 30), days=Days.DAILY)
ROBOT, OTHER = (
    robot(ChannelKind.SERVERCHAN, "http://robot.example/one"),
    robot(ChannelKind.WECOM, "http://robot.example/2"),
)
MORNING = Digest(at=(dt.time(8, 30),), days=Days.DAILY)

RECEIVERS = (
    receiver(ROBOT, name="now"),
    replace(receiver(replace(ROBOT, name="same"), name="groups"), cadence=Grouped(by=("stage",))),
    replace(receiver(OTHER, webhook("http://hook.example"), name="night"), quiet=NIGHT, digest=MORNING),
    replace(receiver(webhook("http://boss.example"), name="boss"), cadence=MORNING, quiet=NIGHT),
    receiver(webhook("http://guest.example"), name="guest"),
)
"""`now` and `groups` lead to one robot, which takes a message in ten seconds; `guest` comes and goes."""

LANES = [(r.name, c.name) for r in RECEIVERS for c in r.channels]
POLICY = DeskPolicy(retry=RetryPolicy(max_attempts=4, spread=0))
SILENCED = "weather"

ANSWERS = {"accept": ACCEPT, "refuse": REFUSE, "busy": BUSY, "throttle": THROTTLE, "down": DOWN, "lost": LOST,
           "revoked": REVOKED}  # fmt: skip


@dataclass(frozen=True)
class Come:
    """Alerts are queued: of this sort, so many."""

    sort: str
    count: int


@dataclass(frozen=True)
class Pass:
    """Time passes, in seconds."""

    seconds: int


@dataclass(frozen=True)
class Work:
    """The process does what is due; killed at this step, or not at all."""

    killed_at: int | None


@dataclass(frozen=True)
class Fail:
    """A lane's answers from now on, and then it accepts."""

    lane: tuple[str, str]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Quiet:
    """A silence about alerts of the silenced topic, for so many hours."""

    hours: int


@dataclass(frozen=True)
class Guest:
    """The guest is configured from now on, or not."""

    here: bool


Event = Come | Pass | Work | Fail | Quiet | Guest

stories = st.lists(
    st.one_of(
        st.builds(Come, st.sampled_from(["news", "update", "minor", "urgent", "soon", "silenced"]), st.integers(1, 5)),
        st.builds(Pass, st.sampled_from([1, 7, 20, 61, 400, 4000, 20_000, 40_000, 90_000])),
        st.builds(Work, st.none() | st.integers(1, 60)),
        st.builds(Work, st.none()),
        st.builds(
            Fail, st.sampled_from(LANES), st.lists(st.sampled_from(sorted(ANSWERS)), min_size=1, max_size=6).map(tuple)
        ),
        st.builds(Quiet, st.integers(1, 30)),
        st.builds(Guest, st.booleans()),
    ),
    min_size=3,
    max_size=24,
)


@dataclass
class Witness:
    """Sees every attempt begun and every receipt recorded, in all lives of the process."""

    accepted: set[tuple[str, str, str]] = field(default_factory=set)
    lost: defaultdict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    """Attempts that may have arrived, by (alert, receiver, channel): begun, and not recorded otherwise."""


class WitnessedBook:
    """A book under the eyes of a witness."""

    def __init__(self, book: Book, witness: Witness) -> None:
        self._book, self._witness = book, witness

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)

    def begin(self, message: Message, *rest: Any) -> int | None:
        number = self._book.begin(message, *rest)
        if number is not None:
            for name in _names(message):
                assert name not in self._witness.accepted, f"{name} is sent again after a recorded acceptance"
                self._witness.lost[name] += 1
        return number

    def record(self, message: Message, receipt: Receipt, then: DeliveryState | None, *rest: Any) -> None:
        self._book.record(message, receipt, then, *rest)
        for name in _names(message):
            if receipt.outcome.value in ("retry", "refused"):
                self._witness.lost[name] -= 1
            if then is DeliveryState.ACCEPTED:
                self._witness.accepted.add(name)


def _names(message: Message) -> Iterator[tuple[str, str, str]]:
    return ((a.key, message.receiver, message.channel) for a in message.alerts)


class Story:
    """Plays the events on a book, works everything off, and checks what must hold."""

    def __init__(self, file: File) -> None:
        self.office = Office(file, RECEIVERS, policy=POLICY)
        self.file, self.witness, self.now = file, Witness(), NOW
        self.alerts: dict[str, Alert] = {}
        self.silences: list[Silence] = []

    def play(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case Come(sort=sort, count=count):
                    for _ in range(count):
                        made = _alert(f"{sort}{len(self.alerts)}", sort, self.now)
                        self.alerts[made.key] = made
                        self.office.queue(made)
                case Pass(seconds=seconds):
                    self.now += dt.timedelta(seconds=seconds)
                case Work(killed_at=step):
                    self.live(step)
                case Fail(lane=lane, answers=answers):
                    self.office.far.script(*lane, *(ANSWERS[a] for a in answers), ACCEPT)
                case Quiet(hours=hours):
                    self.now += dt.timedelta(seconds=1)  # asked after what was admitted, not in the same instant
                    silence = Silence(
                        id=str(len(self.silences)), matchers=(f"topic = {SILENCED}",), author="a", reason="r",
                        starts_at=self.now, ends_at=self.now + hours * HOUR,
                    )  # fmt: skip
                    self.silences.append(silence)
                    self.file.silence(silence)
                case Guest(here=here):
                    self.office.receivers = RECEIVERS if here else RECEIVERS[:-1]

    def live(self, killed_at: int | None) -> None:
        """One life of the process."""
        fuse = Fuse(killed_at)
        self.office.far.now = self.now
        desk = self.office.desk(FusedBook(WitnessedBook(self.file.book, self.witness), fuse))  # type: ignore[arg-type]
        for lane in desk._lanes.values():  # the senders die with the process, too
            object.__setattr__(lane, "sender", _FusedSender(lane.name, self.office, fuse))
        try:
            asyncio.run(desk.work(self.now))
        except Killed:
            assert fuse.is_burnt

    def end(self) -> None:
        """Everything is well from now on: work until nothing is left to do."""
        self.office.far.answers.clear()
        for _ in range(400):
            self.live(None)
            due = self.file.next_due()
            if due is None:
                return
            self.now = max(due, self.now + dt.timedelta(minutes=10))
        raise AssertionError(f"it does not come to an end: {self.office.count()}")

    def check(self) -> None:
        self._every_delivery_ended()
        self._arrivals_are_true()
        self._no_limit_was_exceeded()
        self._nobody_was_woken()

    def _every_delivery_ended(self) -> None:
        deliveries = self.file.deliveries()
        names = [d.name for d in deliveries]
        assert len(names) == len(set(names))
        expected = {(key, *lane) for key in self.alerts for lane in LANES if lane[0] != "guest"}
        assert {name for name in names if name[1] != "guest"} == {
            name for name in expected if name[0] in self.alerts and not _for_followers_only(self.alerts[name[0]])
        }
        assert all(d.state.is_final and d.reason and d.closed_at for d in deliveries)
        allowed = {"accepted", "refused", "unknown", "given up", "silenced", "unwanted"}
        assert {d.state.value for d in deliveries} <= allowed
        for d in deliveries:
            one = self.alerts[d.alert_key]
            quiet = "topic" in one.labels and any(s.is_active(d.created_at) for s in self.silences)
            assert (d.state is DeliveryState.SILENCED) == quiet
            if d.state is DeliveryState.UNWANTED:
                assert one.minor
                assert d.receiver in ("now", "groups", "guest")

    def _arrivals_are_true(self) -> None:
        arrived: defaultdict[tuple[str, str, str], list[bool]] = defaultdict(list)
        for arrival in self.office.far.arrived:
            assert len(arrival.keys) == len(set(arrival.keys))
            for key in arrival.keys:
                arrived[key, *arrival.lane].append(arrival.repeat)
        for d in self.file.deliveries():
            marks, lost = arrived.pop(d.name, []), self.witness.lost[d.name]
            assert all(marks[1:]), f"{d.name}: a second arrival says that it may be one"
            assert len(marks) <= max(lost, 1), f"{d.name}: it arrives again only where an answer was lost"
            if d.state is DeliveryState.ACCEPTED:
                assert marks
            elif d.state is not DeliveryState.UNKNOWN:
                assert len(marks) <= lost, f"{d.name}: what is called {d.state} did not arrive"
            assert (d.state is DeliveryState.ACCEPTED) == (d.name in self.witness.accepted)
        assert not arrived, "nothing else arrives"

    def _no_limit_was_exceeded(self) -> None:
        sides: defaultdict[str, list[dt.datetime]] = defaultdict(list)
        channels = {(r.name, c.name): (r, c) for r in RECEIVERS for c in r.channels}
        limits = {}
        for one in self.office.far.tried:
            receiver_, channel = channels[one.lane]
            key = lane_key(receiver_.name, channel)
            limits[key] = limits_of(channel)
            sides[key].append(one.at)
        for key, times in sides.items():
            for limit in limits[key]:
                for n, first in enumerate(times):
                    assert sum(first <= t < first + limit.per for t in times[n:]) <= limit.count

    def _nobody_was_woken(self) -> None:
        quiet = {r.name for r in RECEIVERS if r.quiet is not None}
        for one in self.office.far.tried:
            local = one.at.astimezone(SHANGHAI).time()
            if one.lane[0] in quiet and (local >= NIGHT.start or local < NIGHT.end):
                deadlines = [self.alerts[key].deadline for key in one.keys]
                assert any(d is not None for d in deadlines), f"{one.keys} at {local}"


class _FusedSender:
    def __init__(self, lane: tuple[str, str], office: Office, fuse: Fuse) -> None:
        self._to, self._fuse = LaneSender(lane=lane, far=office.far), fuse

    def send(self, message: Rendered) -> SendResult:
        self._fuse.step()
        made = self._to.send(message)
        self._fuse.step()
        return made


def _alert(key: str, sort: str, now: dt.datetime) -> Alert:
    plain = alert(key, title=titled(key), created_at=now, thread="thread", labels={"stage": (sort,)})
    match sort:
        case "update":
            return replace(plain, audience=Audience.BOTH)
        case "minor":
            return replace(plain, minor=True)
        case "urgent":
            return replace(plain, deadline=now + 30 * HOUR)
        case "soon":
            return replace(plain, deadline=now + 50 * HOUR)
        case "silenced":
            return replace(plain, labels={"topic": (SILENCED,)})
        case _:
            return plain


def _for_followers_only(one: Alert) -> bool:
    return one.audience is Audience.FOLLOWERS


def tell(file: File, events: Sequence[Event]) -> Story:
    """Play a story to its end and check it; a year later nothing is sent again."""
    story = Story(file)
    story.play(events)
    story.office.receivers = RECEIVERS
    story.end()
    story.check()
    arrived = len(story.office.far.tried)
    story.now += dt.timedelta(days=365)
    story.live(None)
    assert len(story.office.far.tried) == arrived
    return story


assert Receiver(name="default").urgency == Urgency(), "`urgent` and `soon` above count on 48 hours"
