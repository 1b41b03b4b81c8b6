"""The share of those entitled who are covered, 0..1; a target is no rate."""

from __future__ import annotations

import re

from monitor.facts import scope
from monitor.facts.context import Candidate, Context
from monitor.facts.quantities import Quantity, Unit
from monitor.model import Fact

_BARELY = re.compile(r"(?:不足|不到|低于|不及|少于|less than|under|below)\s?$", re.IGNORECASE)
_SMALL_PLACE = re.compile(
    r"街道|乡镇|[\u4e00-\u9fff](?:镇|乡|村)|社区|个村|两区|两县|个区|villages?|townships?", re.IGNORECASE
)
_FIRST_YEAR = re.compile(r"首年|第一年|首期|去年|上一?年|first year|last year|previous", re.IGNORECASE)
_OTHER_RATE = re.compile(
    r"赔付率|续保率|满意|报销|比例|loss ratio|compensation rate|(?:提高|下降|增长|回落)(?!了?[到至为])|岁"
)
_REPLACED = re.compile(
    r"\s?(?:提高|提升|上升|升|增|增长|涨|降|下降|回落)(?:了)?(?:到|至|为)|,? (?:rose |up |down )?to \d", re.IGNORECASE
)
_CHANGED_TO = re.compile(
    r"%\s?[\u4e00-\u9fff]{1,4}(?:到|至|为)(?:了)?[\u4e00-\u9fff]{0,4}$|% (?:\([^)]*\) )?to $", re.IGNORECASE
)
_OR_SO_MANY = re.compile(r"[^.;]{0,40}, or (?:about |some |nearly )?")
_COVERED = re.compile(r"覆盖(?:了|到)?[^，。；\d]{0,6}$")
_PAST_HALF = re.compile(r"(?:已|超)?过半(?!年|的?目标)")
_OF_THE_ELIGIBLE = re.compile(
    r"的(?:全市|当地)?(?:基本)?(?:医保|医疗保险)?参保(?:人|群众|居民)|\s?of (?:those|the (?:city|county|eligible|basic|population|insured (?:of|population|residents))|all (?:those|residents|eligible)|eligible|residents|[A-Z]\w+'s (?:residents|people|population)|the \w+'s (?:residents|basic))",
    re.IGNORECASE,
)


def participation_rate(context: Context) -> tuple[Fact, ...]:
    """The share of those entitled who are covered, 0..1. A target is no rate."""
    scored = [
        c
        for q in context.quantities
        if q.unit is Unit.PERCENT and 0 < q.value <= 1 and (c := _score_rate(context, q)) is not None
    ]
    best = max(scored, key=lambda c: c.score, default=None) or _past_half(context)
    if best is None:
        return ()
    return (context.fact("participation_rate", best.value, best.start, best.end, unit="share"),)


def _score_rate(context: Context, quantity: Quantity) -> Candidate | None:
    words = context.words
    clause = context.clause(quantity.start)
    before = context.whole[clause.start : quantity.start]
    if _SMALL_PLACE.search(before) or words["target"].search(before) or _REPLACED.match(context.whole, quantity.end):
        return None
    cues = list(words["rate"].finditer(before))
    changed = bool(_CHANGED_TO.search(before))
    reach = 16 * context.window * (2 if changed else 1)
    covered = _COVERED.search(before) and _OF_THE_ELIGIBLE.match(context.whole, quantity.end)
    named = bool(cues) and len(before) - cues[-1].end() <= reach and not _OTHER_RATE.search(before, cues[-1].end())
    if named and cues[-1].group().startswith("占"):
        named = _follows_count(context, quantity)
    if (
        not named
        and not covered
        and not (_OF_THE_ELIGIBLE.match(context.whole, quantity.end) and _follows_count(context, quantity))
    ):
        return None
    score = 3.0 - (0.5 if context.in_title(quantity.start) else 0) - scope.penalty(context, quantity, shares=True)
    if _BARELY.search(before):
        # "不足一成" is a figure of speech; "不足2%" is all that some reports print.
        if "成" in quantity.raw:
            return None
        score -= 1.5
    if _FIRST_YEAR.search(before) and not changed:
        score -= 1
    score += max(0, scope.latest_year(context, quantity) - 2000) * 0.02
    return Candidate(float(quantity.value), quantity.start, quantity.end, score) if score > 0 else None


def _follows_count(context: Context, quantity: Quantity) -> bool:
    """A share of all who are entitled stands behind the count of those who are covered."""
    return any(
        q.unit in (Unit.PERSONS, Unit.BARE)
        and q.value >= 1000
        and (
            0 < quantity.start - q.end <= 45 * context.window
            or _OR_SO_MANY.fullmatch(context.whole, quantity.end, q.start)
        )
        for q in context.quantities
    )


def _past_half(context: Context) -> Candidate | None:
    for cue in context.words["rate"].finditer(context.whole):
        half = _PAST_HALF.search(context.whole, cue.end(), cue.end() + 8)
        if half and not context.words["target"].search(context.whole[cue.end() : half.end()]):
            return Candidate(0.5, half.start(), half.end(), 1)
    return None
