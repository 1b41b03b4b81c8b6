"""How many persons the product or project covers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.facts import scope
from monitor.facts.context import Candidate, Context, exact_form
from monitor.facts.lot_names import LOT
from monitor.facts.quantities import Basis, Quantity, Unit
from monitor.facts.series import latest, yearly
from monitor.model import Fact

THRESHOLD = 2.5
_FEWEST = 30
_LIST_GAP = re.compile(r"\s?(?:[,，、和]|and|,? ?and)\s?", re.IGNORECASE)
_OWN_NOUN = re.compile(
    r"参保|投保|居民|职工|常住|学生|老人|参加|百姓|insured|residents?|participants|citizens|members|enrolle+s|policy-?holders|subscribers",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"(?:降至|降到|下降到|下降至|减至|减少到|跌至|跌到|只剩|仅剩|剩下?|增至|增加到|增加至|增长到|增长至|升至|升到|扩大到|调整[为至]|更正为|变更为"
    r"|dropped to|fell to|fallen to|down to|rose to|grew to|increased to|(?:rose|grew|increased|fell|dropped)[^.]{5,50} to|only)(?:了)?[^，。]{0,10}$",
    re.IGNORECASE,
)
_REPLACED = re.compile(r"[人名万]{0,2}[^，。；]{0,6}?(?:调整为|变更为|更正为|扩大到|增加到|增至|降至|降到|减至)")
GROWTH = re.compile(
    r"(?:多出|增加|增长|净增|减少|新增|多了|少了|比[^，。]{2,10}多|up by|an increase of)(?:了)?\s?$", re.IGNORECASE
)
_RISES = re.compile(r"(?:rose|grew|increased|fell|dropped|up|down)[^.]{0,10} from\s?$", re.IGNORECASE)
_TO_MORE = re.compile(r"[^,.]{0,40}? to (?:about |some )?\d", re.IGNORECASE)
_FIRST_YEAR = re.compile(r"首年|第一年|首期|去年|上一?年|first year|last year|previous", re.IGNORECASE)
_BOUGHT_FOR = re.compile(
    r"(?:(?<!因)为|向|给|\bfor)(?:全[市县区州省]|辖区(?:内)?|本[市县区])?(?:about |some |its )?\s?$", re.IGNORECASE
)
_INSURED_NOUN = re.compile(
    r"(?:参保|在保|投保)(?:居民|职工|市民|群众|人员|人(?![获得受拿领享]))|insured", re.IGNORECASE
)
_SHARE_FOLLOWS = re.compile(
    r"[,，(]?\s?(?:约)?占(?:到|了)?[^，。；]{0,12}(?:参保|应参保|常住|户籍|医保)(?:总)?(?:人数|人口|人|居民)的?"
)
_NOUN_LED_IN = re.compile(
    r"(?:居民|职工|人口|群众|人员|老人|学生|市民|对象|人数|人群|规模)(?:总数|总量|规模)?(?:约|共|共计|达到?|近|逾|超过?|为|有|合计|突破|:)*$"
    r"|\b(?:insur(?:es|ed|ing)|covers|covering|enrolled)(?: about| some| nearly| over| more than)? $|insured population (?:is|was|of|stands at) $",
    re.IGNORECASE,
)
_WERE_INSURED = re.compile(
    r" (?:have|had|has|were|are|was) (?:been |already )?(?:insured|enrolled|covered|signed up|joined)", re.IGNORECASE
)
_PLAIN_COUNT = re.compile(r"约?\s?(\d[\d,]*(?:\.\d+)?)\s?(?:\((?:单位[::])?(?P<scale>万?)人\))?")
_PAID_OUT_TO = re.compile(r"(?:支付|赔付|理赔|给付|发放|救助金|补偿|结案)[^。；]{0,40}?(?:惠及|受益)[^，。；]{0,10}$")
_APPOSED = re.compile(r"^ or (?:about |some |nearly )?$")
_BASE_FOLLOWS = re.compile(r" of (?:the |all |its )[\d.,]+ ", re.IGNORECASE)
_BEFORE_BASE = re.compile(r"[\d%] (?:people )?of (?:the|all|its) (?:\w+'s )?$|out of (?:the )?$", re.IGNORECASE)
_OPEN_TO = re.compile(r"面向(?:全[市县区州省])?[^，。；]{0,6}$")
_ENTITLED = re.compile(r"[^,.]{0,20} (?:entitled|eligible)\b|[^，。；]{0,8}(?:符合参保条件|应参保)", re.IGNORECASE)


def insured_persons(context: Context) -> tuple[Fact, ...]:
    """Persons covered: of the product or project, the latest count where several are printed."""
    scored = scored_counts(context)
    best = max((c for c, _ in scored), key=lambda c: (c.score, c.value), default=None)
    if best is None or best.score < THRESHOLD or _is_one_of_several(context, best, scored):
        return ()
    best = exact_form([c for c, _ in scored], best)
    confidence = round(min(1.0, 0.5 + best.score / 14), 2)
    return (context.fact("insured_persons", best.value, best.start, best.end, unit="persons", confidence=confidence),)


@lru_cache(maxsize=1)
def scored_counts(context: Context) -> tuple[tuple[Candidate, Quantity], ...]:
    """All counts that may be of the insured, each with its score; kept for the article that is being read."""
    counts = _last_of_lists(context)
    cues = {q.start: _cues(context, q) for q in counts}
    for run in yearly(context, counts):
        # What one year's count counts, every year's does; the latest stands for them all.
        shared = max(cues[q.start] for q in run)
        for quantity in run:
            cues[quantity.start] = 0.0
        if shared > 0:
            cues[latest(context, run).start] = shared + 1.0
    scored: list[tuple[Candidate, Quantity]] = []
    for quantity in counts:
        candidate = _score_persons(context, quantity, cues[quantity.start])
        if candidate is not None:
            scored.append((_as_latest(context, candidate, quantity, scored), quantity))
    return tuple(scored)


def _last_of_lists(context: Context) -> list[Quantity]:
    """Counts of persons; of a list over several years ("4.7 million people, 4.96 million people") only the last."""
    counts = [q for q in context.quantities if q.unit in (Unit.PERSONS, Unit.BARE) and q.value >= _FEWEST]
    counts = sorted([*counts, *_from_fields(context, {q.start for q in counts})], key=lambda q: q.start)
    kept: list[Quantity] = []
    for quantity in counts:
        if kept and _LIST_GAP.fullmatch(context.whole, kept[-1].end, quantity.start):
            kept.pop()
        kept.append(quantity)
    return kept


def _from_fields(context: Context, known: set[int]) -> Iterator[Quantity]:
    """Counts whose unit is the label's: "参保人数（万人）：326.7", "拟保障人数：32670"."""
    for field in context.layout.of("persons"):
        number = _PLAIN_COUNT.fullmatch(field.value)
        start = field.start + (number.start(1) if number else 0)
        if (
            number is None
            or start in known
            or not re.search("人数|人员|规模|persons|insured|人", field.label + field.note)
        ):
            continue
        value = float(number[1].replace(",", "")) * (10_000 if "万" in field.note or number["scale"] else 1)
        if value >= _FEWEST:
            end = field.start + number.end(1)
            yield Quantity(round(value), Unit.PERSONS, Basis.TOTAL, start, end, context.whole[start:end])


