"""A sample web that runs on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest

from monitor.demo import DemoArticle, DemoSite, load_articles

START = 1_790_000_000.0


@dataclass
class Clock:
    """Unix time that moves only when told."""

    moment: float = START

    def __call__(self) -> float:
        return self.moment


@dataclass(frozen=True)
class Reply:
    """What came back over the socket."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Web:
    """A started sample web, its clock, and a plain HTTP client."""

    site: DemoSite
    clock: Clock

    def get(self, target: str, method: str = "GET", **headers: str) -> Reply:
        """Fetch a path or URL of the sample web. Header names are given with `_` for `-`."""
        parts = urlsplit(target)
        path = quote(parts.path) + (f"?{parts.query}" if parts.query else "")
        connection = HTTPConnection(urlsplit(self.site.base_url).netloc, timeout=10)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): v for name, v in headers.items()})
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def text(self, target: str) -> str:
        """The body of a page that must be there, as UTF-8."""
        reply = self.get(target)
        assert reply.status == 200, target
        return reply.body.decode()


@pytest.fixture(scope="session")
def articles() -> Mapping[str, DemoArticle]:
    """The packaged articles by id, in their order, read once."""
    return {a.id: a for a in load_articles()}


@pytest.fixture
def web(articles: Mapping[str, DemoArticle]) -> Iterator[Web]:
    clock = Clock()
    with DemoSite(clock, articles=tuple(articles.values())) as site:
        yield Web(site, clock)
