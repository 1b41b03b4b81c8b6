"""What notifications do to the polls of a source. Pure.

A notification makes its source due; never so often that a flood of them is a flood of polls, and never against a rest that the
site asked for. While the hubs of all of its feeds tell of news in time, polls are only a check on them and may be seldom. A
hub proves that, each time anew: with something new that it did not tell of it loses its credit until it tells again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from monitor.websub.model import Subscription

TOLD_WITHIN = dt.timedelta(hours=1)
"""News that is found longer than this after the last notification was not told of."""


def due_after_ping(
    now: dt.datetime, *, last_checked_at: dt.datetime | None, next_check_at: dt.datetime, apart: dt.timedelta
) -> dt.datetime | None:
    """When to look at the source, `apart` from the last look; None where it is looked at by then anyway."""
    at = max(now, last_checked_at + apart) if last_checked_at is not None and last_checked_at <= now else now
    return at if at < next_check_at else None


def pinged_since(subscriptions: Iterable[Subscription], moment: dt.datetime) -> bool:
    """Whether a notification came after `moment`: what it tells of may be missing from a look that began then."""
    return any(s.last_ping_at is not None and s.last_ping_at > moment for s in subscriptions)


def is_heralded(
    subscriptions: Iterable[Subscription], feeds: Collection[str], last_new_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether all of a source's polled `feeds` have a hub that tells of what is new in them, and has not failed to."""
    told = {s.feed for s in subscriptions if s.is_active(now) and _told_of(s, last_new_at)}
    return bool(feeds) and told.issuperset(feeds)


def _told_of(one: Subscription, last_new_at: dt.datetime | None) -> bool:
    """One that has never told of anything has proved nothing."""
    if one.last_ping_at is None:
        return False
    return last_new_at is None or last_new_at <= one.last_ping_at + TOLD_WITHIN
