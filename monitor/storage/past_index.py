"""The story index as it was when an article was first placed, with what a replay changes in it.

Signatures are numbered in the order in which articles were placed. So what an article was compared with is what stands under
smaller numbers, and a replay that walks the numbers upwards sees the past as it was: unchanged rules come to the very same
stories and events. What it changes keeps its number, either in the database (`writes`) or, for a look without consequences,
in this object, where later articles find it.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import CompoundSelect, Executable, bindparam, delete, insert, literal_column, select, union_all, update
from sqlmodel import Session

from monitor.index import BOILERPLATE, CANDIDATES, RECENT_BY_FACT, Indexed, order_candidates
from monitor.model import Understanding
from monitor.signature import SIGNATURE_VERSION, Signature
from monitor.storage.index import SignatureKeyRow, SignatureRow, indexed, row_values, unpack

KEPT = 20_000
"""Signatures kept decoded: articles of one time are compared with one another."""

BEYOND = 1 << 62
"""Above all numbers: an article that has none is compared with everything."""

_SIGNATURE: Any = SignatureRow.__dict__["__table__"]
_KEY: Any = SignatureKeyRow.__dict__["__table__"]

_POSTED = select(_KEY.c.key, _KEY.c.signature_id).where(
    _KEY.c.key.in_(bindparam("keys", expanding=True)), _KEY.c.signature_id <= bindparam("upto")
)
_LOADED = select(_SIGNATURE).where(
    _SIGNATURE.c.id.in_(bindparam("numbers", expanding=True)), _SIGNATURE.c.version == SIGNATURE_VERSION
)


@cache
def _latest(count: int) -> CompoundSelect[Any]:
    """The latest articles below a number under each of `count` keys, `key0` … `keyN`, with the key's rank."""
    parts = (
        select(literal_column(str(rank)).label("rank"), _KEY.c.signature_id)
        .where(_KEY.c.key == bindparam(f"key{rank}"), _KEY.c.signature_id < bindparam("before"))
        .order_by(_KEY.c.signature_id.desc())
        .limit(bindparam("most"))
        .subquery()
        for rank in range(count)
    )
    return union_all(*(select(part) for part in parts))


class _Row:
    """What a replay would remember of an article, in the shape of a row of the table."""

    __slots__ = ("event_id", "keys", "story_id", "thread_id", "values")

    def __init__(
        self, values: Mapping[str, Any], groups: tuple[str, str | None, str | None], keys: Collection[int]
    ) -> None:
        self.values, self.keys = values, tuple(keys)
        self.story_id, self.event_id, self.thread_id = groups

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


