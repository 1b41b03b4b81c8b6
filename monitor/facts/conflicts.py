"""Where one article prints different values for one fact: both are shown, with which was taken and why.

False contradictions are worse than missed ones. Two prints are compared only where they claim to be the same thing: no lot
against the whole, no budget against an award, no sum a year against one over the term, no running total against a year, no
earlier year, target or part; and the coarser of two prints may be a rounding of the finer. An amendment's old value is no
contradiction of the new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from monitor.facts.bodies import find_bodies
from monitor.facts.context import Context
from monitor.facts.deadlines import stated_deadlines
from monitor.facts.precision import agree, printed_step
from monitor.facts.premiums import stated_prices
from monitor.facts.stated_counts import stated_counts
from monitor.facts.terms import stated_terms
from monitor.model import Conflict, Fact, Lot, Stage

_NAME_NOISE = re.compile(r"[\W_]+")
_BUYER_LABELS = frozenset({"采购人", "采购人名称", "招标人", "采购单位", "采购单位名称", "名称", "purchaser", "buyer"})
_PARTY = re.compile(r"\([^()]*\)")
_AWARDED = frozenset({Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL})
_TOTAL_OF_LOTS = "sum of lots"
_LOTS_TO_ADD = 2


def find_conflicts(context: Context, facts: Sequence[Fact], lots: Sequence[Lot]) -> tuple[Conflict, ...]:
    """Contradictions to the values that stand in `facts`, in the order of the keys below. Pure."""
    rules: tuple[tuple[str, Callable[[Context, Fact], Iterable[Fact]], str], ...] = (
        ("deadline", _deadlines, "another closing time is printed"),
        ("insured_persons", _counts, "another count of the insured is printed"),
        ("period", _terms, "another term is printed"),
        ("buyer", _buyers, "another buyer is printed"),
    )
    found: list[Conflict] = []
    for key, others, reason in rules:
        kept = next((f for f in facts if f.key == key), None)
        if kept is not None:
            found += _against(context, kept, others(context, kept), reason)
    found += _prices(context, [f for f in facts if f.key == "premium_per_person"])
    found += _winners(context, [f for f in facts if f.key == "winner"])
    total = next((f for f in facts if f.key == "amount"), None)
    if total is not None:
        found += _lots_against_total(total, lots)
    return tuple(found)


def place(context: Context, fact: Fact) -> str:
    """Where a value stands: title, table, label or text."""
    if fact.span.field == "title":
        return "title"
    for field in context.layout.fields:
        span = context.document.locate(field.start, field.end)
        if span.field == "text" and span.start <= fact.span.start < span.end:
            return "table" if field.row else "label"
    return "text"


def _against(context: Context, kept: Fact, others: Iterable[Fact], reason: str) -> Iterator[Conflict]:
    shown: set[str] = {str(kept.value)}
    for other in others:
        if str(other.value) in shown:
            continue
        shown.add(str(other.value))
        yield Conflict(key=kept.key, kept=kept, other=other, reason=why(context, kept, other, reason))


def why(context: Context, kept: Fact, other: Fact, reason: str) -> str:
    """What contradicts what, and why the kept value was taken."""
    here, there = place(context, kept), place(context, other)
    if here == there:
        rule = "the first stands"
    elif here in ("label", "table"):
        rule = "a labelled value stands before one that is told"
    elif there == "title":
        rule = "the body stands before the headline"
    else:
        rule = "the value that its words mark most clearly stands"
    return f"{reason}: {there} against {here}; {rule}"


def _deadlines(context: Context, kept: Fact) -> Iterator[Fact]:
    if context.stage is Stage.AMENDMENT:
        return
    for other in stated_deadlines(context):
        day, own = str(other.value)[:10], str(kept.value)[:10]
        timed = len(str(other.value)) > len(day) and len(str(kept.value)) > len(own)
        if day != own or (timed and other.value != kept.value):
            yield other


def _counts(context: Context, kept: Fact) -> Iterator[Fact]:
    if context.stage is Stage.AMENDMENT:
        return
    for other in stated_counts(context, kept):
        if not _same_figure(kept, other):
            yield other


def _same_figure(a: Fact, b: Fact) -> bool:
    step_a, step_b = (printed_step(float(f.value), f.raw, f.sentence) for f in (a, b))
    return agree(float(a.value), step_a, float(b.value), step_b)


def _terms(context: Context, kept: Fact) -> Iterator[Fact]:
    """Another printed range of years. A term from midyear ends a year later than the years that name it."""
    first, last = kept.value
    for other in stated_terms(context):
        start, end = other.value
        if start != first or end not in (last, last - 1, last + 1):
            yield other


def _buyers(context: Context, kept: Fact) -> Iterator[Fact]:
    """A second body under the buyer's label; a body of the same kind from another place in the headline."""
    own = _plain(str(kept.value))
    for field in context.layout.of("buyer"):
        if field.old or _PARTY.sub("", field.label).strip().lower() not in _BUYER_LABELS or len(field.value) > 40:
            continue
        other = context.field_fact("buyer", context.printed(field.start, field.end), field)
        if not _one_body(own, _plain(field.value)) and find_body(context, field.start, field.end):
            yield other
    regions = context.vocabulary.regions
    homes = [p for p in context.places if _inside(context, p.start, kept)]
    for body in find_bodies(context):
        if not context.in_title(body.start) or not body.placed or not homes:
            continue
        place_of_body = next((p for p in context.places if p.start == body.start), None)
        if place_of_body is None:
            continue
        kind = body.name[place_of_body.end - place_of_body.start :]
        related = any(
            regions.within(p.code, place_of_body.code) or regions.within(place_of_body.code, p.code) for p in homes
        )
        if kind and own.endswith(_plain(kind)) and not related:
            yield context.fact("buyer", context.printed(body.start, body.end), body.start, body.end)


