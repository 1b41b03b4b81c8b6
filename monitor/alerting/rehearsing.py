"""A rehearsal: what a replay finds goes to one named receiver, marked as such, and to nobody else.

It has keys and threads of its own: it does not count as told, makes nobody a follower, and stays in the outbox for ever, so that
one replay is never rehearsed twice. It is admitted in the transaction that queues it, for now, whatever cadence, quiet hours
and silences say of real alerts: somebody waits for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from alerts import (
    Alert,
    AlertKind,
    AtOnce,
    Audience,
    Carried,
    Change,
    Desk,
    GroupState,
    Link,
    Receiver,
    Rules,
    Sender,
    Surroundings,
    Waiting,
    admit,
)
from monitor import phrases
from monitor.alerting.book import StoreBook, stored_delivery
from monitor.alerting.codec import decode, encode
from monitor.alerting.rendering import build_renderer
from monitor.alerting.trials import Sent, told_of
from monitor.errors import UsageError
from monitor.replay_records import Change as Replayed
from monitor.replay_records import Effect
from monitor.storage import Store

PREFIX = "replay:"
"""Keys and threads of rehearsals begin so."""

MARKS = {Effect.APPEARS: "【重放】", Effect.CHANGES: "【重放·改变】", Effect.VANISHES: "【重放·消失】"}
ALL_DUE = 100_000
LISTED = 20
"""Vanishing alerts named in the summary."""


class RehearsalBook(StoreBook):
    """The store's book, of which one receiver's rehearsals are the only pages."""

    def __init__(self, store: Store, receiver: str) -> None:
        super().__init__(store)
        self._receiver = receiver

    def pending(self, limit: int) -> tuple[Alert, ...]:
        """Nothing: rehearsals are admitted as they are queued, and real alerts are none of ours."""
        return ()

    def lanes(self, now: dt.datetime) -> tuple[tuple[str, str], ...]:
        """This receiver's."""
        return tuple(lane for lane in super().lanes(now) if lane[0] == self._receiver)

    def waiting(self, receiver: str, channel: str, now: dt.datetime, limit: int) -> tuple[Waiting, ...]:
        """Rehearsals that wait, however many real alerts wait before them."""
        every = super().waiting(receiver, channel, now, ALL_DUE)
        return tuple(w for w in every if w.alert.key.startswith(PREFIX))[:limit]

    def open_messages(self, receiver: str, channel: str, now: dt.datetime) -> tuple[Carried, ...]:
        """Messages that carry rehearsals only."""
        every = super().open_messages(receiver, channel, now)
        return tuple(c for c in every if all(alert.key.startswith(PREFIX) for alert in c.message.alerts))


class Rehearsal:
    """Sends the diff of a replay to one receiver. Raises `UsageError` where there is no such receiver."""

    def __init__(self, store: Store, rules: Rules, senders: Mapping[tuple[str, str], Sender], receiver: str) -> None:
        if receiver not in rules.receivers:
            raise UsageError(f"no receiver is called {receiver!r}; there are: {', '.join(rules.receivers) or 'none'}")
        self._store, self._to = store, _waiting_for_it(rules.receivers[receiver])
        self._rules = replace(rules, receivers={receiver: self._to}, inhibitions=())
        self._senders = {lane: sender for lane, sender in senders.items() if lane[0] == receiver}

    def queue(self, name: str, changes: Sequence[Replayed], counts: Mapping[Effect, int], now: dt.datetime) -> int:
        """Queue the diff of the replay `name`: what appears, what changes, and one summary; how many had not been queued
        before."""
        alerts = [*self._alerts(name, changes, now), self._summary(name, changes, counts, now)]
        queued = 0
        with self._store.transaction() as unit:
            for alert in alerts:
                if not unit.outbox.put(
                    alert_key=alert.key, thread=alert.thread, article_id=None, payload=encode(alert), now=now
                ):
                    continue
                around = Surroundings(group_of=lambda *_: GroupState())
                unit.outbox.admit([alert.key], now)
                unit.deliveries.add(stored_delivery(d) for d in admit(alert, self._rules, around, now))
                queued += 1
        return queued

    async def send(self, now: dt.datetime) -> tuple[Sent, ...]:
        """Send what is queued and due to this receiver. What the channel does not take now goes with a later run, or with the
        daemon."""
        desk = Desk(
            rules=self._rules,
            senders=self._senders,
            book=RehearsalBook(self._store, self._to.name),
            renderer=build_renderer(),
        )
        return tuple(told_of(conclusion) for conclusion in await desk.work(now))

    def _alerts(self, name: str, changes: Sequence[Replayed], now: dt.datetime) -> Iterator[Alert]:
        for change in changes:
            if change.alert is None or change.effect not in MARKS:
                continue
            real = decode(change.alert)
            differing = real.changes or _changes(change.differences, self._to.lang)
            yield replace(
                real,
                key=f"{PREFIX}{name}:{real.key}",
                thread=f"{PREFIX}{name}:{real.thread}",
                title=MARKS[change.effect] + real.title,
                created_at=now,
                audience=Audience.NAMED,
                to=(self._to.name,),
                minor=False,
                changes=differing if change.effect is Effect.CHANGES else real.changes,
            )

    def _summary(self, name: str, changes: Sequence[Replayed], counts: Mapping[Effect, int], now: dt.datetime) -> Alert:
        told = (Effect.APPEARS, Effect.VANISHES, Effect.CHANGES)
        gone = [c for c in changes if c.effect is Effect.VANISHES and not c.silent]
        english = self._to.lang == "en"
        words = (
            ", ".join(f"{effect.value} {counts.get(effect, 0)}" for effect in told)
            if english
            else "，".join(f"{_NAMES[effect]} {counts.get(effect, 0)}" for effect in told)
        )
        return Alert(
            key=f"{PREFIX}{name}:summary",
            thread=f"{PREFIX}{name}",
            title="[replay] what the rules would change" if english else "【重放】规则将改变的提醒",
            summary=words,
            evidence="\n".join(f"{MARKS[Effect.VANISHES]}{c.title}" for c in gone[:LISTED]),
            link=Link(title="", url=""),
            created_at=now,
            kind=AlertKind.OPERATIONS,
            audience=Audience.NAMED,
            to=(self._to.name,),
        )


_NAMES = {Effect.APPEARS: "出现", Effect.VANISHES: "消失", Effect.CHANGES: "改变"}


def _waiting_for_it(receiver: Receiver) -> Receiver:
    """The receiver as somebody who looks now."""
    return replace(receiver, cadence=AtOnce(), digest=None, quiet=None)


def _changes(differences: Mapping[str, tuple[Any, Any]], lang: str) -> tuple[Change, ...]:
    return tuple(
        Change(name=phrases.name(key, lang), old=_printed(old), new=_printed(new))
        for key, (old, new) in differences.items()
    )


def _printed(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(_printed, value))
    return "" if value is None else str(value)
