"""`run`, `once`, `demo`: commands that watch."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, cast

import typer

from monitor.cli import output
from monitor.cli.app import WATCH, app, built, config_file, configuration
from monitor.config import load_config
from monitor.errors import MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.daemon.reloading import Reloader
    from monitor.daemon.schedule import Event
    from monitor.demonstration import DemoReport
    from monitor.service import DeliverySummary, PollSummary, ProcessSummary
    from monitor.web import Site

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · JSON for programs.")]


@app.command(rich_help_panel=WATCH)
def run() -> None:
    """启动守护进程 · Run the daemon: poll each source at its own pace, understand, alert.

    Stops on Ctrl-C or SIGTERM after finishing what is in hand (at most 10 seconds). A changed configuration file is read by
    itself, and on SIGHUP; a wrong one is refused, and the old one stays. A second daemon on the same database refuses to
    start. The first poll of a new source is a silent baseline: no storm of old news.
    """
    with _no_collecting():
        from monitor.bootstrap import build_app, check_source, rebuild, run_async
        from monitor.daemon.reloading import Reloader

        config = configuration()
    with build_app(config) as built_app, built_app.database.daemon_lock():
        file = config_file()
        reloader = Reloader(
            file,
            config,
            load=lambda: load_config(file),
            rebuild=lambda new: rebuild(built_app, new),
            check_source=check_source,
        )
        output.note(f"保讯开始工作 watching {len(config.enabled_sources)} sources; stop with Ctrl-C")
        run_async(lambda: _daemon(built_app, reloader))
    output.note("已停止 stopped; nothing is lost")


@contextmanager
def _no_collecting() -> Iterator[None]:
    """What is loaded here stays for the life of the process: looking for garbage in it takes a tenth of the start, and of every
    later look."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def _daemon(built_app: App, reloader: Reloader) -> None:
    from monitor.care import Keeper
    from monitor.daemon.schedule import Daemon
    from monitor.daemon.supervision import supervisor

    stop = asyncio.Event()
    told = supervisor(os.environ)
    care = Keeper(built_app.care, built_app.clock)
    site = _site(built_app)
    daemon = Daemon(
        built_app.service,
        companions=[care, *([site.server()] if site else [])],
        reloader=reloader,
        supervisor=told,
        on_event=lambda event: _told(event, site),
    )
    if site:
        site.watch(daemon)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, daemon.reload)
    await daemon.run(stop)


def _site(built_app: App) -> Site | None:
    """The daemon's pages, where they are wanted."""
    if not built_app.config.web.enabled:
        return None
    from monitor.web import Site

    return Site(built_app)


def _told(event: Event, site: Site | None) -> None:
    """Announce an event; the pages follow a reload."""
    from monitor.daemon.reloading import Refused, Reloaded

    _announce(event)
    if site and isinstance(event, Reloaded):
        site.reloaded(cast("App", event.app))  # `run` lets the reloader build one
    elif site and isinstance(event, Refused):
        site.refused()


def _announce(event: Event) -> None:
    from monitor.daemon.missing import Missed
    from monitor.daemon.reloading import Refused, Reloaded
    from monitor.daemon.timekeeping import Jump
    from monitor.service import DeliverySummary, PollSummary, ProcessSummary

    match event:
        case PollSummary():
            if event.problem:
                output.note(f"{event.source}: {event.problem}")
            elif event.stored:
                kind = "基线 baseline" if event.baseline else "新 new"
                output.note(f"{event.source}: {kind} {event.stored}")
        case ProcessSummary():
            output.note(f"处理 processed {event.total}: {event.relevant} relevant, {event.duplicate} copies, "
                        f"{event.irrelevant} irrelevant, {event.alerts} alerts")  # fmt: skip
        case DeliverySummary():
            output.note(f"送达 delivered {event.done}, waiting {event.waiting}, given up {event.dead}")
        case Missed():
            output.note(f"错过 missed {len(event.sources)} checks ({event.why}); they are made up for now")
        case Jump():
            output.note(f"时钟变动 {event}; everything is planned again")
        case Reloaded():
            changed = ", ".join(map(str, event.changes)) or "无变化 nothing changed"
            output.note(f"已重新载入配置 reloaded: {changed}")
        case Refused():
            output.tell_error(f"新配置未生效，仍用原配置 refused {event.file}; the old configuration stays in use:")
            for problem in event.problems:
                output.tell_error(f"  {problem}")


