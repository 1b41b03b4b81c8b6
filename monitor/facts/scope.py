"""Whose figure is it? Signs in clause and sentence that a figure is not the subject's.

A figure belongs to the subject unless the words around it say otherwise: the company's or the country's totals, another
place, another product, one claimant, an average, a part, a target, an earlier round.
"""

from __future__ import annotations

import re

from monitor.facts.context import Clause, Context
from monitor.facts.quantities import Quantity

_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")


def penalty(context: Context, quantity: Quantity) -> float:
    """How strongly the surroundings say that `quantity` is somebody else's: 0 for not at all, 6 and more for surely."""
    clause = context.clause(quantity.start)
    sentence = context.sentence(quantity.start)
    before = context.whole[clause.start : quantity.start]
    around = context.whole[clause.start : max(clause.end, quantity.end)]
    led_in = context.whole[max(sentence.start, quantity.start - 60) : quantity.start]
    words = context.words
    total = 0.0
    if words["elsewhere"].search(led_in):
        total += 6
    if words["one_person"].search(around) or words["one_person"].search(
        context.whole[max(0, clause.start - 1) : clause.start]
    ):
        total += 6
    elif words["one_person"].search(led_in):
        total += 2
    if words["per_case"].search(before[-14:]):
        total += 6
    if words["part_of"].search(before):
        total += 3
    elif _share_follows(context, quantity, clause):
        total += 2
    if words["target"].search(before[-12:]):
        total += 2
    if words["earlier"].search(before):
        total += 3
    if other_product(context, sentence):
        total += 4
    return total


def _share_follows(context: Context, quantity: Quantity, clause: Clause) -> bool:
    """ "…赔付3.38亿元，占比51%": a part that is told as a share of the whole."""
    following = context.whole[max(clause.end, quantity.end) : max(clause.end, quantity.end) + 8]
    return following.startswith(("占比", "占总", "占全", "占", "accounting"))


def other_product(context: Context, sentence: Clause) -> bool:
    """True where the sentence names a product, but not the subject's."""
    subject = context.subject_product
    if subject is None:
        return False
    named = {m.code for m in context.products if sentence.start <= m.start < sentence.end}
    return bool(named) and subject not in named


def latest_year(context: Context, quantity: Quantity) -> int:
    """The last year printed before the figure in its sentence, 0 where there is none."""
    sentence = context.sentence(quantity.start)
    years = _YEAR.findall(context.whole[sentence.start : quantity.start])
    return int(years[-1]) if years else 0
