"""The Huiminbao ledger: one row for each product and edition, every value with the article and sentence that state it.

A view over articles; nothing of it is stored. Rules:

- products are named by the vocabulary, so that translations and short names meet; a name that stands in no list needs a city;
- copies never count as a second source; they fill what their original lacks;
- of running figures (persons, pay-outs) the latest report wins, earlier ones are its trend. Two that differ on
  one day, or a later one that is lower, are a conflict: running totals do not fall;
- of terms (premiums, insurers) the fullest version wins that most stories tell; another one that is no part of it is a conflict;
- the latest deadline wins: enrolment is extended, seldom shortened;
- pay-outs of two years are compared at the same time of the year, or both after its end;
- what is only asked for (a call for insurers, its ceiling price and its deadline) is no product's value; policy is nobody's figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from monitor.editions import PAID, RUNNING, belonging, edition_of
from monitor.facts.dates import find_moments, find_ranges, settle
from monitor.model import Relevance, Stage, Topic, Update
from monitor.phrases import CHINA
from monitor.products import city_of, names_of, subject
from monitor.records import StoredArticle
from monitor.statements import Citation, Report, Statement, reading_order, report, same
from monitor.taxonomy import Vocabulary
from monitor.text import normalise

SAME_DAY = dt.timedelta(days=1)
"""Reports nearer to one another than this tell of one state of affairs; enrolment grows from day to day."""

KEYS = (
    "premium_per_person", "insured_persons", "participation_rate", "premium_total", "payout", "claims_count",
    "payout_since_launch", "claims_count_since_launch", "insurers", "enrolment_opens", "deadline",
)  # fmt: skip
"""The columns of a row, in order."""

_TERMS = frozenset({"premium_per_person", "insurers"})
_TAKEN = RUNNING | _TERMS | {"deadline"}
_ASKED = frozenset({Stage.INTENTION.value, Stage.NOTICE.value, Stage.AMENDMENT.value, Stage.FAILED.value})
_SAME_SEASON = dt.timedelta(days=45)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One value of a row. `stated` proves it; `sources` also state it; `conflicts` state another; `earlier` is the trend.

    Here `cited.at` is when the story was first told: a reprint of last month's figure is last month's figure.
    """

    key: str
    stated: Statement
    sources: tuple[Statement, ...] = ()
    conflicts: tuple[Statement, ...] = ()
    earlier: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class YearChange:
    """How a value differs from last year's edition. `ratio` is new / old − 1, None for lists."""

    key: str
    old: Statement
    new: Statement
    ratio: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerRow:
    """One edition of one product. `city` is a GB/T 2260 code, empty where no article says.

    `launched` is the first report of this edition's launch; `first_seen` the product's earliest launch in any edition;
    `discontinued` the report that it stops.
    """

    product: str
    city: str
    year: int
    entries: tuple[Entry, ...]
    changes: tuple[YearChange, ...]
    launched: Citation | None
    first_seen: Citation | None
    discontinued: Citation | None
    sources: tuple[Citation, ...]

    def entry(self, key: str) -> Entry | None:
        """The entry in a column, None where nobody states it."""
        return next((e for e in self.entries if e.key == key), None)


@dataclass(slots=True)
class _Draft:
    """A row in the making."""

    reports: list[Report] = field(default_factory=list)
    statements: dict[str, list[tuple[Report, Statement]]] = field(default_factory=dict)


def build(articles: Iterable[StoredArticle], vocabulary: Vocabulary) -> tuple[LedgerRow, ...]:
    """The ledger of these articles, in whatever order they come; by city, product and year."""
    reports = sorted((r for r in map(report, articles) if _counts(r)), key=reading_order)
    told = _story_times(reports)
    names = names_of(reports, vocabulary)
    drafts: dict[tuple[str, int], _Draft] = {}
    places: dict[str, list[str]] = {}
    for one in reports:
        if name := names.get(subject(one, vocabulary)):
            _enter(drafts, name, one, told[one.story_id])
            regions = one.states("regions")
            places.setdefault(name, []).extend(regions.value if regions else ())
    cities = {name: city_of(name, codes, vocabulary) for name, codes in places.items()}
    rows = [_row(name, cities[name], year, draft) for (name, year), draft in drafts.items() if cities[name]]
    return _with_history(rows)


def _counts(one: Report) -> bool:
    return (
        Topic.HUIMINBAO.value in one.topics
        and one.relevance == Relevance.ALERT.value
        and one.update not in ("", Update.POLICY.value)
        and one.stage not in _ASKED
        and (one.states("product") is not None or one.thread_id.startswith("product:"))
    )


def _story_times(reports: list[Report]) -> dict[str, dt.datetime]:
    """When each story was first told."""
    times: dict[str, dt.datetime] = {}
    for one in reports:
        times[one.story_id] = min(times.get(one.story_id, one.cited.at), one.cited.at)
    return times


