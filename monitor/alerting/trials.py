"""What went through the channels, in the hub's words; and test messages to try them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts import Conclusion, DeliveryState, Outcome, Receiver, Sender, try_channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """One attempt to send one message. `goes_on`: it, or its alerts one by one, will be tried again."""

    message_key: str
    receiver: str
    channel: str
    outcome: str
    reason: str
    attempt: int
    at: dt.datetime
    retry_at: dt.datetime | None
    accepted: bool
    goes_on: bool


def told_of(conclusion: Conclusion) -> Sent:
    """A conclusion of the desk's in the hub's words."""
    receipt, then = conclusion.receipt, conclusion.then
    return Sent(
        message_key=receipt.alert_key,
        receiver=receipt.receiver,
        channel=receipt.channel,
        outcome=receipt.outcome.value,
        reason=receipt.reason,
        attempt=receipt.attempt,
        at=receipt.attempted_at,
        retry_at=receipt.retry_at,
        accepted=then is DeliveryState.ACCEPTED,
        goes_on=then is None or then is DeliveryState.WAITING,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What became of a test message to one channel."""

    receiver: str
    channel: str
    accepted: bool
    outcome: str
    reason: str


def try_channels(
    receivers: Sequence[Receiver], senders: Mapping[tuple[str, str], Sender], now: dt.datetime
) -> Iterable[Trial]:
    """Send a harmless test message through every channel, one after the other; blocks up to each one's time-out."""
    for receiver in receivers:
        for channel in receiver.channels:
            result = try_channel(senders[receiver.name, channel.name], receiver, channel, now)
            yield Trial(
                receiver=receiver.name,
                channel=channel.name,
                accepted=result.outcome is Outcome.ACCEPTED,
                outcome=result.outcome.value,
                reason=result.reason,
            )
