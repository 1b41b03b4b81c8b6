"""Whether an article causes an alert, why, and under which key: an event is told once, by its first article worth it, and
again where its own sources correct it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from monitor.following import Revision, RevisionKind
from monitor.model import Relevance, Understanding


class AlertReason(StrEnum):
    """Why an article did or did not cause an alert."""

    NEW_EVENT = "first article on its event"
    CORRECTED = "corrects what was told of its event"
    MINOR = "on topic, but nothing new happened: for digests"
    NOT_RELEVANT = "not relevant"
    MINOR_REPEATED = "on topic, but nothing new happened, and told before"
    SILENT = "stored silently (baseline or backfill)"
    ALREADY_ALERTED = "its event was alerted before"
    KNOWN_SINCE_BASELINE = "its event was known before alerts began"
    REPLAYED = "found by a replay, which told nobody"

    @property
    def causes_alert(self) -> bool:
        """Whether something is told."""
        return self in {AlertReason.NEW_EVENT, AlertReason.CORRECTED, AlertReason.MINOR}


class Earlier(Protocol):
    """A stored article on the same event, as far as deciding wants to know."""

    @property
    def silent(self) -> bool: ...

    @property
    def relevance(self) -> str: ...


def decide(
    understanding: Understanding,
    *,
    silent: bool,
    earlier: Iterable[Earlier],
    queued: bool,
    revision: Revision | None = None,
) -> AlertReason:
    """Whether this article causes an alert. `earlier` are the stored articles on its event, `queued` says whether an alert
    under its key (`alert_key`) was ever put into the outbox, `revision` what it adds to what was told of its thread."""
    relevance = understanding.classification.relevance
    if relevance is Relevance.NONE:
        return AlertReason.NOT_RELEVANT
    if silent:
        return AlertReason.SILENT
    if relevance is Relevance.DIGEST:
        told = queued or understanding.story.duplicate_of or any(a.relevance == Relevance.ALERT for a in earlier)
        return AlertReason.MINOR_REPEATED if told else AlertReason.MINOR
    if queued:
        return AlertReason.ALREADY_ALERTED
    if revision is not None and revision.kind is RevisionKind.CORRECTION:
        return AlertReason.CORRECTED
    if any(a.silent and a.relevance == Relevance.ALERT for a in earlier):
        return AlertReason.KNOWN_SINCE_BASELINE
    return AlertReason.NEW_EVENT


def alert_key(understanding: Understanding, revision: Revision | None = None) -> str:
    """The idempotency key: the event. Each stage of a tender is an event of its own, so one event is one alert, for ever,
    even where two reports of it were read differently. A correction's key adds what it changes of which telling; minor
    things have keys of their own."""
    about = understanding.event.event_id or understanding.story.story_id
    if understanding.classification.relevance is Relevance.DIGEST:
        return f"minor:{about}"  # what comes of it later, if anything, is told under its own key
    key = event_key(about)
    if revision is None or revision.kind is not RevisionKind.CORRECTION:
        return key
    changed = [[c.key, c.lot, c.old.value, c.new.value] for c in revision.changes]
    facts = json.dumps([revision.follows, changed], ensure_ascii=False, sort_keys=True)
    return f"{key}:{hashlib.sha256(facts.encode()).hexdigest()[:8]}"


def event_key(event_id: str) -> str:
    """The key of the alert on an event."""
    return f"event:{event_id}"
