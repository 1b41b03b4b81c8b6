"""When a source is looked at again: habits, hints, faults and rests, each with its laws."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import workdays
from monitor.pacing import BLOCK_REST, RETRY_AFTER_LIMIT, Bounds, Fault, Habit, Look, NextCheck, Why, next_check
from monitor.pacing.deciding import JITTER
from monitor.phrases import CHINA
from monitor.staleness import Appearance

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
TEN = Bounds.of(10 * MINUTE)
FINE = Look()
SLACK = dt.timedelta(seconds=1)


def china(day: int, hour: int, minute: int = 0, *, month: int = 6) -> dt.datetime:
    """A moment of 2026 in China; 1 June is a Monday."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=CHINA).astimezone(dt.UTC)


def appeared(at: dt.datetime) -> Appearance:
    return Appearance(published=at, precision="minute", first_seen_at=at + MINUTE)


def office(until: dt.datetime, weeks: int = 6) -> Habit:
    """A portal that posts three times an hour from nine to six on days that China works."""
    chance, items = random.Random(7), []
    for back in range(weeks * 7):
        day = (until - back * DAY).astimezone(CHINA).date()
        if workdays.ChinaCalendar().is_workday(day):
            items += [
                dt.datetime.combine(day, dt.time(hour, chance.randrange(60)), CHINA).astimezone(dt.UTC)
                for hour in range(9, 18) for _ in range(3)
            ]  # fmt: skip
    return Habit([appeared(at) for at in items if at <= until], workdays.china)


PORTAL = office(china(5, 18))


def wait(now: dt.datetime, look: Look = FINE, habit: Habit | None = PORTAL, bounds: Bounds = TEN) -> NextCheck:
    return next_check(now, bounds, look, habit)


def test_busy_hours_are_looked_at_at_the_configured_pace_and_no_oftener() -> None:
    """At work the pace is the configured one, and the reason names the rate."""
    found = wait(china(5, 10), habit=PORTAL)
    assert found.why is Why.BUSY
    assert found.at - china(5, 10) == 10 * MINUTE
    assert found.rate == pytest.approx(3.0, abs=0.8)


@pytest.mark.parametrize(
    ("name", "now"),
    [("night", china(5, 23)), ("weekend", china(6, 11)), ("holiday", china(2, 11, month=10))],
)
def test_hours_in_which_nothing_comes_are_looked_at_seldom(name: str, now: dt.datetime) -> None:
    """At night, at weekends and on holidays of China the pause is near the longest."""
    habit = office(now.astimezone(CHINA).replace(hour=18).astimezone(dt.UTC) - DAY)
    found = wait(now, habit=habit)
    assert found.why in (Why.SLACK, Why.SILENT), name
    assert 30 * MINUTE < found.at - now <= HOUR


def test_a_night_never_sleeps_into_the_morning() -> None:
    """The pause is counted hour by hour: one that begins at night ends soon after the busy hours begin."""
    wide = Bounds(least=10 * MINUTE, most=12 * HOUR)
    late = china(5, 4, 0)
    assert wait(late, bounds=wide).at <= china(5, 9, 30)


def test_what_is_worked_at_a_weekend_counts_as_work() -> None:
    """Sunday, 20 September 2026 is worked to make up for National Day."""
    now = china(20, 11, month=9)
    habit = office(now - DAY)
    assert wait(now, habit=habit).at - now < 0.5 * (wait(now + 7 * DAY, habit=office(now + 6 * DAY)).at - now - 7 * DAY)


def test_few_observations_keep_the_configured_interval() -> None:
    """No habit is read from a handful of items, or from a burst of one day."""
    burst = Habit([appeared(china(5, 9, n % 60)) for n in range(300)], workdays.china)
    for habit in (None, Habit([], workdays.china), burst):
        found = wait(china(6, 3), habit=habit)
        assert (found.why, found.at, found.rate) == (Why.YOUNG, china(6, 3) + 10 * MINUTE, None)


