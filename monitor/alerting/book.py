"""The alerts' book, kept in the store: each call is one short transaction of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from alerts import (
    Alert,
    Attempt,
    BreakerState,
    Carried,
    Delivery,
    DeliveryState,
    GroupState,
    LaneState,
    Message,
    MessageForm,
    Outcome,
    Receipt,
    Recent,
    Silence,
    Waiting,
)
from monitor.alerting.closing import close_if_done
from monitor.alerting.codec import decode, decode_lane, encode_lane
from monitor.alerting.compose import copies
from monitor.records import StoredAlert, StoredDelivery, StoredMessage, StoredReceipt, StoredSilence
from monitor.storage import Store, UnitOfWork

REACHED = tuple(
    state.value
    for state in (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
)
"""States of a delivery that make its receiver a follower of the thread: told, or about to be."""


TOLD = tuple(state.value for state in DeliveryState if state not in (DeliveryState.SILENCED, DeliveryState.INHIBITED))
"""States of a delivery that say that its alert was or will be told: only such an alert may inhibit another."""


class StoreBook:
    """See `alerts.Book`. What is sent says which copies are known at that moment, not when the alert was queued."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def pending(self, limit: int) -> tuple[Alert, ...]:
        with self._store.reading() as unit:
            return tuple(decode(alert.payload) for alert in unit.outbox.not_admitted(limit))

    def followers(self, thread: str) -> tuple[str, ...]:
        with self._store.reading() as unit:
            return unit.deliveries.followers(thread, REACHED)

    def silences(self, now: dt.datetime) -> tuple[Silence, ...]:
        with self._store.reading() as unit:
            return tuple(silence_of(silence) for silence in unit.silences.in_force(now))

    def recent(self, since: dt.datetime) -> tuple[Recent, ...]:
        with self._store.reading() as unit:
            alerts = unit.outbox.admitted_since(since, told_in=TOLD)
        return tuple(Recent(key=a.alert_key, labels=_labels(a), at=a.admitted_at) for a in alerts if a.admitted_at)

    def group(self, receiver: str, channel: str, group: str) -> GroupState:
        with self._store.reading() as unit:
            waiting, told = unit.deliveries.group((receiver, channel), group)
        return GroupState(waiting_until=waiting, last_sent_at=told)

    def admit(self, planned: Mapping[str, Sequence[Delivery]], now: dt.datetime) -> None:
        with self._store.transaction() as unit:
            admitted = unit.outbox.admit(planned, now)
            unit.deliveries.add(stored_delivery(delivery) for key in admitted for delivery in planned[key])
            over = [key for key in admitted if all(d.state.is_final for d in planned[key])]
            close_if_done(unit, over, now)

    def lanes(self, now: dt.datetime) -> tuple[tuple[str, str], ...]:
        with self._store.reading() as unit:
            return unit.deliveries.lanes(now)

    def waiting(self, receiver: str, channel: str, now: dt.datetime, limit: int) -> tuple[Waiting, ...]:
        with self._store.reading() as unit:
            due = unit.deliveries.due((receiver, channel), now, limit)
            if not due:
                return ()
            alerts = _alerts(unit, [delivery.alert_key for delivery in due])
            return tuple(Waiting(delivery=delivery_of(d), alert=alerts[d.alert_key]) for d in due)

    def hold(self, deliveries: Sequence[Delivery]) -> None:
        with self._store.transaction() as unit:
            for d in deliveries:
                changes = {"due_at": d.due_at, "form": d.form.value, "reason": d.reason}
                unit.deliveries.set_state([d.alert_key], (d.receiver, d.channel), only=("waiting",), **changes)

    def end(
        self,
        alert_keys: Sequence[str],
        receiver: str,
        channel: str,
        then: DeliveryState,
        reason: str,
        now: dt.datetime,
    ) -> None:
        lane, changes = (receiver, channel), {"state": then.value, "reason": reason, "closed_at": now}
        with self._store.transaction() as unit:
            for key in unit.deliveries.messages_of(alert_keys, lane):
                unit.deliveries.conclude(key, lane)
            unit.deliveries.set_state(alert_keys, lane, only=("waiting", "sending"), **changes)
            close_if_done(unit, alert_keys, now)

    def assign(self, message: Message, now: dt.datetime) -> bool:
        keys, lane = [alert.key for alert in message.alerts], (message.receiver, message.channel)
        try:
            with self._store.transaction() as unit:
                changed = unit.deliveries.set_state(keys, lane, only=("waiting",), state="sending", message=message.key)
                if changed != len(keys):
                    raise _TakenError  # which undoes the others
                unit.deliveries.open(_stored_message(message, now))
        except _TakenError:
            return False
        return True

    def open_messages(self, receiver: str, channel: str, now: dt.datetime) -> tuple[Carried, ...]:
        lane = (receiver, channel)
        with self._store.reading() as unit:
            messages = unit.deliveries.open_messages(lane, now)
            if not messages:
                return ()
            keys = [key for message in messages for key in message.alert_keys]
            alerts, doubts = _alerts(unit, keys), unit.deliveries.in_doubt(keys, lane)
            receipts = unit.deliveries.receipts_of([message.key for message in messages], lane)
            return tuple(
                Carried(
                    message=_message(message, alerts),
                    opened_at=message.opened_at,
                    attempts=tuple(_attempt(receipt) for receipt in receipts[message.key]),
                    in_doubt=any(doubts.get(key, frozenset()) - {message.key} for key in message.alert_keys),
                )
                for message in messages
            )

    def postpone(self, message: Message, until: dt.datetime) -> None:
        with self._store.transaction() as unit:
            unit.deliveries.postpone(message.key, (message.receiver, message.channel), until)

    def lane_state(self, lane_key: str) -> LaneState:
        with self._store.reading() as unit:
            return decode_lane(unit.deliveries.lane_state(lane_key))

    def begin(
        self, message: Message, lane_key: str, take: Callable[[LaneState], LaneState | None], now: dt.datetime
    ) -> int | None:
        with self._store.transaction() as unit:
            state = take(decode_lane(unit.deliveries.hold_lane(lane_key)))
            if state is None:
                return None
            unit.deliveries.set_lane_state(lane_key, encode_lane(state))
            return unit.deliveries.begin(message.key, (message.receiver, message.channel), now)

    def record(
        self,
        message: Message,
        receipt: Receipt,
        then: DeliveryState | None,
        lane_key: str,
        learn: Callable[[LaneState], LaneState],
    ) -> None:
        keys, lane = [alert.key for alert in message.alerts], (message.receiver, message.channel)
        with self._store.transaction() as unit:
            unit.deliveries.record(_stored_receipt(receipt))
            state = learn(decode_lane(unit.deliveries.hold_lane(lane_key)))
            unit.deliveries.set_lane_state(lane_key, encode_lane(state))
            if then is None:
                assert receipt.retry_at is not None, "a message stays open until a time"
                unit.deliveries.postpone(message.key, lane, receipt.retry_at)
                return
            unit.deliveries.conclude(message.key, lane)
            changes: dict[str, Any] = {"state": then.value, "reason": receipt.reason}
            if then is DeliveryState.WAITING:
                changes |= {"form": MessageForm.SINGLE.value, "alone": True}
            else:
                changes |= {"closed_at": receipt.attempted_at}
            unit.deliveries.set_state(keys, lane, **changes)
            close_if_done(unit, keys, receipt.attempted_at)


