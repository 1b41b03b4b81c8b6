"""/metrics tells what the database knows, in words that Prometheus reads and keeps: true after a restart, never falling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from monitor.operations import Condition, ConditionKind
from monitor.records import PollOutcome, PollRecord, Status, StoredDelivery, StoredReceipt
from monitor.storage import Store
from monitor.web import Site
from monitor.web.metrics import KEEP
from tests.conftest import START
from tests.monitor.samples import new_article
from tests.monitor.test_tallies import put, settle, store_one
from tests.monitor.web.daemons import StubDaemon, client, shown_app

SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


async def scrape(site: Site, **headers: str) -> str:
    async with client(site) as asked:
        answer = await asked.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return answer.text


async def samples(site: Site) -> Samples:
    families = text_string_to_metric_families(await scrape(site))
    return {(s.name, frozenset(s.labels.items())): s.value for f in families for s in f.samples}


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def poll(store: Store, source: str, outcome: PollOutcome, at: dt.datetime) -> None:
    with store.transaction() as unit:
        unit.polls.add(
            PollRecord(source=source, outcome=outcome, planned_at=at, started_at=at, ended_at=at, requests=2)
        )


async def test_it_tells_what_the_database_knows(store: Store, tmp_path: Path) -> None:
    """Each article and delivery once, ages from the oldest, words that are one word."""
    poll(store, "a", PollOutcome.NEW, START - MINUTE)
    poll(store, "a", PollOutcome.NOTHING_NEW, START)
    with store.transaction() as unit:
        unit.sources.register(["a", "b"], START - 20 * MINUTE)
        numbers = [store_one(unit, n, START - n * MINUTE, source_name="a") for n in range(3)]
        settle(unit, numbers[0], Status.RELEVANT, START)
        put(unit, "k")
        unit.outbox.admit(["k"], START)
        unit.deliveries.add([
            StoredDelivery(alert_key="k", receiver="desk", channel="wecom", state="given up", due_at=START,
                           created_at=START, form="single"),
        ])  # fmt: skip
        for attempt in range(2):
            unit.deliveries.begin(f"k{attempt}", ("desk", "wecom"), START)
        unit.deliveries.record(StoredReceipt(
            message_key="k0", receiver="desk", channel="wecom", attempt=1, outcome="retry", reason="",
            attempted_at=START, retry_at=START,
        ))  # fmt: skip
        unit.conditions.save([
            Condition(kind=ConditionKind.CHANNEL_DEAD, subject="desk/wecom", started_at=START, last_seen_at=START,
                      announced_at=START),
        ])  # fmt: skip
    app = shown_app(store, tmp_path, START, wecom=START - MINUTE, email=None)
    site = Site(app)
    site.watch(StubDaemon())
    found = await samples(site)
    assert value(found, "baoxun_polls_total", source="a", outcome="nothing_new") == 1
    assert value(found, "baoxun_poll_requests_total", source="a") == 4
    assert value(found, "baoxun_last_poll_timestamp_seconds") == START.timestamp()
    assert value(found, "baoxun_sources_overdue") == 2
    assert value(found, "baoxun_sources_overdue_seconds") == 1200
    assert value(found, "baoxun_articles_stored_total", source="a") == 3
    statuses = {status: value(found, "baoxun_articles", status=status.value) for status in Status}
    assert statuses == dict.fromkeys(Status, 0) | {Status.NEW: 2, Status.RELEVANT: 1}
    assert value(found, "baoxun_articles_pending_seconds") == 120
    assert value(found, "baoxun_deliveries", receiver="desk", channel="wecom", state="given_up") == 1
    assert value(found, "baoxun_send_attempts_total", receiver="desk", channel="wecom", outcome="retry") == 1
    assert value(found, "baoxun_send_attempts_unanswered") == 1
    assert value(found, "baoxun_channel_resting", receiver="desk", channel="wecom") == 1
    assert value(found, "baoxun_channel_resting", receiver="desk", channel="email") == 0
    assert value(found, "baoxun_conditions", kind="channel_dead") == 1
    assert value(found, "baoxun_conditions", kind="source_broken") == 0
    assert value(found, "baoxun_waiting_seconds") == 120
    assert value(found, "baoxun_disk_free_bytes") > 0
    assert value(found, "baoxun_database_size_bytes") > 100_000
    assert value(found, "baoxun_sources_planned") == 2
    assert value(found, "baoxun_worker_stuck") == 0
    assert value(found, "baoxun_reading_success") == 1
    assert value(found, "process_resident_memory_bytes") > 1e7


async def test_lags_of_the_last_day(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as unit:
        for n in range(1, 11):
            store_one(unit, n, START, published=START - n * SECOND)
    found = await samples(Site(shown_app(sqlite_store, tmp_path, START)))
    for quantile, seconds in (("0.5", 5), ("0.9", 9), ("0.99", 10), ("1", 10)):
        lag = value(found, "baoxun_lag_seconds", hop="published_to_stored", quantile=quantile)
        assert lag == pytest.approx(seconds, abs=0.01)
    assert value(found, "baoxun_lag_measured", hop="published_to_stored") == 10


async def test_a_restart_is_no_reset(store: Store, tmp_path: Path) -> None:
    """Neither is forgetting old polls, nor changing a verdict: no counter ever falls."""
    poll(store, "a", PollOutcome.NEW, START - 60 * MINUTE)
    poll(store, "a", PollOutcome.NEW, START)
    with store.transaction() as unit:
        number = store_one(unit, 1)
        settle(unit, number, Status.IRRELEVANT, START)
    before = await samples(Site(shown_app(store, tmp_path, START)))
    with store.transaction() as unit:
        assert unit.polls.forget(before=START) == 1
        settle(unit, number, Status.RELEVANT, START)
        unit.articles.add(new_article(2), START)
    after = await samples(Site(shown_app(store, tmp_path, START + MINUTE)))
    counters = {name for name, _ in before if name.startswith("baoxun_") and name.endswith("_total")}
    assert counters == {
        "baoxun_polls_total",
        "baoxun_poll_requests_total",
        "baoxun_articles_stored_total",
        "baoxun_hub_notifications_total",
    }
    fallen = {key for key, count in before.items() if key[0] in counters and after[key] < count}
    assert not fallen
    assert value(after, "baoxun_articles_stored_total", source="news") == 2
    assert value(after, "baoxun_articles", status="irrelevant") == 0


async def test_however_many_ask_the_database_is_read_seldom(sqlite_store: Store, tmp_path: Path) -> None:
    """A reading serves for some seconds, and a clock that was set back does not keep it longer."""
    app = shown_app(sqlite_store, tmp_path, START)
    site = Site(app)

    async def polls_of_a() -> float:
        return (await samples(site)).get(("baoxun_polls_total", frozenset({("source", "a"), ("outcome", "new")})), 0)

    assert await polls_of_a() == 0
    poll(sqlite_store, "a", PollOutcome.NEW, START)
    app.now = START + KEEP - SECOND
    assert await polls_of_a() == 0
    app.now = START + KEEP
    assert await polls_of_a() == 1
    poll(sqlite_store, "a", PollOutcome.NEW, START)
    app.now = START - 60 * MINUTE
    assert await polls_of_a() == 2


async def test_what_cannot_be_read_is_said_to_be(sqlite_store: Store, tmp_path: Path) -> None:
    """The page still answers, with what the process knows of itself."""
    site = Site(shown_app(sqlite_store, tmp_path, START))
    site.watch(StubDaemon(why_stuck="hangs"))
    with sqlite_store.transaction() as unit:
        unit.session.connection().exec_driver_sql("drop table poll_tally")
    found = await samples(site)
    assert value(found, "baoxun_reading_success") == 0
    assert value(found, "baoxun_worker_stuck") == 1
    assert not [name for name, _ in found if name == "baoxun_articles"]


async def test_a_reload_that_was_refused_shows(sqlite_store: Store, tmp_path: Path) -> None:
    app = shown_app(sqlite_store, tmp_path, START)
    site = Site(app)
    assert value(await samples(site), "baoxun_config_last_reload_successful") == 1
    site.refused()
    found = await samples(site)
    assert value(found, "baoxun_config_last_reload_successful") == 0
    assert value(found, "baoxun_config_last_reload_timestamp_seconds") == START.timestamp()
    other = shown_app(sqlite_store, tmp_path, START + MINUTE, robot=None)
    site.reloaded(other)
    found = await samples(site)
    assert value(found, "baoxun_config_last_reload_successful") == 1
    assert value(found, "baoxun_channel_resting", receiver="desk", channel="robot") == 0


async def test_names_follow_the_conventions(sqlite_store: Store, tmp_path: Path) -> None:
    """One prefix, base units in the name, _total for counters and for nothing else, a sentence for each."""
    poll(sqlite_store, "a", PollOutcome.NEW, START)
    with sqlite_store.transaction() as unit:
        store_one(unit, 1)
        unit.deliveries.begin("k", ("desk", "wecom"), START)
        unit.deliveries.record(StoredReceipt(
            message_key="k", receiver="desk", channel="wecom", attempt=1, outcome="accepted", reason="",
            attempted_at=START, retry_at=None,
        ))  # fmt: skip
    site = Site(shown_app(sqlite_store, tmp_path, START))
    site.watch(StubDaemon())
    families = [f for f in text_string_to_metric_families(await scrape(site)) if f.name.startswith("baoxun_")]
    assert len(families) > 25
    for family in families:
        assert family.documentation.endswith("."), family.name
        assert (family.type == "counter") == any(s.name.endswith("_total") for s in family.samples), family.name
        assert not family.name.endswith(("_ms", "_minutes", "_kb", "_count", "_sum", "_bucket"))


async def test_it_speaks_openmetrics_to_those_who_ask(sqlite_store: Store, tmp_path: Path) -> None:
    poll(sqlite_store, "a", PollOutcome.NEW, START)
    text = await scrape(
        Site(shown_app(sqlite_store, tmp_path, START)), accept="application/openmetrics-text; version=1.0.0"
    )
    assert text.endswith("# EOF\n")
    names: set[Any] = {family.name for family in parse_openmetrics(text)}
    assert {"baoxun_polls", "baoxun_build"} <= names


async def test_labels_are_few(sqlite_store: Store, tmp_path: Path) -> None:
    """They are names from the configuration and closed sets of words: a thousand articles make no more series than one."""
    with sqlite_store.transaction() as unit:
        for n in range(1000):
            store_one(unit, n, title=f"标题 {n}")
    many = await samples(Site(shown_app(sqlite_store, tmp_path, START)))
    assert len([key for key in many if key[0].startswith("baoxun_")]) < 60
