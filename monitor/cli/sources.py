"""`sources list`, `sources test`: the places that are polled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.app import WATCH, app, built
from monitor.cli.running import AsJson
from monitor.config.quantity import print_duration
from monitor.errors import UsageError
from monitor.phrases import moment
from monitor.records import SourceRecord

if TYPE_CHECKING:
    from monitor.ingest import Harvest

sources = typer.Typer(no_args_is_help=True, help="来源 · The places that are polled.")
app.add_typer(sources, name="sources", rich_help_panel=WATCH)


@sources.command("list")
def list_sources(
    every: Annotated[bool, typer.Option("--all", help="也列出停用的 Also those that are off, and why.")] = False,
    as_json: AsJson = False,
) -> None:
    """列出来源及其状况 · Every source: how it is polled, when last, how it fares."""
    with built() as built_app:
        with built_app.store.reading() as unit:
            records = {r.name: r for r in unit.sources.all()}
        chosen = built_app.config.sources if every else built_app.config.enabled_sources
    rows = [(s, records.get(s.name)) for s in chosen]
    if as_json:
        output.as_json(
            [
                {
                    "name": s.name, "title": s.title, "kind": s.kind, "urls": s.addresses, "enabled": s.enabled,
                    "why_off": s.why_off, "every": print_duration(s.every), "state": _state(r),
                    "articles": r.articles if r else 0, "last_success_at": r.last_success_at if r else None,
                    "next_check_at": r.next_check_at if r else None, "failures": r.failures if r else 0,
                    "last_problem": r.last_problem if r else "",
                }
                for s, r in rows
            ]
        )  # fmt: skip
        return
    output.table(
        ("名称 name", "来源 title", "方式 kind", "间隔 every", "文章 articles", "最近成功 last success", "状况 state"),
        [
            (s.name, s.title, s.kind, print_duration(s.every), r.articles if r else 0,
             moment(r.last_success_at, built_app.config.zone) if r and r.last_success_at else "",
             _state(r) if s.enabled else f"停用 off: {s.why_off}")
            for s, r in rows
        ],
    )  # fmt: skip


def _state(record: SourceRecord | None) -> str:
    if record is None or record.last_checked_at is None:
        return "未查过 never polled"
    if record.failures:
        return f"失败 failing ×{record.failures}: {record.last_problem}"
    return "正常 ok"


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
        if built_app.config.source(name) is None:
            raise UsageError(f"no source is called {name!r}; `baoxun sources list --all` shows their names")
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
