"""When sources are checked, what counts as missed, and whether the clock can be believed."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from monitor.daemon.planning import SPACING, SPREAD_WITHIN, Slot, grace, slot, spread
from monitor.daemon.timekeeping import ClockWatch
from monitor.records import PollOutcome, SourceRecord

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def record(next_at: dt.datetime, last: dt.datetime | None) -> SourceRecord:
    return SourceRecord(
        name="a", state={}, next_check_at=next_at, last_checked_at=last, last_success_at=last, last_new_at=None,
        baseline_at=last, failures=0, last_problem="",
    )  # fmt: skip


def planned(next_at: dt.datetime, last: dt.datetime | None, every: dt.timedelta = 15 * MINUTE) -> Slot:
    return slot(record(next_at, last), url="https://a.example/feed", every=every, now=NOW)


def overdue(name: str, host: str, by: dt.timedelta, every: dt.timedelta = 15 * MINUTE) -> Slot:
    return Slot(name=name, host=host, every=every, planned_at=NOW - by)


def test_a_row_says_when() -> None:
    """The next check is the row's; a new source is due at once."""
    assert planned(NOW + HOUR, NOW - HOUR).planned_at == NOW + HOUR
    assert planned(NOW - HOUR, NOW - DAY).planned_at == NOW - HOUR
    assert planned(NOW + HOUR, None).planned_at == NOW


def test_a_row_of_a_clock_that_was_ahead_keeps_its_pause_not_its_time() -> None:
    """Checked «in five hours' time», next a quarter of an hour later: in a quarter of an hour."""
    assert planned(NOW + 5 * HOUR + 15 * MINUTE, NOW + 5 * HOUR).planned_at == NOW + 15 * MINUTE


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**5))
def test_nothing_waits_for_longer_than_its_own_pause(clock_was_off: int, pause: int) -> None:
    """However wrong the clock was that dated the row."""
    last = NOW + dt.timedelta(seconds=clock_was_off)
    assert planned(last + dt.timedelta(seconds=pause), last).planned_at <= NOW + dt.timedelta(seconds=pause)


def test_late_is_not_missed_within_the_grace() -> None:
    """A minute, or the tenth of its interval by which chance makes a check late on purpose."""
    assert grace(5 * MINUTE) == MINUTE
    assert grace(DAY) == dt.timedelta(hours=2.4)
    assert not overdue("a", "h", MINUTE, every=MINUTE).is_missed(NOW)
    assert overdue("a", "h", 2 * MINUTE, every=MINUTE).is_missed(NOW)
    assert not overdue("a", "h", 2 * HOUR, every=DAY).is_missed(NOW)
    assert not planned(NOW - DAY, None).is_missed(NOW), "no time was agreed with a new source"
    told = overdue("a", "h", HOUR).missed(NOW, "asleep")
    assert (told.outcome, told.planned_at, told.late, told.problem) == (PollOutcome.MISSED, NOW - HOUR, HOUR, "asleep")


def test_what_is_overdue_does_not_begin_in_one_second() -> None:
    """The first at once, the others one by one; who lost most rounds first; hosts in turn; the rest at their own times."""
    slots = [
        overdue("slow", "a", HOUR, every=DAY),
        overdue("quick", "a", HOUR, every=MINUTE),
        overdue("quick too", "a", HOUR - MINUTE, every=MINUTE),
        overdue("other", "b", HOUR, every=DAY),
        Slot(name="later", host="a", every=HOUR, planned_at=NOW + MINUTE),
    ]
    begins = spread(slots, NOW)
    assert sorted(begins, key=lambda name: begins[name]) == ["quick", "other", "quick too", "slow", "later"]
    assert begins["quick"] == NOW
    assert begins["other"] == NOW + SPACING
    assert begins["later"] == NOW + MINUTE


@given(st.integers(1, 3000))
def test_the_spread_has_an_end(count: int) -> None:
    """Thousands of sources begin closer to one another; nobody is left out, nobody shares a moment."""
    begins = spread((overdue(str(i), str(i % 7), HOUR) for i in range(count)), NOW)
    assert len(begins) == count == len(set(begins.values()))
    assert min(begins.values()) == NOW
    assert max(begins.values()) < NOW + SPREAD_WITHIN


def test_the_clock_is_watched() -> None:
    """Time that goes by is no jump, nor is a slewed clock; a step either way is, once."""
    watch = ClockWatch(NOW, 100.0)
    assert watch.look(NOW + 2 * MINUTE, 220.0) is None
    assert watch.look(NOW + 2 * MINUTE + dt.timedelta(seconds=3), 222.0) is None
    forward = watch.look(NOW + HOUR, 224.0)
    assert forward is not None
    assert forward.is_forward
    assert round(forward.by.total_seconds()) == 3475
    assert watch.look(NOW + HOUR + dt.timedelta(seconds=2), 226.0) is None
    back = watch.look(NOW, 228.0)
    assert back is not None
    assert not back.is_forward
    assert "back by 3604 s" in str(back)