def _as_latest(
    context: Context, candidate: Candidate, quantity: Quantity, earlier: list[tuple[Candidate, Quantity]]
) -> Candidate:
    """ "首年17.6万人，次年只剩9.8万人": the later count inherits what the earlier one counts."""
    before = context.whole[context.clause(quantity.start).start : quantity.start]
    if not CHANGED.search(before):
        return candidate
    for held, other in reversed(earlier):
        if 0 < quantity.start - other.end < 40 * context.window:
            return replace(candidate, score=max(candidate.score, held.score) + 1.0)
    return candidate


def _cues(context: Context, quantity: Quantity) -> float:
    """How strongly the words around a count say that it counts the insured; 0 where nothing does."""
    whole, words = context.whole, context.words
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    after = whole[quantity.end : max(clause.end, quantity.end)][: 18 if context.window == 1 else 80]
    if _APPOSED.search(before) and whole[quantity.end : quantity.end + 1] == ",":
        after = whole[quantity.end + 1 : quantity.end + 80]  # "12 percent of residents, or 340,000 people, have bought"
    led_in = context.before(quantity.start, 30 * context.window)
    counted = words["insured_strong"].search(led_in) or (
        words["insured_strong"].search(whole, *_topic_sentence(context, quantity)) and quantity.unit is Unit.PERSONS
    )
    named = quantity.unit is Unit.BARE and (_NOUN_LED_IN.search(before) or _WERE_INSURED.match(whole, quantity.end))
    if quantity.unit is Unit.BARE and not (counted or named or CHANGED.search(before) or _of_a_base(context, quantity)):
        return 0.0
    score = 4.0 if counted else 1.5 if named else 0.0
    if words["insured_before"].search(before):
        score += 2
    elif words["insured_before"].search(led_in):
        score += 1.2
    if words["insured_after"].search(after):
        score += 2.5
    if _OWN_NOUN.search(_noun(context, quantity)):
        score += 1.5
    if _SHARE_FOLLOWS.match(whole, quantity.end):
        score += 3
    if context.is_tender and any(quantity.end < m.start <= quantity.end + 10 for m in context.programmes):
        score += 1.5
    if any(f.start <= quantity.start < f.end for f in context.layout.of("persons")):
        score += 3
    if context.is_tender and _BOUGHT_FOR.search(before):
        score += 2
    if _of_a_base(context, quantity) and words["rate"].search(led_in):
        score += 3
    return score


