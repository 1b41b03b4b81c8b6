"""The book: everything about deliveries that must survive a restart, and the protocol for keeping it.

A `Delivery` is one alert on its way to one channel of one receiver. It is written once, when the alert is admitted, and
ends in exactly one final state; its key is unique for ever, so nothing is told twice. A `Message` carries one or more
deliveries; each attempt to send it is written down *before* the network is touched and completed after it. So a process
that is killed in between leaves an attempt without a receipt: a trace that the message may have arrived.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from alerts.breaker import Breaker
from alerts.limits import Bucket
from alerts.matchers import Labels
from alerts.model import Alert, Message, MessageForm, Outcome, Receipt
from alerts.silencing import Silence
from alerts.timing import GroupState


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # for its time, or for its channel
    SENDING = "sending"  # in a message that is not concluded yet
    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good
    UNKNOWN = "unknown"  # both answers were lost: it may have arrived
    GIVEN_UP = "given up"  # tried for as long as makes sense
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    UNWANTED = "unwanted"  # a minor alert for somebody without a digest

    @property
    def is_final(self) -> bool:
        """Nothing more happens by itself."""
        return self not in (DeliveryState.WAITING, DeliveryState.SENDING)


DEAD_LETTERS = frozenset({DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.GIVEN_UP})
"""What was tried and may not have arrived: worth an operator's look, and a `resend`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One alert on its way to one channel of one receiver. All times are aware UTC.

    `due_at` and `form` are the cadence's word; `reason` says in words why it waits or how it ended. `alone`: the bundle
    that carried it was refused, so it travels by itself. `message` is the key of the message that last carried it.
    """

    alert_key: str
    receiver: str
    channel: str
    state: DeliveryState
    due_at: dt.datetime
    created_at: dt.datetime
    form: MessageForm = MessageForm.SINGLE
    urgent: bool = False
    alone: bool = False
    group: str = ""
    reason: str = ""
    lang: str | None = None
    max_copies: int | None = None
    message: str = ""
    closed_at: dt.datetime | None = None

    @property
    def name(self) -> tuple[str, str, str]:
        """Its identity: alert key, receiver, channel."""
        return self.alert_key, self.receiver, self.channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A delivery whose time has come, with its alert as known by now."""

    delivery: Delivery
    alert: Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try. `receipt` is None while it is under way, and for ever if the process died during it."""

    number: int
    begun_at: dt.datetime
    receipt: Receipt | None = None

    @property
    def is_lost(self) -> bool:
        """Its answer was lost, with the network or with the process."""
        return self.receipt is None or self.receipt.outcome is Outcome.UNKNOWN


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """A message that is not concluded, with every attempt to send it, oldest first.

    `opened_at` is when it was made, or made ready again by an operator: attempts before do not count against it.
    """

    message: Message
    opened_at: dt.datetime
    attempts: tuple[Attempt, ...] = ()
    in_doubt: bool = False
    """Whether another message, with one of the same alerts, may have arrived (a bundle that was taken apart)."""

    @property
    def accepted(self) -> bool:
        """Whether an acceptance is on record."""
        return any(a.receipt is not None and a.receipt.outcome is Outcome.ACCEPTED for a in self.attempts)

    @property
    def may_have_arrived(self) -> bool:
        """Whether an answer was lost."""
        return self.in_doubt or any(a.is_lost for a in self.attempts)


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneState:
    """How a channel's far side fares: what its rate limit leaves, and whether it answers at all."""

    bucket: Bucket = field(default_factory=Bucket)
    breaker: Breaker = field(default_factory=Breaker)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recent:
    """An alert that was admitted lately: what inhibitions look at."""

    key: str
    labels: Labels
    at: dt.datetime


class Book(Protocol):
    """What the desk needs remembered. Calls are short, each a transaction of its own; times are aware UTC.

    Implementations raise whatever their store raises; the desk does not send what could not be written down.
    A lane is (receiver, channel). `lane_key` names the far side: lanes that lead to one robot share its state.
    """

    def pending(self, limit: int) -> tuple[Alert, ...]:
        """Alerts that were not admitted yet, oldest first."""
        ...

    def followers(self, thread: str) -> tuple[str, ...]:
        """Receivers that were told of this thread, or will be."""
        ...

    def silences(self, now: dt.datetime) -> tuple[Silence, ...]:
        """Silences in force."""
        ...

    def recent(self, since: dt.datetime) -> tuple[Recent, ...]:
        """Alerts admitted at or after `since`."""
        ...

    def group(self, receiver: str, channel: str, group: str) -> GroupState:
        """How a group of alerts stands in a lane: when it will be told, when it last was. What is being sent counts as
        told at its time."""
        ...

    def admit(self, planned: Mapping[str, Sequence[Delivery]], now: dt.datetime) -> None:
        """Write the deliveries of pending alerts, by alert key, once; those that are known already stay as they are."""
        ...

    def lanes(self, now: dt.datetime) -> tuple[tuple[str, str], ...]:
        """Lanes in which a delivery or an open message is due."""
        ...

    def waiting(self, receiver: str, channel: str, now: dt.datetime, limit: int) -> tuple[Waiting, ...]:
        """Deliveries due in a lane, urgent ones first, then in the order of their time."""
        ...

    def hold(self, deliveries: Sequence[Delivery]) -> None:
        """Put off those of these deliveries that still wait: write their `due_at`, `form` and `reason`."""
        ...

    def end(
        self,
        alert_keys: Sequence[str],
        receiver: str,
        channel: str,
        then: DeliveryState,
        reason: str,
        now: dt.datetime,
    ) -> None:
        """End those deliveries of these alerts in a lane that are not final, without another attempt, and the open
        messages that carry them."""
        ...

    def assign(self, message: Message, now: dt.datetime) -> bool:
        """Open a message (again, where one of its key was concluded) and put its deliveries into it.

        False, and nothing is written, where one of them no longer waits: another worker was faster.
        """
        ...

    def open_messages(self, receiver: str, channel: str, now: dt.datetime) -> tuple[Carried, ...]:
        """Messages of a lane whose (next) attempt is due, oldest first."""
        ...

    def postpone(self, message: Message, until: dt.datetime) -> None:
        """An open message is not due before `until`."""
        ...

    def lane_state(self, lane_key: str) -> LaneState:
        """What is known of a far side; that of a fresh one where nothing is."""
        ...

    def begin(
        self,
        message: Message,
        lane_key: str,
        take: Callable[[LaneState], LaneState | None],
        now: dt.datetime,
    ) -> int | None:
        """Write down, durably, that an attempt starts; its number, from 1. None where `take` refuses, within the same
        transaction, to let one more message go: then nothing is written."""
        ...

    def record(
        self,
        message: Message,
        receipt: Receipt,
        then: DeliveryState | None,
        lane_key: str,
        learn: Callable[[LaneState], LaneState],
    ) -> None:
        """Complete the begun attempt. `then` is the state of the message's deliveries from now on: None leaves the
        message open until `receipt.retry_at`, WAITING sends each of them alone. An alert closes with its last one."""
        ...
