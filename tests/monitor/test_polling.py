"""Polls from end to end: the real program against real servers, with what is stored of each poll."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import Distrust, SourceState, UrlState
from monitor.bootstrap import App, build_app, run_async
from monitor.config.reading import parse_config
from monitor.ingest import state_from_json, state_to_json
from monitor.pacing import Why
from monitor.phrases import CHINA
from monitor.polling import Polling
from monitor.records import PollOutcome, PollRecord, SourceRecord
from monitor.turns import Turns
from tests.conftest import FrozenClock
from tests.fakeweb import FakeResponse, FakeWeb
from tests.fakeweb.server import conditional
from tests.fakeweb.sites import BAN_PAGE, article_html, rss

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as running:
        yield running


def config(*sources: str) -> str:
    listed = "".join(f"  - {source}\n" for source in sources)
    return (
        "storage: {data_dir: data, keep_raw: false}\n"
        "crawler: {delay: 0s, timeout: 20s, deadline: 30s, retries: 0}\n"
        "alerts: {receivers: [{name: screen, channels: [{kind: console}]}], route: {receivers: [screen]}}\n"
        f"sources:\n{listed}"
    )


@pytest.fixture
def app(web: FakeWeb, tmp_path: Path, clock: FrozenClock) -> Iterator[App]:
    """The program with one feed, polled every ten minutes."""
    text = config(f"{{name: news, kind: feed, url: '{web.url('/feed.xml')}', every: 10m}}")
    with build_app(parse_config(text, file="c", base=tmp_path), clock=clock, chance=lambda: 0.0) as built:
        yield built


def poll(app: App) -> tuple[PollRecord, SourceRecord]:
    """Poll the source, and read what is stored of it."""
    run_async(lambda: app.service.poll("news"))
    with app.store.reading() as unit:
        record = unit.sources.get("news")
        assert record is not None
        return unit.polls.latest(1)[0], record


def test_each_poll_leaves_a_record_in_its_transaction(app: App, web: FakeWeb, clock: FrozenClock) -> None:
    """New, unchanged, nothing new, failed, blocked: when it was planned, when it was, what it cost."""
    web.add("/1.html", article_html("第一条新闻的标题"))
    web.add("/feed.xml", conditional(rss(("一", web.url("/1.html")))))
    planned = clock()
    clock.forward(minutes=3)
    first, record = poll(app)
    assert (first.outcome, first.planned_at, first.late) == (PollOutcome.NEW, planned, 3 * MINUTE)
    assert (first.found, first.stored, first.requests) == (1, 1, 3)
    assert record.next_check_at == clock() + 10 * MINUTE
    assert record.pacing == {"why": Why.YOUNG.value}

    clock.forward(minutes=10)
    second, _ = poll(app)
    assert (second.outcome, second.planned_at, second.requests) == (PollOutcome.UNCHANGED, record.next_check_at, 1)

    web.add("/feed.xml", rss(("一", web.url("/1.html")), ("一", web.url("/1.html"))))
    assert poll(app)[0].outcome is PollOutcome.NOTHING_NEW

    web.add("/feed.xml", FakeResponse(status=410))
    gone, record = poll(app)
    assert (gone.outcome, gone.problem.startswith("http_error: HTTP 410")) == (PollOutcome.FAILED, True)
    assert record.next_check_at == clock() + 40 * MINUTE
    assert record.pacing == {"why": Why.HARD_FAULT.value, "failures": 1}

    web.add("/feed.xml", BAN_PAGE)
    banned, record = poll(app)
    assert (banned.outcome, record.pacing["why"]) == (PollOutcome.BLOCKED, Why.BLOCKED.value)
    assert record.next_check_at >= clock() + dt.timedelta(hours=3)


def test_hints_reach_the_plan(app: App, web: FakeWeb, clock: FrozenClock) -> None:
    """Cache-Control of the list and Retry-After decide about the next poll, and are named."""
    web.add("/feed.xml", rss(), headers={"Cache-Control": "max-age=1500", "Content-Type": "text/xml"})
    _, record = poll(app)
    assert (record.next_check_at, record.pacing) == (clock() + 25 * MINUTE, {"why": Why.HINT.value})
    web.add("/feed.xml", FakeResponse(status=503, headers=(("Retry-After", "7200"),)))
    _, record = poll(app)
    assert record.pacing["why"] == Why.RETRY_AFTER.value
    assert record.next_check_at == clock() + 120 * MINUTE


def test_trust_is_remembered(app: App) -> None:
    """What is believed of a server survives the database, in the crawler's own types."""
    state = SourceState(urls={"u": UrlState(etag='"1"', distrust=Distrust.LIES, proofs=2, hubs=("h",))})
    assert state_from_json(json.loads(json.dumps(state_to_json(state)))) == state
    assert state_from_json({}) == SourceState()
    assert state_from_json({"urls": {"u": {"etag": "x", "of another version": 1}}}).urls["u"] == UrlState(etag="x")


def test_habits_are_learnt_from_what_is_stored(app: App, web: FakeWeb, clock: FrozenClock) -> None:
    """A feed with three weeks of office hours in it is left alone at night, and closely watched in the morning."""
    pages = []
    for day in range(21):
        for hour in (1, 3, 5, 7):
            at = clock() - dt.timedelta(days=day + 1) + dt.timedelta(hours=hour - clock().hour)
            if at.weekday() < 5:
                path = f"/{day}-{hour}.html"
                web.add(path, article_html(f"第{day}日{hour}时的新闻标题", f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"))
                pages.append((f"{day} {hour}", web.url(path)))
    web.add("/feed.xml", rss(*pages))
    assert poll(app)[0].stored == len(pages)
    clock.now = dt.datetime(2026, 6, 1, 17, 0, tzinfo=dt.UTC)  # one in the morning in China
    _, night = poll(app)
    assert night.pacing["why"] == Why.SLACK.value
    assert night.next_check_at > clock() + 40 * MINUTE


def test_no_dripping_host_delays_another(tmp_path: Path, clock: FrozenClock) -> None:
    """Nine sources on hosts that drip for ever, of which one host has eight: what answers is stored meanwhile."""
    drip = FakeResponse(body=b"<rss>" + b" " * 10_000, drip=0.2)
    with FakeWeb() as slow, FakeWeb() as slower, FakeWeb() as fast:
        named = [f"{{name: slow{n}, kind: feed, url: '{slow.add(f'/{n}', drip)}'}}" for n in range(8)]
        named.append(f"{{name: slower, kind: feed, url: '{slower.add('/', drip)}'}}")
        fast.add("/1.html", article_html("第一条新闻的标题"))
        named.append(f"{{name: fast, kind: feed, url: '{fast.add('/feed.xml', rss(('一', fast.url('/1.html'))))}'}}")
        with build_app(parse_config(config(*named), file="c", base=tmp_path), clock=clock) as app:

            async def both() -> float:
                turns = Turns(at_once=2, patience=0.05)
                polling = Polling(
                    config=app.config, store=app.store, poller=app.poller, clock=clock, chance=lambda: 0.0, turns=turns
                )
                tasks = [asyncio.create_task(polling.poll(s.name)) for s in app.config.sources if s.name != "fast"]
                while not (slow.requests and slower.requests):
                    await asyncio.sleep(0.01)
                began = time.monotonic()
                assert (await polling.poll("fast")).stored == 1
                took = time.monotonic() - began
                assert not any(task.done() for task in tasks)
                assert len({request.path for request in slow.requests} - {"/robots.txt"}) == 1, "one poll a host"
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                return took

            assert run_async(both) < 5
