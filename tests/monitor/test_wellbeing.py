"""Is it working? What people who wait for alerts would call so; each reason says what to do; the gravest comes first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import SourceConfig
from monitor.inventory import Standing
from monitor.operations import Condition, ConditionKind
from monitor.pacing import Why
from monitor.records import PollOutcome, SourceRecord, Status
from monitor.staleness import Reach, State, Verdict
from monitor.vitals import Room, Vitals
from monitor.wellbeing import FULL, LONG, SOON, WORST, Day, Level, Running, Wellbeing, judge, kind_of
from tests.conftest import START

MINUTE = dt.timedelta(minutes=1)
RUNS = Running(runs=True, pid=1, since=START, asked=True)
ROOM = Room(free=50_000_000_000, total=100_000_000_000, database=1, raw=1)
VITALS = Vitals(
    at=START, schema="0001", sources=1, polls=(), last_poll=None, overdue=0, overdue_since=None, next_check_at=START,
    articles=dict.fromkeys(Status, 0), stored={}, pending_since=None, not_admitted=0, not_admitted_since=None,
    deliveries={}, held=0, due=0, due_since=None, attempts={}, lags={}, conditions=(), heartbeat_at=None, room=ROOM,
)  # fmt: skip
DAY = Day(stored=0, matches=0, delivered=0, dead=0, polls={})


def source(
    name: str = "a", *, reach: Reach = Reach.ANSWERS, state: State = State.LIVELY, failures: int = 0, why: str = "",
    enabled: bool = True, silent_from: dt.datetime | None = None,
) -> Standing:  # fmt: skip
    """How a source stands that was asked."""
    record = SourceRecord(
        name=name, state={}, next_check_at=START, last_checked_at=START, last_success_at=START, last_new_at=None,
        baseline_at=START, failures=failures, last_problem="", pacing={"why": why} if why else {},
    )  # fmt: skip
    verdict = Verdict(
        state=state, reach=reach, last_item_at=None, judged_at=START, expected_by=None, silent_from=silent_from,
        failing_since=None, failures=failures,
    )  # fmt: skip
    config = SourceConfig(
        name=name, kind="feed", url="http://a.example/feed", enabled=enabled, why_off="" if enabled else "x"
    )
    return Standing(source=config, record=record, verdict=verdict)


def look(
    running: Running = RUNS, *standings: Standing, day: Day = DAY, expects_daemon: bool = True, **vitals: Any
) -> Wellbeing:
    return judge(running, replace(VITALS, **vitals), standings or (source(),), day, expects_daemon=expects_daemon)


def condition(kind: ConditionKind) -> Condition:
    return Condition(kind=kind, subject="x", started_at=START, last_seen_at=START, announced_at=START)


def test_all_is_well() -> None:
    found = look()
    assert (found.level, found.findings, found.worst) == (Level.WORKING, (), ())
    assert found.sources["ok"] == 1


@pytest.mark.parametrize(
    ("changes", "level", "word"),
    [
        ({"overdue": 1, "overdue_since": START - SOON}, Level.WORKING, ""),
        ({"overdue": 1, "overdue_since": START - SOON - MINUTE}, Level.ATTENTION, "1 source overdue"),
        ({"overdue": 9, "overdue_since": START - LONG - MINUTE}, Level.NOT_WORKING, "9 sources overdue"),
        ({"pending_since": START - SOON}, Level.WORKING, ""),
        ({"pending_since": START - SOON - MINUTE}, Level.ATTENTION, "not understood"),
        ({"pending_since": START - LONG - MINUTE}, Level.NOT_WORKING, "not understood"),
        ({"due": 2, "due_since": START - SOON}, Level.WORKING, ""),
        ({"due": 2, "due_since": START - SOON - MINUTE}, Level.NOT_WORKING, "2 alerts not sent"),
        ({"not_admitted": 1, "not_admitted_since": START - SOON - MINUTE}, Level.NOT_WORKING, "not routed"),
        ({"room": replace(ROOM, free=FULL - 1)}, Level.NOT_WORKING, "full"),
        ({"room": replace(ROOM, free=FULL)}, Level.ATTENTION, "nearly full"),
        ({"articles": {Status.QUARANTINED: 1}}, Level.ATTENTION, "1 article could not be processed"),
        ({"conditions": (condition(ConditionKind.CHANNEL_DEAD),)}, Level.NOT_WORKING, "channel dead"),
        ({"conditions": (condition(ConditionKind.DATABASE_LOCKED),)}, Level.NOT_WORKING, "database locked"),
        ({"conditions": (condition(ConditionKind.CONFIGURATION_REFUSED),)}, Level.ATTENTION, "configuration refused"),
        ({"conditions": (condition(ConditionKind.SOURCE_BROKEN),)}, Level.WORKING, ""),
        ({"held": 500}, Level.WORKING, ""),
    ],
)
def test_what_was_measured(changes: dict[str, Any], level: Level, word: str) -> None:
    """A little late is nothing, late is worth a look, very late is not working; what is held on purpose is well."""
    found = look(**changes)
    assert found.level is level
    assert word in "".join(f.english for f in found.findings)
    assert len(found.findings) == bool(word)


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (replace(DAY, dead=1), "1 alert did not arrive"),
        (replace(DAY, polls={PollOutcome.MISSED: 3}), "3 checks missed"),
    ],
)
def test_what_happened_in_a_day(day: Day, word: str) -> None:
    found = look(day=day)
    assert (found.level, len(found.findings)) == (Level.ATTENTION, 1)
    assert word in found.findings[0].english


def test_without_a_daemon_nothing_works_and_what_follows_from_it_is_not_told() -> None:
    late = {"overdue": 9, "overdue_since": START - LONG - MINUTE, "pending_since": START - LONG - MINUTE}
    found = look(Running(runs=False), **late)
    assert found.level is Level.NOT_WORKING
    assert [f.english for f in found.findings] == ["the daemon is not running"]


def test_where_cron_runs_it_no_daemon_is_needed_and_only_what_was_done_counts() -> None:
    assert look(Running(runs=False), expects_daemon=False).level is Level.WORKING
    late = look(Running(runs=False), expects_daemon=False, overdue=1, overdue_since=START - LONG - MINUTE)
    assert late.level is Level.NOT_WORKING


def test_what_the_daemon_says_of_itself_counts() -> None:
    found = look(replace(RUNS, problems=("worker: hangs",)))
    assert found.level is Level.NOT_WORKING
    assert found.findings[0].english == "the daemon says: worker: hangs"


def test_one_source_of_many_is_worth_attention_and_all_of_them_are_not_working() -> None:
    bad, good = source("bad", reach=Reach.FAILS, failures=5), source("good")
    assert look(RUNS, bad, good).level is Level.ATTENTION
    assert look(RUNS, bad).level is Level.NOT_WORKING
    assert look(RUNS, bad, source("off", enabled=False)).level is Level.NOT_WORKING
    assert look(RUNS, source("off", enabled=False)).findings[0].english == "no source is enabled"


def test_where_all_stumble_at_once_it_is_the_network() -> None:
    stumbling = [source(f"s{n}", reach=Reach.STUMBLES, failures=1) for n in range(3)]
    found = look(RUNS, *stumbling)
    assert (found.level, found.findings[0].english) == (
        Level.ATTENTION,
        "none of the 3 sources asked so far could be read",
    )
    assert look(RUNS, *stumbling, source("good")).level is Level.WORKING
    assert look(RUNS, *stumbling[:2]).level is Level.WORKING


def test_a_source_that_stumbles_is_quiet_or_rests_is_no_reason() -> None:
    few = (source("s", reach=Reach.STUMBLES, failures=1), source("q", state=State.QUIET),
           source("r", reach=Reach.FAILS, failures=9, why=Why.BLOCKED), source("ok"))  # fmt: skip
    found = look(RUNS, *few)
    assert found.level is Level.WORKING
    assert {kind: n for kind, n in found.sources.items() if n} == {"ok": 1, "quiet": 1, "stumbling": 1, "resting": 1}
    assert [one.source.name for one in found.worst] == ["r"], "it is shown all the same"


def test_the_worst_sources_are_named_first() -> None:
    failing = [source(f"f{n}", reach=Reach.FAILS, failures=n) for n in (3, 9, 5)]
    silent = [source(f"s{n}", state=State.SILENT, silent_from=START - n * MINUTE) for n in (1, 7, 3)]
    found = look(RUNS, *failing, *silent, source())
    assert [one.source.name for one in found.worst] == ["f9", "f5", "f3", "s7", "s3"]
    assert len(found.worst) == WORST
    assert found.level is Level.ATTENTION


@given(
    runs=st.booleans(),
    overdue=st.integers(0, 200),
    pending=st.integers(0, 200),
    due=st.integers(0, 200),
    free=st.integers(0, 10**11),
    dead=st.integers(0, 3),
    kinds=st.lists(st.sampled_from(ConditionKind), max_size=3),
)
def test_the_verdict_is_the_gravest_reason(
    runs: bool, overdue: int, pending: int, due: int, free: int, dead: int, kinds: list[ConditionKind]
) -> None:
    """Whatever is measured: reasons come gravest first, the verdict is the first of them, and each says what to do."""
    found = look(
        replace(RUNS, runs=runs), day=replace(DAY, dead=dead), overdue=1, overdue_since=START - overdue * MINUTE,
        pending_since=START - pending * MINUTE, due=1, due_since=START - due * MINUTE, room=replace(ROOM, free=free),
        conditions=tuple(condition(kind) for kind in kinds),
    )  # fmt: skip
    grades = [[*Level].index(f.level) for f in found.findings]
    assert grades == sorted(grades, reverse=True)
    assert found.level == (found.findings[0].level if found.findings else Level.WORKING)
    assert all(f.remedy and f.english and any("\u4e00" <= c <= "\u9fff" for c in f.chinese) for f in found.findings)


def test_every_source_is_counted_once() -> None:
    all_kinds = [source(str(n), reach=reach, state=state, failures=1, why=why)
                 for n, (reach, state, why) in enumerate((r, s, w) for r in Reach for s in State for w in ("", Why.BLOCKED))]  # fmt: skip
    assert sum(look(RUNS, *all_kinds).sources.values()) == len(all_kinds)
    assert {kind_of(one) for one in all_kinds} <= set(look().sources)
