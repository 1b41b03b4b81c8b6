"""`backfill`: the past of sources, from their sites or from files."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

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
    from monitor.service import BackfillReport, Order, ProcessSummary

AT_ONCE = 8
"""Sources that are paged at the same time; hosts keep their own pace."""
LINE_EVERY = dt.timedelta(seconds=15)
"""How often a pipe is told how far it is."""


@app.command(rich_help_panel=WATCH)
def backfill(
    source: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="来源名 Names of sources.")],
    since: Annotated[str, typer.Option(help="起 From, as 2026-01-31 or 30d (days back).")],
    until: Annotated[str, typer.Option(help="止 Up to (not included); default now.")] = "",
    keyword: Annotated[
        list[str] | None, typer.Option("--keyword", "-k", help="检索词 Ask for these words; where the source searches.")
    ] = None,
    max_pages: Annotated[int, typer.Option(min=2, help="最多翻页 Most pages of each list.")] = 200,
    again: Annotated[bool, typer.Option("--again", help="从头再来 Begin from the start, done or not.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · JSON for programs.")] = False,
) -> None:
    """补采历史 · Page sources back to a date and store what is missing, without alerts.

    Interrupt it at any time, or let it be killed: the same command goes on where it was, and asks for no finished page again.
    """
    from monitor.bootstrap import run_async

    with built() as built_app:
        orders = _orders(built_app, source, since, until, tuple(keyword or ()), max_pages, again)
        reports, processed, problems = run_async(lambda: _carry_out(built_app, orders))
    if as_json:
        output.as_json({"backfills": reports, "processed": processed, "problems": problems})
    else:
        _show(reports)
        for problem in problems:
            output.tell_error(problem)
        output.say(f"处理 processed {processed.total}: {processed.relevant} relevant, {processed.duplicate} copies")
    if problems or not all(report.complete for report in reports):
        raise typer.Exit(1)


def _orders(
    built_app: App, names: Sequence[str], since: str, until: str, keywords: tuple[str, ...], max_pages: int, again: bool
) -> list[Order]:
    from monitor.service import Order

    for name in names:
        if built_app.config.source(name) is None:
            raise UsageError(f"no source is called {name!r}; `baoxun sources list` shows their names")
    now, zone = built_app.clock(), built_app.config.zone
    start, end = as_moment(since, now, zone), as_moment(until, now, zone) if until else None
    # As it was typed: `30d` an hour later is the same order, and goes on with the window it had.
    asked = " ".join([since.strip(), until.strip() or "…", *sorted(keywords)])
    return [
        Order(source=name, asked=asked, since=start, until=end, keywords=keywords, max_pages=max_pages, again=again)
        for name in dict.fromkeys(names)
    ]


async def _carry_out(built_app: App, orders: Sequence[Order]) -> tuple[list[BackfillReport], ProcessSummary, list[str]]:
    reports: list[BackfillReport] = []
    problems: list[str] = []
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(order: Order) -> None:
        async with turns:
            try:
                reports.append(await built_app.service.backfill(order, tell))
            except MonitorError as exc:
                if len(orders) == 1:
                    raise
                problems.append(f"{order.source}: {exc}")

    with _progress(built_app.clock) as tell:
        await asyncio.gather(*(one(order) for order in orders))
    reports.sort(key=lambda report: [order.source for order in orders].index(report.source))
    return reports, await built_app.service.process_pending(), problems


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