def _enter(drafts: dict[tuple[str, int], _Draft], name: str, one: Report, told: dt.datetime) -> None:
    """Put an article's statements into the rows of the editions that they are of."""
    edition = edition_of(one)
    drafts.setdefault((name, edition), _Draft()).reports.append(one)
    for statement in one.statements:
        if statement.key not in _TAKEN or statement.lot:
            continue
        place = belonging(statement, one, edition)
        if place is None:
            continue
        key = f"{statement.key}_since_launch" if place.since_launch and statement.key in PAID else statement.key
        dated = replace(statement, key=key, cited=replace(statement.cited, at=told))
        draft = drafts.setdefault((name, place.year), _Draft())
        draft.statements.setdefault(key, []).append((one, dated))
        if key == "deadline" and (opens := _opening(dated)):
            draft.statements.setdefault("enrolment_opens", []).append((one, opens))


def _opening(deadline: Statement) -> Statement | None:
    """The first day of enrolment, where the sentence of the deadline prints the whole window."""
    sentence = normalise(deadline.sentence).plain
    for window in find_ranges(sentence, find_moments(sentence)):
        first, last = (settle(m, deadline.cited.at).date() for m in (window.first, window.last))
        if first and last and last.isoformat() == str(deadline.value)[:10] and first <= last:
            raw = sentence[window.start : window.end]
            return replace(deadline, key="enrolment_opens", value=first.isoformat(), raw=raw)
    return None


def _row(name: str, city: str, year: int, draft: _Draft) -> LedgerRow:
    entries = (_entry(key, draft.statements[key]) for key in KEYS if key in draft.statements)
    cited = {r.cited.article_id: r.cited for r in draft.reports}
    cited |= {r.cited.article_id: r.cited for found in draft.statements.values() for r, _ in found}
    return LedgerRow(
        product=name,
        city=city,
        year=year,
        entries=tuple(entries),
        changes=(),
        launched=_first(draft, Update.LAUNCH),
        first_seen=None,
        discontinued=_first(draft, Update.DISCONTINUED),
        sources=tuple(sorted(cited.values(), key=lambda c: (c.at, c.article_id))),
    )


def _first(draft: _Draft, update: Update) -> Citation | None:
    """The first report of an update; the award of a tender is no launch yet."""
    return next((r.cited for r in draft.reports if r.update == update.value and not r.stage), None)


def _entry(key: str, found: list[tuple[Report, Statement]]) -> Entry:
    """The value of a column, from all statements of it in order of publication."""
    originals = [s for r, s in found if not r.copy] or [found[0][1]]
    chosen = _fullest(originals) if key in _TERMS else max(originals, key=lambda s: (s.cited.at, -s.cited.article_id))
    others = [s for _, s in found if s is not chosen]
    sources = tuple(s for s in others if same(s, chosen))
    differing = [s for s in others if not same(s, chosen)]
    conflicts = tuple(s for s in differing if _contradicts(key, s, chosen))
    earlier = tuple(s for s in differing if s not in conflicts)
    return Entry(key=key, stated=chosen, sources=sources, conflicts=conflicts, earlier=earlier)


def _fullest(statements: list[Statement]) -> Statement:
    """The version that most others agree with, the longest of those, the first of equals."""
    return min(
        statements,
        key=lambda s: (
            -sum(same(s, other) for other in statements),
            -len(s.value),
            s.cited.at,
            s.cited.article_id,
        ),
    )


def _contradicts(key: str, other: Statement, chosen: Statement) -> bool:
    if key in _TERMS or abs(chosen.cited.at - other.cited.at) < SAME_DAY:
        return True
    return key not in ("deadline", "enrolment_opens") and bool(other.value > chosen.value)


def _with_history(rows: list[LedgerRow]) -> tuple[LedgerRow, ...]:
    """Rows in order, each compared with the edition of the year before."""
    by_place = {(r.product, r.year): r for r in rows}
    launches: dict[str, Citation] = {}
    for row in sorted(rows, key=lambda r: r.year):
        if row.launched and (row.product not in launches or row.launched.at < launches[row.product].at):
            launches[row.product] = row.launched
    done = (
        replace(r, changes=_year_changes(by_place.get((r.product, r.year - 1)), r), first_seen=launches.get(r.product))
        for r in rows
    )
    return tuple(sorted(done, key=lambda r: (r.city, r.product, r.year)))


def _year_changes(before: LedgerRow | None, row: LedgerRow) -> tuple[YearChange, ...]:
    """What is new against last year's edition; dates always are, so they are left out."""
    if before is None:
        return ()
    changes = []
    for entry in row.entries:
        old = before.entry(entry.key)
        if old is None or entry.key in ("deadline", "enrolment_opens"):
            continue
        a, b = old.stated, entry.stated
        if entry.key in PAID and not _same_season(a, before.year, b, row.year):
            continue
        # A missing tier is news, a missing insurer is a short report.
        differs = set(a.value) != set(b.value) if entry.key == "premium_per_person" else not same(a, b)
        if differs:
            ratio = None if isinstance(a.value, tuple) or not a.value else b.value / a.value - 1
            changes.append(YearChange(key=entry.key, old=a, new=b, ratio=ratio))
    return tuple(changes)


def _same_season(a: Statement, year_a: int, b: Statement, year_b: int) -> bool:
    """Both editions are over, or both figures are as old within their year."""
    if a.cited.at.astimezone(CHINA).year > year_a and b.cited.at.astimezone(CHINA).year > year_b:
        return True
    return abs(b.cited.at - a.cited.at - dt.timedelta(days=365 * (year_b - year_a))) <= _SAME_SEASON
