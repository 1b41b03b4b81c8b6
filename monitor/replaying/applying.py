"""Storing what a replay comes to: verdicts in place of the old ones, alerts where they are asked for, threads made up again.

Nothing is ever told twice: an alert's key is unique for ever, and what was told under another name is not told anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.alerting import Alert, AlertReason, encode, event_key
from monitor.following import thread_of
from monitor.ingest import content_hash
from monitor.model import Relevance, Understanding
from monitor.records import StoredArticle
from monitor.replay_records import Change, Effect, Placed
from monitor.replaying.comparing import is_rewritten
from monitor.replaying.course import Said, fold, thread_of_stored
from monitor.storage import UnitOfWork
from monitor.taxonomy import Finder
from monitor.telling import settle


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """What was written for one article. `threads` are to be made up again."""

    rewritten: bool = False
    queued: bool = False
    threads: tuple[str, ...] = ()


def apply(
    unit: UnitOfWork,
    placed: Placed,
    understanding: Understanding,
    said: Said,
    alert: Alert | None,
    change: Change,
    *,
    tells: bool,
    now: dt.datetime,
) -> Applied:
    """Store an article's verdict where it differs; with `tells`, queue the alert that appears."""
    stored = placed.stored
    reason, queued = said.reason, False
    if reason.causes_alert and placed.told is None:
        wanted = tells and alert is not None and change.effect is Effect.APPEARS and not stored.silent
        if wanted and not is_told_otherwise(unit, stored, understanding, said.key):
            assert alert is not None, "it is wanted"
            queued = unit.outbox.put(
                alert_key=alert.key,
                thread=alert.thread,
                article_id=stored.id,
                payload=encode(alert),
                now=now,
            )
        if not queued:
            reason = AlertReason.REPLAYED
    settlement = settle(understanding, stored.id, reason)
    fresh = understanding.article != stored.article
    if fresh:
        article = understanding.article
        unit.replays.rewrite(stored.id, article, content_hash(article.title, article.text))
    rewritten = is_rewritten(settlement, stored)
    if rewritten:
        unit.replays.resettle(settlement, now)
    touched = rewritten or fresh or queued
    return Applied(
        rewritten=rewritten or fresh, queued=queued, threads=tuple(_threads(stored, understanding)) if touched else ()
    )


def is_told_otherwise(unit: UnitOfWork, stored: StoredArticle, understanding: Understanding, key: str) -> bool:
    """Whether people know of an event under another name: the article that told of it is no alert any more, or on this
    article's new event. One that stays on the old event has told of something else, and this is news."""
    if unit.outbox.has(key):
        return True
    for event in dict.fromkeys((stored.event_id, *unit.replays.events_before(stored.id))):
        found = unit.replays.teller(event_key(event)) if event else None
        if found is None or found[0] == stored.id:
            continue
        teller = unit.articles.get(found[0])
        if teller is None or teller.relevance != Relevance.ALERT or teller.event_id == understanding.event.event_id:
            return True
    return False


def remake_thread(unit: UnitOfWork, ident: str, corrections: Finder) -> None:
    """Make up again what is known of a thread, from its articles as they are stored and from what was told of them."""
    state = fold(ident, unit.replays.thread(ident), corrections)
    if state is None:
        unit.thread_states.forget(ident)
    elif state != unit.thread_states.hold(ident):
        unit.thread_states.put(state)


def _threads(stored: StoredArticle, understanding: Understanding) -> Iterator[str]:
    if before := thread_of_stored(stored):
        yield before
    if understanding.classification.relevance is Relevance.ALERT:
        yield thread_of(understanding)
