"""What was paid and how often: of the subject, in the latest period that the text totals."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from monitor.facts import periods, scope
from monitor.facts.context import Candidate, Context, exact_form
from monitor.facts.quantities import Basis, Quantity, Unit
from monitor.model import Fact, Stage

_THRESHOLD = 2.5
_ONLY_TOTAL = 2.0
"""A running total loses to any figure of a period; where it is the only one it needs no more than the others."""
_SMALLEST = 5000
_FEWEST_TIMES = 5
_UNUSUALLY_SMALL = 100_000
_BEFORE_ANY_CLAIM = frozenset({Stage.INTENTION, Stage.NOTICE, Stage.AMENDMENT, Stage.FAILED})
_TIMES_LED_IN = re.compile(
    r"(?:赔付|理赔|支付|结算|给付|获赔|受益)(?:总)?(?:人次|件数|笔数|次数)(?:数)?(?:约|共|达|为|近|超|突破|:)*$"
)
_TOTAL = re.compile(r"合计|总额|总金额|共计|总共|total", re.IGNORECASE)
_PREPAID = re.compile(r"预付|垫付|prepaid|advance", re.IGNORECASE)


def payout_and_count(context: Context) -> tuple[Fact, ...]:
    """`payout` (yuan) and `claims_count` (times) of one period; the count may stand alone."""
    if context.is_tender and context.stage in _BEFORE_ANY_CLAIM:
        return ()
    facts: list[Fact] = []
    payout = _payout(context)
    if payout is not None:
        facts.append(context.fact("payout", payout.value, payout.start, payout.end, unit="yuan", basis=payout.basis))
    counts = [
        c
        for q in context.quantities
        if _counts_times(context, q)
        and q.value >= _FEWEST_TIMES
        and (c := _score_count(context, q, payout)) is not None
    ]
    count = max(_latest_first(context, counts), key=lambda c: c.score, default=None)
    if count is not None and count.score >= _THRESHOLD:
        count = exact_form(counts, count)
        facts.append(context.fact("claims_count", count.value, count.start, count.end, unit="times"))
    return tuple(facts)


def _counts_times(context: Context, quantity: Quantity) -> bool:
    """42万人次, or a bare figure behind its noun: 赔付人次19.6万."""
    if quantity.unit is Unit.BARE:
        return bool(_TIMES_LED_IN.search(context.before(quantity.start, 12)))
    return quantity.unit is Unit.TIMES


def _payout(context: Context) -> Candidate | None:
    sums = [c for q in context.quantities if q.unit is Unit.YUAN and (c := _score_payout(context, q)) is not None]
    best = max(_latest_first(context, sums), key=lambda c: c.score, default=None)
    if best is None or best.score < (_ONLY_TOTAL if best.basis == "running total" else _THRESHOLD):
        return None
    return exact_form(sums, best)


def _latest_first(context: Context, candidates: list[Candidate]) -> list[Candidate]:
    """Figures of an earlier year lose to those of the latest year that is printed beside a figure."""
    printed = {c.start: periods.period_of(context, c.start, c.end) for c in candidates}
    newest = max((p.year for p in printed.values() if p.specific), default=0)
    return [
        replace(c, score=c.score - 0.8 * (newest - p.year))
        if (p := printed[c.start]).specific and 0 < p.year < newest
        else c
        for c in candidates
    ]


def _score_payout(context: Context, quantity: Quantity) -> Candidate | None:
    if quantity.basis is not Basis.TOTAL or quantity.value < _SMALLEST:
        return None
    whole, words, window = context.whole, context.words, context.window
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    led_in = context.before(quantity.start, 50 * window)
    after = whole[quantity.end : max(clause.end, quantity.end)][: 12 * window]
    score = 0.0
    if words["payout_strong"].search(led_in[-34 * window :]):
        score += 3
    elif words["payout"].search(before):
        score += 2.2
    elif words["payout"].search(led_in):
        score += 1.2
    elif words["payout"].search(after):
        score += 1.5
    else:
        return None
    if words["not_payout"].search(before[-22 * window :]) or words["not_payout"].search(after[: 7 * window]):
        score -= 5
    elif words["not_payout"].search(before):
        score -= 2
    score += 1.5 if context.in_title(quantity.start) else 0.5 if quantity.start < context.lead_end() else 0
    if _TOTAL.search(before[-12 * window :]):
        score += 3 if _PREPAID.search(context.sentence(quantity.start).text) else 1.5
    if _PREPAID.search(before):
        score -= 2
    if quantity.value < _UNUSUALLY_SMALL:
        score -= 2
    score += 0.5 * (math.log10(quantity.value) - 4)
    score += periods.score(periods.period_of(context, quantity.start, quantity.end))
    score -= scope.penalty(context, quantity) + _of_the_winner(context, quantity)
    running = periods.period_of(context, quantity.start, quantity.end).running
    return Candidate(
        quantity.value, quantity.start, quantity.end, score, basis="running total" if running else "period"
    )


def _score_count(context: Context, quantity: Quantity, payout: Candidate | None) -> Candidate | None:
    whole, words, window = context.whole, context.words, context.window
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    after = whole[quantity.end : max(clause.end, quantity.end)][: 14 * window]
    score = 0.0
    if words["times"].search(before + quantity.raw + after):
        score += 2.5
    elif words["times"].search(context.before(quantity.start, 40 * window)):
        score += 1
    else:
        return None
    if words["not_times"].search(before[-16 * window :] + after[: 6 * window]):
        score -= 8
    if payout is not None and _near(context, quantity, payout):
        score += 3
    score += 1 if context.in_title(quantity.start) else 0.5 if quantity.start < context.lead_end() else 0
    score += 0.4 * (math.log10(quantity.value) - 1)
    score += periods.score(periods.period_of(context, quantity.start, quantity.end))
    score -= scope.penalty(context, quantity) + _of_the_winner(context, quantity)
    return Candidate(int(quantity.value), quantity.start, quantity.end, score)


def _of_the_winner(context: Context, quantity: Quantity) -> float:
    """A project that was just won has paid nothing: a running total is the insurer's record elsewhere."""
    running = periods.period_of(context, quantity.start, quantity.end).running
    return 6.0 if running and context.is_tender and context.stage is Stage.RESULT else 0.0


def _near(context: Context, quantity: Quantity, payout: Candidate) -> bool:
    """In the payout's sentence and close to it."""
    if context.sentence(quantity.start).start != context.sentence(payout.start).start:
        return False
    return abs(quantity.start - payout.start) < 60 * context.window
