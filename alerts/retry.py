"""When to try again: a frozen policy that returns a decision and never waits itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

_MOST_EXPONENT = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class TryAgain:
    """Try again, not before `at`."""

    at: dt.datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUp:
    """Try no more; `reason` says why."""

    reason: str


RetryDecision = TryAgain | GiveUp


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """Exponential back-off between attempts, with jitter and an end.

    With the defaults: 30 s, 1, 2, 4, 8, 16, 32 min, then hourly; ten attempts span about four hours.
    """

    first: dt.timedelta = dt.timedelta(seconds=30)
    ceiling: dt.timedelta = dt.timedelta(hours=1)
    factor: float = 2.0
    spread: float = 0.2
    """Share of the wait that jitter may add, so that many deliveries do not come back at one moment."""
    max_attempts: int = 10

    def __post_init__(self) -> None:
        if self.max_attempts < 1 or self.factor < 1 or not 0 <= self.spread <= 1 or self.first <= dt.timedelta(0):
            raise ValueError("a retry policy needs max_attempts >= 1, factor >= 1, 0 <= spread <= 1 and a first wait")

    def decide(self, attempt: int, now: dt.datetime, *, jitter: float, retry_after: float | None) -> RetryDecision:
        """What to do after attempt number `attempt` (from 1) did not succeed at `now`.

        `jitter` is a random number in [0, 1). `retry_after` (seconds, from the other side) is a lower bound, and is
        obeyed beyond the ceiling, up to a day.
        """
        if attempt >= self.max_attempts:
            return GiveUp(reason=f"gave up after {attempt} attempts")
        wait = min(
            self.first.total_seconds() * self.factor ** min(attempt - 1, _MOST_EXPONENT), self.ceiling.total_seconds()
        )
        wait *= 1 + self.spread * jitter
        if retry_after is not None:
            wait = max(wait, min(retry_after, 86_400.0))
        return TryAgain(at=now + dt.timedelta(seconds=wait))