def test_the_same_bound_twice_is_a_fixed_interval() -> None:
    """An operator who writes `at_least_every` like `every` gets a clock."""
    fixed = Bounds.of(10 * MINUTE, 10 * MINUTE)
    for now in (china(5, 10), china(6, 3)):
        assert wait(now, bounds=fixed).at == now + 10 * MINUTE
        assert wait(now, bounds=fixed).why is Why.FIXED


def test_what_just_stirred_is_looked_at_soon() -> None:
    """News at night is followed at the pace of the day."""
    now = china(5, 23)
    found = wait(now, Look(stirred=True))
    assert (found.why, found.at) == (Why.STIRRED, now + 10 * MINUTE)


def test_long_silence_is_asked_less_and_less_but_never_less_than_promised() -> None:
    """Weeks without a word at work: the pauses grow, and end at the longest."""
    fridays = [
        at for n in range(12) if workdays.china((at := china(5, 10) + 7 * n * DAY).date()) is workdays.Day.WORKDAY
    ]
    waits = [wait(at).at - at for at in fridays]
    assert waits == sorted(waits)
    assert waits[0] == 10 * MINUTE
    assert 20 * MINUTE < waits[-1] <= TEN.most
    assert wait(china(5, 10) + 42 * DAY).why is Why.SILENT


def test_our_own_absence_is_no_silence() -> None:
    """A host that could not be reached for weeks was not silent: once it answers busy hours are busy again."""
    now = china(26, 10)
    failing = Look(fault=Fault.TEMPORARY, failures=1, last_success_at=china(5, 18))
    assert wait(now, failing).at - now < 11 * MINUTE < wait(now).at - now


def test_a_digest_is_met_at_its_hour() -> None:
    """A paper that comes out about half past eight each morning is looked at closely then, and hardly at any other time."""
    chance = random.Random(3)
    items = [appeared(china(1, 8, 20 + chance.randrange(20)) + n * DAY) for n in range(-50, 0)]
    habit = Habit(items, workdays.china)
    last = items[-1].first_seen_at
    assert wait(last + 23 * HOUR + 30 * MINUTE, habit=habit).at - last - 23 * HOUR - 30 * MINUTE <= 11 * MINUTE
    assert wait(last + 6 * HOUR, habit=habit).at - last - 6 * HOUR > 40 * MINUTE


def test_hints_of_freshness_are_believed_unless_the_source_belies_them() -> None:
    """max-age makes us wait; a feed that says a day and brings something every hour is not believed for longer than that."""
    now, evening = china(5, 10), china(5, 20)
    quick = Bounds.of(5 * MINUTE)
    hinted = wait(now, Look(fresh_for=10 * MINUTE), bounds=quick)
    assert (hinted.why, hinted.at) == (Why.HINT, now + 10 * MINUTE)
    assert wait(now, Look(fresh_for=DAY), bounds=Bounds(least=5 * MINUTE, most=2 * DAY)).at - now <= HOUR
    assert wait(evening, Look(fresh_for=DAY)).at - evening > 50 * MINUTE, "until the morning nothing belies it"
    assert wait(now, Look(fresh_for=DAY), habit=None).at == now + 30 * MINUTE
    assert wait(now, Look(fresh_for=MINUTE)) == wait(now)


def test_faults_wait_at_their_own_pace() -> None:
    """A first hiccup costs nothing; what is gone is asked seldom at once; what is empty stays within the bounds."""
    now = china(5, 10)

    def after(fault: Fault, failures: int) -> dt.timedelta:
        return wait(now, Look(fault=fault, failures=failures, last_success_at=now)).at - now

    assert after(Fault.TEMPORARY, 1) == 10 * MINUTE
    assert after(Fault.TEMPORARY, 3) == 40 * MINUTE
    assert after(Fault.TEMPORARY, 40) == 6 * HOUR
    assert after(Fault.HARD, 1) == 40 * MINUTE
    assert after(Fault.HARD, 40) == DAY
    assert 50 * MINUTE < after(Fault.SOFT, 40) <= HOUR
    for failures in range(1, 40):
        assert after(Fault.SOFT, failures) <= after(Fault.TEMPORARY, failures) <= after(Fault.HARD, failures)


