"""Whether an article causes an alert, why, and under which key: an event is told once, by its first article worth it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from monitor.model import Relevance, Understanding
from monitor.records import StoredArticle


class AlertReason(StrEnum):
    """Why an article did or did not cause an alert."""

    NEW_EVENT = "first article on its event"
    NOT_RELEVANT = "not relevant"
    DIGEST_ONLY = "on topic, but nothing new happened"
    SILENT = "stored silently (baseline or backfill)"
    ALREADY_ALERTED = "its event was alerted before"
    KNOWN_SINCE_BASELINE = "its event was known before alerts began"


def decide(
    understanding: Understanding, *, silent: bool, earlier: Iterable[StoredArticle], queued: bool
) -> AlertReason:
    """Whether this article causes an alert. `earlier` are the stored articles on its event, `queued` says whether the
    event's alert was ever put into the outbox."""
    relevance = understanding.classification.relevance
    if relevance is Relevance.NONE:
        return AlertReason.NOT_RELEVANT
    if relevance is Relevance.DIGEST:
        return AlertReason.DIGEST_ONLY
    if silent:
        return AlertReason.SILENT
    if queued:
        return AlertReason.ALREADY_ALERTED
    if any(a.silent and a.relevance == Relevance.ALERT for a in earlier):
        return AlertReason.KNOWN_SINCE_BASELINE
    return AlertReason.NEW_EVENT


def alert_key(understanding: Understanding) -> str:
    """The idempotency key: the event. Each stage of a tender is an event of its own, so one event is one alert, for ever,
    even where two reports of it were read differently."""
    return event_key(understanding.event.event_id or understanding.story.story_id)


def event_key(event_id: str) -> str:
    """The key of the alert on an event."""
    return f"event:{event_id}"
