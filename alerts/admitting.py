"""Admitting alerts together: what the book knows around them, read once, and amended by what is decided on the way.

Each alert sees those before it in the batch as if they were written already: as mates of its group, as what its thread's
followers were told, and as what may inhibit it. So a batch comes to the same as one alert after the other, in one
transaction.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from alerts.admission import Rules, Surroundings, admit
from alerts.book import Book, Delivery, DeliveryState, Recent
from alerts.model import Alert, Audience
from alerts.timing import GroupState

_NOT_TOLD = (DeliveryState.SILENCED, DeliveryState.INHIBITED)


class Batch:
    """Alerts admitted together at `now`. It only reads; `planned` is what to write, by alert key."""

    def __init__(self, book: Book, rules: Rules, now: dt.datetime) -> None:
        self._book, self._rules, self._now = book, rules, now
        self._silences = book.silences(now)
        self._recent = list(book.recent(now - rules.look_back)) if rules.inhibitions else []
        self._groups: dict[tuple[str, str, str], GroupState] = {}
        self._followers: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.planned: dict[str, tuple[Delivery, ...]] = {}

    def plan(self, alert: Alert) -> tuple[Delivery, ...]:
        """Decide on one more alert, and let those after it know."""
        around = Surroundings(
            group_of=self._group,
            followers=self._followers_of(alert),
            silences=self._silences,
            recent=tuple(self._recent),
        )
        deliveries = admit(alert, self._rules, around, self._now)
        self.planned[alert.key] = deliveries
        self._note(alert, deliveries)
        return deliveries

    def _group(self, receiver: str, channel: str, group: str) -> GroupState:
        name = receiver, channel, group
        if name not in self._groups:
            self._groups[name] = self._book.group(*name)
        return self._groups[name]

    def _followers_of(self, alert: Alert) -> tuple[str, ...]:
        if alert.audience not in (Audience.FOLLOWERS, Audience.BOTH):
            return ()
        told = dict.fromkeys(self._book.followers(alert.thread))
        return tuple(told | self._followers[alert.thread])

    def _note(self, alert: Alert, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if delivery.state is not DeliveryState.WAITING:
                continue
            self._followers[alert.thread][delivery.receiver] = None
            name = delivery.receiver, delivery.channel, delivery.group
            if delivery.group and (state := self._groups.get(name)):
                until = min(state.waiting_until or delivery.due_at, delivery.due_at)
                self._groups[name] = GroupState(waiting_until=until, last_sent_at=state.last_sent_at)
        if self._rules.inhibitions and any(d.state not in _NOT_TOLD for d in deliveries):
            self._recent.append(Recent(key=alert.key, labels=alert.labels, at=self._now))
