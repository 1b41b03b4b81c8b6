"""A year of polling in simulated time: how late articles are found, and what that costs, against a fixed interval.

    python -m benchmarks.polling [--days 365] [--seed 7]

Sources of several kinds publish through a year of China's calendar (holidays, weekends worked to make up for them, bursts, a
season), go dead for weeks, refuse with Retry-After and answer 304 although they have something new. Each is polled from the same
first day, after four weeks of history that the first look brings, by

- `ours`: `monitor.pacing.next_check`, which is what the daemon calls, learning from what it has found itself;
- `ours, twice as close`: the same with `every` halved, where the site allows that;
- `fixed`: every `every`, with the same jitter, whatever happens;
- `fixed, as many`: an interval at which a fixed clock makes as many requests as ours.

A delay is counted from the moment an article stands on the list to the poll that finds it. Of a time when the host was dead,
articles wait for its return. For servers that lie with 304, ours verifies once a day (`crawler.caching`); the fixed ones believe.
"""

from __future__ import annotations

import argparse
import bisect
import datetime as dt
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from crawler.caching import FULL_EVERY, MOST_UNVERIFIED
from monitor import workdays
from monitor.pacing import Bounds, Fault, Habit, Look, next_check
from monitor.phrases import CHINA
from monitor.staleness import Appearance

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
FIRST = dt.datetime(2025, 11, 1, tzinfo=CHINA).astimezone(dt.UTC)
"""The year holds the long breaks of 2026, whose arrangement is announced."""
HISTORY = 28 * DAY
RELEARN = DAY


@dataclass(kw_only=True)
class Site:
    """One source and its year: when articles appear, when it is dead, and how it misbehaves."""

    name: str
    every: dt.timedelta
    posts: list[dt.datetime]
    dead: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)
    fault: Fault = Fault.TEMPORARY
    retry_after: dt.timedelta | None = None
    """What it asks for while it is dead."""
    max_age: dt.timedelta | None = None
    lies: bool = False

    def is_dead(self, at: dt.datetime) -> bool:
        return any(start <= at < end for start, end in self.dead)


@dataclass(kw_only=True)
class Outcome:
    """What a year of polling brought: requests, and the delay of each article found."""

    requests: int = 0
    refused: int = 0
    """Requests to a host that was dead or had asked to be left alone."""
    delays: list[dt.timedelta] = field(default_factory=list)
    found: int = 0

    def at(self, share: float) -> float:
        """Minutes of the delay at this share of articles."""
        return sorted(self.delays)[int(share * (len(self.delays) - 1))] / MINUTE if self.delays else 0.0


def days(start: dt.datetime, end: dt.datetime) -> Iterator[dt.date]:
    day = start.astimezone(CHINA).date()
    while day < end.astimezone(CHINA).date():
        yield day
        day += DAY


