"""Rendering: order and words, and that nothing from the web becomes markup, mention or script."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path

import pytest

from alerts import ChannelKind, Link, Renderer, RouteOptions, Severity
from alerts.escape import host, markdown, mrkdwn, one_line, safe_url
from tests.alerts.samples import ALERT, NOW, alert, receiver, rendered

HOSTILE = (
    "<script>alert(1)</script> @all @所有人 <@U1> <!channel> <at user_id=all></at> <at id=all></at> "
    "[点我](javascript:alert(1)) **粗** `x` {{7*7}} &lt;b&gt; &#60; \u202egnp\u2066\U000e0041\n# 标题\r\n> 引"
)
CHATS = (
    ChannelKind.WECOM,
    ChannelKind.DINGTALK,
    ChannelKind.FEISHU,
    ChannelKind.SERVERCHAN,
    ChannelKind.PUSHPLUS,
)


class Tags(HTMLParser):
    """What a mail client would see in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", [kind for kind in ChannelKind if kind is not ChannelKind.EMAIL])
def test_headline_summary_facts_evidence_link_and_copies_come_in_this_order(kind: ChannelKind) -> None:
    body = rendered(kind).body
    parts = [ALERT.summary, "1.26 亿元", "ABC_2024-01", "经评审", "news.example", "晨报"]
    if kind not in (ChannelKind.FEISHU, ChannelKind.SERVERCHAN, ChannelKind.PUSHPLUS):
        parts.insert(0, ALERT.title)  # these three show the title themselves
    places = [body.index(part) for part in parts if part != "1.26 亿元"]
    assert places == sorted(places)
    assert "金额：1.26 亿元" in body


def test_the_wecom_message_as_a_whole() -> None:
    assert rendered(ChannelKind.WECOM).body == (
        "### 某市图书馆采购项目中标公告\n\n**中标 · 某市 · 甲公司 · 1.26 亿元**\n\n"
        "- 项目编号：ABC_2024-01\n- 金额：1.26 亿元\n- 中标人：甲公司\n\n"
        "> 原文：经评审，甲公司以 1.26 亿元中标，服务期三年。\n\n"
        "[查看原文](https://news.example/a?id=1&page=%282%29) 某市政府采购网 · 发布 2025-03-04\n\n"
        "其他刊载：\n\n- [晨报](https://copy.example/1)"
    )


def test_english_words_around_an_alert() -> None:
    body = rendered(ChannelKind.CONSOLE, lang="en", repeat=True).body
    assert body.startswith("(may be a repeat) 某市图书馆")
    assert "Evidence: 经评审" in body
    assert "Published 2025-03-04" in body
    assert "Also published at" in body


def test_a_route_option_overrides_the_receivers_language_and_the_number_of_copies() -> None:
    options = RouteOptions(lang="en", max_copies=0)
    body = Renderer().render(ALERT, ChannelKind.CONSOLE, receiver(), options=options).body
    assert "Evidence" in body
    assert "copy.example" not in body
    assert "1 more copy" in body


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_a_possible_repeat_and_an_urgent_one_are_marked(kind: ChannelKind) -> None:
    message = rendered(kind, alert(severity=Severity.URGENT), repeat=True)
    assert message.title.startswith("【紧急】【可能重复】")
    assert "可能重复" in message.body
    plain = rendered(kind)
    assert "可能重复" not in plain.title + plain.body + plain.html


def hostile() -> object:
    return alert(
        title=HOSTILE,
        summary=HOSTILE,
        evidence=HOSTILE,
        facts=((HOSTILE, HOSTILE),),
        link=Link(title=HOSTILE, url="javascript:alert(1)", note=HOSTILE),
        copies=(Link(title=HOSTILE, url='https://x.example/"><img src=x>)', note=HOSTILE),),
    )


def test_nothing_from_the_web_becomes_html() -> None:
    page = Tags(rendered(ChannelKind.EMAIL, hostile()).html)  # type: ignore[arg-type]
    assert not {"script", "img"} & set(page.tags)
    assert "<script>alert(1)</script>" in page.text, "it is shown as the text it was"
    assert page.links == ["https://x.example/%22%3E%3Cimg%20src=x%3E%29"]


@pytest.mark.parametrize("kind", CHATS)
def test_nothing_from_the_web_becomes_markdown_or_a_mention(kind: ChannelKind) -> None:
    body = rendered(kind, hostile()).body  # type: ignore[arg-type]
    own = body.replace("(https://x.example/%22%3E%3Cimg%20src=x%3E%29)", "")
    assert "@" not in own
    assert "<" not in own
    assert "](javascript" not in own
    assert "`" not in own
    assert "\u202e" not in own
    # What marks are left are the template's: a heading, the bold summary, one link in the copies.
    assert own.count("**") == 2
    assert own.count("[") == 1
    assert [line for line in own.splitlines() if line.startswith("#")] == [own.splitlines()[0]] * own.startswith("#")


def test_nothing_from_the_web_becomes_a_slack_mention() -> None:
    body = rendered(ChannelKind.SLACK, hostile()).body  # type: ignore[arg-type]
    assert "<!channel" not in body
    assert "<@" not in body
    assert "&lt;script&gt;" in body
    assert body.count("<") == 1, "the link to the copy"


def test_nothing_from_the_web_becomes_a_mention_in_a_service_of_apprises() -> None:
    """Such a service gets plain text, and many read mentions and markup out of it all the same."""
    body = rendered(ChannelKind.APPRISE, hostile()).body  # type: ignore[arg-type]
    assert not {"@", "<", ">", "`", "*", "[", "\u202e"} & set(body)


