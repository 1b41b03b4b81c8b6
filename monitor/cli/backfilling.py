"""`backfill`: the past of sources, from their sites or from files."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from monitor.cli import output
from monitor.cli.app import WATCH, app, built
from monitor.cli.moments import as_moment
from monitor.errors import MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.backfill_records import Account
    from monitor.bootstrap import App
    from monitor.clock import Clock
    from monitor.service import BackfillReport, ImportReport, Order, ProcessSummary

AT_ONCE = 8
"""Sources that are paged at the same time; hosts keep their own pace."""
LINE_EVERY = dt.timedelta(seconds=15)
"""How often a pipe is told how far it is."""


@app.command(rich_help_panel=WATCH)
def backfill(
    source: Annotated[list[str] | None, typer.Argument(metavar="SOURCE…", help="来源名 Names of sources.")] = None,
    since: Annotated[str, typer.Option(help="起 From, as 2026-01-31 or 30d (days back).")] = "",
    until: Annotated[str, typer.Option(help="止 Up to (not included); default now.")] = "",
    keyword: Annotated[
        list[str] | None, typer.Option("--keyword", "-k", help="检索词 Ask for these words; where the source searches.")
    ] = None,
    max_pages: Annotated[int, typer.Option(min=2, help="最多翻页 Most pages of each list.")] = 200,
    alert: Annotated[
        str,
        typer.Option(
            "--alert", metavar="digest", help="`digest` 列入摘要 What is found goes into digests; else silent."
        ),
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="从头再来 Begin from the start, done or not.")] = False,
    from_warc: Annotated[
        list[Path] | None,
        typer.Option("--from-warc", metavar="FILE", help="导入 WARC · Pages of an archive instead of a site."),
    ] = None,
    from_jsonl: Annotated[
        list[Path] | None,
        typer.Option("--from-jsonl", metavar="FILE", help="导入文章 Records as `analyse` reads them."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · JSON for programs.")] = False,
) -> None:
    """补采历史 · Page sources back to a date, or read files, and store what is missing, without alerts.

    Interrupt it at any time, or let it be killed: the same command goes on where it was, and asks for no finished page again.
    """
    from monitor.bootstrap import run_async

    files = [*(("warc", path) for path in from_warc or ()), *(("jsonl", path) for path in from_jsonl or ())]
    _check(bool(source), bool(files), bool(since), alert, keyword or ())
    with built() as built_app:
        now, zone = built_app.clock(), built_app.config.zone
        start, end = (as_moment(text, now, zone) if text else None for text in (since, until))
        if source:
            assert start is not None, "checked above"
            orders = _orders(
                built_app, source, start, end, " ".join([since.strip(), until.strip() or "…", *sorted(keyword or ())]),
                keywords=tuple(keyword or ()), max_pages=max_pages, again=again, digest=alert == "digest",
            )  # fmt: skip
            reports, problems = run_async(lambda: _carry_out(built_app, orders))
        else:
            imports = run_async(lambda: _import(built_app, files, start, end), crawling=False)
        processed = run_async(built_app.service.process_pending, crawling=False)
    if source:
        _conclude(reports, processed, problems, as_json=as_json)
    else:
        _conclude_import(imports, processed, as_json=as_json)


def _check(sources: bool, files: bool, since: bool, alert: str, keywords: Sequence[str]) -> None:
    """Raise `UsageError` for options that do not go together."""
    if sources == files:
        raise UsageError("name sources to page back, or files with --from-warc and --from-jsonl")
    if sources and not since:
        raise UsageError("say how far back with --since, as 2026-01-31 or 30d")
    if alert not in {"", "digest"}:
        raise UsageError(f"--alert is {alert!r}; there is `digest`, and without it a backfill is silent")
    if files and (alert or keywords):
        raise UsageError("--alert and --keyword are for sources; files are read whole, and silently")


async def _import(
    built_app: App, files: Sequence[tuple[str, Path]], since: dt.datetime | None, until: dt.datetime | None
) -> list[ImportReport]:
    importing = built_app.service.importing
    reports = []
    with output.progress("导入 importing", len(files)) as bar:
        for kind, path in files:
            reports.append(await (importing.warc if kind == "warc" else importing.jsonl)(path, since, until))
            bar.advance(bar.task_ids[0])
    return reports


def _conclude(
    reports: Sequence[BackfillReport], processed: ProcessSummary, problems: Sequence[str], *, as_json: bool
) -> None:
    if as_json:
        output.as_json({"backfills": reports, "processed": processed, "problems": problems})
    else:
        _show(reports)
        for problem in problems:
            output.tell_error(problem)
        _show_processed(processed)
    if problems or not all(report.complete for report in reports):
        raise typer.Exit(1)


def _conclude_import(reports: Sequence[ImportReport], processed: ProcessSummary, *, as_json: bool) -> None:
    if as_json:
        output.as_json({"imports": reports, "processed": processed})
    else:
        output.table(
            ("文件 file", "发现 found", "新存 stored", "已有 known", "略过 skipped", "失败 failed"),
            [(r.file, r.found, r.stored, r.known, _counted(r.skipped), _counted(r.failed)) for r in reports],
        )
        for report in reports:
            if report.problem:
                output.tell_error(report.problem)
        _show_processed(processed)
    if any(report.problem for report in reports):
        raise typer.Exit(1)


def _show_processed(processed: ProcessSummary) -> None:
    output.say(f"处理 processed {processed.total}: {processed.relevant} relevant, {processed.duplicate} copies")


def _orders(
    built_app: App, names: Sequence[str], since: dt.datetime, until: dt.datetime | None, asked: str, **how: Any
) -> list[Order]:
    """One order a source. `asked` is what was typed: `30d` an hour later is the same order, with the window it had."""
    from monitor.service import Order

    for name in names:
        if built_app.config.source(name) is None:
            raise UsageError(f"no source is called {name!r}; `baoxun sources list` shows their names")
    return [Order(source=name, asked=asked, since=since, until=until, **how) for name in dict.fromkeys(names)]


async def _carry_out(built_app: App, orders: Sequence[Order]) -> tuple[list[BackfillReport], list[str]]:
    reports: dict[str, BackfillReport] = {}
    problems: list[str] = []
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(order: Order) -> None:
        async with turns:
            try:
                reports[order.source] = await built_app.service.backfill(order, tell)
            except MonitorError as exc:
                if len(orders) == 1:
                    raise
                problems.append(f"{order.source}: {exc}")

    with _progress(built_app.clock) as tell:
        await asyncio.gather(*(one(order) for order in orders))
    return [reports[order.source] for order in orders if order.source in reports], problems


@contextmanager
def _progress(clock: Clock) -> Iterator[Callable[[str, Callable[[], Account]], None]]:
    """Tells how far each source is: bars with rate and time left on a terminal, a line now and then in a pipe."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield _Lines(clock).tell
        return
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"),
        TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True,
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}
    with bar:

        def tell(name: str, account: Callable[[], Account]) -> None:
            task = tasks.get(name)
            if task is None:
                task = tasks[name] = bar.add_task(f"补采 {name}", total=None, rate="")
            now = account()
            speed = next(t.speed for t in bar.tasks if t.id == task)
            bar.update(
                task, completed=now.done, total=now.found + now.lists_left, rate=f"{speed:.1f}/s" if speed else ""
            )

        yield tell


