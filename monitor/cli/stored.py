"""`list`: what is stored, one article, project or product a line."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import phrases
from monitor.cli import output
from monitor.cli.app import LOOK, app, built
from monitor.cli.moments import as_moment
from monitor.cli.running import AsJson
from monitor.records import ArticleFilter, StoredArticle

if TYPE_CHECKING:
    from monitor.bootstrap import App


class By(StrEnum):
    """What `list` lists."""

    ARTICLE = "article"
    THREAD = "thread"
    PRODUCT = "product"


Topic = Annotated[str, typer.Option(help="gov_tender | huiminbao")]
Since = Annotated[str, typer.Option(help="起 From, as 2026-01-31 or 30d.")]
Until = Annotated[str, typer.Option(help="止 Up to (not included).")]
Source = Annotated[str, typer.Option("--source", "-s", help="来源名 Name of a source.")]


def filter_of(built_app: App, **wanted: Any) -> ArticleFilter:
    """The filter that the options ask for; `since` and `until` are read as moments. Raises `UsageError`."""
    now, zone = built_app.clock(), built_app.config.zone
    moments = {key: as_moment(wanted[key], now, zone) if wanted.get(key) else None for key in ("since", "until")}
    return ArticleFilter(**{**wanted, **moments})


@app.command("list", rich_help_panel=LOOK)
def list_articles(
    topic: Topic = "",
    relevance: Annotated[str, typer.Option(help="alert | digest | none")] = "",
    status: Annotated[str, typer.Option(help="new | relevant | duplicate | irrelevant | quarantined")] = "",
    stage: Annotated[str, typer.Option(help="政保阶段 Stage of a tender.")] = "",
    update: Annotated[str, typer.Option(help="惠民保动态 Update of a product.")] = "",
    source: Source = "",
    words: Annotated[str, typer.Option("--words", "-w", help="标题或正文含有 Words in title or text.")] = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="最多几条 At most so many.")] = 30,
    by: Annotated[
        By, typer.Option(help="按文章、项目过程或产品台账 By article, tender thread or product.")
    ] = By.ARTICLE,
    as_json: AsJson = False,
) -> None:
    """列出文章 · Stored articles, newest first; by default those that matter and are no copies.

    Say --relevance or --status to see others. --by thread lists tenders from notice to renewal, --by product the
    Huiminbao ledger by city and year.
    """
    with built() as built_app:
        if not relevance and not status:
            status = "relevant"
        wanted = filter_of(
            built_app, topic=topic, relevance=relevance, status=status, stage=stage, update=update, source=source,
            words=words, since=since, until=until, limit=limit,
        )  # fmt: skip
        if by is not By.ARTICLE:
            from monitor.cli.threads import list_products, list_threads

            (list_threads if by is By.THREAD else list_products)(built_app, wanted, as_json=as_json)
            return
        with built_app.store.reading() as unit:
            found = unit.articles.search(wanted)
    if as_json:
        for article in found:
            output.as_json(article_json(article))
        return
    output.table(
        ("编号 id", "时间 published", "主题 topic", "动态 what", "标题 title", "来源 source"),
        [
            (a.id, phrases.moment(a.article.published, built_app.config.zone) if a.article.published else "",
             "、".join(phrases.name(t, "zh") for t in a.topics) or a.status.value,
             phrases.name(a.stage or a.update or a.relevance, "zh"), a.article.title, a.article.source)
            for a in found
        ],
    )  # fmt: skip
    if not found:
        output.note("没有符合的文章 nothing fits")


def article_json(a: StoredArticle) -> dict[str, Any]:
    """An article with its verdict, for programs."""
    return {
        "id": a.id, "url": a.article.url, "title": a.article.title, "source": a.article.source,
        "published": a.article.published, "status": a.status.value, "reason": a.status_reason,
        "relevance": a.relevance, "topics": a.topics, "stage": a.stage or None, "update": a.update or None,
        "facts": a.trail.get("facts", {}), "lots": a.trail.get("lots", []), "conflicts": a.trail.get("conflicts", []),
        "story": a.story_id, "event": a.event_id or None,
        "thread": a.thread_id or None,
    }  # fmt: skip
