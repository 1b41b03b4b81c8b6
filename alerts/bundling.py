"""Bundling: which messages carry what is due in a lane, as many as its channel may take now. Pure.

A delivery travels as its cadence says: by itself, with its group, in a digest. Where the channel's rate limit leaves
fewer messages than that would need, those that are not urgent share one; what still does not fit goes on waiting.
Nothing is dropped, and nothing is cut to make room for something else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from alerts.book import Waiting
from alerts.model import Alert, Message, MessageForm

Room = Callable[[Sequence[Alert], MessageForm, str | None], int]
"""(alerts, form, language) → how many of them, from the first, fit whole into one message; at least 1."""


def bundle(waiting: Sequence[Waiting], sends: int, room: Room) -> tuple[Message, ...]:
    """At most `sends` messages for what waits in one lane (given in the order of its urgency); () for none."""
    if not waiting or sends <= 0:
        return ()
    alone = [w for w in waiting if w.delivery.form is MessageForm.SINGLE]
    together = [w for w in waiting if w.delivery.form is not MessageForm.SINGLE]
    urgent = [_single(w) for w in alone if _keeps_to_itself(w)]
    others = [w for w in alone if not _keeps_to_itself(w)]
    messages = [*urgent, *_bundles(together, room), *(_single(w) for w in others)]
    if len(messages) > sends:
        messages = [*urgent, *_bundles(together, room), *_bundles(others, room)]
    return tuple(messages[:sends])


def bundle_key(alerts: Iterable[Alert]) -> str:
    """The key of a message that carries several alerts: the same alerts make the same key, whenever it is made."""
    listed = "\n".join(sorted(alert.key for alert in alerts))
    return f"bundle:{hashlib.sha256(listed.encode()).hexdigest()[:24]}"


def _keeps_to_itself(waiting: Waiting) -> bool:
    return waiting.delivery.urgent or waiting.delivery.alone


def _bundles(waiting: Sequence[Waiting], room: Room) -> Iterator[Message]:
    """Messages for deliveries that may share one: of a kind with a kind, each filled as far as there is room."""
    for _, some in groupby(sorted(waiting, key=_kind), key=_kind):
        rest = list(some)
        while rest:
            first = rest[0].delivery
            form = MessageForm.MERGED if first.form is MessageForm.SINGLE else first.form
            fitting = max(room([w.alert for w in rest], form, first.lang), 1)
            carried, rest = rest[:fitting], rest[fitting:]
            yield _single(carried[0]) if len(carried) == 1 else _message(carried, form)


def _kind(waiting: Waiting) -> tuple[str, str, str, int]:
    """What deliveries must have in common to share a message."""
    d = waiting.delivery
    return d.form.value, d.group, d.lang or "", -1 if d.max_copies is None else d.max_copies


def _single(waiting: Waiting) -> Message:
    return _message([waiting], MessageForm.SINGLE)


def _message(waiting: Sequence[Waiting], form: MessageForm) -> Message:
    first, alerts = waiting[0].delivery, tuple(w.alert for w in waiting)
    return Message(
        key=alerts[0].key if len(alerts) == 1 else bundle_key(alerts),
        receiver=first.receiver,
        channel=first.channel,
        form=form,
        alerts=alerts,
        lang=first.lang,
        max_copies=first.max_copies,
        urgent=any(w.delivery.urgent for w in waiting),
    )
