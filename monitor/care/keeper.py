"""Care beside the daemon: it begins with a look at the database, and once a day what is old is dropped."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from monitor.care.caring import Care
from monitor.clock import Clock
from monitor.errors import MonitorError

log = structlog.get_logger()

TICK = 600.0
"""Seconds between two looks whether a day has passed."""


class Keeper:
    """A companion of the daemon (`monitor.daemon.companions`): damage keeps the daemon from beginning, pruning never ends it."""

    name = "care"

    def __init__(self, care: Care, clock: Clock, *, tick: float = TICK) -> None:
        self._care, self._clock, self._tick = care, clock, tick
        self._stopped = asyncio.Event()

    async def start(self) -> None:
        """Look at the database. Raises `DatabaseDamagedError`."""
        await asyncio.to_thread(self._care.at_start)

    async def run(self) -> None:
        """Prune daily until `stop`; what fails is logged and tried again a tick later."""
        while not self._stopped.is_set():
            try:
                await asyncio.to_thread(self._care.daily, self._clock())
            except (MonitorError, OSError) as exc:
                log.error("pruning failed", problem=str(exc))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._tick)

    async def stop(self) -> None:
        """Let go of what is under way: the next day goes on where it was left."""
        self._stopped.set()
        self._care.halt()
