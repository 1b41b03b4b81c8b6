"""When sources are to be checked, from what is remembered of them; and which checks did not happen at their time."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.records import PollOutcome, PollRecord, SourceRecord

LEAST_GRACE = dt.timedelta(minutes=1)
"""A check that begins within this time of its hour is in time."""

GRACE_SHARE = 0.1
"""… or within this share of the source's interval: as much as `rhythm.JITTER` makes it late on purpose."""

SPACING = dt.timedelta(seconds=0.5)
"""Between the starts of two checks that are both overdue …"""

SPREAD_WITHIN = dt.timedelta(minutes=5)
"""… or less, so that the last of them begins within this time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """The next check of one source. `planned_at` is the time that its row names, `every` its configured interval."""

    name: str
    host: str
    every: dt.timedelta
    planned_at: dt.datetime
    is_new: bool = False
    """Never checked: no time was agreed that could be missed."""

    @property
    def grace(self) -> dt.timedelta:
        """How late a check may begin and still count as in time."""
        return grace(self.every)

    def is_missed(self, now: dt.datetime) -> bool:
        """Whether its time has gone by without a check."""
        return not self.is_new and now - self.planned_at > self.grace

    def missed(self, now: dt.datetime, why: str) -> PollRecord:
        """The record of a check that was found not to have happened."""
        return PollRecord(
            source=self.name,
            outcome=PollOutcome.MISSED,
            planned_at=self.planned_at,
            started_at=now,
            ended_at=now,
            problem=why,
        )


def grace(every: dt.timedelta) -> dt.timedelta:
    """How late a check of this interval may begin and still count as in time."""
    return max(LEAST_GRACE, every * GRACE_SHARE)


def slot(record: SourceRecord, *, url: str, every: dt.timedelta, now: dt.datetime) -> Slot:
    """The next check of a source as its row says.

    A row that was written while the clock was ahead names a time that is too far away: its pause is then counted from
    `now`, so that no source waits longer than it was meant to.
    """
    planned, last = record.next_check_at, record.last_checked_at
    if last is None:
        planned = min(planned, now)
    elif last > now:
        planned = min(planned, now + max(planned - last, dt.timedelta()))
    return Slot(
        name=record.name,
        host=urlsplit(url).hostname or "",
        every=every,
        planned_at=planned,
        is_new=last is None,
    )


def spread(slots: Iterable[Slot], now: dt.datetime) -> Mapping[str, dt.datetime]:
    """When each check begins: at its time, and those that are overdue one after the other from `now` on.

    First come the sources that lost most of their rounds, and neighbours are of different hosts as far as that can be,
    so that a long absence ends neither in a burst nor in a queue before one host.
    """
    slots = tuple(slots)
    due = [one for one in slots if one.planned_at <= now]
    step = min(SPACING, SPREAD_WITHIN / len(due)) if due else SPACING
    begins = {one.name: now + step * place for place, one in enumerate(_by_turns(due, now))}
    return begins | {one.name: one.planned_at for one in slots if one.planned_at > now}


def _by_turns(due: list[Slot], now: dt.datetime) -> list[Slot]:
    """One of each host in turn, those that lost most rounds first."""
    hosts: dict[str, deque[Slot]] = {}
    for one in sorted(due, key=lambda one: ((one.planned_at - now) / one.every, one.planned_at)):
        hosts.setdefault(one.host, deque()).append(one)
    queues, order = deque(hosts.values()), []
    while queues:
        queue = queues.popleft()
        order.append(queue.popleft())
        if queue:
            queues.append(queue)
    return order
