"""Whether the clock can be believed: the time of day held against a clock that only ever goes forward.

The time of day jumps when it is set, when a time service steps it, and when the machine was asleep: the steady clock of
Linux stands still meanwhile. What is planned for a time of day must then be planned again. Both clocks are arguments.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

TOLERANCE = dt.timedelta(seconds=10)
"""A smaller difference between two looks is no jump: looks are seconds apart, and time services slew slower than that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Jump:
    """The time of day moved by `by` more than time went by; backwards where that is negative."""

    by: dt.timedelta
    at: dt.datetime

    @property
    def is_forward(self) -> bool:
        return self.by > dt.timedelta()

    def __str__(self) -> str:
        seconds = abs(self.by.total_seconds())
        way = "forward (or the machine slept)" if self.is_forward else "back"
        return f"the clock went {way} by {seconds:.0f} s"


class ClockWatch:
    """Compares the two clocks from look to look. `steady` are the seconds of the clock that only goes forward."""

    def __init__(self, now: dt.datetime, steady: float) -> None:
        self._now, self._steady = now, steady

    def look(self, now: dt.datetime, steady: float) -> Jump | None:
        """The jump since the last look, if there was one."""
        went_by = dt.timedelta(seconds=steady - self._steady)
        by = (now - self._now) - went_by
        self._now, self._steady = now, steady
        return Jump(by=by, at=now) if abs(by) > TOLERANCE else None
