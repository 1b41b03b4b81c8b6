"""A tender's life as one dated thread: intention → notice → amendment → result → contract → renewal → operation.

A thread is a view over the articles that share a `thread_id`; nothing of it is stored. Rules:

- One event is one step, dated by its first publication. The step speaks by its best article: an original before a copy, one that
  prints the project number before one that does not (the office before the press), then the first.
- A fact is *changed* where a step states it otherwise than the value in force, in a field in which this stage can change
  something (`CHANGEABLE`): a result that names winners is no change of the notice, its sum against the budget is. What
  is repeated, rounded, or cannot be compared is no change (`statements.same`).
- Lots have values of their own: the award of lot 1 is compared with the budget of lot 1, never with the whole.
- A change is a *correction* where the source itself takes its word back: an amendment, a headline that says so, or the same
  publisher printing the same news again with another figure. Reprints that differ otherwise are disagreements.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from monitor.model import Stage
from monitor.phrases import CHINA
from monitor.records import StoredArticle
from monitor.statements import LOT_BOUND, Citation, Report, Statement, closes_at, reading_order, report, same
from monitor.text import normalise

_TERMS_OF_TENDER = frozenset(
    {"deadline", "amount", "premium_total", "premium_per_person", "insured_persons", "period", "rate"}
)
CHANGEABLE: dict[Stage, frozenset[str]] = {
    Stage.INTENTION: _TERMS_OF_TENDER,
    Stage.NOTICE: _TERMS_OF_TENDER,
    Stage.AMENDMENT: _TERMS_OF_TENDER | {"winner"},
    Stage.RESULT: frozenset({"amount", "premium_total", "premium_per_person", "period", "winner"}),
    Stage.FAILED: frozenset(),
    Stage.CONTRACT: frozenset({"amount", "premium_total", "premium_per_person", "period", "winner"}),
    Stage.RENEWAL: frozenset({"amount", "premium_total", "premium_per_person", "insured_persons", "period", "winner"}),
    Stage.OPERATION: frozenset(),  # running figures are news, not changes of what was agreed
}
"""In which fields a step can change what was said before."""

_ORDER = tuple(Stage)
CLOSED = frozenset({Stage.RESULT, Stage.FAILED, Stage.CONTRACT, Stage.RENEWAL, Stage.OPERATION})
"""Stages at which no bids are taken any more."""
RUNNING = frozenset({"payout", "claims_count", "participation_rate"})
"""Figures that grow while a programme runs."""
_COMPARED = _TERMS_OF_TENDER | RUNNING | {"winner"}
_CORRECTS = re.compile(r"更正|勘误|纠正|订正|correct(?:ion|ed)|erratum", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One field stated anew: the value in force before, and the one that takes its place, each with its sentence.

    `corrects`: the source itself takes its word back.
    """

    key: str
    lot: str
    old: Statement
    new: Statement
    corrects: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One notice, or one piece of news, with its reprints. `at` is when it was first published.

    `stated` are its facts; `changes` what it alters of earlier steps, or what its own source corrected in it;
    `disagreements` are values that reprints print otherwise: shown, never counted.
    """

    event_id: str
    stage: Stage
    at: dt.datetime
    cited: Citation
    copies: tuple[Citation, ...]
    stated: tuple[Statement, ...]
    changes: tuple[Change, ...]
    disagreements: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """A project from its first to its latest step. `known` holds the values in force, one for each field and lot."""

    thread_id: str
    title: str
    steps: tuple[Step, ...]
    known: tuple[Statement, ...]

    @property
    def stage(self) -> Stage:
        """Where the project stands: the stage of the latest step."""
        return self.steps[-1].stage

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that was changed, in order."""
        return tuple(c for s in self.steps for c in s.changes)

    def says(self, key: str, lot: str = "") -> Statement | None:
        """The statement in force on `key`."""
        return next((s for s in self.known if s.key == key and s.lot == lot), None)

    def all_of(self, key: str) -> tuple[Statement, ...]:
        """The statements in force on `key`: of the whole, then of each lot."""
        return tuple(s for s in self.known if s.key == key)

    @property
    def deadline(self) -> Statement | None:
        """Until when bids may come in, as long as the project waits for bids; passed or not."""
        return None if self.stage in CLOSED else self.says("deadline")

    def open_deadline(self, now: dt.datetime) -> dt.datetime | None:
        """The moment until which bids are still taken at `now`; None where it passed, or none is known."""
        stated = self.deadline
        moment = closes_at(str(stated.value)) if stated else None
        return moment if moment is not None and moment > now else None


