"""A host that does not answer holds up its own sources, however many they are, and nobody else's."""

from __future__ import annotations

import threading

import pytest

from tests.acceptance.living import Life, hurried, live
from tests.acceptance.test_daemon_clock import EMPTY, watch
from tests.acceptance.world import World
from tests.fakeweb.server import FakeRequest, FakeWeb


def test_twelve_sources_of_a_slow_host_starve_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """More sources than may be polled at a time wait for one host: another host's source is polled meanwhile."""
    hurried(monkeypatch)
    answer = threading.Event()

    def never(request: FakeRequest) -> str:
        assert answer.wait(60)
        return EMPTY

    slow = [f"slow{n}" for n in range(12)]
    watch(world, *slow)
    for name in slow:
        world.web.add(f"/{name}.xml", never, headers={"Content-Type": "application/rss+xml"})
    with FakeWeb() as elsewhere:
        elsewhere.add("/quick.xml", EMPTY, headers={"Content-Type": "application/rss+xml"})
        # Planned last: the others are all in the queue before it.
        world.sources += f"  - {{name: zz-quick, kind: feed, url: '{elsewhere.url('/quick.xml')}', every: 1h}}\n"

        async def script(life: Life) -> None:
            await life.until(lambda: life.polls("zz-quick") == 1)
            assert not any(life.polls(name) for name in slow)
            answer.set()

        try:
            live(world, script)
        finally:
            answer.set()
