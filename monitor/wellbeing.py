"""Is it working? From what was measured to one verdict with its reasons, each with what to do about it. Pure.

Working is what the people who are to be told of things would call so: sources are read, what comes is understood, alerts arrive.
One source of many that fails is worth attention and no more; alerts that cannot go out, or a daemon that is not there, mean that
it is not working, however well all else is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.inventory import Health, Standing
from monitor.operations import ConditionKind, full_disk
from monitor.pacing import Why
from monitor.records import PollOutcome, Status
from monitor.vitals import Vitals

WORST = 5
"""Sources in trouble that are named; the others are counted."""

FEW = 3
"""So many sources do not all stumble at one time by chance: it is the network, or this machine."""

SOON = dt.timedelta(minutes=15)
"""What has waited for longer than this is late …"""
LONG = dt.timedelta(hours=1)
"""… and after this it does not look as if it would still come."""
FULL = 100_000_000
"""With less room than this, in bytes, the next page or row may not fit."""

_GRAVE = frozenset({ConditionKind.CHANNEL_DEAD, ConditionKind.DATABASE_LOCKED})
_TOLD_OTHERWISE = frozenset({ConditionKind.SOURCE_BROKEN, ConditionKind.SOURCE_SILENT, ConditionKind.DISK_NEARLY_FULL})
"""Conditions that are looked at anew here: their remembered state may be older than what is measured."""


class Level(StrEnum):
    """The verdict."""

    WORKING = "working"
    ATTENTION = "needs attention"  # it works, and something is to be done
    NOT_WORKING = "not working"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One reason, in both languages, and what to do."""

    level: Level
    chinese: str
    english: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """The daemon as seen from outside. `problems` are its own words on why it is not ready; `asked` is whether its pages
    answered."""

    runs: bool
    pid: int | None = None
    since: dt.datetime | None = None
    asked: bool = False
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What was done. `stored` articles, `matches` among them and `delivered` alerts since midnight; `dead` deliveries, `polls`
    by outcome over 24 hours."""

    stored: int
    matches: int
    delivered: int
    dead: int
    polls: Mapping[PollOutcome, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wellbeing:
    """The verdict, its reasons (gravest first), and what it was made of."""

    level: Level
    findings: tuple[Finding, ...]
    running: Running
    vitals: Vitals
    day: Day
    sources: Mapping[str, int]
    """How many sources there are of each kind: `ok`, `quiet`, `stumbling`, `failing`, `silent`, `resting`, `never polled`,
    `off`."""
    worst: tuple[Standing, ...]
    """Sources in trouble, the worst first, `WORST` at most."""


def judge(
    running: Running, vitals: Vitals, standings: Sequence[Standing], day: Day, *, expects_daemon: bool = True
) -> Wellbeing:
    """The verdict at `vitals.at`. Without `expects_daemon` (where cron runs `once`) only what was done counts."""
    findings = [
        *_of_daemon(running, expects_daemon),
        *(_of_work(vitals) if running.runs or not expects_daemon else ()),
        *_of_sources(standings),
        *_of_alerts(vitals, day),
        *_of_conditions(vitals),
        *_of_room(vitals),
    ]
    levels = [*Level]
    findings.sort(key=lambda finding: -levels.index(finding.level))
    return Wellbeing(
        level=findings[0].level if findings else Level.WORKING,
        findings=tuple(findings),
        running=running,
        vitals=vitals,
        day=day,
        sources=_counted(standings),
        worst=_worst(standings),
    )


def kind_of(one: Standing) -> str:
    """How a source is counted: as its health, but resting where it was asked to rest or is blocked."""
    rests = one.record is not None and one.record.pacing.get("why") in (Why.BLOCKED, Why.RETRY_AFTER)
    return "resting" if rests and one.health in (Health.FAILING, Health.STUMBLING) else one.health.value


def _of_daemon(running: Running, expects_daemon: bool) -> Iterator[Finding]:
    if not running.runs and expects_daemon:
        yield _broken(
            "守护进程没有运行", "the daemon is not running",
            "baoxun run（或 or systemctl start baoxun）；由 cron 跑 once 时 where cron runs once: baoxun status --no-daemon",
        )  # fmt: skip
    for problem in running.problems:
        yield _broken(f"守护进程：{problem}", f"the daemon says: {problem}", "看日志 see the log; baoxun check")


def _of_work(vitals: Vitals) -> Iterator[Finding]:
    late = vitals.at - vitals.overdue_since if vitals.overdue_since else dt.timedelta(0)
    if late > SOON:
        level = Level.NOT_WORKING if late > LONG else Level.ATTENTION
        yield Finding(
            level=level,
            chinese=f"{vitals.overdue} 个来源该查未查，最久已 {_minutes(late)} 分钟",
            english=f"{_many(vitals.overdue, 'source')} overdue, the first for {_minutes(late)} min",
            remedy="看日志 see the log; 重启 restart",
        )
    waited = vitals.at - vitals.pending_since if vitals.pending_since else dt.timedelta(0)
    if waited > SOON:
        yield Finding(
            level=Level.NOT_WORKING if waited > LONG else Level.ATTENTION,
            chinese=f"{vitals.pending} 篇文章待理解，最久已 {_minutes(waited)} 分钟",
            english=f"{_many(vitals.pending, 'article')} not understood yet, the first for {_minutes(waited)} min",
            remedy="看日志 see the log; 回溯进行中属正常 normal during a backfill",
        )


def _of_sources(standings: Sequence[Standing]) -> Iterator[Finding]:
    enabled = [one for one in standings if one.health is not Health.OFF]
    if not enabled:
        yield _broken(
            "没有启用任何来源", "no source is enabled", "config.yaml: sources（baoxun sources list --catalogue）"
        )
        return
    kinds = [kind_of(one) for one in enabled]
    failing, silent = kinds.count(Health.FAILING.value), kinds.count(Health.SILENT.value)
    asked = len(kinds) - kinds.count(Health.NEVER.value)
    if failing and failing == asked:
        yield _broken("所有来源都读不到", "no source can be read", "检查网络 check the network; baoxun sources list")
    elif asked >= FEW and failing + kinds.count(Health.STUMBLING.value) == asked:
        yield _worth(
            f"问过的 {asked} 个来源都没读到", f"none of the {asked} sources asked so far could be read",
            "检查网络 check the network; baoxun sources list",
        )  # fmt: skip
    elif failing:
        yield _worth(f"{failing} 个来源读不到", f"{_many(failing, 'source')} cannot be read", "见下 see below")
    if silent:
        yield _worth(
            f"{silent} 个来源反常地没有新内容",
            f"{_many(silent, 'source')} unusually silent",
            "见下 see below",
        )


def _of_alerts(vitals: Vitals, day: Day) -> Iterator[Finding]:
    late = vitals.at - vitals.due_since if vitals.due_since else dt.timedelta(0)
    if late > SOON:
        yield _broken(
            f"{vitals.due} 条提醒该发未发，最久已 {_minutes(late)} 分钟",
            f"{_many(vitals.due, 'alert')} not sent, the first due {_minutes(late)} min ago",
            "baoxun channels test; baoxun alerts list",
        )
    waited = vitals.at - vitals.not_admitted_since if vitals.not_admitted_since else dt.timedelta(0)
    if waited > SOON:
        yield _broken(
            f"{vitals.not_admitted} 条提醒尚未分发",
            f"{_many(vitals.not_admitted, 'alert')} not routed yet",
            "看日志 see the log",
        )
    if day.dead:
        yield _worth(
            f"24 小时内 {day.dead} 条提醒未送达", f"{_many(day.dead, 'alert')} did not arrive in 24 h",
            "baoxun alerts list; 修好后 once mended: baoxun alerts resend",
        )  # fmt: skip
    if missed := day.polls.get(PollOutcome.MISSED, 0):
        yield _worth(
            f"24 小时内错过 {missed} 次查询（已补查）", f"{_many(missed, 'check')} missed in 24 h, and made up for",
            "机器休眠、停机或过忙 the machine slept, was off or too busy",
        )  # fmt: skip


def _of_conditions(vitals: Vitals) -> Iterator[Finding]:
    for c in vitals.conditions:
        if c.kind in _TOLD_OTHERWISE:
            continue
        printed = "; ".join(f"{code} {value}" for code, value in c.facts)
        yield Finding(
            level=Level.NOT_WORKING if c.kind in _GRAVE else Level.ATTENTION,
            chinese=f"{_KINDS.get(c.kind, c.kind.value)}：{c.subject}（{printed}）",
            english=f"{c.kind.value.replace('_', ' ')}: {c.subject}",
            remedy=_REMEDIES.get(c.kind, "看日志 see the log"),
        )
    if count := vitals.articles.get(Status.QUARANTINED, 0):
        yield _worth(
            f"{count} 篇文章无法处理，已隔离", f"{_many(count, 'article')} could not be processed, set aside",
            "baoxun list --status quarantined",
        )  # fmt: skip


def _of_room(vitals: Vitals) -> Iterator[Finding]:
    room = vitals.room
    free = f"{room.free / 1e9:.1f} GB"
    remedy = "清理或扩容 free some space; docs/operations.md"
    if room.free < FULL:
        yield _broken(f"磁盘已满，仅剩 {free}", f"the disk is full: {free} left", remedy)
    elif full_disk("", room.free, room.total).holds:
        yield _worth(f"磁盘将满，仅剩 {free}", f"the disk is nearly full: {free} left", remedy)


_KINDS = {
    ConditionKind.CHANNEL_DEAD: "渠道不通",
    ConditionKind.BACKLOG_GROWING: "积压增长",
    ConditionKind.DATABASE_LOCKED: "数据库被占用",
    ConditionKind.CONFIGURATION_REFUSED: "新配置未生效",
}
_REMEDIES = {
    ConditionKind.CHANNEL_DEAD: "baoxun channels test; 修好后 once mended: baoxun alerts resend",
    ConditionKind.CONFIGURATION_REFUSED: "baoxun check",
    ConditionKind.DATABASE_LOCKED: "查找占用数据库的其他程序 look for another program on the database",
}


def _counted(standings: Sequence[Standing]) -> Mapping[str, int]:
    kinds = [kind_of(one) for one in standings]
    order = ("ok", "quiet", "stumbling", "failing", "silent", "resting", "never polled", "off")
    return {kind: kinds.count(kind) for kind in order}


def _worst(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """Those that fail, for longest first; then those that are silent; then those that rest."""
    ranks = {Health.FAILING.value: 0, Health.SILENT.value: 1, "resting": 2}

    def badness(one: Standing) -> tuple[int, float, str]:
        failures = one.record.failures if one.record else 0
        silent = one.verdict.silent_from if one.verdict else None
        grade = silent.timestamp() if silent and kind_of(one) == Health.SILENT.value else -float(failures)
        return ranks[kind_of(one)], grade, one.source.name

    return tuple(sorted((one for one in standings if kind_of(one) in ranks), key=badness)[:WORST])


def _broken(chinese: str, english: str, remedy: str) -> Finding:
    return Finding(level=Level.NOT_WORKING, chinese=chinese, english=english, remedy=remedy)


def _worth(chinese: str, english: str, remedy: str) -> Finding:
    return Finding(level=Level.ATTENTION, chinese=chinese, english=english, remedy=remedy)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _minutes(span: dt.timedelta) -> str:
    return f"{span.total_seconds() / 60:,.0f}"
