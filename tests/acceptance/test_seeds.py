"""The two real articles that the product was asked for go the whole way, wherever the shared folder stands beside us.

The first is served as Jekyll builds it from its Markdown, the second as an aggregator prints it. Their text is not part
of this project.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from monitor.records import ArticleFilter, Status, StoredArticle
from tests.acceptance.world import World

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared folder with the seed articles is not here")


def gold() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()]


def jekyll_post(markdown: str) -> tuple[str, str]:
    """(path, page) of a finews post as Jekyll builds it: front matter into the layout, Markdown links into anchors."""
    _, front, body = markdown.split("---\n", 2)
    meta = dict(re.findall(r"^(\w+): \"?(.*?)\"?$", front, flags=re.MULTILINE))
    body = re.sub(r"<(http[^>]+)>", r'<p><a href="\1">\1</a></p>', body)
    body = re.sub(r"^(\[.*)$", r"<p>\1</p>", body, flags=re.MULTILINE)
    body = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', body)
    when = meta["date"].split(" +")[0]
    day = when[:10].replace("-", "/")
    page = f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{meta["title"]} | 金融消息</title>
<meta property="article:published_time" content="{when.replace(" ", "T")}+08:00"></head>
<body onload="x()"><div class="wrapper"><header><h1><a href="/">金融消息</a></h1></header><section>
<small>(GMT+8, Asia/Shanghai, CST) {when}</small><h1>{meta["title"]}</h1>
{body}
<small>tags: <em>{meta["tags"]}</em></small></section><footer><p>风险提示</p></footer></div></body></html>"""
    return f"/{meta['categories']}/{day}/NW202204192348164418.html", page


def aggregator_page(text: str) -> str:
    """A machine-translated article as such sites print it: every line a paragraph, a tracking line first."""
    lines = [line for line in text.splitlines() if line.strip()]
    title = lines[1].strip()
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in [lines[0], *lines[2:]])
    return (
        f'<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta property="og:title" content="{html.escape(title)}"></head><body><header>Breaking Latest News</header>'
        f"<article><h1>{html.escape(title)}</h1><div class='entry-content'>{paragraphs}</div></article></body></html>"
    )


def test_the_seeds_end_to_end(world: World) -> None:
    """Fetched, understood as labelled, told once each on both channels."""
    jekyll, translated = gold()
    path, post = jekyll_post((SEEDS / jekyll["file"]).read_text(encoding="utf-8"))
    world.sources = (
        f"  - {{name: finews, kind: listing, url: '{world.web.url('/category/beifangwang.html')}', page: finews, "
        "options: {item: 'section > ul > li', container: 'section > ul'}}\n"
        f"  - {{name: english, kind: listing, url: '{world.web.url('/en/')}', options: {{item: 'ul > li'}}}}\n"
    )
    listed = "<html><body><section><h2 id='北方网新闻'>北方网新闻</h2><ul>{}</ul></section></body></html>"
    world.web.add("/category/beifangwang.html", listed.format(""))
    world.web.add("/en/", "<html><body><ul></ul></body></html>")
    world.round()
    world.web.add(path, post)
    world.web.add("/category/beifangwang.html", listed.format(f"<li><a href='{path}'>{jekyll['title']}</a></li>"))
    world.web.add("/en/story.html", aggregator_page((SEEDS / translated["file"]).read_text(encoding="utf-8")))
    world.web.add("/en/", "<html><body><ul><li><a href='/en/story.html'>China Life</a></li></ul></body></html>")
    world.clock.forward(hours=1)
    world.round()

    with world.product() as app, app.store.reading() as unit:
        stored = {a.source_name: a for a in unit.articles.search(ArticleFilter(status=Status.RELEVANT))}
    assert_as_labelled(stored["finews"], jekyll)
    assert_as_labelled(stored["english"], translated)
    assert stored["finews"].article.source == jekyll["source"]
    assert stored["finews"].article.published is not None
    assert stored["finews"].article.published.isoformat() == "2022-04-19T05:43:01+00:00"
    assert set(stored["finews"].article.stock_codes) == {"601336", "01336.HK"}
    assert len(world.mails) == len(world.chats) == 2

    world.clock.forward(hours=1)
    world.round()
    assert len(world.mails) == len(world.chats) == 2


def assert_as_labelled(stored: StoredArticle, label: dict[str, Any]) -> None:
    assert stored.article.title == label["title"]
    assert (stored.relevance, list(stored.topics)) == (label["relevance"], label["topics"])
    assert (stored.stage or None, stored.update or None) == (label["stage"], label["update"])
    facts = stored.trail["facts"]
    for key, value in label["facts"].items():
        found = facts.get(key)
        if isinstance(value, list) and key != "period":
            assert sorted(map(str, found or [])) == sorted(map(str, value)), key
        else:
            assert found == value, key
    assert set(facts) == set(label["facts"])
