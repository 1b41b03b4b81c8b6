"""The Chinese calendar: announced years to the day, other years leaning towards «closed»."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.workdays import Day, china, is_announced


def spell(first: str, last: str) -> str:
    """The days from `first` to `last` as letters: w(ork) r(est) h(oliday) m(ake-up)."""
    letters = {Day.WORKDAY: "w", Day.WEEKEND: "r", Day.HOLIDAY: "h", Day.MAKE_UP: "m"}
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return "".join(letters[china(start + dt.timedelta(days=n))] for n in range((end - start).days + 1))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # 国办发明电〔2025〕7号: 15–23 February off, 14 and 28 worked
        ("2026-02-13", "2026-03-01", "wmhhhhhhhhhwwwwmr"),
        # 25–27 September, 1–7 October off; 20 September and 10 October worked
        ("2026-09-19", "2026-10-11", "rmwwwwhhhwwwhhhhhhhwwmr"),
        # 国庆 and 中秋 together: 1–8 October 2025 off, 28 September and 11 October worked
        ("2025-09-27", "2025-10-12", "rmwwhhhhhhhhwwmr"),
        ("2026-03-02", "2026-03-08", "wwwwwrr"),
    ],
)
def test_announced_years(first: str, last: str, expected: str) -> None:
    """Breaks, and the weekends that are worked for them, as the State Council announced them."""
    assert spell(first, last) == expected


def test_a_year_without_announcement_errs_towards_closed() -> None:
    """The longest usual breaks are off, nothing is made up, statutory days stand."""
    year = next(year for year in range(2027, 2101) if not is_announced(year))
    days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert Day.MAKE_UP not in {china(day) for day in days}
    assert spell(f"{year}-10-01", f"{year}-10-08") == "hhhhhhhh"
    assert spell(f"{year}-05-01", f"{year}-05-05") == "hhhhh"
    spring = [day for day in days if china(day) is Day.HOLIDAY and day.month < 3 and day.day + day.month > 2]
    assert len(spring) >= 8


@pytest.mark.parametrize("year", [1, 1949, 2101, 9999])
def test_years_that_nobody_computes_have_weekends_only(year: int) -> None:
    """Far years raise nothing."""
    days = {china(dt.date(year, 6, day)) for day in range(1, 31)}
    assert days == {Day.WORKDAY, Day.WEEKEND}


@given(st.dates(dt.date(2001, 1, 1), dt.date(2040, 12, 31)))
def test_kinds_fit_the_weekday(day: dt.date) -> None:
    """Only weekdays are ordinary workdays, only weekend days are made up or weekends."""
    kind = china(day)
    assert (kind in (Day.WEEKEND, Day.MAKE_UP)) <= (day.weekday() >= 5)
    assert (kind is Day.WORKDAY) <= (day.weekday() < 5)
