"""Places of China to county level: found in text, told apart by context, addressed by GB/T 2260 code.

The gazetteer is `vocabulary/regions.tsv` (see `vocabulary/build_regions.py` for its source) with the hand-kept additions of
`vocabulary/regions.yaml`. Six-digit codes are strings. `100000` stands for the whole country.

How a name that several places share is told apart, strongest first: the parent printed right before it (or, in English,
right after it); a parent printed in the title; a parent printed anywhere; the place that is likeliest on its own (the higher
rank, then a district of a large city, then the lower code).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from monitor.lexicon import Automaton, folded

Level = Literal["country", "province", "prefecture", "county"]

COUNTRY = "100000"
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_DIRECTLY_ADMINISTERED = "90"  # county-level cities that answer to the province: 4190xx, 4290xx, 4690xx, 6590xx
_LARGE_CITIES = (
    "1101",
    "3101",
    "4403",
    "4401",
    "1201",
    "5001",
    "3301",
    "3201",
    "5101",
    "4201",
    "3205",
    "6101",
    "4101",
    "2101",
)
_RANK = {"country": 0, "province": 1, "prefecture": 2, "county": 3}
# Names that mean nothing without their parent: half of all cities have one.
_GENERIC = frozenset(
    {"城区", "郊区", "矿区", "东区", "西区", "南区", "北区", "新区", "市中区", "城中区", "城东区", "城西区", "城北区"}
)
# What follows a short name when it is meant as a place. Applied to names that are also ordinary words.
_PLACE_CUE = re.compile(
    "(?:市|县|区|州|盟|省)?(?:医保|医疗保障|人社|民政|财政|教育|卫健|残联|总工会|政府|居民|职工|城乡|全市|全县|长护|长期护理|大病|"
    "惠民|防贫|民生|意外|中心支公司|支公司|分公司|营业部|地区|首年|参保|市民|公共资源|政府采购|[“\"'‘]|20\\d\\d)"
)
_PREFIX_GAP = 3


@dataclass(frozen=True, slots=True)
class Region:
    """One place: code, rank, full name."""

    code: str
    level: Level
    name: str


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A place named in a text. `candidates` are all places that the surface can mean, the chosen one first."""

    code: str
    level: Level
    start: int
    end: int
    surface: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    codes: tuple[str, ...]
    kind: Literal["full", "short", "weak", "english"]