def test_a_promised_bound_holds_through_faults_but_not_against_the_site() -> None:
    """`at_least_every` is kept whatever fails; Retry-After and bans are the site's own wish."""
    now, promised = china(5, 10), Bounds.of(10 * MINUTE, 30 * MINUTE)
    for fault in Fault:
        assert wait(now, Look(fault=fault, failures=30), bounds=promised).at - now <= 30 * MINUTE
    asked = wait(now, Look(fault=Fault.TEMPORARY, failures=1, retry_after=5 * HOUR), bounds=promised)
    assert (asked.why, asked.at - now) == (Why.RETRY_AFTER, 5 * HOUR)
    assert wait(now, Look(fault=Fault.TEMPORARY, failures=1, retry_after=9 * DAY)).at - now == RETRY_AFTER_LIMIT
    banned = wait(now, Look(fault=Fault.TEMPORARY, failures=1, blocked=True), bounds=promised)
    assert (banned.why, banned.at - now) == (Why.BLOCKED, BLOCK_REST)
    assert wait(now, Look(fault=Fault.HARD, failures=1, blocked=True, rest=9 * HOUR)).at - now == 9 * HOUR


FAULTS = st.sampled_from([None, *Fault])
SPANS = st.timedeltas(min_value=dt.timedelta(), max_value=3 * DAY)


@given(
    now=st.integers(0, 60 * 24 * 60).map(lambda minutes: china(5, 18) + minutes * MINUTE),
    every=st.integers(1, 2_000).map(lambda minutes: minutes * MINUTE),
    stretch=st.one_of(st.none(), st.floats(1, 20)),
    jitter=st.floats(0, 0.999),
    fault=FAULTS,
    failures=st.integers(1, 50),
    retry_after=st.one_of(st.none(), SPANS),
    fresh_for=st.one_of(st.none(), SPANS),
    blocked=st.booleans(),
    stirred=st.booleans(),
    young=st.booleans(),
)
def test_the_laws_of_the_next_look(
    now: dt.datetime,
    every: dt.timedelta,
    stretch: float | None,
    jitter: float,
    fault: Fault | None,
    failures: int,
    retry_after: dt.timedelta | None,
    fresh_for: dt.timedelta | None,
    blocked: bool,
    stirred: bool,
    young: bool,
) -> None:
    """Never sooner than the pace, never later than promised, jitter within its share, more failures never sooner."""
    bounds = Bounds.of(every, None if stretch is None else every * stretch)
    habit = None if young else PORTAL
    look = Look(
        stirred=stirred, fresh_for=fresh_for, fault=fault, failures=failures if fault else 0, last_success_at=now,
        retry_after=retry_after, blocked=blocked,
    )  # fmt: skip
    plain = next_check(now, bounds, look, habit)
    late = next_check(now, bounds, look, habit, jitter=jitter)
    assert plain.at - now >= every
    assert plain.at <= late.at <= now + (plain.at - now) * (1 + JITTER) + SLACK
    if not blocked and retry_after is None and (fault is None or bounds.promised):
        assert late.at - now <= max(bounds.most, every * (1 + JITTER)) + SLACK
    if retry_after is not None:
        assert plain.at - now >= min(retry_after, RETRY_AFTER_LIMIT)
    if blocked:
        assert plain.at - now >= BLOCK_REST
    if fault is not None:
        assert next_check(now, bounds, replace(look, failures=failures + 1), habit).at >= plain.at
        assert plain.at >= next_check(now, bounds, replace(look, fault=None, failures=0), habit).at
