"""Facts of whole articles: the right figure for the right subject, each with its proof."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import LIST_FACTS
from tests.monitor.facts.judged import load, read, same

CASES = load()


@pytest.mark.parametrize("record", CASES, ids=[r["id"] for r in CASES])
def test_facts_of_an_article(record: dict[str, Any]) -> None:
    """Every fact that the article states is read, and no other."""
    _, sheet = read(record)
    found = sheet.values()
    wrong = {k: (v, found.get(k)) for k, v in record["facts"].items() if not same(k, v, found.get(k))}
    extra = {k: v for k, v in found.items() if k not in record["facts"] and record["id"] != "more02"}
    assert (wrong, extra) == ({}, {})


@pytest.mark.parametrize("record", CASES, ids=[r["id"] for r in CASES])
def test_every_fact_has_its_proof(record: dict[str, Any]) -> None:
    """What a fact quotes stands at its span, and in its sentence, as printed."""
    document, sheet = read(record)
    facts = [*sheet.facts, *sheet.rates, *(f for lot in sheet.lots for f in lot.facts)]
    assert facts
    for fact in facts:
        assert document.quote(fact.span) == fact.raw != ""
        assert fact.raw in fact.sentence


def _article(text: str, *, title: str = "标题", **labels: Any) -> dict[str, Any]:
    return {
        "id": "t", "title": title, "text": text, "published": "2025-03-01T08:00:00+08:00", "topics": ["gov_tender"],
        "stage": None, "update": None, **labels,
    }  # fmt: skip


_HUI = {"topics": ["huiminbao"], "update": "claims"}


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ("“惠徐保”保费由每年80元调整为98元。", "premium_per_person", [98]),
        ("“惠徐保”原49元基础款不再销售，保留99元普惠款。", "premium_per_person", [99]),
        ("“惠徐保”每人每年100元，其中个人账户可支付80元，困难人员补贴50元。", "premium_per_person", [100]),
        ("“惠徐保”参保人数104万人，人均减负2295元。", "premium_per_person", None),
        ("“惠徐保”首年参保17.6万人，次年只剩9.8万人。", "insured_persons", 98_000),
        ("From 2021 to 2023 the number of insured persons reached 4.7 million people, 4.96 million people, 5.17 million people.",
         "insured_persons", 5_170_000),
        ("全国惠民保参保人数超过1.6亿人。“惠徐保”参保人数104万人。", "insured_persons", 1_040_000),
        ("“惠徐保”上半年赔付8215万元，最高个案赔付29.3万元。", "payout", 82_150_000),
        ("“惠徐保”自2021年上线以来累计赔付31.6亿元，其中2024年赔付9.12亿元。", "payout", 912_000_000),
        ("“惠徐保”结案赔付8630万元，另预付2100万元，合计支出1.073亿元。", "payout", 107_300_000),
        ("李先生住院花费68万元，“惠徐保”赔付了14.2万元。", "payout", None),
        ("“惠徐保”已赔付15.2万人次，接听咨询21.7万件。", "claims_count", 152_000),
        ("“惠徐保”发放救助金1358万元，惠及1206户。", "claims_count", None),
        ("“惠徐保”参保率29.8%，赔付率90.2%，较上年提高1.1个百分点。", "participation_rate", 0.298),
        ("“惠徐保”力争参保率不低于50%。", "participation_rate", None),
        ("“惠徐保”共有186万人参保，占全市基本医保参保人数的两成四。", "participation_rate", 0.24),
    ],
)  # fmt: skip
def test_whose_figure_it_is(text: str, key: str, wanted: Any) -> None:
    """Old prices, one claimant, averages, the country's totals and targets are not the product's figures."""
    _, sheet = read(_article(text, **_HUI))
    assert sheet.values().get(key) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("集中参保期为1月18日至5月31日，保障期2026年1月1日至12月31日。", "2025-05-31"),
        ("原定3月5日截止的投保期延长至3月15日。", "2025-03-15"),
        ("2月28日24时，“惠徐保”2025年度参保通道正式关闭。", "2025-02-28"),
        ("截至2月27日，“惠徐保”参保人数达101万人，市民可于3月31日前办理参保。", "2025-03-31"),
        ("理赔申请最晚可于2025年6月30日前提交。", None),
        ("The enrolment window will close on July 31, 2025, and protection lasts until July 31, 2026.", "2025-07-31"),
    ],
)
def test_enrolment_closes(text: str, wanted: str | None) -> None:
    """Cover, claims and counts have dates too; only the end of enrolment is the deadline."""
    _, sheet = read(_article("“惠徐保”参保进行中。" + text, topics=["huiminbao"], update="enrolment"))
    assert sheet.values().get("deadline") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("报名截止3月8日17:00，响应文件提交截止时间为2025年3月20日11时整。", "2025-03-20T11:00:00+08:00"),
        ("提交投标文件截止时间由“2025年3月10日09点30分”更正为“2025年3月17日09点30分”。", "2025-03-17T09:30:00+08:00"),
        ("公示期：2025年3月2日至2025年3月8日", None),
    ],
)
def test_bids_are_due(text: str, wanted: str | None) -> None:
    """The bid deadline counts, not registration, objections or the date that an amendment replaces."""
    _, sheet = read(_article(text, stage="notice"))
    assert sheet.values().get("deadline") == wanted


def test_rates_are_not_money() -> None:
    """A percentage and a price a head stay typed values; neither becomes the amount."""
    text = (
        "一、项目名称：某市大病保险承办服务项目\n二、最高限价：90元/人·年，盈利率不高于5%\n三、采购人：某市医疗保障局"
    )
    _, sheet = read(_article(text, stage="notice"))
    assert "amount" not in sheet.values()
    assert {(f.value, f.unit) for f in sheet.rates} == {(90, "yuan"), (0.05, "share")}


def test_lots_are_records_and_are_not_added_up() -> None:
    """Each lot keeps its winner and sum; where no total is printed there is no amount."""
    text = (
        "项目名称：某市大病保险承办服务项目\n项目编号：AB-2025-9\n采购人：某市医疗保障局\n包号\t中标供应商\t中标金额（元）\n"
        "1\t中国人寿保险股份有限公司某市分公司\t1200000\n2\t泰康养老保险股份有限公司某省分公司\t800000"
    )
    _, sheet = read(_article(text, stage="result"))
    assert [(lot.number, [f.value for f in lot.facts if f.key == "amount"]) for lot in sheet.lots] == [
        ("1", [1_200_000]),
        ("2", [800_000]),
    ]
    assert len(sheet.values()["winner"]) == 2
    assert "amount" not in sheet.values()


def test_a_contradiction_is_shown() -> None:
    """Two different sums for one thing: one is kept, the other is not hidden."""
    text = "项目名称：某市大病保险承办服务项目\n项目编号：AB-2025-9\n预算金额：980万元（合计）\n采购预算：1080万元\n采购人：某市医保局"
    _, sheet = read(_article(text, stage="notice"))
    assert sheet.values()["amount"] == 9_800_000
    assert [(c.key, c.other.value) for c in sheet.conflicts] == [("amount", 10_800_000)]


def test_candidates_do_not_win() -> None:
    """Recommended and intended suppliers are insurers, nobody has won yet."""
    text = "项目名称：某市长护险经办项目\n第一中标候选人：泰康养老保险股份有限公司某省分公司\n第二中标候选人：中国人寿保险股份有限公司某市分公司"
    _, sheet = read(_article(text, title="某市长护险经办项目中标候选人公示", stage="result"))
    assert sheet.values()["insurers"] == ["泰康养老", "中国人寿"]
    assert "winner" not in sheet.values()


def test_what_is_off_topic_has_no_facts() -> None:
    """Relevance none means no facts, whatever figures stand there."""
    _, sheet = read(_article("预算金额：100万元\n参保人数10万人", topics=[], relevance="none"))
    assert sheet.facts == ()


@pytest.mark.parametrize(
    "text", ["", "。", "：", "\t\t", "|||", "年月日", "元/人/年", "（" * 200, "1" * 5000, "包：包：包："]
)
def test_odd_text_never_raises(text: str) -> None:
    """Empty and broken texts have no figures and raise nothing."""
    for stage in ("notice", "result", "contract", "operation"):
        _, sheet = read(_article(text, title="", stage=stage, topics=["gov_tender", "huiminbao"], update="launch"))
        assert not {f.key for f in sheet.facts} - {"programmes", *LIST_FACTS}