@pytest.mark.parametrize("kind", [*CHATS, ChannelKind.SLACK, ChannelKind.APPRISE])
@pytest.mark.parametrize("line", ["> 引", "# 头", "- 项", "1. 项", "&gt; 引"])
def test_no_line_from_the_web_opens_a_quotation_a_heading_or_a_list(kind: ChannelKind, line: str) -> None:
    body = rendered(kind, alert(title="题", summary=line, evidence="", facts=(), copies=())).body
    printed = next(one for one in body.splitlines() if line[-1] in one).strip("*")
    reads = (">", "&gt;") if kind is ChannelKind.SLACK else (">", "#", "-", "1.", "&")  # Slack knows no other
    assert not printed.startswith(reads)


@pytest.mark.parametrize(
    "character", "\u00ad\u061c\u180e\u200b\u200f\u202a\u202e\u2060\u2063\u2066\u2069\u206f\ufeff\U000e0041"
)
def test_characters_that_turn_or_hide_text_are_gone_from_every_form(character: str) -> None:
    sly = alert(title=f"公{character}告", summary=f"中{character}标", facts=((f"金{character}额", f"1{character}2"),))
    for kind in ChannelKind:
        message = rendered(kind, sly)
        assert character not in message.title + message.body + message.html
        assert "公告" in message.title


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://News.Example:8443/a?b", "news.example"),
        ("https://\u0430pple.example/", "xn--pple-43d.example"),
        ("https://[2001:db8::1]/", "2001:db8::1"),
        ("https://user@evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://a..b/", "a..b"),
        ("https://" + "\u0430" * 70 + ".example/", ""),
    ],
)
def test_the_host_that_is_shown_is_the_one_that_is_asked(url: str, shown: str) -> None:
    """A letter that only looks like another must not pass for it."""
    assert host(url) == shown


def test_the_mail_shows_where_each_link_leads() -> None:
    page = Tags(rendered(ChannelKind.EMAIL).html)
    assert "news.example" in page.text
    assert "copy.example" in page.text


def test_entities_are_shown_as_they_were_written() -> None:
    assert markdown("A&amp;B &#60; R&D") == "A＆amp;B ＆#60; R&D"


def test_plain_text_has_no_control_characters() -> None:
    body = rendered(ChannelKind.CONSOLE, alert(title="a\x1b[31mred\x07\r\nb\u2028c", evidence="\ud800x")).body
    assert body.splitlines()[0] == "a [31mred b c"
    assert body.encode()


def test_template_code_in_an_alert_is_text() -> None:
    assert "{{7*7}}" in rendered(ChannelKind.CONSOLE, hostile()).body  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?a=1&b=2#c", "https://a.example/x?a=1&b=2#c"),
        ("https://a.example/中文 页", "https://a.example/%E4%B8%AD%E6%96%87%20%E9%A1%B5"),
        ("https://a.example/(x)[y]<z>|", "https://a.example/%28x%29%5By%5D%3Cz%3E%7C"),
        ("HTTPS://a.example/%2Fkept", "https://a.example/%2Fkept"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example/x", ""),
        ("https://bank.example@evil.example/", ""),
        ('https://a.example">x', ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_an_address_cannot_break_out_of_its_link(url: str, safe: str) -> None:
    assert safe_url(url) == safe


def test_ordinary_text_stays_as_it_is_in_markdown() -> None:
    text = "项目编号 ABC_2024-01（第2包）：1.26亿元，同比+5%，见《公告》"
    assert markdown(text) == text
    assert mrkdwn(text) == text


def test_one_line_joins_lines_and_is_stable() -> None:
    assert one_line("a\n\t b\u3000\u200bc ") == "a b c"
    assert one_line(one_line(HOSTILE)) == one_line(HOSTILE)


def test_times_are_printed_in_the_receivers_zone_and_midnight_is_a_date() -> None:
    noon = alert(published=dt.datetime(2025, 3, 3, 20, 5, tzinfo=dt.UTC))
    assert "发布 2025-03-04 04:05" in rendered(ChannelKind.CONSOLE, noon).body
    assert "发现 2025-03-04 09:30" in rendered(ChannelKind.CONSOLE, alert(published=None)).body


def test_the_webhook_gets_every_field_in_its_own_characters() -> None:
    data = rendered(ChannelKind.WEBHOOK, hostile(), repeat=True).data  # type: ignore[arg-type]
    assert data["title"] == HOSTILE
    assert data["facts"] == [{"name": HOSTILE, "value": HOSTILE}]
    assert data["created_at"] == NOW.isoformat()
    assert data["may_be_a_repeat"] is True
    assert data["labels"]["region"] == ["330100", "330000"]


def test_a_template_may_be_replaced_and_cannot_reach_out_of_its_sandbox(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("自定 {{ content.title }}", encoding="utf-8")
    assert Renderer(tmp_path).render(ALERT, ChannelKind.CONSOLE, receiver()).body == f"自定 {ALERT.title}"
    (tmp_path / "plain.txt").write_text("{{ content.__class__.__mro__ }}", encoding="utf-8")
    with pytest.raises(Exception, match="unsafe"):
        Renderer(tmp_path).render(ALERT, ChannelKind.CONSOLE, receiver())


def test_times_without_an_offset_are_refused() -> None:
    with pytest.raises(ValueError, match="created_at"):
        alert(created_at=dt.datetime(2025, 1, 1))
