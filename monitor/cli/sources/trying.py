"""`sources test`: fetch a source once and show what would be read; keep the crawl as a fixture where that is wanted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import chop_cells

from monitor.cli import output
from monitor.cli.app import built
from monitor.cli.running import AsJson
from monitor.cli.sources import advice
from monitor.cli.sources.group import find, sources
from monitor.phrases import moment

if TYPE_CHECKING:
    from monitor.ingest import Harvest
    from monitor.records import NewArticle

SKIPPED = {
    "cap": "只试几篇，未取 left after the first few",
    "known": "已有 known",
    "duplicate": "同一篇 twice",
    "too_old": "太旧 too old",
    "too_new": "太新 too new",
    "off_site": "站外 off the site",
}
_WIDTH, _LINES = 90, 2
"""Of an excerpt: cells on a terminal, of which a Chinese letter takes two."""


@sources.command("test")
def test_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="来源名或目录名 Name of a source, or in the catalogue.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="取几篇 How many articles to fetch and show.")] = 3,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save", metavar="DIR", help="把这次抓取存为测试样本 Keep the crawl as a fixture that tests can replay."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """试查一个来源 · Fetch a source once and show what would be read; nothing is stored.

    The source may be off, or not picked from the catalogue yet. Exit code 1 when its list could not be read.
    """
    from monitor.bootstrap import run_async
    from monitor.config.building import build_source

    with built() as built_app:
        source, _ = find(built_app.config, name)
        if not source.enabled:
            output.note(f"此来源已停用 it is off: {source.why_off}")
        harvest = run_async(lambda: built_app.poller.sample(build_source(source), articles=limit, save_to=save))
    if as_json:
        output.as_json(harvest)
    else:
        _show(harvest, limit)
    if save is not None:
        output.note(
            f"已保存 saved to {save}; 请核对 golden.json（check it）；怎样重放 how to replay it: docs/adding-a-source.md"
        )
    if not harvest.succeeded:
        raise typer.Exit(1)


def _show(harvest: Harvest, limit: int) -> None:
    output.say(f"发现 found {harvest.found}, 读出 read {len(harvest.articles)}, 略过 skipped {len(harvest.skipped)}, "
               f"失败 failed {len(harvest.problems)}")  # fmt: skip
    for reason, count in Counter(reason for _, reason in harvest.skipped).items():
        output.say(f"  略过 skipped {count}: {SKIPPED.get(reason, reason)}", style="dim")
    for article in harvest.articles[:limit]:
        _show_article(article)
    if harvest.problems:
        output.say()
    for line in advice.lines(((p.kind, p.detail, p.url) for p in harvest.problems), limit):
        output.tell_error(line)
    if harvest.succeeded and not harvest.found:
        output.note(
            "列表可读，但没有一条链接：核对 allow、item 选择器 the list was read and has no link: compare allow and item"
        )


def _show_article(article: NewArticle) -> None:
    output.say()
    output.say(article.title or "（无标题 no title）", style="bold")
    when = "时间不详 no time"
    if article.published is not None:
        when = moment(article.published) if article.published_precision == "minute" else moment(article.published)[:10]
    facts = [when, article.publisher or "来源不详 no publisher"]
    if article.author:
        facts.append(f"作者 {article.author}")
    facts.append(f"{len(article.text)} 字 letters")
    if article.attachments:
        facts.append(f"{len(article.attachments)} 个附件 files")
    output.say(f"  {' · '.join(facts)} · 读取 read by {article.page}")
    output.say(f"  {article.url}")
    text = " ".join(article.text.split())
    for line in chop_cells(text, _WIDTH)[:_LINES]:
        output.say(f"  {line.strip()}", style="dim")
