"""What the program says of itself, as alerts to named receivers: a trouble's start and end, and the daily sign of life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from alerts import Alert, AlertKind, Audience, Link, Severity
from monitor import phrases
from monitor.operations import Condition, ConditionKind, Heartbeat, Notice, Phase

_KINDS: Mapping[ConditionKind, tuple[str, str]] = {
    ConditionKind.SOURCE_BROKEN: ("来源故障", "Source broken"),
    ConditionKind.SOURCE_SILENT: ("来源静默", "Source silent"),
    ConditionKind.CHANNEL_DEAD: ("通道中断", "Channel dead"),
    ConditionKind.DISK_NEARLY_FULL: ("磁盘将满", "Disk nearly full"),
    ConditionKind.BACKLOG_GROWING: ("积压增长", "Backlog growing"),
    ConditionKind.DATABASE_LOCKED: ("数据库被占用", "Database locked"),
    ConditionKind.CONFIGURATION_REFUSED: ("新配置未生效", "Configuration refused"),
}
_FACTS: Mapping[str, tuple[str, str]] = {
    "failures": ("连续失败", "Failures in a row"),
    "last_success": ("上次成功", "Last success"),
    "problem": ("原因", "Problem"),
    "silent_since": ("静默起始", "Silent since"),
    "resting_since": ("停发起始", "Resting since"),
    "dead_letters": ("未送达", "Dead letters"),
    "free": ("剩余空间", "Free space"),
    "waiting": ("待处理", "Waiting"),
    "busy": ("被占用次数", "Times busy"),
    "refused": ("写入被拒次数", "Writes refused"),
    "since": ("起始", "Since"),
    "lasted": ("持续", "Lasted"),
    "count": ("出现次数", "Times seen"),
    "remedy": ("处理", "What to do"),
}
_REMEDIES: Mapping[ConditionKind, tuple[str, str]] = {
    ConditionKind.SOURCE_BROKEN: ("baoxun sources test {subject}", "baoxun sources test {subject}"),
    ConditionKind.SOURCE_SILENT: ("baoxun sources test {subject}", "baoxun sources test {subject}"),
    ConditionKind.CHANNEL_DEAD: (
        "baoxun channels test；修好后 baoxun alerts resend",
        "baoxun channels test; once mended, baoxun alerts resend",
    ),
    ConditionKind.DISK_NEARLY_FULL: ("清理或扩容，磁盘写满后一切停止", "free some space: a full disk stops everything"),
    ConditionKind.BACKLOG_GROWING: ("查看日志；必要时增加 worker", "see the log; add workers if need be"),
    ConditionKind.DATABASE_LOCKED: ("查找占用数据库的其他程序", "look for another program on the database"),
    ConditionKind.CONFIGURATION_REFUSED: (
        "仍按原配置运行；baoxun check 列出全部问题，改好后自动生效",
        "the old one is still in use; baoxun check lists every problem, and it is read again once mended",
    ),
}
_GRAVE = frozenset({ConditionKind.CHANNEL_DEAD, ConditionKind.DISK_NEARLY_FULL, ConditionKind.DATABASE_LOCKED})
"""Troubles under which nothing may arrive, or be kept, any more."""


def notice_alert(notice: Notice, *, to: Sequence[str], lang: str, now: dt.datetime) -> Alert:
    """The alert on the start or the end of a trouble, for the receivers `to`."""
    c = notice.condition
    name = _of(_KINDS[c.kind], lang)
    starts = notice.phase is Phase.START
    title = f"{name}{_colon(lang)}{c.subject}"
    if not starts:
        title = f"Recovered: {title}" if lang == "en" else f"已恢复：{title}"
    facts = [(_name("since", lang), phrases.moment(c.started_at))]
    if starts:
        facts += [(_name(code, lang), printed) for code, printed in c.facts]
        facts.append((_name("remedy", lang), _of(_REMEDIES[c.kind], lang).format(subject=c.subject)))
    else:
        facts.append((_name("lasted", lang), duration(c.lasted(now), lang)))
        facts.append((_name("count", lang), str(c.count)))
    return Alert(
        key=notice.key,
        thread=notice.thread,
        title=title,
        summary=_summary(c, lang) if starts else "",
        evidence="",
        link=Link(title="", url=""),
        created_at=now,
        severity=(Severity.URGENT if c.kind in _GRAVE else Severity.NOTICE) if starts else Severity.INFO,
        labels={"condition": (c.kind.value,), "subject": (c.subject,)},
        facts=tuple(facts),
        lang=lang,
        kind=AlertKind.OPERATIONS,
        audience=Audience.NAMED,
        to=tuple(to),
    )


def heartbeat_alert(beat: Heartbeat, *, to: Sequence[str], lang: str) -> Alert:
    """The daily sign of life, with a line for each trouble that lasts, for the receivers `to`."""
    f, troubles = beat.figures, len(beat.troubles)
    if lang == "en":
        health = f"{troubles} {'trouble' if troubles == 1 else 'troubles'}" if troubles else "all healthy"
        counted = f"{f.sources:,} sources, {f.pages:,} pages, {f.matches:,} matches, {f.alerts:,} alerts, {health}"
        title = f"Heartbeat {beat.day}: {health}"
    else:
        health = f"{troubles} 项故障" if troubles else "一切正常"
        counted = f"{f.sources:,} 个来源，{f.pages:,} 页，{f.matches:,} 条命中，{f.alerts:,} 条提醒，{health}"
        title = f"每日心跳 {beat.day}：{health}"
    return Alert(
        key=beat.key,
        thread="heartbeat",
        title=title,
        summary=counted,
        evidence="",
        link=Link(title="", url=""),
        created_at=beat.at,
        severity=Severity.NOTICE if troubles else Severity.INFO,
        labels={"condition": ("heartbeat",)},
        facts=tuple((f"{_of(_KINDS[c.kind], lang)} {c.subject}", _line(c, beat.at, lang)) for c in beat.troubles),
        lang=lang,
        kind=AlertKind.OPERATIONS,
        audience=Audience.NAMED,
        to=tuple(to),
    )


def duration(span: dt.timedelta, lang: str) -> str:
    """A length of time in its two largest units: 2 小时 10 分; 3 d 4 h."""
    minutes = max(int(span.total_seconds() // 60), 0)
    units = [(1440, " d", " 天"), (60, " h", " 小时"), (1, " min", " 分")]
    parts = []
    for size, en, zh in units:
        count, minutes = divmod(minutes, size)
        if count:
            parts.append(f"{count}{en if lang == 'en' else zh}")
    return " ".join(parts[:2]) or ("under a minute" if lang == "en" else "不到 1 分")


def _summary(condition: Condition, lang: str) -> str:
    printed = dict(condition.facts)
    measured = printed.get("problem") or next(iter(printed.values()), "")
    since = phrases.moment(condition.started_at)
    return f"since {since}; {measured}".rstrip("; ") if lang == "en" else f"自 {since} 起；{measured}".rstrip("；")


def _line(condition: Condition, at: dt.datetime, lang: str) -> str:
    lasted, since = duration(condition.lasted(at), lang), phrases.moment(condition.started_at)
    if lang == "en":
        return f"since {since}, for {lasted}, seen {condition.count} times"
    return f"自 {since} 起，已 {lasted}，出现 {condition.count} 次"


def _name(code: str, lang: str) -> str:
    return _of(_FACTS.get(code, (code, code)), lang)


def _of(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]


def _colon(lang: str) -> str:
    return ": " if lang == "en" else "："
