"""A stand-in for the daemon in tests of its pages, and a site that shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

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

    def planned(self) -> frozenset[str]:
        return frozenset(self.names)

    def troubles(self) -> Mapping[str, str]:
        return self.met


def configuration(folder: Path, text: str = TWO_SOURCES) -> Config:
    return parse_config(text, file="config.yaml", base=folder)


def site(store: Store, folder: Path, now: dt.datetime, **lanes: dt.datetime | None) -> Site:
    config = configuration(folder)
    return Site(
        store=store,
        config=lambda: config,
        lanes=lambda: {("desk", channel): since for channel, since in lanes.items()},
        clock=lambda: now,
    )


def client(shown: Site, base: str = "http://127.0.0.1:8642") -> httpx.AsyncClient:
    """Asks the application without a network between."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=shown.app, raise_app_exceptions=False), base_url=base)
