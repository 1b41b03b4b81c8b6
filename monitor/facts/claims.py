"""What was paid and how often: of the subject, in the latest period that the text totals."""

from __future__ import annotations

import math
import re

from monitor.facts import scope
from monitor.facts.context import Candidate, Context
from monitor.facts.quantities import Basis, Quantity, Unit
from monitor.model import Fact

_THRESHOLD = 2.5
_SMALLEST = 5000
_TOTAL = re.compile(r"合计|总额|总金额|共计|总共|total", re.IGNORECASE)
_PREPAID = re.compile(r"预付|垫付|prepaid|advance", re.IGNORECASE)
_FEWEST_TIMES = 5


def payout_and_count(context: Context) -> tuple[Fact, ...]:
    """`payout` (yuan) and `claims_count` (times) of one period; the count may stand alone."""
    sums = [c for q in context.quantities if q.unit is Unit.YUAN and (c := _score_payout(context, q)) is not None]
    best = max(sums, key=lambda c: c.score, default=None)
    facts: list[Fact] = []
    anchor: Candidate | None = None
    if best is not None and best.score >= _THRESHOLD:
        anchor = best = _exact(sums, best)
        facts.append(context.fact("payout", best.value, best.start, best.end, unit="yuan", basis=best.basis))
    counts = [
        c
        for q in context.quantities
        if q.unit is Unit.TIMES and q.value >= _FEWEST_TIMES and (c := _score_count(context, q, anchor)) is not None
    ]
    count = max(counts, key=lambda c: c.score, default=None)
    if count is not None and count.score >= _THRESHOLD:
        count = _exact(counts, count)
        facts.append(context.fact("claims_count", count.value, count.start, count.end, unit="times"))
    return tuple(facts)


def _score_payout(context: Context, quantity: Quantity) -> Candidate | None:
    if quantity.basis is not Basis.TOTAL or quantity.value < _SMALLEST:
        return None
    whole, words = context.whole, context.words
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    led_in = context.before(quantity.start, 50)
    after = whole[quantity.end : max(clause.end, quantity.end)][:12]
    score = 0.0
    if words["payout_strong"].search(led_in[-34:]):
        score += 3
    elif words["payout"].search(before):
        score += 2.2
    elif words["payout"].search(led_in):
        score += 1.2
    elif words["payout"].search(after):
        score += 1.5
    else:
        return None
    if words["not_payout"].search(before[-22:]):
        score -= 5
    elif words["not_payout"].search(before):
        score -= 2
    score += 1.5 if context.in_title(quantity.start) else 0.5 if quantity.start < context.lead_end() else 0
    if _TOTAL.search(before[-10:]):
        score += 2
    if _PREPAID.search(before):
        score -= 2
    score += 0.5 * (math.log10(quantity.value) - 4)
    score += _period_score(context, quantity)
    score -= scope.penalty(context, quantity)
    return Candidate(quantity.value, quantity.start, quantity.end, score, basis=_period_name(context, quantity))


def _score_count(context: Context, quantity: Quantity, payout: Candidate | None) -> Candidate | None:
    whole, words = context.whole, context.words
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    after = whole[quantity.end : max(clause.end, quantity.end)][:14]
    score = 0.0
    if words["times"].search(before + quantity.raw + after):
        score += 2.5
    elif words["times"].search(context.before(quantity.start, 40)):
        score += 1
    else:
        return None
    blame = words["not_times"].search(before[-16:] + after[:6])
    if blame:
        score -= 4
    if payout is not None and _near(context, quantity, payout):
        score += 3
    score += 1 if context.in_title(quantity.start) else 0.5 if quantity.start < context.lead_end() else 0
    score += 0.4 * (math.log10(quantity.value) - 1)
    score += _period_score(context, quantity)
    score -= scope.penalty(context, quantity)
    return Candidate(int(quantity.value), quantity.start, quantity.end, score)


def _near(context: Context, quantity: Quantity, payout: Candidate) -> bool:
    """In the payout's sentence, and not on the far side of another period."""
    if context.sentence(quantity.start).start != context.sentence(payout.start).start:
        return False
    low, high = sorted((quantity.start, payout.start))
    return high - low < 60


def _period_score(context: Context, quantity: Quantity) -> float:
    """A period of its own counts for, a running total since the start counts against."""
    led_in = context.before(quantity.start, 60)
    running = list(context.words["cumulative"].finditer(led_in))
    specific = list(context.words["specific_period"].finditer(led_in))
    if running and (not specific or running[-1].end() >= specific[-1].start()):
        return -1.5
    year = scope.latest_year(context, quantity)
    return (1.5 if specific else 0) + max(0, year - 2000) * 0.05


def _period_name(context: Context, quantity: Quantity) -> str:
    return "running total" if _period_score(context, quantity) < 0 else "period"


def _exact(scored: list[Candidate], best: Candidate) -> Candidate:
    """A headline rounds; the text prints the same figure with more digits."""
    for other in scored:
        close = abs(other.value - best.value) <= 0.03 * best.value
        more = len(str(int(other.value)).rstrip("0")) > len(str(int(best.value)).rstrip("0"))
        if close and more and other.score > 0:
            best = other
    return best
