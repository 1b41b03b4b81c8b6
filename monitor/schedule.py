"""The daemon: APScheduler wakes each source at its own time; processing and delivery follow each poll.

The times are rows of ours (`source.next_check_at`), so the scheduler needs no store of its own: it holds one dated job
a source, `poll:<name>`, replaced after each poll. A job's arguments are names, never objects. Late jobs run once,
however late (the library's default grace of one second would skip them silently).
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.errors import DatabaseBusyError, MonitorError
from monitor.service import DeliverySummary, PollSummary, ProcessSummary, Service

log = structlog.get_logger()

CRAWLS_AT_ONCE = 8
"""Sources polled at the same time; the crawler keeps the spacing of those that share a host."""

DELIVERY_TICK = 5
"""Seconds between two looks for alerts whose next attempt has come."""

ATTENTION_TICK = 300
"""Seconds between two looks at deadlines and at the program's own health."""

GRACE = 8.0
"""Seconds that work in hand may take after a stop signal; whoever started us is promised ten."""

COMPANION_GRACE = 2.0
"""Seconds that a companion may take to stop, after the work in hand has ended."""

RETRY_BROKEN = dt.timedelta(minutes=5)
"""When to try a source again whose poll raised instead of reporting."""

Event = PollSummary | ProcessSummary | DeliverySummary


class Companion(Protocol):
    """Something that lives in the daemon's loop beside it, such as the web server."""

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


class Daemon:
    """Runs a service until told to stop. `on_event` is told of every poll, round of understanding and delivery.

    `companions` start before any work, in order, and stop after it.
    """

    def __init__(
        self,
        service: Service,
        *,
        companions: Sequence[Companion] = (),
        on_event: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self._service = service
        self._companions = tuple(companions)
        self._on_event = on_event
        self._scheduler = AsyncIOScheduler(
            timezone=dt.UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._slots = asyncio.Semaphore(CRAWLS_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._work = asyncio.Event()
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is in hand within `GRACE` seconds; the rest is done next time.

        Raises what a companion that cannot start raises, before any work.
        """
        async with _accompanied(self._companions):
            await self._run(stop)

    async def _run(self, stop: asyncio.Event) -> None:
        self._scheduler.start()
        worker = asyncio.create_task(self._process_and_deliver(), name="process")
        try:
            await self._plan_all()
            self._scheduler.add_job(self._wake, "interval", seconds=DELIVERY_TICK, id="deliver")
            self._scheduler.add_job(self._attend, "interval", seconds=ATTENTION_TICK, id="attend")
            self._work.set()
            waiter = asyncio.create_task(stop.wait(), name="stop")
            done, _ = await asyncio.wait({waiter, worker}, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()
            if worker in done:
                worker.result()  # a bug ended it: raise it here, so that the process ends and is restarted
        finally:
            await self._stop(worker)

    async def _plan_all(self) -> None:
        for record in await asyncio.to_thread(self._records):
            self._plan(record[0], record[1])

    def _records(self) -> list[tuple[str, dt.datetime]]:
        enabled = {s.name for s in self._service.config.enabled_sources}
        with self._service.store.reading() as unit:
            return [(r.name, r.next_check_at) for r in unit.sources.all() if r.name in enabled]

    def _plan(self, name: str, when: dt.datetime) -> None:
        """(Re)place the one job that will poll this source."""
        when = max(when, self._service.clock())
        self._scheduler.add_job(
            self._launch, "date", run_date=when, args=(name,), id=f"poll:{name}", replace_existing=True
        )

    async def _launch(self, name: str) -> None:
        """Start a poll as a task of ours: the scheduler would cancel its own on shutdown."""
        task = asyncio.create_task(self._poll(name), name=f"poll:{name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _poll(self, name: str) -> None:
        next_at = self._service.clock() + RETRY_BROKEN
        try:
            async with self._slots:
                if self._stopping:
                    return
                summary = await self._service.poll(name)
                next_at = summary.next_check_at
                self._on_event(summary)
                self._work.set()
        except MonitorError as exc:
            log.error("poll failed", source=name, problem=str(exc))
        except Exception:  # the loop's edge: one source's fault must not end the daemon
            log.exception("poll raised", source=name)
        finally:
            if not self._stopping:
                self._plan(name, next_at)

    async def _attend(self) -> None:
        """Look after deadlines and health, as a task of ours."""
        task = asyncio.create_task(self._look_around(), name="attend")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_around(self) -> None:
        try:
            if await self._service.attend():
                self._work.set()
        except MonitorError as exc:
            self._tell_trouble("attention failed", exc)

    def _tell_trouble(self, what: str, exc: MonitorError) -> None:
        """A busy database, say: the next tick tries again."""
        log.error(what, problem=str(exc))
        if isinstance(exc, DatabaseBusyError):
            self._service.attention.note_busy_database()

    def _wake(self) -> None:
        self._work.set()

    async def _process_and_deliver(self) -> None:
        """One loop for both, so that an alert sees every copy that was stored before it."""
        while not self._stopping:
            await self._work.wait()
            self._work.clear()
            try:
                processed = await self._service.process_pending()
                if processed.total or processed.retried:
                    self._on_event(processed)
                delivered = await self._service.deliver_due()
                if delivered.attempts:
                    self._on_event(delivered)
            except MonitorError as exc:
                self._tell_trouble("processing failed", exc)

    async def _stop(self, worker: asyncio.Task[None]) -> None:
        self._stopping = True
        self._scheduler.shutdown(wait=False)
        self._work.set()
        pending = {*self._tasks, worker}
        log.info("stopping", in_hand=[t.get_name() for t in pending if not t.done()])
        done, late = await asyncio.wait(pending, timeout=GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*done, *late, return_exceptions=True)
        log.info("stopped", unfinished=[t.get_name() for t in late])


@contextlib.asynccontextmanager
async def _accompanied(companions: Sequence[Companion]) -> AsyncIterator[None]:
    """The companions live while the block runs."""
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
        async with asyncio.timeout(COMPANION_GRACE):
            await companion.stop()
            await task
    except Exception:  # the same edge; a time-out cancels the task
        log.exception("companion did not stop", companion=companion.name)
