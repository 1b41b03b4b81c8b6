"""The decision: what a report adds to what was told of its thread, and what is known after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from monitor.following.changes import changeable, corrections_in, differences
from monitor.following.model import Revision, RevisionKind, ThreadState
from monitor.following.order import deadline_of, ends, is_decided, is_late, opens_round, speaks_of_another_term
from monitor.model import Stage, Update
from monitor.statements import Report, Statement
from monitor.taxonomy import Finder
from monitor.threads import RUNNING, Change


def revise(told: ThreadState | None, new: Report, corrections: Finder) -> Revision:
    """What a report adds to what was told of its thread. `corrections` finds the words by which a text says that it corrects."""
    if told is None:
        return Revision(kind=RevisionKind.FIRST)
    plain = Revision(kind=RevisionKind.NEWS, follows=told.alert_key, decided=is_decided(told, new))
    if new.event_id in (*told.events, *told.past_events):
        changes = tuple(corrections_in(told, new, corrections)) if new.event_id in told.events and not new.copy else ()
        kind = RevisionKind.CORRECTION if changes else RevisionKind.REPEATED
        return replace(plain, kind=kind, changes=changes, deadline=None if told.ended else told.deadline)
    if opens_round(told, new):
        return replace(plain, kind=RevisionKind.ROUND)
    if is_late(told, new):
        return replace(plain, kind=RevisionKind.LATE)
    if speaks_of_another_term(told, new):
        return replace(plain, kind=RevisionKind.OTHER_TERM)
    changes = _all_changes(told, new, corrections)
    moved = told.stage if new.stage and told.stage != new.stage else ""
    if changes or moved or _matters_to_followers(new):
        awaited = None if ends(told, new) else told.deadline
        return replace(plain, kind=RevisionKind.STEP, changes=changes, stage_before=moved, deadline=awaited)
    return plain


def next_state(
    told: ThreadState | None, new: Report, revision: Revision, now: dt.datetime, *, alert_key: str = ""
) -> ThreadState:
    """What is known of a thread after a report. `alert_key` is that of the alert it caused; empty where nobody is told."""
    kind = revision.kind
    if told is None or kind in {RevisionKind.FIRST, RevisionKind.ROUND}:
        state = _opened(told, new)
    elif kind in {RevisionKind.STEP, RevisionKind.NEWS}:
        state = _stepped(told, new, revision.changes)
    elif kind is RevisionKind.CORRECTION:
        state = replace(told, facts=_filled(told.facts, new, in_force=[c.new for c in revision.changes]))
    elif kind is RevisionKind.OTHER_TERM or new.event_id in told.past_events:
        state = told
    else:
        state = replace(told, facts=_filled(told.facts, new))
    known = new.event_id in (*state.events, *state.past_events)
    deadline = deadline_of(state.facts)
    return _told(
        replace(
            state,
            events=state.events if known else (*state.events, new.event_id),
            deadline=deadline,
            deadline_told_at=state.deadline_told_at if deadline == state.deadline else None,
            retold=state.retold + (kind is RevisionKind.REPEATED),
        ),
        new,
        kind,
        now,
        alert_key,
    )


def _matters_to_followers(new: Report) -> bool:
    """Whether an event without any change is worth telling those who follow: a lot's award is, another month's figures are not."""
    if new.stage:
        return Stage(new.stage) not in {Stage.INTENTION, Stage.OPERATION}
    return new.update == Update.DISCONTINUED


def _told(state: ThreadState, new: Report, kind: RevisionKind, now: dt.datetime, alert_key: str) -> ThreadState:
    if not alert_key:
        return state
    aside = kind in {RevisionKind.LATE, RevisionKind.OTHER_TERM} and state.alert_key
    tells_deadline = state.deadline is not None and state.deadline == deadline_of(new.statements)
    return replace(
        state,
        alert_key=state.alert_key if aside else alert_key,
        first_told_at=state.first_told_at or now,
        deadline_told_at=state.deadline_told_at or (now if tells_deadline else None),
    )


def _opened(told: ThreadState | None, new: Report) -> ThreadState:
    """A thread, or its next round, as its first report tells it."""
    project = new.states("project") or new.states("product")
    return ThreadState(
        thread_id=new.thread_id,
        title=str(project.value) if project else new.cited.title,
        article_id=new.cited.article_id,
        at=new.cited.at,
        stage=new.stage,
        update=new.update,
        past_events=(*told.past_events, *told.events) if told else (),
        facts=_filled((), new),
        ended=ends(None, new),
    )


def _all_changes(told: ThreadState, new: Report, corrections: Finder) -> tuple[Change, ...]:
    """What a new event changes by its stage, and what it says to have been wrong: a corrected total is another event."""
    by_stage = {(c.key, c.lot): c for c in differences(told, new, changeable(new))}
    taken_back = {(c.key, c.lot): c for c in corrections_in(told, new, corrections)}
    return tuple((by_stage | taken_back).values())


def _stepped(told: ThreadState, new: Report, changes: Iterable[Change]) -> ThreadState:
    """A name stands as it was first printed, a running figure as it was last, a term as the latest step that changed it."""
    newer = [*(s for s in new.statements if s.key in RUNNING), *(c.new for c in changes)]
    return replace(
        told,
        article_id=new.cited.article_id,
        at=max(told.at, new.cited.at),
        stage=new.stage or told.stage,
        update=new.update or told.update,
        facts=_filled(told.facts, new, in_force=newer),
        ended=ends(told, new),
    )


def _filled(known: Iterable[Statement], new: Report, *, in_force: Iterable[Statement] = ()) -> tuple[Statement, ...]:
    """The statements known, those that come into force in their place, and what a report states beyond."""
    by_name = {(s.key, s.lot): s for s in new.statements}
    by_name |= {(s.key, s.lot): s for s in known}
    by_name |= {(s.key, s.lot): s for s in in_force}
    return tuple(by_name[name] for name in sorted(by_name))
