"""What is known of a thread, and what one article adds to it, as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor import trail
from monitor.model import Understanding
from monitor.records import StoredArticle
from monitor.statements import Report, Statement, report
from monitor.threads import Change


class RevisionKind(StrEnum):
    """What an article is to a thread."""

    FIRST = "the first telling of its thread"
    STEP = "a further step of its thread"
    ROUND = "a new round of a thread that had ended"
    LATE = "an older step, seen after a newer one"
    OTHER_TERM = "speaks of another term of what is being tendered"
    NEWS = "further news of its thread"
    CORRECTION = "corrects what was told"
    REPEATED = "says what was told"


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadState:
    """What is known of a thread, and what of it was told. All times are aware UTC.

    `at` is when the latest step was published, `article_id` the article it was read in. `facts` are the statements in force,
    one for each field and lot. `deadline` is the moment at which the stated one passes. `ended`: no more bids, no more
    enrolment. `first_told_at` is None, and `alert_key` empty, while nobody was told of this round (a baseline);
    `deadline_told_at` is None while nobody was told of this deadline. `retold` counts the reports that added nothing.
    """

    thread_id: str
    title: str
    article_id: int
    at: dt.datetime
    stage: str = ""
    update: str = ""
    events: tuple[str, ...] = ()
    past_events: tuple[str, ...] = ()
    """Events of earlier rounds."""
    facts: tuple[Statement, ...] = ()
    deadline: dt.datetime | None = None
    deadline_told_at: dt.datetime | None = None
    ended: bool = False
    first_told_at: dt.datetime | None = None
    alert_key: str = ""
    """The last telling."""
    retold: int = 0

    def says(self, key: str, lot: str = "") -> Statement | None:
        """The statement in force."""
        return next((s for s in self.facts if s.key == key and s.lot == lot), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What an article adds to what was told. `stage_before` is empty where the stage is as it was.

    `follows` is the key of the telling before; empty where there was none.
    """

    kind: RevisionKind
    changes: tuple[Change, ...] = ()
    stage_before: str = ""
    follows: str = ""
    decided: bool = False
    """Whether the tender was decided before this article was seen."""
    deadline: dt.datetime | None = None
    """The deadline that was told before and is still waited for; the article may tell another."""


def thread_of(understanding: Understanding) -> str:
    """The name under which an article is followed: its thread, or else its event, or else its story."""
    event = understanding.event
    return event.thread_id or event.event_id or understanding.story.story_id


def report_of(understanding: Understanding, stored: StoredArticle) -> Report:
    """An article that was just understood, as the report that it will be once it is settled."""
    c = understanding.classification
    return report(
        replace(
            stored,
            relevance=c.relevance.value,
            topics=tuple(t.value for t in c.topics),
            stage=c.stage.value if c.stage else "",
            update=c.update.value if c.update else "",
            story_id=understanding.story.story_id,
            event_id=understanding.event.event_id or understanding.story.story_id,
            thread_id=thread_of(understanding),
            trail=trail.to_json(understanding, alert=""),
        )
    )
