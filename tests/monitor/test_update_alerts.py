"""Updates, reminders, escalations and operators' alerts as they are told: keys, changes in both languages, for whom."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given as ranging
from hypothesis import strategies as st

from alerts import Alert, AlertKind, Audience, Change, Link, Severity
from monitor.alerting import (
    AlertReason,
    alert_key,
    decide,
    decode,
    encode,
    escalation_alert,
    heartbeat_alert,
    notice_alert,
    reminder_alert,
    to_alert,
)
from monitor.alerting.operators import duration
from monitor.alerting.printing import changes, facts
from monitor.analyse import analyse
from monitor.following import Revision, RevisionKind, ThreadState, next_state, report_of, revise
from monitor.model import Conflict, Fact, FactSheet, Relevance, Span, Understanding
from monitor.operations import Condition, ConditionKind, Figures, Notice, Phase, heartbeat
from monitor.records import StoredArticle
from monitor.reminders import due_escalations, due_reminders
from monitor.taxonomy import load_vocabulary
from tests.conftest import START
from tests.monitor.followed import CORRECTIONS, tell
from tests.monitor.shelf import article, given, shelved

VOCABULARY = load_vocabulary()
REGIONS = VOCABULARY.regions
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

NOTICE = """一、项目基本情况
项目编号：QJZC-2026-0107
项目名称：曲靖市长期护理保险经办服务项目
采购人：曲靖市医疗保障局
预算金额：820万元
四、提交投标文件截止时间：2026年6月22日09点30分（北京时间）"""
AMENDMENT = """一、项目基本情况
原公告的采购项目编号：QJZC-2026-0107
原公告的采购项目名称：曲靖市长期护理保险经办服务项目
二、更正信息
更正内容：提交投标文件截止时间由“2026年6月22日09点30分”更正为“2026年6月30日14点00分”，其他内容不变。"""
STORY = """曲靖市医保局近日就长期护理保险经办服务公开招标，预算金额820万元，覆盖参保职工。"""
OPENS = (
    """“西湖益联保”2027年度参保即日起开启，杭州市民可通过浙里办参保，保费每人150元。参保截止时间为2026年12月31日。"""
)
EXTENDED = """应市民要求，“西湖益联保”2027年度参保截止时间延期至2027年1月15日，保费仍为每人150元。尚未参保的杭州市民可通过浙里办办理。"""


def understood(*texts: tuple[str, str, str]) -> list[tuple[Understanding, StoredArticle]]:
    """(day, title, text) → what the pipeline makes of it, and what the store would hold."""
    articles = [article(n, day, title, text) for n, (day, title, text) in enumerate(texts, 1)]
    return [(u, shelved(u, n)) for n, u in enumerate(analyse(articles, VOCABULARY), 1)]


def told_in_turn(*texts: tuple[str, str, str], lang: str = "zh") -> tuple[list[Alert], ThreadState]:
    """The alerts that come of articles, in the way of the service."""
    state: ThreadState | None = None
    alerts: list[Alert] = []
    for u, stored in understood(*texts):
        new = report_of(u, stored)
        revision = revise(state, new, CORRECTIONS)
        key = alert_key(u, revision)
        reason = decide(u, silent=False, earlier=(), queued=any(a.key == key for a in alerts), revision=revision)
        if reason.causes_alert:
            alerts.append(to_alert(u, stored, regions=REGIONS, lang=lang, now=START, revision=revision))
        state = next_state(state, new, revision, START, alert_key=key if reason.causes_alert else "")
    assert state is not None
    return alerts, state


LIFE = (
    ("2026-06-01", "曲靖市长期护理保险经办服务项目公开招标公告", NOTICE),
    ("2026-06-10", "曲靖市长期护理保险经办服务项目更正公告", AMENDMENT),
)


def test_an_amendment_is_told_as_an_update_with_old_and_new() -> None:
    alerts, state = told_in_turn(*LIFE)
    first, update = alerts
    assert (first.kind, first.audience, first.changes, first.minor) == (AlertKind.NEWS, Audience.ROUTES, (), False)
    assert first.deadline == dt.datetime(2026, 6, 22, 1, 30, tzinfo=dt.UTC)
    assert (update.kind, update.audience) == (AlertKind.UPDATE, Audience.BOTH)
    assert update.thread == first.thread
    assert update.deadline == dt.datetime(2026, 6, 30, 6, 0, tzinfo=dt.UTC)
    assert update.changes == (
        Change(name="阶段", old="招标采购", new="更正变更"),
        Change(name="截止时间", old="2026-06-22 09:30", new="2026-06-30 14:00"),
    )
    assert "更正为“2026年6月30日14点00分”" in update.evidence
    assert state.alert_key == update.key


def test_changes_are_printed_in_english_too() -> None:
    alerts, _ = told_in_turn(*LIFE, lang="en")
    assert [c.name for c in alerts[1].changes] == ["Stage", "Deadline"]
    assert alerts[1].changes[0].new == "Amendment"


def test_a_correction_is_an_update_under_a_key_of_its_own() -> None:
    """A second newsroom's story is none; the extension is, with what it says and its mark; once."""
    first = ("2026-12-20", "“西湖益联保”2027年度开始参保", OPENS)
    second = (
        "2026-12-21",
        "西湖益联保2027年度参保开启",
        OPENS.replace("杭州市民", "市民朋友").replace("即日起", "日前起"),
    )
    longer = ("2026-12-25", "“西湖益联保”2027年度参保延期", EXTENDED)
    alerts, state = told_in_turn(first, second, longer, longer)
    assert len(alerts) == 2
    assert alerts[1].key.startswith(f"{alerts[0].key}:")
    assert len(alerts[1].key) == len(alerts[0].key) + 9
    assert alerts[1].changes == (Change(name="截止时间", old="2026-12-31", new="2027-01-15"),)
    assert "变更】" in alerts[1].summary
    assert "2027年1月15日" in alerts[1].evidence
    assert state.retold == 2


