"""What became of each check of a source is kept, counted and forgotten, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt

from monitor.records import PollOutcome, PollRecord
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
