"""What was read out of one article, for `show` and `explain`: facts, lots and contradictions, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor import phrases
from monitor.cli import output
from monitor.model import LIST_FACTS
from monitor.regions import Gazetteer

_LOT_KEYS = ("winner", "candidate", "amount", "premium_total", "rate", "premium_per_person", "insured_persons")
_MANY = LIST_FACTS | {"candidate"}

Trail = Mapping[str, Any]


def show_facts(trail: Trail, regions: Gazetteer) -> None:
    """The values that stand, then lots and contradictions where there are any."""
    facts = trail.get("facts", {})
    if facts:
        output.say()
        output.table(
            ("要素 fact", "值 value"),
            [
                (phrases.name(key, "zh"), _printed(key, facts[key], regions))
                for key in phrases.FACT_ORDER
                if key in facts
            ],
        )
    show_lots(trail)
    show_conflicts(trail, regions)


def show_lots(trail: Trail) -> None:
    """One row a lot; columns that no lot fills are left out."""
    lots = trail.get("lots", ())
    if not lots:
        return
    rows = [_by_key(lot["facts"]) for lot in lots]
    keys = [key for key in _LOT_KEYS if any(key in row for row in rows)]
    named = any(lot.get("name") for lot in lots)
    output.say()
    output.table(
        ("包 lot", *(("名称 name",) if named else ()), *(phrases.name(key, "zh") for key in keys)),
        [
            (
                lot["number"],
                *((lot.get("name", ""),) if named else ()),
                *(phrases.fact(key, row[key], "zh") if key in row else "" for key in keys),
            )
            for lot, row in zip(lots, rows, strict=True)
        ],
    )


def show_conflicts(trail: Trail, regions: Gazetteer) -> None:
    """Both values, as printed and where, and why one was taken."""
    conflicts = trail.get("conflicts", ())
    if not conflicts:
        return
    output.say()
    output.table(
        ("文中矛盾 conflict", "采用 taken", "另作 also printed", "出处 where", "理由 why"),
        [
            (
                phrases.name(c["key"], "zh"),
                _reading(c["key"], c["kept"], regions),
                _reading(c["key"], c["other"], regions),
                c["other"]["sentence"],
                c["reason"],
            )
            for c in conflicts
        ],
    )


def show_evidence(trail: Trail, regions: Gazetteer) -> None:
    """Every value with the words and the sentence that prove it, those of the lots too, and what contradicts them."""
    rows = [*_proofs(trail.get("evidence", ()), "")]
    for lot in trail.get("lots", ()):
        rows += _proofs(lot["facts"], lot["number"])
    if rows:
        output.say()
        output.table(("要素 fact", "值 value", "原文 as printed", "依据 sentence"), rows)
    show_conflicts(trail, regions)


def _proofs(facts: Sequence[Mapping[str, Any]], lot: str) -> Iterator[tuple[str, Any, str, str]]:
    for fact in facts:
        name = phrases.name(fact["key"], "zh")
        yield (f"{name}（包 {lot}）" if lot else name), fact["value"], fact["raw"], fact["sentence"]


def _by_key(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Values of a lot; a key that may have several has a list."""
    values: dict[str, Any] = {}
    for fact in facts:
        if fact["key"] in _MANY:
            values.setdefault(fact["key"], []).append(fact["value"])
        else:
            values.setdefault(fact["key"], fact["value"])
    return values


def _printed(key: str, value: Any, regions: Gazetteer) -> str:
    if key == "regions":
        value = [regions.name(code) for code in value]
    if key == "programmes":
        value = [phrases.name(code, "zh") for code in value]
    return phrases.fact(key, value, "zh")


def _reading(key: str, fact: Mapping[str, Any], regions: Gazetteer) -> str:
    """A value as people read it, with the words that print it where they differ."""
    value = _printed(key, [fact["value"]] if key in LIST_FACTS else fact["value"], regions)
    return value if value == fact["raw"] else f"{value} 〔{fact['raw']}〕"
