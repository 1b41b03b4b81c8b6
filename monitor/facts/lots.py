"""Lots as records: number and name as printed, and the facts of each, from its block, its row or the sentence that tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.facts.amounts import field_sum
from monitor.facts.context import Context
from monitor.facts.fields import Field
from monitor.facts.lot_names import LOT, NUMERAL, same_lot
from monitor.facts.lots_in_prose import told_lots
from monitor.facts.parties import names_in
from monitor.facts.quantities import PER_HEAD, Unit
from monitor.model import Fact, Lot

_SUMS = {"award", "budget", "contract_amount"}
_PRICED = {*_SUMS, "ceiling", "candidate", "unit_price"}
_COUNTED = {"persons", "lot", "lot_name"}
_COMPANIES = frozenset({"winner", "candidate"})
_SEVERAL = frozenset({"winner", "candidate", "premium_per_person"})
"""Keys of which one lot may print more than one value."""
_BRACKET = re.compile(r"[(（【]([^()（）【】]{2,60})[)）】]")
_BARE_NUMBER = re.compile(rf"第?{NUMERAL}(?:采购包|标包|标项|标段|分包|包)?")
_LONGEST_NAME = 80


def lots(context: Context, acting: tuple[Fact, ...] = ()) -> tuple[Lot, ...]:
    """The lots of a tender in order, each with winner or candidates, sum, rate, price and persons as far as printed.

    A value in the lot's own block or row stands before one that a sentence tells.
    """
    if not context.is_tender:
        return ()
    printed: dict[str, str] = {}
    names: dict[str, str] = {}
    facts: dict[str, list[Fact]] = {}
    for field in context.layout.fields:
        if field.lot and not field.old:
            key = same_lot(field.lot)
            printed.setdefault(key, field.lot)
            facts.setdefault(key, []).extend(_of_field(context, field))
            if name := _name(context, field):
                names.setdefault(key, name)
    in_blocks = {key: {f.key for f in some} for key, some in facts.items()}
    for told in told_lots(context, acting):
        key = same_lot(told.number)
        printed.setdefault(key, told.number)
        own = facts.setdefault(key, [])
        if told.fact.key in in_blocks.get(key, ()):
            continue
        held = [f for f in own if f.key == told.fact.key]
        if not held or (told.fact.key in _SEVERAL and all(f.span != told.fact.span for f in held)):
            own.append(told.fact)
    return tuple(
        Lot(number=printed[key], name=names.get(key, ""), facts=_once(facts[key]))
        for key in sorted(facts, key=_in_order)
        if facts[key]
    )


def _in_order(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdigit() else (0, key)


def _of_field(context: Context, field: Field) -> Iterator[Fact]:
    if field.role in ("winner", "supplier", "candidate"):
        key = "candidate" if field.role == "candidate" else "winner"
        for start, end in names_in(field):
            yield context.fact(key, context.printed(start, end), start, end)
    if field.role in _SUMS and (total := field_sum(context, field)) is not None:
        yield context.fact("amount", total.value, total.start, total.end, unit="yuan", basis=total.basis.value)
    for quantity in context.quantities:
        if not field.start <= quantity.start < field.end:
            continue
        at = (quantity.start, quantity.end)
        if quantity.unit is Unit.PERCENT and field.role in _PRICED:
            yield context.fact("rate", quantity.value, *at, unit="share", basis="rate")
        elif quantity.unit is Unit.YUAN and quantity.basis in PER_HEAD:
            yield context.fact("premium_per_person", quantity.value, *at, unit="yuan", basis=quantity.basis.value)
        elif quantity.unit is Unit.PERSONS and field.role in _COUNTED:
            yield context.fact("insured_persons", quantity.value, *at, unit="persons")


def _name(context: Context, field: Field) -> str:
    """What a lot is called besides its number: "东片", "第2包（钟祥市、京山市）"."""
    if field.role not in ("lot", "lot_name") or len(field.value) > _LONGEST_NAME:
        return ""
    if field.role == "lot_name":
        return context.printed(field.start, field.end)
    if not LOT.match(field.value) and not _BARE_NUMBER.match(field.value):
        return context.printed(field.start, field.end)
    bracket = _BRACKET.search(field.value)
    return context.printed(field.start + bracket.start(1), field.start + bracket.end(1)) if bracket else ""


def _once(facts: list[Fact]) -> tuple[Fact, ...]:
    """Without the same value twice, and without a company's short name beside its full one."""
    kept: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        kept.setdefault((fact.key, str(fact.value)), fact)
    companies = {f.value for f in facts if f.key in _COMPANIES}
    return tuple(
        f
        for f in kept.values()
        if f.key not in _COMPANIES or not any(f.value != other and f.value in other for other in companies)
    )
