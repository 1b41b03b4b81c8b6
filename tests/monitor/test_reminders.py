"""Deadline reminders and escalation: the right one, once, for the deadline in force, to those who want it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.acknowledgement import Acknowledgement, Verdict
from monitor.following import ThreadState
from monitor.reminders import REMIND_DAYS, due_escalations, due_reminders, remind_at
from tests.conftest import START

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
DEADLINE = dt.datetime(2026, 6, 22, 1, 30, tzinfo=dt.UTC)  # 09:30 in China


def thread(**changes: object) -> ThreadState:
    """A tender that was told on the first of June and closes on the 22nd."""
    state = ThreadState(
        thread_id="project:p1", title="某项目", article_id=1, at=START, stage="notice", events=("e-1",),
        deadline=DEADLINE, deadline_told_at=START, first_told_at=START, alert_key="event:e-1",
    )  # fmt: skip
    return replace(state, **changes)  # type: ignore[arg-type]


def said(verdict: Verdict, *, receiver: str = "", at: dt.datetime = START + HOUR, by: str = "王") -> Acknowledgement:
    return Acknowledgement(
        thread_id="project:p1", alert_key="event:e-1", verdict=verdict, by=by, at=at, receiver=receiver
    )


def days_due(now: dt.datetime, state: ThreadState | None = None, *answers: Acknowledgement) -> list[int]:
    return [r.days for r in due_reminders([state or thread()], answers, now)]


@pytest.mark.parametrize(
    ("before", "due"),
    [
        (8 * DAY, []),
        (7 * DAY, [7]),
        (4 * DAY, [7]),
        (3 * DAY, [3]),
        (2 * DAY, [3]),
        (DAY, [1]),
        (HOUR, [1]),
        (0 * DAY, []),
    ],
)
def test_only_the_nearest_reminder_is_due(before: dt.timedelta, due: list[int]) -> None:
    """After an outage of days there is one, not three; at the deadline there is none."""
    assert days_due(DEADLINE - before) == due


@pytest.mark.parametrize(
    ("deadline", "days", "at"),
    [
        ("2026-06-22T09:30+08:00", 1, "2026-06-21T09:00+08:00"),
        ("2026-06-22T08:00+08:00", 1, "2026-06-21T08:00+08:00"),
        ("2026-06-22T23:59+08:00", 3, "2026-06-19T09:00+08:00"),
        ("2026-06-22T00:30+08:00", 1, "2026-06-21T00:30+08:00"),
    ],
)
def test_a_reminder_comes_by_nine_in_the_morning(deadline: str, days: int, at: str) -> None:
    """A bare date's last day is announced in the morning of the day before, not at its midnight."""
    assert remind_at(dt.datetime.fromisoformat(deadline), days) == dt.datetime.fromisoformat(at)


def test_a_reminder_is_left_out_where_the_deadline_was_told_after_its_moment() -> None:
    """Who was told two days before the end knows; the last day is announced all the same."""
    late = DEADLINE - 2 * DAY
    state = thread(first_told_at=late, deadline_told_at=late)
    assert days_due(late + HOUR, state) == []
    assert days_due(DEADLINE - HOUR, state) == [1]


def test_a_deadline_that_nobody_was_told_of_is_reminded_of_at_once() -> None:
    """A second report brought it, without a word: see `following`."""
    late = DEADLINE - 2 * DAY
    assert days_due(late + HOUR, thread(first_told_at=late, deadline_told_at=None)) == [3]


@pytest.mark.parametrize("state", [thread(ended=True), thread(deadline=None), thread(first_told_at=None)])
def test_nothing_is_reminded_of_that_ended_or_was_never_told(state: ThreadState) -> None:
    now = DEADLINE - HOUR
    assert due_reminders([state], (), now) == ()
    assert due_escalations([state], (), now, DAY) == ()


def test_a_key_names_thread_deadline_and_day() -> None:
    (reminder,) = due_reminders([thread()], (), DEADLINE - 3 * DAY)
    assert reminder.key == "deadline:project:p1:2026-06-22T01:30:00+00:00:T-3"
    (escalation,) = due_escalations([thread()], (), DEADLINE - HOUR, DAY)
    assert escalation.key == "escalation:project:p1:2026-06-22T01:30:00+00:00"


def test_not_for_us_stops_reminders_of_one_or_of_all() -> None:
    now = DEADLINE - HOUR
    (reminder,) = due_reminders([thread()], [said(Verdict.NOT_FOR_US, receiver="east")], now)
    assert reminder.not_for == {"east"}
    assert days_due(now, None, said(Verdict.NOT_FOR_US)) == []
    assert days_due(now, None, said(Verdict.TAKEN)) == [1]  # who took it wants to know


def test_taken_stops_the_escalation() -> None:
    now = DEADLINE - HOUR
    due = [
        len(due_escalations([thread()], answers, now, DAY))
        for answers in (
            (),
            (said(Verdict.TAKEN),),
            (said(Verdict.NOT_FOR_US),),
            (said(Verdict.NOT_FOR_US, receiver="east"),),  # another desk may still take it
        )
    ]
    assert due == [1, 0, 0, 1]
    assert due_escalations([thread()], (), DEADLINE - DAY - HOUR, DAY) == ()
    assert due_escalations([thread(stage="", update="enrolment")], (), now, DAY) == ()


def test_answers_to_an_earlier_round_do_not_count() -> None:
    now = DEADLINE - HOUR
    before = said(Verdict.TAKEN, at=START - DAY)
    assert len(due_escalations([thread()], [before], now, DAY)) == 1


def test_nobody_is_blamed_for_what_he_was_told_a_minute_ago() -> None:
    told = DEADLINE - 5 * HOUR
    state = thread(first_told_at=told, deadline_told_at=told)
    assert due_escalations([state], (), told + HOUR / 60, DAY) == ()
    assert len(due_escalations([state], (), told + HOUR, DAY)) == 1


steps = st.lists(st.tuples(st.integers(1, 60), st.integers(-10 * 24, 30 * 24)), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(steps, st.permutations(REMIND_DAYS), st.booleans())
def test_moving_deadlines_never_repeat_and_never_fire_late(
    moves: list[tuple[int, int]], days: tuple[int, ...], told: bool
) -> None:
    """Whatever moves when, looked at every hour: of one deadline each reminder once, in order, none too early, none after
    it passed, none for a deadline that is no longer in force, and the last day never missed."""
    state, now = thread(deadline=START + 9 * DAY), START
    sent: dict[str, tuple[dt.datetime, int]] = {}
    for hours, shift in [*moves, (24, 0)]:
        for _ in range(hours):
            now += HOUR
            for reminder in due_reminders([state], (), now, days):
                assert reminder.deadline == state.deadline
                assert remind_at(reminder.deadline, reminder.days) <= now < reminder.deadline
                if reminder.key not in sent:  # as the outbox does
                    earlier = [n for d, n in sent.values() if d == reminder.deadline]
                    assert all(reminder.days < n for n in earlier)
                    sent[reminder.key] = (reminder.deadline, reminder.days)
            deadline = state.deadline
            assert deadline is not None
            told_at = state.deadline_told_at
            if remind_at(deadline, 1) <= now < deadline and (told_at is None or told_at < remind_at(deadline, 1)):
                assert (deadline, 1) in sent.values()
        assert state.deadline is not None
        state = replace(state, deadline=state.deadline + shift * HOUR, deadline_told_at=now if told else None)
    assert len(set(sent.values())) == len(sent)
