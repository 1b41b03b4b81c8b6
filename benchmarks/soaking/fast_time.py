"""Time that runs faster: one origin on the machine's steady clock, shared by all processes of a soak.

The daemon sees a clock and a steady clock that agree; only the pauses that its timetable makes are shortened. Whatever a
request or a computation takes is as long as ever, so that a second of the machine costs `factor` seconds of the soak.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from monitor.daemon.timetable import Job, Timetable

LEAST_TICKS = {"deliver": 0.5, "attend": 3.0}
"""Seconds of the machine: ticks are not made faster than this. To look after every source takes a part of a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FastTime:
    """`start` is the moment at which the machine's steady clock showed `origin`; from there on time runs `factor` times as fast."""

    start: dt.datetime
    factor: float
    origin: float

    def seconds(self) -> float:
        """Fast seconds since the start."""
        return (time.monotonic() - self.origin) * self.factor

    def now(self) -> dt.datetime:
        """The fast time of day."""
        return self.start + dt.timedelta(seconds=self.seconds())

    def real(self, span: dt.timedelta) -> float:
        """Seconds of the machine in a fast span."""
        return span.total_seconds() / self.factor


class Watch:
    """A clock and a steady clock whose hands are read at once.

    Between two readings of its own, a thread of a busy machine may wait for milliseconds: many fast seconds, which whoever
    compares the two clocks would take for a jump. So `steady` is the moment at which the same thread read `clock` last.
    """

    def __init__(self, time_: FastTime) -> None:
        self._time, self._read = time_, threading.local()

    def clock(self) -> dt.datetime:
        """The fast time of day."""
        self._read.seconds = seconds = self._time.seconds()
        return self._time.start + dt.timedelta(seconds=seconds)

    def steady(self) -> float:
        """Fast seconds, as of this thread's last look at `clock`."""
        return float(getattr(self._read, "seconds", 0.0))


class FastTimetable(Timetable):
    """A timetable whose pauses are `factor` times as short."""

    def __init__(self, factor: float, *, on_late: Callable[[str], None], on_overlap: Callable[[str], None]) -> None:
        super().__init__(on_late=on_late, on_overlap=on_overlap)
        self._factor = factor

    def plan(self, name: str, wait: dt.timedelta, poll: Job, *, grace: dt.timedelta) -> None:
        """As the timetable does, after a shorter pause."""
        super().plan(name, wait / self._factor, poll, grace=grace / self._factor)

    def tick(self, name: str, seconds: float, job: Job) -> None:
        """As the timetable does, more often."""
        super().tick(name, max(seconds / self._factor, LEAST_TICKS.get(name, 1.0)), job)
