"""Two stories, each reprinted five ways, among two hundred other articles: two alerts on both channels, for ever."""

from __future__ import annotations

from typing import Any

from monitor.demo.articles import DemoArticle, load_articles
from monitor.records import ArticleFilter, Status
from tests.acceptance.fillers import fillers
from tests.acceptance.world import World, serve_feed
from tests.conftest import START

EVENTS = ("chongqing-award-2022", "hangzhou-claims-2023")


def told() -> tuple[list[DemoArticle], list[DemoArticle]]:
    """The two stories with their reprints, and two hundred others."""
    articles = load_articles()
    stories = [a for a in articles if a.labels.event in EVENTS]
    noise = [a for a in articles if a.labels.relevance == "none"]
    return stories, noise + fillers(200 - len(noise), START)


SITES = ("north", "south", "east")


def publish(world: World, articles: list[DemoArticle]) -> None:
    """Three sites that reprint one another list these articles."""
    for n, name in enumerate(SITES):
        serve_feed(world.web, f"/{name}/feed.xml", [(f"/{name}/{a.id}.html", a) for a in articles[n::3]])


def test_two_alerts_and_never_more(world: World) -> None:
    """Each story is told once by mail and once by chat, with its facts; a restart tells nothing again."""
    stories, others = told()
    world.sources = "".join(
        f"  - {{name: {name}, kind: feed, url: '{world.web.url(f'/{name}/feed.xml')}'}}\n" for name in SITES
    )
    publish(world, others[:30])
    world.round()
    assert (world.mails, world.chats) == ([], []), "the first poll is a silent baseline"

    publish(world, [*others[:120], *stories, *others[120:]])
    world.clock.forward(hours=1)
    world.round()
    assert_told_once(world)

    world.clock.forward(hours=1)
    world.round()
    assert_told_once(world)

    with world.product() as app, app.store.reading() as unit:
        assert unit.articles.count(ArticleFilter()) == 212
        assert unit.articles.count(ArticleFilter(status=Status.NEW)) == 0
        assert unit.articles.count(ArticleFilter(status=Status.QUARANTINED)) == 0
        assert unit.articles.count(ArticleFilter(status=Status.RELEVANT)) == 2
        assert unit.articles.count(ArticleFilter(status=Status.DUPLICATE)) == 10
        assert unit.outbox.counts() == {"done": 2}


def assert_told_once(world: World) -> None:
    assert len(world.mails) == 2
    assert len(world.chats) == 2
    chongqing, hangzhou = mails = sorted(world.mails, key=lambda m: "重庆市" not in text_of(m))
    for mail in mails:
        assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}
    assert_says(
        text_of(chongqing), "中标", "重庆市", "新华保险", "大病保险", "职工补充医疗", "长期护理保险", "210万", "2022"
    )
    assert_says(
        text_of(hangzhou), "杭州市", "西湖益联保", "中国人寿", "517万", "42%", "12.6亿", "120万人次", "100 / 150"
    )
    both = "\n".join(world.chats)
    assert_says(both, "重庆", "新华保险", "210万", "西湖益联保", "12.6亿")
    for mail in mails:
        assert text_of(mail).count("http") >= 6  # the link, and the five other copies


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def assert_says(text: str, *words: str) -> None:
    missing = [w for w in words if w not in text]
    assert not missing, f"{missing} not in:\n{text}"
