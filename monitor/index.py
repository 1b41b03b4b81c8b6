"""What is remembered of earlier articles, and how the few that matter for a new one are found.

Look-up is by keys: of the words (rare shingles, the headline) and of the facts (project number, product, place and
programme, heavy figures). A key that occurs in many stories is boilerplate of a template or a portal and finds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from monitor.signature import Signature

CANDIDATES = 32
"""Articles compared at most."""

BOILERPLATE = 48
"""A text key that stands in this many stories says nothing; no further story is remembered under it."""

RECENT_BY_FACT = 24
"""Articles looked at under one fact key, the latest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Indexed:
    """A remembered article: its signature and the groups it was put into. `hits` is the number of common text keys."""

    signature: Signature
    story_id: str
    event_id: str | None
    thread_id: str | None = None
    hits: int = 0


class StoryIndex(Protocol):
    """Memory of signatures. `MemoryIndex` and `storage.index.SqlIndex` keep one contract."""

    def claim(self) -> None:
        """Make this transaction the only one that decides until it ends, so that two copies that arrive at once in two
        processes become one story. Call it before `candidates` wherever `add` follows."""

    def candidates(self, signature: Signature, limit: int = CANDIDATES) -> tuple[Indexed, ...]:
        """Remembered articles that may be copies or report the same event, likeliest first; never the article itself."""

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
        self._entries: dict[bool, OrderedDict[str, Indexed]] = {False: OrderedDict(), True: OrderedDict()}
        self._by_key: dict[int, str | list[str]] = {}
        self._newest: dt.datetime | None = None

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    def claim(self) -> None:
        """Nothing to do: one thread, one pass."""

    def candidates(self, signature: Signature, limit: int = CANDIDATES) -> tuple[Indexed, ...]:
        hits: Counter[str] = Counter()
        for key in signature.text_keys:
            ids = self._ids(key)
            if len(ids) < BOILERPLATE:
                hits.update(ids)
        related: dict[str, None] = {}
        for key in signature.fact_keys:
            related.update(dict.fromkeys(reversed(self._ids(key)[-RECENT_BY_FACT:])))
        hits.pop(signature.article_id, None)
        related.pop(signature.article_id, None)
        found = [article for article, _ in hits.most_common(limit // 2)]
        chosen = dict.fromkeys((*found, *related, *(a for a, _ in hits.most_common(limit))))
        return tuple(_with_hits(self._get(a), hits[a]) for a in list(chosen)[:limit])

    def add(self, signature: Signature, story_id: str, event_id: str | None, thread_id: str | None = None) -> None:
        self._forget(signature.article_id)
        entry = Indexed(signature=signature, story_id=story_id, event_id=event_id, thread_id=thread_id)
        self._entries[signature.is_relevant][signature.article_id] = entry
        for key in self._new_keys(signature, story_id):
            self._post(key, signature.article_id)
        if signature.published and (self._newest is None or signature.published > self._newest):
            self._newest = signature.published
        self._evict()

    def _new_keys(self, signature: Signature, story_id: str) -> Iterable[int]:
        """Keys to post: all of the facts, and those text keys that neither the story nor boilerplate holds yet."""
        yield from signature.fact_keys
        for key in signature.text_keys:
            ids = self._ids(key)
            if len(ids) < BOILERPLATE and not any(self._get(i).story_id == story_id for i in ids):
                yield key

    def _ids(self, key: int) -> list[str]:
        held = self._by_key.get(key)
        return [] if held is None else [held] if isinstance(held, str) else held

    def _get(self, article_id: str) -> Indexed:
        return self._entries[True].get(article_id) or self._entries[False][article_id]

    def _post(self, key: int, article_id: str) -> None:
        held = self._by_key.get(key)
        if held is None:
            self._by_key[key] = article_id  # most keys have one article: no list for them
        elif isinstance(held, str):
            self._by_key[key] = [held, article_id]
        else:
            held.append(article_id)

    def _forget(self, article_id: str) -> None:
        for entries in self._entries.values():
            entry = entries.pop(article_id, None)
            if entry is None:
                continue
            for key in {*entry.signature.text_keys, *entry.signature.fact_keys}:
                left = [i for i in self._ids(key) if i != article_id]
                if left:
                    self._by_key[key] = left if len(left) > 1 else left[0]
                else:
                    self._by_key.pop(key, None)

    def _evict(self) -> None:
        for relevant, entries in self._entries.items():
            while len(entries) > self._limits[relevant]:
                self._forget(next(iter(entries)))
        ordinary = self._entries[False]
        while len(ordinary) > self._limits[False] // 10:
            oldest = next(iter(ordinary.values())).signature
            if oldest.published is None or self._newest is None or self._newest - oldest.published <= self._window:
                return
            self._forget(oldest.article_id)


def _with_hits(entry: Indexed, hits: int) -> Indexed:
    return Indexed(
        signature=entry.signature,
        story_id=entry.story_id,
        event_id=entry.event_id,
        thread_id=entry.thread_id,
        hits=hits,
    )
