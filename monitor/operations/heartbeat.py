"""The daily sign of life: what was done in a day, and what is wrong by now. Its absence is the alarm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.operations.condition import Condition
from monitor.phrases import CHINA


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What a day came to: sources watched, pages read, articles found relevant, alerts told."""

    sources: int
    pages: int
    matches: int
    alerts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeat:
    """One day's sign of life. `troubles` are the known conditions, the oldest first. `key` is one a day."""

    key: str
    day: dt.date
    at: dt.datetime
    figures: Figures
    troubles: tuple[Condition, ...]


def heartbeat(
    figures: Figures,
    conditions: Iterable[Condition],
    now: dt.datetime,
    *,
    at: dt.time,
    zone: ZoneInfo = CHINA,
) -> Heartbeat | None:
    """The sign of life of the local day of `now`; None before `at`, its time of day. A later look gives the same key."""
    local = now.astimezone(zone)
    if local.time() < at:
        return None
    return Heartbeat(
        key=f"heartbeat:{local.date().isoformat()}",
        day=local.date(),
        at=now,
        figures=figures,
        troubles=tuple(sorted((c for c in conditions if c.is_known), key=lambda c: (c.started_at, c.subject))),
    )
