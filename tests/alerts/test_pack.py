"""Packing: never over the budget in bytes, never a cut character, link or fact line, and what went is counted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts import Alert, ChannelKind, Link, Renderer
from alerts.escape import safe_url
from alerts.model import AlertKind, Change
from alerts.pack import ELLIPSIS, cut, cut_bytes, size
from tests.alerts.samples import NOW, alert, receiver, rendered

RENDERER = Renderer()

_text = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("中标公告，。甲乙丙*[]<>@`_# \n𠮷😀é")), max_size=200
)
_long = st.one_of(
    _text, st.builds(lambda unit, n: unit * n, st.sampled_from(["中标", "a b ", "𠮷", "😀", "é"]), st.integers(1, 3000))
)
_alerts = st.builds(
    Alert,
    key=st.just("k"),
    thread=st.just("t"),
    title=_long,
    summary=_long,
    evidence=_long,
    link=st.just(Link(title="x", url="https://news.example/page?id=123456")),
    created_at=st.just(NOW),
    facts=st.lists(st.tuples(st.integers(100, 999).map(lambda n: f"事实{n}"), _text), max_size=30).map(tuple),
    copies=st.lists(
        st.integers(1000, 9999).map(lambda n: Link(title="c", url=f"https://c.example/{n}", note="报")), max_size=30
    ).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(
    of=_alerts,
    budget=st.integers(150, 6000),
    kind=st.sampled_from([ChannelKind.WECOM, ChannelKind.SLACK, ChannelKind.CONSOLE]),
)
def test_the_printed_message_fits_in_bytes_and_keeps_links_and_facts_whole(
    of: Alert, budget: int, kind: ChannelKind
) -> None:
    whole = RENDERER.render(of, kind, receiver()).body
    body = RENDERER.render(of, kind, receiver(), budget=budget).body
    assert size(body) <= budget
    assert "\ufffd" not in body or "\ufffd" in whole
    assert of.link.url in body, "the link is the last thing to go"
    fact_lines = {line for line in whole.splitlines() if "事实" in line}
    assert {
        line for line in body.splitlines() if "事实" in line and line.lstrip("-• ").startswith("事实")
    } <= fact_lines
    for line in body.splitlines():
        if "c.example" in line:
            assert line in whole.splitlines()


def test_five_thousand_chinese_characters_fit_into_a_wecom_message() -> None:
    """T2: split by characters, Apprise sends 15,003 bytes where 4,096 are allowed."""
    message = rendered(ChannelKind.WECOM, alert(evidence="标" * 5000, title="公告" * 400))
    assert 3500 < size(message.body) <= 4096
    assert "https://news.example/a" in message.body


def test_changes_are_lines_that_stay_whole_or_go_and_are_counted() -> None:
    many = alert(
        kind=AlertKind.UPDATE, changes=tuple(Change(name=f"项{n}", old="旧" * 30, new="新" * 30) for n in range(9))
    )

    def body(budget: int) -> str:
        return RENDERER.render(many, ChannelKind.WECOM, receiver(), budget=budget).body

    whole = {line for line in body(4096).splitlines() if line.startswith("- 项")}
    some = [line for line in body(1200).splitlines() if line.startswith("- 项")]
    assert len(whole) == 9 + 1, "nine changes and one fact"
    assert 0 < len(some) < 9
    assert set(some) <= whole
    assert f"另有 {9 - len(some)} 项变更，见原文" in body(1200)


def test_copies_go_first_then_evidence_then_facts_and_each_loss_is_told() -> None:
    big = alert(
        copies=tuple(Link(title="转载", url=f"https://c.example/{n}", note=f"报{n}") for n in range(5)),
        facts=tuple((f"项{n}", "值" * 10) for n in range(10)),
        evidence="证" * 100,
    )

    def body(budget: int) -> str:
        return RENDERER.render(big, ChannelKind.WECOM, receiver(), budget=budget).body

    full = body(4096)
    fewer_copies = body(size(full) - 10)
    assert "另有 1 处刊载" in fewer_copies or "另有 2 处刊载" in fewer_copies
    assert "证" * 100 in fewer_copies
    no_evidence = body(size(full) - 400)
    assert "另有 5 处刊载" in no_evidence
    assert "证" * 100 not in no_evidence
    assert "项9" in no_evidence
    few_facts = body(500)
    assert "项0" in few_facts
    assert "项9" not in few_facts
    assert "项，见原文" in few_facts


@pytest.mark.parametrize("length", range(12))
def test_a_cut_leaves_no_half_character(length: int) -> None:
    text = "e\u0301a👩\u200d🚒b中"
    piece = cut(text, length)
    assert len(piece) <= max(length, 0)
    assert piece == text or piece == "" or piece.endswith(ELLIPSIS)
    kept = piece.removesuffix(ELLIPSIS)
    assert not kept.endswith("\u200d")
    following = text[len(kept) : len(kept) + 1]
    assert not (following and unicodedata.combining(following)), "no mark is parted from its letter"
    assert following != "\u200d"


@given(text=_text, budget=st.integers(0, 100))
@example(text="\x80\U00010000", budget=5)
def test_cut_bytes_stays_within_its_budget(text: str, budget: int) -> None:
    piece = cut_bytes(text, budget)
    assert size(piece) <= budget
    assert text.startswith(piece.removesuffix(ELLIPSIS))


def test_a_link_too_long_for_the_channel_is_left_out_whole() -> None:
    url = "https://news.example/" + "a" * 5000
    body = rendered(ChannelKind.WECOM, alert(link=Link(title="x", url=url))).body
    assert size(body) <= 4096
    assert "aaaa" not in body
    assert safe_url(url) == url
