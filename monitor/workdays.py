"""Which days China works: weekends, public holidays, and weekends worked to make up for them. Pure.

The State Council announces each year's arrangement in the November before (放假通知); the library `holidays` carries it for the
years since 2001 and computes the statutory days of any year. For a year that is not announced yet, or that the installed
library does not know yet, nobody can say which neighbouring weekdays will be off: the longest usual breaks are taken as off
then (eight days from New Year's Eve and from 1 October, five from 1 May) and no weekend as worked. So an unknown year errs
towards «closed», which alarms nobody.
"""

from __future__ import annotations

import datetime as dt
import functools
from enum import StrEnum

import holidays

_FIRST_YEAR, _LAST_YEAR = 1950, 2100
"""The years that the library computes; outside them only weekends are known."""
_NEW_YEARS_EVE = "Chinese New Year's Eve"


class Day(StrEnum):
    """What kind of day it is."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    """A public holiday, or a weekday taken off beside one; also a weekend day that falls into it."""
    MAKE_UP = "make-up"
    """A weekend day that is worked (调休)."""


def china(day: dt.date) -> Day:
    """What kind of day `day` is in mainland China."""
    off, worked = _year(day.year)
    if day in worked:
        return Day.MAKE_UP
    if day in off:
        return Day.HOLIDAY
    return Day.WEEKEND if day.weekday() >= 5 else Day.WORKDAY


class ChinaCalendar:
    """Mainland China's working days, for whoever asks day by day."""

    def is_workday(self, day: dt.date) -> bool:
        """Whether people work on that day: a weekday that is no holiday, or a weekend day worked to make up for one."""
        return china(day) in (Day.WORKDAY, Day.MAKE_UP)


def is_announced(year: int) -> bool:
    """Whether the arrangement of `year` is known, and not only its statutory days: each arrangement has days to make up."""
    return bool(_year(year)[1])


@functools.lru_cache(maxsize=64)
def _year(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Days off (weekends within a break included) and weekend days worked."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return frozenset(), frozenset()
    table = holidays.country_holidays("CN", years=year, language="en_US")
    off = set(table)
    worked = frozenset(day for day in table.weekend_workdays if day.year == year)
    if not worked:
        eve = next((day for day in sorted(off) if table[day].startswith(_NEW_YEARS_EVE)), None)
        breaks = [(dt.date(year, 5, 1), 5), (dt.date(year, 10, 1), 8)] + ([(eve, 8)] if eve else [])
        off |= {first + dt.timedelta(days=n) for first, length in breaks for n in range(length)}
    # A weekend between two days off belongs to the break.
    for day in tuple(off):
        for step in (1, -1):
            near = day + step * dt.timedelta(days=1)
            while near.weekday() >= 5 and near not in worked and near not in off and near.year == year:
                off.add(near)
                near += step * dt.timedelta(days=1)
    return frozenset(off), worked