class PastIndex:
    """`monitor.index.StoryLookup` for a replay: say with `stand` where it is. One pass, upwards."""

    def __init__(self, *, writes: bool) -> None:
        self._writes = writes
        self._session: Session | None = None
        self._before = 0
        self._changed: dict[int, _Row] = {}
        self._posted: defaultdict[int, list[int]] = defaultdict(list)
        self._decoded: OrderedDict[int, Indexed] = OrderedDict()
        self._seen: tuple[Signature, dict[int, list[int]], dict[int, Indexed]] | None = None
        self._last = BEYOND

    def stand(self, session: Session, number: int | None) -> None:
        """The next article is the one of this number; None: it has no place yet, and comes after all that have."""
        self._session, self._seen = session, None
        if number is None:
            self._last += 1
        self._before = self._last if number is None else number

    def candidates(self, signature: Signature, limit: int = CANDIDATES) -> tuple[Indexed, ...]:
        """See `StoryLookup.candidates`: as of the place where it stands."""
        postings = self._postings(signature.text_keys)
        hits: Counter[int] = Counter()
        for numbers in postings.values():
            found = [n for n in numbers if n < self._before]
            if len(found) < BOILERPLATE:
                hits.update(found)
        chosen = order_candidates(hits, self._related(signature.fact_keys), limit + 1)
        rows = self._load(chosen)
        self._seen = (signature, postings, rows)
        near = (_with_hits(rows[n], hits[n]) for n in chosen if n in rows)
        return tuple(i for i in near if i.signature.article_id != signature.article_id)[:limit]

    def remember(self, signature: Signature, understanding: Understanding, remembered: Mapping[str, Any]) -> bool:
        """Keep an article's signature and groups in its place, where they differ from `remembered` (the columns as they stand;
        empty: it has no place). True where they did. Comes right after `candidates` of the same signature."""
        assert self._seen is not None, "comparing comes before remembering"
        assert self._seen[0] is signature, "comparing comes before remembering"
        event = understanding.event
        groups = (understanding.story.story_id, event.event_id, event.thread_id)
        _, held, rows = self._seen
        same = {n for n, row in rows.items() if row.story_id == groups[0]}
        keys = {k for k in signature.text_keys if self._is_worth_posting(held.get(k, ()), same)}
        values = row_values(signature)
        posted = {k for k in signature.text_keys if self._before in held.get(k, ())}
        if remembered and posted == keys and _same_row(values, groups, remembered):
            return False
        self._keep(values, groups, dict.fromkeys((*signature.fact_keys, *keys)), remembered)
        return True

    def _is_worth_posting(self, posted: Iterable[int], same: set[int]) -> bool:
        earlier = [n for n in posted if n < self._before]
        return len(earlier) < BOILERPLATE and not same.intersection(earlier)

    def _keep(
        self,
        values: Mapping[str, Any],
        groups: tuple[str, str | None, str | None],
        keys: Mapping[int, None],
        remembered: Mapping[str, Any],
    ) -> None:
        number = self._before
        if not self._writes:
            self._decoded.pop(number, None)
            self._changed[number] = _Row(values, groups, keys)
            for key in keys:
                self._posted[key].append(number)
            return
        named = dict(values) | dict(zip(("story_id", "event_id", "thread_id"), groups, strict=True))
        if remembered:
            old = {*unpack(remembered["text_keys"]), *unpack(remembered["fact_keys"])}
            for some in _chunks(old):
                self._execute(delete(_KEY).where(_KEY.c.key.in_(some), _KEY.c.signature_id == number))
            self._execute(update(_SIGNATURE).where(_SIGNATURE.c.id == number).values(named))
            self._decoded.pop(number, None)
        else:
            number = self._execute(insert(_SIGNATURE).returning(_SIGNATURE.c.id), named).scalar_one()
        if keys:
            self._execute(insert(_KEY), [{"key": key, "signature_id": number} for key in keys])

    def _postings(self, keys: Collection[int]) -> dict[int, list[int]]:
        """Numbers posted under text keys up to this article's own; its own tells what it posts itself."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        if keys:
            for key, number in self._execute(_POSTED, {"keys": list(keys), "upto": self._before}):
                if number not in self._changed:
                    found[key].append(number)
            if self._posted:
                for key in keys:
                    if key in self._posted:
                        found[key] += self._posted[key]
        return found

    def _related(self, keys: Collection[int]) -> list[int]:
        if not keys:
            return []
        rows = self._latest(keys, RECENT_BY_FACT)
        if self._changed:
            if any(number in self._changed for _, number in rows):
                rows = [r for r in self._latest(keys, BEYOND) if r[1] not in self._changed]
            rows += [(rank, n) for rank, key in enumerate(keys) for n in self._posted.get(key, ())]
            by_rank: defaultdict[int, list[int]] = defaultdict(list)
            for rank, number in rows:
                by_rank[rank].append(number)
            rows = [(rank, n) for rank, found in by_rank.items() for n in sorted(found)[-RECENT_BY_FACT:]]
        return [number for _, number in sorted(rows, key=lambda row: (row[0], -row[1]))]

    def _latest(self, keys: Collection[int], most: int) -> list[tuple[int, int]]:
        asked = {f"key{rank}": key for rank, key in enumerate(keys)} | {"before": self._before, "most": most}
        return [(rank, number) for rank, number in self._execute(_latest(len(keys)), asked)]

    def _load(self, numbers: Collection[int]) -> dict[int, Indexed]:
        found: dict[int, Indexed] = {}
        missing = []
        for number in numbers:
            if number in self._decoded:
                self._decoded.move_to_end(number)
                found[number] = self._decoded[number]
            elif number in self._changed:
                found[number] = self._decoded[number] = indexed(self._changed[number], 0)
            else:
                missing.append(number)
        if missing:
            for row in self._execute(_LOADED, {"numbers": missing}):
                found[row.id] = self._decoded[row.id] = indexed(row, 0)
        while len(self._decoded) > KEPT:
            self._decoded.popitem(last=False)
        return found

    def _execute(self, statement: Executable, values: Any = None) -> Any:
        assert self._session is not None, "stand somewhere first"
        return self._session.connection().execute(statement, values)


def _same_row(
    values: Mapping[str, Any], groups: tuple[str, str | None, str | None], remembered: Mapping[str, Any]
) -> bool:
    if groups != (remembered["story_id"], remembered["event_id"], remembered["thread_id"]):
        return False
    plain = all(values[name] == remembered[name] for name in values if name != "marks")
    return plain and json.loads(json.dumps(values["marks"])) == remembered["marks"]


def _with_hits(found: Indexed, hits: int) -> Indexed:
    return Indexed(
        signature=found.signature,
        story_id=found.story_id,
        event_id=found.event_id,
        thread_id=found.thread_id,
        hits=hits,
    )


def _chunks(keys: Collection[int], size: int = 500) -> Iterable[list[int]]:
    every = cast(list[int], sorted(keys))
    for at in range(0, len(every), size):
        yield every[at : at + size]
