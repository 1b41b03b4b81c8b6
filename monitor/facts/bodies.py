"""Public bodies named in a text: what they are called and where the name begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from monitor.facts.context import Context
from monitor.regions import RegionMention

_DEFAULT = Path(__file__).parent.parent / "vocabulary" / "public_bodies.yaml"
_RANK_CHAR = "省市县区州盟旗我本该"
_TOWN_NAMES = range(2, 6)  # characters of a town's name (红旗镇, 南大街街道)


@dataclass(frozen=True, slots=True)
class Body:
    """A public body in `Document.whole`; `placed` where the place is part of the name."""

    start: int
    end: int
    name: str
    placed: bool


@lru_cache(maxsize=4)
def _patterns(path: Path = _DEFAULT) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = yaml.safe_load(path.read_text("utf-8"))
    zh = re.compile("|".join(data["bodies"]["zh"]))
    en = re.compile("|".join(data["bodies"]["en"]))
    return zh, en, re.compile("|".join(w.strip() for w in data["not_buyers"].split(" | ")))


def find_bodies(context: Context) -> tuple[Body, ...]:
    """All public bodies in order. A place directly before the name belongs to it, as does 市 or 县 alone."""
    zh, en, _ = _patterns()
    found: list[Body] = []
    if context.document.is_english:
        return tuple(_without_article(m) for m in en.finditer(context.whole))
    ends = {p.end: p for p in context.places}
    for match in zh.finditer(context.whole):
        if found and match.start() < found[-1].end:
            continue
        start, placed = _extend(context, match.start(), ends)
        found.append(Body(start, match.end(), context.whole[start : match.end()], placed))
    return tuple(found)


def _without_article(match: re.Match[str]) -> Body:
    name = re.sub(r"^(?:The|A|An) ", "", match.group())
    return Body(match.end() - len(name), match.end(), name, True)


def _extend(context: Context, start: int, ends: Mapping[int, RegionMention]) -> tuple[int, bool]:
    whole = context.whole
    placed = False
    start = _town_before(whole, start, ends)
    while True:
        place = ends.get(start) or (ends.get(start - 1) if start and whole[start - 1] in _RANK_CHAR else None)
        if place is None:
            break
        start = place.start
        placed = True
    if not placed and start and whole[start - 1] in _RANK_CHAR:
        start -= 1
    if placed and whole.endswith("中共", 0, start):
        start -= 2
    return start, placed


def _town_before(whole: str, start: int, ends: Mapping[int, RegionMention]) -> int:
    """Where a town's name begins that stands between a place and the body; towns themselves stand in no gazetteer."""
    if not whole.endswith(("镇", "乡", "街道"), 0, start):
        return start
    return next((start - n for n in _TOWN_NAMES if start - n in ends), start)


def is_buyer_kind(name: str) -> bool:
    """False for bodies that are named in every notice and never buy (公共资源交易中心, 财政局)."""
    return not _patterns()[2].search(name)
