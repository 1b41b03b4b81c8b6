"""Arranges the alerts of one message as a desk note: what is urgent first, then what belongs together.

Alerts of one thread stand together, the latest first, so that an update stands with what it updates. A thread goes into
the section of its latest alert's labels, or into the urgent section before all others. Sections, and threads within
them, come in the order of what presses: the nearest deadline that is still open, then the latest word. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.model import Alert, AlertKind, Severity

GroupPath = tuple[tuple[str, str], ...]
"""(label, value) pairs that name a group, from the widest to the narrowest; () for what has none of the labels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """One alert in its place. `earlier` is whether a later alert of its thread stands above it; `deadline` is the
    alert's, or None where a later one of its thread has told another since."""

    alert: Alert
    earlier: bool
    deadline: dt.datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Alerts under one heading: those that are urgent, or those of one group."""

    urgent: bool
    path: GroupPath
    placed: tuple[Placed, ...]


def arrange(
    alerts: Sequence[Alert], *, group_by: Sequence[str], urgent_within: dt.timedelta | None, now: dt.datetime
) -> tuple[Section, ...]:
    """The sections of the note, each alert in exactly one place. `urgent_within`: a deadline nearer than this is urgent."""
    threads: dict[str, list[Alert]] = {}
    for alert in alerts:
        threads.setdefault(alert.thread or alert.key, []).append(alert)
    ordered = sorted((_latest_first(some) for some in threads.values()), key=lambda some: _pressing(some, now))
    sections: dict[tuple[bool, GroupPath], list[Placed]] = {}
    for thread in ordered:
        urgent = _is_urgent(thread, urgent_within, now)
        section = sections.setdefault((urgent, () if urgent else group_of(thread[0], group_by)), [])
        section += _placed(thread)
    # Stable: among the groups the order is that of their most pressing thread.
    return tuple(
        Section(urgent=urgent, path=path, placed=tuple(placed))
        for (urgent, path), placed in sorted(sections.items(), key=lambda item: not item[0][0])
    )


def group_of(alert: Alert, group_by: Iterable[str]) -> GroupPath:
    """The group of an alert: the first value of each of the labels that it has."""
    return tuple((label, alert.labels[label][0]) for label in group_by if alert.labels.get(label))


def loudest(alerts: Iterable[Alert]) -> Severity:
    """The severity of the most severe of them."""
    return max((alert.severity for alert in alerts), key=list(Severity).index)


def _placed(thread: Sequence[Alert]) -> Iterable[Placed]:
    told = False
    for place, alert in enumerate(thread):
        yield Placed(alert=alert, earlier=place > 0, deadline=None if told else alert.deadline)
        told = told or alert.deadline is not None


def _latest_first(thread: Iterable[Alert]) -> list[Alert]:
    return sorted(thread, key=lambda alert: alert.created_at, reverse=True)


def _deadline(thread: Sequence[Alert]) -> dt.datetime | None:
    """The deadline as last told."""
    return next((alert.deadline for alert in thread if alert.deadline), None)


def _is_urgent(thread: Sequence[Alert], within: dt.timedelta | None, now: dt.datetime) -> bool:
    deadline = _deadline(thread)
    near = deadline is not None and within is not None and dt.timedelta(0) <= deadline - now <= within
    return near or any(a.severity is Severity.URGENT or a.kind is AlertKind.ESCALATION for a in thread)


def _pressing(thread: Sequence[Alert], now: dt.datetime) -> tuple[bool, dt.datetime, float]:
    """Sorts open deadlines from the nearest, then the rest; the latest word first among equals."""
    deadline = _deadline(thread)
    is_open = deadline is not None and deadline >= now
    return not is_open, deadline if is_open and deadline else now, -thread[0].created_at.timestamp()
