"""Desk notes: what stands where, what a headline counts, how much one message holds, and that the web stays text."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Alert, ChannelKind, Link, Rendered, Renderer, Severity
from alerts.cadence import Urgency
from alerts.desknote import arrange
from alerts.model import AlertKind, Change, Message, MessageForm, Receiver
from alerts.pack import size
from tests.alerts.samples import NOW, alert, receiver
from tests.alerts.test_render import CHATS, HOSTILE, Tags

RENDERER = Renderer()
HOUR = dt.timedelta(hours=1)
NAMES = {"notice": "招标", "result": "结果", "gov": "采购", "city": "城市"}
NAMED = Renderer(name_of=lambda label, value, lang: NAMES[value] if lang.startswith("zh") else value)


def item(number: int, *, topic: str = "gov", stage: str = "notice", **changes: object) -> Alert:
    labels = {name: (value,) for name, value in (("topic", topic), ("stage", stage)) if value}
    given: dict[str, object] = {
        "thread": f"t-{number}",
        "title": f"第{number}号公告",
        "summary": f"第{number}件事",
        "link": Link(title="", url=f"https://news.example/{number}", note="某网"),
        "labels": labels,
    }
    return alert(f"k-{number}", **(given | changes))


def bundle(*alerts: Alert, form: MessageForm = MessageForm.DIGEST, lang: str | None = None) -> Message:
    return Message(key="bundle:1", receiver="team", channel="chat", form=form, alerts=alerts, lang=lang)


def note(
    *alerts: Alert,
    kind: ChannelKind = ChannelKind.CONSOLE,
    form: MessageForm = MessageForm.DIGEST,
    lang: str = "zh",
    now: dt.datetime | None = NOW,
    repeat: bool = False,
) -> Rendered:
    return NAMED.render_message(bundle(*alerts, form=form), kind, receiver(lang=lang), now=now, repeat=repeat)


def order(body: str, alerts: Sequence[Alert]) -> list[str]:
    return [a.key for a in sorted(alerts, key=lambda a: body.index(a.title))]


def test_the_whole_note() -> None:
    """An urgent one first, then groups in the order of their deadlines; an update stands with what it updates."""
    first = item(1, deadline=NOW + 100 * HOUR)
    update = item(
        2,
        thread="t-1",
        kind=AlertKind.UPDATE,
        created_at=NOW + HOUR,
        deadline=NOW + 200 * HOUR,
        changes=(Change(name="截止时间", old="03-08", new="03-12"),),
    )
    urgent = item(3, severity=Severity.URGENT, deadline=NOW + 20 * HOUR)
    result = item(4, stage="result")
    body = note(first, result, update, urgent).body
    assert body == (
        "【紧急】晨报 · 4 条：招标 3，结果 1\n\n"
        "== 紧急 ==\n"
        "1. 【紧急】第3号公告\n   截止 2025-03-05 05:30，还剩 20 小时\n   第3件事\n   某网 · 2025-03-04 https://news.example/3\n\n"
        "== 采购 · 招标 ==\n"
        "2. 更新：第2号公告\n   截止时间：03-08 → 03-12\n   截止 2025-03-12 17:30，还剩 8 天\n   第2件事\n"
        "   某网 · 2025-03-04 https://news.example/2\n"
        "3. 【此前】第1号公告\n   第1件事\n   某网 · 2025-03-04 https://news.example/1\n\n"
        "== 采购 · 结果 ==\n"
        "4. 第4号公告\n   第4件事\n   某网 · 2025-03-04 https://news.example/4"
    )


def test_the_wecom_note_as_a_whole() -> None:
    body = note(item(1), item(2, stage="result", deadline=NOW + 90 * HOUR), kind=ChannelKind.WECOM, repeat=True).body
    assert body == (
        "### 【可能重复】晨报 · 2 条：招标 1，结果 1\n\n上次发送未收到回执，本条可能重复。\n\n"
        "**采购 · 结果**\n\n"
        "**1.** [第2号公告](https://news.example/2) 某网 · 2025-03-04\n- 截止 2025-03-08 03:30，还剩 4 天\n- 第2件事\n\n"
        "**采购 · 招标**\n\n"
        "**2.** [第1号公告](https://news.example/1) 某网 · 2025-03-04\n- 第1件事"
    )


@pytest.mark.parametrize(
    ("hour", "form", "lang", "name"),
    [
        (8, MessageForm.DIGEST, "zh", "晨报"),
        (12, MessageForm.DIGEST, "zh", "午报"),
        (18, MessageForm.DIGEST, "zh", "晚报"),
        (None, MessageForm.DIGEST, "zh", "简报"),
        (8, MessageForm.MERGED, "zh", "汇总"),
        (8, MessageForm.DIGEST, "en", "Morning digest"),
        (8, MessageForm.MERGED, "en", "Summary"),
    ],
)
def test_a_note_is_called_by_its_form_and_the_hour_in_the_readers_zone(
    hour: int | None, form: MessageForm, lang: str, name: str
) -> None:
    now = None if hour is None else dt.datetime(2025, 3, 4, hour, tzinfo=dt.timezone(8 * HOUR))
    message = note(item(1), item(2), form=form, lang=lang, now=now)
    counted = f"{name} · 2 条：招标 2" if lang == "zh" else f"{name} · 2 alerts: notice 2"
    assert message.title == counted
    assert message.body.startswith(counted + "\n")


def test_the_headline_counts_four_groups_and_the_rest_together() -> None:
    some = [item(n, stage=f"s{n % 6}") for n in range(12)]
    title = RENDERER.render_message(bundle(*some), ChannelKind.CONSOLE, receiver(), now=NOW).title
    assert title == "晨报 · 12 条：s0 2，s1 2，s2 2，s3 2，其他 4"


def test_alerts_without_the_labels_are_counted_only_beside_others() -> None:
    bare = item(1, topic="", stage="")
    system = item(2, topic="", stage="", kind=AlertKind.OPERATIONS)
    assert note(bare, item(3, topic="", stage="")).title == "晨报 · 2 条"
    assert note(bare, system, item(4)).title == "晨报 · 3 条：系统 1，招标 1，其他 1"


def test_a_groups_name_is_one_short_line() -> None:
    title = RENDERER.render_message(
        bundle(item(1, stage="很长\n" * 50)), ChannelKind.CONSOLE, receiver(), now=NOW
    ).title
    assert len(title) < 60


def test_another_label_may_divide_the_note() -> None:
    some = [item(1), replace(item(2), labels={"place": ("南京",)}), replace(item(3), labels={"place": ("杭州",)})]
    body = Renderer(group_by=("place",)).render_message(bundle(*some), ChannelKind.CONSOLE, receiver(), now=NOW).body
    assert "== 南京 ==" in body
    assert "南京 1，杭州 1，其他 1" in body


def test_the_nearest_open_deadline_comes_first_and_a_passed_one_does_not_press() -> None:
    far, near, none, passed = (
        item(1, deadline=NOW + 300 * HOUR),
        item(2, deadline=NOW + 200 * HOUR),
        item(3, created_at=NOW - HOUR),
        item(4, deadline=NOW - HOUR),
    )
    some = [far, none, passed, near]
    assert order(note(*some).body, some) == ["k-2", "k-1", "k-4", "k-3"]
    assert "已过" in note(*some).body


def test_what_is_urgent_is_the_receivers_to_say() -> None:
    soon = item(1, deadline=NOW + 30 * HOUR)
    patient = replace(receiver(), urgency=Urgency(deadline_within=24 * HOUR))
    assert "== 紧急 ==" in note(soon, item(2)).body
    body = NAMED.render_message(bundle(soon, item(2)), ChannelKind.CONSOLE, patient, now=NOW).body
    assert "紧急" not in body


def test_a_deadline_that_was_moved_since_is_not_told_again() -> None:
    """The first notice and its amendment in one note: the old deadline would be a false fact by then."""
    old = item(1, deadline=NOW + 100 * HOUR)
    new = item(2, thread="t-1", created_at=NOW + HOUR, deadline=NOW + 200 * HOUR)
    reminded = item(3, thread="t-1", created_at=NOW + 2 * HOUR, deadline=None)
    body = note(old, new, reminded).body
    assert body.count("截止 ") == 1
    assert order(body, [old, new, reminded]) == ["k-3", "k-2", "k-1"]


_when = st.integers(-50, 400).map(lambda hours: NOW + hours * HOUR)
_items = st.lists(
    st.builds(
        lambda n, thread, deadline, created, severity, stage: item(
            n, thread=thread, deadline=deadline, created_at=created, severity=severity, stage=stage
        ),
        st.integers(0, 10**6),
        st.sampled_from(["", "a", "b", "c", "d"]),
        st.none() | _when,
        _when,
        st.sampled_from(Severity),
        st.sampled_from(["", "notice", "result"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda a: a.key,
)


@given(_items)
def test_each_alert_stands_in_one_place_and_threads_stay_together(some: list[Alert]) -> None:
    sections = arrange(some, group_by=("stage",), urgent_within=48 * HOUR, now=NOW)
    placed = [p for section in sections for p in section.placed]
    assert sorted(p.alert.key for p in placed) == sorted(a.key for a in some)
    threads = [p.alert.thread or p.alert.key for p in placed]
    assert [t for i, t in enumerate(threads) if t not in threads[:i] or threads[i - 1] == t] == threads
    assert [section.urgent for section in sections] == sorted((s.urgent for s in sections), reverse=True)
    for before, after in itertools.pairwise(placed):
        if after.earlier:
            assert before.alert.created_at >= after.alert.created_at


_wide = st.text(st.sampled_from("中标公告，甲𠮷😀é*[]<>@`_# \u0301"), min_size=1, max_size=60)
_bundled = st.lists(
    st.builds(
        lambda n, title, summary, values, deadline: item(
            n,
            title=title,
            summary=summary,
            deadline=deadline,
            changes=tuple(Change(name=f"事实{n}", old=old, new=new) for old, new in values),
        ),
        st.integers(1000, 9999),
        _wide,
        st.builds(lambda unit, n: unit * n, _wide, st.integers(1, 30)),
        st.lists(st.tuples(_wide, _wide), max_size=4),
        st.none() | _when,
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda a: a.key,
)
_kinds = st.sampled_from([ChannelKind.WECOM, ChannelKind.SLACK, ChannelKind.CONSOLE, ChannelKind.APPRISE])


@settings(max_examples=80, deadline=None)
@given(
    some=_bundled, budget=st.integers(400, 6000), kind=_kinds, repeat=st.booleans(), lang=st.sampled_from(["zh", "en"])
)
def test_what_has_room_is_printed_whole(
    some: list[Alert], budget: int, kind: ChannelKind, repeat: bool, lang: str
) -> None:
    """As many as `room` says stand there with headline, link and every change; one more would not have fitted."""
    to = receiver(lang=lang)
    count = RENDERER.room(some, kind, to, MessageForm.MERGED, budget=budget, now=NOW)
    assert 1 <= count <= len(some)
    message = bundle(*some[:count], form=MessageForm.MERGED)
    body = RENDERER.render_message(message, kind, to, repeat=repeat, budget=budget, now=NOW).body
    assert size(body) <= budget
    if count > 1:
        whole = RENDERER.render_message(message, kind, to, repeat=repeat, now=NOW).body
        assert body == whole, "nothing was left out to make it fit"
        assert all(a.link.url in body for a in some[:count])
        assert body.count("事实") == sum(len(a.changes) for a in some[:count])
    if kind is ChannelKind.CONSOLE and count < len(some):
        more = bundle(*some[: count + 1], form=MessageForm.MERGED)
        longer = RENDERER.render_message(more, kind, to, repeat=True, now=NOW).body
        assert size(longer) > budget


@settings(max_examples=80, deadline=None)
@given(some=_bundled, budget=st.integers(200, 3000), kind=_kinds)
def test_a_note_that_was_made_for_a_bigger_channel_still_fits_and_cuts_no_link_or_fact(
    some: list[Alert], budget: int, kind: ChannelKind
) -> None:
    body = RENDERER.render_message(bundle(*some), kind, receiver(), budget=budget, now=NOW).body
    whole = RENDERER.render_message(bundle(*some), kind, receiver(), now=NOW, budget=None).body
    assert size(body) <= budget
    for address in re.findall(r"https://news\.example/\d+", body):
        assert address in {a.link.url for a in some}
    if size(whole) < 3900:  # beyond that the channel's own size has cut it already
        facts = {line.strip() for line in whole.splitlines() if line.strip(" -•").startswith("事实")}
        assert {line.strip() for line in body.splitlines() if line.strip(" -•").startswith("事实")} <= facts


def test_summaries_go_before_facts_and_facts_before_alerts_and_what_went_is_told() -> None:
    some = [item(n, summary="事" * 100, changes=(Change(name="金额", old="1", new=f"{n}亿"),)) for n in range(10, 18)]

    def body(budget: int) -> str:
        return RENDERER.render_message(bundle(*some), ChannelKind.WECOM, receiver(), budget=budget, now=NOW).body

    assert body(4096).count("事事") + body(2000).count("事事") > 0
    assert body(1200).count("亿") == 8
    assert "事事" not in body(1100)
    bare = body(760)
    assert all(a.link.url in bare for a in some)
    assert "另有 1 项变更，见原文" in bare
    few = body(300)
    assert re.search(r"另有 \d 条未能列出", few)
    assert len(re.findall(r"https://news\.example/\d+\)", few)) + int(re.search(r"另有 (\d) 条", few)[1]) == 8  # type: ignore[index]


def test_no_more_goes_than_must() -> None:
    some = [item(n, summary=f"第{n}件事") for n in range(10, 14)]
    whole = RENDERER.render_message(bundle(*some), ChannelKind.WECOM, receiver(), now=NOW).body
    tight = RENDERER.render_message(bundle(*some), ChannelKind.WECOM, receiver(), budget=size(whole) - 1, now=NOW).body
    assert set(whole.splitlines()) - set(tight.splitlines()) == {"- 第13件事"}


def test_a_single_message_has_room_for_one() -> None:
    assert RENDERER.room([item(1), item(2)], ChannelKind.CONSOLE, receiver(), MessageForm.SINGLE) == 1


def test_an_alert_too_big_for_any_message_has_room_and_is_cut() -> None:
    big = item(1, title="公" * 3000)
    assert RENDERER.room([big, item(2)], ChannelKind.WECOM, receiver(), MessageForm.MERGED, now=NOW) == 1
    body = RENDERER.render_message(bundle(big), ChannelKind.WECOM, receiver(), now=NOW).body
    assert size(body) <= 4096
    assert big.link.url in body


def test_a_wecom_message_holds_some_and_a_mail_stays_below_what_gmail_hides() -> None:
    some = [item(n, title="某市城乡居民综合服务采购项目公开招标公告" * 2, summary="事" * 60) for n in range(300)]
    chat = RENDERER.room(some, ChannelKind.WECOM, receiver(), MessageForm.DIGEST, now=NOW)
    mail = RENDERER.room(some, ChannelKind.EMAIL, receiver(), MessageForm.DIGEST, now=NOW)
    assert 6 <= chat < mail < 100
    html = RENDERER.render_message(bundle(*some[:mail]), ChannelKind.EMAIL, receiver(), now=NOW).html
    assert 90_000 < size(html) <= 100_000
    assert html.count("https://news.example/") == mail


def hostile(number: int, kind: AlertKind = AlertKind.UPDATE) -> Alert:
    return item(
        number,
        kind=kind,
        title=f"{HOSTILE}{number}",
        summary=HOSTILE,
        stage=HOSTILE,
        changes=(Change(name=HOSTILE, old=HOSTILE, new=HOSTILE),),
        link=Link(title=HOSTILE, url=f'https://x.example/{number}"><img src=x>)', note=HOSTILE),
    )


BUNDLE = (hostile(1), hostile(2, AlertKind.NEWS), replace(hostile(3), link=Link(title="", url="javascript:alert(1)")))


def hostile_note(kind: ChannelKind, form: MessageForm = MessageForm.DIGEST) -> Rendered:
    return RENDERER.render_message(bundle(*BUNDLE, form=form), kind, receiver(), now=NOW)


def test_nothing_from_the_web_becomes_html_in_a_note() -> None:
    page = Tags(hostile_note(ChannelKind.EMAIL).html)
    assert not {"script", "img", "at"} & set(page.tags)
    assert len(page.links) == 2
    assert all(link.startswith("https://x.example/") and "<" not in link for link in page.links)
    assert page.text.count("<script>alert(1)</script>") >= len(BUNDLE)
    assert "\u202e" not in page.text


@pytest.mark.parametrize("kind", [*CHATS, ChannelKind.APPRISE])
def test_nothing_from_the_web_becomes_markdown_or_a_mention_in_a_note(kind: ChannelKind) -> None:
    body = re.sub(r"\(?https://x\.example/\S*", "", hostile_note(kind).body)
    assert not {"@", "<", ">", "`", "\u202e", "\u2066"} & set(body)
    assert "](javascript" not in body
    assert not re.search(r"^\s*#(?!## )", body, re.M)
    numbered = len(BUNDLE) if kind is not ChannelKind.APPRISE else 0
    bold_changes = len(BUNDLE) if kind is not ChannelKind.APPRISE else 0
    headings = len(re.findall(r"^\*\*[^*]+\*\*$", body, re.M))
    assert body.count("**") == 2 * (numbered + bold_changes + headings)


def test_nothing_from_the_web_becomes_a_slack_mention_in_a_note() -> None:
    body = hostile_note(ChannelKind.SLACK).body
    assert len(re.findall(r"<(?!https://x\.example/)", body)) == 0
    assert "@" not in body
    assert not re.search(r"^\s*(>|&gt;)", body, re.M)


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_a_title_is_one_line_wherever_it_stands(kind: ChannelKind) -> None:
    for form in (MessageForm.DIGEST, MessageForm.MERGED):
        message = hostile_note(kind, form)
        assert "\n" not in message.title
        assert "\u202e" not in message.title + message.body + message.html
        assert "{{7" in message.body, "template code is text"


def test_the_webhook_gets_all_alerts_and_a_single_one_also_where_it_stood_before() -> None:
    data = json.loads(json.dumps(hostile_note(ChannelKind.WEBHOOK).data))
    assert (data["version"], data["form"], data["key"]) == (2, "digest", "bundle:1")
    assert [a["key"] for a in data["alerts"]] == ["k-1", "k-2", "k-3"]
    assert data["alerts"][0]["changes"] == [{"name": HOSTILE, "old": HOSTILE, "new": HOSTILE}]
    assert "summary" not in data
    single = RENDERER.render(item(1, deadline=NOW), ChannelKind.WEBHOOK, receiver()).data
    assert single["form"] == "single"
    assert single["summary"] == single["alerts"][0]["summary"] == "第1件事"
    assert single["alerts"][0]["deadline"] == NOW.isoformat()
    assert single["alerts"][0]["kind"] == "news"


def test_a_note_is_as_severe_as_the_most_severe_in_it() -> None:
    assert note(item(1, severity=Severity.INFO), item(2)).severity is Severity.NOTICE
    assert note(item(1), item(2, severity=Severity.URGENT)).severity is Severity.URGENT


def test_a_template_of_a_note_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "plain-note.txt").write_text("{{ note.title }}|{{ note.sections | length }}", encoding="utf-8")
    mine = Renderer(tmp_path).render_message(bundle(item(1), item(2)), ChannelKind.CONSOLE, receiver(), now=NOW)
    assert mine.body == "晨报 · 2 条：notice 2|1"


def test_the_messages_language_is_the_notes() -> None:
    one: Receiver = receiver(lang="zh")
    message = bundle(item(1), item(2, deadline=NOW + 90 * HOUR), lang="en")
    body = RENDERER.render_message(message, ChannelKind.CONSOLE, one, now=NOW).body
    assert body.startswith("Morning digest · 2 alerts: notice 2")
    assert "4 days left" in body
