"""What is kept of threads, answers and troubles comes back as it was, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given as ranging
from hypothesis import strategies as st

from monitor.acknowledgement import Acknowledgement, Verdict
from monitor.following import ThreadState
from monitor.operations import Condition, ConditionKind
from monitor.statements import Citation, Statement
from monitor.storage import Store
from monitor.storage.following import statement_from, statement_json
from tests.conftest import START
from tests.monitor.followed import tell
from tests.monitor.samples import new_article
from tests.monitor.shelf import given

HOUR = dt.timedelta(hours=1)


def state(number: int, thread: str = "project:p1") -> ThreadState:
    """A tender with facts of every shape, as told of a stored article."""
    facts = {
        "deadline": ("2026-06-22T09:30:00+08:00", "6月22日", "截止时间：6月22日"),
        "amount": (1.53e8, "1.53亿元", "预算1.53亿元"),
        "period": ([2026, 2028], "三年", "为期三年"),
        "winner": (["甲公司", "乙公司"], "甲公司", "由甲公司、乙公司承办"),
    }
    lots = {n: {"amount": (million * 1e6, f"{million}00万元", f"第{n}包")} for n, million in (("1", 80), ("2", 73))}
    article = given(number, "2026-06-01", "招标公告", facts, stage="notice", thread=thread, lots=lots)
    return tell([article]).state


def stored_article(store: Store, number: int = 1) -> int:
    with store.transaction() as unit:
        ident = unit.articles.add(new_article(number), START)
    assert ident is not None
    return ident


def test_a_thread_comes_back_and_is_rewritten(store: Store) -> None:
    number = stored_article(store)
    first = state(number)
    assert len(first.facts) == 6
    with store.transaction() as unit:
        assert unit.thread_states.get("project:p1") is None
        unit.thread_states.put(first)
    second = replace(first, stage="result", ended=True, past_events=("e-0",), retold=3, deadline_told_at=None)
    with store.transaction() as unit:
        assert unit.thread_states.hold("project:p1") == unit.thread_states.get("project:p1") == first
        assert unit.thread_states.hold("project:p2") is None
        unit.thread_states.put(second)
    with store.reading() as unit:
        assert unit.thread_states.get("project:p1") == second


def test_only_threads_that_wait_for_a_deadline_are_open(store: Store) -> None:
    number = stored_article(store)
    waits = state(number)
    assert waits.deadline is not None
    others = [
        replace(waits, thread_id="nearer", deadline=waits.deadline - HOUR),
        replace(waits, thread_id="ended", ended=True),
        replace(waits, thread_id="untold", first_told_at=None),
        replace(waits, thread_id="undated", deadline=None),
        replace(waits, thread_id="passed", deadline=START - HOUR),
    ]
    with store.transaction() as unit:
        for one in (waits, *others):
            unit.thread_states.put(one)
    with store.reading() as unit:
        assert [s.thread_id for s in unit.thread_states.open(START)] == ["nearer", "project:p1"]
        assert unit.thread_states.open(waits.deadline) == ()


def test_answers_are_added_and_a_one_time_link_counts_once(store: Store) -> None:
    taken = Acknowledgement(thread_id="a", alert_key="event:1", verdict=Verdict.TAKEN, by="王", at=START, token="once")
    refused = replace(taken, verdict=Verdict.NOT_FOR_US, receiver="east", token=None, at=START + HOUR)
    other = replace(refused, thread_id="b")
    with store.transaction() as unit:
        kept = [unit.acknowledgements.add(a) for a in (taken, refused, refused, other)]
    with store.transaction() as unit:
        again = unit.acknowledgements.add(replace(taken, by="另一人"))
    assert kept == [True, True, True, True]
    assert not again
    with store.reading() as unit:
        assert unit.acknowledgements.of_threads(["a"]) == (taken, refused, refused)
        assert unit.acknowledgements.of_threads(["a", "b"])[-1] == other
        assert unit.acknowledgements.of_threads([]) == ()


def test_troubles_are_kept_from_start_to_end_and_blips_are_not(store: Store) -> None:
    seen = Condition(
        kind=ConditionKind.SOURCE_BROKEN, subject="ccgp", started_at=START, last_seen_at=START,
        facts=(("failures", "5"), ("problem", "HTTP 503")),
    )  # fmt: skip
    known = replace(seen, count=2, announced_at=START + HOUR, last_seen_at=START + HOUR)
    blip = replace(seen, subject="blip")
    with store.transaction() as unit:
        unit.conditions.save([seen, blip])
        unit.conditions.save([known, replace(blip, ended_at=START + HOUR)])
        unit.conditions.save([replace(blip, subject="over at once", ended_at=START)])
    with store.transaction() as unit:
        assert unit.conditions.open() == (known,)
        unit.conditions.save([replace(known, ended_at=START + 2 * HOUR)])
    with store.transaction() as unit:
        assert unit.conditions.open() == ()
        back = replace(seen, started_at=START + 3 * HOUR, last_seen_at=START + 3 * HOUR)
        unit.conditions.save([back])  # the same trouble again is another one
        assert [c.started_at for c in unit.conditions.recent()] == [START + 3 * HOUR, START]
        assert unit.conditions.open() == (back,)


scalars = st.text(max_size=8) | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)


@ranging(scalars | st.lists(scalars, max_size=3).map(tuple), st.text(max_size=12), st.text(max_size=3))
def test_a_statement_survives_as_json(value: object, printed: str, lot: str) -> None:
    cited = Citation(article_id=1, url="https://x.example/1", title=printed, source="某报", at=START)
    statement = Statement(key="amount", value=value, raw=printed, sentence=printed, basis="year", lot=lot, cited=cited)
    assert statement_from(statement_json(statement)) == statement
