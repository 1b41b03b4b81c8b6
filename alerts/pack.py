"""Fits a message into a channel's size, which is counted in UTF-8 bytes, by leaving content out before it is printed.

The order of sacrifice for one alert: other copies (from the last), the evidence sentence (shortened, then left out),
facts (from the last), the summary, the changes, the headline. For a desk note: summaries (from the last entry), changes
with the publisher (so too), headlines (all alike), and only then entries. Only running text is shortened, at a character's
end; a fact line or a link stays whole or goes, and what went is counted so that the message can say so. Since content
is cut and not printed text, no cut can fall into markup. The link to the page is never given up while anything else
remains.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from alerts.model import Change, Link

ELLIPSIS = "…"
_SHORTEST_TEXT = 12
"""Characters below which a shortened sentence says nothing and is left out instead."""

_LONGEST_TITLE = 4000
"""Characters to begin with when headlines are shortened."""

_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a message on one alert says, before it is printed in any format.

    `call` is the line on a deadline, or on nobody's having taken it; empty for news and updates.
    """

    title: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    evidence: str
    link: Link
    copies: tuple[Link, ...]
    call: str = ""
    changes: tuple[Change, ...] = ()
    omitted_changes: int = 0
    omitted_facts: int = 0
    omitted_copies: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One alert in a desk note. `deadline` is the printed deadline with the time left, `earlier` as in `desknote`."""

    number: int
    marks: str
    title: str
    summary: str
    link: Link
    source: str
    deadline: str = ""
    changes: tuple[Change, ...] = ()
    omitted_changes: int = 0
    urgent: bool = False
    earlier: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteSection:
    """Entries under one heading; no heading where it is empty."""

    heading: str
    entries: tuple[Entry, ...]
    urgent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteContent:
    """What a desk note says, before it is printed in any format.

    `title` is the whole headline; `name` and `counts` are its parts, for a format with room to set them apart.
    """

    title: str
    name: str
    counts: tuple[str, ...]
    sections: tuple[NoteSection, ...]
    omitted: int = 0


_Said = TypeVar("_Said", Content, NoteContent)
Printer = Callable[[Content], str]
NotePrinter = Callable[[NoteContent], str]

_Ways = tuple[int, Callable[[int], _Said]]
"""How much of something there is, and the content with only so much of it."""


def fit(content: Content, printer: Printer, budget: int) -> str:
    """The fullest printed form of `content` that is at most `budget` bytes long in UTF-8.

    Where not even a shortened headline with its link fits, the link goes last, whole, and then the text is cut.
    """
    text = printer(content)
    if size(text) <= budget:
        return text
    for shorten in (
        _fewer_copies,
        _shorter_evidence,
        _fewer_facts,
        _shorter_summary,
        _fewer_changes,
        _shorter_title,
    ):
        content, text = _fullest(shorten(content), printer, budget)
        if size(text) <= budget:
            return text
    return cut_bytes(printer(replace(content, link=replace(content.link, url=""))), budget)


def fit_note(note: NoteContent, printer: NotePrinter, budget: int) -> str:
    """The fullest printed form of a note that is at most `budget` bytes long in UTF-8; entries that had to go are told."""
    text = printer(note)
    if size(text) <= budget:
        return text
    for shorten in (_fewer_summaries, _fewer_details, _shorter_titles, _fewer_entries):
        note, text = _fullest(shorten(note), printer, budget)
        if size(text) <= budget:
            return text
    return cut_bytes(text, budget)


def size(text: str) -> int:
    """Length in UTF-8 bytes."""
    return len(text.encode())


def cut(text: str, length: int) -> str:
    """At most `length` characters, the last of them an ellipsis where something was cut.

    A cut never parts a character from its combining marks or a joined emoji.
    """
    if len(text) <= length:
        return text
    return _before(text, length - 1) + ELLIPSIS if length > 0 else ""


def cut_bytes(text: str, budget: int) -> str:
    """The text cut to at most `budget` UTF-8 bytes, with an ellipsis where there is room for one."""
    if size(text) <= budget:
        return text
    room = budget - size(ELLIPSIS)
    # Decoding with `ignore` drops the half character at the end.
    return _before(text, len(text.encode()[:room].decode(errors="ignore"))) + ELLIPSIS if room >= 0 else ""


def _before(text: str, end: int) -> str:
    """The text before a place, or before the whole character that the place would part."""
    while 0 < end < len(text) and (_is_continuation(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip()


def _fullest(ways: _Ways[_Said], printer: Callable[[_Said], str], budget: int) -> tuple[_Said, str]:
    """Bisect for the largest amount that fits; the smallest amount where none does."""
    most, at = ways
    low, high = 0, most
    best = at(0)
    text = printer(best)
    if size(text) > budget:
        return best, text
    while low < high:
        middle = (low + high + 1) // 2
        candidate = at(middle)
        printed = printer(candidate)
        if size(printed) <= budget:
            low, best, text = middle, candidate, printed
        else:
            high = middle - 1
    return best, text


def _fewer_copies(content: Content) -> _Ways[Content]:
    def at(count: int) -> Content:
        omitted = content.omitted_copies + len(content.copies) - count
        return replace(content, copies=content.copies[:count], omitted_copies=omitted)

    return len(content.copies), at


def _fewer_facts(content: Content) -> _Ways[Content]:
    def at(count: int) -> Content:
        omitted = content.omitted_facts + len(content.facts) - count
        return replace(content, facts=content.facts[:count], omitted_facts=omitted)

    return len(content.facts), at


def _fewer_changes(content: Content) -> _Ways[Content]:
    def at(count: int) -> Content:
        omitted = content.omitted_changes + len(content.changes) - count
        return replace(content, changes=content.changes[:count], omitted_changes=omitted)

    return len(content.changes), at


def _shorter_evidence(content: Content) -> _Ways[Content]:
    return len(content.evidence), lambda length: replace(content, evidence=_shortened(content.evidence, length))


def _shorter_summary(content: Content) -> _Ways[Content]:
    return len(content.summary), lambda length: replace(content, summary=_shortened(content.summary, length))


def _shorter_title(content: Content) -> _Ways[Content]:
    return len(content.title), lambda length: replace(content, title=cut(content.title, max(length, 1)))


def _fewer_summaries(note: NoteContent) -> _Ways[NoteContent]:
    return _from_the_last(note, lambda entry: replace(entry, summary=""))


def _fewer_details(note: NoteContent) -> _Ways[NoteContent]:
    def bare(entry: Entry) -> Entry:
        return replace(entry, source="", changes=(), omitted_changes=entry.omitted_changes + len(entry.changes))

    return _from_the_last(note, bare)


def _shorter_titles(note: NoteContent) -> _Ways[NoteContent]:
    longest = max((len(entry.title) for section in note.sections for entry in section.entries), default=0)
    return min(longest, _LONGEST_TITLE), lambda length: _each(
        note, lambda entry: replace(entry, title=cut(entry.title, max(length, _SHORTEST_TEXT)))
    )


def _fewer_entries(note: NoteContent) -> _Ways[NoteContent]:
    total = _entries(note)

    def at(count: int) -> NoteContent:
        kept, left = [], count
        for section in note.sections:
            if entries := section.entries[:left]:
                kept.append(replace(section, entries=entries))
                left -= len(entries)
        return replace(note, sections=tuple(kept), omitted=note.omitted + total - count)

    return total, at


def _from_the_last(note: NoteContent, bare: Callable[[Entry], Entry]) -> _Ways[NoteContent]:
    """The note with so many of its entries as they are, and the others bare. Entries are numbered from 1."""
    return _entries(note), lambda whole: _each(note, lambda entry: entry if entry.number <= whole else bare(entry))


def _each(note: NoteContent, change: Callable[[Entry], Entry]) -> NoteContent:
    sections = (replace(section, entries=tuple(map(change, section.entries))) for section in note.sections)
    return replace(note, sections=tuple(sections))


def _entries(note: NoteContent) -> int:
    return sum(len(section.entries) for section in note.sections)


def _shortened(text: str, length: int) -> str:
    return cut(text, length) if length >= min(_SHORTEST_TEXT, len(text)) else ""


def _is_continuation(character: str) -> bool:
    return bool(unicodedata.combining(character)) or character in _JOINERS or unicodedata.category(character) == "Mn"
