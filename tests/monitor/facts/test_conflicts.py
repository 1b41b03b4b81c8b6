"""Contradictions within one article are shown with both values; different numbers that may stand together are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.facts.precision import agree, printed_step
from monitor.model import Conflict
from tests.monitor.facts.judged import read

ROOT = Path(__file__).parents[3]
_NOTICE = "项目名称：益阳市大病保险承办服务项目\n项目编号：YY-2026-9\n采购人：益阳市医疗保障局\n"
_PRODUCT = {"topics": ["huiminbao"], "stage": None, "update": "enrolment"}


def _conflicts(text: str, title: str = "标题", **labels: Any) -> tuple[Conflict, ...]:
    record = {
        "id": "t", "title": title, "text": text, "published": "2026-03-01T08:00:00+08:00", "topics": ["gov_tender"],
        "stage": "notice", "update": None, **labels,
    }  # fmt: skip
    document, sheet = read(record)
    for conflict in sheet.conflicts:
        assert conflict.kept.value in [f.value for f in sheet.facts if f.key == conflict.key]
        assert conflict.other.value != conflict.kept.value
        assert conflict.reason
        if conflict.other.basis != "sum of lots":
            assert document.quote(conflict.other.span) == conflict.other.raw
    return sheet.conflicts


def _pairs(found: tuple[Conflict, ...]) -> list[tuple[str, Any, Any]]:
    return [(c.key, c.kept.value, c.other.value) for c in found]


@pytest.mark.parametrize(
    ("text", "title", "labels", "wanted"),
    [
        ("预算金额：980万元（合计）\n采购预算：1080万元", "标题", {}, ("amount", 9_800_000, 10_800_000)),
        ("预算金额：980万元\n本项目采购预算为1080万元，由财政安排。", "标题", {}, ("amount", 9_800_000, 10_800_000)),
        (
            "第一包中标人：甲财产保险股份有限公司，中标金额：3180000元\n第二包中标人：乙人寿保险股份有限公司，中标金额：2640000元\n"
            "中标总金额：5800000元",
            "标题",
            {"stage": "result"},
            ("amount", 5_800_000, 5_820_000),
        ),
        ("预算金额：980万元\n项目编号：YY-2026-19", "标题", {}, ("project_number", "YY-2026-9", "YY-2026-19")),
        (
            "投标截止时间：2026年3月20日9时30分\n投标人须在投标截止时间2026年3月23日9时30分前上传文件。",
            "标题",
            {},
            ("deadline", "2026-03-20T09:30:00+08:00", "2026-03-23T09:30:00+08:00"),
        ),
        (
            "投标截止时间：2026年3月20日9时30分\n提交投标文件截止时间：2026年3月20日14时30分",
            "标题",
            {},
            ("deadline", "2026-03-20T09:30:00+08:00", "2026-03-20T14:30:00+08:00"),
        ),
        ("参保人数：326.7万人\n本项目参保人数362.7万人。", "标题", {}, ("insured_persons", 3_267_000, 3_627_000)),
        ("参保人数：226万人\n本项目参保人数22.6万人。", "标题", {}, ("insured_persons", 2_260_000, 226_000)),
        (
            "筹资标准：80元/人/年\n按照筹资标准每人每年85元从基金划转。",
            "标题",
            {},
            ("premium_per_person", 80, 85),
        ),
        (
            "服务期限：2026年1月1日至2028年12月31日\n其他略。",
            "益阳市2025—2027年大病保险承办服务项目公开招标公告",
            {},
            ("period", [2026, 2028], [2025, 2027]),
        ),
        (
            "预算金额：980万元",
            "常德市医疗保障局大病保险承办服务项目公开招标公告",
            {},
            ("buyer", "益阳市医疗保障局", "常德市医疗保障局"),
        ),
        ("招标人：益阳市财政事务中心", "标题", {}, None),
        (
            "中标供应商：中国人寿保险股份有限公司益阳分公司\n中标金额：980万元",
            "人保财险中标益阳大病保险项目",
            {"stage": "result"},
            ("winner", "中国人寿保险股份有限公司益阳分公司", "人保财险"),
        ),
    ],
)
def test_a_contradiction_is_shown(
    text: str, title: str, labels: dict[str, Any], wanted: tuple[str, Any, Any] | None
) -> None:
    """Title, label, table and text: whichever two differ on one thing, both values stand with the one that was taken."""
    found = _pairs(_conflicts(_NOTICE + text, title, **labels))
    assert found == ([wanted] if wanted else [])


def test_the_headline_s_price_against_the_body_s() -> None:
    """A product's headline price that is none of the body's."""
    found = _conflicts("“惠徐保”开放投保，保费每人每年98元。", "“惠徐保”今起投保，每人每年89元", **_PRODUCT)
    assert _pairs(found) == [("premium_per_person", 98, 89)]


@pytest.mark.parametrize(
    ("text", "title", "labels"),
    [
        ("预算金额：980万元\n最高限价：950万元", "标题", {}),
        ("预算金额：980万元\n采购预算：9800000.00元", "标题", {}),
        ("预算金额：980万元/年\n三年采购预算合计2940万元", "标题", {}),
        ("预算金额：980万元，其中第一包560万元，第二包420万元。", "标题", {}),
        ("预算总金额980万元，其中标项一为南县，预算560万元；标项二为沅江市，预算420万元。", "标题", {}),
        ("预算金额：980万元\n代理服务费：共计8.6万元", "标题", {}),
        ("中标金额：950万元\n预算金额：980万元", "标题", {"stage": "result"}),
        ("中标总金额：5820000元", "人保财险超5百万元中标大病保险", {"stage": "result"}),
        ("合同金额：2940万元\n平均每年980万元。", "标题", {"stage": "contract"}),
        ("招标编号：ZB-77\n代理编号：DL-2026-31\n政府采购计划编号：益财采计[2026]000641号", "标题", {}),
        ("项目编号：YY-2026-9-1", "标题", {}),
        (
            "投标截止时间：2026年3月20日9时30分\n开标时间：2026年3月20日10时\n招标文件获取截止时间：2026年3月10日17时",
            "标题",
            {},
        ),
        ("投标截止时间：2026年3月20日\n投标截止时间2026年3月20日9时30分。", "标题", {}),
        (
            "原投标截止时间：2026年3月20日9时30分\n现投标截止时间延期至：2026年3月27日9时30分",
            "标题",
            {"stage": "amendment"},
        ),
        ("参保人数：326.7万人\n项目惠及参保人员约327万人。", "标题", {}),
        ("参保人数：326.7万人，其中职工41.2万人，居民285.5万人。", "标题", {}),
        ("参保人数：326.7万人。2024年参保人数318.2万人。", "标题", {}),
        ("参保人数由318.2万人调整为326.7万人。", "标题", {"stage": "amendment"}),
        ("参保人数：326.7万人，常住人口385万人。", "标题", {}),
        ("包号：01　参保人数：186万人\n包号：02　参保人数：174万人\n合计参保人数：360万人", "标题", {}),
        ("服务期限：2026年7月1日至2029年6月30日", "益阳市2026—2028年大病保险承办服务项目公开招标公告", {}),
        ("服务期限：2026年4月1日至2027年3月31日", "益阳市2026年度大病保险承办服务项目公开招标公告", {}),
        ("招标人：益阳市医保局", "标题", {}),
        ("预算金额：980万元", "湖南省益阳市大病保险承办服务项目公开招标公告", {}),
        ("筹资标准：80元/人/年，其中个人缴30元、基金划转50元。", "标题", {}),
        (
            "中标供应商：中国人寿保险股份有限公司益阳分公司\n中标金额：980万元\n上一轮由人保财险承办，本次未中标。",
            "中国人寿中标益阳大病保险项目",
            {"stage": "result"},
        ),
    ],
)
def test_different_numbers_are_not_always_a_contradiction(text: str, title: str, labels: dict[str, Any]) -> None:
    """Lots, budgets and awards, years, parts, roundings, other kinds of numbers and what an amendment replaces."""
    assert _pairs(_conflicts(_NOTICE + text, title, **labels)) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("“惠徐保”开放投保，保费每人每年98元。", "“惠徐保”今起投保，98元保一年"),
        ("“惠徐保”成人每人每年98元，儿童69元。", "“惠徐保”今起投保，69元起"),
        ("“惠徐保”保费由89元调整为98元。", "“惠徐保”涨到98元"),
        ("“惠徐保”2026年度参保人数161.8万人，上年度为171万人。", "“惠徐保”已有逾161万人参保"),
        ("“惠徐保”累计赔付31.6亿元，其中去年赔付9.12亿元。", "“惠徐保”赔付超31亿元"),
    ],
)
def test_a_product_s_tiers_years_and_totals_stand_together(text: str, title: str) -> None:
    """Tiers, last year's figures, running totals and rounded headlines are no contradictions."""
    assert _pairs(_conflicts(text, title, **_PRODUCT)) == []


