"""Whether a channel in trouble is worth trying: a circuit breaker, as a value. Pure.

Closed: all may go. Trouble that is the channel's own, three times running, opens it; a key that was revoked, or an answer
that says when to come again, opens it at once. Open: nothing goes until its time. Then one message may go, as a probe:
if it gets through, all is well again; if not, the breaker opens for twice as long, up to an hour.

It says nothing about any message: those wait, and none is lost.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, replace
from enum import StrEnum

from alerts.model import Concern, Outcome, SendResult, require_aware

_MOST_EXPONENT = 60

_CLOCK_TOLERANCE = dt.timedelta(minutes=1)
"""How far the clocks of two workers may differ."""


class BreakerState(StrEnum):
    """How a channel stands."""

    CLOSED = "closed"  # well, or not known to be ill
    OPEN = "open"  # not to be tried before its time, with one message after it
    HALF_OPEN = "half_open"  # that one message is under way


class Allowance(StrEnum):
    """How much may be sent through a channel."""

    ALL = "all"
    ONE = "one"  # a probe
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakerPolicy:
    """When a breaker opens and for how long: `first`, then `factor` times as long each time, up to `ceiling`.

    `longest_asked` is as much of a Retry-After as is obeyed. `probe` is how long a probe may be under way before it is
    taken as lost with its process; it is longer than any send takes.
    """

    threshold: int = 3
    first: dt.timedelta = dt.timedelta(minutes=1)
    ceiling: dt.timedelta = dt.timedelta(hours=1)
    factor: float = 2.0
    longest_asked: dt.timedelta = dt.timedelta(days=1)
    probe: dt.timedelta = dt.timedelta(minutes=2)

    def __post_init__(self) -> None:
        if self.threshold < 1 or self.factor < 1 or not dt.timedelta(0) < self.first <= self.ceiling:
            raise ValueError("a breaker needs threshold >= 1, factor >= 1 and 0 < first <= ceiling")
        if self.longest_asked <= dt.timedelta(0) or self.probe <= dt.timedelta(0):
            raise ValueError("a breaker needs a positive longest_asked and probe")

    def pause(self, trips: int, retry_after: float | None) -> dt.timedelta:
        """How long to stay open at opening number `trips` (from 1).

        The first time as long as the other side asks, if it asks (seconds); afterwards our own pauses are a lower bound,
        for a server that says "in a second" for ever.
        """
        if retry_after is None:
            return self._own(trips)
        # The comparison comes before the timedelta, which overflows.
        asked = dt.timedelta(seconds=max(min(retry_after, self.longest_asked.total_seconds()), 0.0))
        return max(asked, self._own(trips - 1) if trips > 1 else dt.timedelta(seconds=1))

    def _own(self, trips: int) -> dt.timedelta:
        seconds = self.first.total_seconds() * self.factor ** min(trips - 1, _MOST_EXPONENT)
        return dt.timedelta(seconds=min(seconds, self.ceiling.total_seconds()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Breaker:
    """How one channel fares. The default is that of a channel nothing is known of.

    `failures` counts troubles running, `trips` openings running. `opened_at` is when it last opened, or let a probe go;
    `open_until` when the next message may go. `since` is when the trouble began, and `reason` what was last said of it.
    """

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    trips: int = 0
    opened_at: dt.datetime | None = None
    open_until: dt.datetime | None = None
    since: dt.datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        for name in ("opened_at", "open_until", "since"):
            require_aware(getattr(self, name), name)


def may_send(breaker: Breaker, now: dt.datetime) -> Allowance:
    """How much may be sent at `now`."""
    if breaker.state is BreakerState.CLOSED or breaker.open_until is None:
        return Allowance.ALL
    # A breaker that opened in the future was dated by a clock since set back; one probe is cheaper than waiting for it.
    misdated = breaker.opened_at is not None and now < breaker.opened_at - _CLOCK_TOLERANCE
    return Allowance.ONE if misdated or now >= breaker.open_until else Allowance.NONE


def allowed(breaker: Breaker, now: dt.datetime) -> int:
    """`may_send` as a number of messages; `sys.maxsize` for all."""
    return {Allowance.ALL: sys.maxsize, Allowance.ONE: 1, Allowance.NONE: 0}[may_send(breaker, now)]


def begun(breaker: Breaker, now: dt.datetime, policy: BreakerPolicy | None = None) -> Breaker:
    """The breaker once a message it allowed is on its way: a probe keeps others back until it is known, or lost."""
    if may_send(breaker, now) is not Allowance.ONE:
        return breaker
    until = now + (policy or BreakerPolicy()).probe
    return replace(breaker, state=BreakerState.HALF_OPEN, opened_at=now, open_until=until)


def after(breaker: Breaker, result: SendResult, now: dt.datetime, policy: BreakerPolicy | None = None) -> Breaker:
    """The breaker after a send came to `result` at `now`."""
    require_aware(now, "now")
    policy = policy or BreakerPolicy()
    if result.outcome is Outcome.ACCEPTED or _was_read(result):
        return Breaker()
    if result.outcome is Outcome.SUPPRESSED or result.concerns is Concern.MESSAGE:
        # It never came to the channel, or nobody knows: the next one may probe in its place.
        return replace(breaker, open_until=now) if breaker.state is BreakerState.HALF_OPEN else breaker
    failed = replace(breaker, failures=breaker.failures + 1, since=breaker.since or now, reason=result.reason)
    if breaker.state is BreakerState.OPEN and may_send(breaker, now) is Allowance.NONE:
        return _prolonged(failed, result, now, policy)
    at_once = result.outcome is Outcome.REFUSED or result.retry_after is not None
    if breaker.state is BreakerState.CLOSED and not at_once and failed.failures < policy.threshold:
        return failed
    trips = breaker.trips + 1
    until = now + policy.pause(trips, result.retry_after)
    return replace(failed, state=BreakerState.OPEN, trips=trips, opened_at=now, open_until=until)


def _was_read(result: SendResult) -> bool:
    """A message refused for what it says was taken in and read: the channel works."""
    return result.outcome is Outcome.REFUSED and result.concerns is Concern.MESSAGE


def _prolonged(breaker: Breaker, result: SendResult, now: dt.datetime, policy: BreakerPolicy) -> Breaker:
    """Late news of a message that was under way when the breaker opened: it only counts where it asks for more time."""
    if result.retry_after is None or breaker.open_until is None:
        return breaker
    return replace(breaker, open_until=max(breaker.open_until, now + policy.pause(1, result.retry_after)))
