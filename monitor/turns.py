"""Whose turn it is to be polled: one poll a host at a time, a few at once over all, and no slow host in the way of others.

Waiting for a host costs no slot: sources that share one queue before they take any. A poll that is still under way after
`patience` gives its slot back and goes on without: what keeps it is the network, and that costs this machine nothing. So however
many hosts drip, there is always a slot for the next one after `patience` at the latest.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

AT_ONCE = 8
"""Polls that may work at the same time."""
PATIENCE = 20.0
"""Seconds after which a poll counts as waiting, not working."""


class Turns:
    """The turns of one process; used from one event loop at a time."""

    def __init__(self, *, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._patience = patience
        self._hosts: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}

    @contextlib.asynccontextmanager
    async def turn(self, urls: Iterable[str]) -> AsyncIterator[None]:
        """Wait for the turn of a poll of `urls`; it lasts as long as the block."""
        async with contextlib.AsyncExitStack() as held:
            # In one order for all, so that two polls of the same two hosts never wait for each other.
            for host in sorted({urlsplit(url).netloc.lower() for url in urls}):
                await held.enter_async_context(self._host(host))
            await held.enter_async_context(self._slot())
            yield

    @contextlib.asynccontextmanager
    async def _host(self, host: str) -> AsyncIterator[None]:
        lock = self._hosts.setdefault(host, asyncio.Lock())
        self._waiting[host] = self._waiting.get(host, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host], self._hosts[host]

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        await self._slots.acquire()
        held = True

        def give_back() -> None:
            nonlocal held
            if held:
                held = False
                self._slots.release()

        late = asyncio.get_running_loop().call_later(self._patience, give_back)
        try:
            yield
        finally:
            late.cancel()
            give_back()
