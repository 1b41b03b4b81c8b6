"""What one article states, with its proof, and whether two statements say the same.

Threads and the ledger are made of statements, never of bare values: each carries its sentence and the article that prints it.
Two statements are the same where the coarser print is a rounding of the finer one (19.94亿 and 199,444万), where a list is a
part of the other (an excerpt names three of four insurers), or where they cannot be compared at all (a sum a year and a sum
over the term, a short name and a legal one): false differences are worse than missed ones.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.facts.precision import agree, printed_step
from monitor.identity import lot_name, lots_of
from monitor.model import LIST_FACTS
from monitor.phrases import CHINA
from monitor.records import StoredArticle
from monitor.text import normalise


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """Where something stands. `at` is the time of publication, of first sight where the page gives none."""

    article_id: int
    url: str
    title: str
    source: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One value as one article states it. Lists are tuples. `lot` is empty for the whole project."""

    key: str
    value: Any
    raw: str
    sentence: str
    basis: str
    lot: str
    cited: Citation


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One article reduced to what threads and the ledger need. `copy` marks a reprint of another article."""

    cited: Citation
    stage: str
    update: str
    relevance: str
    topics: tuple[str, ...]
    story_id: str
    event_id: str
    thread_id: str
    copy: bool
    statements: tuple[Statement, ...]

    def states(self, key: str) -> Statement | None:
        """What the article says of the whole under `key`."""
        return next((s for s in self.statements if s.key == key and not s.lot), None)


LOT_BOUND = frozenset(
    {"amount", "premium_total", "premium_per_person", "insured_persons", "winner", "insurers", "rate"}
)
"""Facts of a lot that say nothing of the whole project."""

_DAY_PRINTED = re.compile(r"\d\s?月|[A-Z][a-z]{2,8} \d{1,2}|\d{4}[-/.]\d{1,2}[-/.]\d")
_LEGAL = re.compile(r"有限(?:责任)?公司|相互保险社|Ltd|Limited|Inc\b", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NAME_NOISE = re.compile(r"[\W_]+|^\d+")


def report(article: StoredArticle) -> Report:
    """A stored article as a report, from its trail."""
    cited = Citation(
        article_id=article.id,
        url=article.article.url,
        title=article.article.title,
        source=article.article.source or article.source_name,
        at=article.article.published or article.first_seen_at,
    )
    return Report(
        cited=cited,
        stage=article.stage,
        update=article.update,
        relevance=article.relevance,
        topics=article.topics,
        story_id=article.story_id,
        event_id=article.event_id,
        thread_id=article.thread_id,
        copy=bool(article.trail.get("story", {}).get("duplicate_of")),
        statements=tuple(_statements(article.trail, cited)),
    )


def reading_order(report: Report) -> tuple[dt.datetime, int]:
    """By publication, then as stored: the same order whatever order articles come in."""
    return report.cited.at, report.cited.article_id


def same(a: Statement, b: Statement) -> bool:
    """Do two statements under one key say the same, as far as they can be compared? Symmetric."""
    if a.basis != b.basis and {a.basis, b.basis} & {"year", "household", "running total"}:
        return True  # a sum a year is no other sum than one over the term
    if a.key == "period":
        return _same_term(a, b)
    if a.key == "deadline":
        return _same_moment(str(a.value), str(b.value))
    if a.key == "winner":
        return _same_names(a.value, b.value)
    if isinstance(a.value, tuple) and isinstance(b.value, tuple):
        return set(a.value) <= set(b.value) or set(b.value) <= set(a.value)
    if isinstance(a.value, int | float) and isinstance(b.value, int | float):
        return agree(a.value, step(a), b.value, step(b))
    return bool(a.value == b.value)


def step(statement: Statement) -> float:
    """The unit of the last printed digit: 1e6 for 19.94亿, 0.001 for 17.2%; what a rounding may hide.

    Hedged figures (约200万, 300余人) and Chinese numerals (四百七十万) count their last zeros as not printed, by at most 5 %.
    """
    return printed_step(float(statement.value), statement.raw, statement.sentence)


def closes_at(deadline: str) -> dt.datetime:
    """The moment at which a deadline has passed; a bare date lasts until its midnight in China."""
    moment = dt.datetime.fromisoformat(deadline)
    if len(deadline) <= 10:
        moment += dt.timedelta(days=1)
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(dt.UTC)


def _statements(trail: Mapping[str, Any], cited: Citation) -> Iterator[Statement]:
    """The whole project's facts, then those of its lots.

    A headline that names one lot makes lot-bound facts that lot's; a single lot that no headline names is the project.
    """
    named = lots_of(normalise(cited.title).plain)
    titled = named[0] if len(named) == 1 else ""
    taken: set[tuple[str, str]] = set()
    lots = {lot_name(lot["number"]): lot["facts"] for lot in trail.get("lots", ())}
    sole = len(lots) == 1 and not titled
    groups = [("", trail.get("evidence", ()))] + [("" if sole else number, facts) for number, facts in lots.items()]
    for lot, facts in groups:
        for statement in _listed(facts, cited):
            owner = lot or (titled if statement.key in LOT_BOUND else "")
            if (statement.key, owner) not in taken:
                taken.add((statement.key, owner))
                yield replace(statement, lot=owner)


def _listed(facts: Any, cited: Citation) -> Iterator[Statement]:
    """One statement a key: the elements of a list together, with the first one's sentence."""
    by_key: dict[str, list[Mapping[str, Any]]] = {}
    for fact in facts:
        by_key.setdefault(fact["key"], []).append(fact)
    for key, found in by_key.items():
        first = found[0]
        value: Any = tuple(dict.fromkeys(f["value"] for f in found)) if key in LIST_FACTS else first["value"]
        if key == "premium_per_person":
            value = tuple(sorted(value))
        raw = "、".join(dict.fromkeys(f["raw"] for f in found)) if key in LIST_FACTS else first["raw"]
        yield Statement(
            key=key,
            value=tuple(value) if isinstance(value, list) else value,
            raw=raw,
            sentence=first["sentence"],
            basis=first.get("basis", ""),
            lot="",
            cited=cited,
        )


def _same_term(a: Statement, b: Statement) -> bool:
    """Two terms agree where they are equal, or where one is told by a year that the other holds (2024年度)."""
    if tuple(a.value) == tuple(b.value):
        return True
    for one, other in ((a, b), (b, a)):
        first, last = one.value
        if first == last and not _DAY_PRINTED.search(one.raw) and other.value[0] <= first <= other.value[1]:
            return True
    return False


def _same_moment(a: str, b: str) -> bool:
    if min(len(a), len(b)) <= 10:
        return a[:10] == b[:10]
    return dt.datetime.fromisoformat(a) == dt.datetime.fromisoformat(b)


def _same_names(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Legal names are compared with legal names of the same script; every name of the shorter list stands in the other."""
    left, right = _legal(a), _legal(b)
    if not left or not right or bool(_HAN.search(left[0])) != bool(_HAN.search(right[0])):
        return True
    few, many = sorted((left, right), key=len)
    return all(any(_holds(x, y) or _holds(y, x) for y in many) for x in few)


def _legal(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_NAME_NOISE.sub("", normalise(n).plain) for n in names if _LEGAL.search(normalise(n).plain))


def _holds(short: str, long: str) -> bool:
    letters = iter(long)
    return all(c in letters for c in short)