def test_a_correction_back_and_forth_is_told_each_time() -> None:
    """The key depends on the telling before it, so that 820 → 860 → 820 → 860 is four tellings and not three."""
    (u, _), *_ = understood(LIFE[0])
    state = tell([given(1, "2026-06-01", "招标公告", {"amount": (8.2e6, "820万元", "820万元")}, stage="notice")]).state
    keys = []
    for number, (value, raw) in enumerate([(8.6e6, "860万元"), (8.2e6, "820万元"), (8.6e6, "860万元")], 2):
        fixed = given(number, "2026-06-02", "更正", {"amount": (value, raw, raw)}, stage="notice", event="e-1")
        told = tell([fixed], state=state)
        keys.append(alert_key(u, told.last))
        state = replace(told.state, alert_key=keys[-1])
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    ("kind", "decided", "told"),
    [
        (RevisionKind.FIRST, False, (AlertKind.NEWS, Audience.ROUTES, False)),
        (RevisionKind.NEWS, False, (AlertKind.NEWS, Audience.ROUTES, False)),
        (RevisionKind.OTHER_TERM, False, (AlertKind.NEWS, Audience.ROUTES, False)),
        (RevisionKind.LATE, False, (AlertKind.NEWS, Audience.ROUTES, False)),
        (RevisionKind.LATE, True, (AlertKind.NEWS, Audience.ROUTES, True)),
        (RevisionKind.ROUND, True, (AlertKind.NEWS, Audience.BOTH, False)),
        (RevisionKind.STEP, False, (AlertKind.UPDATE, Audience.BOTH, False)),
        (RevisionKind.CORRECTION, False, (AlertKind.UPDATE, Audience.BOTH, False)),
    ],
)
def test_what_an_article_is_to_its_thread_says_how_it_is_told(
    kind: RevisionKind, decided: bool, told: tuple[AlertKind, Audience, bool]
) -> None:
    ((u, stored),) = understood(LIFE[0])
    revision = Revision(kind=kind, decided=decided)
    alert = to_alert(u, stored, regions=REGIONS, lang="zh", now=START, revision=revision)
    assert (alert.kind, alert.audience, alert.minor) == told


