"""The values of the alerts package: what is sent, to whom, and what became of it.

No word of any trade appears here: labels are opaque key–value pairs. All times are aware UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How loudly to say it."""

    INFO = "info"
    NOTICE = "notice"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A titled address. `note` says what stands there (a publisher's name)."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One thing to tell people.

    `key` is the idempotency key: two alerts with one key are the same alert and reach a receiver once. `thread` is
    shared by alerts that follow one another. `facts` are (name, printed value) pairs in display order. `evidence` is
    the sentence that proves the summary. `copies` are other places that print the same.
    """

    key: str
    thread: str
    title: str
    summary: str
    evidence: str
    link: Link
    created_at: dt.datetime
    published: dt.datetime | None = None
    severity: Severity = Severity.NOTICE
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    copies: tuple[Link, ...] = ()
    lang: str = "zh"


class Outcome(StrEnum):
    """What became of one delivery to one channel."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good: the same call would be refused again
    RETRY = "retry"  # not now: may be tried again
    UNKNOWN = "unknown"  # the answer was lost: it may have arrived
    SUPPRESSED = "suppressed"  # the ledger has it as accepted already


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The record of one attempt to deliver one alert to one channel of one receiver."""

    alert_key: str
    receiver: str
    channel: str
    outcome: Outcome
    reason: str
    attempted_at: dt.datetime
    attempt: int = 1
    retry_at: dt.datetime | None = None
    """When to try again; None unless the outcome is RETRY or UNKNOWN."""
