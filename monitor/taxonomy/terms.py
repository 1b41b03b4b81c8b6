"""The values of the vocabulary: a term, a pattern, an entry, and a mention of one in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import MonitorError
from monitor.text import normalise

FAMILIES: Mapping[str, str] = {
    "programmes": "programmes in scope of government-commissioned business",
    "insurers": "insurers and brokers by group-level short name",
    "products": "Huiminbao products by name",
    "cues": "words that carry a verdict: topics, actors, acts, stages, updates, scope",
}


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
    """A regular expression for names that no list can hold; the group `name`, if any, is what counts.

    `latin`: it is of words in Latin script, so that a text without a Latin letter need not be searched.
    """

    regex: re.Pattern[str]
    code: str
    family: str
    file: Path
    line: int
    latin: bool = False

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


def is_normal(term: str) -> bool:
    """Whether a term has the form in which texts are searched; one that has not can never match."""
    return normalise(term).plain == term
