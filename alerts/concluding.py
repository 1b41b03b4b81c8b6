"""What an attempt comes to: the receipt, and the state of the deliveries that its message carried. Pure.

Accepted is the end. A message refused for what it says is the end for a single alert; a bundle is taken apart, so that
one bad alert takes no others with it. A lost answer gets one more try, marked as a possible repeat; a second lost answer
is the last word, since a third copy would be certain spam for uncertain gain. What is the channel's trouble and not the
message's (no connection, a key that was revoked, too many messages) waits for the channel, for days: an outage over a
week-end must not cost an alert.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from alerts.book import Carried, DeliveryState
from alerts.model import Concern, Message, Outcome, Receipt, SendResult
from alerts.retry import GiveUp, RetryPolicy


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskPolicy:
    """How deliveries are tried."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    deadline: float = 60.0
    """Seconds after which one send is given up as UNKNOWN, whatever the channel's own time-out does."""
    at_once: int = 16
    """Channels that are sent to at one time; messages of one channel go one after the other."""
    patience: dt.timedelta = dt.timedelta(days=3)
    """How long a message waits for a channel in trouble: a week-end and a day to notice."""
    under_way: dt.timedelta = dt.timedelta(0)
    """How long a begun attempt counts as another worker's, still under way. Zero where one process delivers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conclusion:
    """`then` is the state of the message's deliveries; None leaves the message open until `receipt.retry_at`."""

    receipt: Receipt
    then: DeliveryState | None
    channel_in_trouble: bool = False
    """Whether the next message would fare the same, so that it is not worth trying now."""


def conclude(
    carried: Carried, result: SendResult, number: int, now: dt.datetime, policy: DeskPolicy, jitter: float
) -> Conclusion:
    """What attempt `number`, which came to `result` at `now`, means for the message. `jitter` is in [0, 1)."""
    several = len(carried.message.alerts) > 1
    reason, channel = result.reason, result.concerns is Concern.CHANNEL
    match result.outcome:
        case Outcome.ACCEPTED | Outcome.SUPPRESSED:
            return _end(carried, number, result.outcome, reason, now, DeliveryState.ACCEPTED)
        case Outcome.UNKNOWN if _lost_before(carried):
            reason += "; the second answer lost, so it is not sent again"
            return _end(carried, number, Outcome.UNKNOWN, reason, now, DeliveryState.UNKNOWN)
        case Outcome.REFUSED if not channel and several:
            reason += "; its alerts are told one by one"
            return _end(carried, number, Outcome.REFUSED, reason, now, DeliveryState.WAITING)
        case Outcome.REFUSED if not channel:
            return _end(carried, number, Outcome.REFUSED, reason, now, DeliveryState.REFUSED)
    again = _next_attempt(carried, result, now, policy, jitter)
    if isinstance(again, GiveUp):
        reason = f"{reason}; {again.reason}"
        if several and not channel:
            return _end(carried, number, result.outcome, reason, now, DeliveryState.WAITING)
        lost = result.outcome is Outcome.UNKNOWN
        return _end(
            carried, number, result.outcome if lost else Outcome.REFUSED, reason, now,
            DeliveryState.UNKNOWN if lost else DeliveryState.GIVEN_UP,
        )  # fmt: skip
    outcome = Outcome.UNKNOWN if result.outcome is Outcome.UNKNOWN else Outcome.RETRY
    made = receipt(carried.message, number, outcome, reason, now, retry_at=again)
    return Conclusion(receipt=made, then=None, channel_in_trouble=channel)


def receipt(
    message: Message, number: int, outcome: Outcome, reason: str, now: dt.datetime, retry_at: dt.datetime | None = None
) -> Receipt:
    """The receipt of one attempt to send a message."""
    return Receipt(
        alert_key=message.key,
        receiver=message.receiver,
        channel=message.channel,
        outcome=outcome,
        reason=reason,
        attempted_at=now,
        attempt=number,
        retry_at=retry_at,
    )


def _end(
    carried: Carried, number: int, outcome: Outcome, reason: str, now: dt.datetime, then: DeliveryState
) -> Conclusion:
    return Conclusion(receipt=receipt(carried.message, number, outcome, reason, now), then=then)


def _next_attempt(
    carried: Carried, result: SendResult, now: dt.datetime, policy: DeskPolicy, jitter: float
) -> dt.datetime | GiveUp:
    """When to try again. Trouble of the channel is measured in days, trouble of the message in attempts; attempts that
    died with their process are nobody's fault and do not count."""
    tried = 1 + sum(a.receipt is not None for a in carried.attempts if a.begun_at >= carried.opened_at)
    if result.concerns is Concern.CHANNEL:
        if now - carried.opened_at >= policy.patience:
            return GiveUp(reason=f"gave up after {policy.patience.days} days of the channel's trouble")
        tried = min(tried, policy.retry.max_attempts - 1)
    decision = policy.retry.decide(max(tried, 1), now, jitter=jitter, retry_after=result.retry_after)
    return decision if isinstance(decision, GiveUp) else decision.at


def _lost_before(carried: Carried) -> bool:
    return any(
        a.receipt is not None and a.receipt.outcome is Outcome.UNKNOWN and a.begun_at >= carried.opened_at
        for a in carried.attempts
    )
