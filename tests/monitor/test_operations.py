"""The program's own troubles: told at their start and at their end, once each, however they flap; and the sign of life."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.operations import (
    Condition,
    ConditionKind,
    Figures,
    Notice,
    Observation,
    Phase,
    broken_source,
    dead_channel,
    full_disk,
    growing_backlog,
    heartbeat,
    locked_database,
    observe,
    silent_source,
    unwatched,
)
from monitor.records import SourceRecord
from tests.conftest import START

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
SOURCE = SourceRecord(
    name="ccgp", state={}, next_check_at=START, last_checked_at=START, last_success_at=START, last_new_at=None,
    baseline_at=START, failures=0, last_problem="",
)  # fmt: skip


def look(holds: bool, subject: str = "ccgp", kind: ConditionKind = ConditionKind.SOURCE_BROKEN) -> Observation:
    return Observation(kind=kind, subject=subject, holds=holds, facts=(("failures", "5"),))


def watch(looks: str, *, hold: int = 2, clear: int = 2) -> tuple[list[tuple[int, Notice]], tuple[Condition, ...]]:
    """One look a minute: `x` trouble, `.` none, blank nobody looked. The notices by minute, and what is open after."""
    open_ones: dict[tuple[str, str, dt.datetime], Condition] = {}
    notices = []
    for minute, seen in enumerate(looks):
        observations = [] if seen == " " else [look(seen == "x")]
        found = observe(open_ones.values(), observations, START + minute * MINUTE, hold=hold, clear=clear)
        for c in found.conditions:
            open_ones[c.kind, c.subject, c.started_at] = c
        notices += [(minute, n) for n in found.notices]
    return notices, tuple(c for c in open_ones.values() if c.ended_at is None)


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ("....", []),
        ("x...", []),
        ("x.x.x.x.", []),
        ("xx", [(1, "start")]),
        ("xxxxxxxxxxxx", [(1, "start")]),
        ("xx.x.x.xx.x", [(1, "start")]),
        ("xx..", [(1, "start"), (3, "end")]),
        ("xx  ..", [(1, "start"), (5, "end")]),
        ("x x", [(2, "start")]),
        ("xx..xx..", [(1, "start"), (3, "end"), (5, "start"), (7, "end")]),
        ("xx..x..", [(1, "start"), (3, "end")]),
    ],
)
def test_a_trouble_is_told_at_its_start_and_its_end(looks: str, told: list[tuple[int, str]]) -> None:
    notices, _ = watch(looks)
    assert [(minute, n.phase.value) for minute, n in notices] == told


def test_a_trouble_counts_its_looks_and_knows_how_long_it_lasted() -> None:
    notices, open_ones = watch("xx.xxx..")
    end = notices[-1][1].condition
    assert (end.count, end.started_at, end.last_seen_at) == (5, START, START + 5 * MINUTE)
    assert end.lasted(START + HOUR) == 5 * MINUTE
    assert open_ones == ()
    _, (lasting,) = watch("xxx")
    assert lasting.lasted(START + HOUR) == HOUR


@given(st.text(alphabet="x. ", max_size=60), st.integers(1, 4), st.integers(1, 4))
def test_starts_and_ends_take_turns_and_every_key_is_new(looks: str, hold: int, clear: int) -> None:
    """However a thing flaps: start, end, start …; never the same notice twice; an end only after a start."""
    notices, open_ones = watch(looks, hold=hold, clear=clear)
    phases = [n.phase for _, n in notices]
    assert phases == [Phase.START, Phase.END] * (len(phases) // 2) + [Phase.START] * (len(phases) % 2)
    assert len({n.key for _, n in notices}) == len(notices)
    assert len(open_ones) <= 1
    assert sum(c.is_known for c in open_ones) == len(phases) % 2


def test_troubles_of_two_things_do_not_mix() -> None:
    first = observe((), [look(True, "a"), look(True, "b")], START).conditions
    found = observe(first, [look(True, "a"), look(False, "b")], START + MINUTE)
    assert [(n.condition.subject, n.phase) for n in found.notices] == [("a", Phase.START)]


def test_what_is_not_watched_any_more_is_over() -> None:
    _, (lasting,) = watch("xx")
    kind = ConditionKind.SOURCE_BROKEN
    assert unwatched([lasting], kind, {"ccgp"}) == ()
    (gone,) = unwatched([lasting], kind, {"other"})
    assert (gone.subject, gone.holds) == ("ccgp", False)
    assert unwatched([lasting], ConditionKind.CHANNEL_DEAD, ()) == ()


@pytest.mark.parametrize(
    ("failures", "since", "broken"),
    [(0, 90 * HOUR, False), (4, HOUR, False), (5, HOUR, True), (1, 24 * HOUR, True), (1, 23 * HOUR, False)],
)
def test_a_source_is_broken_after_many_failures_or_long_ones(failures: int, since: dt.timedelta, broken: bool) -> None:
    """Seldom asked and never failing is not broken."""
    source = replace(SOURCE, failures=failures, last_success_at=START - since, last_problem="HTTP 503")
    seen = broken_source(source, START)
    assert seen.holds is broken
    assert dict(seen.facts)["problem"] == "HTTP 503"
    assert not broken_source(replace(SOURCE, last_success_at=None, failures=1), START).holds


@pytest.mark.parametrize(
    ("looks", "holds"),
    [
        ([], None),
        ([900], None),
        ([100], False),
        ([600, 700], None),
        ([600, 700, 800], True),
        ([100, 300, 501], True),
        ([600, 800, 700], None),
        ([900, 800, 500], False),
        ([1, 2, 3], False),
        ([9000, 600, 700, 800], True),
    ],
)
def test_a_backlog_is_trouble_while_it_grows_and_over_once_it_is_small(looks: list[int], holds: bool | None) -> None:
    """Much that shrinks is neither: it says nothing."""
    seen = growing_backlog("articles", looks)
    assert (seen.holds if seen else None) is holds


def test_other_looks() -> None:
    assert silent_source("ccgp", START).holds
    assert not silent_source("ccgp", None).holds
    assert not dead_channel("desk/robot", START - 30 * MINUTE, 0, START).holds
    assert dead_channel("desk/robot", START - 31 * MINUTE, 0, START).holds
    assert dead_channel("desk/robot", None, 1, START).holds
    assert not full_disk("/data", 6_000_000_000, 100_000_000_000).holds
    assert full_disk("/data", 4_000_000_000, 100_000_000_000).holds
    assert full_disk("/data", 900_000_000, 10_000_000_000).holds
    assert full_disk("/data", 900_000_000, 10_000_000_000).facts == (("free", "0.9 GB (9%)"),)
    assert locked_database("sqlite:///x", 2).holds
    assert not locked_database("sqlite:///x", 0).holds


def test_the_sign_of_life_comes_once_a_day_at_its_time() -> None:
    """START is ten in the morning in China; the key is the local day's."""
    figures = Figures(sources=42, pages=1204, matches=0, alerts=0)
    assert heartbeat(figures, (), START, at=dt.time(10, 1)) is None
    beat = heartbeat(figures, (), START, at=dt.time(10, 0))
    assert beat is not None
    assert beat.key == "heartbeat:2026-06-01"
    later = heartbeat(figures, (), START + 13 * HOUR, at=dt.time(10, 0))
    assert later is not None
    assert later.key == beat.key
    assert heartbeat(figures, (), START + 15 * HOUR, at=dt.time(10, 0)) is None  # tomorrow, too early


def test_the_sign_of_life_lists_what_was_told_and_lasts() -> None:
    _, known = watch("xx")
    _, fresh = watch("x")
    over = replace(known[0], ended_at=START + HOUR)
    beat = heartbeat(Figures(sources=1, pages=1, matches=1, alerts=1), [over, *fresh, *known], START, at=dt.time(0))
    assert beat is not None
    assert beat.troubles == known