def sites(seed: int, length: int) -> list[Site]:
    """The sources of the simulation."""
    chance, start, end = random.Random(seed), FIRST - HISTORY, FIRST + length * DAY
    calendar = workdays.ChinaCalendar()

    def at(day: dt.date, hour: float) -> dt.datetime:
        return (dt.datetime.combine(day, dt.time(), CHINA) + hour * HOUR).astimezone(dt.UTC)

    def often(rate: float) -> int:
        """A Poisson number."""
        count, left = 0, chance.expovariate(1.0)
        while left < rate:
            count, left = count + 1, left + chance.expovariate(1.0)
        return count

    def office(per_day: float, opens: float = 9, closes: float = 18, weekends: float = 0.02) -> list[dt.datetime]:
        return [
            at(day, chance.uniform(opens, closes))
            for day in days(start, end)
            for _ in range(often(per_day * (1.0 if calendar.is_workday(day) else weekends)))
        ]

    def medium() -> list[dt.datetime]:
        posts = []
        for day in days(start, end):
            posts += [
                at(day, chance.choice([chance.gauss(10, 1.5), chance.gauss(15, 2), chance.uniform(6, 23.9)]))
                for _ in range(often(26 if calendar.is_workday(day) else 9))
            ]
            if chance.random() < 0.03:  # a story breaks: follow-ups within hours, at any time
                first = chance.uniform(0, 20)
                posts += [at(day, first + chance.expovariate(1.0)) for _ in range(12)]
        return posts

    def digest() -> list[dt.datetime]:
        return [
            at(day, 8.5 + chance.gauss(0, 0.15))
            for day in days(start, end)
            if workdays.china(day) is not workdays.Day.HOLIDAY
        ]

    def season() -> list[dt.datetime]:
        return [p for p in office(6) if p.astimezone(CHINA).month in (1, 9, 10, 11, 12)]

    def weeks(*spans: tuple[int, int]) -> list[tuple[dt.datetime, dt.datetime]]:
        return [(FIRST + begin * DAY, FIRST + (begin + lasts) * DAY) for begin, lasts in spans]

    return [
        Site(name="portal, 9-18 on workdays", every=10 * MINUTE, posts=office(30)),
        Site(name="county portal, 3 a day", every=30 * MINUTE, posts=office(3)),
        Site(name="media, all day, bursts", every=15 * MINUTE, posts=medium()),
        Site(name="daily digest at 8:30", every=15 * MINUTE, posts=digest()),
        Site(name="insurer, irregular", every=HOUR, posts=office(0.4)),
        Site(name="season of five months", every=30 * MINUTE, posts=season()),
        Site(name="dead for weeks", every=10 * MINUTE, posts=office(12), dead=weeks((60, 24), (200, 40))),
        Site(name="moved twice (404)", every=15 * MINUTE, posts=office(8), dead=weeks((90, 20), (250, 12)), fault=Fault.HARD),
        Site(name="asks to wait (429)", every=10 * MINUTE, posts=office(10), retry_after=2 * HOUR,
             dead=[(s, s + 2 * HOUR) for n in range(length // 3) for s in [FIRST + n * 3 * DAY + 3 * HOUR]]),
        Site(name="max-age of an hour", every=10 * MINUTE, posts=office(12), max_age=HOUR),
        Site(name="lies with 304", every=10 * MINUTE, posts=office(10), lies=True),
        Site(name="round the clock", every=20 * MINUTE, posts=office(24, 0, 24, 1.0)),
    ]  # fmt: skip


Planner = Callable[[dt.datetime, Look, "Walk"], dt.datetime]


class Walk:
    """One way of polling one site through the year."""

    def __init__(self, site: Site, end: dt.datetime, *, verifies: bool) -> None:
        self.site, self._end, self._verifies = site, end, verifies
        self._posts = sorted(site.posts)
        self._seen = bisect.bisect_right(self._posts, FIRST)
        self.appearances = [
            Appearance(published=p, precision="minute", first_seen_at=FIRST) for p in self._posts[: self._seen]
        ]
        self.outcome = Outcome()

    def run(self, plan: Planner) -> Outcome:
        now, failures, success = FIRST, 0, FIRST
        unverified, full_at, asked_not_before = 0, FIRST, FIRST
        out, site = self.outcome, self.site
        while now < self._end:
            out.requests += 1
            if site.is_dead(now) or now < asked_not_before:
                failures, out.refused = failures + 1, out.refused + 1
                asks = (
                    next(end - now for s, end in site.dead if s <= now < end)
                    if site.retry_after and site.is_dead(now)
                    else None
                )
                look = Look(fault=site.fault, failures=failures, last_success_at=success, retry_after=asks)
            else:
                failures, success = 0, now
                believed = site.lies and not (
                    self._verifies and (now - full_at >= FULL_EVERY or unverified >= MOST_UNVERIFIED or self._convicted)
                )
                here = self._seen if believed else bisect.bisect_right(self._posts, now)
                unverified, full_at = (unverified + 1, full_at) if believed else (0, now)
                fresh = self._posts[self._seen : here]
                self._convicted = self._convicted or (site.lies and self._verifies and bool(fresh))
                out.delays += [now - post for post in fresh]
                self.appearances += [Appearance(published=p, precision="minute", first_seen_at=now) for p in fresh]
                self._seen = here
                look = Look(stirred=bool(fresh), fresh_for=site.max_age, last_success_at=now)
            now = plan(now, look, self)
        out.found = len(out.delays)
        return out

    _convicted = False


def ours(site: Site, every: dt.timedelta, chance: random.Random) -> Planner:
    """What the daemon does; habits are learnt once a day from 500 items, to save time (it learns oftener, and from more)."""
    bounds, learnt = Bounds.of(every), (FIRST - DAY, Habit([], workdays.china))

    def plan(now: dt.datetime, look: Look, walk: Walk) -> dt.datetime:
        nonlocal learnt
        if now - learnt[0] >= RELEARN:
            learnt = now, Habit(walk.appearances[-500:], workdays.china)
        return next_check(now, bounds, look, learnt[1], jitter=chance.random()).at

    return plan


def fixed(every: dt.timedelta, chance: random.Random) -> Planner:
    """A clock."""
    return lambda now, look, walk: now + every * (1 + 0.1 * chance.random())


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--days", type=int, default=365)
    arguments.add_argument("--seed", type=int, default=7)
    wanted = arguments.parse_args()
    end, began = FIRST + wanted.days * DAY, time.perf_counter()
    print(f"{wanted.days} days from {FIRST.astimezone(CHINA):%Y-%m-%d}; delays in minutes")
    head = ("requests", "of them in vain to dead hosts", "median", "p90")
    print(f"{'source':<28}{'polled':<22}{head[0]:>9}{'refused':>9}{'found':>8}{head[2]:>9}{head[3]:>9}")
    totals: dict[str, Outcome] = {}
    for site in sites(wanted.seed, wanted.days):
        mine = Walk(site, end, verifies=True).run(ours(site, site.every, random.Random(1)))
        ways = {
            "ours": mine,
            "ours, twice as close": Walk(site, end, verifies=True).run(ours(site, site.every / 2, random.Random(1))),
            "fixed": Walk(site, end, verifies=False).run(fixed(site.every, random.Random(1))),
            "fixed, as many": Walk(site, end, verifies=False).run(
                fixed((end - FIRST) / mine.requests / 1.05, random.Random(1))
            ),
        }
        for way, out in ways.items():
            _print(site.name, way, out)
            total = totals.setdefault(way, Outcome())
            total.requests, total.refused = total.requests + out.requests, total.refused + out.refused
            total.delays, total.found = total.delays + out.delays, total.found + out.found
    for way, out in totals.items():
        _print("all", way, out)
    print(f"in {time.perf_counter() - began:.0f} s")


def _print(name: str, way: str, out: Outcome) -> None:
    print(
        f"{name:<28}{way:<22}{out.requests:>9,}{out.refused:>9,}{out.found:>8,}{out.at(0.5):>9.1f}{out.at(0.9):>9.1f}"
    )


if __name__ == "__main__":
    main()
