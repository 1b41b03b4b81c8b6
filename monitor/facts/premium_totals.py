"""The printed premium of a whole product or project a year (保费总额, 年筹资规模)."""

from __future__ import annotations

import re

from monitor.facts import scope
from monitor.facts.context import Context
from monitor.facts.quantities import Basis, Quantity, Unit
from monitor.model import Fact

_SMALLEST_TOTAL = 100_000
_NOT_THE_WHOLE = re.compile(r"每人|人均|占|起付|免赔|个人|资助|补贴|节省|limit|per person", re.IGNORECASE)
_TAKEN_IN = re.compile(r"(?:收|收了|收入|收取|筹集|筹得|缴了?|交了?)(?:约|近|超)?$")
_IN_PREMIUMS = re.compile(
    r"(?: (?:a year|annually|each year))? (?:in|of) (?:annual |yearly )?premiums?\b", re.IGNORECASE
)
_MARKET = re.compile(r"全国|行业|市场|在售的|products|nationwide", re.IGNORECASE)


def premium_total(context: Context) -> tuple[Fact, ...]:
    """The printed yearly premium of the whole product or project (保费总额, 年筹资规模), yuan."""
    for field in context.layout.of("premium_total"):
        quantity = next(
            (q for q in context.quantities if field.start <= q.start < field.end and q.unit is Unit.YUAN), None
        )
        if quantity is not None:
            return (
                context.fact("premium_total", quantity.value, quantity.start, quantity.end, unit="yuan", basis="year"),
            )
    best: tuple[float, Quantity] | None = None
    for quantity in context.quantities:
        if (
            quantity.unit is not Unit.YUAN
            or quantity.basis not in (Basis.TOTAL, Basis.YEAR)
            or quantity.value < _SMALLEST_TOTAL
        ):
            continue
        score = _score_total(context, quantity)
        if score > 0 and (best is None or score > best[0]):
            best = score, quantity
    if best is None:
        return ()
    found = best[1]
    return (context.fact("premium_total", found.value, found.start, found.end, unit="yuan", basis="year"),)


def _score_total(context: Context, quantity: Quantity) -> float:
    words = context.words
    clause = context.clause(quantity.start)
    before = context.whole[clause.start : quantity.start]
    cues = list(words["premium_total"].finditer(before))
    if not cues and (
        (_TAKEN_IN.search(before) and context.whole.startswith("保费", quantity.end))
        or _IN_PREMIUMS.match(context.whole, quantity.end)
    ):
        return 3 - scope.penalty(context, quantity)
    if not cues or len(before) - cues[-1].end() > 14 * context.window:
        return 0
    between = before[cues[-1].end() :]
    if words["budget"].search(between) or words["payout"].search(between) or _NOT_THE_WHOLE.search(between):
        return 0
    if _MARKET.search(context.before(quantity.start, 60)):
        return 0
    return 3 + (1 if len(cues[-1].group()) > 2 else 0) - scope.penalty(context, quantity)
