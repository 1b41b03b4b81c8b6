"""Fixtures of the alerts tests: a fixed time, a collector, and no proxy between us and loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.alerts.collector import Collector


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as running:
        yield running