@app.command(rich_help_panel=WATCH)
def once(
    source: Annotated[
        list[str] | None, typer.Option("--source", "-s", help="只查这些来源 Only these sources, due or not.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="不管是否到期 All enabled sources, due or not.")] = False,
    as_json: AsJson = False,
) -> None:
    """跑一轮就退出 · Poll what is due, process, deliver, exit: for cron.

    Exit code 1 when every polled source failed, or when an alert was given up.
    """
    from monitor.bootstrap import run_async

    with built() as built_app, built_app.database.daemon_lock():
        polls, processed, delivered, problems = run_async(lambda: _round(built_app, source or [], every))
    if as_json:
        output.as_json({"polls": polls, "processed": processed, "delivered": delivered, "problems": problems})
    else:
        _show_polls(polls)
        for problem in problems:
            output.tell_error(problem)
        output.say(
            f"处理 processed {processed.total}: {processed.relevant} relevant, {processed.duplicate} copies, "
            f"{processed.irrelevant} irrelevant, {processed.quarantined} quarantined; "
            f"提醒 alerts {processed.alerts}, 送达 delivered {delivered.done}, waiting {delivered.waiting}, "
            f"given up {delivered.dead}"
        )
    all_failed = bool(polls or problems) and not any(p.succeeded for p in polls)
    if all_failed or delivered.dead:
        raise typer.Exit(1)


async def _round(
    built_app: App, named: Sequence[str], every: bool
) -> tuple[list[PollSummary], ProcessSummary, DeliverySummary, list[str]]:
    service = built_app.service
    names = list(named) or (
        [s.name for s in built_app.config.enabled_sources] if every else list(service.due_sources())
    )
    unknown = [n for n in names if built_app.config.source(n) is None]
    if unknown:
        raise UsageError(f"no source is called {unknown[0]!r}; `baoxun sources list` shows their names")
    polls: list[PollSummary] = []
    problems: list[str] = []
    with output.progress("查询来源 polling", len(names)) as bar:

        async def poll(name: str) -> None:
            try:
                polls.append(await service.poll(name))
            except MonitorError as exc:
                problems.append(f"{name}: {exc}")
            bar.advance(bar.task_ids[0])

        await asyncio.gather(*(poll(name) for name in names))
    processed = await service.process_pending()
    await service.attend()
    return polls, processed, await service.deliver_due(), problems


def _show_polls(polls: Sequence[PollSummary]) -> None:
    output.table(
        ("来源 source", "发现 found", "新存 stored", "略过 skipped", "失败 failed", "结果 outcome"),
        [
            (p.source, p.found, p.stored, p.skipped, p.failed,
             p.problem or ("无变化 unchanged" if p.unchanged else "基线 baseline" if p.baseline else "ok"))
            for p in sorted(polls, key=lambda p: p.source)
        ],
    )  # fmt: skip


@app.command(rich_help_panel=WATCH)
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="放出全部样稿，跑完即退 Release everything, one round, exit.")
    ] = False,
    as_json: AsJson = False,
    port: Annotated[int, typer.Option(help="样站端口 Port of the sample web; 0 takes a free one.")] = 0,
) -> None:
    """演示 · Watch the real thing at work on a sample web: no internet, no account.

    A small web of six sites is served on this machine; new articles keep appearing, alerts are printed here. The same
    code as `run`, on a throw-away database. `--once` checks itself against the expected alerts (exit code 1 if they
    differ).
    """
    from monitor.demonstration import run_demo

    report = run_demo(once=once, port=port, quiet=as_json, on_event=_announce, tell=output.note)
    if not once:
        return
    if as_json:
        output.as_json(report.as_json())
    else:
        _show_demo(report)
    if report.mismatches:
        raise typer.Exit(1)


def _show_demo(report: DemoReport) -> None:
    output.say(
        f"{report.articles} articles, {report.duplicates} copies folded, {len(report.alerts)} alerts, "
        f"{report.expected} expected"
    )
    for mismatch in report.mismatches:
        output.tell_error(f"{mismatch.fault.value}: {mismatch.subject}: {mismatch.detail}")
    if not report.mismatches:
        output.say("演示通过 every expected alert came, once, and nothing else did", style="green")
