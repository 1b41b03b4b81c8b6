"""Whose figure is it? Signs in clause and sentence that a figure is not the subject's.

A figure belongs to the subject unless the words around it say otherwise: the company's or the country's totals, another
product, one claimant, an average, a part, a target, an earlier round.
"""

from __future__ import annotations

import re

from monitor.facts.context import Clause, Context
from monitor.facts.quantities import Quantity
from monitor.model import Stage

_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_PART_IS_A_PERIOD = re.compile(
    r"(?:其中|of which|including)[,，]?\s?(?:in )?(?:20\d\d|今年|去年|上半年|前[一二三四五六七八九十\d]+个?[月季]|本年度)",
    re.IGNORECASE,
)
_PERIOD_BEHIND = re.compile(r" (?:was |were )?(?:paid )?(?:out )?(?:in|during|for) 20\d\d\b")
_EXPECTED = re.compile(r"预计(?!惠及)|测算|expected", re.IGNORECASE)
_HOPED_FOR = re.compile(r"力争|争取|有望|目标|strive|target|aims?", re.IGNORECASE)


def penalty(context: Context, quantity: Quantity, *, shares: bool = False) -> float:
    """How strongly the surroundings say that `quantity` is somebody else's: 0 for not at all, 6 and more for surely.

    `shares`: the figure is itself a share, so that "of those" and "占" beside it mean nothing.
    """
    clause = context.clause(quantity.start)
    sentence = context.sentence(quantity.start)
    before = context.whole[clause.start : quantity.start]
    around = context.whole[clause.start : max(clause.end, quantity.end)]
    led_in = context.whole[max(sentence.start, quantity.start - 60 * context.window) : quantity.start]
    words = context.words
    total = 0.0
    if words["elsewhere"].search(led_in):
        total += 6
    if words["one_person"].search(around):
        total += 6
    elif words["one_person"].search(led_in):
        total += 2
    if words["per_case"].search(before[-14 * context.window :]):
        total += 6
    if not shares:
        if words["part_of"].search(before):
            whole_period = _PART_IS_A_PERIOD.search(before) or _PERIOD_BEHIND.match(context.whole, quantity.end)
            total += 0 if whole_period else 3
        elif _share_follows(context, quantity, clause):
            total += 2
        aim = words["target"].search(before[-12 * context.window :])
        if aim and not (context.is_tender and _is_plan(context, aim.group())):
            total += 6 if _HOPED_FOR.fullmatch(aim.group()) else 2
    if words["earlier"].search(before):
        total += 3
    if other_product(context, sentence):
        total += 4
    return total


def _is_plan(context: Context, printed: str) -> bool:
    """Before a purchase everything is expected, and an intention plans."""
    return bool(_EXPECTED.fullmatch(printed) or (context.stage is Stage.INTENTION and printed in ("计划", "拟将")))


def _share_follows(context: Context, quantity: Quantity, clause: Clause) -> bool:
    """ "…赔付3.38亿元，占比51%": a part that is told as a share of the whole."""
    end = max(clause.end, quantity.end)
    return context.whole[end : end + 12].lstrip().startswith(("占比", "占总", "accounting"))


def other_product(context: Context, sentence: Clause) -> bool:
    """True where the sentence names a product, but not the subject's."""
    subject = context.subject_product
    if subject is None:
        return False
    named = {m.code for m in context.products if sentence.start <= m.start < sentence.end}
    return bool(named) and subject not in named


def in_district(context: Context, quantity: Quantity) -> bool:
    """A city's product, and the clauses before the figure name one of its districts."""
    if not context.is_huiminbao or context.in_title(quantity.start):
        return False
    start = max(context.sentence(quantity.start).start, quantity.start - 24 * context.window)
    inside = [p for p in context.places if start <= p.start < quantity.start]
    covered = any(m.start <= p.start < m.end for p in inside for m in context.products)
    return bool(inside) and all(p.level == "county" for p in inside) and not covered


def latest_year(context: Context, quantity: Quantity) -> int:
    """The last year printed before the figure in its sentence, 0 where there is none."""
    sentence = context.sentence(quantity.start)
    years = _YEAR.findall(context.whole[sentence.start : quantity.start])
    return int(years[-1]) if years else 0
