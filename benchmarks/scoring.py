"""Scores of predictions against labelled records, by the annotation guide (benchmarks/gold/README.md).

Topics count where relevance is `alert`; digests are counted apart. Facts are scored on alert records, key by key. Copies
and events are scored over pairs.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TOPICS = ("gov_tender", "huiminbao")
CHINA = dt.timezone(dt.timedelta(hours=8))
TEXTS = frozenset({"product", "project", "project_number", "buyer"})
LISTS = frozenset({"regions", "insurers", "programmes", "premium_per_person", "winner"})
ENOUGH_OF_A_NAME = 0.7
"""A printed name counts if one contains the other and this share of it: short forms are names, fragments are not."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hits:
    """Right, wrong and missing."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Hits) -> Hits:
        return Hits(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else float(not self.fn)

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """All figures of one set, and every mistake in words."""

    topics: Mapping[str, Hits]
    digests_sent: int
    digests: int
    stage: tuple[int, int]
    """(right, of)"""
    update: tuple[int, int]
    facts: Mapping[str, Hits]
    copies: Hits
    twins_merged: int
    twins: int
    events: Hits
    mistakes: tuple[str, ...] = field(default=())

    @property
    def all_facts(self) -> Hits:
        return sum(self.facts.values(), Hits())


def score(gold: Sequence[Record], predicted: Mapping[str, Record]) -> Score:
    """Score predictions (by record id) against labelled records. Raises KeyError for a record without a prediction."""
    mistakes: list[str] = []
    topics, digests_sent, digests = _topics(gold, predicted, mistakes)
    stage, update = (
        _accuracy(gold, predicted, *pair, mistakes) for pair in zip(("stage", "update"), TOPICS, strict=True)
    )
    copies_wanted = _pairs({r["id"]: root for r, root in zip(gold, _roots(gold), strict=True)})
    copies_said = _pairs({r["id"]: predicted[r["id"]].get("story") for r in gold})
    events_wanted = _pairs({r["id"]: r.get("event") for r in gold})
    events_said = _pairs({r["id"]: predicted[r["id"]].get("event") for r in gold if r.get("event")})
    mistakes += [f"copies: {p}" for p in sorted(copies_wanted ^ copies_said)]
    mistakes += [f"events: {p}" for p in sorted(events_wanted ^ events_said)]
    twins = _twins(gold)
    return Score(
        topics=topics,
        digests_sent=digests_sent,
        digests=digests,
        stage=stage,
        update=update,
        facts=_facts(gold, predicted, mistakes),
        copies=_compare_sets(copies_wanted, copies_said),
        twins_merged=len(twins & copies_said),
        twins=len(twins),
        events=_compare_sets(events_wanted, events_said),
        mistakes=tuple(mistakes),
    )


def _topics(
    gold: Sequence[Record], predicted: Mapping[str, Record], mistakes: list[str]
) -> tuple[dict[str, Hits], int, int]:
    found = dict.fromkeys(TOPICS, Hits())
    digests = sent = 0
    for topic, record in itertools.product(TOPICS, gold):
        said = predicted[record["id"]]
        sends = topic in said.get("topics", ()) and said.get("relevance") == "alert"
        on = topic in record["topics"]
        if on and record["relevance"] == "digest":
            digests += 1
            sent += sends
            continue
        wanted = on and record["relevance"] == "alert"
        found[topic] += Hits(int(wanted and sends), int(sends and not wanted), int(wanted and not sends))
        if wanted != sends:
            mistakes.append(f"{topic}: {'missed' if wanted else 'false alarm'} {record['id']} {record['title'][:40]}")
    return found, sent, digests


def _accuracy(
    gold: Sequence[Record], predicted: Mapping[str, Record], key: str, topic: str, mistakes: list[str]
) -> tuple[int, int]:
    rows = [
        r for r in gold
        if r["relevance"] == "alert" and topic in r["topics"] and r.get(key) and topic in predicted[r["id"]].get("topics", ())
    ]  # fmt: skip
    wrong = [r for r in rows if predicted[r["id"]].get(key) != r[key]]
    mistakes += [f"{key}: {r['id']} is {r[key]}, said {predicted[r['id']].get(key)}" for r in wrong]
    return len(rows) - len(wrong), len(rows)


def _facts(gold: Sequence[Record], predicted: Mapping[str, Record], mistakes: list[str]) -> dict[str, Hits]:
    found: defaultdict[str, Hits] = defaultdict(Hits)
    for record in gold:
        if record["relevance"] != "alert":
            continue
        wanted, said = record.get("facts") or {}, predicted[record["id"]].get("facts") or {}
        for key in sorted({*wanted, *said}):
            hits = compare(key, wanted.get(key), said.get(key))
            found[key] += hits
            if hits.fp or hits.fn:
                mistakes.append(f"{key}: {record['id']} is {wanted.get(key)!r}, said {said.get(key)!r}")
    return dict(sorted(found.items()))


def compare(key: str, wanted: Any, said: Any) -> Hits:
    """One fact of one record."""
    if key in LISTS:
        left = list(said or ())
        right = 0
        for value in wanted or ():
            match = next((v for v in left if _same(key, value, v)), None)
            if match is not None:
                left.remove(match)
                right += 1
        return Hits(right, len(left), len(wanted or ()) - right)
    if wanted is None or said is None:
        return Hits(0, int(said is not None), int(wanted is not None))
    return Hits(1) if _same(key, wanted, said) else Hits(0, 1, 1)


def _same(key: str, a: Any, b: Any) -> bool:
    if key in TEXTS or key == "winner":
        return _same_name(str(a), str(b))
    if key == "deadline":
        return _same_moment(str(a), str(b))
    if key == "period":
        return [int(v) for v in a] == [int(v) for v in b]
    if isinstance(a, int | float):
        return isinstance(b, int | float) and abs(a - b) <= 1e-6 * max(1.0, abs(a))
    return bool(a == b)


def _same_name(a: str, b: str) -> bool:
    short, long = sorted((_letters(a), _letters(b)), key=len)
    return short == long or (bool(short) and short in long and len(short) / len(long) >= ENOUGH_OF_A_NAME)


def _letters(text: str) -> str:
    return re.sub(r"[\s\"'“”‘’「」《》()\[\]【】,，、·.-]", "", unicodedata.normalize("NFKC", text).lower())


def _same_moment(a: str, b: str) -> bool:
    try:
        x, y = (dt.datetime.fromisoformat(v) for v in (a, b))
    except ValueError:
        return False
    x, y = (v if v.tzinfo else v.replace(tzinfo=CHINA) for v in (x, y))
    if min(len(a), len(b)) <= len("2026-01-01"):
        return x.astimezone(CHINA).date() == y.astimezone(CHINA).date()
    return abs((x - y).total_seconds()) < 60


def _roots(gold: Sequence[Record]) -> list[str]:
    """The original of each record's story, through chains of copies."""
    parent = {r["id"]: r.get("copy_of") or r["id"] for r in gold}

    def root(ident: str) -> str:
        while parent[ident] != ident:
            ident = parent[ident]
        return ident

    return [root(r["id"]) for r in gold]


def _pairs(groups: Mapping[str, Hashable]) -> set[tuple[str, str]]:
    members: defaultdict[Hashable, list[str]] = defaultdict(list)
    for ident, group in groups.items():
        if group is not None:
            members[group].append(ident)
    return {(min(p), max(p)) for ids in members.values() for p in itertools.combinations(ids, 2)}


def _compare_sets(wanted: set[tuple[str, str]], said: set[tuple[str, str]]) -> Hits:
    return Hits(len(wanted & said), len(said - wanted), len(wanted - said))


def _twins(gold: Sequence[Record]) -> set[tuple[str, str]]:
    ids = {r["id"] for r in gold}
    found = set()
    for record in gold:
        for other in re.findall(r"template twin of ([\w-]+)", record.get("note") or ""):
            if other in ids:
                found.add((min(other, record["id"]), max(other, record["id"])))
    return found
