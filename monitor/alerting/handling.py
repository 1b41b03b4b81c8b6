"""What people do with alerts: look who gets one and why, see it before it goes, send dead letters again, ask for quiet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts import (
    DEAD_LETTERS,
    Alert,
    AlertsError,
    DeliveryState,
    GroupState,
    Link,
    Message,
    MessageForm,
    Rendered,
    Rules,
    Surroundings,
    admit,
    labels_of,
)
from monitor.alerting.book import silence_of
from monitor.alerting.codec import decode
from monitor.alerting.rendering import build_renderer
from monitor.alerting.wording import Wording
from monitor.errors import NotFoundError, UsageError
from monitor.records import StoredAlert, StoredSilence
from monitor.storage import Store

RESENDABLE = frozenset({*DEAD_LETTERS, DeliveryState.SILENCED, DeliveryState.INHIBITED, DeliveryState.UNWANTED})
"""States of a delivery that an operator may undo; what was accepted is never sent again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a route test says of one channel of one receiver."""

    receiver: str
    channel: str
    due_at: dt.datetime
    form: str
    state: str
    reason: str


def route_test(
    rules: Rules,
    pairs: Iterable[tuple[str, str]],
    silences: Sequence[StoredSilence],
    now: dt.datetime,
    *,
    wording: Wording,
) -> tuple[Planned, ...]:
    """Who would get an alert with these labels, when and why. `relevance=digest` makes it a minor one; `deadline`, an ISO
    time with its offset, sets its deadline. Raises `UsageError` for a deadline that is no time, or a value that no alert has."""
    labels = labels_of((label, wording.value(label, value)) for label, value in pairs)
    alert = Alert(
        key="route-test",
        thread="route-test",
        title="route-test",
        summary="",
        evidence="",
        link=Link(title="", url=""),
        created_at=now,
        labels=labels,
        minor="digest" in labels.get("relevance", ()),
        deadline=_deadline(labels),
    )
    around = Surroundings(group_of=lambda *_: GroupState(), silences=tuple(silence_of(s) for s in silences))
    return tuple(
        Planned(
            receiver=d.receiver,
            channel=d.channel,
            due_at=d.due_at,
            form=d.form.value,
            state=d.state.value,
            reason=d.reason,
        )
        for d in admit(alert, rules, around, now)
    )


def preview(store: Store, rules: Rules, number: int, receiver: str, now: dt.datetime) -> Mapping[str, Rendered]:
    """Alert `number` as each channel of a receiver would get it: channel name → message. Sends nothing.

    Raises `NotFoundError` for an unknown number, `UsageError` for an unknown receiver.
    """
    if receiver not in rules.receivers:
        raise UsageError(f"no receiver is called {receiver!r}; there are: {', '.join(rules.receivers) or 'none'}")
    with store.reading() as unit:
        alert = decode(_get(unit.outbox.by_number(number), number).payload)
    to = rules.receivers[receiver]
    renderer = build_renderer()
    return {
        channel.name: renderer.render_message(
            Message(key=alert.key, receiver=to.name, channel=channel.name, form=MessageForm.SINGLE, alerts=(alert,)),
            channel.kind,
            to,
            now=now,
        )
        for channel in to.channels
    }


def resend(store: Store, numbers: Sequence[int], receiver: str, now: dt.datetime) -> int:
    """Let deliveries of these alerts that ended without acceptance go once more; how many there were.

    With no number, every dead letter; with a receiver, only theirs. What may have arrived comes marked as a possible
    repeat. Raises `NotFoundError` for an unknown number.
    """
    chosen = DEAD_LETTERS if not numbers else RESENDABLE
    with store.transaction() as unit:
        if numbers:
            keys = [_get(unit.outbox.by_number(number), number).alert_key for number in numbers]
            deliveries = [d for key in keys for d in unit.deliveries.of_alert(key)]
        else:
            deliveries = list(unit.deliveries.listed(states=[s.value for s in DEAD_LETTERS], limit=10_000))
        again = [d for d in deliveries if DeliveryState(d.state) in chosen and (not receiver or d.receiver == receiver)]
        for d in again:
            unit.deliveries.set_state(
                [d.alert_key], (d.receiver, d.channel),
                state=DeliveryState.WAITING.value, form=MessageForm.SINGLE.value, alone=True,
                due_at=now, closed_at=None, reason="sent again by hand",
            )  # fmt: skip
            unit.outbox.reopen(d.alert_key, "sent again by hand")
    return len(again)


def silence(
    store: Store,
    sentences: Sequence[str],
    *,
    author: str,
    reason: str,
    until: dt.datetime,
    now: dt.datetime,
    wording: Wording,
) -> StoredSilence:
    """Ask for quiet about alerts that satisfy all sentences. Raises `UsageError` for a silence that makes no sense."""
    matchers = tuple(wording.sentence(sentence) for sentence in sentences)
    asked = StoredSilence(id=0, matchers=matchers, author=author, reason=reason, starts_at=now, ends_at=until)
    try:
        silence_of(asked)
    except AlertsError as exc:
        raise UsageError(str(exc)) from exc
    with store.transaction() as unit:
        number = unit.silences.add(matchers=asked.matchers, author=author, reason=reason, starts_at=now, ends_at=until)
        return next(s for s in unit.silences.listed() if s.id == number)


def _deadline(labels: Mapping[str, tuple[str, ...]]) -> dt.datetime | None:
    text = next(iter(labels.get("deadline", ())), None)
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(f"deadline={text} is no time; write 2026-03-09T17:00+08:00")
    return moment.astimezone(dt.UTC)


def _get(found: StoredAlert | None, number: int) -> StoredAlert:
    if found is None:
        raise NotFoundError("alert", str(number))
    return found