def find_body(context: Context, start: int, end: int) -> bool:
    """Whether a public body is named in this stretch."""
    return any(start <= b.start < end for b in find_bodies(context))


def _inside(context: Context, position: int, fact: Fact) -> bool:
    span = context.document.locate(position, position + 1)
    return span.field == fact.span.field and fact.span.start <= span.start < fact.span.end


def _plain(name: str) -> str:
    return _NAME_NOISE.sub("", _PARTY.sub("", name)).lower()


def _one_body(a: str, b: str) -> bool:
    """One name is a part of the other, or its letters stand in it in order (市医保局, 益阳市医疗保障局)."""
    short, long = sorted((a, b), key=len)
    letters = iter(long)
    return all(c in letters for c in short)


def _prices(context: Context, kept: Sequence[Fact]) -> Iterator[Conflict]:
    """A price of the headline or of a sentence that is none of the tiers."""
    if not kept or context.stage is Stage.AMENDMENT:
        return
    values = {f.value for f in kept}
    for price, other in stated_prices(context):
        own = next((f for f in kept if f.value == price.value), None)
        if own is not None and other.value not in values:
            yield Conflict(
                key="premium_per_person",
                kept=own,
                other=other,
                reason=why(context, own, other, "another price is printed"),
            )


def _winners(context: Context, kept: Sequence[Fact]) -> Iterator[Conflict]:
    """The headline's winner is none of the winners that the notice's own fields name."""
    if context.stage not in _AWARDED or not kept or not context.layout.of("winner", "supplier"):
        return
    codes = {
        m.code for m in context.insurers for f in kept if _inside(context, m.start, f)
    }  # what the fields name, by group
    if not codes or any(place(context, f) == "text" for f in kept):
        return
    won = context.words["won"]
    for mention in context.insurers:
        clause = context.clause(mention.start)
        sentence = context.sentence(mention.start)
        told = won.search(clause.text) and not context.words["not_won"].search(sentence.text)
        in_field = any(f.start <= mention.start < f.end for f in context.layout.fields)
        if not told or in_field or mention.code in codes or _kin(mention.code, codes):
            continue
        other = context.fact(
            "winner", context.printed(mention.start, mention.end), mention.start, mention.end, confidence=0.7
        )
        yield Conflict(
            key="winner",
            kept=kept[0],
            other=other,
            reason=why(context, kept[0], other, "another winner is told"),
        )
        return


def _kin(code: str, codes: set[str]) -> bool:
    """中国人保 may be any of its companies."""
    return any(code[:2] == other[:2] or ("人保" in code and "人保" in other) for other in codes)


def _lots_against_total(total: Fact, lots: Sequence[Lot]) -> Iterator[Conflict]:
    """The lots' sums do not add up to the printed total."""
    sums = [f for lot in lots for f in lot.facts if f.key == "amount"]
    if len(lots) < _LOTS_TO_ADD or len(sums) != len(lots) or {f.basis for f in sums} != {total.basis}:
        return
    value = sum(f.value for f in sums)
    doubt = sum(printed_step(float(f.value), f.raw, f.sentence) for f in sums)
    doubt += printed_step(float(total.value), total.raw, total.sentence)
    if abs(value - total.value) <= doubt or any(f.span == total.span for f in sums):
        return
    other = Fact(
        key="amount",
        value=value,
        raw=" + ".join(f.raw for f in sums),
        sentence=sums[-1].sentence,
        span=sums[-1].span,
        unit="yuan",
        basis=_TOTAL_OF_LOTS,
    )
    yield Conflict(
        key="amount",
        kept=total,
        other=other,
        reason="the lots do not add up to the printed total; what is printed stands",
    )
