"""`status`: is it working? One screen: the verdict first, then what it rests on, then what to do."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from monitor.cli import output
from monitor.cli.app import WATCH, app, configuration
from monitor.cli.running import AsJson
from monitor.clock import system_clock
from monitor.config import Config, WebConfig
from monitor.phrases import moment
from monitor.records import Hop, PollOutcome
from monitor.wellbeing import Finding, Level, Running, Wellbeing, judge, kind_of

if TYPE_CHECKING:
    from monitor.storage import Database

VERDICTS = {
    Level.WORKING: ("✔ 正常 working", "bold green"),
    Level.ATTENTION: ("! 在工作，有事要处理 working, but look at this", "bold yellow"),
    Level.NOT_WORKING: ("✘ 不正常 not working", "bold red"),
}
MARKS = {Level.WORKING: "✔", Level.ATTENTION: "!", Level.NOT_WORKING: "✘"}
KINDS = {
    "ok": "正常 ok",
    "quiet": "安静 quiet",
    "stumbling": "偶有失败 stumbling",
    "failing": "失败 failing",
    "silent": "静默 silent",
    "resting": "休息 resting",
    "never polled": "未查过 never polled",
    "off": "停用 off",
}
HOPS = {
    Hop.STORED: "发布→入库 published→stored",
    Hop.SETTLED: "入库→判定 →settled",
    Hop.ACCEPTED: "判定→送达 →accepted",
}
OUTCOMES = {
    PollOutcome.NEW: "有新 new",
    PollOutcome.NOTHING_NEW: "无新 nothing new",
    PollOutcome.UNCHANGED: "无变化 unchanged",
    PollOutcome.FAILED: "失败 failed",
    PollOutcome.BLOCKED: "被拦 blocked",
    PollOutcome.MISSED: "错过 missed",
}

PATIENCE = 3.0
"""Seconds that the daemon's pages may take to answer."""

Lines = Iterator[tuple[str, str]]


