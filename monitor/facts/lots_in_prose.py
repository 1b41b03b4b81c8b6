"""Lots told in sentences: "一包由…中标，二包由…中标", "第一、第三标段", "三个包的费率依次为…", "Lot 1 went to …".

A sentence that names lots is cut into one stretch for each. Where the winners stand before the lots ("甲公司拿下一包，乙公司
拿下二包") a stretch begins with its company, else with its lot. What stands in a lot's stretch is the lot's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.facts.context import Context
from monitor.facts.lot_names import LotMention, counted, mentions
from monitor.facts.parties import full_name
from monitor.facts.quantities import PER_HEAD, Basis, Quantity, Unit
from monitor.model import Fact, Stage
from monitor.taxonomy import Mention

_AWARDED = frozenset({Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL, Stage.OPERATION, Stage.FAILED})
_TAKES = re.compile(r"由|归|承办|承保|经办|签订|签约|signed|underwr|taken by|take", re.IGNORECASE)
_RESPECTIVELY = re.compile(r"分别|依次|respectively", re.IGNORECASE)
_RECOMMENDED = re.compile(r"候选|推荐|拟中标|拟成交|candidate|recommended", re.IGNORECASE)
_RATE = re.compile(
    r"费率|利润率|盈利率|下浮|折扣|报价|以|按|rate(?: of)?|margin(?: of)?|\bat|bid(?: of)?", re.IGNORECASE
)
_NO_RATE = re.compile(r"份额|占比?|参保率|报销|比例|支付|share|占", re.IGNORECASE)
_NO_SUM = re.compile(
    r"保证金|代理|限额|保额|赔付|待遇|支付(?!价)|起付|节约|节省|limit|deductible|paid|bond", re.IGNORECASE
)
_SPEAKS_OF_LOTS = re.compile(r"包|标段|标项|\b(?:lots?|packages?|sections?)\b", re.IGNORECASE)
_NEXT = re.compile(r"\s?(?:[、,，和与及;；]|and|,? and)?\s?(?:人民币|约|为)?\s?", re.IGNORECASE)
_SMALLEST_SUM = 1000
_FEWEST_PERSONS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of one lot."""

    number: str
    fact: Fact


def told_lots(context: Context, acting: tuple[Fact, ...]) -> Iterator[Told]:
    """Facts of lots that sentences tell, in order; `acting` are the insurers that act in the event."""
    if not _SPEAKS_OF_LOTS.search(context.whole):
        return
    codes = {fact.value for fact in acting}
    known: list[str] = []
    for sentence in context.sentences:
        found = [
            m for m in mentions(context.whole, sentence.start, sentence.end) if not _is_ordinal_of_else(context, m)
        ]
        for mention in found:
            known += [n for n in mention.numbers if n not in known]
        insurers = [m for m in context.insurers if sentence.start <= m.start < sentence.end and m.code in codes]
        if found:
            for mention, (start, end) in zip(found, _stretches(context, found, insurers), strict=True):
                yield from _of_stretch(context, mention, start, end, insurers)
        for number, what, at in counted(context.whole, sentence.start, sentence.end):
            yield from _in_order(context, number, what, at, insurers, known)


def _is_ordinal_of_else(context: Context, mention: LotMention) -> bool:
    """第三包装 and 红包 are no lots; neither is a label's own word without a number that stands alone."""
    before = context.whole[max(0, mention.start - 1) : mention.start]
    return before in ("红", "荷", "钱", "面")


def _stretches(context: Context, found: Sequence[LotMention], insurers: Sequence[Mention]) -> list[tuple[int, int]]:
    """One stretch for each mention; together they cover the sentence from the first one's beginning."""
    sentence = context.sentence(found[0].start)
    end = max(sentence.end, found[-1].end)
    led = any(m.start < found[0].start for m in insurers) and not any(m.start > found[-1].end for m in insurers)
    starts: list[int] = []
    for i, mention in enumerate(found):
        earlier = found[i - 1].end if i else sentence.start
        if led:
            own = next((m.start for m in insurers if earlier <= m.start < mention.start), mention.start)
            starts.append(max(earlier, context.clause(own).start))
        else:
            clause = context.clause(mention.start).start
            starts.append(clause if clause >= earlier else mention.start)
    if led:
        # A company whose clause begins before the lot of the one before it begins its stretch itself.
        starts = [
            next((m.start for m in insurers if s <= m.start), s) if i and s == found[i - 1].end else s
            for i, s in enumerate(starts)
        ]
    return list(zip(starts, [*starts[1:], end], strict=True))


def _of_stretch(
    context: Context, mention: LotMention, start: int, end: int, insurers: Sequence[Mention]
) -> Iterator[Told]:
    inside = [m for m in insurers if start <= m.start < end]
    named = _parties(context, inside, start, end)
    if len(mention.numbers) == len(named) > 1 and _RESPECTIVELY.search(context.whole, start, end):
        for number, fact in zip(mention.numbers, named, strict=True):
            yield Told(number, fact)
        named = []
    facts = [*named, *_figures(context, [q for q in context.quantities if start <= q.start < end], start)]
    for number, fact in itertools.product(mention.numbers, facts):
        yield Told(number, fact)