class _Lines:
    """Progress as plain lines on standard error."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: dict[str, tuple[dt.datetime, int]] = {}
        self._told: dict[str, dt.datetime] = {}

    def tell(self, name: str, account: Callable[[], Account]) -> None:
        now = self._clock()
        if name not in self._began:
            self._began[name], self._told[name] = (now, account().done), now
        if now - self._told[name] < LINE_EVERY:
            return
        self._told[name] = now
        far = account()
        began, before = self._began[name]
        rate = (far.done - before) / max(1.0, (now - began).total_seconds())
        left = f", about {dt.timedelta(seconds=round((far.found - far.done) / rate))} left" if rate else ""
        output.note(f"补采 {name}: {far.lists_read} list pages read, {far.lists_left} to read; {far.done} of {far.found} links "
                    f"done, {rate:.1f}/s{left}")  # fmt: skip


def _show(reports: Sequence[BackfillReport]) -> None:
    output.table(
        ("来源 source", "翻页 pages", "发现 found", "新存 stored", "已有 known", "略过 skipped", "失败 failed", "等待 waiting",
         "结果 outcome"),
        [(r.source, r.pages, r.found, r.stored, r.known, _counted(r.skipped), _counted(r.failed), r.waiting, _outcome(r))
         for r in reports],
    )  # fmt: skip


def _counted(by: Mapping[str, int]) -> str:
    """`12 (too_old 10, cap 2)`, or `0`."""
    parts = ", ".join(f"{name} {count}" for name, count in sorted(by.items()))
    return f"{sum(by.values())} ({parts})" if parts else "0"


def _outcome(report: BackfillReport) -> str:
    """What a user is to know, and what to do."""
    words = []
    if report.already:
        words.append("早已完成 complete already; --again begins anew")
    elif report.complete:
        words.append("完成 complete")
    elif report.resting_until is not None:
        when = f"{report.resting_until.astimezone():%Y-%m-%d %H:%M}"
        words.append(f"站点要求停歇 its host is left alone until {when} ({report.problem}); run the same command then")
    else:
        words.append(f"未完 unfinished: {report.problem}")
    if report.pages_held:
        words.append(f"{report.pages_held} lists go on beyond --max-pages")
    if report.pages_failed:
        words.append(f"list pages failed: {_counted(report.pages_failed)}")
    return "; ".join(words)