def _noun(context: Context, quantity: Quantity) -> str:
    """The counted noun: of "98万名参保职工" what stands behind 名 too."""
    more = 5 if quantity.raw.endswith(("名", "位")) else 0
    return quantity.raw + context.whole[quantity.end : quantity.end + more]


def _topic_sentence(context: Context, quantity: Quantity) -> tuple[int, int]:
    """The sentence before a count's where it prints no count of its own: "参保的人一年比一年多。2021年…"."""
    own = context.full_sentence(quantity.start)
    if own.start == 0 or context.whole[own.start - 1] == "\n":
        return 0, 0
    topic = context.full_sentence(own.start - 1)
    held = any(topic.start <= q.start < topic.end and q.unit in (Unit.PERSONS, Unit.BARE) for q in context.quantities)
    return (0, 0) if held or context.in_title(topic.start) else (topic.start, topic.end)


def _of_a_base(context: Context, quantity: Quantity) -> bool:
    """ "2.28 million of the 5 million people entitled": a count told as part of those who could be covered."""
    return bool(_BASE_FOLLOWS.match(context.whole, quantity.end))


def _is_base(context: Context, quantity: Quantity) -> bool:
    """Those who could be covered, not those who are."""
    before = context.whole[max(0, quantity.start - 40) : quantity.start]
    if context.is_huiminbao and _OPEN_TO.search(before):
        return True
    return bool(_BEFORE_BASE.search(before) or _ENTITLED.match(context.whole, quantity.end))


def _score_persons(context: Context, quantity: Quantity, cues: float) -> Candidate | None:
    whole, words = context.whole, context.words
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    after = whole[quantity.end : max(clause.end, quantity.end)][: 18 if context.window == 1 else 80]
    changed = bool(CHANGED.search(before))
    if (cues <= 0 and not changed) or _is_base(context, quantity):
        return None
    score = cues
    about = before[-14 * context.window :] + quantity.raw
    if not _INSURED_NOUN.search(_noun(context, quantity)):
        about += after[: 10 * context.window]
    if words["not_insured"].search(about) or _PAID_OUT_TO.search(context.before(quantity.start)):
        score -= 4
    if _RISES.search(before) and _TO_MORE.match(whole, quantity.end):
        score -= 5
    if GROWTH.search(before) or (_REPLACED.match(whole, quantity.end) and not changed):
        score -= 5
    if LOT.search(before) or line_of_lot(context, quantity):
        score -= 1
    score += 1.5 if context.in_title(quantity.start) else 0.5 if quantity.start < context.lead_end() else 0
    score += 0.4 * math.log10(quantity.value)
    if _FIRST_YEAR.search(before):
        score -= 0.7
    score -= scope.penalty(context, quantity) + (3 if scope.in_district(context, quantity) else 0)
    score += max(0, scope.latest_year(context, quantity) - 2000) * 0.02
    return Candidate(int(quantity.value), quantity.start, quantity.end, score)


def line_of_lot(context: Context, quantity: Quantity) -> bool:
    """The line begins with a lot."""
    line = context.whole.rfind("\n", 0, quantity.start) + 1
    lot = LOT.search(context.whole, line, line + 14)
    return lot is not None and lot.start() - line < 4


def _is_one_of_several(context: Context, best: Candidate, scored: Sequence[tuple[Candidate, Quantity]]) -> bool:
    """Counts of several lots or groups side by side: nobody printed their sum, so there is no count of the project."""

    def bound(position: int) -> bool:
        before = context.whole[context.clause(position).start : position]
        return bool(LOT.search(before)) or line_of_lot(context, _at(scored, position))

    rivals = [c for c, _ in scored if c.start != best.start and c.score >= best.score - 2]
    if bound(best.start):
        return any(bound(c.start) and c.value != best.value for c in rivals)
    # "公务员医疗补助参保8.2万人，职工大额参保113.6万人": parallel clauses, each with a programme of its own.
    own = context.clause(best.start)
    named = {m.surface for m in context.programmes if own.start <= m.start < own.end}
    for rival in rivals:
        other = context.clause(rival.start)
        beside = context.sentence(rival.start).start == context.sentence(best.start).start and other.start != own.start
        theirs = {m.surface for m in context.programmes if other.start <= m.start < other.end}
        if beside and named and theirs and named != theirs:
            return True
    return False


def _at(scored: Sequence[tuple[Candidate, Quantity]], position: int) -> Quantity:
    return next(q for _, q in scored if q.start == position)
