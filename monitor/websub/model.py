"""The values of WebSub: what a feed offers, and where a subscription to it stands. Times are aware UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class SubscriptionState(StrEnum):
    """Where a subscription stands."""

    WANTED = "wanted"  # to be asked for, now or after a pause
    REQUESTED = "requested"  # the hub was asked; it has to ask back
    ACTIVE = "active"  # the hub asked back and was answered: it tells of news until the lease ends
    DENIED = "denied"  # the hub said no
    LEAVING = "leaving"  # not wanted any more; the hub is asked to stop
    ENDED = "ended"  # over


STANDING = frozenset(
    {SubscriptionState.WANTED, SubscriptionState.REQUESTED, SubscriptionState.ACTIVE, SubscriptionState.DENIED}
)
"""States of a subscription that is wanted still."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a polled feed says of hubs. Without hubs: it was read, and has none."""

    source: str
    feed: str
    """The polled address, as the crawler's state names it."""
    hubs: tuple[str, ...]
    topic: str
    """The address under which the hubs know the feed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """One feed at one hub."""

    token: str
    """The last part of the callback address: unguessable, and what a hub is recognised by."""
    source: str
    feed: str
    topic: str
    hub: str
    state: SubscriptionState
    next_at: dt.datetime
    """When something is to be done of itself: ask, ask again, renew."""
    created_at: dt.datetime
    mark: str = ""
    """Under which key and callback address it was asked for (`Signing.mark`); with others it is asked for anew."""
    asked_at: dt.datetime | None = None
    """Since when the hub is to ask back; None where nothing is under way."""
    lease_until: dt.datetime | None = None
    """How long the hub has promised to tell."""
    failures: int = 0
    """Requests that came to nothing, in a row."""
    problem: str = ""
    """Why the last one did; empty after a success."""
    pings: int = 0
    """Notifications that were believed."""
    refused: int = 0
    """Notifications that were not."""
    last_ping_at: dt.datetime | None = None
    """When the last one came that was believed."""

    def is_active(self, now: dt.datetime) -> bool:
        """Whether the hub is bound to tell of news."""
        return self.state is SubscriptionState.ACTIVE and self.lease_until is not None and now < self.lease_until


class AskedOutcome(StrEnum):
    """What became of a request to a hub."""

    ACCEPTED = "accepted"  # it will ask back
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    ADDRESS = "address"  # it stands at an address that the source may not be led to


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A hub's answer to a request; `text` says why not."""

    outcome: AskedOutcome
    text: str = ""
    retry_after: dt.timedelta | None = None