@app.command(rich_help_panel=WATCH)
def status(
    no_daemon: Annotated[
        bool,
        typer.Option("--no-daemon", help="由 cron 跑 once：不要求守护进程 For cron and `once`: no daemon is expected."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """它在正常工作吗 · Is it working? The verdict, what it rests on, and what to do, on one screen.

    Read from the database and, where it answers, from the running daemon; nothing is changed. Exit code 0 where it works,
    also if something is to be done; 1 where it does not.
    """
    from monitor import measuring
    from monitor.config.building import build_database_url
    from monitor.errors import UsageError
    from monitor.storage import Database, Store

    config, now = configuration(), system_clock()
    database = Database(build_database_url(config), create_folder=False)
    if database.sqlite_path is not None and not database.sqlite_path.exists():
        raise UsageError(f"还没有数据库 there is no database yet ({database.sqlite_path}): baoxun run")
    try:
        store = Store(database)
        found = judge(
            _running(config, database),
            measuring.take(store, config, now),
            measuring.sources(store, config, now),
            measuring.day(store, config, now),
            expects_daemon=not no_daemon,
        )
    finally:
        database.close()
    if as_json:
        output.as_json(_values(found))
    else:
        _show(found, config)
    if found.level is Level.NOT_WORKING:
        raise typer.Exit(1)


def _running(config: Config, database: Database) -> Running:
    """Whether the lock is held, and what the daemon says of itself."""
    from monitor.storage.holder import find_holder

    holder = find_holder(database)
    if holder is None:
        return Running(runs=False)
    told = _ask(config.web) if config.web.enabled and config.web.port else None
    if told is None or (holder.pid is not None and told.get("pid") != holder.pid):  # or another one's pages
        return Running(runs=True, pid=holder.pid, since=holder.since)
    return Running(runs=True, pid=told.get("pid"), since=holder.since, asked=True, problems=tuple(told["reasons"]))


def _ask(web: WebConfig) -> dict[str, Any] | None:
    """What `/readyz` says; None where nobody answers as a daemon of ours would."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)  # noqa: S104  compared with, not listened on
    connection = http.client.HTTPConnection(host, web.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz")
        told = json.loads(connection.getresponse().read(1_000_000))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return told if isinstance(told, dict) and isinstance(told.get("reasons"), list) else None


def _show(found: Wellbeing, config: Config) -> None:
    text, style = VERDICTS[found.level]
    output.say(text, style=style)
    _grid(list(_facts(found, config)))
    if found.findings:
        output.say()
        output.say("原因与处理 why, and what to do", style="bold")
        for finding in found.findings:
            _show_finding(finding)
    if found.worst:
        output.say()
        output.say("最差的来源 the worst sources", style="bold")
        for one in found.worst:
            why = one.verdict.reason(config.monitor.language) if one.verdict else ""
            output.say(f"  {one.source.name}  {KINDS[kind_of(one)]}  {why}")
            output.say(f"    → baoxun sources test {one.source.name}", style="dim")


def _show_finding(finding: Finding) -> None:
    output.say(f"{MARKS[finding.level]} {finding.chinese} · {finding.english}", style=VERDICTS[finding.level][1])
    output.say(f"    → {finding.remedy}", style="dim")


def _grid(lines: Sequence[tuple[str, str]]) -> None:
    """Two columns on a terminal, folded to its width; `label: text` in a pipe."""
    if not sys.stdout.isatty():
        for label, text in lines:
            output.say(f"{label}: {text}")
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for label, text in lines:
        grid.add_row(escape(label), escape(text))
    output.console().print(grid)


def _facts(found: Wellbeing, config: Config) -> Lines:
    vitals, day, room = found.vitals, found.day, found.vitals.room
    yield "守护进程 daemon", _about_daemon(found.running, vitals.at, config)
    yield "查询 checks", _about_checks(found)
    told = [f"{KINDS[kind]} {count}" for kind, count in found.sources.items() if count]
    yield "来源 sources", " · ".join(told) or "无 none"
    yield (
        "今天 today",
        f"文章 articles {day.stored:,} · 命中 matches {day.matches:,} · 送达 delivered {day.delivered:,}",
    )
    waits = f"待理解 articles {vitals.pending:,} · 该发 due {vitals.due:,} · 留待定时 held {vitals.held:,}"
    oldest = f" · 最久 oldest {_span(vitals.at - vitals.waiting_since)}" if vitals.waiting_since else ""
    yield "等待 waiting", waits + oldest
    if vitals.lags:
        lags = [f"{HOPS[hop]} {_seconds(lag.median)}, p99 {_seconds(lag.p99)}" for hop, lag in vitals.lags.items()]
        yield "耗时 lag, 24 h", " · ".join(lags)
    share = f" ({room.free / room.total:.0%})" if room.total else ""
    yield (
        "磁盘 disk",
        (
            f"剩余 free {_size(room.free)}{share} · 数据库 database {_size(room.database)} · 原始页 raw pages {_size(room.raw)}"
        ),
    )
    if vitals.heartbeat_at:
        yield "心跳 heartbeat", moment(vitals.heartbeat_at, config.zone)


def _about_daemon(running: Running, now: dt.datetime, config: Config) -> str:
    if not running.runs:
        return "未运行 not running"
    parts = ["运行中 running"]
    if running.pid is not None:
        parts.append(f"进程 pid {running.pid}")
    if running.since is not None:
        parts.append(f"自 since {moment(running.since, config.zone)} ({_span(now - running.since)})")
    if config.web.enabled and config.web.port:
        parts.append("页面可达 pages answer" if running.asked else "页面无应答 pages do not answer")
    return " · ".join(parts)


def _about_checks(found: Wellbeing) -> str:
    vitals, polls = found.vitals, found.day.polls
    parts: list[str] = []
    if last := vitals.last_poll:
        parts.append(f"上次 last {_span(vitals.at - last.ended_at)} 前 ago ({last.source}: {OUTCOMES[last.outcome]})")
    if vitals.next_check_at:
        wait = vitals.next_check_at - vitals.at
        parts.append(f"下次 next {_span(wait)} 后 from now" if wait > dt.timedelta(0) else "下次 next 现在 now")
    done = sum(count for outcome, count in polls.items() if outcome is not PollOutcome.MISSED)
    failed = polls.get(PollOutcome.FAILED, 0) + polls.get(PollOutcome.BLOCKED, 0)
    parts.append(f"24 h: {done:,} 次, 失败 failed {failed:,}, 错过 missed {polls.get(PollOutcome.MISSED, 0):,}")
    return " · ".join(parts)


def _span(span: dt.timedelta) -> str:
    """A length of time in its two largest units: 2d3h, 12m, 40s."""
    left = max(int(span.total_seconds()), 0)
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count or (unit == "s" and not parts):
            parts.append(f"{count}{unit}")
    return "".join(parts[:2]) if parts[0][-1] in "dh" else parts[0]


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}s" if seconds < 10 else _span(dt.timedelta(seconds=seconds))


def _size(count: int) -> str:
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def _values(found: Wellbeing) -> dict[str, Any]:
    """The verdict for programs."""
    vitals, running, day = found.vitals, found.running, found.day
    last = vitals.last_poll
    return {
        "status": found.level.value,
        "at": vitals.at,
        "findings": [
            {"level": f.level.value, "zh": f.chinese, "en": f.english, "remedy": f.remedy} for f in found.findings
        ],
        "daemon": {
            "running": running.runs, "pid": running.pid, "since": running.since, "asked": running.asked,
            "problems": running.problems,
        },
        "last_check": {"source": last.source, "outcome": last.outcome.value, "at": last.ended_at} if last else None,
        "next_check_at": vitals.next_check_at,
        "overdue": vitals.overdue,
        "checks_24h": {outcome.value: day.polls.get(outcome, 0) for outcome in PollOutcome},
        "sources": dict(found.sources),
        "worst": [
            {"source": one.source.name, "kind": kind_of(one), "why": one.verdict.reason("en") if one.verdict else ""}
            for one in found.worst
        ],
        "today": {"articles": day.stored, "matches": day.matches, "delivered": day.delivered},
        "not_delivered_24h": day.dead,
        "articles": {status.value: count for status, count in vitals.articles.items()},
        "waiting": {
            "articles": vitals.pending, "due": vitals.due, "held": vitals.held, "unrouted": vitals.not_admitted,
            "since": vitals.waiting_since,
        },
        "lags": {
            hop.value: {"count": lag.count, "median": round(lag.median, 3), "p99": round(lag.p99, 3)}
            for hop, lag in vitals.lags.items()
        },
        "conditions": [
            {"kind": c.kind.value, "subject": c.subject, "since": c.started_at, "facts": dict(c.facts)}
            for c in vitals.conditions
        ],
        "heartbeat_at": vitals.heartbeat_at,
        "disk": {
            "free": vitals.room.free, "total": vitals.room.total, "database": vitals.room.database, "raw": vitals.room.raw,
        },
        "schema": vitals.schema,
    }  # fmt: skip
