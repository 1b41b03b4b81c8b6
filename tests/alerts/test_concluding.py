"""What an attempt comes to, as a table and as a law; and the back-off."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import (
    Attempt,
    Carried,
    Concern,
    Conclusion,
    DeliveryState,
    DeskPolicy,
    Message,
    MessageForm,
    Outcome,
    Receipt,
    RetryPolicy,
    SendResult,
)
from alerts.concluding import conclude
from alerts.retry import GiveUp, TryAgain
from tests.alerts.samples import NOW, alert

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
POLICY = DeskPolicy(retry=RetryPolicy(max_attempts=3, spread=0))
CHANNEL, MESSAGE = Concern.CHANNEL, Concern.MESSAGE


def attempt(number: int, outcome: Outcome | None, at: dt.datetime = NOW - MINUTE) -> Attempt:
    """An earlier try; None for one whose process died."""
    made = None
    if outcome is not None:
        made = Receipt(
            alert_key="k", receiver="team", channel="chat", outcome=outcome, reason="r", attempted_at=at, attempt=number
        )
    return Attempt(number=number, begun_at=at, receipt=made)


def carried(*history: Attempt, alerts: int = 1, opened_at: dt.datetime = NOW - 5 * MINUTE) -> Carried:
    several = tuple(alert(f"k-{n}") for n in range(alerts))
    form = MessageForm.SINGLE if alerts == 1 else MessageForm.MERGED
    message = Message(key="k", receiver="team", channel="chat", form=form, alerts=several)
    return Carried(message=message, opened_at=opened_at, attempts=history)


def concluded(
    result: Outcome, *history: Attempt, concerns: Concern = MESSAGE, alerts: int = 1, retry_after: float | None = None,
    opened_at: dt.datetime = NOW - 5 * MINUTE,
) -> Conclusion:  # fmt: skip
    sent = SendResult(outcome=result, reason="why", retry_after=retry_after, concerns=concerns)
    on = carried(*history, alerts=alerts, opened_at=opened_at)
    return conclude(on, sent, len(history) + 1, NOW, POLICY, 0.0)


BUSY, LOST = attempt(1, Outcome.RETRY), attempt(1, Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("result", "concerns", "alerts", "history", "outcome", "then"),
    [
        pytest.param("accepted", MESSAGE, 1, (), "accepted", "accepted", id="accepted"),
        pytest.param("accepted", MESSAGE, 3, (LOST,), "accepted", "accepted", id="a bundle, in the end"),
        pytest.param("suppressed", MESSAGE, 1, (), "suppressed", "accepted", id="on record already"),
        pytest.param("refused", MESSAGE, 1, (), "refused", "refused", id="refused for what it says"),
        pytest.param("refused", MESSAGE, 2, (), "refused", "waiting", id="a bundle is taken apart"),
        pytest.param("refused", CHANNEL, 1, (), "retry", None, id="a revoked key is waited for"),
        pytest.param("refused", CHANNEL, 2, (), "retry", None, id="a bundle waits for its channel whole"),
        pytest.param("retry", MESSAGE, 1, (), "retry", None, id="busy"),
        pytest.param("retry", MESSAGE, 1, (BUSY, BUSY), "refused", "given up", id="busy for the last time"),
        pytest.param("retry", MESSAGE, 2, (BUSY, BUSY), "retry", "waiting", id="a busy bundle is taken apart"),
        pytest.param("retry", CHANNEL, 1, (BUSY,) * 9, "retry", None, id="a dead channel is waited for"),
        pytest.param("unknown", CHANNEL, 1, (), "unknown", None, id="lost"),
        pytest.param("unknown", CHANNEL, 1, (LOST,), "unknown", "unknown", id="lost twice"),
        pytest.param("unknown", MESSAGE, 1, (LOST, BUSY), "unknown", "unknown", id="lost twice, not running"),
        pytest.param("unknown", MESSAGE, 2, (LOST,), "unknown", "unknown", id="a bundle lost twice is not repeated"),
        pytest.param("unknown", MESSAGE, 1, (BUSY, BUSY), "unknown", "unknown", id="lost at the last try"),
        pytest.param("retry", CHANNEL, 1, (LOST,), "retry", None, id="lost, then trouble"),
    ],
)
def test_what_an_attempt_comes_to(
    result: str, concerns: Concern, alerts: int, history: tuple[Attempt, ...], outcome: str, then: str | None
) -> None:
    made = concluded(Outcome(result), *history, concerns=concerns, alerts=alerts)
    assert (made.receipt.outcome.value, made.then.value if made.then else None) == (outcome, then)


@given(
    result=st.sampled_from(Outcome),
    concerns=st.sampled_from(Concern),
    alerts=st.integers(1, 3),
    history=st.lists(
        st.tuples(st.sampled_from([None, Outcome.RETRY, Outcome.UNKNOWN, Outcome.REFUSED]), st.integers(1, 9000)),
        max_size=12,
    ),
    age=st.integers(0, 10_000),
    retry_after=st.none() | st.floats(0, 1e9),
)
def test_every_attempt_ends_its_message_or_waits_and_never_both(
    result: Outcome,
    concerns: Concern,
    alerts: int,
    history: list[tuple[Outcome | None, int]],
    age: int,
    retry_after: float | None,
) -> None:
    tries = tuple(attempt(n, outcome, NOW - before * MINUTE) for n, (outcome, before) in enumerate(history, 1))
    opened = NOW - age * MINUTE
    made = concluded(
        result, *tries, concerns=concerns, alerts=alerts, retry_after=retry_after, opened_at=opened
    )  # fmt: skip
    assert (made.then is None) == (made.receipt.retry_at is not None)
    assert made.receipt.attempt == len(tries) + 1
    assert made.then is not DeliveryState.SENDING
    if made.then is None:
        assert made.receipt.retry_at is not None
        assert made.receipt.retry_at > NOW
        assert age * MINUTE < POLICY.patience or concerns is MESSAGE, "nothing waits for ever"
    else:
        assert not made.channel_in_trouble
    if made.then is DeliveryState.WAITING:
        assert alerts > 1, "a single alert cannot be taken apart, and would go round for ever"
    if made.then is DeliveryState.ACCEPTED:
        assert result in (Outcome.ACCEPTED, Outcome.SUPPRESSED)
    if result is Outcome.UNKNOWN and made.then is not None and made.then is not DeliveryState.WAITING:
        assert made.then is DeliveryState.UNKNOWN, "what may have arrived is never called refused"


def test_a_retry_names_its_time_and_obeys_the_other_side() -> None:
    assert concluded(Outcome.RETRY).receipt.retry_at == NOW + dt.timedelta(seconds=30)
    assert concluded(Outcome.RETRY, BUSY).receipt.retry_at == NOW + dt.timedelta(seconds=60)
    assert concluded(Outcome.RETRY, retry_after=600).receipt.retry_at == NOW + dt.timedelta(seconds=600)


def test_giving_up_says_why() -> None:
    made = concluded(Outcome.RETRY, BUSY, BUSY)
    assert (made.receipt.outcome, made.receipt.retry_at) == (Outcome.REFUSED, None)
    assert made.receipt.reason == "why; gave up after 3 attempts"


def test_a_channel_in_trouble_is_waited_for_days_and_then_given_up() -> None:
    for waited, then in ((DAY, None), (3 * DAY - MINUTE, None), (3 * DAY, DeliveryState.GIVEN_UP)):
        made = concluded(Outcome.RETRY, *[BUSY] * 50, concerns=CHANNEL, opened_at=NOW - waited)
        assert made.then is then
        assert made.channel_in_trouble == (then is None)
    assert "gave up after 3 days of the channel's trouble" in made.receipt.reason


def test_attempts_that_died_with_their_process_do_not_count() -> None:
    died = tuple(attempt(n, None) for n in range(1, 9))
    made = concluded(Outcome.RETRY, *died)
    assert (made.then, made.receipt.attempt) == (None, 9)
    assert concluded(Outcome.UNKNOWN, *died).then is None


def test_attempts_before_an_operator_sent_it_again_do_not_count() -> None:
    old = (attempt(1, Outcome.UNKNOWN, NOW - DAY), attempt(2, Outcome.UNKNOWN, NOW - DAY))
    assert concluded(Outcome.UNKNOWN, *old).then is None
    assert carried(*old).may_have_arrived, "but they are not forgotten"


@given(
    attempt_number=st.integers(1, 10_000),
    jitter=st.floats(0, 1, exclude_max=True),
    retry_after=st.none() | st.floats(0, 1e9),
)
def test_a_wait_is_never_shorter_than_asked_nor_longer_than_a_day(
    attempt_number: int, jitter: float, retry_after: float | None
) -> None:
    policy = RetryPolicy(max_attempts=20_000)
    decision = policy.decide(attempt_number, NOW, jitter=jitter, retry_after=retry_after)
    assert isinstance(decision, TryAgain)
    wait = (decision.at - NOW).total_seconds()
    assert min(retry_after or 0, 86_400) - 1e-3 <= wait <= 86_400
    assert wait >= policy.first.total_seconds()


def test_the_back_off_doubles_up_to_its_ceiling() -> None:
    waits = [RetryPolicy(spread=0).decide(n, NOW, jitter=0, retry_after=None) for n in range(1, 10)]
    assert [(w.at - NOW).total_seconds() for w in waits if isinstance(w, TryAgain)] == [
        30, 60, 120, 240, 480, 960, 1920, 3600, 3600,
    ]  # fmt: skip
    assert isinstance(RetryPolicy().decide(10, NOW, jitter=0, retry_after=None), GiveUp)


@pytest.mark.parametrize("bad", [{"max_attempts": 0}, {"factor": 0.5}, {"spread": 2}, {"first": dt.timedelta(0)}])
def test_a_policy_without_sense_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="retry policy"):
        RetryPolicy(**bad)  # type: ignore[arg-type]
