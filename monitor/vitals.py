"""What can be measured of the program at one moment: what it did, what waits, how long things take, how much room is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.operations import Condition
from monitor.records import Hop, Lag, PollRecord, PollTally, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """Bytes: free and total of the disk that holds the data, and what the database and the raw pages take."""

    free: int
    total: int
    database: int
    raw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """A reading. All times are aware UTC; a time is None where there is nothing that it could be the time of."""

    at: dt.datetime
    schema: str
    """Revision of the database's schema."""
    sources: int
    """Enabled sources."""
    polls: tuple[PollTally, ...]
    last_poll: PollRecord | None
    overdue: int
    """Enabled sources whose check should have come by `at` less the time that a crawl may take, and did not."""
    overdue_since: dt.datetime | None
    next_check_at: dt.datetime | None
    articles: Mapping[Status, int]
    stored: Mapping[str, int]
    """Articles ever stored, by source."""
    pending_since: dt.datetime | None
    """When the oldest article without a verdict was stored."""
    not_admitted: int
    """Alerts of which it is not decided who gets them."""
    not_admitted_since: dt.datetime | None
    deliveries: Mapping[tuple[str, str, str], int]
    """By (receiver, channel, state)."""
    held: int
    """Deliveries that wait for a later time: a morning, a digest, the next attempt."""
    due: int
    """Deliveries whose time has come."""
    due_since: dt.datetime | None
    attempts: Mapping[tuple[str, str, str], int]
    """By (receiver, channel, outcome)."""
    lags: Mapping[Hop, Lag]
    conditions: tuple[Condition, ...]
    """Troubles that operators were told of and that last."""
    heartbeat_at: dt.datetime | None
    room: Room
    subscriptions: Mapping[str, int] = field(default_factory=dict)
    """Subscriptions with hubs, by state."""
    notifications: Mapping[str, int] = field(default_factory=dict)
    """What hubs ever delivered: `believed` and `refused`."""

    @property
    def pending(self) -> int:
        """Articles without a verdict."""
        return self.articles.get(Status.NEW, 0)

    @property
    def waiting_since(self) -> dt.datetime | None:
        """Since when the oldest thing waits that should not: an article, an alert, or a delivery whose time has come."""
        moments = (self.pending_since, self.not_admitted_since, self.due_since)
        return min((m for m in moments if m is not None), default=None)