def _parties(context: Context, inside: Sequence[Mention], start: int, end: int) -> list[Fact]:
    """Winners, or candidates where they are only recommended; nobody before the bids are opened."""
    stretch = context.whole[start:end]
    words = context.words
    if context.stage not in _AWARDED or words["not_won"].search(stretch):
        return []
    if not (words["won"].search(stretch) or _TAKES.search(stretch)):
        sentence = context.sentence(start)
        if not words["won"].search(sentence.text):
            return []
    recommended = _RECOMMENDED.search(context.title) or _RECOMMENDED.search(stretch)
    spans = {m.code: full_name(context, m) for m in reversed(inside)}
    key = "candidate" if recommended else "winner"
    return [context.fact(key, context.printed(s, e), s, e, confidence=0.8) for s, e in sorted(spans.values())]


def _figures(context: Context, inside: Sequence[Quantity], start: int) -> Iterator[Fact]:
    """Sum, rate, price a head and persons of a stretch; the first of each."""
    seen: set[str] = set()
    for quantity in inside:
        read = _read(context, quantity, start)
        if read is None or read.key in seen:
            continue
        seen.add(read.key)
        yield read


def _read(context: Context, quantity: Quantity, start: int) -> Fact | None:
    clause = context.clause(quantity.start)
    before = context.whole[max(start, clause.start) : quantity.start]
    after = context.whole[quantity.end : max(clause.end, quantity.end)][: 8 * context.window]
    words = context.words
    at = (quantity.start, quantity.end)
    if quantity.unit is Unit.PERCENT:
        near = before[-14 * context.window :]
        if (_RATE.search(near) or _RATE.search(after)) and not _NO_RATE.search(near):
            return context.fact("rate", quantity.value, *at, unit="share", basis="rate")
    elif quantity.unit is Unit.YUAN and quantity.basis in PER_HEAD:
        return context.fact("premium_per_person", quantity.value, *at, unit="yuan", basis=quantity.basis.value)
    elif quantity.unit is Unit.YUAN and quantity.basis in (Basis.TOTAL, Basis.YEAR) and quantity.value >= _SMALLEST_SUM:
        if _NO_SUM.search(before[-14 * context.window :]):
            return None
        if words["premium_total"].search(before) and not words["award"].search(before):
            return context.fact("premium_total", quantity.value, *at, unit="yuan", basis="year")
        told = any(words[g].search(before) or words[g].search(after) for g in ("award", "budget", "contract", "won"))
        if told:
            return context.fact("amount", quantity.value, *at, unit="yuan", basis=quantity.basis.value)
    elif quantity.unit is Unit.PERSONS and quantity.value >= _FEWEST_PERSONS:
        insured = words["insured_before"].search(before) or words["insured_after"].search(quantity.raw + after)
        if insured and not words["not_insured"].search(before[-8 * context.window :] + quantity.raw):
            return context.fact("insured_persons", int(quantity.value), *at, unit="persons")
    return None


def _in_order(
    context: Context, number: int, what: str, at: int, insurers: Sequence[Mention], known: Sequence[str]
) -> Iterator[Told]:
    """Figures or companies listed in the order of the lots, as many as there are lots."""
    numbers = known[:number] if len(known) >= number else [str(n) for n in range(1, number + 1)]
    run = _run(context, at, number)
    if run:
        for lot, quantity in zip(numbers, run, strict=True):
            if (fact := _listed(context, quantity, what)) is not None:
                yield Told(lot, fact)
        return
    behind = [m for m in insurers if m.start >= at]
    distinct = list({m.code: m for m in reversed(behind)}.values())
    if len(distinct) == number:
        end = context.sentence(at).end
        for lot, fact in zip(numbers, _parties(context, behind, at, end), strict=False):
            yield Told(lot, fact)


def _run(context: Context, at: int, number: int) -> tuple[Quantity, ...]:
    """`number` figures of one unit, one right behind the other, from `at` on."""
    run: list[Quantity] = []
    for quantity in (q for q in context.quantities if q.start >= at):
        gap = context.whole[run[-1].end if run else at : quantity.start]
        if run and (quantity.unit is not run[0].unit or not _NEXT.fullmatch(gap)):
            break
        if not run and len(gap) > 3 * context.window:
            break
        run.append(quantity)
    return tuple(run) if len(run) == number else ()


def _listed(context: Context, quantity: Quantity, what: str) -> Fact | None:
    at = (quantity.start, quantity.end)
    if quantity.unit is Unit.PERCENT:
        return context.fact("rate", quantity.value, *at, unit="share", basis="rate")
    if quantity.unit is Unit.YUAN and quantity.basis in PER_HEAD:
        return context.fact("premium_per_person", quantity.value, *at, unit="yuan", basis=quantity.basis.value)
    if quantity.unit is Unit.YUAN and quantity.value >= _SMALLEST_SUM and not _NO_SUM.search(what):
        return context.fact("amount", quantity.value, *at, unit="yuan", basis=quantity.basis.value)
    if quantity.unit is Unit.PERSONS:
        return context.fact("insured_persons", int(quantity.value), *at, unit="persons")
    return None
