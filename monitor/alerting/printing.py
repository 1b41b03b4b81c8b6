"""Facts, conflicts and changes as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from alerts import Change
from monitor import phrases, threads
from monitor.following import Revision
from monitor.model import LIST_FACTS, Conflict, FactSheet
from monitor.regions import Gazetteer


def fact(key: str, value: Any, regions: Gazetteer, lang: str) -> str:
    """One fact's value, with names for codes."""
    if key == "regions":
        value = [regions.name(code) for code in value]
    elif key == "programmes":
        value = [phrases.name(code, lang) for code in value]
    return phrases.fact(key, value, lang)


def facts(sheet: FactSheet, regions: Gazetteer, lang: str) -> Iterator[tuple[str, str]]:
    """(name, printed value) in display order. Where the article itself states it otherwise elsewhere, both are shown."""
    values = sheet.values()
    for key in phrases.FACT_ORDER:
        if key in values:
            printed = fact(key, values[key], regions, lang)
            others = dict.fromkeys(_other(c, regions, lang) for c in sheet.conflicts if c.key == key)
            yield phrases.name(key, lang), _beside(printed, [o for o in others if o != printed], lang)


def changes(revision: Revision, stage: str, regions: Gazetteer, lang: str) -> tuple[Change, ...]:
    """What an update changes: the stage first, then the facts in display order."""
    found = []
    if revision.stage_before:
        old, new = (phrases.name(code, lang) for code in (revision.stage_before, stage))
        found.append(Change(name=phrases.name("stage", lang), old=old, new=new))
    order = {key: at for at, key in enumerate(phrases.FACT_ORDER)}
    ordered = sorted(revision.changes, key=lambda c: (order.get(c.key, len(order)), c.lot))
    return (*found, *(_change(c, regions, lang) for c in ordered))


def _change(change: threads.Change, regions: Gazetteer, lang: str) -> Change:
    name = phrases.name(change.key, lang)
    if change.lot:
        name += f" (lot {change.lot})" if lang == "en" else f"（包{change.lot}）"
    old, new = (fact(change.key, s.value, regions, lang) for s in (change.old, change.new))
    if old == new:  # they differ in a digit that our own print leaves out
        old, new = change.old.raw, change.new.raw
    return Change(name=name, old=old, new=new)


def _other(conflict: Conflict, regions: Gazetteer, lang: str) -> str:
    value = [conflict.other.value] if conflict.key in LIST_FACTS else conflict.other.value
    return fact(conflict.key, value, regions, lang)


def _beside(printed: str, others: Iterable[str], lang: str) -> str:
    listed = list(others)
    if not listed:
        return printed
    if lang == "en":
        return f"{printed} (elsewhere in the text: {', '.join(listed)})"
    return f"{printed}（文中另作 {'、'.join(listed)}）"
