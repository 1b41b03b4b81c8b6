"""Holding: what is due in a lane and may not go now, since its receiver's quiet hours began while it waited. Pure.

Admission holds what would fall into quiet hours; but a rate limit, a channel in trouble or a bundle taken apart can make
a delivery late, into the night. So it is asked again at the moment of sending. And what became urgent while it waited,
since its deadline drew near, goes before everything else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.book import Delivery, Waiting
from alerts.cadence import Calendar
from alerts.model import Message, MessageForm, Receiver
from alerts.timing import held_until, presses


@dataclass(frozen=True, kw_only=True, slots=True)
class Screened:
    """What of a lane may go now, urgent first; and what is put off, with its new time, form and reason."""

    go: tuple[Waiting, ...]
    held: tuple[Delivery, ...]


def screen(waiting: Sequence[Waiting], receiver: Receiver, now: dt.datetime, calendar: Calendar | None) -> Screened:
    """Tell apart what is due in a lane of `receiver` at `now`: each delivery is in exactly one of the two."""
    go: list[Waiting] = []
    held: list[Delivery] = []
    for one in (_as_urgent_as_by_now(w, receiver, now) for w in waiting):
        until = None if one.delivery.urgent else held_until(one.alert, receiver, now, calendar)
        if until is None:
            go.append(one)
        else:
            held.append(_put_off(one.delivery, until))
    return Screened(go=tuple(sorted(go, key=lambda w: not w.delivery.urgent)), held=tuple(held))


def rests_until(
    message: Message, receiver: Receiver, now: dt.datetime, calendar: Calendar | None
) -> dt.datetime | None:
    """Until when quiet hours put off the (next) attempt to send a message; None where it may go."""
    if message.urgent:
        return None
    ends = [held_until(alert, receiver, now, calendar) for alert in message.alerts]
    # One alert that presses takes the others of its message with it.
    return None if None in ends else min((end for end in ends if end is not None), default=None)


def _as_urgent_as_by_now(waiting: Waiting, receiver: Receiver, now: dt.datetime) -> Waiting:
    if waiting.delivery.urgent or not presses(waiting.alert, receiver, now):
        return waiting
    return replace(waiting, delivery=replace(waiting.delivery, urgent=True, form=MessageForm.SINGLE))


def _put_off(delivery: Delivery, until: dt.datetime) -> Delivery:
    """Held, it comes with the others that were held; but what travels by itself, and what is in a digest, still does."""
    together = delivery.form is MessageForm.SINGLE and not delivery.alone
    form = MessageForm.MERGED if together else delivery.form
    return replace(delivery, due_at=until, form=form, reason="held until the end of quiet hours: it was late")
