"""The next look at a source: what its habits, its server's hints and its faults ask for, weighed. Pure.

The longest of these waits counts, and is the reason that people are shown:

- the habit's pause (`habit`), or the configured interval while no habit is known;
- what the server said of freshness (Cache-Control, Expires, a feed's TTL), as far as the source's habit does not belie it:
  a feed that names a day and brings something every hour carries a template's default;
- the fault's back-off (`faults`);
- the rest that the site asked for (Retry-After) or that a ban page means, the only wait that may be longer than promised.

Each wait ends up to a tenth late, so that sources of one pace do not march in step; never early, since the least interval is a
promise to the site.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from monitor.pacing.faults import BLOCK_REST, RETRY_AFTER_LIMIT, Fault, backoff
from monitor.pacing.habit import Habit

JITTER = 0.1
"""A poll comes up to this share of its wait late."""
_STRETCH = 6
_DAY = dt.timedelta(days=1)
_SILENT = 10.0
"""Missed stirs from which on silence is named as the reason."""
_EVEN = 1.01
_YOUNG_BELIEF = 3
"""Intervals for which a hint is believed while no habit can belie it: most feeds have their generator's default."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How often a source may be asked at most (`least` apart) and is asked at least (`most` apart)."""

    least: dt.timedelta
    most: dt.timedelta
    promised: bool = False
    """`most` was written by an operator: faults do not stretch it either."""

    @classmethod
    def of(cls, every: dt.timedelta, at_least_every: dt.timedelta | None = None) -> Bounds:
        """Of a configured pace: a source is asked every `every`, in hours in which nothing comes six times as seldom but
        daily; `at_least_every` replaces that."""
        if at_least_every is not None:
            return cls(least=every, most=max(every, at_least_every), promised=True)
        return cls(least=every, most=max(every, min(every * _STRETCH, _DAY)))


class Why(StrEnum):
    """What decided about the next look."""

    YOUNG = "rhythm unknown"
    FIXED = "fixed interval"
    BUSY = "busy hour"
    SLACK = "quiet hour"
    STIRRED = "just published"
    SILENT = "silent for long"
    HINT = "server's hint"
    HERALDED = "its hub tells of news"
    TOLD = "its hub told of news"
    SOFT_FAULT = "soft fault"
    TEMPORARY_FAULT = "temporary fault"
    HARD_FAULT = "hard fault"
    RETRY_AFTER = "asked to wait"
    BLOCKED = "blocked"


_FAULTS = {Fault.SOFT: Why.SOFT_FAULT, Fault.TEMPORARY: Why.TEMPORARY_FAULT, Fault.HARD: Why.HARD_FAULT}


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a look at a source went, as far as it bears on the next. Without a fault it went well."""

    stirred: bool = False
    """It brought something new."""
    heralded: bool = False
    """Hubs tell of what is new in it: a look is only a check on them, and the longest pause will do."""
    fresh_for: dt.timedelta | None = None
    """How long what was shown stays fresh, as the server or the feed says."""
    fault: Fault | None = None
    failures: int = 0
    """Failed looks in a row, this one included."""
    last_success_at: dt.datetime | None = None
    """The last look that went well before a fault: silence after it is ours, not the source's."""
    retry_after: dt.timedelta | None = None
    blocked: bool = False
    rest: dt.timedelta | None = None
    """The rest after a ban page, where one is configured; None takes `BLOCK_REST`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NextCheck:
    """When to look again, and why."""

    at: dt.datetime
    why: Why
    rate: float | None = None
    """Articles an hour to be expected now; None where no habit is known."""
    failures: int = 0


def next_check(
    now: dt.datetime, bounds: Bounds, look: Look, habit: Habit | None = None, *, jitter: float = 0.0
) -> NextCheck:
    """When to look again after a look that ended at `now`; `jitter` is a random number in [0, 1)."""
    known = habit if habit is not None and habit.known else None
    why, wait = _by_habit(now, bounds, look, known)
    for other, longer in _asked(now, bounds, look, known):
        if longer > wait:
            why, wait = other, longer
    if look.fault is not None:
        pause = backoff(look.fault, look.failures, least=bounds.least, most=bounds.most, promised=bounds.promised)
        if pause >= wait:
            why, wait = _FAULTS[look.fault], pause
    if why is not Why.FIXED and wait <= bounds.most:
        wait = max(bounds.least, min(wait, bounds.most / (1 + JITTER)))  # late and still within what was promised
    for other, longer in _rests(look):
        if longer >= wait:
            why, wait = other, longer
    rate = round(known.rate(now), 2) if known else None
    return NextCheck(at=now + wait * (1 + JITTER * jitter), why=why, rate=rate, failures=look.failures)


def _by_habit(now: dt.datetime, bounds: Bounds, look: Look, habit: Habit | None) -> tuple[Why, dt.timedelta]:
    if bounds.most <= bounds.least:
        return Why.FIXED, bounds.least
    if look.heralded:
        return Why.HERALDED, bounds.most
    if habit is None:
        return Why.YOUNG, bounds.least
    if look.stirred:
        return Why.STIRRED, bounds.least  # what comes seldom comes in company
    heard = now if look.fault is None else look.last_success_at
    silence = habit.missed(heard) if heard is not None else 0.0
    wait = habit.pause(now, bounds.least, bounds.most, silence=silence)
    if wait <= bounds.least * _EVEN:
        return Why.BUSY, wait
    return (Why.SILENT if silence >= _SILENT else Why.SLACK), wait


def _asked(now: dt.datetime, bounds: Bounds, look: Look, habit: Habit | None) -> tuple[tuple[Why, dt.timedelta], ...]:
    """What the server hints at, as far as it is believed."""
    if look.fresh_for is None or look.fresh_for <= bounds.least:
        return ()
    believed = habit.until_likely(now, bounds.most) if habit is not None else bounds.least * _YOUNG_BELIEF
    return ((Why.HINT, min(look.fresh_for, believed, bounds.most)),)


def _rests(look: Look) -> tuple[tuple[Why, dt.timedelta], ...]:
    """The rests that the site wants."""
    blocked = ((Why.BLOCKED, look.rest or BLOCK_REST),) if look.blocked else ()
    asked = ((Why.RETRY_AFTER, min(look.retry_after, RETRY_AFTER_LIMIT)),) if look.retry_after is not None else ()
    return (*blocked, *asked)
