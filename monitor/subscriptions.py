"""From a feed reader's list to sources, and from sources to such a list: what is new, what is known. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.config import SourceConfig
from monitor.opml import Reading, Refused, Subscription, feed_key, name_for, write_opml

EVERY = "30m"
"""How often an imported feed is polled until its owner says otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """What to add to `sources` (as values of a `config.yaml`), and what is left out and why."""

    sources: tuple[Mapping[str, Any], ...]
    left_out: tuple[Refused, ...]


def as_sources(reading: Reading, there: Iterable[SourceConfig], catalogue: Iterable[SourceConfig]) -> Import:
    """The feeds that are not polled yet as sources. A feed that the catalogue knows is picked from it."""
    there = tuple(there)
    polled = {feed_key(url): source.name for source in there for url in source.addresses}
    offered = {
        feed_key(s.addresses[0]): s for s in catalogue if len(s.addresses) == 1 and s.kind == "feed" and s.enabled
    }
    taken = {source.name for source in there}
    made: list[Mapping[str, Any]] = []
    left = list(reading.refused)
    for feed in reading.feeds:
        if (name := polled.get(feed_key(feed.url))) is not None:
            left.append(Refused(title=feed.title, url=feed.url, reason=f"polled already as {name}"))
        elif (offer := offered.get(feed_key(feed.url))) is not None and offer.name not in taken:
            taken.add(offer.name)
            made.append({"use": offer.name})
        else:
            name = name_for(feed, taken)
            taken.add(name)
            title = {"title": feed.title} if feed.title else {}
            tags = {"tags": list(dict.fromkeys(feed.folders))} if feed.folders else {}
            made.append({"name": name, **title, **tags, "kind": "feed", "url": feed.url, "every": EVERY})
    return Import(sources=tuple(made), left_out=tuple(left))


def as_opml(sources: Iterable[SourceConfig], now: dt.datetime) -> str:
    """The feeds among `sources` as OPML 2.0; lists and interfaces are nothing that a feed reader could read."""
    feeds = [
        Subscription(title=source.title or source.name, url=url, folders=source.tags[:1])
        for source in sources
        if source.kind == "feed"
        for url in source.addresses
        if "{" not in url
    ]
    return write_opml(feeds, title="保讯 baoxun", now=now)
