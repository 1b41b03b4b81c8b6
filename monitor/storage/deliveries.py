"""Deliveries, the messages that carry them, and every attempt's receipt: who got what, when, and how that is known."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from monitor.records import StoredDelivery, StoredMessage, StoredReceipt
from monitor.storage.delivery_tables import DeliveryRow, LaneRow, MessageItemRow, MessageRow, OutboxRow, ReceiptRow

BEGUN = "begun"
"""Outcome of an attempt whose answer was never recorded: it was under way when the process died."""

A_PAUSE = dt.timedelta(hours=1)
"""What is put off for no longer waits for a while; for longer, for a time of day, such as that of a digest."""

Lane = tuple[str, str]
"""(receiver, channel)"""


class Deliveries:
    """Delivery, message, receipt and lane rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Deliveries

    def add(self, deliveries: Iterable[StoredDelivery]) -> None:
        """Write deliveries; one that exists stays as it is."""
        rows = [{name: getattr(delivery, name) for name in _DELIVERY_FIELDS} for delivery in deliveries]
        if rows:
            self._session.execute(self._insert(DeliveryRow).on_conflict_do_nothing(), rows)

    def of_alert(self, alert_key: str) -> tuple[StoredDelivery, ...]:
        """All deliveries of one alert, in the order in which they were written."""
        query = select(DeliveryRow).where(col(DeliveryRow.alert_key) == alert_key).order_by(col(DeliveryRow.id))
        return tuple(_delivery(row) for row in self._session.scalars(query))

    def of_alerts(self, alert_keys: Iterable[str]) -> Mapping[str, tuple[StoredDelivery, ...]]:
        """All deliveries of these alerts, by alert, in the order in which they were written."""
        found: dict[str, list[StoredDelivery]] = {key: [] for key in alert_keys}
        query = select(DeliveryRow).where(col(DeliveryRow.alert_key).in_(tuple(found))).order_by(col(DeliveryRow.id))
        for row in self._session.scalars(query):
            found[row.alert_key].append(_delivery(row))
        return {key: tuple(deliveries) for key, deliveries in found.items()}

    def listed(self, *, states: Sequence[str] = (), receiver: str = "", limit: int = 100) -> tuple[StoredDelivery, ...]:
        """Deliveries, newest first; of these states and this receiver where given."""
        query = select(DeliveryRow).order_by(col(DeliveryRow.id).desc()).limit(limit)
        if states:
            query = query.where(col(DeliveryRow.state).in_(states))
        if receiver:
            query = query.where(col(DeliveryRow.receiver) == receiver)
        return tuple(_delivery(row) for row in self._session.scalars(query))

    def due(self, lane: Lane, now: dt.datetime, limit: int) -> tuple[StoredDelivery, ...]:
        """Deliveries of a lane whose time has come, urgent ones first, then in the order of their time."""
        query = (
            select(DeliveryRow)
            .where(_waiting_in(lane), col(DeliveryRow.due_at) <= now)
            .order_by(col(DeliveryRow.urgent).desc(), col(DeliveryRow.due_at), col(DeliveryRow.id))
            .limit(limit)
        )
        return tuple(_delivery(row) for row in self._session.scalars(query))

    def lanes(self, now: dt.datetime) -> tuple[Lane, ...]:
        """Lanes in which a message or a delivery is due."""
        messages = (
            select(col(MessageRow.receiver), col(MessageRow.channel))
            .where(col(MessageRow.is_open).is_(True), col(MessageRow.due_at) <= now)
            .distinct()
        )
        waiting = (
            select(col(DeliveryRow.receiver), col(DeliveryRow.channel))
            .where(col(DeliveryRow.state) == "waiting", col(DeliveryRow.due_at) <= now)
            .distinct()
        )
        found = [(r, c) for query in (messages, waiting) for r, c in self._session.execute(query).all()]
        return tuple(dict.fromkeys(found))

    def group(self, lane: Lane, group: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """When a group of a lane will be told next, and when it was told last; what is being sent is told at its time."""
        mates = (col(DeliveryRow.receiver) == lane[0], col(DeliveryRow.channel) == lane[1],
                 col(DeliveryRow.group) == group)  # fmt: skip
        waiting = self._session.scalar(
            select(func.min(col(DeliveryRow.due_at))).where(*mates, col(DeliveryRow.state) == "waiting")
        )
        told = self._session.scalar(
            select(func.max(col(DeliveryRow.closed_at))).where(*mates, col(DeliveryRow.state) == "accepted")
        )
        sending = self._session.scalar(
            select(func.max(col(DeliveryRow.due_at))).where(*mates, col(DeliveryRow.state) == "sending")
        )
        return waiting, max((moment for moment in (told, sending) if moment is not None), default=None)

    def followers(self, thread: str, states: Sequence[str]) -> tuple[str, ...]:
        """Receivers with a delivery in one of these states of any alert on a thread, first told first."""
        query = (
            select(col(DeliveryRow.receiver))
            .join(OutboxRow, col(OutboxRow.alert_key) == col(DeliveryRow.alert_key))
            .where(col(OutboxRow.thread) == thread, col(DeliveryRow.state).in_(states))
            .order_by(col(DeliveryRow.id))
        )
        return tuple(dict.fromkeys(self._session.scalars(query)))

    def set_state(self, alert_keys: Sequence[str], lane: Lane, *, only: Sequence[str] = (), **changes: Any) -> int:
        """Change deliveries of these alerts in a lane, where given only those in these states; how many there were."""
        query = update(DeliveryRow).where(
            col(DeliveryRow.alert_key).in_(alert_keys),
            col(DeliveryRow.receiver) == lane[0],
            col(DeliveryRow.channel) == lane[1],
        )
        if only:
            query = query.where(col(DeliveryRow.state).in_(only))
        result = self._session.execute(query.values(**changes).execution_options(synchronize_session=False))
        return int(result.rowcount)  # type: ignore[attr-defined] # an update's result has it

    def counts(self) -> Mapping[str, int]:
        """Number of deliveries by state."""
        rows = self._session.execute(
            select(col(DeliveryRow.state), func.count()).group_by(col(DeliveryRow.state))
        ).all()
        return {str(state): int(n) for state, n in rows}

    def ended_since(self, moment: dt.datetime, states: Sequence[str]) -> Mapping[Lane, int]:
        """By lane, how many deliveries ended in one of these states since `moment`."""
        query = (
            select(col(DeliveryRow.receiver), col(DeliveryRow.channel), func.count())
            .where(col(DeliveryRow.state).in_(states), col(DeliveryRow.closed_at) >= moment)
            .group_by(col(DeliveryRow.receiver), col(DeliveryRow.channel))
        )
        return {(str(r), str(c)): int(n) for r, c, n in self._session.execute(query).all()}

    def next_due(self) -> dt.datetime | None:
        """When the next delivery or message is due; None where nothing waits."""
        moments = (
            self._session.scalar(select(func.min(col(DeliveryRow.due_at))).where(col(DeliveryRow.state) == "waiting")),
            self._session.scalar(select(func.min(col(MessageRow.due_at))).where(col(MessageRow.is_open).is_(True))),
        )
        return min((m for m in moments if m is not None), default=None)

    def redate(self, now: dt.datetime) -> int:
        """Count pauses from `now` where they were dated by a clock that has since been set back; how many there were.

        Nothing then waits for longer than it was meant to. A delivery that is held for more than `A_PAUSE` is held for a
        time of day, and that stays.
        """
        deliveries = self._session.scalars(
            select(DeliveryRow).where(col(DeliveryRow.state) == "waiting", col(DeliveryRow.created_at) > now)
        )
        changed = 0
        for delivery in deliveries:
            pause = delivery.due_at - delivery.created_at
            if pause <= A_PAUSE:
                delivery.due_at = now + pause
                self._session.add(delivery)
                changed += 1
        messages = self._session.scalars(
            select(MessageRow).where(col(MessageRow.is_open).is_(True), col(MessageRow.due_at) > now)
        )
        for message in messages:
            lane = (message.receiver, message.channel)
            tried = self._session.scalar(
                select(func.max(col(ReceiptRow.attempted_at))).where(*_receipts_of(message.key, lane))
            )
            if (dated := tried or message.opened_at) > now:
                message.due_at = now + max(message.due_at - dated, dt.timedelta())
                self._session.add(message)
                changed += 1
        self._session.flush()
        return changed

    # Messages and their receipts

    def open(self, message: StoredMessage) -> None:
        """Open a message, again where one of its key was concluded; it is due at once."""
        row = self._message(message.key, message.receiver, message.channel)
        if row is None:
            row = MessageRow(
                key=message.key, receiver=message.receiver, channel=message.channel, form=message.form,
                lang=message.lang, max_copies=message.max_copies, urgent=message.urgent,
                is_open=True, opened_at=message.opened_at, due_at=message.opened_at,
            )  # fmt: skip
            self._session.add(row)
            self._session.flush()
            assert row.id is not None, "flushed just now"
            for place, key in enumerate(message.alert_keys):
                self._session.add(MessageItemRow(message_id=row.id, alert_key=key, place=place))
        else:
            row.is_open, row.opened_at, row.due_at = True, message.opened_at, message.opened_at
            row.urgent = message.urgent
            self._session.add(row)
        self._session.flush()

    def open_messages(self, lane: Lane, now: dt.datetime) -> tuple[StoredMessage, ...]:
        """Messages of a lane whose next attempt is due, oldest first."""
        query = (
            select(MessageRow)
            .where(
                col(MessageRow.is_open).is_(True),
                col(MessageRow.receiver) == lane[0],
                col(MessageRow.channel) == lane[1],
                col(MessageRow.due_at) <= now,
            )
            .order_by(col(MessageRow.id))
        )
        rows = self._session.scalars(query).all()
        carried: defaultdict[int, list[str]] = defaultdict(list)
        items = select(col(MessageItemRow.message_id), col(MessageItemRow.alert_key)).where(
            col(MessageItemRow.message_id).in_([row.id for row in rows])
        )
        if rows:
            for number, alert_key in self._session.execute(items.order_by(col(MessageItemRow.place))).all():
                carried[number].append(alert_key)
        return tuple(_message(row, carried[row.id or 0]) for row in rows)

    def messages_of(self, alert_keys: Sequence[str], lane: Lane) -> tuple[str, ...]:
        """The keys of the open messages of a lane that carry one of these alerts."""
        query = select(col(DeliveryRow.message)).where(
            col(DeliveryRow.alert_key).in_(alert_keys),
            col(DeliveryRow.receiver) == lane[0],
            col(DeliveryRow.channel) == lane[1],
            col(DeliveryRow.state) == "sending",
        )
        return tuple(self._session.scalars(query.distinct()))

    def postpone(self, key: str, lane: Lane, until: dt.datetime) -> None:
        """A message stays open, and is due again at `until`."""
        row = self._message(key, *lane)
        assert row is not None, "only an open message is postponed"
        row.due_at = until
        self._session.add(row)
        self._session.flush()

    def conclude(self, key: str, lane: Lane) -> None:
        """A message needs no more attempts."""
        row = self._message(key, *lane)
        assert row is not None, "only an open message is concluded"
        row.is_open = False
        self._session.add(row)
        self._session.flush()

    def begin(self, key: str, lane: Lane, at: dt.datetime) -> int:
        """Write down that an attempt starts, before the network is touched; returns the attempt's number from 1."""
        last = self._session.scalar(select(func.max(col(ReceiptRow.attempt))).where(*_receipts_of(key, lane)))
        attempt = int(last or 0) + 1
        self._session.add(
            ReceiptRow(
                message_key=key, receiver=lane[0], channel=lane[1], attempt=attempt, outcome=BEGUN, attempted_at=at
            )
        )
        self._session.flush()
        return attempt

    def record(self, receipt: StoredReceipt) -> None:
        """Store a begun attempt's outcome. Recording the same receipt again changes nothing."""
        row = self._session.scalars(
            select(ReceiptRow).where(
                *_receipts_of(receipt.message_key, (receipt.receiver, receipt.channel)),
                col(ReceiptRow.attempt) == receipt.attempt,
            )
        ).one()
        row.outcome, row.reason = receipt.outcome, receipt.reason
        row.attempted_at, row.retry_at = receipt.attempted_at, receipt.retry_at
        self._session.add(row)
        self._session.flush()

    def receipts(self, key: str, lane: Lane) -> tuple[StoredReceipt, ...]:
        """Attempts to send one message, in order."""
        return self.receipts_of([key], lane)[key]

    def receipts_of(self, keys: Sequence[str], lane: Lane) -> Mapping[str, tuple[StoredReceipt, ...]]:
        """Attempts to send messages of a lane, by message, in order."""
        found: dict[str, list[StoredReceipt]] = {key: [] for key in keys}
        query = select(ReceiptRow).where(
            col(ReceiptRow.message_key).in_(keys),
            col(ReceiptRow.receiver) == lane[0],
            col(ReceiptRow.channel) == lane[1],
        )
        for row in self._session.scalars(query.order_by(col(ReceiptRow.attempt))):
            found[row.message_key].append(_receipt(row))
        return {key: tuple(receipts) for key, receipts in found.items()}

    def in_doubt(self, alert_keys: Sequence[str], lane: Lane) -> Mapping[str, frozenset[str]]:
        """By alert, the keys of the messages of a lane that carried it and may have arrived: an answer was lost."""
        query = (
            select(col(MessageItemRow.alert_key), col(MessageRow.key))
            .join(MessageRow, col(MessageRow.id) == col(MessageItemRow.message_id))
            .join(ReceiptRow, col(ReceiptRow.message_key) == col(MessageRow.key))
            .where(
                col(MessageItemRow.alert_key).in_(alert_keys),
                col(MessageRow.receiver) == lane[0],
                col(MessageRow.channel) == lane[1],
                col(ReceiptRow.receiver) == lane[0],
                col(ReceiptRow.channel) == lane[1],
                col(ReceiptRow.outcome).in_((BEGUN, "unknown")),
            )
        )
        found: defaultdict[str, set[str]] = defaultdict(set)
        for alert_key, message_key in self._session.execute(query).all():
            found[alert_key].add(message_key)
        return {alert_key: frozenset(keys) for alert_key, keys in found.items()}

    def receipts_of_alert(self, alert_key: str) -> tuple[StoredReceipt, ...]:
        """Attempts to send any message that carried an alert, in order: the proof of what became of it."""
        query = (
            select(ReceiptRow)
            .join(
                MessageRow,
                (col(MessageRow.key) == col(ReceiptRow.message_key))
                & (col(MessageRow.receiver) == col(ReceiptRow.receiver))
                & (col(MessageRow.channel) == col(ReceiptRow.channel)),
            )
            .join(MessageItemRow, col(MessageItemRow.message_id) == col(MessageRow.id))
            .where(col(MessageItemRow.alert_key) == alert_key)
            .order_by(col(ReceiptRow.id))
        )
        return tuple(_receipt(row) for row in self._session.scalars(query))

    def _message(self, key: str, receiver: str, channel: str) -> MessageRow | None:
        return self._session.scalar(
            select(MessageRow).where(
                col(MessageRow.key) == key, col(MessageRow.receiver) == receiver, col(MessageRow.channel) == channel
            )
        )

    # Lanes

    def lane_state(self, key: str) -> Mapping[str, Any]:
        """What is known of a far side; empty where nothing is."""
        row = self._session.get(LaneRow, key)
        return dict(row.state) if row else {}

    def hold_lane(self, key: str) -> Mapping[str, Any]:
        """As `lane_state`, kept from other writers until the transaction ends: two lanes may lead to one far side."""
        row = self._session.get(LaneRow, key, with_for_update=True)
        if row is None:
            self._session.execute(self._insert(LaneRow).values(key=key, state={}).on_conflict_do_nothing())
            row = self._session.get(LaneRow, key, with_for_update=True)
            assert row is not None, "inserted just now, by us or by another"
        return dict(row.state)

    def _insert(self, table: type[DeliveryRow] | type[LaneRow]) -> sqlite.Insert | postgresql.Insert:
        """Both databases say ON CONFLICT DO NOTHING alike; SQLAlchemy has a class for each."""
        if self._session.get_bind().dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)

    def set_lane_state(self, key: str, state: Mapping[str, Any]) -> None:
        row = self._session.get(LaneRow, key) or LaneRow(key=key)
        row.state = dict(state)
        self._session.add(row)
        self._session.flush()