class _TakenError(Exception):
    """Another worker put one of the deliveries into a message of its own."""


def silence_of(stored: StoredSilence) -> Silence:
    """A kept silence as the alerts package knows it."""
    return Silence(
        id=str(stored.id),
        matchers=stored.matchers,
        author=stored.author,
        reason=stored.reason,
        starts_at=stored.starts_at,
        ends_at=stored.ends_at,
    )


def delivery_of(stored: StoredDelivery) -> Delivery:
    """A kept delivery as the alerts package knows it."""
    values = asdict(stored)
    return Delivery(**values | {"state": DeliveryState(stored.state), "form": MessageForm(stored.form)})


def stored_delivery(delivery: Delivery) -> StoredDelivery:
    """A delivery as the store keeps it."""
    return StoredDelivery(**asdict(delivery) | {"state": delivery.state.value, "form": delivery.form.value})


def resting_since(state: LaneState) -> dt.datetime | None:
    """Since when a channel is in such trouble that it is not tried; None where it is."""
    return state.breaker.since if state.breaker.state is not BreakerState.CLOSED else None


def _alerts(unit: UnitOfWork, keys: Sequence[str]) -> Mapping[str, Alert]:
    """Alerts by key, each with the copies that are known by now."""
    entries = unit.outbox.get_many(keys)
    about = sorted({e.article_id for e in entries.values() if e.article_id is not None})
    if not about:
        return {key: decode(entry.payload) for key, entry in entries.items()}
    leads = unit.articles.get_many(about)
    events = {lead.id: lead.event_id for lead in leads}
    members = unit.articles.members_of_events(sorted({event for event in events.values() if event}))
    return {
        key: _fresh(entry, members.get(events.get(entry.article_id or 0, ""), ())) for key, entry in entries.items()
    }


def _fresh(entry: StoredAlert, members: Sequence[Any]) -> Alert:
    alert = decode(entry.payload)
    return replace(alert, copies=copies(members, besides=entry.article_id or 0)) if members else alert


def _labels(alert: StoredAlert) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in alert.payload.get("labels", {}).items()}


def _stored_message(message: Message, now: dt.datetime) -> StoredMessage:
    return StoredMessage(
        key=message.key,
        receiver=message.receiver,
        channel=message.channel,
        form=message.form.value,
        alert_keys=tuple(alert.key for alert in message.alerts),
        opened_at=now,
        lang=message.lang,
        max_copies=message.max_copies,
        urgent=message.urgent,
    )


def _message(stored: StoredMessage, alerts: Mapping[str, Alert]) -> Message:
    return Message(
        key=stored.key,
        receiver=stored.receiver,
        channel=stored.channel,
        form=MessageForm(stored.form),
        alerts=tuple(alerts[key] for key in stored.alert_keys),
        lang=stored.lang,
        max_copies=stored.max_copies,
        urgent=stored.urgent,
    )


def _attempt(stored: StoredReceipt) -> Attempt:
    if stored.outcome not in {outcome.value for outcome in Outcome}:  # begun, and never heard of again
        return Attempt(number=stored.attempt, begun_at=stored.attempted_at)
    receipt = Receipt(
        alert_key=stored.message_key,
        receiver=stored.receiver,
        channel=stored.channel,
        outcome=Outcome(stored.outcome),
        reason=stored.reason,
        attempted_at=stored.attempted_at,
        attempt=stored.attempt,
        retry_at=stored.retry_at,
    )
    return Attempt(number=stored.attempt, begun_at=stored.attempted_at, receipt=receipt)


def _stored_receipt(receipt: Receipt) -> StoredReceipt:
    return StoredReceipt(
        message_key=receipt.alert_key,
        receiver=receipt.receiver,
        channel=receipt.channel,
        attempt=receipt.attempt,
        outcome=receipt.outcome.value,
        reason=receipt.reason,
        attempted_at=receipt.attempted_at,
        retry_at=receipt.retry_at,
    )
