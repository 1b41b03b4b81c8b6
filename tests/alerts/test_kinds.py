"""The sorts of alerts: what each says first, in both languages, on every channel."""

from __future__ import annotations

import datetime as dt

import pytest

from alerts import Alert, ChannelKind, Link, Rendered, Severity
from alerts.model import AlertKind, Change
from alerts.render import default_renderer
from alerts.wording import EN, ZH
from tests.alerts.samples import ALERT, NOW, alert, receiver

DEADLINE = NOW + dt.timedelta(days=3)
CHANGES = (
    Change(name="截止时间", old="2025-03-10", new="2025-03-15"),
    Change(name="联系人", old="", new="王五"),
    Change(name="备注", old="现场递交", new=""),
)
UPDATE = alert(kind=AlertKind.UPDATE, changes=CHANGES)
REMINDER = alert(kind=AlertKind.REMINDER, deadline=DEADLINE)
ESCALATION = alert(kind=AlertKind.ESCALATION, deadline=NOW + dt.timedelta(hours=20), severity=Severity.URGENT)
OPERATIONS = alert(
    kind=AlertKind.OPERATIONS,
    title="来源已 26 小时没有新内容",
    summary="平时每 3 小时有一篇",
    evidence="",
    link=Link(title="", url=""),
    published=None,
    copies=(),
)
SHOWING_THE_TITLE = (ChannelKind.FEISHU, ChannelKind.SERVERCHAN, ChannelKind.PUSHPLUS)


def printed(of: Alert, kind: ChannelKind, lang: str = "zh", now: dt.datetime = NOW) -> Rendered:
    return default_renderer().render(of, kind, receiver(lang=lang), now=now)


def unmarked(text: str) -> str:
    """Without the marks of bold text, which differ between the channels."""
    return text.replace("*", "")


@pytest.mark.parametrize("kind", list(ChannelKind))
@pytest.mark.parametrize(
    ("of", "lang", "opens", "says"),
    [
        (UPDATE, "zh", "更新：", "截止时间：2025-03-10 → 2025-03-15"),
        (UPDATE, "zh", "更新：", "联系人：未知 → 王五"),
        (UPDATE, "zh", "更新：", "备注：现场递交 → 不再列出"),
        (UPDATE, "en", "Update: ", "联系人: unknown → 王五"),
        (REMINDER, "zh", "到期提醒：", "截止 2025-03-07 09:30，还剩 3 天"),
        (REMINDER, "en", "Deadline: ", "Deadline 2025-03-07 09:30, 3 days left"),
        (ESCALATION, "zh", "无人认领：【紧急】", "尚无人认领。截止 2025-03-05 05:30，还剩 20 小时"),
        (ESCALATION, "en", "Not taken: (Urgent) ", "Nobody has taken this. Deadline 2025-03-05 05:30, 20 hours left"),
        (OPERATIONS, "zh", "系统：", "平时每 3 小时有一篇"),
        (OPERATIONS, "en", "System: ", "平时每 3 小时有一篇"),
    ],
)
def test_each_sort_opens_with_its_word_and_says_its_own(
    of: Alert, lang: str, opens: str, says: str, kind: ChannelKind
) -> None:
    message = printed(of, kind, lang)
    assert message.title.startswith(opens + of.title[:4])
    assert says in unmarked(message.body)
    if kind not in SHOWING_THE_TITLE:
        assert unmarked(message.body).lstrip("# ").startswith((opens + of.title).strip())


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_what_changed_stands_before_everything_else(kind: ChannelKind) -> None:
    body = unmarked(printed(UPDATE, kind).body)
    assert body.index("2025-03-10 →") < body.index(ALERT.summary) < body.index("ABC_2024-01")


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_news_has_neither_the_words_of_a_reminder_nor_those_of_an_update(kind: ChannelKind) -> None:
    body = printed(alert(deadline=DEADLINE), kind).body
    assert "还剩" not in body
    assert "→" not in body


def test_an_operations_alert_is_plain() -> None:
    assert printed(OPERATIONS, ChannelKind.CONSOLE).body == (
        "系统：来源已 26 小时没有新内容\n平时每 3 小时有一篇\n\n"
        "项目编号：ABC_2024-01\n金额：1.26 亿元\n中标人：甲公司\n\n2025-03-04 09:30"
    )


def test_the_mail_of_an_update_strikes_what_is_no_longer_so_and_leaves_what_was_never_told() -> None:
    html = printed(UPDATE, ChannelKind.EMAIL).html
    assert 'text-decoration:line-through;">2025-03-10</span> → <strong' in html
    assert 'line-through;">未知' not in html


@pytest.mark.parametrize(
    ("left", "zh", "en"),
    [
        (dt.timedelta(seconds=-1), "已过", "passed"),
        (dt.timedelta(seconds=30), "还剩 0 分钟", "0 minutes left"),
        (dt.timedelta(minutes=1), "还剩 1 分钟", "1 minute left"),
        (dt.timedelta(minutes=89), "还剩 89 分钟", "89 minutes left"),
        (dt.timedelta(minutes=91), "还剩 2 小时", "2 hours left"),
        (dt.timedelta(hours=23, minutes=58), "还剩 24 小时", "24 hours left"),
        (dt.timedelta(hours=35, minutes=20), "还剩 35 小时", "35 hours left"),
        (dt.timedelta(hours=36), "还剩 1 天", "1 day left"),
        (dt.timedelta(days=3) - dt.timedelta(minutes=7), "还剩 3 天", "3 days left"),
        (dt.timedelta(days=7), "还剩 7 天", "7 days left"),
    ],
)
def test_the_time_left_is_told_in_the_unit_that_a_reader_counts_in(left: dt.timedelta, zh: str, en: str) -> None:
    """A reminder of the third day that comes some minutes late still says three days."""
    assert ZH.left(NOW + left, NOW) == zh
    assert EN.left(NOW + left, NOW) == en


def test_a_deadline_at_the_last_minute_of_a_day_is_that_day_and_one_at_midnight_is_not() -> None:
    evening = alert(kind=AlertKind.REMINDER, deadline=dt.datetime(2025, 3, 9, 15, 59, tzinfo=dt.UTC))
    midnight = alert(kind=AlertKind.REMINDER, deadline=dt.datetime(2025, 3, 9, 16, 0, tzinfo=dt.UTC))
    assert "截止 2025-03-09，还剩" in printed(evening, ChannelKind.CONSOLE).body
    assert "截止 2025-03-10 00:00，还剩" in printed(midnight, ChannelKind.CONSOLE).body


def test_a_held_reminder_counts_from_when_it_is_sent() -> None:
    later = NOW + dt.timedelta(days=2)
    assert "还剩 24 小时" in printed(REMINDER, ChannelKind.CONSOLE, now=later).body
    assert "还剩 3 天" in default_renderer().render(REMINDER, ChannelKind.CONSOLE, receiver()).body, (
        "else from when it was made"
    )


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="now"):
        printed(REMINDER, ChannelKind.CONSOLE, now=dt.datetime(2025, 3, 4))
