"""The sources that ship with the package, as data: `crawler/catalogue/*.yaml`, read once into frozen `CatalogueEntry` values.

A file is a mapping with `entries` (a list) and, where wanted, `shared` (anything that entries refer to by anchor; `<<`
merges). An entry has

    name        unique over all files; letters, digits, dots and hyphens
    title       {zh: …, en: …}
    kind        the way of finding links (`SourceKind`)
    state       on | low-rate | off; off needs `why_off`
    tags        words to pick sources by
    every       pause between two polls (30m, 6h, 1d); delay: seconds or 4s between two requests to the host
    urls        addresses to poll; options: what the kind reads (its spider documents them)
    evidence    how well the facts behind it are known: high | med | low, and when they were seen (high, seen 2026-09)
    page, lang, publisher, encoding, verify_tls, warm_up, rest   as in `SourceSpec`
    encoding_note, tls_note, robots_note, note   for people

Unknown keys, wrong types, duplicate names and definitions that cannot work are errors with file and line.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from crawler.errors import CatalogueError, SourceDefinitionError
from crawler.items import SourceKind, SourceSpec
from crawler.spiders import finder_for

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*$")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_Word = TypeVar("_Word", bound=StrEnum)
_EVIDENCE = re.compile(r"(?:high|med|low)(?:$|, )")


class EntryState(StrEnum):
    """Whether an entry is polled by those who pick it by tag."""

    ON = "on"
    LOW_RATE = "low-rate"
    """Polled, but rarely: the site is slow, strict, or of little use."""
    OFF = "off"
    """Not polled; `CatalogueEntry.why_off` says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueEntry:
    """A source that ships, with what is known about it."""

    name: str
    title: str
    title_en: str
    kind: SourceKind
    state: EntryState
    why_off: str
    tags: tuple[str, ...]
    every: dt.timedelta
    delay: float | None
    """Seconds between two requests to one host; None takes the crawler's own."""
    urls: tuple[str, ...]
    options: Mapping[str, Any]
    evidence: str
    lang: str = ""
    publisher: str = ""
    page: str = ""
    encoding: str = ""
    verify_tls: bool = True
    warm_up: str = ""
    rest: float | None = None
    encoding_note: str = ""
    tls_note: str = ""
    robots_note: str = ""
    note: str = ""
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def spec(self) -> SourceSpec:
        """The entry as a source to crawl."""
        return SourceSpec(
            name=self.name,
            kind=self.kind,
            urls=self.urls,
            publisher=self.publisher,
            lang=self.lang,
            encoding=self.encoding,
            verify_tls=self.verify_tls,
            delay=self.delay,
            page=self.page,
            warm_up=self.warm_up,
            rest=self.rest,
            options=self.options,
        )


def entries() -> tuple[CatalogueEntry, ...]:
    """All entries that ship, by file and in the order they are written."""
    return _shipped()


def entry(name: str) -> CatalogueEntry:
    """The entry of that name; raises `KeyError`."""
    for found in entries():
        if found.name == name:
            return found
    raise KeyError(name)


def by_tag(tag: str) -> tuple[CatalogueEntry, ...]:
    """The entries with that tag that are not off; empty for an unknown tag."""
    return tuple(found for found in entries() if tag in found.tags and found.state is not EntryState.OFF)


def tags() -> tuple[str, ...]:
    """All tags in use, sorted."""
    return tuple(sorted({tag for found in entries() for tag in found.tags}))


def read_catalogue(documents: Iterable[tuple[str, str]]) -> tuple[CatalogueEntry, ...]:
    """The entries of (file name, YAML text) pairs, in order; raises `CatalogueError` for the first mistake."""
    found: dict[str, CatalogueEntry] = {}
    for file, text in documents:
        for one in _read_file(file, text):
            if one.name in found:
                first = found[one.name]
                raise CatalogueError(
                    file, one.line, f"{one.name!r} is defined already, in {first.file} line {first.line}"
                )
            found[one.name] = one
    return tuple(found.values())


@functools.cache
def _shipped() -> tuple[CatalogueEntry, ...]:
    folder = files("crawler") / "catalogue"
    documents = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    return read_catalogue((item.name, item.read_text(encoding="utf-8")) for item in documents)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Only true and false are booleans, so that `state: on` is the word; a key twice is an error; nodes keep lines."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in rules if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
    ]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _read_file(file: str, text: str) -> list[CatalogueEntry]:
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise CatalogueError(file, 1, "a catalogue file is a mapping with 'entries'")
        parts = {key.value: value for key, value in root.value}
        if unknown := set(parts) - {"entries", "shared"}:
            raise CatalogueError(file, 1, f"unknown key {sorted(unknown)[0]!r}", "there are entries and shared")
        listed = parts.get("entries")
        if not isinstance(listed, yaml.SequenceNode):
            raise CatalogueError(file, 1, "'entries' must be a list")
        return [_Reader(file, loader, node).read() for node in listed.value]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise CatalogueError(file, mark.line + 1 if mark else 1, error.problem or "no YAML") from error
    finally:
        loader.dispose()


