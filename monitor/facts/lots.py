"""Lots as records: number as printed, and the facts that stand in the lot's block or row."""

from __future__ import annotations

from monitor.facts.amounts import field_sum
from monitor.facts.context import Context
from monitor.facts.parties import names_in
from monitor.facts.quantities import PER_HEAD, Unit
from monitor.model import Fact, Lot

_SUMS = {"award", "budget", "contract_amount"}


def lots(context: Context) -> tuple[Lot, ...]:
    """The lots of a notice in order, each with winner or candidates, sum, rate and persons as far as printed."""
    if not context.is_tender:
        return ()
    by_lot: dict[str, list[Fact]] = {}
    for field in context.layout.fields:
        if not field.lot or field.old:
            continue
        facts = by_lot.setdefault(field.lot, [])
        if field.role in ("winner", "supplier", "candidate"):
            key = "candidate" if field.role == "candidate" else "winner"
            facts += [context.fact(key, context.printed(s, e), s, e) for s, e in names_in(field)]
        if field.role in _SUMS and (total := field_sum(context, field)) is not None:
            facts.append(
                context.fact("amount", total.value, total.start, total.end, unit="yuan", basis=total.basis.value)
            )
        for quantity in context.quantities:
            if field.start <= quantity.start < field.end:
                if quantity.unit is Unit.PERCENT and field.role in (*_SUMS, "ceiling", "candidate", "unit_price"):
                    facts.append(context.fact("rate", quantity.value, quantity.start, quantity.end, unit="share"))
                elif quantity.unit is Unit.YUAN and quantity.basis in PER_HEAD:
                    facts.append(
                        context.fact(
                            "premium_per_person",
                            quantity.value,
                            quantity.start,
                            quantity.end,
                            unit="yuan",
                            basis=quantity.basis.value,
                        )
                    )
                elif quantity.unit is Unit.PERSONS and field.role in ("persons", "lot", "lot_name"):
                    facts.append(
                        context.fact("insured_persons", quantity.value, quantity.start, quantity.end, unit="persons")
                    )
    return tuple(Lot(number=number, facts=tuple(facts)) for number, facts in by_lot.items() if facts)
