"""What would have been told, had these rules been in force: threads and events as they would stand at each place of the stream.

The decisions are those of the daemon (`following.revise`, `alerting.decide`), made on a state of our own. Where a replay
begins in the middle, a thread or event is first made up from what was placed on it before, as recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from monitor.alerting import AlertReason, alert_key, decide, event_key
from monitor.following import Revision, RevisionKind, ThreadState, next_state, report_of, revise, thread_of
from monitor.model import Relevance, Understanding
from monitor.records import StoredArticle
from monitor.replay_records import Placed
from monitor.statements import Report, report
from monitor.storage import UnitOfWork
from monitor.taxonomy import Finder

FIRST = Revision(kind=RevisionKind.FIRST)

BEYOND = 1 << 62
"""Above all places in the index."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What would come of an article: whether something is told and why, under which key, and what it adds to its thread."""

    reason: AlertReason
    key: str
    revision: Revision


@dataclass(frozen=True, slots=True)
class _Member:
    """An article on an event, as far as deciding wants to know."""

    silent: bool
    relevance: str


class Course:
    """The state of threads and events as a replay goes on. `keys` is, by article, the key of the alert that each article
    changed so far would cause ("" for none)."""

    def __init__(self, corrections: Finder, keys: Mapping[int, str], *, whole: bool) -> None:
        """`whole`: every article that was placed is replayed, so nothing is taken in as recorded on the way."""
        self._corrections, self._whole = corrections, whole
        self._keys = dict(keys)
        self._told = {key: article for article, key in self._keys.items() if key}
        self._states: dict[str, tuple[int, ThreadState | None]] = {}
        self._members: dict[str, tuple[int, dict[int, _Member]]] = {}
        self._replayed: dict[int, str] = {}
        """Articles done by this object → the event they are on now."""

    def tell(self, unit: UnitOfWork, understanding: Understanding, placed: Placed, *, silent: bool) -> Said:
        """What would be told of an article at its place, and remember that. One pass, upwards."""
        stored = placed.stored
        followed = understanding.classification.relevance is Relevance.ALERT
        relevant = understanding.classification.relevance is not Relevance.NONE
        event = understanding.event.event_id or ""
        name = thread_of(understanding)
        revision, known, new = FIRST, None, None
        if followed:
            known, new = self._state(unit, name, placed.number), report_of(understanding, stored)
            revision = revise(known, new, self._corrections)
        key = alert_key(understanding, revision)
        reason = decide(
            understanding,
            silent=silent,
            earlier=self._earlier(unit, event, placed) if relevant and event else (),
            queued=relevant and self._is_told(unit, key, placed),
            revision=revision,
        )
        if new is not None:
            told = key if reason.causes_alert or _was_told_unfollowed(known, reason) else ""
            state = next_state(known, new, revision, stored.first_seen_at, alert_key=told)
            self._states[name] = (self._states[name][0], state)
        self._remember(unit, event, placed, understanding)
        return Said(reason=reason, key=key if reason.causes_alert else "", revision=revision)

    def note(self, article: int, key: str, *, differs: bool) -> None:
        """The alert that an article would cause is another than the one it caused, or none."""
        if differs:
            self._keys[article] = key
            if key:
                self._told.setdefault(key, article)

    def _state(self, unit: UnitOfWork, name: str, number: int | None) -> ThreadState | None:
        """A thread as of a place; what the replay passes over is taken in as recorded."""
        upto, state = self._states.get(name, (0, None))
        if upto and self._whole:
            return state
        since = [m for m in unit.replays.thread(name, upto, number) if m.stored.id not in self._replayed]
        state = fold(name, since, self._corrections, self._keys, state)
        self._states[name] = (number or BEYOND, state)
        return state

    def _event(self, unit: UnitOfWork, event: str, number: int | None) -> dict[int, _Member]:
        """The articles on an event as of a place."""
        upto, members = self._members.get(event, (0, {}))
        if upto and self._whole:
            return members
        for article, silent, relevance in unit.replays.members(event, upto, number):
            if article not in self._replayed:
                members[article] = _Member(silent, relevance)
        self._members[event] = (number or BEYOND, members)
        return members

    def _earlier(self, unit: UnitOfWork, event: str, placed: Placed) -> Iterable[_Member]:
        return [m for a, m in self._event(unit, event, placed.number).items() if a != placed.stored.id]

    def _remember(self, unit: UnitOfWork, event: str, placed: Placed, understanding: Understanding) -> None:
        stored = placed.stored
        if event:
            relevance = understanding.classification.relevance.value
            self._event(unit, event, placed.number)[stored.id] = _Member(stored.silent, relevance)
        if event or stored.event_id:
            self._replayed[stored.id] = event

    def _is_told(self, unit: UnitOfWork, key: str, placed: Placed) -> bool:
        """Whether an earlier article caused an alert under this key, by the rules of this replay."""
        if self._told.get(key, placed.stored.id) != placed.stored.id:
            return True
        found = unit.replays.teller(key)
        if found is None:
            return False
        article, place = found
        if article == placed.stored.id or article in self._keys:
            return False
        return placed.number is None or (place is not None and place < placed.number)


def fold(
    name: str,
    members: Iterable[Placed],
    corrections: Finder,
    keys: Mapping[int, str] | None = None,
    state: ThreadState | None = None,
) -> ThreadState | None:
    """A thread as these articles make it of `state` (None: nothing is known), from the first to the last.

    `keys` says of some articles which alert they would cause; of the others the outbox knows which they did.
    """
    for member in members:
        new = _as_report(member.stored, name)
        revision = revise(state, new, corrections)
        would = keys.get(member.stored.id) if keys else None
        told = member.told.key if member.told is not None else ""
        key = told if would is None else would
        if not key and _was_told_unfollowed(state, member.stored.trail.get("alert")):
            key = event_key(member.stored.event_id)
        at = member.told.at if member.told is not None else member.stored.first_seen_at
        state = next_state(state, new, revision, at, alert_key=key)
    return state


def thread_of_stored(stored: StoredArticle) -> str:
    """The name under which an alerting article is followed; empty for others."""
    if stored.relevance != Relevance.ALERT:
        return ""
    return stored.thread_id or stored.event_id or stored.story_id


def _as_report(stored: StoredArticle, name: str) -> Report:
    return report(replace(stored, event_id=stored.event_id or stored.story_id, thread_id=name))


def _was_told_unfollowed(known: ThreadState | None, reason: object) -> bool:
    """An event that was told before threads were followed is followed from its next article on (see `telling`)."""
    return known is None and reason == AlertReason.ALREADY_ALERTED
