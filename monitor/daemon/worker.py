"""The worker: one loop that understands what was stored and delivers what is due, and can tell whether it hangs.

One loop for both, so that an alert sees every copy that was stored before it. What the database or the disk refuses is tried
again, at growing pauses, until it is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from monitor.daemon.missing import MissedChecks
from monitor.daemon.troubles import FIRST_PAUSE, Troubles, trouble_of
from monitor.errors import MonitorError
from monitor.service import DeliverySummary, ProcessSummary, Service

log = structlog.get_logger()

HANG = 600.0
"""Seconds without progress after which a round of work counts as hanging. The slowest thing that is well takes half of it: a
batch whose every article waits for a second opinion until its time-out."""

_NO_PAUSE = dt.timedelta()


class Worker:
    """Does a round of work whenever it is woken. `service` gives the one in use: a reload puts another in its place.

    `steady` gives the seconds of a clock that is never set, `hang` is after how many of them without progress it hangs.
    """

    def __init__(
        self,
        service: Callable[[], Service],
        *,
        missed: MissedChecks,
        troubles: Troubles,
        on_event: Callable[[ProcessSummary | DeliverySummary], None],
        steady: Callable[[], float],
        hang: float = HANG,
    ) -> None:
        self._service, self._missed, self._troubles, self._on_event = service, missed, troubles, on_event
        self._steady, self._hang = steady, hang
        self._work = asyncio.Event()
        self._progress: tuple[object, float] | None = None
        self._clock_was_set = True  # who knows, while the program was not running

    def wake(self) -> None:
        """There may be something to do."""
        self._work.set()

    def stuck(self) -> str:
        """Empty, or why it does not seem to live: it has been at one thing for too long."""
        if self._progress is None:
            return ""
        done, since = self._progress
        if done != (now_done := self._done()):
            self._progress = (now_done, self._steady())
            return ""
        idle = self._steady() - since
        return f"the worker has made no progress for {idle:.0f} s" if idle > self._hang else ""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set (and `wake` was called)."""
        while not stop.is_set():
            await self._work.wait()
            self._work.clear()
            self._progress = (self._done(), self._steady())
            steps = (
                ("clock", self._redate),
                ("record", self._record),
                ("process", self._process),
                ("deliver", self._deliver),
            )
            pause = max([await self._tried(work, step) for work, step in steps])
            self._progress = None
            if pause:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause.total_seconds())
                self.wake()

    def _done(self) -> object:
        service = self._service()
        return (id(service), service.progress)

    async def _tried(self, work: str, step: Callable[[], Coroutine[Any, Any, None]]) -> dt.timedelta:
        """Do one kind of work; how long to wait before the next round, where the database or the disk refused it."""
        try:
            await step()
        except (MonitorError, OSError) as exc:
            if trouble_of(exc) is not None:
                return self._troubles.met(work, exc)
            log.error("work failed", work=work, problem=str(exc))
            return FIRST_PAUSE
        self._troubles.over(work)
        return _NO_PAUSE

    async def _redate(self) -> None:
        if self._clock_was_set:
            await asyncio.to_thread(self._service().redate)
            self._clock_was_set = False

    async def _record(self) -> None:
        await asyncio.to_thread(self._missed.write, self._service().store)

    async def _process(self) -> None:
        processed = await self._service().process_pending()
        if processed.total or processed.retried:
            self._on_event(processed)

    async def _deliver(self) -> None:
        delivered = await self._service().deliver_due()
        if delivered.attempts:
            self._on_event(delivered)
        for fault in delivered.faults:
            if trouble_of(fault) is not None:
                raise fault
