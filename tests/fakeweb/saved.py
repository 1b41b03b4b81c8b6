"""A saved crawl (`crawler.fixture`) as a replica: the fake web answers what the real one answered.

The fake web is an HTTP proxy that speaks no TLS, so https addresses are served as http, in bodies and redirects too. A request
is answered by the exchange with the same method, query and body; where there is none, since dates or counters stand in it, by
the next one recorded for the same host and path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from crawler.fixture import Fixture
from crawler.items import Exchange, SourceSpec
from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb


def plain(value: Any) -> Any:
    """Any value with http for https, JSON's escaped slashes included."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(plain(part) for part in value)
    if isinstance(value, bytes):
        return value.replace(b"https://", b"http://").replace(rb"https:\/\/", rb"http:\/\/")
    return value.replace("https://", "http://") if isinstance(value, str) else value


def serve(web: FakeWeb, fixture: Fixture) -> SourceSpec:
    """Put a saved crawl on the web; returns its source as it is reached there, without pauses."""
    by_path: dict[tuple[str, str], list[Exchange]] = {}
    for one in fixture.exchanges:
        split = urlsplit(one.url)
        by_path.setdefault((split.netloc, split.path or "/"), []).append(one)
    for (host, path), exchanges in by_path.items():
        web.add(f"http://{host}{path}", _answering(exchanges))
    source = fixture.source
    return replace(
        source,
        urls=plain(source.urls),
        options=plain(source.options),
        warm_up=plain(source.warm_up),
        delay=None,
        allow_private=True,  # everything stays on loopback here, by way of the proxy
    )


def _answering(exchanges: list[Exchange]) -> Callable[[FakeRequest], FakeResponse]:
    left = list(range(len(exchanges)))

    def answer(request: FakeRequest) -> FakeResponse:
        asked = (request.method, request.query, request.body)
        same = [n for n, one in enumerate(exchanges) if (one.method, urlsplit(one.url).query, one.sent_body) == asked]
        # What was asked twice was answered twice, not always alike; beyond that the last answer stands.
        number = next((n for n in same if n in left), same[-1] if same else (left or [len(exchanges) - 1])[0])
        if number in left:
            left.remove(number)
        chosen = exchanges[number]
        headers = tuple((name, plain(value)) for name, value in chosen.headers)
        return FakeResponse(status=chosen.status, headers=headers, body=plain(chosen.body))

    return answer
