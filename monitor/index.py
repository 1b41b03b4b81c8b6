"""What is remembered of earlier articles, and how the few that matter for a new one are found.

Look-up is by keys: of the words (rare shingles, the headline) and of the facts (project number, product, place and
programme, heavy figures). A key that occurs in many stories is boilerplate of a template or a portal and finds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.signature import Signature

CANDIDATES = 32
"""Articles compared at most."""

BOILERPLATE = 48
"""A text key that stands in this many stories says nothing; no further story is remembered under it."""

RECENT_BY_FACT = 24
"""Articles looked at under one fact key, the latest first."""

SINGLE_HITS = 2
"""Articles compared that share a single text key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Indexed:
    """A remembered article: its signature and the groups it was put into. `hits` is the number of common text keys."""

    signature: Signature
    story_id: str
    event_id: str | None
    thread_id: str | None = None
    hits: int = 0


def order_candidates(hits: Counter[int], related: Iterable[int], limit: int) -> list[int]:
    """Which remembered numbers to compare: by common words (half the room), then by facts, then more by words.

    Numbers count up, so that of equals the latest comes first. One common shingle is chance among many articles: few of
    those are looked at.
    """
    ranked = sorted(hits, key=lambda number: (-hits[number], -number))[:limit]
    by_words = [n for n in ranked if hits[n] > 1]
    by_words += [n for n in ranked if hits[n] == 1][:SINGLE_HITS]
    return list(dict.fromkeys((*by_words[: limit // 2], *related, *by_words)))[:limit]


class StoryLookup(Protocol):
    """What comparing asks of a memory."""

    def candidates(self, signature: Signature, limit: int = CANDIDATES) -> tuple[Indexed, ...]:
        """Remembered articles that may be copies or report the same event, likeliest first; never the article itself."""


class StoryIndex(StoryLookup, Protocol):
    """Memory of signatures. `MemoryIndex` and `storage.index.SqlIndex` keep one contract."""

    def claim(self) -> None:
        """Make this transaction the only one that decides until it ends, so that two copies that arrive at once in two
        processes become one story. Call it before `candidates` wherever `add` follows."""

    def add(self, signature: Signature, story_id: str, event_id: str | None, thread_id: str | None = None) -> None:
        """Remember an article under its groups; replaces what was remembered of the same article."""


class MemoryIndex:
    """An index in memory for one pass over a stream.

    Bounded: irrelevant articles are forgotten, oldest first, once more than `ordinary` of them are held or (beyond a
    tenth of that) when they were published longer than `window` before the newest. Relevant ones are kept up to
    `relevant`, so that a tender's number is known for ever for all practical purposes.
    """

    def __init__(
        self, *, ordinary: int = 8_000, relevant: int = 100_000, window: dt.timedelta = dt.timedelta(days=14)
    ) -> None:
        self._limits = {False: ordinary, True: relevant}
        self._window = window
        self._entries: dict[int, Indexed] = {}
        self._numbers: dict[str, int] = {}
        self._held: dict[bool, OrderedDict[int, None]] = {False: OrderedDict(), True: OrderedDict()}
        self._by_key: dict[int, int | list[int]] = {}
        self._next = 1
        self._newest: dt.datetime | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def claim(self) -> None:
        """Nothing to do: one thread, one pass."""

    def candidates(self, signature: Signature, limit: int = CANDIDATES) -> tuple[Indexed, ...]:
        """See `StoryIndex.candidates`."""
        hits: Counter[int] = Counter()
        for key in signature.text_keys:
            held = self._by_key.get(key)
            if held is None:
                continue  # by far the most
            if isinstance(held, int):
                hits[held] += 1
            elif len(held) < BOILERPLATE:
                hits.update(held)
        related: list[int] = []
        for key in signature.fact_keys:
            related += reversed(self._posted(key)[-RECENT_BY_FACT:])
        chosen = order_candidates(hits, related, limit + 1)
        itself = self._numbers.get(signature.article_id)
        return tuple(_with_hits(self._entries[n], hits[n]) for n in chosen if n != itself)[:limit]

    def add(self, signature: Signature, story_id: str, event_id: str | None, thread_id: str | None = None) -> None:
        """See `StoryIndex.add`."""
        if signature.article_id in self._numbers:
            self._forget(self._numbers[signature.article_id])
        keys = tuple(dict.fromkeys(self._new_keys(signature, story_id)))
        number, self._next = self._next, self._next + 1
        self._entries[number] = Indexed(signature=signature, story_id=story_id, event_id=event_id, thread_id=thread_id)
        self._numbers[signature.article_id] = number
        self._held[signature.is_relevant][number] = None
        for key in keys:
            self._post(key, number)
        if signature.published and (self._newest is None or signature.published > self._newest):
            self._newest = signature.published
        self._evict()

    def _new_keys(self, signature: Signature, story_id: str) -> Iterator[int]:
        """Keys to post: all of the facts, and those text keys that neither the story nor boilerplate holds yet."""
        yield from signature.fact_keys
        for key in signature.text_keys:
            held = self._by_key.get(key)
            if held is None:
                yield key
            elif isinstance(held, int):
                if self._entries[held].story_id != story_id:
                    yield key
            elif len(held) < BOILERPLATE and all(self._entries[n].story_id != story_id for n in held):
                yield key

    def _posted(self, key: int) -> Sequence[int]:
        held = self._by_key.get(key)
        return () if held is None else (held,) if isinstance(held, int) else held

    def _post(self, key: int, number: int) -> None:
        held = self._by_key.get(key)
        if held is None:
            self._by_key[key] = number  # most keys have one article: no list for them
        elif isinstance(held, int):
            self._by_key[key] = [held, number]
        else:
            held.append(number)

    def _forget(self, number: int) -> None:
        entry = self._entries.pop(number)
        del self._numbers[entry.signature.article_id]
        del self._held[entry.signature.is_relevant][number]
        for key in {*entry.signature.text_keys, *entry.signature.fact_keys}:
            held = self._by_key.get(key)
            if held == number:
                del self._by_key[key]
            elif isinstance(held, list) and number in held:
                held.remove(number)
                if len(held) == 1:
                    self._by_key[key] = held[0]

    def _evict(self) -> None:
        for relevant, held in self._held.items():
            while len(held) > self._limits[relevant]:
                self._forget(next(iter(held)))
        ordinary = self._held[False]
        while len(ordinary) > self._limits[False] // 10:
            oldest = self._entries[next(iter(ordinary))].signature
            if oldest.published is None or self._newest is None or self._newest - oldest.published <= self._window:
                return
            self._forget(next(iter(ordinary)))


def _with_hits(entry: Indexed, hits: int) -> Indexed:
    return Indexed(
        signature=entry.signature,
        story_id=entry.story_id,
        event_id=entry.event_id,
        thread_id=entry.thread_id,
        hits=hits,
    )
