"""One trouble from its first look to its end. It is told when it holds for several looks, and over when it is gone for several."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

HOLD = 2
"""Looks in a row at which a trouble must be seen before anybody is told."""
CLEAR = 2
"""Looks in a row at which it must be gone before it counts as over."""

Facts = tuple[tuple[str, str], ...]
"""What was measured: (code, value as printed)."""


class ConditionKind(StrEnum):
    """What can be wrong."""

    SOURCE_BROKEN = "source_broken"
    SOURCE_SILENT = "source_silent"
    CHANNEL_DEAD = "channel_dead"
    DISK_NEARLY_FULL = "disk_nearly_full"
    BACKLOG_GROWING = "backlog_growing"
    DATABASE_LOCKED = "database_locked"
    CONFIGURATION_REFUSED = "configuration_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One look at one thing: whether it is in trouble, and what was measured. `subject` is a source's name, a path …"""

    kind: ConditionKind
    subject: str
    holds: bool
    facts: Facts = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A trouble. All times are aware UTC.

    `count` are the looks that saw it, `clear_looks` those in a row that did not since. `announced_at` is None before
    anybody was told, `ended_at` while it lasts.
    """

    kind: ConditionKind
    subject: str
    started_at: dt.datetime
    last_seen_at: dt.datetime
    count: int = 1
    clear_looks: int = 0
    facts: Facts = ()
    announced_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None

    @property
    def is_known(self) -> bool:
        """Told, and not over."""
        return self.announced_at is not None and self.ended_at is None

    def lasted(self, now: dt.datetime) -> dt.timedelta:
        """From the first look that saw it to the last one, or to `now` while it lasts."""
        return (self.last_seen_at if self.ended_at else now) - self.started_at


class Phase(StrEnum):
    """Which of the two alerts on a trouble."""

    START = "start"
    END = "end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """That a trouble began or is over."""

    phase: Phase
    condition: Condition

    @property
    def key(self) -> str:
        """Unique for ever: a trouble that comes back is another one."""
        return f"{self.thread}:{self.phase.value}"

    @property
    def thread(self) -> str:
        """Shared by the start and the end of one trouble."""
        c = self.condition
        return f"operations:{c.kind.value}:{c.subject}:{c.started_at.isoformat()}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """What a round of looks changes: the conditions to store, and what to tell."""

    conditions: tuple[Condition, ...] = ()
    notices: tuple[Notice, ...] = ()


def observe(
    conditions: Iterable[Condition],
    observations: Iterable[Observation],
    now: dt.datetime,
    *,
    hold: int = HOLD,
    clear: int = CLEAR,
) -> Observed:
    """What a round of looks makes of the conditions that are open. Where nobody looked, nothing changes.

    A trouble that is gone before anybody was told of it ends without a word.
    """
    open_ones = {(c.kind, c.subject): c for c in conditions if c.ended_at is None}
    changed: list[Condition] = []
    notices: list[Notice] = []
    for seen in observations:
        before = open_ones.get((seen.kind, seen.subject))
        after = _bad(before, seen, now, hold) if seen.holds else _good(before, now, clear)
        if after is None:
            continue
        open_ones[after.kind, after.subject] = after
        changed.append(after)
        if after.announced_at is not None and (before is None or before.announced_at is None):
            notices.append(Notice(phase=Phase.START, condition=after))
        if after.ended_at is not None and after.announced_at is not None:
            notices.append(Notice(phase=Phase.END, condition=after))
    return Observed(conditions=tuple(changed), notices=tuple(notices))


def _bad(before: Condition | None, seen: Observation, now: dt.datetime, hold: int) -> Condition:
    if before is None or before.ended_at is not None:
        after = Condition(kind=seen.kind, subject=seen.subject, started_at=now, last_seen_at=now, facts=seen.facts)
    else:
        after = replace(before, last_seen_at=now, count=before.count + 1, clear_looks=0, facts=seen.facts)
    return replace(after, announced_at=now) if after.announced_at is None and after.count >= hold else after


def _good(before: Condition | None, now: dt.datetime, clear: int) -> Condition | None:
    if before is None or before.ended_at is not None:
        return None
    after = replace(before, clear_looks=before.clear_looks + 1)
    over = after.announced_at is None or after.clear_looks >= clear
    return replace(after, ended_at=now) if over else after
