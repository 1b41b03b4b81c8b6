"""The crawler's door for hubs: what a polled feed said of them becomes an offer, and a request to one becomes its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, Protocol

from crawler import (
    SELF,
    CrawlerError,
    CrawlSettings,
    FormAnswer,
    FormOutcome,
    SourceKind,
    SourceSpec,
    link_header,
    polled_lists,
)
from monitor.ingest import state_from_json
from monitor.websub import Asked, AskedOutcome, Offer

_OUTCOMES = {
    FormOutcome.ACCEPTED: AskedOutcome.ACCEPTED,
    FormOutcome.REFUSED: AskedOutcome.REFUSED,
    FormOutcome.UNREACHABLE: AskedOutcome.UNREACHABLE,
    FormOutcome.ADDRESS: AskedOutcome.ADDRESS,
}


class Post(Protocol):
    """`crawler.post_form`, with the manners that all crawls share."""

    def __call__(
        self, source: SourceSpec, url: str, form: Mapping[str, str], *, settings: CrawlSettings
    ) -> Awaitable[FormAnswer]:
        """Send a form."""


class HubCalls:
    """Asks hubs for sources. `specs` are the configured ones by name."""

    def __init__(self, *, post: Post, settings: CrawlSettings, specs: Mapping[str, SourceSpec]) -> None:
        self._post, self._settings, self._specs = post, settings, specs

    def feeds(self, source: str) -> tuple[str, ...]:
        """The addresses that are polled for it, as its state names them."""
        return polled_lists(self._specs[source])

    def offers(self, source: str, state: Mapping[str, Any]) -> tuple[Offer, ...]:
        """What those of its feeds that were read say of hubs; `state` is the crawler's, as it is stored."""
        said = state_from_json(state).urls
        return tuple(
            Offer(source=source, feed=feed, hubs=tuple(said[feed].hubs), topic=said[feed].topic)
            for feed in self.feeds(source)
            if feed in said
        )

    async def ask(self, source: str, hub: str, form: Mapping[str, str]) -> Asked:
        """Send a hub that a feed of `source` named a form; one that is configured no more is led nowhere private.

        Whatever fails is said by the answer.
        """
        spec = self._specs.get(source) or SourceSpec(name=source, kind=SourceKind.FEED, urls=())
        try:
            answer = await self._post(spec, hub, form, settings=self._settings)
        except CrawlerError as exc:
            return Asked(outcome=AskedOutcome.UNREACHABLE, text=str(exc))
        rest = dt.timedelta(seconds=answer.retry_after) if answer.retry_after is not None else None
        return Asked(outcome=_OUTCOMES[answer.outcome], text=answer.text, retry_after=rest)


def topics_of(headers: Iterable[str]) -> frozenset[str]:
    """The topics (`rel="self"`) that a delivery's `Link` headers name."""
    pairs = (pair for header in headers for pair in link_header(header))
    return frozenset(href for rel, href in pairs if SELF in rel.lower().split())