def test_an_update_that_repeats_no_deadline_keeps_the_one_in_force() -> None:
    """So that it is urgent when it is; a result waits for nothing any more."""
    story = ("2026-06-01", "曲靖市公开招标选长期护理保险经办机构", STORY)
    ((u, stored),) = understood(story)
    soon = START + DAY
    update = Revision(kind=RevisionKind.STEP, deadline=soon)
    alert = to_alert(u, stored, regions=REGIONS, lang="zh", now=START, revision=update)
    assert (alert.deadline, alert.severity) == (soon, Severity.URGENT)
    open_, over = (
        tell(
            [
                given(1, "2026-06-01", "公告", {"deadline": ("2026-06-22", "6月22日", "")}, stage="notice"),
                given(2, "2026-06-23", "公告", {}, stage=stage),
            ]
        ).last
        for stage in ("amendment", "result")
    )
    assert open_.deadline == dt.datetime(2026, 6, 22, 15, 59, tzinfo=dt.UTC)
    assert over.deadline is None


CORRECTION = Revision(kind=RevisionKind.CORRECTION)


@pytest.mark.parametrize(
    ("silent", "queued", "revision", "reason"),
    [
        (False, False, CORRECTION, AlertReason.CORRECTED),
        (False, True, CORRECTION, AlertReason.ALREADY_ALERTED),
        (True, False, CORRECTION, AlertReason.SILENT),
        (False, False, Revision(kind=RevisionKind.REPEATED), AlertReason.KNOWN_SINCE_BASELINE),
        (False, False, Revision(kind=RevisionKind.STEP), AlertReason.KNOWN_SINCE_BASELINE),
        (False, False, None, AlertReason.KNOWN_SINCE_BASELINE),
    ],
)
def test_a_correction_of_what_the_baseline_knew_is_news(
    silent: bool, queued: bool, revision: Revision | None, reason: AlertReason
) -> None:
    """Nobody was told of the event, and need not be; that it was wrong happened since."""
    ((u, stored),) = understood(LIFE[0])
    known = replace(stored, silent=True, relevance=Relevance.ALERT.value)
    found = decide(u, silent=silent, earlier=[known], queued=queued, revision=revision)
    assert found is reason
    assert found.causes_alert == (reason is AlertReason.CORRECTED)


# ---------------------------------------------------------------------------------------------------- printing


def fact(key: str, value: object, raw: str) -> Fact:
    return Fact(key=key, value=value, raw=raw, sentence=raw, span=Span(field="text", start=0, end=1))


def test_what_an_article_states_twice_is_shown_twice() -> None:
    """Table against text: the reader sees both."""
    kept, other = fact("amount", 12e6, "1200万元"), fact("amount", 12.6e6, "1260万元")
    conflict = Conflict(key="amount", kept=kept, other=other, reason="table and text")
    same = replace(conflict, other=fact("amount", 12e6, "12,000,000元"))
    sheet = FactSheet(facts=(kept,), conflicts=(conflict, conflict, same))
    assert list(facts(sheet, REGIONS, "zh")) == [("金额", "1,200万元（文中另作 1,260万元）")]
    assert list(facts(sheet, REGIONS, "en")) == [
        ("Amount", "12 million yuan (elsewhere in the text: 12.6 million yuan)")
    ]
    listed = Conflict(
        key="regions", kept=fact("regions", "330100", "杭州"), other=fact("regions", "330200", "宁波"), reason=""
    )
    (region,) = facts(FactSheet(facts=(listed.kept,), conflicts=(listed,)), REGIONS, "zh")
    assert region == ("地区", f"{REGIONS.name('330100')}（文中另作 {REGIONS.name('330200')}）")


