"""Which threads' deadlines are to be told again, and which to whom above, because nobody took them.

A reminder belongs to one deadline: its key holds the moment, so that a moved deadline makes new ones and the old ones never
fire. Of several that are due, as after an outage, only the nearest is told; one is left out where the deadline itself was
told later than the reminder's moment. Nothing is reminded of that ended, passed, or was never told. An escalation leaves
those who were told some time to answer. What was told already is known by its key in the outbox. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.acknowledgement import Acknowledgement, Answers, answers, by_thread
from monitor.following import ThreadState
from monitor.phrases import CHINA

REMIND_DAYS = (7, 3, 1)
"""Days before a deadline."""

_MORNING = dt.time(9, 0)
"""A reminder for a day comes by nine in the morning in China: one at midnight before the last day would be read on it."""

_TIME_TO_ANSWER = dt.timedelta(hours=1)
"""Nobody can have taken what he was told of a minute ago."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """A deadline to be told again. `days` before it; `since` is the moment from which it is due.

    `not_for` are receivers that answered that it is not for them.
    """

    key: str
    thread_id: str
    deadline: dt.datetime
    days: int
    since: dt.datetime
    not_for: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """A deadline that nobody took. `since` is the moment from which it is due."""

    key: str
    thread_id: str
    deadline: dt.datetime
    since: dt.datetime


def due_reminders(
    states: Iterable[ThreadState],
    acknowledgements: Iterable[Acknowledgement],
    now: dt.datetime,
    days: Sequence[int] = REMIND_DAYS,
) -> tuple[Reminder, ...]:
    """The reminders that are due at `now`, at most one a thread, the nearest deadline first."""
    given = by_thread(acknowledgements)
    found = [
        reminder for state in states if (reminder := _reminder(state, _answers(state, given), now, days)) is not None
    ]
    return tuple(sorted(found, key=lambda r: (r.deadline, r.thread_id)))


def due_escalations(
    states: Iterable[ThreadState],
    acknowledgements: Iterable[Acknowledgement],
    now: dt.datetime,
    before: dt.timedelta,
) -> tuple[Escalation, ...]:
    """The tenders that nobody took at `before` their deadline, the nearest first. News of products waits for nobody."""
    given = by_thread(acknowledgements)
    found: list[Escalation] = []
    for state in states:
        deadline = _open(state, now)
        if deadline is None or state.first_told_at is None or not state.stage or _answers(state, given).settled:
            continue
        since = max(deadline - before, state.first_told_at + _TIME_TO_ANSWER)
        if since <= now:
            key = f"escalation:{state.thread_id}:{deadline.isoformat()}"
            found.append(Escalation(key=key, thread_id=state.thread_id, deadline=deadline, since=since))
    return tuple(sorted(found, key=lambda e: (e.deadline, e.thread_id)))


def remind_at(deadline: dt.datetime, days: int) -> dt.datetime:
    """When to remind of a deadline so many days before it: as long before, and not after nine in China on that day."""
    exact = deadline - dt.timedelta(days=days)
    morning = dt.datetime.combine(exact.astimezone(CHINA).date(), _MORNING, CHINA)
    return min(exact, morning.astimezone(dt.UTC))


def _reminder(state: ThreadState, said: Answers, now: dt.datetime, days: Sequence[int]) -> Reminder | None:
    deadline = _open(state, now)
    if deadline is None or state.first_told_at is None or said.waved_off:
        return None
    passed = [n for n in days if remind_at(deadline, n) <= now]
    if not passed:
        return None
    nearest = min(passed)
    since = remind_at(deadline, nearest)
    if state.deadline_told_at is not None and state.deadline_told_at >= since:
        return None
    return Reminder(
        key=f"deadline:{state.thread_id}:{deadline.isoformat()}:T-{nearest}",
        thread_id=state.thread_id,
        deadline=deadline,
        days=nearest,
        since=since,
        not_for=said.not_for,
    )


def _open(state: ThreadState, now: dt.datetime) -> dt.datetime | None:
    """The deadline that a thread still waits for."""
    return state.deadline if not state.ended and state.deadline is not None and now < state.deadline else None


def _answers(state: ThreadState, given: dict[str, list[Acknowledgement]]) -> Answers:
    return answers(given.get(state.thread_id, ()), since=state.first_told_at)
