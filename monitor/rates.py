"""A source's own clock: how much it is expected to bring in any stretch of time, learnt from what it brought. Pure.

What matters of a source is *when* it stirs, not how much it brings then: items of one hour are one stir. From the stirs come
a rate for each weekday and a profile over the hours of the day (China's), both smoothed towards their mean since a few weeks
say little. Public holidays count as a slow weekend; a weekend that is worked counts like one at work, a little less. The rate
of a holiday is never above that of the same day in an ordinary week: so a holiday never makes silence look longer.

`expected(a, b)` is the number of stirs to be expected from a to b. Measured in it, the gaps of a daily portal, of a paper that
comes out on Fridays and of an office that writes once a fortnight look alike: about 1 each, whatever the calendar did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from monitor.phrases import CHINA
from monitor.workdays import Day

Calendar = Callable[[dt.date], Day]

_DAY_DOUBT = 1.0
"""Days of the mean that each weekday's rate starts from."""
_HOUR_DOUBT = 2.0
"""Stirs, spread over all hours, that the profile starts from."""
_HOLIDAY = 0.25
_MAKE_UP = 0.5


def stirs(times: Sequence[dt.datetime]) -> tuple[dt.datetime, ...]:
    """The first moment of each hour in which something came, oldest first."""
    first: dict[tuple[dt.date, int], dt.datetime] = {}
    for at in sorted(times):
        local = at.astimezone(CHINA)
        first.setdefault((local.date(), local.hour), at)
    return tuple(first.values())


class Rates:
    """What `seen` (stirs, oldest first, at least one) says of a source's days and hours."""

    def __init__(self, seen: Sequence[dt.datetime], calendar: Calendar) -> None:
        local = [at.astimezone(CHINA) for at in seen]
        self._calendar = calendar
        self._origin = local[0].date()
        self._days: list[float] = [0.0]
        hours = [_HOUR_DOUBT / 24] * 24
        for at in local:
            hours[at.hour] += 1
        self._profile = [0.0, *accumulate(hour / sum(hours) for hour in hours)]
        self._by_weekday = self._weekdays([at.date() for at in local], calendar)
        self.workday = sum(self._by_weekday[:5]) / 5
        """Stirs to be expected on a day at work."""
        self._rest = sum(self._by_weekday[5:]) / 2

    def expected(self, start: dt.datetime, end: dt.datetime) -> float:
        """Stirs to be expected from `start` to `end`; 0 where `end` is not later."""
        return max(0.0, self._until(end) - self._until(start))

    def reached(self, start: dt.datetime, amount: float, *, within: dt.timedelta) -> dt.datetime | None:
        """The moment by which `amount` stirs were to be expected since `start`; None if that is more than `within` away."""
        step, at = dt.timedelta(hours=1), start.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
        while at <= start + within:
            if self._until(at) - self._until(start) >= amount:
                return at
            # Hours matter on the day on which it is reached only.
            whole = self._until(at + dt.timedelta(days=1)) - self._until(start) < amount
            at += dt.timedelta(days=1) if whole else step
        return None

    def hours(self, day: dt.date) -> tuple[float, ...]:
        """Stirs to be expected in each hour of that day in China."""
        return self._split(self._rate(day))

    def week(self) -> tuple[tuple[float, ...], ...]:
        """The same for each weekday of an ordinary week, Monday first."""
        return tuple(map(self._split, self._by_weekday))

    def _split(self, rate: float) -> tuple[float, ...]:
        return tuple(rate * (after - before) for before, after in pairwise(self._profile))

    def _until(self, at: dt.datetime) -> float:
        local = at.astimezone(CHINA)
        day = (local.date() - self._origin).days
        if day < 0:
            return 0.0
        while len(self._days) <= day:
            self._days.append(self._days[-1] + self._rate(self._origin + dt.timedelta(days=len(self._days) - 1)))
        hour = self._profile[local.hour]
        part = (local.minute + local.second / 60) / 60 * (self._profile[local.hour + 1] - hour)
        return self._days[day] + self._rate(local.date()) * (hour + part)

    def _rate(self, day: dt.date) -> float:
        usual = self._by_weekday[day.weekday()]
        match self._calendar(day):
            case Day.HOLIDAY:
                return min(usual, self._rest) * _HOLIDAY
            case Day.MAKE_UP:
                return max(usual, self.workday * _MAKE_UP)
            case _:
                return usual

    @staticmethod
    def _weekdays(days: Sequence[dt.date], calendar: Calendar) -> list[float]:
        """Stirs a day for each weekday, over the ordinary days between the first and the last."""
        came, passed = [0] * 7, [0] * 7
        for day in days:
            if calendar(day) in (Day.WORKDAY, Day.WEEKEND):
                came[day.weekday()] += 1
        for number in range((days[-1] - days[0]).days + 1):
            day = days[0] + dt.timedelta(days=number)
            if calendar(day) in (Day.WORKDAY, Day.WEEKEND):
                passed[day.weekday()] += 1
        rates = []
        for weekday in range(7):
            group = range(5) if weekday < 5 else range(5, 7)
            mean = sum(came[d] for d in group) / max(1, sum(passed[d] for d in group))
            rates.append((came[weekday] + _DAY_DOUBT * mean) / (passed[weekday] + _DAY_DOUBT))
        return rates
