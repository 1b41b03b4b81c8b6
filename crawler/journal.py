"""What a crawl tells as it goes, so that one that is killed can be taken up where it was.

The crawler keeps no memory beyond one crawl. A caller that wants one hands it a `Journal`: it is told of every list page that
was read and of every link that was settled, in the order in which that happened, and nothing more is fetched before it has
returned. What it is told stands for good: a crawl that begins with its waiting lists and links (`CrawlJob.waiting`) goes on
exactly there. Positions and links are handed over as JSON values that only the crawler understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from crawler.items import CrawledArticle, FetchFailure, Skipped

Outcome = CrawledArticle | Skipped | FetchFailure
"""What became of a link."""


class Standing(StrEnum):
    """What a journal knows of a link that a list shows."""

    NEW = "new"  # nothing
    SEEN = "seen"  # an earlier list of this undertaking showed it; it is settled or waits
    KNOWN = "known"  # an article is stored under one of its names


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundLink:
    """A link on a list page. `link` is what it takes to fetch it later; `outcome` is set where it was settled at once."""

    canonical: str
    url: str
    link: Mapping[str, Any]
    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ListRead:
    """A list page that was read: the links that no list had shown before, and the lists to read after it.

    `number` is the journal's. `lists` are to be read next, `held` would be but for `CrawlJob.max_pages`. `truncated` says
    that the site does not show all there is, `beyond` that there is no such page: the one before was the last.
    """

    number: int
    links: tuple[FoundLink, ...] = ()
    lists: tuple[Mapping[str, Any], ...] = ()
    held: tuple[Mapping[str, Any], ...] = ()
    truncated: FetchFailure | None = None
    beyond: bool = False


class Journal(Protocol):
    """Keeps what a crawl tells. What it raises ends the crawl and comes out of `crawl` as it is."""

    async def standings(self, links: Mapping[str, frozenset[str]]) -> Mapping[str, Standing]:
        """What is known of links, given by canonical URL with all names they may be stored under."""
        ...

    async def list_read(self, read: ListRead) -> tuple[int, ...]:
        """Keep a page's links and following lists, all or nothing; returns the numbers of `read.lists`."""
        ...

    async def list_failed(self, number: int, failure: FetchFailure) -> None:
        """A list page could not be read."""
        ...

    async def settled(self, canonical: str, outcome: Outcome) -> None:
        """A link that waited became an article, was passed over, or failed."""
        ...

    async def paused(self, host: str, seconds: float, reason: str, *, blocked: bool) -> None:
        """`host` is not to be asked for so long: it asked for rest or banned us (`reason`), or is asked seldom (no reason)."""
        ...


class Snapshot:
    """The journal of a poll: knows what it was given, and forgets what it is told."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known

    async def standings(self, links: Mapping[str, frozenset[str]]) -> Mapping[str, Standing]:
        """Known by name, else new."""
        return {canonical: Standing.NEW if self._known.isdisjoint(names) else Standing.KNOWN
                for canonical, names in links.items()}  # fmt: skip

    async def list_read(self, read: ListRead) -> tuple[int, ...]:
        """No numbers: nothing is kept."""
        return (0,) * len(read.lists)

    async def list_failed(self, number: int, failure: FetchFailure) -> None:
        """Nothing: the report says it."""

    async def settled(self, canonical: str, outcome: Outcome) -> None:
        """Nothing: the report says it."""

    async def paused(self, host: str, seconds: float, reason: str, *, blocked: bool) -> None:
        """Nothing: `Manners` remembers it."""
