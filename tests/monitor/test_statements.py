"""Statements: what a printed figure may hide, and when two prints say the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given as ranging
from hypothesis import strategies as st

from monitor.statements import Citation, Statement, closes_at, same, step
from tests.monitor.shelf import day


def _stated(value: Any, raw: str, sentence: str = "", key: str = "amount") -> Statement:
    cited = Citation(article_id=1, url="", title="", source="", at=day("2026-01-01"))
    return Statement(key=key, value=value, raw=raw, sentence=sentence or raw, basis="", lot="", cited=cited)


@pytest.mark.parametrize(
    ("value", "raw", "sentence", "expected"),
    [
        (1994000000, "19.94亿", "", 1e6),
        (214500000, "￥21450.000000万元", "", 0.01),
        (4700000, "4.7 million yuan", "", 1e5),
        (4700000, "四百七十万元", "", 1e5),
        (2000000, "200万人", "参保约200万人", 1e5),
        (2000000, "200万人", "参保200万人", 1e4),
        (0.172, "17.2%", "", 0.001),
        (17000000, "5,436.00万元，其中2960", "", 0.0),
    ],
)
def test_the_step_of_a_figure_is_its_last_printed_digit(value: float, raw: str, sentence: str, expected: float) -> None:
    """Decimals, scales, Chinese numerals and hedges tell what a rounding may hide; a figure that was reckoned tells nothing."""
    assert step(_stated(value, raw, sentence)) == pytest.approx(expected)


@ranging(st.integers(10**6, 10**11), st.integers(0, 3))
def test_a_rounded_print_is_always_the_same_figure(yuan: int, decimals: int) -> None:
    """Whatever is printed in 亿, rounded or cut off, says the same as the exact sum, both ways round."""
    exact = _stated(yuan, f"{yuan}元")
    unit = 10 ** (8 - decimals)
    for coarse in (yuan // unit * unit, round(yuan / unit) * unit):
        printed = _stated(coarse, f"{coarse / 1e8:.{decimals}f}亿元")
        assert same(exact, printed) or coarse == 0
        assert same(printed, exact) == same(exact, printed)


def test_a_bare_day_closes_at_its_midnight_in_china() -> None:
    """A date without an hour lasts through the day."""
    assert closes_at("2026-03-31") == dt.datetime(2026, 3, 31, 16, 0, tzinfo=dt.UTC)
    assert closes_at("2026-03-31T09:30:00+08:00") == dt.datetime(2026, 3, 31, 1, 30, tzinfo=dt.UTC)
