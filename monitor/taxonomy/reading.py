"""Vocabulary files → entries, decoys and patterns; each mistake with its file and line."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from monitor.taxonomy.nodes import compose, line_of, mapping, pairs, sequence, text_of
from monitor.taxonomy.terms import FAMILIES, Entry, Pattern, Term, VocabularyError

_ENTRY_KEYS = frozenset({"code", "zh", "en", "weak", "legal", "former", "stock", "city", "note"})
_PATTERN_KEYS = frozenset({"code", "regex", "any_of", "ignore_case", "note"})
_FILE_KEYS = frozenset({"family", "entries", "decoys", "patterns"})

_HAN = re.compile("[\u4e00-\u9fff]")


def vocabulary_files(directory: Path) -> tuple[Path, ...]:
    """The vocabulary files of a directory, by name. Raises VocabularyError where there is none.

    A file with neither `family` nor any key of this form belongs to another module (places, notice labels).
    """
    files = tuple(sorted(p for p in directory.glob("*.yaml") if _is_vocabulary(p)))
    if not files:
        raise VocabularyError(directory, 0, "no vocabulary files (*.yaml) here")
    return files


def _is_vocabulary(file: Path) -> bool:
    keys = {str(key.value) for key, _ in pairs(file, compose(file))}
    return bool(keys & _FILE_KEYS)


def read_file(file: Path) -> tuple[str, list[Entry], list[Term], list[Pattern]]:
    """Family, entries, decoys and patterns of one vocabulary file. Raises VocabularyError."""
    root = compose(file)
    top = mapping(file, root, _FILE_KEYS)
    if "family" not in top:
        raise VocabularyError(file, 1, "`family` is missing")
    family = text_of(file, top["family"])
    if family not in FAMILIES:
        raise VocabularyError(file, line_of(top["family"]), f"unknown family {family!r}; known: {', '.join(FAMILIES)}")
    entries = [_entry(file, node, family) for node in sequence(file, top.get("entries"))]
    decoys = [
        Term(text=text_of(file, node), code="", family=family, kind="decoy", file=file, line=line_of(node))
        for node in sequence(file, top.get("decoys"))
    ]
    patterns = [_pattern(file, node, family) for node in sequence(file, top.get("patterns"))]
    return family, entries, decoys, patterns


def _entry(file: Path, node: yaml.Node, family: str) -> Entry:
    keys = mapping(file, node, _ENTRY_KEYS)
    if "code" not in keys:
        raise VocabularyError(file, line_of(node), "an entry needs a `code`")
    code = text_of(file, keys["code"])
    terms: list[Term] = []
    for kind in ("zh", "en", "weak", "legal", "former"):
        terms += [
            Term(text=text_of(file, item), code=code, family=family, kind=kind, file=file, line=line_of(item))
            for item in sequence(file, keys.get(kind))
        ]
    if family in ("insurers", "products") and not any(t.text == code for t in terms):
        terms.append(Term(text=code, code=code, family=family, kind="zh", file=file, line=line_of(keys["code"])))
    if not terms:
        raise VocabularyError(file, line_of(node), f"entry {code!r} has no terms")
    return Entry(
        code=code,
        family=family,
        city=text_of(file, keys["city"]) if "city" in keys else "",
        stock=tuple(text_of(file, s) for s in sequence(file, keys.get("stock"))),
        terms=tuple(terms),
    )


def _pattern(file: Path, node: yaml.Node, family: str) -> Pattern:
    keys = mapping(file, node, _PATTERN_KEYS)
    if "code" not in keys or ("regex" in keys) == ("any_of" in keys):
        raise VocabularyError(file, line_of(node), "a pattern needs `code`, and either `regex` or `any_of`")
    ways = [keys["regex"]] if "regex" in keys else sequence(file, keys["any_of"])
    flags = re.IGNORECASE if "ignore_case" in keys and _is_true(file, keys["ignore_case"]) else re.NOFLAG
    for way in ways:  # one by one, so that a mistake is told with its line
        _compiled(file, way, flags)
    regex = re.compile("|".join(text_of(file, way) for way in ways), flags)
    return Pattern(
        regex=regex,
        code=text_of(file, keys["code"]),
        family=family,
        file=file,
        line=line_of(node),
        latin=bool(regex.flags & re.IGNORECASE) and not _HAN.search(regex.pattern),
    )


def _compiled(file: Path, node: yaml.Node, flags: re.RegexFlag) -> re.Pattern[str]:
    try:
        return re.compile(text_of(file, node), flags)
    except re.error as error:
        raise VocabularyError(file, line_of(node), f"not a regular expression: {error}") from error


def _is_true(file: Path, node: yaml.Node) -> bool:
    if (word := text_of(file, node)) not in ("true", "false"):
        raise VocabularyError(file, line_of(node), f"expected true or false, not {word!r}")
    return word == "true"
