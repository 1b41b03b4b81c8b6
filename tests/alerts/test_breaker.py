"""The circuit breaker: when it opens, for how long, and that it always lets a channel come back."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.breaker import Allowance, Breaker, BreakerPolicy, BreakerState, after, allowed, begun, may_send
from alerts.model import Concern, Outcome, SendResult

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
POLICY = BreakerPolicy()


def result(
    outcome: Outcome, concerns: Concern = Concern.CHANNEL, retry_after: float | None = None, reason: str = "no"
) -> SendResult:
    return SendResult(outcome=outcome, reason=reason, concerns=concerns, retry_after=retry_after)


WELL = result(Outcome.ACCEPTED, Concern.MESSAGE)
DOWN = result(Outcome.RETRY)
LOST = result(Outcome.UNKNOWN)
REVOKED = result(Outcome.REFUSED)
BAD_MESSAGE = result(Outcome.REFUSED, Concern.MESSAGE)


def through(*results: SendResult, now: dt.datetime = NOW, start: Breaker | None = None) -> Breaker:
    return reduce(lambda breaker, one: after(breaker, one, now), results, start or Breaker())


def open_for(breaker: Breaker) -> dt.timedelta | None:
    return breaker.open_until - breaker.opened_at if breaker.open_until and breaker.opened_at else None


def test_it_is_closed_to_begin_with() -> None:
    assert may_send(Breaker(), NOW) is Allowance.ALL
    assert allowed(Breaker(), NOW) == sys.maxsize
    assert begun(Breaker(), NOW) == Breaker()


@pytest.mark.parametrize("trouble", [DOWN, LOST])
def test_three_troubles_running_open_it(trouble: SendResult) -> None:
    twice = through(trouble, trouble)
    assert may_send(twice, NOW) is Allowance.ALL
    thrice = through(trouble, start=twice)
    assert thrice.state is BreakerState.OPEN
    assert may_send(thrice, NOW + MINUTE - SECOND) is Allowance.NONE
    assert allowed(thrice, NOW) == 0
    assert may_send(thrice, NOW + MINUTE) is Allowance.ONE
    assert allowed(thrice, NOW + MINUTE) == 1


@pytest.mark.parametrize("sound", [WELL, BAD_MESSAGE])
def test_a_sign_of_life_between_troubles_starts_the_count_anew(sound: SendResult) -> None:
    """A message refused for what it says was read: the channel works."""
    assert through(DOWN, DOWN, sound, DOWN, DOWN).state is BreakerState.CLOSED


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.UNKNOWN, Outcome.SUPPRESSED])
def test_what_is_the_message_s_own_trouble_says_nothing_of_the_channel(outcome: Outcome) -> None:
    twice = through(DOWN, DOWN)
    assert through(result(outcome, Concern.MESSAGE), start=twice) == twice


def test_a_revoked_key_opens_it_at_once() -> None:
    assert open_for(through(REVOKED)) == MINUTE


@pytest.mark.parametrize(
    ("asked", "pause"),
    [(600.0, 10 * MINUTE), (5.0, 5 * SECOND), (0.0, SECOND), (-1.0, SECOND), (1e12, DAY), (float("inf"), DAY)],
)
def test_who_asks_for_time_gets_it(asked: float, pause: dt.timedelta) -> None:
    """A Retry-After opens it at once, for as long as it says; up to a day."""
    assert open_for(through(result(Outcome.RETRY, retry_after=asked))) == pause


def test_one_probe_goes_and_nothing_else() -> None:
    opened = through(DOWN, DOWN, DOWN)
    probing = begun(opened, NOW + MINUTE)
    assert probing.state is BreakerState.HALF_OPEN
    assert may_send(probing, NOW + MINUTE) is Allowance.NONE
    assert may_send(probing, NOW + MINUTE + POLICY.probe) is Allowance.ONE, "its process died: another may probe"


def test_a_probe_that_gets_through_makes_all_well() -> None:
    probing = begun(through(DOWN, DOWN, DOWN), NOW + MINUTE)
    assert through(WELL, start=probing, now=NOW + MINUTE) == Breaker()
    assert through(BAD_MESSAGE, start=probing, now=NOW + MINUTE) == Breaker()


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.UNKNOWN, Outcome.SUPPRESSED])
def test_a_probe_that_says_nothing_leaves_its_place_to_the_next(outcome: Outcome) -> None:
    probing = begun(through(DOWN, DOWN, DOWN), NOW + MINUTE)
    nothing = after(probing, result(outcome, Concern.MESSAGE), NOW + MINUTE)
    assert may_send(nothing, NOW + MINUTE) is Allowance.ONE


def test_each_failed_probe_doubles_the_pause_up_to_an_hour() -> None:
    breaker, pauses = through(DOWN, DOWN, DOWN), []
    for _ in range(8):
        pauses.append(open_for(breaker))
        assert breaker.open_until is not None
        breaker = after(begun(breaker, breaker.open_until), DOWN, breaker.open_until + SECOND)
    assert pauses == [n * MINUTE for n in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert breaker.since == NOW, "the trouble began with the first failure"


def test_a_server_that_always_says_in_a_second_is_not_asked_every_second() -> None:
    soon = result(Outcome.RETRY, retry_after=1)
    breaker, pauses = through(soon), []
    for _ in range(4):
        pauses.append(open_for(breaker))
        assert breaker.open_until is not None
        breaker = after(begun(breaker, breaker.open_until), soon, breaker.open_until)
    assert pauses == [SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE]


def test_late_news_of_what_was_under_way_opens_nothing_again() -> None:
    """Ten messages that were on their way when it opened are one trouble, not ten."""
    opened = through(DOWN, DOWN, DOWN)
    later = through(*[DOWN] * 10, REVOKED, start=opened, now=NOW + 30 * SECOND)
    assert (later.trips, later.open_until, later.failures) == (1, opened.open_until, 14)
    longer = through(result(Outcome.RETRY, retry_after=600), start=opened, now=NOW + 30 * SECOND)
    assert longer.open_until == NOW + 10 * MINUTE + 30 * SECOND
    little = through(result(Outcome.RETRY, retry_after=40), start=opened, now=NOW + 30 * SECOND)
    assert little.open_until == NOW + 70 * SECOND
    assert through(result(Outcome.RETRY, retry_after=1), start=opened, now=NOW) == replace(opened, failures=4)
    assert through(WELL, start=opened, now=NOW + SECOND) == Breaker(), "it does work"


def test_it_says_what_is_wrong_and_since_when() -> None:
    first = after(Breaker(), result(Outcome.RETRY, reason="HTTP 502"), NOW)
    second = after(first, result(Outcome.RETRY, reason="HTTP 503"), NOW + MINUTE)
    assert (second.since, second.reason) == (NOW, "HTTP 503")


def test_a_clock_set_back_stalls_nothing() -> None:
    """Opened a year ahead by a wrong clock: a probe goes now. Workers a little apart are not taken for that."""
    ahead = through(DOWN, DOWN, DOWN, now=NOW + 365 * DAY)
    assert may_send(ahead, NOW) is Allowance.ONE
    assert may_send(begun(ahead, NOW), NOW) is Allowance.NONE
    assert may_send(through(DOWN, DOWN, DOWN, now=NOW + SECOND), NOW) is Allowance.NONE


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 0},
        {"factor": 0.5},
        {"first": dt.timedelta(0)},
        {"ceiling": SECOND},
        {"longest_asked": dt.timedelta(0)},
        {"probe": dt.timedelta(0)},
    ],
)
def test_a_policy_that_cannot_work_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a breaker needs"):
        BreakerPolicy(**changes)  # type: ignore[arg-type]


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        after(Breaker(), WELL, dt.datetime(2026, 6, 1))
    with pytest.raises(ValueError, match="aware"):
        Breaker(open_until=dt.datetime(2026, 6, 1))


# --- laws -----------------------------------------------------------------------------------------------------------

results = st.builds(
    SendResult,
    outcome=st.sampled_from(Outcome),
    reason=st.just("no"),
    retry_after=st.none() | st.floats(-10, 1e9),
    concerns=st.sampled_from(Concern),
)
steps = st.lists(st.tuples(st.integers(0, 7200), results), max_size=40)
policies = st.builds(
    BreakerPolicy,
    threshold=st.integers(1, 5),
    first=st.integers(1, 600).map(lambda s: s * SECOND),
    ceiling=st.integers(600, 7200).map(lambda s: s * SECOND),
    factor=st.floats(1, 10),
)


@given(policies, steps)
def test_it_keeps_its_laws_whatever_happens(policy: BreakerPolicy, happening: list[tuple[int, SendResult]]) -> None:
    """Driven as a desk drives it: asked before each send, told after; and now and then told of what came late."""
    breaker, now = Breaker(), NOW
    for seconds, one in happening:
        now += seconds * SECOND
        before, asked = breaker, may_send(breaker, now)
        if asked is not Allowance.NONE:
            breaker = begun(breaker, now, policy)
        breaker = after(breaker, one, now, policy)

        if one.outcome is Outcome.ACCEPTED:
            assert breaker == Breaker()
        closed = breaker.state is BreakerState.CLOSED
        assert closed is (breaker.open_until is None) is (breaker.trips == 0)
        if closed:
            assert breaker.failures < policy.threshold
            continue
        assert breaker.open_until is not None
        assert breaker.open_until - now <= max(policy.ceiling, policy.longest_asked, policy.probe), "it comes back"
        assert may_send(breaker, breaker.open_until) is Allowance.ONE
        if breaker.trips > before.trips:
            assert breaker.trips == before.trips + 1
            assert asked is not Allowance.NONE, "only what was sent opens it further"
            assert breaker.open_until > now
        if one.retry_after is not None and one.outcome is Outcome.RETRY and one.concerns is Concern.CHANNEL:
            wait = min(one.retry_after, policy.longest_asked.total_seconds())
            assert (breaker.open_until - now).total_seconds() >= wait - 1e-5, "who asks for time gets it"


@given(policies, st.integers(1, 100), st.none() | st.floats(0, 1e9))
def test_pauses_only_grow(policy: BreakerPolicy, trips: int, retry_after: float | None) -> None:
    assert dt.timedelta(0) < policy.pause(trips, retry_after) <= policy.pause(trips + 1, retry_after)
