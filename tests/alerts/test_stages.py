"""The decisions about one delivery, as tables, and the back-off."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import Attempt, DispatchPolicy, Outcome, Receipt, RetryPolicy, RouteOptions, SendResult
from alerts.retry import GiveUp, TryAgain
from alerts.stages import Delivery, Go, Settled, conclude, judge
from tests.alerts.samples import NOW, alert, console, receiver

LATER = NOW + dt.timedelta(minutes=5)
EARLIER = NOW - dt.timedelta(minutes=5)
DELIVERY = Delivery(alert=alert(), receiver=receiver(console()), channel=console(), options=RouteOptions())
POLICY = DispatchPolicy(retry=RetryPolicy(max_attempts=3, spread=0))


def attempt(
    number: int, outcome: Outcome | None, retry_at: dt.datetime | None = None, at: dt.datetime = EARLIER
) -> Attempt:
    receipt = None
    if outcome is not None:
        receipt = Receipt(
            alert_key="k-1",
            receiver="team",
            channel="console",
            outcome=outcome,
            reason="r",
            attempted_at=at,
            attempt=number,
            retry_at=retry_at,
        )
    return Attempt(number=number, begun_at=at, receipt=receipt)


@pytest.mark.parametrize(
    ("history", "verdict"),
    [
        pytest.param((), Go(repeat=False), id="new"),
        pytest.param((attempt(1, Outcome.RETRY, NOW),), Go(repeat=False), id="due"),
        pytest.param((attempt(1, Outcome.RETRY, LATER),), Outcome.RETRY, id="not due"),
        pytest.param((attempt(1, Outcome.REFUSED),), Outcome.REFUSED, id="refused for good"),
        pytest.param((attempt(1, Outcome.UNKNOWN, NOW),), Go(repeat=True), id="lost answer, due"),
        pytest.param((attempt(1, Outcome.UNKNOWN, LATER),), Outcome.UNKNOWN, id="lost answer, not due"),
        pytest.param((attempt(1, Outcome.UNKNOWN),), Outcome.UNKNOWN, id="two lost answers"),
        pytest.param((attempt(1, None),), Go(repeat=True), id="died"),
        pytest.param(
            (attempt(1, None), attempt(2, None), attempt(3, None)), Go(repeat=True), id="died again and again"
        ),
        pytest.param(
            (attempt(1, Outcome.UNKNOWN, EARLIER), attempt(2, Outcome.RETRY, NOW)), Go(repeat=True), id="still marked"
        ),
    ],
)
def test_a_history_decides(history: tuple[Attempt, ...], verdict: Go | Outcome) -> None:
    decision = judge(DELIVERY, history, NOW, POLICY, resend=False)
    assert (decision.receipt.outcome if isinstance(decision, Settled) else decision) == verdict


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.UNKNOWN])
def test_an_operator_may_send_again_what_was_given_up(outcome: Outcome) -> None:
    assert isinstance(judge(DELIVERY, (attempt(1, outcome),), NOW, POLICY, resend=True), Go)


def test_another_workers_attempt_is_left_alone_for_a_while() -> None:
    policy = DispatchPolicy(under_way=dt.timedelta(minutes=10))
    decision = judge(DELIVERY, (attempt(1, None),), NOW, policy, resend=False)
    assert isinstance(decision, Settled)
    assert decision.receipt.retry_at == EARLIER + dt.timedelta(minutes=10)


def concluded(result: Outcome, *history: Attempt, retry_after: float | None = None) -> Receipt:
    sent = SendResult(outcome=result, reason="why", retry_after=retry_after)
    return conclude(DELIVERY, sent, history, len(history) + 1, NOW, POLICY.retry, 0.0)


def test_a_retry_names_its_time_and_obeys_the_other_side() -> None:
    assert concluded(Outcome.RETRY).retry_at == NOW + dt.timedelta(seconds=30)
    assert concluded(Outcome.RETRY, attempt(1, Outcome.RETRY, NOW)).retry_at == NOW + dt.timedelta(seconds=60)
    assert concluded(Outcome.RETRY, retry_after=600).retry_at == NOW + dt.timedelta(seconds=600)


def test_the_last_attempt_gives_up_as_a_refusal() -> None:
    receipt = concluded(Outcome.RETRY, attempt(1, Outcome.RETRY, NOW), attempt(2, Outcome.RETRY, NOW))
    assert (receipt.outcome, receipt.retry_at) == (Outcome.REFUSED, None)
    assert "gave up after 3 attempts" in receipt.reason


def test_a_lost_answer_gets_one_more_try_and_a_second_one_none() -> None:
    assert concluded(Outcome.UNKNOWN).retry_at is not None
    second = concluded(Outcome.UNKNOWN, attempt(1, Outcome.UNKNOWN, NOW))
    assert (second.outcome, second.retry_at) == (Outcome.UNKNOWN, None)


def test_attempts_that_died_with_their_process_do_not_count() -> None:
    died = tuple(attempt(n, None) for n in range(1, 9))
    receipt = concluded(Outcome.RETRY, *died)
    assert (receipt.outcome, receipt.attempt) == (Outcome.RETRY, 9)
    assert concluded(Outcome.UNKNOWN, *died).retry_at is not None


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
