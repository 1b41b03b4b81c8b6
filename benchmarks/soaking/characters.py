"""How the sites of a soak behave: their manners, and when they show them.

A soak of any length is cut into seven parts that its week's days stand for, so that a short one has everything that a long one has.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Character(StrEnum):
    """What is the matter with a site."""

    STEADY = "steady"
    BURST = "bursts"  # everything within one hour of the day
    SILENT = "silent"  # stops publishing after the second day
    DOUBLED = "duplicate rows"
    SHOUTING = "shouting"  # mentions of everybody, and HTML, in headlines
    CHARSET = "wrong charset"
    SLOW = "slow"  # a second and more for each list, and for hours no end at all
    FAILING = "5xx"
    REFUSING = "refusing"  # its port is shut for hours
    RESTING = "asks for rest"  # 429 with Retry-After
    BANNING = "ban pages"  # status 200
    STALE = "stale 304"  # not modified, although it was
    BOMB = "gzip bomb"
    REDIRECT = "endless redirect"
    HUGE = "huge page"
    INWARD = "private links"


WELL_BEHAVED = frozenset(
    {Character.STEADY, Character.BURST, Character.SILENT, Character.DOUBLED, Character.SHOUTING, Character.CHARSET}
)
"""Everything that they publish must be stored, and every story of theirs told."""

HOSTILE = frozenset({Character.BOMB, Character.REDIRECT, Character.HUGE, Character.INWARD})

_C = Character
_ESSENTIAL = (
    _C.STEADY, _C.BURST, _C.FAILING, _C.SHOUTING, _C.INWARD, _C.REFUSING, _C.STEADY, _C.CHARSET, _C.RESTING, _C.BOMB, _C.SILENT,
    _C.BANNING,
)  # fmt: skip
_MORE = (
    _C.STEADY, _C.SLOW, _C.STEADY, _C.STALE, _C.BURST, _C.STEADY, _C.DOUBLED, _C.STEADY, _C.REDIRECT, _C.STEADY, _C.HUGE, _C.STEADY,
    _C.BURST, _C.STEADY, _C.FAILING, _C.STEADY, _C.SILENT, _C.STEADY, _C.REFUSING, _C.STEADY, _C.SHOUTING, _C.STEADY, _C.SLOW, _C.STEADY,
)  # fmt: skip


def cast(count: int) -> tuple[Character, ...]:
    """The characters of so many sites: first one of almost each kind, then mostly steady ones."""
    wanted = list(_ESSENTIAL)
    while len(wanted) < count:
        wanted += _MORE
    return tuple(wanted[:count])


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """The time of a soak, and what happens when. All spans that the plot names are counted in parts: sevenths of its length."""

    start: dt.datetime
    length: dt.timedelta
    tail: dt.timedelta
    """The time at the end in which nothing more is published, so that all can be seen through."""

    @property
    def end(self) -> dt.datetime:
        return self.start + self.length

    @property
    def published_until(self) -> dt.datetime:
        return self.end - self.tail

    def at(self, part: float) -> dt.datetime:
        """The moment after so many parts."""
        return self.start + self.length / 7 * part

    def within(self, now: dt.datetime, *spells: tuple[float, float]) -> bool:
        """Whether `now` lies in one of the spells, from part to part."""
        part = (now - self.start) / (self.length / 7)
        return any(since <= part < until for since, until in spells)

    def misbehaves(self, character: Character, now: dt.datetime) -> bool:
        """Whether a site of this character shows it now; at the first look, and towards the end, none does."""
        return self.within(now, *_SPELLS.get(character, ()))


_SPELLS: dict[Character, tuple[tuple[float, float], ...]] = {
    _C.SLOW: ((0.9, 1.3), (3.0, 3.3), (5.0, 5.3)),
    _C.FAILING: ((0.5, 0.9), (2.2, 2.5), (4.1, 4.6)),
    _C.REFUSING: ((0.6, 1.1), (3.4, 3.8), (5.2, 5.4)),
    _C.RESTING: ((0.4, 0.6), (2.7, 2.9), (4.4, 4.6)),
    _C.BANNING: ((0.7, 0.9), (3.1, 3.3)),
    _C.STALE: ((1.7, 2.2), (4.0, 4.5)),
    _C.BOMB: ((0.8, 1.2), (3.5, 3.9)),
    _C.REDIRECT: ((0.8, 1.2), (3.5, 3.9)),
}
