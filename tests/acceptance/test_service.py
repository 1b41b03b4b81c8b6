"""The use cases on a real web and real channels: baselines, faults of one article, channels that fail, second opinions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from monitor import processing
from monitor.bootstrap import run_async
from monitor.demo.articles import DemoArticle, load_articles
from monitor.model import Article
from monitor.records import AlertState, ArticleFilter, Status, StoredArticle
from tests.acceptance.world import World, serve_feed
from tests.alerts.collector import Answer, Collector
from tests.monitor.judged import missed

ARTICLES = {a.id: a for a in load_articles()}
ROBOT = "/cgi-bin/webhook/send"


def watch(world: World, *names: str) -> None:
    """Watch a feed for each name."""
    world.sources = "".join(f"  - {{name: {n}, kind: feed, url: '{world.web.url(f'/{n}.xml')}'}}\n" for n in names)


def show(world: World, name: str, *articles: DemoArticle) -> None:
    serve_feed(world.web, f"/{name}.xml", [(f"/{name}/{a.id}", a) for a in articles])


def stored(world: World, **wanted: Any) -> tuple[StoredArticle, ...]:
    with world.product() as app, app.store.reading() as unit:
        return unit.articles.search(ArticleFilter(**wanted))


def told(world: World) -> tuple[int, int]:
    return len(world.mails), len(world.chats)


def test_a_reprint_of_the_baseline_is_no_news(world: World) -> None:
    """What was there before we came is known: its reprint elsewhere alerts nobody, and the reason is stored."""
    watch(world, "north", "south")
    show(world, "north", ARTICLES["chongqing"])
    show(world, "south", ARTICLES["noise-tea"])
    world.round()
    show(world, "south", ARTICLES["noise-tea"], ARTICLES["chongqing-trimmed"])
    world.clock.forward(hours=1)
    world.round()
    assert told(world) == (0, 0)
    (copy,) = stored(world, status=Status.DUPLICATE)
    assert copy.trail["alert"] == "its event was known before alerts began"


def test_a_first_run_may_tell_of_the_last_days(world: World) -> None:
    """`alert_on_first_run: last_days` lets what is recent through, and nothing older."""
    watch(world, "north")
    world.last_days = 2
    world.clock.now = ARTICLES["hangzhou"].published
    show(world, "north", ARTICLES["hangzhou"], ARTICLES["chongqing"])
    world.round()
    assert told(world) == (1, 1)
    assert "西湖益联保" in world.chats[0]


def test_a_faulty_article_is_quarantined_and_the_others_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried once a round, kept with its reason after the last, and replay can take it up again."""
    watch(world, "north")
    show(world, "north")
    world.round()
    plain = processing.read

    def read(article: Article, *rest: Any) -> Any:
        if "茶" in article.title:
            raise ValueError("a bug on purpose")
        return plain(article, *rest)

    monkeypatch.setattr(processing, "read", read)
    show(world, "north", ARTICLES["noise-tea"], ARTICLES["chongqing"])
    for _ in range(4):
        world.clock.forward(hours=1)
        world.round()
    assert told(world) == (1, 1)
    (broken,) = stored(world, status=Status.QUARANTINED)
    assert (broken.attempts, broken.status_reason) == (3, "ValueError: a bug on purpose")


def test_a_channel_that_fails_is_tried_again_and_the_other_is_not_repeated(world: World) -> None:
    """The mail is accepted once; the robot gets its message when it takes messages again."""
    watch(world, "north")
    show(world, "north")
    world.round()
    show(world, "north", ARTICLES["chongqing"])
    world.robot.script(
        ROBOT, Answer.text(503), Answer.json({"errcode": 45009, "errmsg": "freq"}), Answer.json({"errcode": 0})
    )
    for _ in range(6):
        world.clock.forward(hours=1)
        world.round()
    assert len(world.mails) == 1
    assert len(world.robot.received) == 3
    with world.product() as app, app.store.reading() as unit:
        (alert,) = unit.outbox.recent(9)
        outcomes = [(r.channel, r.outcome) for r in unit.deliveries.receipts_of_alert(alert.alert_key)]
    assert alert.state is AlertState.DONE
    assert sorted(outcomes) == [("email", "accepted"), ("wecom", "accepted"), ("wecom", "retry"), ("wecom", "retry")]


@pytest.mark.parametrize("mended", [True, False])
def test_a_channel_with_a_revoked_key_is_waited_for_and_on_record(world: World, mended: bool) -> None:
    """The others got it; once the robot takes messages again it gets its own; after days it is given up, and says why."""
    watch(world, "north")
    show(world, "north")
    world.round()
    show(world, "north", ARTICLES["chongqing"])
    revoked = Answer.json({"errcode": 93000, "errmsg": "invalid webhook url"})
    world.robot.script(ROBOT, revoked)
    world.clock.forward(hours=1)
    world.round()
    with world.product() as app, app.store.reading() as unit:
        assert [a.state for a in unit.outbox.recent(9)] == [AlertState.PENDING]
    world.robot.script(ROBOT, Answer.json({"errcode": 0}) if mended else revoked)
    for _ in range(2):
        world.clock.forward(days=4 if not mended else 0, hours=2)
        world.round()
    with world.product() as app, app.store.reading() as unit:
        (alert,) = unit.outbox.recent(9)
        states = {d.channel: d.state for d in unit.deliveries.of_alert(alert.alert_key)}
    assert alert.state is AlertState.DONE
    assert states == {"email": "accepted", "wecom": "accepted" if mended else "given up"}
    assert mended or ("desk/wecom" in alert.reason and "93000" in alert.reason)


@pytest.mark.parametrize("answers", [True, False], ids=["it answers", "it talks nonsense"])
def test_undecided_articles_are_asked_about_and_never_dropped(world: World, answers: bool) -> None:
    """A raised article is told of; without a valid answer an undecided one is in the digest; the sure ones do not wait."""
    undecided = missed().article
    article = replace(ARTICLES["noise-tea"], id="undecided", title=undecided.title, text=undecided.text)
    quote = max(undecided.text.split("。"), key=len)
    opinion = {"relevance": "alert", "topic": "gov_tender", "quote": quote} if answers else {"mood": "good"}
    content = {"choices": [{"message": {"content": json.dumps(opinion)}, "finish_reason": "stop"}]}
    with Collector() as model:
        model.script("/v1/chat/completions", Answer.json({**content, "usage": {"total_tokens": 100}}))
        watch(world, "north")
        world.second_opinion = f"{{enabled: true, url: '{model.url('/v1')}', model: judge}}"
        show(world, "north")
        world.round()
        show(world, "north", article, ARTICLES["chongqing"])
        world.clock.forward(hours=1)
        world.round()
        assert len(model.received) == 1
    (asked,) = [a for a in stored(world) if a.article.title == undecided.title]
    assert asked.relevance == ("alert" if answers else "digest")
    assert told(world) == ((2, 2) if answers else (1, 1))


def test_polls_of_one_source_do_not_repeat_what_is_stored(world: World) -> None:
    """An unchanged feed is recognised, and an address that comes back under another name is the same article."""
    watch(world, "north")
    show(world, "north", ARTICLES["noise-tea"])
    world.round()
    with world.product() as app:
        again = run_async(lambda: app.service.poll("north"))
    assert again.unchanged
    assert again.stored == 0
    serve_feed(world.web, "/north.xml", [("/north/noise-tea?utm_source=x", ARTICLES["noise-tea"])])
    with world.product() as app:
        renamed = run_async(lambda: app.service.poll("north"))
    assert (renamed.found, renamed.stored) == (1, 0)
