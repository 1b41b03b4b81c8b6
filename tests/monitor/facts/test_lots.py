"""Lots as records: from blocks, rows, lists and sentences, each value with its own evidence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.facts.lot_names import mentions, same_lot
from monitor.model import Lot
from tests.monitor.facts.judged import read

_PROJECT = "近日，益阳市城乡居民大病保险承办服务项目公布结果，采购人为益阳市医疗保障局。"
_ENGLISH = "Results of the serious illness insurance tender of the Yiyang Medical Security Bureau are out. "
_A, _B, _C = "人保财险益阳市分公司", "中国人寿益阳分公司", "新华保险湖南分公司"


def _lots(text: str, stage: str = "result", lang: str = "zh") -> tuple[Lot, ...]:
    record = {
        "id": "t", "title": "News" if lang == "en" else "标题", "text": text, "lang": lang, "stage": stage,
        "published": "2026-03-01T08:00:00+08:00", "topics": ["gov_tender"], "update": None,
    }  # fmt: skip
    document, sheet = read(record)
    for lot in sheet.lots:
        for fact in lot.facts:
            assert document.quote(fact.span) == fact.raw
            assert fact.raw in fact.sentence
    return sheet.lots


def _as_told(lots: tuple[Lot, ...]) -> dict[str, dict[str, list[Any]]]:
    told: dict[str, dict[str, list[Any]]] = {}
    for lot in lots:
        for fact in lot.facts:
            told.setdefault(same_lot(lot.number), {}).setdefault(fact.key, []).append(fact.value)
    return told


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"一包由{_A}中标，二包由{_B}中标。", {"1": {"winner": [_A]}, "2": {"winner": [_B]}}),
        (f"{_A}拿下一包，{_B}拿下二包。", {"1": {"winner": [_A]}, "2": {"winner": [_B]}}),
        (f"A包归{_A}，B包归{_B}。", {"A": {"winner": [_A]}, "B": {"winner": [_B]}}),
        (f"第一标段中标单位为{_A}，第二标段中标单位为{_B}。", {"1": {"winner": [_A]}, "2": {"winner": [_B]}}),
        (
            f"标段一，{_A}以4.1%的费率中标；标段二，{_B}报价4.0%中标。",
            {"1": {"winner": [_A], "rate": [0.041]}, "2": {"winner": [_B], "rate": [0.04]}},
        ),
        (
            f"第一、第三标段由{_A}中标，第二标段由{_B}中标。",
            {"1": {"winner": [_A]}, "2": {"winner": [_B]}, "3": {"winner": [_A]}},
        ),
        (f"{_A}、{_B}分别中标二、三标段。", {"2": {"winner": [_A]}, "3": {"winner": [_B]}}),
        (
            f"三个包分别由{_A}、{_B}、{_C}中标。",
            {"1": {"winner": [_A]}, "2": {"winner": [_B]}, "3": {"winner": [_C]}},
        ),
        (
            f"一包由{_A}中标，二包由{_B}中标。两个包的中标盈利率依次为3.0%和3.2%。",
            {"1": {"winner": [_A], "rate": [0.03]}, "2": {"winner": [_B], "rate": [0.032]}},
        ),
        (
            f"一包由{_A}以280万元中标，覆盖参保人员41万人；二包由{_B}以360万元中标，覆盖参保人员52万人。",
            {
                "1": {"winner": [_A], "amount": [2_800_000], "insured_persons": [410_000]},
                "2": {"winner": [_B], "amount": [3_600_000], "insured_persons": [520_000]},
            },
        ),
        (f"四标段由{_A}、{_B}联合体中标。", {"4": {"winner": [_A, _B]}}),
        (
            f"一标段中标单位{_A}，中标价31.2元/人·年；二标段中标单位{_B}，中标价31.8元/人·年。",
            {
                "1": {"winner": [_A], "premium_per_person": [31.2]},
                "2": {"winner": [_B], "premium_per_person": [31.8]},
            },
        ),
    ],
)
def test_lots_told_in_sentences(text: str, wanted: dict[str, dict[str, list[Any]]]) -> None:
    """Whichever stands first, company or lot, and however lots are listed, each lot gets its own."""
    assert _as_told(_lots(_PROJECT + text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Lot 1 went to PICC P&C at a profit rate of 2.8 percent; Lot 2 went to China Life at 3.1 percent.",
            {"1": {"winner": ["PICC P&C"], "rate": [0.028]}, "2": {"winner": ["China Life"], "rate": [0.031]}},
        ),
        (
            "The first lot was won by PICC P&C and the second by China Life.",
            {"1": {"winner": ["PICC P&C"]}, "2": {"winner": ["China Life"]}},
        ),
        (
            "The winners are PICC P&C (Lot 1) and China Life (Lot 2).",
            {"1": {"winner": ["PICC P&C"]}, "2": {"winner": ["China Life"]}},
        ),
        (
            "PICC P&C won Lots 1 and 3, China Life won Lot 2.",
            {"1": {"winner": ["PICC P&C"]}, "2": {"winner": ["China Life"]}, "3": {"winner": ["PICC P&C"]}},
        ),
    ],
)
def test_lots_told_in_english(text: str, wanted: dict[str, dict[str, list[Any]]]) -> None:
    """The same of English wires, with ordinals and brackets."""
    assert _as_told(_lots(_ENGLISH + text, lang="en")) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "本项目共2包，投标人可兼投不可兼中。",
        "项目分为三个标段，预算共计540万元。",
        "一包到底的服务受到好评。",
        "只可中标其中一个包。",
        "首发红包2包。",
        "公司以第一名的成绩中标，报价540万元。",
    ],
)
def test_a_count_of_lots_is_no_lot(text: str) -> None:
    """How many lots there are, and words that only look like one, make no record."""
    assert _lots(_PROJECT + text) == ()


def test_a_list_of_lots_in_a_notice() -> None:
    """Lines that begin with their lot, without labels: budget and persons are the lot's, its winner is not known yet."""
    text = (
        _PROJECT + "\n一、标段划分\nA标段：南县、沅江市，预算9870.5万元，覆盖参保人员41万人；\n"
        "B标段：安化县、桃江县，预算10240.5万元，覆盖参保人员52万人；\n两标段预算总额2.0111亿元。"
    )
    told = _as_told(_lots(text, stage="notice"))
    assert told["A"] == {"amount": [98_705_000], "insured_persons": [410_000]}
    assert told["B"] == {"amount": [102_405_000], "insured_persons": [520_000]}


