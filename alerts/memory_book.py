"""A book that lives as long as the object: for tests, dry runs and benchmarks. It keeps the same promises as a store's."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alerts.book import Attempt, Carried, Delivery, DeliveryState, LaneState, Recent, Waiting
from alerts.model import Alert, Message, MessageForm, Receipt
from alerts.silencing import Silence
from alerts.timing import GroupState

_Name = tuple[str, str, str]


@dataclass
class _Kept:
    """A message, and whether it still has to be concluded."""

    message: Message
    opened_at: dt.datetime
    due_at: dt.datetime
    open: bool = True
    attempts: list[Attempt] = field(default_factory=list)

    def carried(self) -> Carried:
        return Carried(message=self.message, opened_at=self.opened_at, attempts=tuple(self.attempts))


class MemoryBook:
    """See `alerts.book.Book`. Alerts are put in with `queue`."""

    def __init__(self, alerts: Iterable[Alert] = ()) -> None:
        self.alerts: dict[str, Alert] = {}
        self.deliveries: dict[_Name, Delivery] = {}
        self.kept_silences: list[Silence] = []
        self._pending: dict[str, None] = {}
        self._admitted: list[Recent] = []
        self._messages: dict[_Name, _Kept] = {}
        self._lane_states: dict[str, LaneState] = {}
        self._lock = threading.RLock()
        self.queue(alerts)

    def queue(self, alerts: Iterable[Alert]) -> None:
        """Take alerts in; one whose key was ever taken in is left as it is."""
        with self._lock:
            for alert in alerts:
                if alert.key not in self.alerts:
                    self.alerts[alert.key] = alert
                    self._pending[alert.key] = None

    def resend(self, names: Iterable[_Name], now: dt.datetime) -> int:
        """Let deliveries that ended go once more, each by itself; how many there were. What was accepted stays so."""
        with self._lock:
            chosen = [d for n in names if (d := self.deliveries[n]).state.is_final and not _arrived(d)]
            for delivery in chosen:
                again = replace(delivery, state=DeliveryState.WAITING, due_at=now, closed_at=None)
                self._set(replace(again, form=MessageForm.SINGLE, alone=True))
            return len(chosen)

    def next_due(self) -> dt.datetime | None:
        """When the next delivery or open message is due; None where nothing waits."""
        with self._lock:
            waiting = [d.due_at for d in self.deliveries.values() if d.state is DeliveryState.WAITING]
            return min([*waiting, *(kept.due_at for kept in self._messages.values() if kept.open)], default=None)

    def pending(self, limit: int) -> tuple[Alert, ...]:
        with self._lock:
            return tuple(self.alerts[key] for key in list(self._pending)[:limit])

    def followers(self, thread: str) -> tuple[str, ...]:
        with self._lock:
            told = (d.receiver for d in self.deliveries.values() if self._reaches(d, thread))
            return tuple(dict.fromkeys(told))

    def _reaches(self, delivery: Delivery, thread: str) -> bool:
        reached = not delivery.state.is_final or delivery.state in (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
        return reached and self.alerts[delivery.alert_key].thread == thread

    def silences(self, now: dt.datetime) -> tuple[Silence, ...]:
        return tuple(self.kept_silences)

    def recent(self, since: dt.datetime) -> tuple[Recent, ...]:
        with self._lock:
            return tuple(r for r in self._admitted if r.at >= since)

    def group(self, receiver: str, channel: str, group: str) -> GroupState:
        with self._lock:
            mates = [
                d for d in self.deliveries.values() if (d.receiver, d.channel, d.group) == (receiver, channel, group)
            ]
            waiting = [d.due_at for d in mates if d.state is DeliveryState.WAITING]
            sent = [d.closed_at for d in mates if d.state is DeliveryState.ACCEPTED and d.closed_at is not None]
            sent += [d.due_at for d in mates if d.state is DeliveryState.SENDING]
            return GroupState(waiting_until=min(waiting, default=None), last_sent_at=max(sent, default=None))

    def admit(self, planned: Mapping[str, Sequence[Delivery]], now: dt.datetime) -> None:
        with self._lock:
            for alert_key, deliveries in planned.items():
                self._admit(alert_key, deliveries, now)

    def _admit(self, alert_key: str, deliveries: Sequence[Delivery], now: dt.datetime) -> None:
        if alert_key not in self._pending:
            return
        for delivery in deliveries:
            self.deliveries.setdefault(delivery.name, delivery)
        if any(d.state not in (DeliveryState.SILENCED, DeliveryState.INHIBITED) for d in deliveries):
            self._admitted.append(Recent(key=alert_key, labels=self.alerts[alert_key].labels, at=now))
        del self._pending[alert_key]

    def lanes(self, now: dt.datetime) -> tuple[tuple[str, str], ...]:
        with self._lock:
            waiting = [(d.receiver, d.channel) for d in self.deliveries.values() if _is_due(d, now)]
            open_ = [name[1:] for name, kept in self._messages.items() if kept.open and kept.due_at <= now]
            return tuple(dict.fromkeys([*open_, *waiting]))

    def waiting(self, receiver: str, channel: str, now: dt.datetime, limit: int) -> tuple[Waiting, ...]:
        with self._lock:
            due = [
                d
                for d in self.deliveries.values()
                if (d.receiver, d.channel) == (receiver, channel) and _is_due(d, now)
            ]
            due.sort(key=lambda d: (not d.urgent, d.due_at))
            return tuple(Waiting(delivery=d, alert=self.alerts[d.alert_key]) for d in due[:limit])

    def hold(self, deliveries: Sequence[Delivery]) -> None:
        with self._lock:
            for wish in deliveries:
                if (delivery := self.deliveries[wish.name]).state is DeliveryState.WAITING:
                    self._set(replace(delivery, due_at=wish.due_at, form=wish.form, reason=wish.reason))

    def end(
        self,
        alert_keys: Sequence[str],
        receiver: str,
        channel: str,
        then: DeliveryState,
        reason: str,
        now: dt.datetime,
    ) -> None:
        with self._lock:
            for delivery in (self.deliveries[key, receiver, channel] for key in alert_keys):
                if not delivery.state.is_final:
                    if delivery.state is DeliveryState.SENDING:
                        self._messages[delivery.message, receiver, channel].open = False
                    self._set(replace(delivery, state=then, reason=reason, closed_at=now))

    def assign(self, message: Message, now: dt.datetime) -> bool:
        with self._lock:
            carried = self._carried_by(message)
            if any(d.state is not DeliveryState.WAITING for d in carried):
                return False
            for delivery in carried:
                self._set(replace(delivery, state=DeliveryState.SENDING, message=message.key))
            name = (message.key, message.receiver, message.channel)
            earlier = self._messages.get(name)
            attempts = earlier.attempts if earlier else []
            self._messages[name] = _Kept(message=message, opened_at=now, due_at=now, attempts=attempts)
            return True

    def open_messages(self, receiver: str, channel: str, now: dt.datetime) -> tuple[Carried, ...]:
        with self._lock:
            return tuple(
                replace(kept.carried(), in_doubt=self._in_doubt(name))
                for name, kept in self._messages.items()
                if name[1:] == (receiver, channel) and kept.open and kept.due_at <= now
            )

    def _in_doubt(self, name: _Name) -> bool:
        """Whether another message of the lane that carried one of the same alerts may have arrived."""
        keys = {alert.key for alert in self._messages[name].message.alerts}
        return any(
            other[1:] == name[1:]
            and other != name
            and any(a.is_lost for a in kept.attempts)
            and not keys.isdisjoint(alert.key for alert in kept.message.alerts)
            for other, kept in self._messages.items()
        )

    def postpone(self, message: Message, until: dt.datetime) -> None:
        with self._lock:
            self._messages[message.key, message.receiver, message.channel].due_at = until

    def lane_state(self, lane_key: str) -> LaneState:
        with self._lock:
            return self._lane_states.get(lane_key, LaneState())

    def begin(
        self,
        message: Message,
        lane_key: str,
        take: Callable[[LaneState], LaneState | None],
        now: dt.datetime,
    ) -> int | None:
        with self._lock:
            state = take(self.lane_state(lane_key))
            if state is None:
                return None
            self._lane_states[lane_key] = state
            attempts = self._messages[message.key, message.receiver, message.channel].attempts
            attempts.append(Attempt(number=len(attempts) + 1, begun_at=now))
            return len(attempts)

    def record(
        self,
        message: Message,
        receipt: Receipt,
        then: DeliveryState | None,
        lane_key: str,
        learn: Callable[[LaneState], LaneState],
    ) -> None:
        with self._lock:
            kept = self._messages[message.key, message.receiver, message.channel]
            kept.attempts[receipt.attempt - 1] = replace(kept.attempts[receipt.attempt - 1], receipt=receipt)
            self._lane_states[lane_key] = learn(self.lane_state(lane_key))
            if then is None:
                assert receipt.retry_at is not None, "a message stays open until a time"
                kept.due_at = receipt.retry_at
                return
            kept.open = False
            for delivery in self._carried_by(message):
                self._set(_concluded(delivery, then, receipt))

    def _carried_by(self, message: Message) -> list[Delivery]:
        return [self.deliveries[alert.key, message.receiver, message.channel] for alert in message.alerts]

    def _set(self, delivery: Delivery) -> None:
        self.deliveries[delivery.name] = delivery


def _concluded(delivery: Delivery, then: DeliveryState, receipt: Receipt) -> Delivery:
    if then is DeliveryState.WAITING:
        return replace(delivery, state=then, form=MessageForm.SINGLE, alone=True, reason=receipt.reason)
    return replace(delivery, state=then, reason=receipt.reason, closed_at=receipt.attempted_at)


def _is_due(delivery: Delivery, now: dt.datetime) -> bool:
    return delivery.state is DeliveryState.WAITING and delivery.due_at <= now


def _arrived(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.ACCEPTED
