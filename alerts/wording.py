"""Our own words in a message, by language. Everything else in a message is the alert's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerts.escape import Safe
from alerts.model import AlertKind, Change, Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Plural:
    """A phrase with `{count}` for one and for more; Chinese needs no difference."""

    one: str
    more: str

    def of(self, count: int) -> str:
        """The phrase for this count."""
        return (self.one if count == 1 else self.more).format(count=count)


def _same(phrase: str) -> Plural:
    return Plural(one=phrase, more=phrase)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """The words around an alert. `colon`, `comma` and the brackets are punctuation of the language."""

    lang: str
    colon: str
    comma: str
    brackets: str
    evidence: str
    original: str
    copies: str
    published: str
    found: str
    repeat: str
    repeat_note: str
    more_facts: Plural
    more_changes: Plural
    more_copies: Plural
    more_alerts: Plural
    footer: str
    severity: Mapping[Severity, str]
    kinds: Mapping[AlertKind, str]
    changes: str
    unknown: str
    withdrawn: str
    deadline: str
    days_left: Plural
    hours_left: Plural
    minutes_left: Plural
    over: str
    untaken: str
    merged: str
    digests: tuple[str, str, str]
    digest_at_any_hour: str
    alerts: Plural
    other: str
    earlier: str

    def omitted_facts(self, count: int) -> str:
        """The line that says how many facts had no room."""
        return self.more_facts.of(count)

    def omitted_changes(self, count: int) -> str:
        """The line that says how many changes had no room."""
        return self.more_changes.of(count)

    def omitted_copies(self, count: int) -> str:
        """The line that says how many copies are not listed."""
        return self.more_copies.of(count)

    def omitted_alerts(self, count: int) -> str:
        """The line that says how many alerts of a bundle had no room."""
        return self.more_alerts.of(count)

    def mark(self, text: str) -> str:
        """A word set off before a headline, as `【紧急】` or `(Urgent) `."""
        return self.brackets.format(text)

    def kind(self, kind: AlertKind) -> str:
        """What a headline opens with, as `更新：`; nothing for news."""
        return f"{self.kinds[kind]}{self.colon}" if kind in self.kinds else ""

    def old(self, change: Change) -> str:
        """What was told before, or that nothing was."""
        return change.old or self.unknown

    def new(self, change: Change) -> str:
        """What stands now, or that nothing does."""
        return change.new or self.withdrawn

    def left(self, deadline: dt.datetime, now: dt.datetime) -> str:
        """How long there is until a deadline (both in the reader's zone): days as a calendar counts them, hours below a
        day and a half, minutes below an hour and a half."""
        seconds = (deadline - now).total_seconds()
        if seconds < 0:
            return self.over
        if seconds < 90 * 60:
            return self.minutes_left.of(int(seconds // 60))
        if seconds < 36 * 3600:
            return self.hours_left.of(int(seconds / 3600 + 0.5))
        return self.days_left.of((deadline.date() - now.date()).days)

    def digest(self, hour: int | None) -> str:
        """What a digest sent at this hour of the reader's day is called; None: where that is not known."""
        return self.digest_at_any_hour if hour is None else self.digests[(hour >= 11) + (hour >= 16)]


ZH: Final = Wording(
    lang="zh-CN",
    colon="：",
    comma="，",
    brackets="【{}】",
    evidence="原文",
    original="查看原文",
    copies="其他刊载",
    published="发布",
    found="发现",
    repeat="可能重复",
    repeat_note="上次发送未收到回执，本条可能重复。",
    more_facts=_same("另有 {count} 项，见原文"),
    more_changes=_same("另有 {count} 项变更，见原文"),
    more_copies=_same("另有 {count} 处刊载"),
    more_alerts=_same("另有 {count} 条未能列出"),
    footer="由新闻监测自动发送",
    severity={Severity.INFO: "动态", Severity.NOTICE: "提醒", Severity.URGENT: "紧急"},
    kinds={
        AlertKind.UPDATE: "更新",
        AlertKind.REMINDER: "到期提醒",
        AlertKind.ESCALATION: "无人认领",
        AlertKind.OPERATIONS: "系统",
    },
    changes="变更",
    unknown="未知",
    withdrawn="不再列出",
    deadline="截止",
    days_left=_same("还剩 {count} 天"),
    hours_left=_same("还剩 {count} 小时"),
    minutes_left=_same("还剩 {count} 分钟"),
    over="已过",
    untaken="尚无人认领。",
    merged="汇总",
    digests=("晨报", "午报", "晚报"),
    digest_at_any_hour="简报",
    alerts=_same("{count} 条"),
    other="其他",
    earlier="此前",
)

EN: Final = Wording(
    lang="en",
    colon=Safe(": "),  # as it is: escaping would strip the space
    comma=Safe(", "),
    brackets="({}) ",
    evidence="Evidence",
    original="Read the original",
    copies="Also published at",
    published="Published",
    found="Found",
    repeat="may be a repeat",
    repeat_note="The last attempt got no answer, so this may be a repeat.",
    more_facts=_same("{count} more in the original"),
    more_changes=Plural(one="1 more change in the original", more="{count} more changes in the original"),
    more_copies=Plural(one="1 more copy", more="{count} more copies"),
    more_alerts=Plural(one="1 more alert had no room", more="{count} more alerts had no room"),
    footer="Sent automatically by the news monitor",
    severity={Severity.INFO: "News", Severity.NOTICE: "Notice", Severity.URGENT: "Urgent"},
    kinds={
        AlertKind.UPDATE: "Update",
        AlertKind.REMINDER: "Deadline",
        AlertKind.ESCALATION: "Not taken",
        AlertKind.OPERATIONS: "System",
    },
    changes="Changed",
    unknown="unknown",
    withdrawn="no longer stated",
    deadline="Deadline",
    days_left=Plural(one="1 day left", more="{count} days left"),
    hours_left=Plural(one="1 hour left", more="{count} hours left"),
    minutes_left=Plural(one="1 minute left", more="{count} minutes left"),
    over="passed",
    untaken=Safe("Nobody has taken this. "),
    merged="Summary",
    digests=("Morning digest", "Midday digest", "Evening digest"),
    digest_at_any_hour="Digest",
    alerts=Plural(one="1 alert", more="{count} alerts"),
    other="Other",
    earlier="Earlier",
)


def wording(lang: str) -> Wording:
    """The words for a language tag; English where we have none of its own."""
    return ZH if lang.lower().startswith("zh") else EN
