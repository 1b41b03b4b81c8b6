"""Numbers with unit and basis: what is printed, in whatever form, is what is read."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.facts.quantities import Basis, Quantity, Unit, chinese_number, find_quantities
from monitor.text import normalise


def _one(text: str) -> Quantity:
    found = find_quantities(normalise(text).plain)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("printed", "value", "unit", "basis"),
    [
        ("约210万参保人", 2_100_000, Unit.PERSONS, Basis.TOTAL),
        ("210余万人", 2_100_000, Unit.PERSONS, Basis.TOTAL),
        ("2938名计划生育特殊家庭成员", 2938, Unit.PERSONS, Basis.TOTAL),
        ("838万城乡居民", 8_380_000, Unit.PERSONS, Basis.TOTAL),
        ("六十四万市民", 640_000, Unit.PERSONS, Basis.TOTAL),
        ("3.41 million urban and rural residents", 3_410_000, Unit.PERSONS, Basis.TOTAL),
        ("255,000 in-service members", 255_000, Unit.PERSONS, Basis.TOTAL),
        ("41.3万人次", 413_000, Unit.TIMES, Basis.TOTAL),
        ("82,000 person-times", 82_000, Unit.TIMES, Basis.TOTAL),
        ("1.2 million visitorsamount", 1_200_000, Unit.TIMES, Basis.TOTAL),
        ("1206户", 1206, Unit.HOUSEHOLDS, Basis.TOTAL),
        ("￥56.980000 万元", 569_800, Unit.YUAN, Basis.TOTAL),
        ("叁佰陆拾叁万元整", 3_630_000, Unit.YUAN, Basis.TOTAL),
        ("31万5千元", 315_000, Unit.YUAN, Basis.TOTAL),
        ("3亿5600万元", 356_000_000, Unit.YUAN, Basis.TOTAL),
        ("1,994,440,000元", 1_994_440_000, Unit.YUAN, Basis.TOTAL),
        ("１，２００元", 1200, Unit.YUAN, Basis.TOTAL),
        ("RMB 1.26 billion", 1_260_000_000, Unit.YUAN, Basis.TOTAL),
        ("40元/人/年", 40, Unit.YUAN, Basis.PERSON_YEAR),
        ("90 元/人·年", 90, Unit.YUAN, Basis.PERSON_YEAR),
        ("59元每人每年", 59, Unit.YUAN, Basis.PERSON_YEAR),
        ("180 yuan per person per year", 180, Unit.YUAN, Basis.PERSON_YEAR),
        ("400 yuan a year per person", 400, Unit.YUAN, Basis.PERSON_YEAR),
        ("92元/人", 92, Unit.YUAN, Basis.PERSON),
        ("60元/户", 60, Unit.YUAN, Basis.HOUSEHOLD),
        ("412万元/年", 4_120_000, Unit.YUAN, Basis.YEAR),
        ("3.95%", 0.0395, Unit.PERCENT, Basis.TOTAL),
        ("八成五", 0.85, Unit.PERCENT, Basis.TOTAL),
        ("百分之四十二", 0.42, Unit.PERCENT, Basis.TOTAL),
        ("1.1个百分点", 1.1, Unit.POINTS, Basis.TOTAL),
        ("达二百八十五万", 2_850_000, Unit.BARE, Basis.TOTAL),
    ],
)
def test_printed_forms(printed: str, value: float, unit: Unit, basis: Basis) -> None:
    """Every printed form has one value, one unit and one basis."""
    quantity = _one(printed)
    assert (quantity.value, quantity.unit, quantity.basis) == (pytest.approx(value), unit, basis)


@pytest.mark.parametrize(
    "printed",
    [
        "项目编号:510107202300288",
        "JH24-211100-11967",
        "2024年参保",
        "2020年8月20日",
        "一带一路",
        "三家公司",
        "成立十年",
    ],
)
def test_not_a_quantity(printed: str) -> None:
    """Numbers of projects, dates and figures of speech are no quantities."""
    assert find_quantities(printed) == ()


def test_glued_words_of_a_translation() -> None:
    """A capital or a letter glued to a number or its unit hides neither."""
    text = "amountMore than1.26 billion yuanthe number isMore than 150,000 people per year.100 yuanother personnel are150 yuan"
    assert [(q.value, q.unit) for q in find_quantities(text)] == [
        (1_260_000_000, Unit.YUAN),
        (150_000, Unit.PERSONS),
        (100, Unit.YUAN),
        (150, Unit.YUAN),
    ]


@given(st.integers(min_value=1, max_value=999_999))
def test_one_value_in_every_form(tens: int) -> None:
    """A count of persons printed in digits, with commas, in 万, in million and in Chinese words is the same count."""
    count = tens * 100
    wan = Decimal(count) / 10_000
    forms = [
        f"{count}人",
        f"{count:,}人",
        f"{wan.normalize():f}万人",
        f"{count:,} people",
        f"{(Decimal(count) / 1_000_000).normalize():f} million people",
        f"约{wan:.6f}万余人",
        f"{cn2an.an2cn(count, 'low')}人",
    ]
    assert {find_quantities(form)[0].value for form in forms} == {count}
    assert {find_quantities(form)[0].unit for form in forms} == {Unit.PERSONS}


@given(st.integers(min_value=1, max_value=10**9))
def test_capital_numerals_of_contracts(yuan: int) -> None:
    """Sums in capital numerals (叁佰陆拾叁万元整) are the sums in digits."""
    printed = cn2an.an2cn(yuan, "up").replace("零元", "元") + "元整"
    assert _one(printed).value == yuan


@given(st.text(alphabet="〇零一二两三四五六七八九十百千万亿点", max_size=12))
def test_odd_numerals_never_raise(numeral: str) -> None:
    """What is no numeral has no value, whatever its characters are."""
    value = chinese_number(numeral)
    assert value is None or value >= 0


@given(st.text(alphabet="0123456789.,万亿元人次/年每%成 million yuan一二", max_size=40))
def test_quantities_lie_in_order_within_the_text(text: str) -> None:
    """Each quantity stands where it says, and quotes what stands there."""
    last = 0
    for quantity in find_quantities(text):
        assert last <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end].strip() == quantity.raw
        last = quantity.start