_DELIVERY_FIELDS = tuple(StoredDelivery.__dataclass_fields__)


def _waiting_in(lane: Lane) -> Any:
    return (
        (col(DeliveryRow.state) == "waiting")
        & (col(DeliveryRow.receiver) == lane[0])
        & (col(DeliveryRow.channel) == lane[1])
    )


def _receipts_of(key: str, lane: Lane) -> tuple[Any, ...]:
    return (
        col(ReceiptRow.message_key) == key,
        col(ReceiptRow.receiver) == lane[0],
        col(ReceiptRow.channel) == lane[1],
    )


def _delivery(row: DeliveryRow) -> StoredDelivery:
    return StoredDelivery(**{name: getattr(row, name) for name in _DELIVERY_FIELDS})


def _message(row: MessageRow, alert_keys: Sequence[str]) -> StoredMessage:
    return StoredMessage(
        key=row.key, receiver=row.receiver, channel=row.channel, form=row.form, alert_keys=tuple(alert_keys),
        opened_at=row.opened_at, lang=row.lang, max_copies=row.max_copies, urgent=row.urgent,
    )  # fmt: skip


def _receipt(row: ReceiptRow) -> StoredReceipt:
    return StoredReceipt(
        message_key=row.message_key,
        receiver=row.receiver,
        channel=row.channel,
        attempt=row.attempt,
        outcome=row.outcome,
        reason=row.reason,
        attempted_at=row.attempted_at,
        retry_at=row.retry_at,
    )
