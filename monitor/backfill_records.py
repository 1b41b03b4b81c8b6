"""What the store keeps of a backfill: what was asked for, how each list page and link fares, and which hosts are left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.records import NewArticle


class LinkState(StrEnum):
    """What became of a link. Found = stored + known + skipped + failed (for good or for now) + waiting."""

    WAITING = "waiting"
    STORED = "stored"
    KNOWN = "known"
    SKIPPED = "skipped"
    RETRY = "retry"  # failed in a way that may pass: asked again by the next run
    FAILED = "failed"


class ListState(StrEnum):
    """What became of a list page."""

    WAITING = "waiting"
    READ = "read"
    BEYOND = "beyond"  # there is no such page: the one before was the last
    HELD = "held"  # beyond the number of pages asked for
    RETRY = "retry"
    FAILED = "failed"
    CUT = "cut"  # read, but the site does not show all there is


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """What is asked of one source. `asked` names it as it was typed, so that the same words mean the same backfill."""

    source: str
    asked: str
    since: dt.datetime
    until: dt.datetime
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillRecord:
    """A backfill as stored. `finished_at` is None while anything is left to do."""

    id: int
    window: Window
    started_at: dt.datetime
    finished_at: dt.datetime | None
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundPage:
    """A link with what became of it. `link` is the crawler's, to fetch it later; `article` is what it became.

    `passing` failures may pass, others are for good; `reason` is why it was passed over, or the kind of failure.
    """

    canonical: str
    state: LinkState
    link: Mapping[str, Any] = field(default_factory=dict)
    article: NewArticle | None = None
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """How far a backfill is, from its rows."""

    links: Mapping[LinkState, int]
    skipped: Mapping[str, int]
    """By reason."""
    failed: Mapping[str, int]
    """By kind, for good or for now."""
    lists: Mapping[ListState, int]
    lists_failed: Mapping[str, int]
    """By kind, for good or for now, and lists that the site cuts off."""

    @property
    def found(self) -> int:
        return sum(self.links.values())

    @property
    def done(self) -> int:
        """Links that do not wait."""
        return self.found - self.links.get(LinkState.WAITING, 0)

    @property
    def lists_read(self) -> int:
        return self.lists.get(ListState.READ, 0) + self.lists.get(ListState.CUT, 0)

    @property
    def lists_left(self) -> int:
        return self.lists.get(ListState.WAITING, 0)

    @property
    def left(self) -> int:
        """List pages and links that wait or may be asked again."""
        links = self.links.get(LinkState.WAITING, 0) + self.links.get(LinkState.RETRY, 0)
        return links + self.lists.get(ListState.WAITING, 0) + self.lists.get(ListState.RETRY, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class HostPause:
    """A host is not to be asked before `until`: it banned us or asked for rest (`reason`), or is asked seldom (no reason)."""

    host: str
    until: dt.datetime
    reason: str
    blocked: bool
