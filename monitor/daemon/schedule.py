"""The daemon: each source is polled at its own time, understanding and delivery follow each poll, and nothing ends it.

The times are rows of ours (`source.next_check_at`); `timetable` holds a job for each. A check that did not happen at its time is
recorded as missed and made up for. Beside the polls: the `worker`, companions in the same loop, a watch on the clock
(`timekeeping`) and on the configuration (`reloading`), and what a service manager is told (`supervision`).
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from monitor.daemon.companions import Companion, accompanied
from monitor.daemon.missing import Missed, MissedChecks
from monitor.daemon.planning import Slot, slot, spread
from monitor.daemon.reloading import Refused, Reloaded, Reloader
from monitor.daemon.supervision import Notifier, Supervisor
from monitor.daemon.timekeeping import ClockWatch, Jump
from monitor.daemon.timetable import POLL, Timetable
from monitor.daemon.troubles import Trouble, Troubles, trouble_of
from monitor.daemon.worker import HANG, Worker
from monitor.errors import MonitorError
from monitor.service import DeliverySummary, PollSummary, ProcessSummary, Service
from monitor.subscribing import Due

__all__ = ["Companion", "Daemon", "Event", "Missed"]

log = structlog.get_logger()

DELIVERY_TICK = 5
"""Seconds between two looks for alerts whose next attempt has come."""

ATTENTION_TICK = 300
"""Seconds between two looks at deadlines and at the program's own health."""

WATCH_TICK = 2.0
"""Seconds between two looks at the clock and at the configuration's files; counted by the loop, whose clock is never set."""

GRACE = 8.0
"""Seconds that work in hand may take after a stop signal; whoever started us is promised ten."""

RETRY_BROKEN = dt.timedelta(minutes=5)
"""When to try a source again whose poll raised instead of reporting. Also where only the database refused: the list is then
asked for again, and its host shall not pay for our troubles."""

LEAST_PAUSE = dt.timedelta(seconds=1)
"""Between the end of a poll and the next of the same source, whatever its row says."""

NOT_RUNNING = "the daemon was not running, or the source was off"
NO_TURN = "others had their turn: on its host, or as many as are polled at a time"
LOOP_BUSY = "the program was too busy to begin it"
OVERLAP = "the check before it was still under way"

Event = PollSummary | ProcessSummary | DeliverySummary | Missed | Jump | Reloaded | Refused


class _NotWantedError(Exception):
    """While a check waited for its turn, the daemon was told to stop, or its source was taken out."""


