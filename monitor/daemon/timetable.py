"""The timetable: APScheduler, and what happens to a job that is late. Nothing else knows the library.

The times of checks are rows of ours (`source.next_check_at`), so the library needs no store of its own: it holds one dated
job a source, `poll:<name>`, replaced after each poll, and the ticks. A job's arguments are names, never objects.

What a late job does is said for each kind, since the library's default, a grace of one second, skips it without a word:

| job | grace | because |
| --- | --- | --- |
| `poll:<name>` | a minute, or a tenth of its interval | later than that it counts as missed: recorded, then made up for at once |
| ticks | one interval | a tick that is later than the next one is nothing worth: that one comes |

All are coalesced (several turns that were missed are one) and have one instance: a second turn while the first is under way
is skipped and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

POLL = "poll:"
"""What the ids of dated jobs begin with."""

Job = Callable[..., Awaitable[None]]


class Timetable:
    """Jobs of one loop. `on_late` is told the name of a poll that was not begun within its grace, `on_overlap` the id of a
    job whose turn came while it was still under way: neither was run."""

    def __init__(self, *, on_late: Callable[[str], None], on_overlap: Callable[[str], None]) -> None:
        self._on_late, self._on_overlap = on_late, on_overlap
        self._ticks: dict[str, tuple[Job, float]] = {}
        self._scheduler = AsyncIOScheduler(timezone=dt.UTC, job_defaults={"coalesce": True, "max_instances": 1})
        self._scheduler.add_listener(self._heard, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Begin, on the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Start nothing any more. A job that is under way is cancelled: shield in it what is to be finished."""
        self._scheduler.shutdown(wait=False)

    def plan(self, name: str, wait: dt.timedelta, poll: Job, *, grace: dt.timedelta) -> None:
        """(Re)place the one job that will poll this source after `wait`."""
        # Told as a pause, not as a time of day: the clock of the hub may be another one than the library's.
        when = dt.datetime.now(dt.UTC) + max(wait, dt.timedelta())
        self._scheduler.add_job(
            poll,
            "date",
            run_date=when,
            args=(name,),
            id=f"{POLL}{name}",
            replace_existing=True,
            misfire_grace_time=max(int(grace.total_seconds()), 1),
        )

    def unplan(self, name: str) -> None:
        """Take a source's job out, where it has one."""
        if self._scheduler.get_job(f"{POLL}{name}"):
            self._scheduler.remove_job(f"{POLL}{name}")

    def planned(self) -> frozenset[str]:
        """Names of the sources that have a job."""
        return frozenset(j.id.removeprefix(POLL) for j in self._scheduler.get_jobs() if j.id.startswith(POLL))

    def tick(self, name: str, seconds: float, job: Job) -> None:
        """Run a job every so many seconds."""
        self._ticks[name] = (job, seconds)
        self._add_tick(name, job, seconds)

    def set_ticks_again(self) -> None:
        """Count the pauses of all ticks from now: the clock was set, and they stand at times of the old one."""
        for name, (job, seconds) in self._ticks.items():
            self._add_tick(name, job, seconds)

    def _add_tick(self, name: str, job: Job, seconds: float) -> None:
        grace = max(int(seconds), 1)
        self._scheduler.add_job(
            job, "interval", seconds=seconds, id=name, replace_existing=True, misfire_grace_time=grace
        )

    def _heard(self, event: JobEvent) -> None:
        if event.code == EVENT_JOB_MAX_INSTANCES:
            self._on_overlap(event.job_id)
        elif event.job_id.startswith(POLL):
            self._on_late(event.job_id.removeprefix(POLL))
