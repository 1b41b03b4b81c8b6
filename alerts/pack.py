"""Fits a message into a channel's size, which is counted in UTF-8 bytes, by leaving content out before it is printed.

The order of sacrifice: other copies (from the last), the evidence sentence (shortened, then left out), facts (from the
last), the summary, the headline. Only running text is shortened, at a character's end; a fact line or a link stays
whole or goes, and what went is counted so that the message can say so. Since content is cut and not printed text, no
cut can fall into markup. The link to the page is never given up while anything else remains.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from alerts.model import Link

ELLIPSIS = "…"
_SHORTEST_TEXT = 12
"""Characters below which a shortened sentence says nothing and is left out instead."""

_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a message says, before it is printed in any format."""

    title: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    evidence: str
    link: Link
    copies: tuple[Link, ...]
    omitted_facts: int = 0
    omitted_copies: int = 0


Printer = Callable[[Content], str]


def fit(content: Content, printer: Printer, budget: int) -> str:
    """The fullest printed form of `content` that is at most `budget` bytes long in UTF-8.

    Where not even a shortened headline with its link fits, the link goes last, whole, and then the text is cut.
    """
    text = printer(content)
    if size(text) <= budget:
        return text
    for shorten in (_fewer_copies, _shorter_evidence, _fewer_facts, _shorter_summary, _shorter_title):
        content, text = _fullest(shorten, content, printer, budget)
        if size(text) <= budget:
            return text
    return cut_bytes(printer(replace(content, link=replace(content.link, url=""))), budget)


def size(text: str) -> int:
    """Length in UTF-8 bytes."""
    return len(text.encode())


def cut(text: str, length: int) -> str:
    """At most `length` characters, the last of them an ellipsis where something was cut.

    A cut never parts a character from its combining marks or a joined emoji.
    """
    if len(text) <= length:
        return text
    end = max(length - 1, 0)
    while 0 < end < len(text) and (_is_continuation(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS if length > 0 else ""


def cut_bytes(text: str, budget: int) -> str:
    """The text cut to at most `budget` UTF-8 bytes, with an ellipsis where there is room for one."""
    if size(text) <= budget:
        return text
    room = budget - size(ELLIPSIS)
    if room < 0:
        return ""
    # Decoding with `ignore` drops the half character at the end; `cut` then cares for combining marks.
    whole = len(text.encode()[:room].decode(errors="ignore"))
    return cut(text, whole + 1)


def _fullest(
    shorten: Callable[[Content], tuple[int, Callable[[int], Content]]], content: Content, printer: Printer, budget: int
) -> tuple[Content, str]:
    """Bisect for the largest amount that fits; the smallest amount where none does."""
    most, at = shorten(content)
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


def _fewer_copies(content: Content) -> tuple[int, Callable[[int], Content]]:
    def at(count: int) -> Content:
        omitted = content.omitted_copies + len(content.copies) - count
        return replace(content, copies=content.copies[:count], omitted_copies=omitted)

    return len(content.copies), at


def _fewer_facts(content: Content) -> tuple[int, Callable[[int], Content]]:
    def at(count: int) -> Content:
        omitted = content.omitted_facts + len(content.facts) - count
        return replace(content, facts=content.facts[:count], omitted_facts=omitted)

    return len(content.facts), at


def _shorter_evidence(content: Content) -> tuple[int, Callable[[int], Content]]:
    return len(content.evidence), lambda length: replace(content, evidence=_shortened(content.evidence, length))


def _shorter_summary(content: Content) -> tuple[int, Callable[[int], Content]]:
    return len(content.summary), lambda length: replace(content, summary=_shortened(content.summary, length))


def _shorter_title(content: Content) -> tuple[int, Callable[[int], Content]]:
    return len(content.title), lambda length: replace(content, title=cut(content.title, max(length, 1)))


def _shortened(text: str, length: int) -> str:
    return cut(text, length) if length >= min(_SHORTEST_TEXT, len(text)) else ""


def _is_continuation(character: str) -> bool:
    return bool(unicodedata.combining(character)) or character in _JOINERS or unicodedata.category(character) == "Mn"