def build(articles: Iterable[StoredArticle]) -> Thread:
    """The thread of articles that share one `thread_id`, in whatever order they come.

    Articles that are no part of a tender (no stage, no event) are left out. Raises `ValueError` where none is left, or where
    they belong to several threads.
    """
    reports = sorted((r for r in map(report, articles) if r.stage and r.event_id), key=reading_order)
    idents = {r.thread_id for r in reports}
    if len(idents) != 1:
        raise ValueError(f"a thread is built of articles of one thread, not of {sorted(idents)}")
    in_force: dict[tuple[str, str], Statement] = {}
    steps = []
    for members in _events(reports):
        step = _step(members)
        changes = tuple(_changes(step, in_force))
        for statement in step.stated:
            _take(in_force, statement, step.stage)
        steps.append(replace(step, changes=(*changes, *step.changes)))
    known = tuple(in_force[k] for k in sorted(in_force))
    project = in_force.get(("project", ""))
    title = str(project.value) if project else steps[0].cited.title
    return Thread(thread_id=idents.pop(), title=title, steps=tuple(steps), known=known)


def group(articles: Iterable[StoredArticle]) -> tuple[Thread, ...]:
    """All threads of these articles, the one with the latest step first."""
    by_thread: dict[str, list[StoredArticle]] = {}
    for article in articles:
        if article.thread_id and article.stage and article.event_id:
            by_thread.setdefault(article.thread_id, []).append(article)
    built = [build(members) for members in by_thread.values()]
    return tuple(sorted(built, key=lambda t: (-t.steps[-1].at.timestamp(), t.thread_id)))


def _events(reports: list[Report]) -> list[list[Report]]:
    """Reports by event, dated by the first one; on one day the stages follow their natural order."""
    by_event: dict[str, list[Report]] = {}
    for one in reports:
        by_event.setdefault(one.event_id, []).append(one)
    return sorted(
        by_event.values(),
        key=lambda m: (m[0].cited.at.astimezone(CHINA).date(), _rank(_lead(m)), m[0].cited.at, m[0].event_id),
    )


def _rank(one: Report) -> int:
    return _ORDER.index(Stage(one.stage))


def _lead(members: list[Report]) -> Report:
    """The article that a step speaks by."""
    return min(members, key=lambda r: (r.copy, r.states("project_number") is None, reading_order(r)))


def _step(members: list[Report]) -> Step:
    lead = _lead(members)
    others = [m for m in members if m is not lead]
    stated: dict[tuple[str, str], Statement] = {}
    for one in (lead, *(m for m in others if not m.copy), *(m for m in others if m.copy)):
        for s in one.statements:
            stated.setdefault((s.key, s.lot), s)
    corrections: list[Change] = []
    disagreements: list[Change] = []
    for one in others:  # in order of publication: the last correction stands
        for change in _differences(one, stated):
            if change.corrects:
                corrections.append(change)
                stated[change.key, change.lot] = change.new
            else:
                disagreements.append(change)
    return Step(
        event_id=lead.event_id,
        stage=Stage(lead.stage),
        at=members[0].cited.at,
        cited=lead.cited,
        copies=tuple(m.cited for m in others),
        stated=tuple(stated[k] for k in sorted(stated)),
        changes=tuple(corrections),
        disagreements=tuple(disagreements),
    )


def _differences(one: Report, stated: dict[tuple[str, str], Statement]) -> Iterator[Change]:
    """Where a further article of an event departs from what the step says.

    Independent reports choose their own figures (one insurer's share, another year), so only reprints and the same publisher's
    later articles are held to the step's.
    """
    for s in one.statements:
        known = stated[s.key, s.lot]
        if s.key not in _COMPARED or same(known, s):
            continue
        again = known.cited.source == s.cited.source and known.cited.at < s.cited.at
        says_so = bool(_CORRECTS.search(normalise(s.cited.title).plain)) and known.cited.at <= s.cited.at
        if again or says_so or one.copy:
            yield Change(key=s.key, lot=s.lot, old=known, new=s, corrects=again or says_so)


def _changes(step: Step, in_force: dict[tuple[str, str], Statement]) -> Iterator[Change]:
    """What a step alters of the values in force before it."""
    corrects = step.stage is Stage.AMENDMENT or bool(_CORRECTS.search(normalise(step.cited.title).plain))
    for s in step.stated:
        if s.key not in CHANGEABLE[step.stage]:
            continue
        old = in_force.get((s.key, s.lot))
        if old is None and s.key not in LOT_BOUND:
            old = in_force.get((s.key, ""))
        if old is not None and not same(old, s):
            yield Change(key=s.key, lot=s.lot, old=old, new=s, corrects=corrects)


def _take(in_force: dict[tuple[str, str], Statement], s: Statement, stage: Stage) -> None:
    """Let a statement come into force.

    A name stands as it was first printed, a running figure as it was last. A value that says the same as before leaves the
    earlier proof; one in a field that this stage cannot change is news only where nothing was known.
    """
    old = in_force.get((s.key, s.lot))
    if old is None or s.key in RUNNING or (s.key in CHANGEABLE[stage] and not same(old, s)):
        in_force[s.key, s.lot] = s