class _Reader:
    """Reads one entry; each complaint names the line of the key that it is about."""

    def __init__(self, file: str, loader: _Loader, node: yaml.Node) -> None:
        self._file, self._line = file, node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise CatalogueError(file, self._line, "an entry is a mapping")
        lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
        self._lines: Mapping[str, int] = lines
        self._values: dict[str, Any] = loader.construct_mapping(node, deep=True)
        self._asked: set[str] = set()

    def read(self) -> CatalogueEntry:
        """The entry; raises `CatalogueError`."""
        title = self._typed("title", dict, "a mapping with zh and en", {})
        if set(title) != {"zh", "en"} or not all(isinstance(text, str) and text for text in title.values()):
            raise self._error("title", "title needs zh and en")
        found = CatalogueEntry(
            name=self._matching("name", _NAME, "lower-case letters, digits, dots and hyphens"),
            title=title["zh"],
            title_en=title["en"],
            kind=self._one_of("kind", SourceKind),
            state=self._one_of("state", EntryState),
            why_off=self._text("why_off"),
            tags=self._texts("tags"),
            every=dt.timedelta(seconds=self._seconds("every", required=True) or 0),
            delay=self._seconds("delay"),
            urls=self._texts("urls"),
            options=self._typed("options", dict, "a mapping", {}),
            evidence=self._matching("evidence", _EVIDENCE, "high, med or low, then a comma and details", whole=False),
            lang=self._text("lang"),
            publisher=self._text("publisher"),
            page=self._text("page"),
            encoding=self._text("encoding"),
            verify_tls=self._typed("verify_tls", bool, "true or false", True),
            warm_up=self._text("warm_up"),
            rest=self._seconds("rest"),
            encoding_note=self._text("encoding_note"),
            tls_note=self._text("tls_note"),
            robots_note=self._text("robots_note"),
            note=self._text("note"),
            file=self._file,
            line=self._line,
        )
        if unknown := set(self._values) - self._asked:
            key = sorted(unknown)[0]
            raise self._error(key, f"unknown key {key!r}", f"there are {', '.join(sorted(self._asked))}")
        self._check(found)
        return found

    def _check(self, found: CatalogueEntry) -> None:
        if (found.state is EntryState.OFF) != bool(found.why_off):
            raise self._error("state", "an entry that is off, and no other, says why in 'why_off'")
        if not found.tags:
            raise self._error("tags", "an entry needs a tag")
        if found.every < dt.timedelta(minutes=1):
            raise self._error("every", "no source is polled more often than once a minute")
        if not found.verify_tls and not found.tls_note:
            raise self._error("verify_tls", "certificates that are not verified need a 'tls_note'")
        if found.lang not in {"", "zh", "zh-Hant", "en"}:
            raise self._error("lang", f"lang is {found.lang!r}", "it is one of zh, zh-Hant, en")
        try:
            finder_for(found.spec())
        except SourceDefinitionError as error:
            raise self._error("options", error.problem, error.hint) from error

    def _error(self, key: str, problem: str, hint: str = "") -> CatalogueError:
        name = self._values.get("name")
        return CatalogueError(
            self._file, self._lines.get(key, self._line), f"{name}: {problem}" if name else problem, hint
        )

    def _typed(self, key: str, kind: type, what: str, default: Any) -> Any:
        self._asked.add(key)
        value = self._values.get(key, default)
        if not isinstance(value, kind):
            raise self._error(key, f"{key} must be {what}, not {value!r}")
        return value

    def _text(self, key: str) -> str:
        return str(self._typed(key, str, "a string", "")).strip()

    def _texts(self, key: str) -> tuple[str, ...]:
        values = self._typed(key, list, "a list of strings", [])
        if not all(isinstance(value, str) and value for value in values) or len(set(values)) < len(values):
            raise self._error(key, f"{key} must be a list of different strings")
        return tuple(values)

    def _matching(self, key: str, pattern: re.Pattern[str], what: str, *, whole: bool = True) -> str:
        value = self._text(key)
        if not (pattern.fullmatch(value) if whole else pattern.match(value)):
            raise self._error(key, f"{key} is {value!r}", f"it is {what}")
        return value

    def _one_of(self, key: str, kind: type[_Word]) -> _Word:
        value = self._text(key)
        try:
            return kind(value)
        except ValueError:
            raise self._error(key, f"{key} is {value!r}", f"it is one of {', '.join(kind)}") from None

    def _seconds(self, key: str, *, required: bool = False) -> float | None:
        self._asked.add(key)
        value = self._values.get(key)
        if value is None and not required:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 and not required:
            return float(value)
        if isinstance(value, str) and (found := _DURATION.fullmatch(value.strip())) and float(found[1]) > 0:
            return float(found[1]) * _SECONDS[found[2]]
        raise self._error(key, f"{key} is {value!r}", "it is a duration such as 30m")