class Daemon:
    """Runs a service until told to stop. `on_event` is told of every poll, round of understanding and delivery, of what was
    missed, of jumps of the clock and of reloads.

    `companions` start before any work, in order, and stop after it. `reloader` None never reloads. `steady` gives the
    seconds of a clock that is never set; after `hang` of them without progress the worker counts as stuck.
    """

    def __init__(
        self,
        service: Service,
        *,
        companions: Sequence[Companion] = (),
        reloader: Reloader | None = None,
        supervisor: Supervisor | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        steady: Callable[[], float] = time.monotonic,
        hang: float = HANG,
    ) -> None:
        self._service, self._on_event, self._steady = service, on_event, steady
        self._companions, self._reloader = tuple(companions), reloader
        self._supervisor = supervisor or Supervisor(Notifier(""))
        self._clocks = ClockWatch(service.clock(), steady())
        self._timetable = Timetable(on_late=self._late, on_overlap=self._overlapped)
        self._troubles = Troubles(service.clock, on_met=self._tell_operators)
        self._missed = MissedChecks()
        self._worker = Worker(
            lambda: self._service,
            missed=self._missed,
            troubles=self._troubles,
            on_event=on_event,
            steady=steady,
            hang=hang,
        )
        self._slots: dict[str, Slot] = {}
        """The next check of each source that is watched."""
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        """What is under way and is waited for at the end: polls by the id of their job, other work by a word."""
        self._again: set[str] = set()
        """Sources under way that are to be checked again at once."""
        self._overdue: set[str] = set()
        self._reload_asked = False
        self._stop = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is in hand within `GRACE` seconds; the rest is done next time.

        Raises what a companion that cannot start raises, before any work.
        """
        self._stop = stop
        async with accompanied(self._companions):
            await self._run()

    def reload(self) -> None:
        """Read the configuration anew, soon, whether its files changed or not. What comes of it is an event."""
        self._reload_asked = True

    def watched(self) -> frozenset[str]:
        """Names of the sources whose next check is planned or under way; none before the first plan."""
        return frozenset(self._slots)

    def troubles(self) -> Mapping[str, Trouble]:
        """What keeps which work from being done, for as long as it does."""
        return self._troubles.open()

    def stuck(self) -> str:
        """Empty, or why the worker does not seem to live."""
        return self._worker.stuck()

    # The life of the daemon

    async def _run(self) -> None:
        self._timetable.start()
        worker = self._task("worker", self._worker.run(self._stop))
        watch = asyncio.create_task(self._watch(), name="watch")
        signs = asyncio.create_task(self._supervisor.keep_alive(self.stuck), name="signs of life")
        try:
            await self._plan(NOT_RUNNING)
            self._timetable.tick("deliver", DELIVERY_TICK, self._deliver)
            self._timetable.tick("attend", ATTENTION_TICK, self._attend)
            self._timetable.tick("subscribe", ATTENTION_TICK, self._subscribe)
            self._listen()
            self._task("subscribe", self._ask_hubs())
            self._worker.wake()
            self._supervisor.ready(self._status())
            waiter = asyncio.create_task(self._stop.wait(), name="stop")
            done, _ = await asyncio.wait({waiter, worker, watch}, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()
            for ended in done - {waiter}:
                ended.result()  # a bug ended it: raise it here, so that the process ends and is restarted
        finally:
            await self._finish(watch, signs)

    async def _finish(self, *watchers: asyncio.Task[None]) -> None:
        self._stop.set()
        self._supervisor.stopping()
        self._timetable.stop()
        self._worker.wake()
        pending = set(self._in_hand.values())
        log.info("stopping", in_hand=sorted(self._in_hand))
        done, late = await asyncio.wait(pending, timeout=GRACE) if pending else (set(), set())
        for task in (*late, *watchers):
            task.cancel()
        await asyncio.gather(*done, *late, *watchers, return_exceptions=True)
        with contextlib.suppress(MonitorError, OSError):  # what is not written now is found again at the next start
            await asyncio.to_thread(self._missed.write, self._service.store)
        log.info("stopped", unfinished=[t.get_name() for t in late])

    def _task(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Work as a task of ours: the scheduler cancels its own when it stops, this is waited for."""
        task = self._in_hand[name] = asyncio.create_task(work, name=name)
        task.add_done_callback(lambda ended: self._put_away(name, ended))
        return task

    def _put_away(self, name: str, ended: asyncio.Task[None]) -> None:
        if self._in_hand.get(name) is ended:  # and not the next of its name
            del self._in_hand[name]

    def _is_under_way(self, name: str) -> bool:
        """Whether this work still goes on: what has ended may not be put away yet."""
        task = self._in_hand.get(name)
        return task is not None and not task.done()

    def _status(self) -> str:
        return f"watching {len(self._slots)} sources"

    # Planning

    async def _plan(self, why: str, names: Collection[str] | None = None, *, at_once: bool = False) -> None:
        """Plan sources from their rows, all or these. What was missed meanwhile is recorded with the reason `why`; empty:
        nothing was. `at_once` checks them now whatever their rows say."""
        now = self._service.clock()
        slots = await asyncio.to_thread(self._read_slots, names, now)
        idle = [one for one in slots if not self._is_under_way(f"{POLL}{one.name}")]
        self._note_missed([one for one in idle if why and one.is_missed(now)], why)
        if at_once:
            self._again |= {one.name for one in slots} - {one.name for one in idle}
            idle = [replace(one, planned_at=min(one.planned_at, now)) for one in idle]
        begins = spread(idle, now)
        self._slots |= {one.name: one for one in slots}
        for one in idle:
            self._timetable.plan(one.name, begins[one.name] - now, self._start, grace=one.grace)

    def _read_slots(self, names: Collection[str] | None, now: dt.datetime) -> list[Slot]:
        service = self._service
        wanted = [s for s in service.config.enabled_sources if names is None or s.name in names]
        with service.store.reading() as unit:
            rows = [(source, unit.sources.get(source.name)) for source in wanted]
        return [slot(row, url=s.addresses[0], every=s.every, now=now) for s, row in rows if row is not None]

    def _plan_next(self, name: str, when: dt.datetime) -> None:
        """Plan the check after the one that has just ended."""
        before, now = self._slots.get(name), self._service.clock()
        if self._stop.is_set() or before is None:  # it was taken out of the configuration meanwhile
            return
        if name in self._again:
            self._again.discard(name)
            when = now
        self._slots[name] = replace(before, planned_at=when, is_new=False)
        self._timetable.plan(name, max(when - now, LEAST_PAUSE), self._start, grace=before.grace)

    def _note_missed(self, slots: Sequence[Slot], why: str) -> None:
        if slots:
            self._on_event(self._missed.note(slots, why, self._service.clock()))
            self._worker.wake()

    def _late(self, name: str) -> None:
        """A check was not begun within its grace, and the timetable has dropped it."""
        self._overdue.add(name)
        asyncio.get_running_loop().call_soon(self._mind_the_clock)

    def _overlapped(self, job: str) -> None:
        """A turn was skipped. A dated job has no other: where the check before it has ended, and was only not put away yet, it is
        planned again; else its end plans the next."""
        current = self._slots.get(job.removeprefix(POLL)) if job.startswith(POLL) else None
        if current is None:
            log.warning("still under way", job=job)
        elif self._is_under_way(job):
            self._note_missed([current], OVERLAP)
        else:
            self._timetable.plan(current.name, LEAST_PAUSE, self._start, grace=current.grace)

    # The clock and the configuration's files

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_TICK)
            self._mind_the_clock()
            if self._reloader is not None and "reload" not in self._in_hand:
                changed = await asyncio.to_thread(self._reloader.look)
                if changed or self._reload_asked:
                    self._reload_asked = False
                    self._task("reload", self._reload(self._reloader))

    def _mind_the_clock(self) -> None:
        """Where the clock was set, plan everything again; else what came too late."""
        jump = self._clocks.look(self._service.clock(), self._steady())
        late, self._overdue = self._overdue, set()
        if jump is not None:
            log.warning("clock", problem=str(jump))
            self._timetable.set_ticks_again()
            self._on_event(jump)
        if (jump is not None or late) and not self._stop.is_set():
            why, names = (str(jump), None) if jump is not None else (LOOP_BUSY, late)
            self._task(f"plan {why}", self._plan_surely(why, names, redate=jump is not None))

    async def _plan_surely(
        self, why: str, names: Iterable[str] | None, *, at_once: bool = False, redate: bool = False
    ) -> None:
        """Plan, again and again while the database refuses. `redate` comes first where the clock was set."""
        chosen = None if names is None else frozenset(names)
        while not self._stop.is_set():
            try:
                if redate:
                    await asyncio.to_thread(self._service.redate)
                await self._plan(why, chosen, at_once=at_once)
            except (MonitorError, OSError) as exc:
                pause = self._troubles.met("plan", exc)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), pause.total_seconds())
            else:
                self._troubles.over("plan")
                self._worker.wake()
                return

    async def _reload(self, reloader: Reloader) -> None:
        """Build what the files say and go on with it; where they are wrong, go on with what there is."""
        self._supervisor.reloading()
        try:
            made = await asyncio.to_thread(reloader.build)
            if isinstance(made, Reloaded):
                reloader.accept(made)
                await self._go_on_with(made)
            else:
                log.error("configuration refused", file=made.file, problems=list(made.problems))
                self._service.attention.note_refused_configuration(made.file, made.problems)
            self._on_event(made)
            await self._attend()  # operators hear of it now, not at the next look
        except Exception:  # the loop's edge: whatever is wrong with a reload, the old configuration works on
            log.exception("reload raised")
        finally:
            self._supervisor.ready(self._status())

    async def _go_on_with(self, made: Reloaded) -> None:
        """Polls in hand end as they began; everything that begins from here on is of the new service."""
        self._service = made.service
        self._listen()
        log.warning("reloaded", changes=[str(change) for change in made.changes])
        enabled = {source.name for source in made.config.enabled_sources}
        for name in self._slots.keys() - enabled:
            del self._slots[name]
            self._timetable.unplan(name)
        if fresh := (enabled - self._slots.keys()) | (made.altered & enabled):
            await self._plan_surely("", fresh, at_once=True)
        self._worker.wake()

    # Polling, looking around, delivering

    async def _start(self, name: str) -> None:
        """A job of the timetable. It lasts as long as the poll, so that the timetable sees when two would overlap."""
        if not self._is_under_way(f"{POLL}{name}") and name in self._slots:
            await _unless_cancelled(self._task(f"{POLL}{name}", self._poll(name)))

    async def _poll(self, name: str) -> None:
        called = self._service.clock()
        next_at = called + RETRY_BROKEN
        try:
            summary = await self._service.poll(name, lambda: self._begin(name, called))
            next_at = summary.next_check_at
            self._troubles.over("poll")
            self._on_event(summary)
            self._worker.wake()
        except _NotWantedError:
            log.debug("not polled", source=name)
        except (MonitorError, OSError) as exc:
            if trouble_of(exc) is None:
                log.error("poll failed", source=name, problem=str(exc))
            else:
                self._troubles.met("poll", exc)
            next_at = self._service.clock() + RETRY_BROKEN
        except Exception:  # the loop's edge: one source's fault must not end the daemon
            log.exception("poll raised", source=name)
        finally:
            self._plan_next(name, next_at)

    async def _begin(self, name: str, called: dt.datetime) -> None:
        """A check that was called at `called` has its turn: its host is free (`turns`). Raises where it is not wanted any more."""
        if self._stop.is_set() or name not in self._slots:
            raise _NotWantedError
        if not self._slots[name].is_new and self._service.clock() - called > self._slots[name].grace:
            self._note_missed([self._slots[name]], NO_TURN)
        await self._record_missed(name)
        log.debug("polling", source=name)

    async def _record_missed(self, name: str) -> None:
        """What is made up for next is recorded first: the worker may be long at something else, and once the check is made its row
        tells nobody any more what was missed. Where the database refuses, the worker tries on."""
        if self._missed.awaits(name):
            with contextlib.suppress(MonitorError, OSError):
                await asyncio.to_thread(self._missed.write, self._service.store)

    async def _attend(self) -> None:
        """Look after deadlines and health."""
        if "attend" not in self._in_hand:
            await _unless_cancelled(self._task("attend", self._look_around()))

    async def _look_around(self) -> None:
        try:
            if await self._service.attend():
                self._worker.wake()
        except (MonitorError, OSError) as exc:
            if trouble_of(exc) is None:
                log.error("attention failed", problem=str(exc))
            else:
                self._troubles.met("attend", exc)
                self._service.attention.note_prevented_look()
        else:
            self._troubles.over("attend")

    async def _subscribe(self) -> None:
        """See to the subscriptions with hubs."""
        if "subscribe" not in self._in_hand:
            await _unless_cancelled(self._task("subscribe", self._ask_hubs()))

    def _listen(self) -> None:
        """Hear from the service in use of sources that are due sooner than planned."""
        if self._service.subscribing is not None:
            self._service.subscribing.on_due = self._hasten

    async def _ask_hubs(self) -> None:
        if (subscribing := self._service.subscribing) is None:
            return
        try:
            await subscribing.refresh()
        except (MonitorError, OSError) as exc:
            if trouble_of(exc) is None:
                log.error("hubs could not be asked", problem=str(exc))
            else:
                self._troubles.met("subscribe", exc)
        else:
            self._troubles.over("subscribe")

    def _hasten(self, due: Due) -> None:
        """A hub told of news. A poll under way knows of it when it plans the next."""
        before, now = self._slots.get(due.source), self._service.clock()
        if before is None or f"{POLL}{due.source}" in self._in_hand or self._stop.is_set():
            return
        self._slots[due.source] = replace(before, planned_at=due.at)
        self._timetable.plan(due.source, max(due.at - now, dt.timedelta()), self._start, grace=before.grace)

    async def _deliver(self) -> None:
        self._worker.wake()

    def _tell_operators(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.DATABASE_BUSY:
                self._service.attention.note_busy_database()
            case Trouble.DISK_FULL:
                self._service.attention.note_full_disk()


async def _unless_cancelled(task: asyncio.Task[None]) -> None:
    """Wait for a task of ours in a job of the scheduler's: it cancels its jobs when it stops, and the task goes on."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.shield(task)