class Gazetteer:
    """Finds places in text; answers for name, parent and containment of a code."""

    def __init__(self, regions: Iterable[Region], names: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        """`names[kind][code]` are the further forms of a code's name; `kind` as in `_Name`."""
        self._regions = {r.code: r for r in regions}
        self._regions.setdefault(COUNTRY, Region(COUNTRY, "country", "全国"))
        collected: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for region in self._regions.values():
            if region.code != COUNTRY:
                collected[region.name]["full"].append(region.code)
        for kind, by_code in names.items():
            for code, forms in by_code.items():
                for form in forms:
                    key = folded(form) if kind == "english" else form
                    if code not in collected[key][kind]:
                        collected[key][kind].append(code)
        self._names: dict[str, _Name] = {}
        for surface, kinds in collected.items():
            for kind in ("full", "short", "weak", "english"):
                if codes := kinds.get(kind):
                    self._names[surface] = _Name(tuple(self._by_likelihood(codes)), kind)  # type: ignore[arg-type]
                    break
        self._automaton: Automaton[_Name] = Automaton(self._names.items())

    def __len__(self) -> int:
        return len(self._regions)

    def __contains__(self, code: object) -> bool:
        return code in self._regions

    def name(self, code: str) -> str:
        """Full name (杭州市). KeyError for a code that is not in the gazetteer."""
        return self._regions[code].name

    def level(self, code: str) -> Level:
        """Rank of a code. KeyError for a code that is not in the gazetteer."""
        return self._regions[code].level

    def parent(self, code: str) -> str | None:
        """The place one rank up that has a code of its own; the country for a province, None for the country."""
        if code == COUNTRY:
            return None
        if code.endswith("0000"):
            return COUNTRY
        province = code[:2] + "0000"
        if code.endswith("00") or code[:2] in _MUNICIPALITIES or code[2:4] == _DIRECTLY_ADMINISTERED:
            return province
        prefecture = code[:4] + "00"
        return prefecture if prefecture in self._regions else province

    def within(self, code: str, ancestor: str) -> bool:
        """True where `code` is `ancestor` or lies in it."""
        at: str | None = code
        while at is not None:
            if at == ancestor:
                return True
            at = self.parent(at)
        return False

    def lookup(self, name: str) -> tuple[str, ...]:
        """All codes that a full, short, former or English name can mean, likeliest first; empty where unknown."""
        found = self._names.get(name) or self._names.get(folded(name))
        return found.codes if found else ()

    def find(self, text: str) -> tuple[RegionMention, ...]:
        """Places in `text` (normalised), longest first and non-overlapping, in order."""
        hits = [
            (start, end, name) for start, end, name in self._automaton.find(text) if self._spelled(text, start, name)
        ]
        if not hits:
            return ()
        certain: dict[str, int] = {}  # code -> where it first stands beyond doubt
        for start, _end, name in hits:
            if len(name.codes) == 1 and name.kind in ("full", "short", "english"):
                certain.setdefault(name.codes[0], start)
        title_end = text.find("\n")
        mentions: list[RegionMention] = []
        for i, (start, end, name) in enumerate(hits):
            before = mentions[-1] if mentions and start - mentions[-1].end <= _PREFIX_GAP else None
            after = (
                hits[i + 1]
                if i + 1 < len(hits) and name.kind == "english" and hits[i + 1][0] - end <= _PREFIX_GAP
                else None
            )
            code = self._choose(name, before, after, certain, title_end)
            surface = text[start:end]
            beside_parent = before is not None and self._above(before.code, code)
            if surface in _GENERIC and not beside_parent:
                continue
            if name.kind == "weak" and not (beside_parent or code in certain or _PLACE_CUE.match(text, end)):
                continue
            others = tuple(c for c in name.codes if c != code)
            mentions.append(RegionMention(code, self.level(code), start, end, surface, (code, *others)))
        return tuple(mentions)

    def _by_likelihood(self, codes: Iterable[str]) -> list[str]:
        def key(code: str) -> tuple[int, int, str]:
            large = _LARGE_CITIES.index(code[:4]) if code[:4] in _LARGE_CITIES else len(_LARGE_CITIES)
            return _RANK[self._regions[code].level], large, code

        return sorted(codes, key=key)

    def _above(self, ancestor: str, code: str) -> bool:
        return ancestor not in (code, COUNTRY) and self.within(code, ancestor)

    @staticmethod
    def _spelled(text: str, start: int, name: _Name) -> bool:
        return name.kind != "english" or text[start].isupper()

    def _choose(
        self,
        name: _Name,
        before: RegionMention | None,
        after: tuple[int, int, _Name] | None,
        certain: Mapping[str, int],
        title_end: int,
    ) -> str:
        if len(name.codes) == 1:
            return name.codes[0]

        def score(code: str) -> int:
            points = 0
            if before is not None and self._above(before.code, code):
                points += 8
            if after is not None and any(self._above(c, code) for c in after[2].codes):
                points += 8
            at = self.parent(code)
            step = 4
            while at is not None and at != COUNTRY:
                if at in certain:
                    points += step + (1 if certain[at] <= title_end else 0)
                at = self.parent(at)
                step -= 2
            if code in certain:
                points += 3
            return points

        return max(name.codes, key=lambda code: (score(code), -name.codes.index(code)))


def read_regions(path: Path) -> tuple[tuple[Region, ...], dict[str, dict[str, list[str]]]]:
    """Read `regions.tsv`: the places, and their short and English names by kind and code."""
    regions: list[Region] = []
    names: dict[str, dict[str, list[str]]] = {"short": {}, "weak": {}, "english": {}}
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        code, level, name, shorts, english = line.split("\t")
        regions.append(Region(code, level, name))  # type: ignore[arg-type]
        kind = "weak" if level == "county" else "short"
        names[kind][code] = shorts.split("|") if shorts else []
        names["english"][code] = english.split("|") if english else []
        if level != "county" and english:
            rank = "Province" if level == "province" else "City"
            names["english"][code] += [f"{form} {rank}" for form in english.split("|")]
    return tuple(regions), names
