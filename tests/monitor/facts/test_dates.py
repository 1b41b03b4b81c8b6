"""Dates, hours and ranges in every printed form; years that nobody printed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.facts.dates import BEIJING, find_moments, find_ranges, settle
from monitor.text import normalise

PUBLISHED = dt.datetime(2026, 5, 20, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2026年6月12日09点00分（北京时间）", "2026-06-12T09:00:00+08:00"),
        ("2026年06月12日 09时30分00秒", "2026-06-12T09:30:00+08:00"),
        ("2023-10-31 09:00", "2023-10-31T09:00:00+08:00"),
        ("2026/06/12 14:00:00", "2026-06-12T14:00:00+08:00"),
        ("2021年3月23日下午3时", "2021-03-23T15:00:00+08:00"),
        ("2021年11月8日上午9:00", "2021-11-08T09:00:00+08:00"),
        ("2020年8月20日11时整", "2020-08-20T11:00:00+08:00"),
        ("二〇二六年六月十二日上午九时三十分", "2026-06-12T09:30:00+08:00"),
        ("12月31日下午五点半", "2026-12-31T17:30:00+08:00"),
        ("12月31日24时", "2026-12-31"),
        ("截至28日24时", "2026-05-28"),
        ("明年1月15日", "2027-01-15"),
        ("July 31, 2025", "2025-07-31"),
        ("31 December 2025", "2025-12-31"),
        ("at 9:00 am on June 12, 2026", "2026-06-12T09:00:00+08:00"),
        ("9:30 a.m. (Beijing time) on June 12", "2026-06-12T09:30:00+08:00"),
        ("June 12, 2026, at 9:30", "2026-06-12T09:30:00+08:00"),
    ],
)
def test_printed_forms(printed: str, iso: str) -> None:
    """One printed moment is one moment of Beijing time."""
    (moment,) = find_moments(normalise(printed).plain)
    assert settle(moment, PUBLISHED).iso() == iso


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("10月12日至12月31日", "2026-10-12", "2026-12-31"),
        ("2024年10月18日至12月31日", "2024-10-18", "2024-12-31"),
        ("2025年1月1日0时至2025年12月31日24时", "2025-01-01T00:00:00+08:00", "2025-12-31"),
        ("2025年7月1日至次年6月30日", "2025-07-01", "2026-06-30"),
        ("2026年1月1日—2026年12月31日", "2026-01-01", "2026-12-31"),
        ("2025年7月1日起承保至2027年6月30日", "2025-07-01", "2027-06-30"),
        ("二〇二一年一月一日起算，至当年十二月三十一日", "2021-01-01", "2021-12-31"),
        ("from January 1, 2022 to December 31, 2022", "2022-01-01", "2022-12-31"),
    ],
)
def test_ranges(printed: str, first: str, last: str) -> None:
    """The end of a range takes its year from the start."""
    text = normalise(printed).plain
    (joined,) = find_ranges(text, find_moments(text))
    assert (settle(joined.first, PUBLISHED).iso(), settle(joined.last, PUBLISHED).iso()) == (first, last)


@pytest.mark.parametrize("printed", ["2021-2022年", "2024年1月", "13月40日", "2026年2月30日", "1.26亿元", "第12期"])
def test_not_a_date(printed: str) -> None:
    """Years, months and impossible days are no dates."""
    assert find_moments(printed) == ()


@given(st.datetimes(dt.datetime(2015, 1, 1), dt.datetime(2035, 12, 31)))
def test_one_moment_in_every_form(moment: dt.datetime) -> None:
    """A deadline printed by six portals is one deadline."""
    m = moment.replace(second=0, microsecond=0)
    half = "上午" if m.hour < 12 else "下午"
    forms = [
        f"{m.year}年{m.month}月{m.day}日{m.hour}时{m.minute}分",
        f"{m:%Y年%m月%d日 %H点%M分}（北京时间）",
        f"{m:%Y-%m-%d %H:%M}",
        f"{m:%Y/%m/%d %H:%M:%S}",
        f"{m.year}年{m.month}月{m.day}日{half}{m.hour % 12 or 12 if m.hour != 0 else 0}:{m.minute:02}"
        if m.hour != 12
        else f"{m:%Y-%m-%d %H:%M}",
        f"{m:%B} {m.day}, {m.year} at {m:%H:%M}",
    ]
    expected = m.replace(tzinfo=BEIJING).isoformat()
    assert {find_moments(normalise(form).plain)[0].iso() for form in forms} == {expected}


@given(st.dates(dt.date(2020, 3, 1), dt.date(2030, 12, 31)), st.integers(-110, 240))
def test_a_missing_year_is_the_nearest(today: dt.date, days: int) -> None:
    """A date a few months around the day of publication gets its year back."""
    meant = today + dt.timedelta(days=days)
    if (meant.month, meant.day) == (2, 29):
        return
    published = dt.datetime.combine(today, dt.time(12), BEIJING)
    (moment,) = find_moments(f"于{meant.month}月{meant.day}日结束")
    assert settle(moment, published).date() == meant
