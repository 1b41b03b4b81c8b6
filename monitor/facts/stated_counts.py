"""Counts of the insured that claim to be the same as the one that was taken: what a contradiction may be made of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.facts import scope
from monitor.facts.context import Context
from monitor.facts.lot_names import LOT
from monitor.facts.people import CHANGED, GROWTH, THRESHOLD, line_of_lot, scored_counts
from monitor.facts.precision import comparable
from monitor.facts.quantities import Quantity
from monitor.facts.series import yearly
from monitor.model import Fact

_ANOTHER_TIME = re.compile(
    r"首年|第一年|首期|首日|去年|上一?年|往年|同期|上期|上线|开售|原|预计|目标|力争|截至|首个|其中|first|last year|previous|as of|by ",
    re.IGNORECASE,
)
_KINDS = (
    (
        "insured",
        re.compile(
            r"\s?(?:参保|投保|承保|被保险)(?:总)?(?:人数|人员|居民|职工|规模)|\s?(?:number of )?insured|\s?participants|\s?人?(?:参保|投保)",
            re.I,
        ),
    ),
    ("served", re.compile(r"服务(?:人数|对象)|保障(?:人数|对象)|\s?beneficiaries", re.I)),
    ("population", re.compile(r"(?:常住|户籍)(?:总)?人口")),
)
_BEHIND_LABEL = 8
"""So near behind its label a figure is the label's own."""


def stated_counts(context: Context, kept: Fact) -> Iterator[Fact]:
    """Other counts under the same words as the one that was taken, of the same time and of the whole."""
    scored = scored_counts(context)
    own = next(
        (q for c, q in scored if c.value == kept.value and context.document.locate(c.start, c.end) == kept.span), None
    )
    if own is None or _bound_to_lot(context, own):
        return
    kind, year = _kind(context, own), scope.latest_year(context, own)
    runs = {q.start for run in yearly(context, [q for _, q in scored]) for q in run}
    for candidate, quantity in scored:
        if quantity.start == own.start or kind == "" or _kind(context, quantity) != kind or quantity.start in runs:
            continue
        before = context.before(quantity.start)
        other_time = _ANOTHER_TIME.search(before) or CHANGED.search(before) or GROWTH.search(before)
        other_time = other_time or _ANOTHER_TIME.search(context.before(own.start))
        if other_time or scope.penalty(context, quantity) or scope.in_district(context, quantity):
            continue
        if scope.latest_year(context, quantity) != year:
            continue
        if not comparable(candidate.value, own.value):
            continue
        if candidate.score >= THRESHOLD and not _bound_to_lot(context, quantity):
            yield context.fact("insured_persons", candidate.value, candidate.start, candidate.end, unit="persons")


def _bound_to_lot(context: Context, quantity: Quantity) -> bool:
    field = next((f for f in context.layout.fields if f.start <= quantity.start < f.end), None)
    sentence = context.sentence(quantity.start)
    return bool(
        (field is not None and field.lot and not field.total)
        or LOT.search(context.whole, sentence.start, max(sentence.end, quantity.end))
        or line_of_lot(context, quantity)
    )


def _kind(context: Context, quantity: Quantity) -> str:
    """The word by which a count says what it counts; empty where none stands right before or behind it."""
    before = context.whole[context.clause(quantity.start).start : quantity.start]
    behind = context.whole[quantity.end : quantity.end + 8 * context.window]
    field = next((f for f in context.layout.of("persons") if f.start <= quantity.start < f.end), None)
    if field is not None and quantity.start - field.start <= _BEHIND_LABEL:
        before = field.label + before[-_BEHIND_LABEL:]
    for name, pattern in _KINDS:
        if pattern.search(before[-12 * context.window :]) or pattern.match(behind):
            return name
    return ""
