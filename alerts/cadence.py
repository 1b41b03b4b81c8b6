"""When a receiver wants to be told: at once, in groups, in digests; in which hours not; and what may break in.

Values only; `timing` decides by them. Times of day are in the receiver's own time zone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from alerts.errors import CadenceDefinitionError
from alerts.matchers import Matcher


class Days(StrEnum):
    """On which days a time of day counts."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"  # Monday to Friday
    WORKDAYS = "workdays"  # as the calendar says: without public holidays, with make-up working days


class Calendar(Protocol):
    """Knows a country's working days. The hub supplies one; without it Monday to Friday are workdays."""

    def is_workday(self, day: dt.date) -> bool:
        """Whether people work on that day."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class AtOnce:
    """Each alert as it comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grouped:
    """Alerts with equal values of the labels `by` share a message: the first of a group waits `wait` for others, and
    the same group is not heard of again before `interval` has passed."""

    wait: dt.timedelta = dt.timedelta(seconds=30)
    interval: dt.timedelta = dt.timedelta(minutes=5)
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.wait < dt.timedelta(0) or self.interval < dt.timedelta(0):
            raise CadenceDefinitionError("a wait and an interval cannot be negative")


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """One message at each of these times of day, on these days, where there is something to say."""

    at: tuple[dt.time, ...]
    days: Days = Days.DAILY

    def __post_init__(self) -> None:
        if not self.at:
            raise CadenceDefinitionError("a digest needs at least one time of day, such as 08:30")


Cadence = AtOnce | Grouped | Digest


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """From `start` to `end` (the next morning, where `end` is not later) nothing is sent; it is held, and comes as one
    message at the end. `rest_days` holds also whole days that are not of `days`."""

    start: dt.time
    end: dt.time
    days: Days = Days.WORKDAYS
    rest_days: bool = False

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise CadenceDefinitionError("quiet hours that begin and end at one time would be for ever: leave them out")


@dataclass(frozen=True, kw_only=True, slots=True)
class Urgency:
    """What is told at once whatever the hour: a deadline nearer than `deadline_within`, or any matcher satisfied."""

    deadline_within: dt.timedelta | None = dt.timedelta(hours=48)
    matchers: tuple[Matcher, ...] = field(default=())
