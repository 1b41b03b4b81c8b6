"""The promise, as a property: whatever channels answer and whenever the process dies, nothing accepted is repeated,
nothing is lost, and what may be a repeat says so."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from enum import Enum, auto

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import (
    Attempt,
    Concern,
    DispatchPolicy,
    MemoryLedger,
    Outcome,
    Receipt,
    Receiver,
    Rendered,
    Renderer,
    RetryPolicy,
    Route,
    RouteTree,
    SendResult,
    dispatch,
)
from tests.alerts.samples import NOW, alert, console

RENDERER = Renderer()
POLICY = DispatchPolicy(retry=RetryPolicy(max_attempts=4, spread=0))


class Fate(Enum):
    """What happens to one attempt."""

    ACCEPTED = auto()
    REFUSED = auto()
    BUSY = auto()  # this message later
    THROTTLED = auto()  # this channel later
    LOST = auto()  # it arrived, the answer did not
    KILLED_BEFORE = auto()  # the process dies before anything is sent
    KILLED_AFTER = auto()  # it arrived, and the process dies before it is recorded


class Killed(BaseException):
    """The process is no more."""


class World:
    """The far side of all channels: what arrived there, and the fates to come, by channel."""

    def __init__(self, fates: dict[str, list[Fate]]) -> None:
        self.fates = {channel: list(reversed(those)) for channel, those in fates.items()}
        self.arrived: dict[tuple[str, str], list[bool]] = defaultdict(list)
        """For each (channel, alert), whether each arrival was marked as a possible repeat."""
        self.dead = False

    def next(self, channel: str) -> Fate:
        return self.fates[channel].pop() if self.fates.get(channel) else Fate.ACCEPTED


class WorldSender:
    def __init__(self, world: World, channel: str) -> None:
        self.world, self.channel = world, channel

    def send(self, message: Rendered) -> SendResult:
        if self.world.dead:  # the other channel's fate killed the process that we all live in
            raise Killed
        fate = self.world.next(self.channel)
        if fate is Fate.KILLED_BEFORE:
            self.world.dead = True
            raise Killed
        if fate in (Fate.ACCEPTED, Fate.LOST, Fate.KILLED_AFTER):
            self.world.arrived[self.channel, message.key].append(message.repeat)
        if fate is Fate.KILLED_AFTER:
            self.world.dead = True
            raise Killed
        return {
            Fate.ACCEPTED: SendResult(outcome=Outcome.ACCEPTED, reason="yes"),
            Fate.REFUSED: SendResult(outcome=Outcome.REFUSED, reason="no"),
            Fate.BUSY: SendResult(outcome=Outcome.RETRY, reason="later"),
            Fate.THROTTLED: SendResult(outcome=Outcome.RETRY, reason="slow", retry_after=90, concerns=Concern.CHANNEL),
            Fate.LOST: SendResult(outcome=Outcome.UNKNOWN, reason="silence", concerns=Concern.CHANNEL),
        }[fate]


class CheckedLedger(MemoryLedger):
    """A ledger that fails the test when a recorded acceptance is followed by another attempt."""

    def begin(self, alert_key: str, receiver: str, channel: str, at: dt.datetime) -> int:
        assert not self.accepted(alert_key, receiver, channel), "sent again after a recorded acceptance"
        return super().begin(alert_key, receiver, channel, at)


CHANNELS = ("one", "two")
TEAM = Receiver(name="team", channels=tuple(console(name) for name in CHANNELS))
TREE = RouteTree(root=Route(receivers=("team",)), receivers=("team",))


def run_once(world: World, ledger: MemoryLedger, keys: list[str], at: dt.datetime) -> tuple[Receipt, ...] | None:
    """One life of the process: None where it was killed."""
    world.dead = False
    senders = {("team", name): WorldSender(world, name) for name in CHANNELS}
    alerts = [alert(key) for key in keys]
    work = dispatch(alerts, TREE, [TEAM], senders, ledger, at, policy=POLICY, renderer=RENDERER, jitter=lambda: 0.0)
    try:
        return asyncio.run(work)
    except Killed:
        return None


def story(attempts: tuple[Attempt, ...]) -> list[Outcome | None]:
    return [attempt.receipt.outcome if attempt.receipt else None for attempt in attempts]


_fates = st.lists(st.sampled_from(list(Fate)), max_size=14)


@settings(max_examples=150, deadline=None)
@given(
    fates=st.fixed_dictionaries(dict.fromkeys(CHANNELS, _fates)),
    keys=st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=4, unique=True),
    steps=st.lists(st.integers(1, 4000), min_size=1, max_size=6),
)
def test_every_alert_ends_in_one_final_state_per_channel_and_none_is_lost(
    fates: dict[str, list[Fate]], keys: list[str], steps: list[int]
) -> None:
    world, ledger, now = World(fates), CheckedLedger(), NOW
    receipts: tuple[Receipt, ...] | None = None
    for life in range(100):
        receipts = run_once(world, ledger, keys, now)
        if receipts is not None and all(receipt.is_final for receipt in receipts):
            break
        now += dt.timedelta(seconds=steps[life] if life < len(steps) else 4000)
    assert receipts is not None
    assert all(receipt.is_final for receipt in receipts), "it comes to an end"
    assert sorted((r.alert_key, r.channel) for r in receipts) == sorted((k, c) for k in keys for c in CHANNELS)

    for receipt in receipts:
        history = story(ledger.attempts(receipt.alert_key, "team", receipt.channel))
        arrived = world.arrived[receipt.channel, receipt.alert_key]
        accepted = ledger.accepted(receipt.alert_key, "team", receipt.channel)
        if accepted:
            assert receipt.outcome in (Outcome.ACCEPTED, Outcome.SUPPRESSED)
            assert arrived
            assert history.count(Outcome.ACCEPTED) == 1
        elif receipt.outcome is Outcome.UNKNOWN:
            assert history.count(Outcome.UNKNOWN) == 2 or len([h for h in history if h]) == 4, "one more try, no more"
        else:
            assert receipt.outcome is Outcome.REFUSED
            assert receipt.reason == "no" or "gave up" in receipt.reason
        # More than one arrival is possible only through a lost answer or a death, and then it is marked.
        assert len(arrived) <= 1 + sum(one in (None, Outcome.UNKNOWN) for one in history)
        assert not any(arrived[:1]) or any(one in (None, Outcome.UNKNOWN) for one in history)
        assert all(arrived[1:]), "a second arrival says that it may be a repeat"

    before = {place: list(marks) for place, marks in world.arrived.items()}
    assert run_once(world, ledger, keys, now + dt.timedelta(days=400)) is not None
    assert world.arrived == before, "a year later nothing is sent again"
