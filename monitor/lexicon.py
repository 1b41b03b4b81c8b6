"""Many words searched at once: an Aho-Corasick automaton with longest match and word edges for Latin letters.

Latin words match in any case. Machine translations glue words together ("compensationMore"), so the edge of a Latin word is
any place where the script changes or a capital follows a small letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import ahocorasick

T = TypeVar("T")

_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)} | {ord("’"): "'", ord("—"): "-", ord("–"): "-"}


def folded(text: str) -> str:
    """`text` with Latin capitals in lower case and one kind of apostrophe and hyphen; never changes the length."""
    return text.translate(_LOWER) if not text.isascii() else text.lower()


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def at_edges(text: str, start: int, end: int) -> bool:
    """True where text[start:end] is not the inside of a longer Latin word. A plural s belongs to the word."""
    first, last = text[start], text[end - 1]
    if start and _latin(first) and _latin(text[start - 1]) and not (first.isupper() and text[start - 1].islower()):
        return False
    if end < len(text) and _latin(last) and last.isalpha():
        following = text[end]
        if following in "sS" and not (end + 1 < len(text) and _latin(text[end + 1]) and text[end + 1].islower()):
            return True
        if _latin(following) and not (following.isupper() and last.islower()) and not following.isdigit():
            return False
    return True


class Automaton(Generic[T]):
    """An immutable set of words, each with a value."""

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        self._automaton = ahocorasick.Automaton()
        self._size = 0
        for word, value in words:
            key = folded(word)
            self._automaton.add_word(key, (len(key), value))
            self._size += 1
        if self._size:
            self._automaton.make_automaton()

    def __len__(self) -> int:
        return self._size

    def find(self, text: str) -> Iterator[tuple[int, int, T]]:
        """(start, end, value) of the longest words, leftmost first, without overlap."""
        if not self._size:
            return
        for last, (length, value) in self._automaton.iter_long(folded(text)):
            start, end = last - length + 1, last + 1
            if at_edges(text, start, end):
                yield start, end, value

    def any_in(self, text: str) -> bool:
        """True where at least one word occurs."""
        return next(self.find(text), None) is not None