@given(st.integers(100_000, 9_999_999), st.integers(0, 2))
def test_a_rounded_headline_never_contradicts(persons: int, decimals: int) -> None:
    """Whatever is cut off or rounded to 万 with some decimals, the coarse print agrees with the exact count."""
    unit = 10 ** (4 - decimals)
    for coarse in (persons // unit * unit, round(persons / unit) * unit):
        raw = f"{coarse / 10_000:.{decimals}f}万人"
        assert agree(persons, 0.0, coarse, printed_step(coarse, raw, raw)) or coarse == 0


@settings(deadline=None)
@given(st.integers(100, 9999), st.integers(100, 9999))
def test_two_exact_counts_contradict_exactly_where_they_differ(a: int, b: int) -> None:
    """Same words, same time, whole counts within a factor of three: a conflict if and only if they differ."""
    found = _pairs(_conflicts(f"{_NOTICE}参保人数：{a}人\n本项目参保人数{b}人。"))
    expected = a != b and max(a, b) <= 3 * min(a, b)
    same_digits = a != b and str(a).rstrip("0") == str(b).rstrip("0")
    assert bool(found) == (expected or same_digits)


@pytest.mark.parametrize("name", ["dev", "own_tender", "own_huiminbao", "own_mixed"])
def test_the_labelled_sets_hold_no_contradiction(name: str) -> None:
    """Nobody wrote a contradiction into these sets: every one that is found would be false."""
    shared, own = ROOT.parent / "shared/gold" / f"{name}.jsonl", ROOT / "benchmarks/gold" / f"{name}.jsonl"
    path = own if own.is_file() else shared
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    found = {r["id"]: _pairs(c) for r in records if (c := read(r)[1].conflicts)}
    assert found == {}
