"""How many persons the product or project covers, and their share of those who could be covered."""

from __future__ import annotations

import math
import re

from monitor.facts import scope
from monitor.facts.context import Candidate, Context
from monitor.facts.quantities import Quantity, Unit
from monitor.model import Fact

_THRESHOLD = 2.5
_FEWEST = 30
_LIST_GAP = re.compile(r"\s?(?:[,，、和]|and|,? ?and)\s?", re.IGNORECASE)
_OWN_NOUN = re.compile(
    r"参保|投保|居民|职工|常住|学生|老人|参加|insured|residents?|participants|citizens", re.IGNORECASE
)
_BARELY = re.compile(r"(?:不足|不到|低于|不及|少于|less than|under|below)\s?$", re.IGNORECASE)
_SMALL_PLACE = re.compile(r"街道|乡镇|[\u4e00-\u9fff](?:镇|乡|村)|社区|个村|villages?|townships?", re.IGNORECASE)
_FIRST_YEAR = re.compile(r"首年|第一年|首期|去年|上一?年|first year|last year|previous", re.IGNORECASE)
_OTHER_RATE = re.compile(r"赔付率|续保率|满意|报销|比例|loss ratio|compensation rate|提高|下降|增长|回落")
_PAST_HALF = re.compile(r"(?:已|超)?过半(?!年)")


def insured_persons(context: Context) -> tuple[Fact, ...]:
    """Persons covered: of the product or project, the latest count where several are printed."""
    scored = [c for q in _last_of_lists(context) if (c := _score_persons(context, q)) is not None]
    best = max(scored, key=lambda c: (c.score, c.value), default=None)
    if best is None or best.score < _THRESHOLD:
        return ()
    best = _exact(scored, best)
    return (
        context.fact(
            "insured_persons", best.value, best.start, best.end, unit="persons", confidence=_confidence(best.score)
        ),
    )


def _last_of_lists(context: Context) -> list[Quantity]:
    """Counts of persons; of a list over several years ("4.7 million people, 4.96 million people") only the last."""
    counts = [q for q in context.quantities if q.unit in (Unit.PERSONS, Unit.BARE) and q.value >= _FEWEST]
    kept: list[Quantity] = []
    for quantity in counts:
        if kept and _LIST_GAP.fullmatch(context.whole, kept[-1].end, quantity.start):
            kept.pop()
        kept.append(quantity)
    return kept


def _score_persons(context: Context, quantity: Quantity) -> Candidate | None:
    whole, words = context.whole, context.words
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    after = whole[quantity.end : max(clause.end, quantity.end)][:18]
    led_in = context.before(quantity.start, 40)
    score = 0.0
    if words["insured_strong"].search(led_in[-30:]):
        score += 4
    elif quantity.unit is Unit.BARE:
        return None
    if words["insured_before"].search(before):
        score += 2
    if words["insured_after"].search(after):
        score += 2.5
    if _OWN_NOUN.search(quantity.raw):
        score += 1.5
    if score == 0:
        return None
    if words["not_insured"].search(before[-14:] + quantity.raw + after[:10]):
        score -= 4
    field = next((f for f in context.layout.of("persons") if f.start <= quantity.start < f.end), None)
    if field is not None:
        score += 2.5
    if _in_lot(context, quantity):
        score -= 3
    score += 1.5 if context.in_title(quantity.start) else 0.5 if quantity.start < context.lead_end() else 0
    score += 0.4 * math.log10(quantity.value)
    if _FIRST_YEAR.search(before):
        score -= 0.7
    score -= scope.penalty(context, quantity)
    score += max(0, scope.latest_year(context, quantity) - 2000) * 0.02
    return Candidate(int(quantity.value), quantity.start, quantity.end, score)


def _in_lot(context: Context, quantity: Quantity) -> bool:
    line = context.whole.rfind("\n", 0, quantity.start) + 1
    head = context.whole[line : line + 12]
    return bool(re.match(r"\s*(?:采购包|标项|标段|第?[一二三四五六\d]包|包\s?\d)", head))


def _exact(scored: list[Candidate], best: Candidate) -> Candidate:
    """A headline rounds; the text prints the same count with more digits."""
    for other in scored:
        close = abs(other.value - best.value) <= 0.03 * best.value
        if close and other.value != best.value and other.score > 0 and _digits(other.value) > _digits(best.value):
            best = other
    return best


def _digits(value: float) -> int:
    return len(str(int(value)).rstrip("0"))


def _confidence(score: float) -> float:
    return round(min(1.0, 0.5 + score / 14), 2)


def participation_rate(context: Context) -> tuple[Fact, ...]:
    """The share of those entitled who are covered, 0..1. Targets and "less than" are no rate."""
    best: Candidate | None = None
    for quantity in context.quantities:
        if quantity.unit is not Unit.PERCENT or not 0 < quantity.value <= 1:
            continue
        candidate = _score_rate(context, quantity)
        if candidate is not None and (best is None or candidate.score > best.score):
            best = candidate
    if best is None:
        best = _past_half(context)
    if best is None:
        return ()
    return (context.fact("participation_rate", best.value, best.start, best.end, unit="share"),)


def _score_rate(context: Context, quantity: Quantity) -> Candidate | None:
    words = context.words
    clause = context.clause(quantity.start)
    before = context.whole[clause.start : quantity.start]
    cues = list(words["rate"].finditer(before))
    if not cues or len(before) - cues[-1].end() > 16 or _OTHER_RATE.search(before, cues[-1].end()):
        return None
    if words["target"].search(before) or _BARELY.search(before) or _SMALL_PLACE.search(before):
        return None
    score = 3.0 + (0.5 if context.in_title(quantity.start) else 0) - scope.penalty(context, quantity)
    if _FIRST_YEAR.search(before):
        score -= 1
    score += max(0, scope.latest_year(context, quantity) - 2000) * 0.02
    return Candidate(float(quantity.value), quantity.start, quantity.end, score) if score > 0 else None


def _past_half(context: Context) -> Candidate | None:
    for cue in context.words["rate"].finditer(context.whole):
        half = _PAST_HALF.search(context.whole, cue.end(), cue.end() + 8)
        if half:
            return Candidate(0.5, half.start(), half.end(), 1)
    return None