def test_a_change_of_a_lot_and_of_the_last_digit_are_told_apart() -> None:
    """Our own print leaves digits out; then the article's is shown."""
    lots = [{"1": {"amount": (value, raw, raw)}, "2": {"amount": (5e6, "500万元", "")}} for value, raw in
            ((153_000_010.0, "153,000,010元"), (153_000_090.0, "153,000,090元"))]  # fmt: skip
    told = tell(
        [
            given(1, "2026-06-01", "招标公告", {}, stage="notice", lots=lots[0]),
            given(2, "2026-06-05", "更正公告", {}, stage="amendment", lots=lots[1]),
        ]
    )
    assert changes(told.last, "amendment", REGIONS, "zh")[1:] == (
        Change(name="金额（包1）", old="153,000,010元", new="153,000,090元"),
    )
    assert changes(told.last, "amendment", REGIONS, "en")[1].name == "Amount (lot 1)"


# ------------------------------------------------------------------------------------- reminders and escalation


def test_a_reminder_says_again_what_was_told_last_with_the_deadline_in_force() -> None:
    alerts, state = told_in_turn(*LIFE)
    assert state.deadline is not None
    now = state.deadline - 3 * DAY
    (due,) = due_reminders([state], (), now)
    alert = reminder_alert(alerts[1], due, followers=("desk", "east"), lang="zh", now=now)
    assert (alert.kind, alert.audience, alert.to) == (AlertKind.REMINDER, Audience.FOLLOWERS, ())
    assert alert.key == due.key != alerts[1].key
    assert (alert.thread, alert.labels, alert.link) == (alerts[1].thread, alerts[1].labels, alerts[1].link)
    assert (alert.deadline, alert.severity, alert.changes) == (state.deadline, Severity.URGENT, ())
    assert alert.facts[0] == ("截止时间", "2026-06-30 14:00")
    assert len([name for name, _ in alert.facts if name == "截止时间"]) == 1
    early = reminder_alert(alerts[1], due, followers=(), lang="zh", now=state.deadline - 7 * DAY)
    assert early.severity is Severity.NOTICE


def test_who_does_not_want_it_is_not_reminded() -> None:
    alerts, state = told_in_turn(LIFE[0])
    assert state.deadline is not None
    (due,) = due_reminders([state], (), state.deadline - DAY)
    alert = reminder_alert(
        alerts[0], replace(due, not_for=frozenset({"east"})), followers=("desk", "east"), lang="zh", now=START
    )
    assert (alert.audience, alert.to) == (Audience.NAMED, ("desk",))


def test_an_escalation_goes_to_those_named_for_it() -> None:
    alerts, state = told_in_turn(LIFE[0])
    assert state.deadline is not None
    bare = replace(state, deadline=dt.datetime(2026, 6, 22, 15, 59, tzinfo=dt.UTC))
    (due,) = due_escalations([bare], (), state.deadline - HOUR, DAY)
    alert = escalation_alert(alerts[0], due, to=["boss"], lang="en", now=state.deadline - HOUR)
    assert (alert.kind, alert.audience, alert.to) == (AlertKind.ESCALATION, Audience.NAMED, ("boss",))
    assert alert.facts[0] == ("Deadline", "2026-06-22")  # the last minute of a day stands for the day


# ---------------------------------------------------------------------------------------------------- operators

BROKEN = Condition(
    kind=ConditionKind.SOURCE_BROKEN, subject="ccgp", started_at=START, last_seen_at=START + 130 * HOUR / 60, count=14,
    facts=(("failures", "5"), ("problem", "HTTP 503")), announced_at=START + HOUR,
)  # fmt: skip


def test_a_trouble_is_told_to_operators_with_what_to_do() -> None:
    alert = notice_alert(Notice(phase=Phase.START, condition=BROKEN), to=["admin"], lang="zh", now=START)
    assert (alert.kind, alert.audience, alert.to) == (AlertKind.OPERATIONS, Audience.NAMED, ("admin",))
    assert alert.title == "来源故障：ccgp"
    assert ("原因", "HTTP 503") in alert.facts
    assert ("处理", "baoxun sources test ccgp") in alert.facts
    english = notice_alert(Notice(phase=Phase.START, condition=BROKEN), to=["admin"], lang="en", now=START)
    assert english.title == "Source broken: ccgp"


