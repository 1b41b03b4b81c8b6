"""When to look at a source again: a pure function of the clock, the source's cadence and how the last poll went."""

from __future__ import annotations

import datetime as dt

JITTER = 0.1
"""A poll comes up to this share of its interval late, so that sources of one cadence do not march in step."""

BACKOFF_LIMIT = dt.timedelta(hours=6)
"""The longest pause that failures alone cause; what a server asks for in Retry-After may be longer, up to a day."""

RETRY_AFTER_LIMIT = dt.timedelta(days=1)

BLOCK_REST = dt.timedelta(hours=3)
"""The least rest after a ban page: portals lift theirs after hours, and asking again renews it."""


def next_check(
    now: dt.datetime,
    every: dt.timedelta,
    *,
    jitter: float,
    failures: int = 0,
    retry_after: dt.timedelta | None = None,
    blocked: bool = False,
) -> dt.datetime:
    """The next check after a poll at `now`.

    `jitter` is a random number in [0, 1). Each consecutive failure doubles the interval, up to `BACKOFF_LIMIT` (or the
    interval itself where that is longer).
    """
    wait = every
    if failures:
        wait = max(every, min(every * 2 ** min(failures, 16), BACKOFF_LIMIT))
    if blocked:
        wait = max(wait, BLOCK_REST)
    if retry_after is not None:
        wait = max(wait, min(retry_after, RETRY_AFTER_LIMIT))
    return now + wait * (1 + JITTER * jitter)
