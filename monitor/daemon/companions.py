"""Companions: what lives in the daemon's loop beside it, such as the web server, and what it may not do to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import structlog

log = structlog.get_logger()

GRACE = 2.0
"""Seconds that a companion may take to stop, after the work in hand has ended."""


class Companion(Protocol):
    """Something that lives in the daemon's loop beside it."""

    @property
    def name(self) -> str:
        """What logs call it."""

    async def start(self) -> None:
        """Be ready when this returns. Raises `MonitorError` where that cannot be, such as a port that is taken: the daemon
        then does not begin to work."""

    async def run(self) -> None:
        """Live until `stop`. To return or raise before that is logged and shown, and ends nothing but this companion."""

    async def stop(self) -> None:
        """End: `run` returns soon after. Called once for whatever was started, also where `run` has ended already."""


@contextlib.asynccontextmanager
async def accompanied(companions: Sequence[Companion]) -> AsyncIterator[None]:
    """The companions live while the block runs: started in order, stopped in reverse."""
    async with contextlib.AsyncExitStack() as stack:
        for companion in companions:
            await companion.start()
            task = asyncio.create_task(_live(companion), name=companion.name)
            stack.push_async_callback(_part_from, companion, task)
        yield


async def _live(companion: Companion) -> None:
    try:
        await companion.run()
    except Exception:  # the edge of one companion: it must not end the daemon
        log.exception("companion died", companion=companion.name)


async def _part_from(companion: Companion, task: asyncio.Task[None]) -> None:
    if task.done():
        log.error("companion had ended before the daemon", companion=companion.name)
    try:
        async with asyncio.timeout(GRACE):
            await companion.stop()
            await task
    except Exception:  # the same edge; a time-out cancels the task
        log.exception("companion did not stop", companion=companion.name)
