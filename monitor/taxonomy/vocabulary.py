"""A directory of vocabulary files, ready to search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from monitor.lexicon import Automaton
from monitor.regions import Gazetteer
from monitor.taxonomy.finder import Finder
from monitor.taxonomy.places import read_gazetteer
from monitor.taxonomy.reading import read_file, vocabulary_files
from monitor.taxonomy.terms import FAMILIES, Entry, Mention, Pattern, Term

DEFAULT_DIRECTORY = Path(__file__).parent.parent / "vocabulary"


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Everything the vocabulary files say, ready to search."""

    directory: Path
    entries: tuple[Entry, ...]
    insurers: Finder
    programmes: Finder
    products: Finder
    cues: Mapping[str, Finder]
    """Cue words by group, the part of their code before the dot (`stage`, `update`, `scope` …)."""
    patterns: Mapping[str, tuple[Pattern, ...]]
    regions: Gazetteer
    cities: Mapping[str, str] = field(default_factory=dict)
    """Product code -> the six-digit code of the place it is sold in."""
    stocks: Mapping[str, str] = field(default_factory=dict)
    """Stock code without exchange or suffix (601336, 01336) -> insurer code."""

    @cached_property
    def gate(self) -> Automaton[bool]:
        """One search that tells whether a text can be on any topic: most general news is done after it."""
        groups = [self.programmes, self.products, *(self.cues[g] for g in ("topic", "gate") if g in self.cues)]
        words = {t.text for finder in groups for t in finder.terms if t.kind != "decoy"}
        words |= {t.text for t in self.insurers.terms if t.kind not in ("decoy", "weak")}
        if traits := self.cues.get("trait"):
            words |= {t.text for t in traits.terms if t.code in ("trait.pool", "trait.open")}
        return Automaton((word, True) for word in sorted(words))

    def _at_place(self, text: str, start: int, end: int) -> int:
        """Where a name of the form <place>惠民保 begins: at a quote or at a place's name; -1 where at neither (参与惠民保)."""
        if start and text[start - 1] in "\"'《【":
            return start
        stem = text.find("惠民", start, end)
        return next((at for at in range(start, stem - 1) if self.regions.lookup(text[at:stem])), -1)

    def insurer_of_stock(self, code: str) -> str | None:
        """The insurer of a stock code in any spelling: 601336, sh601336, 01336.HK."""
        digits = re.search(r"\d{5,6}", code)
        return self.stocks.get(digits.group()) if digits else None

    def unknown_products(self, text: str) -> tuple[Mention, ...]:
        """Names that are built like a Huiminbao product's and stand in no list (X惠保, 惠X保 …), in order."""
        known = list(self.products.taken(text))
        found: list[Mention] = []
        for pattern in self.patterns.get("products", ()):
            for hit in pattern.regex.finditer(text):
                group = "name" if "name" in pattern.regex.groupindex else 0
                start, end = hit.span(group)
                if pattern.code == "place-huimin":
                    start = self._at_place(text, start, end)
                if start < 0 or any(s < end and start < e for s, e in known):
                    continue
                known.append((start, end))
                found.append(pattern.mention(text, start, end, text[start:end]))
        return tuple(sorted(found, key=lambda m: m.start))


def load_vocabulary(directory: Path | None = None) -> Vocabulary:
    """The vocabulary of `directory`, by default the one that ships with the program; read again where its files changed.

    Raises VocabularyError.
    """
    directory = (directory or DEFAULT_DIRECTORY).resolve()
    stats = ((file.name, file.stat()) for file in sorted(directory.glob("*")))
    return _load(directory, tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))


@lru_cache(maxsize=4)
def _load(directory: Path, _stamps: tuple[tuple[str, int, int], ...]) -> Vocabulary:
    entries: list[Entry] = []
    terms: dict[str, list[Term]] = {family: [] for family in FAMILIES}
    patterns: dict[str, list[Pattern]] = {family: [] for family in FAMILIES}
    for file in vocabulary_files(directory):
        family, found, decoys, regexes = read_file(file)
        entries += found
        terms[family] += [t for e in found for t in e.terms] + decoys
        patterns[family] += regexes
    return Vocabulary(
        directory=directory,
        entries=tuple(entries),
        insurers=Finder(terms["insurers"]),
        programmes=Finder(terms["programmes"], patterns["programmes"]),
        products=Finder(terms["products"]),
        cues=_by_group(terms["cues"], patterns["cues"]),
        patterns={family: tuple(found) for family, found in patterns.items()},
        regions=_gazetteer(directory),
        cities={e.code: e.city for e in entries if e.city},
        stocks={stock: e.code for e in entries for stock in e.stock},
    )


def _by_group(terms: Iterable[Term], patterns: Iterable[Pattern]) -> dict[str, Finder]:
    """One finder for each group: a word may mean a stage in one and an update in another. Decoys hold in all."""
    groups: dict[str, list[Term]] = {}
    decoys: list[Term] = []
    for term in terms:
        if term.kind == "decoy":
            decoys.append(term)
        else:
            groups.setdefault(term.code.partition(".")[0], []).append(term)
    built: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        built.setdefault(pattern.code.partition(".")[0], []).append(pattern)
    return {name: Finder([*groups.get(name, ()), *decoys], built.get(name, ())) for name in {**groups, **built}}


def _gazetteer(directory: Path) -> Gazetteer:
    """The gazetteer; a directory of a user's own vocabulary need not bring its own places."""
    table, extra = directory / "regions.tsv", directory / "regions.yaml"
    return read_gazetteer(
        table if table.exists() else DEFAULT_DIRECTORY / "regions.tsv",
        extra if extra.exists() else DEFAULT_DIRECTORY / "regions.yaml",
    )
