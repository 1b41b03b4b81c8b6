"""How long a failure makes us wait, by what can be hoped for. Pure.

A *temporary* fault (unreachable, 5xx, time-out) usually passes: the first costs nothing, then the pause doubles up to hours. A
*soft* one (an empty answer) is half a success: the pause grows slowly and stays within the source's own bounds. A *hard* one
(gone, another shape, forbidden, a bad certificate) does not mend itself: the pause grows at once and up to a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

RETRY_AFTER_LIMIT = dt.timedelta(days=1)
"""What a server asks for in Retry-After counts up to this."""
BLOCK_REST = dt.timedelta(hours=3)
"""The least rest after a ban page: portals lift theirs after hours, and asking again renews it."""


class Fault(StrEnum):
    """What can be hoped for after a failed poll."""

    SOFT = "soft"
    TEMPORARY = "temporary"
    HARD = "hard"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Weight:
    growth: float
    free: int
    """Failures in a row that cost nothing."""
    limit: dt.timedelta


_WEIGHTS = {
    Fault.SOFT: _Weight(growth=1.5, free=1, limit=dt.timedelta()),
    Fault.TEMPORARY: _Weight(growth=2.0, free=1, limit=dt.timedelta(hours=6)),
    Fault.HARD: _Weight(growth=4.0, free=0, limit=dt.timedelta(days=1)),
}


def backoff(
    fault: Fault, failures: int, *, least: dt.timedelta, most: dt.timedelta, promised: bool = False
) -> dt.timedelta:
    """The pause after so many failures in a row (at least 1), the last of the kind `fault`; `least` for the lightest.

    It ends at the limit of the kind or at `most`, whichever is longer; at `most` where that is `promised` to somebody.
    """
    weight = _WEIGHTS[fault]
    limit = max(least, most if promised else max(most, weight.limit))
    pause = least
    for _ in range(failures - weight.free):
        if pause >= limit:
            break
        pause *= weight.growth
    return min(pause, limit)
