"""What a replay keeps: its identity, how far it is, and what it changes for each article.

These values cross the border of `monitor.storage`. All times are aware UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.records import StoredArticle


class Effect(StrEnum):
    """What a replay changes for one article. Each article has exactly one."""

    APPEARS = "appears"  # an alert that was never told would have been
    VANISHES = "vanishes"  # an alert that was told would not have been
    CHANGES = "changes"  # an alert that was told would have read otherwise
    QUIET = "quiet"  # the verdict differs, no alert does: copies, digests, second reports
    SAME = "same"
    UNREADABLE = "unreadable"  # the rules or the extractors fail on it; it stays as it is


DIFFERENT = (Effect.APPEARS, Effect.VANISHES, Effect.CHANGES, Effect.QUIET, Effect.UNREADABLE)
"""Effects that are listed, the weightiest first."""


class ReplayState(StrEnum):
    """Where a replay stands."""

    ARTICLES = "articles"  # verdicts are being written
    THREADS = "threads"  # all verdicts are written; what is known of their threads is made up again
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Frontier:
    """How far a replay is. `number` is the place in the index of the last article done, `unplaced` the number of the last
    article done among those that have no place in it (quarantined ones, which come last)."""

    number: int = 0
    unplaced: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayRecord:
    """A replay that was begun. `asked` is its identity: what was asked for, and digests of all rules that it applies.

    `since` and `until` are the window as it was when it began; `through` is the last place in the index at that time, and
    `through_article` the last article, so that nothing that comes later is taken in. `counts` says by name how much was done.
    """

    id: int
    asked: str
    since: dt.datetime | None
    until: dt.datetime | None
    through: int
    through_article: int
    state: ReplayState
    frontier: Frontier
    counts: Mapping[str, int]
    started_at: dt.datetime
    finished_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A stored article and its place in the index: `number` None and `remembered` empty where it has none.

    `remembered` are the columns of its signature as they stand, `told` the alert that was queued for it.
    """

    stored: StoredArticle
    number: int | None
    remembered: Mapping[str, Any]
    told: ToldBefore | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldBefore:
    """The alert that an article caused, as the outbox has it. `payload` is the alert as JSON values."""

    key: str
    payload: Mapping[str, Any]
    at: dt.datetime

    @property
    def minor(self) -> bool:
        """Whether it was for digests only."""
        return bool(self.payload.get("minor"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a replay changes for one article. `differences` is name → (before, after).

    `topics`, `stage` and `update` are those of the verdict that causes the alert: the new one, of what vanishes the old one.
    `before` and `after` say as what it was and would be told (news, update, …; empty: not at all). `key` is that of the
    alert that would be told, `evidence` the sentence that proves it, `alert` the alert itself as JSON values where one appears or changes.
    `silent`: stored without a word (a baseline, a backfill); then no alert counts, but whether it would be worth one.
    """

    effect: Effect
    article_id: int
    title: str
    url: str
    source: str
    published: dt.datetime | None
    silent: bool = False
    topics: tuple[str, ...] = ()
    stage: str = ""
    update: str = ""
    before: str = ""
    after: str = ""
    key: str = ""
    evidence: str = ""
    differences: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    alert: Mapping[str, Any] | None = None
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON values, for the store and for programs."""
        return {
            "effect": self.effect.value,
            "id": self.article_id,
            "title": self.title,
            "url": self.url,
            "source": self.source,
            "published": self.published.isoformat() if self.published else None,
            "silent": self.silent,
            "topics": list(self.topics),
            "stage": self.stage,
            "update": self.update,
            "before": self.before,
            "after": self.after,
            "key": self.key,
            "evidence": self.evidence,
            "differences": {name: list(pair) for name, pair in self.differences.items()},
            "alert": self.alert,
            "problem": self.problem,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Change:
        """The inverse of `to_json`."""
        rest = {name: values[name] for name in _AS_THEY_ARE}
        return cls(
            effect=Effect(values["effect"]),
            article_id=values["id"],
            published=dt.datetime.fromisoformat(values["published"]) if values["published"] else None,
            topics=tuple(values["topics"]),
            differences={name: (old, new) for name, (old, new) in values["differences"].items()},
            **rest,
        )


_AS_THEY_ARE = (
    "title", "url", "source", "silent", "stage", "update", "before", "after", "key", "evidence", "alert", "problem",
)  # fmt: skip
