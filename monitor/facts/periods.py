"""Which period a figure of payments is for: one year or quarter, or a running total since the start.

The phrase nearest before the figure decides ("五年来累计赔付18.6亿元，其中2024年前十个月赔付4.12亿元").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.facts.context import Context

_RUNNING_AFTER = re.compile(
    r"(?: (?:in|on|over|for|across|to) (?:more than |over |about |some )?[\d,.]+(?: million| thousand)? (?:claims|cases|people|payments|person-times))?[^,.，。]{0,4}(?:in total|altogether|since|cumulatively|(?:paid )?(?:in|over) (?:two|three|four|five|six|\d) years)",
    re.IGNORECASE,
)
_YEAR_BEHIND = re.compile(r" (?:was |were )?(?:paid )?(?:out )?(?:in|during|for) (20[0-4]\d)(?!\d)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:截至|截止|as of(?: the end of)?|by(?: the end of)?)[^，。,.]{0,6}$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_REACH = 60


@dataclass(frozen=True, slots=True)
class Period:
    """`running`: since the start. `specific`: a period of its own. `year`: the last year printed before, else 0."""

    running: bool
    specific: bool
    year: int


def period_of(context: Context, start: int, end: int) -> Period:
    """The period of the figure at `start`..`end`."""
    led_in = context.before(start, _REACH * context.window)
    running = max((m.end() for m in context.words["cumulative"].finditer(led_in)), default=-1)
    specific = max(
        (m.end() for m in context.words["specific_period"].finditer(led_in) if not _UNTIL.search(led_in, 0, m.start())),
        default=-1,
    )
    behind = _YEAR_BEHIND.match(context.whole, end)
    if behind:
        return Period(False, True, int(behind[1]))
    runs = running >= 0 and running >= specific
    if _RUNNING_AFTER.match(context.whole, end):
        runs = True
    years = _YEAR.findall(led_in)
    return Period(runs, specific >= 0 and not runs, int(years[-1]) if years else 0)


def score(period: Period) -> float:
    """A period of its own counts for a figure, a running total against it."""
    return -2.0 if period.running else 1.5 if period.specific else 0.0
