"""Looks: from what was measured to whether it is trouble. Each says which figures it judged by."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from monitor.operations.condition import Condition, ConditionKind, Observation
from monitor.phrases import moment
from monitor.records import SourceRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """From where on something is trouble. `backlog` counts items, `free_bytes` bytes, `free_share` is of the whole disk."""

    failures: int = 5
    """Failed polls in a row …"""
    unreachable: dt.timedelta = dt.timedelta(hours=24)
    """… or the time since the last that did not fail."""
    breaker: dt.timedelta = dt.timedelta(minutes=30)
    """A channel that rests for longer is dead."""
    free_bytes: int = 1_000_000_000
    free_share: float = 0.05
    backlog: int = 500
    rising: int = 3
    """Looks over which a backlog must have grown."""


LIMITS = Limits()


def broken_source(source: SourceRecord, now: dt.datetime, limits: Limits = LIMITS) -> Observation:
    """A source whose polls fail: many in a row, or for long."""
    since = source.last_success_at
    for_long = source.failures > 0 and since is not None and now - since >= limits.unreachable
    return Observation(
        kind=ConditionKind.SOURCE_BROKEN,
        subject=source.name,
        holds=source.failures >= limits.failures or for_long,
        facts=(
            ("failures", str(source.failures)),
            *((("last_success", moment(since)),) if since else ()),
            *((("problem", source.last_problem),) if source.last_problem else ()),
        ),
    )


def silent_source(name: str, silent_since: dt.datetime | None) -> Observation:
    """A source that answers but brings nothing new for longer than is usual for it; None where its silence is usual."""
    facts = (("silent_since", moment(silent_since)),) if silent_since else ()
    return Observation(kind=ConditionKind.SOURCE_SILENT, subject=name, holds=silent_since is not None, facts=facts)


def dead_channel(
    name: str, resting_since: dt.datetime | None, dead_letters: int, now: dt.datetime, limits: Limits = LIMITS
) -> Observation:
    """A channel (`receiver/channel`) that nothing gets through: its breaker is open for long, or messages were given up.

    `dead_letters` are those that wait for an operator; None in `resting_since`: the channel is tried.
    """
    rests = resting_since is not None and now - resting_since > limits.breaker
    return Observation(
        kind=ConditionKind.CHANNEL_DEAD,
        subject=name,
        holds=rests or dead_letters > 0,
        facts=(
            *((("resting_since", moment(resting_since)),) if resting_since else ()),
            ("dead_letters", str(dead_letters)),
        ),
    )


def full_disk(path: str, free: int, total: int, refused: int = 0, limits: Limits = LIMITS) -> Observation:
    """A disk with little room left, in bytes or as a share of the whole, or that `refused` writes since the last look: a quota
    may end long before the disk does."""
    share = free / total if total else 0.0
    return Observation(
        kind=ConditionKind.DISK_NEARLY_FULL,
        subject=path,
        holds=free < limits.free_bytes or share < limits.free_share or refused > 0,
        facts=(("free", f"{free / 1e9:.1f} GB ({share:.0%})"), *((("refused", str(refused)),) if refused else ())),
    )


def growing_backlog(name: str, looks: Sequence[int], limits: Limits = LIMITS) -> Observation | None:
    """What waits (`articles`, `alerts`) is more than it should be, and grew at each of the last looks, newest last.

    None where it is much but does not grow, or was not looked at often enough: no trouble yet, and none over.
    """
    if not looks:
        return None
    last = list(looks[-limits.rising :])
    much = last[-1] > limits.backlog
    grows = len(last) == limits.rising and all(a < b for a, b in itertools.pairwise(last))
    if much and not grows:
        return None
    return Observation(
        kind=ConditionKind.BACKLOG_GROWING,
        subject=name,
        holds=much,
        facts=(("waiting", " → ".join(f"{n:,}" for n in last)),),
    )


def locked_database(url: str, busy: int) -> Observation:
    """A database that another writer held for so long that work was put off; `busy` times since the last look.

    `url` without its password.
    """
    return Observation(kind=ConditionKind.DATABASE_LOCKED, subject=url, holds=busy > 0, facts=(("busy", str(busy)),))


def refused_configuration(file: str, problems: Sequence[str]) -> Observation:
    """A configuration that was changed and cannot be used: the program goes on with the one before it."""
    more = f" (+{len(problems) - 1})" if len(problems) > 1 else ""
    return Observation(
        kind=ConditionKind.CONFIGURATION_REFUSED,
        subject=file,
        holds=bool(problems),
        facts=((("problem", f"{problems[0]}{more}"),) if problems else ()),
    )


def unwatched(
    conditions: Iterable[Condition], kind: ConditionKind, watched: Collection[str]
) -> tuple[Observation, ...]:
    """That nothing is wrong any more with what is not looked at any more, such as a source taken out of the configuration."""
    return tuple(
        Observation(kind=kind, subject=c.subject, holds=False)
        for c in conditions
        if c.kind is kind and c.ended_at is None and c.subject not in watched
    )
