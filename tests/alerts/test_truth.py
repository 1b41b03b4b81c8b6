"""The promise, as a property on the book in memory: whatever happens, every alert ends in one true state per lane."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, example, given, settings

from tests.alerts.office import MemoryFile
from tests.alerts.truth import Come, Event, Fail, Guest, Pass, Quiet, Work, stories, tell

KILLED_IN_A_BUNDLE = [
    Come("news", 3), Work(None), Fail(("groups", "same"), ("lost", "refuse")), Pass(61), Work(None), Pass(400), Work(25),
]  # fmt: skip
LEFT_WITH_THINGS_WAITING = [
    Come("news", 2), Fail(("guest", "hook"), ("lost", "down", "down")), Work(None), Guest(False), Pass(4000), Work(None),
    Quiet(9), Come("silenced", 2), Work(7),
]  # fmt: skip


LATE_INTO_THE_NIGHT = [
    Fail(("night", "chat"), ("down",) * 4), Come("news", 3), Work(None), Pass(61), Work(None), Pass(400), Work(None),
    Come("news", 2), Come("soon", 1), Work(None), Pass(40_000), Work(None), Pass(4000), Work(None),
]  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(events=KILLED_IN_A_BUNDLE)
@example(events=LEFT_WITH_THINGS_WAITING)
@example(events=LATE_INTO_THE_NIGHT)
@given(events=stories)
def test_every_alert_ends_once_and_truly(events: Sequence[Event]) -> None:
    tell(MemoryFile(), events)
