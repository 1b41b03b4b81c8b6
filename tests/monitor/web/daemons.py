"""A stand-in for the daemon in tests of its pages, and a site that shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from alerts import BreakerState, LaneState
from alerts.breaker import Breaker
from monitor.config import Config
from monitor.config.reading import parse_config
from monitor.storage import Store
from monitor.web import Site

TWO_SOURCES = """
storage: {data_dir: .}
web: {port: 0, allowed_hosts: [baoxun.lan]}
sources:
  - {name: a, kind: feed, url: 'http://a.example/feed.xml'}
  - {name: b, kind: feed, url: 'http://b.example/feed.xml'}
  - {name: off, kind: feed, url: 'http://c.example/feed.xml', enabled: false, why_off: no}
"""


@dataclass
class StubDaemon:
    """Says of itself what a test wants."""

    why_stuck: str = ""
    names: tuple[str, ...] = ("a", "b")
    met: dict[str, str] = field(default_factory=dict)

    def stuck(self) -> str:
        return self.why_stuck

    def watched(self) -> frozenset[str]:
        return frozenset(self.names)

    def troubles(self) -> Mapping[str, str]:
        return self.met


def configuration(folder: Path, text: str = TWO_SOURCES) -> Config:
    return parse_config(text, file="config.yaml", base=folder)


@dataclass(kw_only=True)
class StubDesk:
    """Channels of one receiver, and since when each rests."""

    lanes: Mapping[str, dt.datetime | None]

    def lane_states(self) -> Mapping[tuple[str, str], LaneState]:
        return {
            ("desk", channel): LaneState(
                breaker=Breaker(state=BreakerState.OPEN if since else BreakerState.CLOSED, since=since)
            )
            for channel, since in self.lanes.items()
        }


@dataclass(kw_only=True)
class StubApp:
    """An application as the pages see it."""

    config: Config
    store: Store
    desk: Any
    now: dt.datetime
    service: Any = None

    def clock(self) -> dt.datetime:
        return self.now


def shown_app(store: Store, folder: Path, now: dt.datetime, **lanes: dt.datetime | None) -> StubApp:
    return StubApp(config=configuration(folder), store=store, desk=StubDesk(lanes=lanes), now=now)


def site(store: Store, folder: Path, now: dt.datetime) -> Site:
    return Site(shown_app(store, folder, now))


def client(shown: Site, base: str = "http://127.0.0.1:8642") -> httpx.AsyncClient:
    """Asks the application without a network between."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=shown.app, raise_app_exceptions=False), base_url=base)