def test_rows_give_lots_their_names() -> None:
    """Number and name as the table prints them; a total below the last lot is the whole's."""
    text = (
        "项目名称：益阳市大病保险承办服务\n包组编号：001　包组名称：东片　中标人：甲财产保险股份有限公司　中标金额：410000元\n"
        "包组编号：002　包组名称：西片　中标人：乙人寿保险股份有限公司　中标金额：280000元\n总中标金额：690000元\n"
        "合计参保人数：360万人"
    )
    lots = _lots(text)
    assert [(lot.number, lot.name) for lot in lots] == [("001", "东片"), ("002", "西片")]
    assert [f.value for lot in lots for f in lot.facts if f.key in ("amount", "insured_persons")] == [410_000, 280_000]


def test_one_lot_is_not_read_twice() -> None:
    """What a row prints stands before what a sentence says of the same lot; other keys are added."""
    text = (
        "项目名称：益阳市大病保险承办服务\n包号\t中标供应商\t中标金额（元）\n1\t中国人寿保险股份有限公司益阳分公司\t410000\n"
        "2\t泰康养老保险股份有限公司湖南分公司\t280000\n第一包由中国人寿承办，费率4.1%；第二包由泰康养老承办，费率4.0%。"
    )
    told = _as_told(_lots(text))
    assert told["1"] == {"winner": ["中国人寿保险股份有限公司益阳分公司"], "amount": [410_000], "rate": [0.041]}
    assert told["2"] == {"winner": ["泰康养老保险股份有限公司湖南分公司"], "amount": [280_000], "rate": [0.04]}


@given(st.integers(1, 19))
def test_a_number_has_one_key(number: int) -> None:
    """一, 1 and 01 name one lot."""
    han = "零一二三四五六七八九十"
    spelled = han[number] if number <= 10 else f"十{han[number - 10]}"
    assert same_lot(spelled) == same_lot(str(number)) == same_lot(f"{number:02d}") == str(number)


@given(st.text(alphabet="第一二三十12AB包标段项、和至lots 共，。", max_size=40))
def test_mentions_stand_where_they_say(text: str) -> None:
    """Every mention lies inside the text, after the one before it, and names at least one lot."""
    at = 0
    for mention in mentions(text, 0, len(text)):
        assert at <= mention.start < mention.end <= len(text)
        assert mention.numbers
        at = mention.end
