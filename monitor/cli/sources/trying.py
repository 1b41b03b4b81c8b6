"""`sources test`: fetch a source once and show what would be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.app import built
from monitor.cli.running import AsJson
from monitor.cli.sources.group import find, sources
from monitor.phrases import moment

if TYPE_CHECKING:
    from monitor.ingest import Harvest


@sources.command("test")
def test_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="来源名 Name of a source.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="展示几篇 How many articles to show.")] = 3,
    as_json: AsJson = False,
) -> None:
    """试查一个来源 · Fetch a source once and show what would be read; nothing is stored.

    Exit code 1 when its list could not be read.
    """
    from monitor.bootstrap import run_async

    with built() as built_app:
        find(built_app.config, name)
        harvest = run_async(lambda: built_app.poller.sample(name))
    if as_json:
        output.as_json(harvest)
    else:
        _show(harvest, limit)
    if not harvest.succeeded:
        raise typer.Exit(1)


def _show(harvest: Harvest, limit: int) -> None:
    output.say(f"发现 found {harvest.found}, 读出 read {len(harvest.articles)}, 略过 skipped {len(harvest.skipped)}, "
               f"失败 failed {len(harvest.problems)}")  # fmt: skip
    for article in harvest.articles[:limit]:
        output.say()
        output.say(article.title or "(no title)", style="bold")
        when = moment(article.published) if article.published else "时间不详 no time"
        output.say(f"  {when} · {article.publisher or '来源不详 no publisher'} · {article.page} · {article.url}")
        output.say(f"  {article.text[:200].strip()}…" if len(article.text) > 200 else f"  {article.text.strip()}")
    for problem in harvest.problems[:limit]:
        output.tell_error(f"{problem.url}: {problem}")
