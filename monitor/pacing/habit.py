"""When a source publishes, and how often to look so that little is late and little is asked in vain. Pure.

Of two hours, one of which brings four times as much, the busier deserves twice as many looks: with intervals that go with
the inverse square root of the rate the sum of all waiting is least for a given number of requests (J. Cho and H.
Garcia-Molina, "Synchronizing a database to improve freshness", SIGMOD 2000). So `pause` counts time at the speed of that
root: an hour at work counts whole, an hour at night for a fraction, and the next look comes when `least` has been counted.

Busy are the hours that bring nine tenths of a week's items; they are looked at every `least`. Rates come from `rates`, which
knows weekends and China's holidays; each hour is averaged with its neighbours, since a paper is not punctual.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.phrases import CHINA
from monitor.rates import Calendar, Rates, stirs
from monitor.staleness import Appearance

RECENT, WINDOW = dt.timedelta(weeks=8), dt.timedelta(weeks=26)
"""Habits are read from the last eight weeks; where those are thin, from half a year."""
_ENOUGH = 20
_FEW, _SHORT = 10, dt.timedelta(days=7)
"""Fewer stirs, or over less time, tell no rhythm."""
_BUSY_SHARE = 0.9
_NOISE = 0.75
"""Rates of hours that are alike differ by as much after some weeks: less than that is no quieter hour."""
_BELIEF = 10.0
"""Stirs that a habit is believed like: after ten more were missed, half of the rate is left."""
_USUAL = 3.0
"""Missed stirs that are no news: one gap in twenty is that long."""
_LIKELY = 0.2
_HOUR = dt.timedelta(hours=1)
_MIDNIGHT = dt.time(0)


class Habit:
    """What `items` (when articles appeared) say of a source; `calendar` says what kind of day a day is."""

    def __init__(self, items: Iterable[Appearance], calendar: Calendar) -> None:
        times = sorted(map(_appeared, items))
        times = [at for at in times if at >= times[-1] - WINDOW]
        seen = stirs(times)
        recent = tuple(at for at in seen if at >= seen[-1] - RECENT)
        seen = recent if len(recent) >= _ENOUGH else seen
        self.last_at = times[-1] if times else None
        """When the newest item appeared; None where there is none."""
        self.known = len(seen) >= _FEW and seen[-1] - seen[0] >= _SHORT
        """Whether there is enough to speak of habits; nothing else may be asked where not."""
        self._rates = Rates(seen, calendar) if self.known else None
        self._per_stir = sum(at >= seen[0] for at in times) / len(seen) if seen else 1.0
        self._hours: dict[dt.date, tuple[float, ...]] = {}
        self._busy = _busy_from(self._rates.week()) if self._rates else 0.0

    def rate(self, at: dt.datetime) -> float:
        """Articles an hour to be expected at `at`."""
        return self._density(at) * self._per_stir

    def missed(self, until: dt.datetime) -> float:
        """Stirs that were to be expected since the last item."""
        return self._of().expected(self.last_at, until) if self.last_at else 0.0

    def until_likely(self, at: dt.datetime, within: dt.timedelta) -> dt.timedelta:
        """The time in which a fifth of a stir is to be expected; `within` where that is longer."""
        left = _LIKELY
        for here, then in _hours(at, at + within):
            density = self._density(here)
            if density * ((then - here) / _HOUR) >= left:
                return here + left / density * _HOUR - at
            left -= density * ((then - here) / _HOUR)
        return within

    def pause(self, at: dt.datetime, least: dt.timedelta, most: dt.timedelta, *, silence: float = 0.0) -> dt.timedelta:
        """How long to wait from `at`: `least` in busy hours, longer the less is to be expected, never over `most`.

        `silence` counts the stirs that were missed: a source that stays silent is asked less and less.
        """
        if most <= least:
            return least
        doubt = math.sqrt((_BELIEF + max(0.0, silence - _USUAL)) / _BELIEF)
        counted = dt.timedelta()
        for here, then in _hours(at, at + most):
            stretch = doubt * self._stretch(here)
            if counted + (then - here) / stretch >= least:
                return min(most, max(least, here + (least - counted) * stretch - at))
            counted += (then - here) / stretch
        return most

    def _stretch(self, at: dt.datetime) -> float:
        density = self._density(at)
        return math.sqrt(max(1.0, self._busy / density)) if density > 0 else 1e6

    def _density(self, at: dt.datetime) -> float:
        local = at.astimezone(CHINA)
        day = local.date()
        if day not in self._hours:
            if len(self._hours) > 30:
                self._hours.clear()
            self._hours[day] = _smooth(self._of().hours(day))
        return self._hours[day][local.hour]

    def _of(self) -> Rates:
        assert self._rates is not None, "asked of a habit that is not known"
        return self._rates


def _hours(start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """From `start` to `end`, cut at full hours."""
    while start < end:
        then = min(end, start.replace(minute=0, second=0, microsecond=0) + _HOUR)
        yield start, then
        start = then


def _appeared(item: Appearance) -> dt.datetime:
    """When it appeared; a publication at midnight sharp is a day without a time."""
    if item.precision == "minute" and item.published and item.published.astimezone(CHINA).time() == _MIDNIGHT:
        item = replace(item, precision="day")
    return item.at


def _smooth(hours: tuple[float, ...]) -> tuple[float, ...]:
    return tuple((hours[n - 1] + 2 * hours[n] + hours[(n + 1) % 24]) / 4 for n in range(24))


def _busy_from(week: Iterable[tuple[float, ...]]) -> float:
    """The rate from which on an hour is busy."""
    hours = sorted((hour for day in week for hour in _smooth(day)), reverse=True)
    total, counted = sum(hours), 0.0
    for hour in hours:
        counted += hour
        if counted >= _BUSY_SHARE * total:
            return hour * _NOISE
    return 0.0
