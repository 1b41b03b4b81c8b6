"""One article's verdict becomes what is stored and told of it: its settlement, its alert, what is known of its thread.

All of it happens within one transaction of the caller's, so that nothing is told that is not stored, and the reverse.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from monitor import alerting, trail
from monitor.alerting import AlertReason
from monitor.following import Revision, RevisionKind, next_state, report_of, revise, thread_of
from monitor.model import Relevance, Understanding
from monitor.records import Settlement, Status, StoredArticle
from monitor.storage import UnitOfWork
from monitor.taxonomy import Finder, Vocabulary

_FIRST = Revision(kind=RevisionKind.FIRST)
_NO_WORDS = Finder(())
"""For a user's own vocabulary without words of correction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What came of one article: its final status, why it was or was not told, and the key of its alert ("" for none)."""

    settlement: Settlement
    reason: AlertReason
    alert_key: str = ""


def settle_and_tell(
    unit: UnitOfWork,
    understanding: Understanding,
    stored: StoredArticle,
    *,
    vocabulary: Vocabulary,
    lang: str,
    silent: bool,
    minor: bool = False,
    now: dt.datetime,
) -> Told:
    """Store the verdict on an article and queue what is to be told of it. `silent`: stored without a word; `minor`: whatever
    it says, in digests only."""
    members = unit.articles.event_members(understanding.event.event_id or "")
    followed = understanding.classification.relevance is Relevance.ALERT
    known = unit.thread_states.hold(thread_of(understanding)) if followed else None
    report = report_of(understanding, stored)
    corrections = vocabulary.cues.get("correction", _NO_WORDS)
    revision = revise(known, report, corrections) if followed else _FIRST
    key = alerting.alert_key(understanding, revision)
    reason = alerting.decide(
        understanding,
        silent=silent,
        earlier=[member for member in members if member.id != stored.id],
        queued=unit.outbox.has(key),
        revision=revision,
    )
    settlement = settle(understanding, stored.id, reason)
    unit.articles.settle(settlement, now)
    if reason.causes_alert:
        alert = alerting.to_alert(
            understanding, stored, regions=vocabulary.regions, lang=lang, now=now, members=members, revision=revision
        )
        unit.outbox.put(
            alert_key=key,
            thread=alert.thread,
            article_id=stored.id,
            payload=alerting.encode(replace(alert, minor=alert.minor or minor)),
            now=now,
        )
    if followed:
        # An event that was told before threads were followed is followed from here on, too.
        told = reason.causes_alert or (known is None and reason is AlertReason.ALREADY_ALERTED)
        unit.thread_states.put(next_state(known, report, revision, now, alert_key=key if told else ""))
    return Told(settlement=settlement, reason=reason, alert_key=key if reason.causes_alert else "")


def settle(understanding: Understanding, number: int, reason: AlertReason) -> Settlement:
    """The final word on an article, from everything that was decided about it."""
    c, story, event = understanding.classification, understanding.story, understanding.event
    if c.relevance is Relevance.NONE:
        status = Status.IRRELEVANT
    else:
        status = Status.DUPLICATE if story.duplicate_of else Status.RELEVANT
    why = f"{story.reason}" if status is Status.DUPLICATE else reason.value
    return Settlement(
        article_id=number,
        status=status,
        reason=why,
        relevance=c.relevance.value,
        topics=tuple(t.value for t in c.topics),
        stage=c.stage.value if c.stage else "",
        update=c.update.value if c.update else "",
        story_id=story.story_id,
        event_id=event.event_id or "",
        thread_id=event.thread_id or "",
        trail=trail.to_json(understanding, alert=reason.value),
        matches=tuple((s.topic.value, s.relevance.value, s.score) for s in c.scores if s.topic in c.topics),
        facts=understanding.facts.values(),
    )