def test_its_end_says_how_long_it_lasted() -> None:
    over = replace(BROKEN, ended_at=START + 3 * HOUR)
    start, end = (
        notice_alert(Notice(phase=phase, condition=over), to=["admin"], lang="zh", now=START + 3 * HOUR)
        for phase in (Phase.START, Phase.END)
    )
    assert end.title == "已恢复：来源故障：ccgp"
    assert end.severity is Severity.INFO
    assert dict(end.facts)["持续"] == "2 小时 10 分"
    assert dict(end.facts)["出现次数"] == "14"
    assert end.thread == start.thread
    assert end.key != start.key


@pytest.mark.parametrize("kind", ConditionKind)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_trouble_has_words(kind: ConditionKind, lang: str) -> None:
    alert = notice_alert(
        Notice(phase=Phase.START, condition=replace(BROKEN, kind=kind)), to=["admin"], lang=lang, now=START
    )
    assert kind.value not in alert.title
    assert "{" not in str(alert.facts)


def test_the_heartbeat_says_that_all_is_well_or_what_is_not() -> None:
    figures = Figures(sources=42, pages=1204, matches=0, alerts=0)
    well = heartbeat(figures, (), START, at=dt.time(9))
    ill = heartbeat(figures, (BROKEN,), START + 26 * HOUR, at=dt.time(9))
    assert well is not None
    assert ill is not None
    alert = heartbeat_alert(well, to=["admin"], lang="zh")
    assert alert.summary == "42 个来源，1,204 页，0 条命中，0 条提醒，一切正常"
    assert (alert.key, alert.facts, alert.severity) == ("heartbeat:2026-06-01", (), Severity.INFO)
    assert heartbeat_alert(well, to=[], lang="en").summary.endswith("0 matches, 0 alerts, all healthy")
    told = heartbeat_alert(ill, to=["admin"], lang="zh")
    assert told.title == "每日心跳 2026-06-02：1 项故障"
    assert told.facts == (("来源故障 ccgp", "自 2026-06-01 10:00 起，已 1 天 2 小时，出现 14 次"),)
    assert heartbeat_alert(ill, to=[], lang="en").title == "Heartbeat 2026-06-02: 1 trouble"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [(0, "不到 1 分", "under a minute"), (1, "1 分", "1 min"), (60, "1 小时", "1 h"), (1500, "1 天 1 小时", "1 d 1 h")],
)
def test_durations_print_their_two_largest_units(minutes: int, zh: str, en: str) -> None:
    span = dt.timedelta(minutes=minutes)
    assert (duration(span, "zh"), duration(span, "en")) == (zh, en)


# --------------------------------------------------------------------------------------------------------- codec

words = st.text(max_size=12)
moments = st.datetimes(timezones=st.just(dt.UTC))


@ranging(
    st.builds(
        Alert, key=words, thread=words, title=words, summary=words, evidence=words,
        link=st.builds(Link, title=words, url=words, note=words), created_at=moments, published=st.none() | moments,
        severity=st.sampled_from(Severity), kind=st.sampled_from(AlertKind), audience=st.sampled_from(Audience),
        to=st.lists(words, max_size=2).map(tuple), minor=st.booleans(), deadline=st.none() | moments,
        changes=st.lists(st.builds(Change, name=words, old=words, new=words), max_size=2).map(tuple),
    )
)  # fmt: skip
def test_an_update_survives_the_outbox(alert: Alert) -> None:
    assert decode(json.loads(json.dumps(encode(alert)))) == alert


def test_alerts_of_before_there_were_updates_are_read() -> None:
    (alert, *_), _ = told_in_turn(LIFE[0])
    old = {
        k: v for k, v in encode(alert).items() if k not in {"kind", "audience", "to", "minor", "deadline", "changes"}
    }
    assert decode(old) == replace(alert, deadline=None)
