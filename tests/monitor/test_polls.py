"""What became of each check of a source is kept, counted and forgotten, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor.records import PollOutcome, PollRecord, PollTally
from monitor.storage import Store

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def poll(source: str, outcome: PollOutcome, at: dt.datetime = NOW) -> PollRecord:
    return PollRecord(
        source=source, outcome=outcome, planned_at=at - MINUTE, started_at=at, ended_at=at + MINUTE,
        found=20, stored=2, failed=1, requests=4, problem="429: too often",
    )  # fmt: skip


def test_a_poll_comes_back_as_it_was_newest_first(store: Store) -> None:
    early, late = poll("a", PollOutcome.NEW), poll("b", PollOutcome.MISSED, NOW + MINUTE)
    with store.transaction() as unit:
        unit.polls.add(late)
        unit.polls.add(early)
    with store.reading() as unit:
        assert unit.polls.latest(9) == (late, early)
        assert unit.polls.latest(1) == (late,)
        assert unit.polls.latest(9, source="a") == (early,)
        assert unit.polls.latest(9, outcome=PollOutcome.MISSED) == (late,)
    assert late.late == MINUTE


def test_polls_are_counted_since_a_time_and_forgotten_before_one(store: Store) -> None:
    with store.transaction() as unit:
        for n in range(4):
            unit.polls.add(poll("a", PollOutcome.NEW if n % 2 else PollOutcome.FAILED, NOW + n * MINUTE))
    with store.reading() as unit:
        assert unit.polls.counts(since=NOW + 2 * MINUTE) == {PollOutcome.NEW: 2, PollOutcome.FAILED: 1}
    with store.transaction() as unit:
        assert unit.polls.forget(before=NOW + 3 * MINUTE) == 2
        assert sum(unit.polls.counts(since=NOW).values()) == 2


def test_each_poll_is_counted_once_for_ever(store: Store) -> None:
    """A counter that fell when old polls are forgotten would look like a restart to whoever reads it."""
    for n in range(3):
        with store.transaction() as unit:
            unit.polls.add(poll("a", PollOutcome.NEW, NOW + n * MINUTE))
            unit.polls.add(poll("b", PollOutcome.MISSED, NOW + n * MINUTE))
    with pytest.raises(KeyError):
        _add_and_fail(store)
    with store.transaction() as unit:
        assert unit.polls.forget(before=NOW + 60 * MINUTE) == 6
    with store.reading() as unit:
        assert unit.polls.tallies() == (
            PollTally(source="a", outcome=PollOutcome.NEW, polls=3, requests=12),
            PollTally(source="b", outcome=PollOutcome.MISSED, polls=3, requests=12),
        )


def _add_and_fail(store: Store) -> None:
    with store.transaction() as unit:
        unit.polls.add(poll("a", PollOutcome.NEW, NOW))
        raise KeyError("killed in between")
