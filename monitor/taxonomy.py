"""The vocabulary: which words mean which insurer, programme, product, cue or place.

Everything comes from `monitor/vocabulary/*.yaml`, so that a user adds a term without code. One form for all files:

    family: insurers            # what the file holds; see FAMILIES
    entries:
      - code: 中国人寿           # what a mention means
        zh: [国寿寿险]           # Chinese terms, simplified script
        en: [China Life]        # English terms, any case
        weak: [国寿]             # terms that count only in company (see `Finder`)
    decoys: [平安银行]           # longer words that contain a term and mean something else
    patterns:                   # regular expressions, for names that no list can hold
      - {code: xhuibao, regex: '…'}

A file that is not of this form is refused with its name and line: a misspelt key must not silently remove a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import MonitorError
from monitor.lexicon import Automaton
from monitor.regions import Gazetteer, read_regions
from monitor.text import normalise

DEFAULT_DIRECTORY = Path(__file__).with_name("vocabulary")

FAMILIES: Mapping[str, str] = {
    "programmes": "programmes in scope of government-commissioned business",
    "insurers": "insurers and brokers by group-level short name",
    "products": "Huiminbao products by name",
    "cues": "words that carry a verdict: topics, actors, acts, stages, updates, scope",
}
_ENTRY_KEYS = frozenset({"code", "zh", "en", "weak", "legal", "former", "stock", "city", "note"})
_FILE_KEYS = frozenset({"family", "entries", "decoys", "patterns"})


class VocabularyError(MonitorError):
    """A vocabulary file cannot be used; says which file and line, and what to mend."""

    exit_code = 2

    def __init__(self, file: Path, line: int, message: str) -> None:
        self.file, self.line = file, line
        super().__init__(f"{file}:{line}: {message}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One word of the vocabulary and where it is written down."""

    text: str
    code: str
    family: str
    kind: str
    """`zh`, `en`, `weak`, `legal`, `former`, `decoy`, or `pattern` for a match of one."""
    file: Path
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """A regular expression for names that no list can hold; the group `name`, if any, is what counts."""

    regex: re.Pattern[str]
    code: str
    family: str
    file: Path
    line: int

    def mention(self, text: str, start: int, end: int, code: str) -> Mention:
        """What the stretch [start, end) that this pattern found means."""
        surface = text[start:end]
        term = Term(text=surface, code=code, family=self.family, kind="pattern", file=self.file, line=self.line)
        return Mention(code, start, end, surface, term)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """All that one vocabulary entry says about its code."""

    code: str
    family: str
    city: str = ""
    stock: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A term found in a text, by position in the searched string."""

    code: str
    start: int
    end: int
    surface: str
    term: Term


# A weak term is a place name's or an everyday word's twin (国寿, 平安, 阳光). It counts where a branch or company word
# follows within a place name's length, or where it stands in a list beside an insurer that counts.
_BRANCH_FOLLOWS = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:中心支公司|支公司|分公司|营业部|保险|公司承办|公司承保)")
# 惠民保障, 防贫保险: a term that ends in 保 and goes on is another word.
_GOES_ON = frozenset("险障护证留洁温暖供税质价鲜养底健函理")
_LIST_GAP = re.compile(r"[、,/\s]|和|与|及|以及")
# An opening quote right before, or before the place that the name begins with (“珠海大爱无疆”).
_QUOTED_BEFORE = re.compile("[\"'《【(][\u4e00-\u9fff]{0,3}$")


class Finder:
    """The mentions of one family in a text: longest match, leftmost first, without overlap."""

    def __init__(self, terms: Iterable[Term], patterns: Iterable[Pattern] = ()) -> None:
        """`patterns` find what no listed term covers; a listed term wins where the two overlap."""
        self.patterns = tuple(patterns)
        by_text: dict[str, Term] = {}
        for term in terms:
            by_text.setdefault(term.text, term)
        self.terms: tuple[Term, ...] = tuple(by_text.values())
        self._automaton: Automaton[Term] = Automaton(by_text.items())
        self._has_weak = any(t.kind == "weak" for t in self.terms)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Mentions of this family; decoys are dropped, weak terms only kept in company."""
        hits = [
            Mention(t.code, s, e, text[s:e], t)
            for s, e, t in self._automaton.find(text)
            if not (t.text[-1] == "保" and text[e : e + 1] in _GOES_ON)
        ]
        if self._has_weak:
            hits = list(self._in_company(text, hits))
        if self.patterns:
            hits += self._built(text, hits)
            hits.sort(key=lambda m: m.start)
        return tuple(m for m in hits if m.term.kind != "decoy")

    def taken(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where listed terms and decoys stand: no name that is only guessed may overlap them."""
        return tuple((start, end) for start, end, _ in self._automaton.find(text))

    def _built(self, text: str, hits: list[Mention]) -> list[Mention]:
        taken = [(m.start, m.end) for m in hits]
        found: list[Mention] = []
        for pattern in self.patterns:
            for hit in pattern.regex.finditer(text):
                if not any(s < hit.end() and hit.start() < e for s, e in taken):
                    taken.append(hit.span())
                    found.append(pattern.mention(text, *hit.span(), pattern.code))
        return found

    def codes(self, text: str) -> tuple[str, ...]:
        """Distinct codes in order of first mention."""
        return tuple(dict.fromkeys(m.code for m in self.find(text)))

    @staticmethod
    def _in_company(text: str, hits: list[Mention]) -> Iterator[Mention]:
        accepted = [m.term.kind not in ("weak", "decoy") or (m.term.kind == "weak" and _alone(text, m)) for m in hits]
        for order in (range(len(hits)), range(len(hits) - 1, -1, -1)):
            for i in order:
                if accepted[i] or hits[i].term.kind != "weak":
                    continue
                for j in (i - 1, i + 1):
                    if 0 <= j < len(hits) and accepted[j]:
                        first, second = sorted((hits[i], hits[j]), key=lambda m: m.start)
                        if _LIST_GAP.fullmatch(text[first.end : second.start]):
                            accepted[i] = True
        yield from (m for m, good in zip(hits, accepted, strict=True) if good or m.term.kind == "decoy")


def _alone(text: str, mention: Mention) -> bool:
    """Whether a weak term counts by what stands around it: a branch word behind it, or quotes around a product's name."""
    if mention.term.family == "products":
        return bool(_QUOTED_BEFORE.search(text, max(0, mention.start - 6), mention.start))
    return bool(_BRANCH_FOLLOWS.match(text, mention.end))


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
    """The vocabulary of `directory`, by default the one that ships with the program. Raises VocabularyError."""
    return _load((directory or DEFAULT_DIRECTORY).resolve())


@lru_cache(maxsize=4)
def _load(directory: Path) -> Vocabulary:
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


def vocabulary_files(directory: Path) -> tuple[Path, ...]:
    """The vocabulary files of a directory, by name. Raises VocabularyError where there is none.

    A file with neither `family` nor any key of this form belongs to another module (places, notice labels).
    """
    files = tuple(sorted(p for p in directory.glob("*.yaml") if _is_vocabulary(p)))
    if not files:
        raise VocabularyError(directory, 0, "no vocabulary files (*.yaml) here")
    return files


def _is_vocabulary(file: Path) -> bool:
    keys = {str(key.value) for key, _ in _pairs(file, _compose(file))}
    return bool(keys & _FILE_KEYS)


def read_file(file: Path) -> tuple[str, list[Entry], list[Term], list[Pattern]]:
    """Family, entries, decoys and patterns of one vocabulary file. Raises VocabularyError."""
    root = _compose(file)
    top = _mapping(file, root, _FILE_KEYS)
    if "family" not in top:
        raise VocabularyError(file, 1, "`family` is missing")
    family = _text(file, top["family"])
    if family not in FAMILIES:
        raise VocabularyError(file, _line(top["family"]), f"unknown family {family!r}; known: {', '.join(FAMILIES)}")
    entries = [_entry(file, node, family) for node in _sequence(file, top.get("entries"))]
    decoys = [
        Term(text=_text(file, node), code="", family=family, kind="decoy", file=file, line=_line(node))
        for node in _sequence(file, top.get("decoys"))
    ]
    patterns = [_pattern(file, node, family) for node in _sequence(file, top.get("patterns"))]
    return family, entries, decoys, patterns


def _entry(file: Path, node: yaml.Node, family: str) -> Entry:
    keys = _mapping(file, node, _ENTRY_KEYS)
    if "code" not in keys:
        raise VocabularyError(file, _line(node), "an entry needs a `code`")
    code = _text(file, keys["code"])
    terms: list[Term] = []
    for kind in ("zh", "en", "weak", "legal", "former"):
        terms += [
            Term(text=_text(file, item), code=code, family=family, kind=kind, file=file, line=_line(item))
            for item in _sequence(file, keys.get(kind))
        ]
    if family in ("insurers", "products") and not any(t.text == code for t in terms):
        terms.append(Term(text=code, code=code, family=family, kind="zh", file=file, line=_line(keys["code"])))
    if not terms:
        raise VocabularyError(file, _line(node), f"entry {code!r} has no terms")
    return Entry(
        code=code,
        family=family,
        city=_text(file, keys["city"]) if "city" in keys else "",
        stock=tuple(_text(file, s) for s in _sequence(file, keys.get("stock"))),
        terms=tuple(terms),
    )


def _pattern(file: Path, node: yaml.Node, family: str) -> Pattern:
    keys = _mapping(file, node, frozenset({"code", "regex", "note"}))
    if not {"code", "regex"} <= keys.keys():
        raise VocabularyError(file, _line(node), "a pattern needs `code` and `regex`")
    try:
        regex = re.compile(_text(file, keys["regex"]))
    except re.error as error:
        raise VocabularyError(file, _line(keys["regex"]), f"not a regular expression: {error}") from error
    return Pattern(regex=regex, code=_text(file, keys["code"]), family=family, file=file, line=_line(keys["regex"]))


def _gazetteer(directory: Path) -> Gazetteer:
    """The gazetteer; a directory of a user's own vocabulary need not bring its own places."""
    table, extra = directory / "regions.tsv", directory / "regions.yaml"
    return _read_gazetteer(
        table if table.exists() else DEFAULT_DIRECTORY / "regions.tsv",
        extra if extra.exists() else DEFAULT_DIRECTORY / "regions.yaml",
    )


@lru_cache(maxsize=4)
def _read_gazetteer(table: Path, file: Path) -> Gazetteer:
    regions, names = read_regions(table)
    top = _mapping(file, _compose(file), frozenset({"former", "english", "extra", "weak"}))
    known = {r.code for r in regions}
    full: dict[str, list[str]] = {}
    for key, target in (("former", full), ("extra", full), ("english", names["english"])):
        for code_node, forms in _pairs(file, top.get(key)):
            code = _text(file, code_node)
            if code not in known:
                raise VocabularyError(file, _line(code_node), f"no place has the code {code}")
            target.setdefault(code, []).extend(_text(file, form) for form in _sequence(file, forms))
    weak = {_text(file, node) for node in _sequence(file, top.get("weak"))}
    for code, shorts in names["short"].items():
        names["weak"].setdefault(code, []).extend(s for s in shorts if s in weak)
        names["short"][code] = [s for s in shorts if s not in weak]
    return Gazetteer(regions, {"full": full, **names})


@lru_cache(maxsize=32)
def _parse(file: Path, changed: int) -> yaml.Node:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: ten times faster where it is built in
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise VocabularyError(file, mark.line + 1 if mark else 1, str(getattr(error, "problem", error))) from error
    if node is None:
        raise VocabularyError(file, 1, "the file is empty")
    return node


def _compose(file: Path) -> yaml.Node:
    return _parse(file, file.stat().st_mtime_ns)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _pairs(file: Path, node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise VocabularyError(file, _line(node), "expected `key: value` lines")
    return list(node.value)


def _mapping(file: Path, node: yaml.Node, known: frozenset[str]) -> dict[str, yaml.Node]:
    out: dict[str, yaml.Node] = {}
    for key, value in _pairs(file, node):
        name = _text(file, key)
        if name not in known:
            raise VocabularyError(file, _line(key), f"unknown key {name!r}; known: {', '.join(sorted(known))}")
        if name in out:
            raise VocabularyError(file, _line(key), f"key {name!r} stands twice")
        out[name] = value
    return out


def _sequence(file: Path, node: yaml.Node | None) -> list[yaml.Node]:
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise VocabularyError(file, _line(node), "expected a list")
    return list(node.value)


def _text(file: Path, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
        raise VocabularyError(file, _line(node), "expected a word")
    return str(node.value)


def is_normal(term: str) -> bool:
    """Whether a term has the form in which texts are searched; one that has not can never match."""
    return normalise(term).plain == term
