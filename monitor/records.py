"""What the store keeps and gives back: articles with their verdicts, sources with their health, alerts to deliver.

These values cross the border of `monitor.storage`; table rows never do. All times are aware UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.model import Article


class Status(StrEnum):
    """The one final status of an article (`new` until it has one)."""

    NEW = "new"
    DUPLICATE = "duplicate"
    IRRELEVANT = "irrelevant"
    RELEVANT = "relevant"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewArticle:
    """An article to store. `keys` are all names it is known by, `canonical_url` among them."""

    url: str
    canonical_url: str
    keys: tuple[str, ...]
    source_name: str
    publisher: str
    author: str
    title: str
    text: str
    lang: str
    published: dt.datetime | None
    published_precision: str
    origin_url: str
    stock_codes: tuple[str, ...]
    attachments: tuple[tuple[str, str], ...]
    page: str
    fetched_at: dt.datetime
    content_hash: str
    silent: bool
    """Stored without alerts: a source's baseline or a backfill."""
    raw_file: str = ""
    raw_offset: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredArticle:
    """An article as stored, with its verdict once it has one. `trail` is the whole reasoning, as JSON values."""

    id: int
    article: Article
    canonical_url: str
    source_name: str
    author: str
    origin_url: str
    attachments: tuple[tuple[str, str], ...]
    page: str
    fetched_at: dt.datetime
    first_seen_at: dt.datetime
    raw_file: str
    raw_offset: int
    silent: bool
    status: Status
    status_reason: str
    attempts: int
    relevance: str
    topics: tuple[str, ...]
    stage: str
    update: str
    story_id: str
    event_id: str
    thread_id: str
    trail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """The final word on one article, to be stored with its matches."""

    article_id: int
    status: Status
    reason: str
    relevance: str
    topics: tuple[str, ...]
    stage: str
    update: str
    story_id: str
    event_id: str
    thread_id: str
    trail: Mapping[str, Any]
    matches: tuple[tuple[str, str, float], ...]
    """(topic, relevance, score) for each topic that was found."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRecord:
    """What is remembered of a source. `state` is the crawler's, as JSON values."""

    name: str
    state: Mapping[str, Any]
    next_check_at: dt.datetime
    last_checked_at: dt.datetime | None
    last_success_at: dt.datetime | None
    last_new_at: dt.datetime | None
    baseline_at: dt.datetime | None
    failures: int
    last_problem: str
    articles: int = 0
    pacing: Mapping[str, Any] = field(default_factory=dict)
    """Why the next check is when it is, as JSON values (`polling.pacing_values`); empty before the first."""


class PollOutcome(StrEnum):
    """What became of one check of a source."""

    NEW = "new"  # articles were stored
    NOTHING_NEW = "nothing new"  # it was read, and all of it was known
    UNCHANGED = "unchanged"  # the server, or identical bytes, said that nothing changed: nothing was parsed
    FAILED = "failed"
    BLOCKED = "blocked"  # it showed a ban page or asked for rest
    MISSED = "missed"  # the check did not happen at its time


@dataclass(frozen=True, kw_only=True, slots=True)
class PollRecord:
    """One check of one source. Of a missed one, `started_at` and `ended_at` are when that was noticed; `problem` says why."""

    source: str
    outcome: PollOutcome
    planned_at: dt.datetime
    started_at: dt.datetime
    ended_at: dt.datetime
    found: int = 0
    stored: int = 0
    failed: int = 0
    requests: int = 0
    problem: str = ""

    @property
    def late(self) -> dt.timedelta:
        """How long after its time it began, or was found missed."""
        return max(self.started_at - self.planned_at, dt.timedelta())


@dataclass(frozen=True, kw_only=True, slots=True)
class PollTally:
    """How many checks of a source ever ended with one outcome, and the requests they took."""

    source: str
    outcome: PollOutcome
    polls: int
    requests: int


class Hop(StrEnum):
    """A stretch of an article's way of which it is measured how long it took."""

    STORED = "published_to_stored"  # of those that say to the minute when they were published
    SETTLED = "stored_to_settled"
    ACCEPTED = "settled_to_accepted"  # of alerts that were sent by themselves, not held for a digest or a morning


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """How long a hop took, in seconds: so many were measured; half, nine in ten, 99 in 100 and all were no slower."""

    count: int
    median: float
    p90: float
    p99: float
    longest: float


class AlertState(StrEnum):
    """Where an alert stands: open while any delivery is, done where nobody misses it, else dead with a reason."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAlert:
    """An outbox row. `payload` is the alert as JSON values (see `monitor.alerting`); `article_id` is None for what the
    program says of itself; `admitted_at` is when it was decided who gets it."""

    id: int
    alert_key: str
    thread: str
    article_id: int | None
    payload: Mapping[str, Any]
    state: AlertState
    reason: str
    created_at: dt.datetime
    admitted_at: dt.datetime | None
    closed_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredDelivery:
    """One alert on its way to one channel of one receiver; `state` and `form` are those of `alerts.Delivery`."""

    alert_key: str
    receiver: str
    channel: str
    state: str
    due_at: dt.datetime
    created_at: dt.datetime
    form: str
    urgent: bool = False
    alone: bool = False
    group: str = ""
    reason: str = ""
    lang: str | None = None
    max_copies: int | None = None
    message: str = ""
    closed_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredMessage:
    """What is sent in one piece to one channel; `alert_keys` in the order in which it prints them."""

    key: str
    receiver: str
    channel: str
    form: str
    alert_keys: tuple[str, ...]
    opened_at: dt.datetime
    lang: str | None = None
    max_copies: int | None = None
    urgent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredReceipt:
    """One attempt to send one message, as recorded; `outcome` is `begun` where the answer was never recorded."""

    message_key: str
    receiver: str
    channel: str
    attempt: int
    outcome: str
    reason: str
    attempted_at: dt.datetime
    retry_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSilence:
    """A silence as kept; `matchers` are sentences as routes take them."""

    id: int
    matchers: tuple[str, ...]
    author: str
    reason: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    ended_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleFilter:
    """Which stored articles a listing wants; empty fields do not filter."""

    topic: str = ""
    relevance: str = ""
    status: str = ""
    source: str = ""
    stage: str = ""
    update: str = ""
    words: str = ""
    """Must stand in title or text."""
    event_id: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    limit: int = 50
