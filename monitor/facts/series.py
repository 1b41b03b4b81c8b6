"""Figures of several years side by side: "2022年86万人，2023年102万人", "620,000 in 2022 and 710,000 in 2023"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.facts.context import Context
from monitor.facts.quantities import Quantity

_BEFORE = re.compile(
    r"(?<!\d)(20[0-4]\d)\s?(?:年度?|版)?[^，。；,;\d]{0,12}$|\b(?:in|for|by) (20[0-4]\d)[^.;\d]{0,24}$", re.IGNORECASE
)
_BEHIND = re.compile(r",? (?:\w+ )?(?:in|for) (20[0-4]\d)(?!\d)|\s?\((20[0-4]\d)年?度?\)", re.IGNORECASE)
_GAP = 16


def yearly(context: Context, figures: Sequence[Quantity]) -> Iterator[tuple[Quantity, ...]]:
    """Runs of neighbouring figures of one sentence that each have a year of their own, no year twice."""
    run: list[Quantity] = []
    years: set[int] = set()
    for figure in figures:
        year = _year(context, figure, run[-1].end if run else 0)
        beside = run and figure.start - run[-1].end <= _GAP * context.window
        same = run and context.full_sentence(figure.start).start == context.full_sentence(run[-1].start).start
        if not (beside and same and year and year not in years):
            if len(run) > 1:
                yield tuple(run)
            run, years = [], set()
            year = year or _year(context, figure, 0)
        if year:
            run.append(figure)
            years.add(year)
    if len(run) > 1:
        yield tuple(run)


def latest(context: Context, run: Sequence[Quantity]) -> Quantity:
    """The figure of the latest year of a run."""
    ends = [0, *(q.end for q in run)]
    return max(zip(run, ends, strict=False), key=lambda pair: _year(context, *pair))[0]


def _year(context: Context, figure: Quantity, after: int) -> int:
    """The year printed beside a figure, between the figure before it and itself or right behind; 0 where none is."""
    start = max(after, context.full_sentence(figure.start).start)
    behind = _BEHIND.match(context.whole, figure.end)
    before = _BEFORE.search(context.whole[start : figure.start])
    found = behind or before
    return int(next(g for g in found.groups() if g)) if found else 0
