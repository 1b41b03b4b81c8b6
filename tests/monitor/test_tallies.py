"""Figures over what is stored: each thing counted once in the state it has, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from monitor.records import Hop, Lag, Settlement, Status, StoredDelivery, StoredReceipt
from monitor.storage import Store, UnitOfWork, wanted_revision
from tests.conftest import START
from tests.monitor.samples import new_article

SECOND, MINUTE, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


def settle(unit: UnitOfWork, number: int, status: Status, at: dt.datetime) -> None:
    unit.articles.settle(
        Settlement(
            article_id=number, status=status, reason="", relevance="none", topics=(), stage="", update="", story_id="",
            event_id="", thread_id="", trail={}, matches=(), facts={},
        ),
        at,
    )  # fmt: skip


def store_one(unit: UnitOfWork, number: int, at: dt.datetime = START, **changes: Any) -> int:
    stored = unit.articles.add(new_article(number, **changes), at)
    assert stored is not None
    return stored


def delivery(key: str, **changes: Any) -> StoredDelivery:
    values: dict[str, Any] = {
        "alert_key": key, "receiver": "desk", "channel": "wecom", "state": "waiting", "due_at": START,
        "created_at": START, "form": "single",
    }  # fmt: skip
    return StoredDelivery(**{**values, **changes})


def put(unit: UnitOfWork, key: str, at: dt.datetime = START) -> None:
    assert unit.outbox.put(alert_key=key, thread=key, article_id=None, payload={}, now=at)


def test_every_article_is_counted_once(store: Store) -> None:
    """Also after its verdict was changed: the counts always add up to what is stored."""
    with store.transaction() as unit:
        numbers = [store_one(unit, n, START + n * SECOND, source_name="ab"[n % 2]) for n in range(6)]
        for number, status in zip(numbers[:4], [*Status][1:], strict=True):
            settle(unit, number, status, START)
        settle(unit, numbers[0], Status.RELEVANT, START + MINUTE)
    with store.reading() as unit:
        assert unit.tallies.articles_by_status() == {
            Status.NEW: 2, Status.DUPLICATE: 0, Status.IRRELEVANT: 1, Status.RELEVANT: 2, Status.QUARANTINED: 1,
        }  # fmt: skip
        assert unit.tallies.articles_by_source() == {"a": 3, "b": 3}
        assert unit.tallies.oldest_pending() == START + 4 * SECOND
        assert unit.tallies.schema() == wanted_revision()
        assert unit.tallies.database_bytes() > 100_000


def test_nothing_is_nothing(store: Store) -> None:
    """A database in which nothing ever happened: zeros and no times."""
    with store.reading() as unit:
        tallies = unit.tallies
        assert set(tallies.articles_by_status().values()) == {0}
        assert (tallies.oldest_pending(), tallies.not_admitted(), tallies.waiting(START)) == (
            None,
            (0, None),
            (0, 0, None),
        )
        assert (tallies.overdue(["a"], START), tallies.next_check(["a"])) == ((0, None), None)
        assert (tallies.deliveries(), tallies.attempts(), tallies.lags(START)) == ({}, {}, {})
        assert tallies.last_heartbeat([START.date()]) is None


def test_overdue_checks_are_those_of_named_sources(store: Store) -> None:
    with store.transaction() as unit:
        unit.sources.register(["late", "off"], START)
        unit.sources.register(["soon"], START + 60 * MINUTE)
    with store.reading() as unit:
        assert unit.tallies.overdue(["late", "soon"], START + MINUTE) == (1, START)
        assert unit.tallies.overdue(["late", "soon"], START) == (0, None)
        assert unit.tallies.next_check(["soon"]) == START + 60 * MINUTE


def test_deliveries_and_attempts_are_counted_where_they_stand(store: Store) -> None:
    with store.transaction() as unit:
        for n in range(4):
            put(unit, f"k{n}", START + n * SECOND)
        unit.outbox.admit(["k0", "k1", "k2"], START)
        unit.deliveries.add([
            delivery("k0", state="accepted", closed_at=START + MINUTE),
            delivery("k1", due_at=START - MINUTE),
            delivery("k2", due_at=START + MINUTE),
            delivery("k2", channel="email", state="given up"),
        ])  # fmt: skip
        for key in ("k0", "k1"):
            unit.deliveries.begin(key, ("desk", "wecom"), START)
        unit.deliveries.record(StoredReceipt(
            message_key="k0", receiver="desk", channel="wecom", attempt=1, outcome="accepted", reason="",
            attempted_at=START, retry_at=None,
        ))  # fmt: skip
    with store.reading() as unit:
        assert unit.tallies.deliveries() == {
            ("desk", "wecom", "accepted"): 1, ("desk", "wecom", "waiting"): 2, ("desk", "email", "given up"): 1,
        }  # fmt: skip
        assert unit.tallies.attempts() == {("desk", "wecom", "accepted"): 1, ("desk", "wecom", "begun"): 1}
        assert unit.tallies.waiting(START) == (1, 1, START - MINUTE)
        assert unit.tallies.not_admitted() == (1, START + 3 * SECOND)


def test_the_last_sign_of_life(store: Store) -> None:
    with store.transaction() as unit:
        for n in (1, 2):
            day = START - n * DAY
            put(unit, f"heartbeat:{day.date()}", day)
    with store.reading() as unit:
        assert unit.tallies.last_heartbeat([START.date() - n * DAY for n in range(3)]) == START - DAY
        assert unit.tallies.last_heartbeat([START.date()]) is None


def test_lags_are_measured_over_what_came_by_itself(store: Store) -> None:
    """Baselines, backfills, bare dates, yesterday's news and digests say nothing of how fast the program is."""
    with store.transaction() as unit:
        for n in range(1, 101):
            number = store_one(unit, n, START, published=START - n * SECOND)
            settle(unit, number, Status.IRRELEVANT, START + dt.timedelta(milliseconds=1500))
        for n, changes in enumerate(
            (
                {"silent": True},
                {"published_precision": "day"},
                {"published": None},
                {"published": START - 9 * DAY},
            ),
            start=1000,
        ):
            store_one(unit, n, START, **{"published": START - DAY, **changes})
        store_one(unit, 2000, START - 2 * DAY)
        put(unit, "quick")
        put(unit, "digest")
        unit.outbox.admit(["quick", "digest"], START)
        sent = delivery("quick", state="accepted", closed_at=START + 250 * dt.timedelta(milliseconds=1))
        unit.deliveries.add([sent, replace(sent, alert_key="digest", form="digest", closed_at=START + DAY)])
    with store.reading() as unit:
        lags = unit.tallies.lags(START - DAY)
    assert rounded(lags[Hop.STORED]) == Lag(count=100, median=50, p90=90, p99=99, longest=100)
    assert rounded(lags[Hop.SETTLED]) == Lag(count=100, median=1.5, p90=1.5, p99=1.5, longest=1.5)
    assert rounded(lags[Hop.ACCEPTED]) == Lag(count=1, median=0.25, p90=0.25, p99=0.25, longest=0.25)


@pytest.mark.parametrize("ahead", [1, 3600])
def test_a_date_in_the_future_is_no_negative_lag(sqlite_store: Store, ahead: int) -> None:
    with sqlite_store.transaction() as unit:
        store_one(unit, 1, START, published=START + ahead * SECOND)
    with sqlite_store.reading() as unit:
        assert unit.tallies.lags(START)[Hop.STORED].longest == 0


def rounded(lag: Lag) -> Lag:
    """SQLite keeps times to the microsecond and counts in days: to the millisecond is what matters."""
    return Lag(
        count=lag.count, median=round(lag.median, 2), p90=round(lag.p90, 2), p99=round(lag.p99, 2),
        longest=round(lag.longest, 2),
    )  # fmt: skip
