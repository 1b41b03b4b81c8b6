"""The decisions about one delivery, as pure functions: may it go now, and what does its result come to?

The rules, in order. Accepted once: never again. Refused: never again, unless an operator asks (`resend`). Not due: not
yet. An answer that was lost gets one more try, marked as a possible repeat; a second lost answer is the last word, since
a third copy would be certain spam for uncertain gain. An attempt that was begun and has no receipt died with its
process: it is tried again, marked, as often as that happens, for it may have died before it sent anything.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from alerts.ledger import Attempt
from alerts.model import Alert, Channel, Outcome, Receipt, Receiver, SendResult
from alerts.retry import GiveUp, RetryPolicy
from alerts.routes import RouteOptions, RouteTree


@dataclass(frozen=True, kw_only=True, slots=True)
class DispatchPolicy:
    """How deliveries are tried."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    deadline: float = 60.0
    """Seconds after which one send is given up as UNKNOWN, whatever the channel's own time-out does."""
    at_once: int = 16
    """Channels that are sent to at one time; messages of one channel go one after the other."""
    under_way: dt.timedelta = dt.timedelta(0)
    """How long a begun attempt counts as another worker's, still under way. Zero where one process delivers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One alert on its way to one channel of one receiver."""

    alert: Alert
    receiver: Receiver
    channel: Channel
    options: RouteOptions

    def receipt(
        self,
        outcome: Outcome,
        reason: str,
        now: dt.datetime,
        *,
        attempt: int,
        retry_at: dt.datetime | None = None,
    ) -> Receipt:
        """A receipt for this delivery. `attempt` 0 says that nothing was tried."""
        return Receipt(
            alert_key=self.alert.key,
            receiver=self.receiver.name,
            channel=self.channel.name,
            outcome=outcome,
            reason=reason,
            attempted_at=now,
            attempt=attempt,
            retry_at=retry_at,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Go:
    """Send it now. `repeat` marks it as a possible repeat."""

    repeat: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """Do not send it now; the receipt says how it stands."""

    receipt: Receipt


def route(alert: Alert, tree: RouteTree, receivers: dict[str, Receiver]) -> tuple[Delivery, ...]:
    """The deliveries that the route tree asks for, in its order."""
    return tuple(
        Delivery(alert=alert, receiver=receivers[match.receiver], channel=channel, options=match.options)
        for match in tree.match(alert.labels)
        for channel in receivers[match.receiver].channels
    )


def judge(
    delivery: Delivery, attempts: tuple[Attempt, ...], now: dt.datetime, policy: DispatchPolicy, *, resend: bool
) -> Go | Settled:
    """Whether a delivery with this history, none of it accepted, may be sent now."""
    if not attempts:
        return Go(repeat=False)
    repeat = any(attempt.receipt is None or attempt.receipt.outcome is Outcome.UNKNOWN for attempt in attempts)
    last = attempts[-1]
    if last.receipt is None:
        free_at = last.begun_at + policy.under_way
        if free_at > now:
            reason = "another worker is sending it"
            return Settled(receipt=delivery.receipt(Outcome.RETRY, reason, now, attempt=0, retry_at=free_at))
        return Go(repeat=True)
    if resend:
        return Go(repeat=repeat)
    if last.receipt.retry_at is None or last.receipt.retry_at > now:
        return Settled(receipt=last.receipt)
    return Go(repeat=repeat)


def suppress(delivery: Delivery, attempts: tuple[Attempt, ...], now: dt.datetime) -> Settled:
    """The receipt for a delivery that the ledger has as accepted."""
    number = next((a.number for a in attempts if a.receipt is not None and a.receipt.outcome is Outcome.ACCEPTED), 0)
    return Settled(receipt=delivery.receipt(Outcome.SUPPRESSED, "accepted before", now, attempt=number))


def conclude(
    delivery: Delivery,
    result: SendResult,
    attempts: tuple[Attempt, ...],
    number: int,
    now: dt.datetime,
    policy: RetryPolicy,
    jitter: float,
) -> Receipt:
    """The receipt of attempt `number` after the earlier `attempts`, with the time of the next one if there is to be one."""
    receipts = [attempt.receipt for attempt in attempts if attempt.receipt is not None]
    if result.outcome in (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.SUPPRESSED):
        return delivery.receipt(result.outcome, result.reason, now, attempt=number)
    if result.outcome is Outcome.UNKNOWN and any(receipt.outcome is Outcome.UNKNOWN for receipt in receipts):
        reason = f"{result.reason}; the second answer lost, so it is not sent again"
        return delivery.receipt(Outcome.UNKNOWN, reason, now, attempt=number)
    # Attempts that died with their process do not count: being killed is no fault of the channel's.
    decision = policy.decide(len(receipts) + 1, now, jitter=jitter, retry_after=result.retry_after)
    if isinstance(decision, GiveUp):
        final = Outcome.UNKNOWN if result.outcome is Outcome.UNKNOWN else Outcome.REFUSED
        return delivery.receipt(final, f"{result.reason}; {decision.reason}", now, attempt=number)
    return delivery.receipt(result.outcome, result.reason, now, attempt=number, retry_at=decision.at)
