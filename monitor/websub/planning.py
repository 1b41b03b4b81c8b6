"""Which hubs are to be asked now: for new subscriptions, renewals and ends. Pure: times, chances and tokens are arguments.

1. A feed that names hubs is subscribed to at the first of them; each failure moves on to the next, with growing pauses.
2. A lease is renewed after about two thirds of it. A hub that said yes and does not ask back within an hour has failed.
3. A subscription ends where its source or feed is polled no more, or the feed names another hub or topic; a feed cannot make
   us run from hub to hub, since what was begun less than `SETTLE` ago is not replaced.
4. With another key or callback address (`Signing.mark`) everything that stands is asked for anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.websub.model import STANDING, Asked, AskedOutcome, Offer, Subscription, SubscriptionState

VERIFY_WITHIN = dt.timedelta(hours=1)
"""How long a hub that accepted a request has to ask back. The Recommendation names no time; public hubs take seconds."""
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=5), dt.timedelta(days=1)
"""After a first failure, doubling with each; a Retry-After counts up to the longest."""
DENIED_PAUSE = dt.timedelta(days=7)
"""A hub that said no is asked again, seldom: reasons pass."""
SETTLE = dt.timedelta(hours=6)
GOODBYES = 3
"""How often a hub is asked to stop; its lease ends in any case."""
_JITTER = 0.1

Key = tuple[str, str]
"""A source's name, and the polled address of one of its feeds."""


class Mode(StrEnum):
    """What a hub is asked for (`hub.mode`)."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """A request to make: of the hub of `subscription`, once that is stored."""

    mode: Mode
    subscription: Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Subscriptions to store, and then requests to make; the subscriptions of `demands` are among those `saved`."""

    saved: tuple[Subscription, ...]
    demands: tuple[Demand, ...]


def plan(
    now: dt.datetime,
    feeds: Collection[Key],
    offers: Mapping[Key, Offer],
    known: Iterable[Subscription],
    *,
    mark: str,
    chance: Callable[[], float],
    new_token: Callable[[], str],
) -> Plan:
    """What to do now. `feeds` are polled; `offers` holds those of them that were read, whatever they offer."""
    known = tuple(known)
    after: list[Subscription] = []
    for before in known:
        wanted = (before.source, before.feed) in feeds
        after.append(
            _next(before, now, offers.get((before.source, before.feed)), wanted=wanted, mark=mark, chance=chance)
        )
    taken = {(s.source, s.feed) for s in after if s.state in STANDING}
    unsettled = {(s.source, s.feed) for s in known if s.created_at > now - SETTLE}
    fresh = sorted((offers.keys() & set(feeds)) - taken - unsettled)
    found = (offers[key] for key in fresh if offers[key].hubs)
    after += (_asked(_new(offer, now, new_token()), now, offer, mark) for offer in found)
    before_by_token = {s.token: s for s in known}
    saved = tuple(s for s in after if s != before_by_token.get(s.token))
    asked = (s for s in saved if s.asked_at == now)
    return Plan(
        saved=saved,
        demands=tuple(
            Demand(mode=Mode.UNSUBSCRIBE if s.state is SubscriptionState.LEAVING else Mode.SUBSCRIBE, subscription=s)
            for s in asked
        ),
    )


def answered(asked: Subscription, answer: Asked, now: dt.datetime, chance: float) -> Subscription:
    """`asked`, as it stands now, after the hub's `answer`; one that said yes, or has asked back already, changes nothing."""
    if answer.outcome is AskedOutcome.ACCEPTED or asked.asked_at is None:
        return asked
    pause = LONGEST_PAUSE if answer.outcome is AskedOutcome.ADDRESS else None
    return failed(asked, answer.text or answer.outcome.value, now, chance, pause=pause or answer.retry_after)


def failed(
    subscription: Subscription, problem: str, now: dt.datetime, chance: float, *, pause: dt.timedelta | None = None
) -> Subscription:
    """A request came to nothing: it is repeated after a pause, of at least `pause`. What stands, stands until its lease ends."""
    failures = subscription.failures + 1
    wait = min(FIRST_PAUSE * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
    wait = max(wait, min(pause, LONGEST_PAUSE)) if pause else wait
    stands = subscription.state is SubscriptionState.LEAVING or subscription.is_active(now)
    return replace(
        subscription,
        state=subscription.state if stands else SubscriptionState.WANTED,
        next_at=now + wait * (1 + _JITTER * chance),
        asked_at=None,
        failures=failures,
        problem=problem,
    )


def _next(
    one: Subscription, now: dt.datetime, offer: Offer | None, *, wanted: bool, mark: str, chance: Callable[[], float]
) -> Subscription:
    if one.state is SubscriptionState.ENDED:
        return one
    if one.state in STANDING and (not wanted or _is_outdated(one, offer, now)):
        one = _left(one, now)
    if one.state is SubscriptionState.LEAVING:
        return _said_goodbye(one, now)
    if one.state is SubscriptionState.ENDED:
        return one
    if one.mark != mark and one.state in (SubscriptionState.REQUESTED, SubscriptionState.ACTIVE):
        return _asked(one, now, offer, mark)
    if one.next_at > now:
        return one
    if one.asked_at is not None:
        return failed(one, "the hub accepted and did not ask back", now, chance())
    return _asked(one, now, offer, mark)


def _is_outdated(one: Subscription, offer: Offer | None, now: dt.datetime) -> bool:
    """The feed was read and names another hub or topic; at first that is not heeded."""
    if offer is None or one.created_at > now - SETTLE:
        return False
    return one.hub not in offer.hubs or one.topic != offer.topic


def _left(one: Subscription, now: dt.datetime) -> Subscription:
    if one.state is SubscriptionState.REQUESTED or one.is_active(now):
        return replace(one, state=SubscriptionState.LEAVING, next_at=now, asked_at=None, failures=0, problem="")
    return replace(one, state=SubscriptionState.ENDED, asked_at=None)


def _said_goodbye(one: Subscription, now: dt.datetime) -> Subscription:
    if one.next_at > now:
        return one
    lapsed = one.lease_until is not None and one.lease_until <= now
    if lapsed or one.failures >= GOODBYES:
        return replace(one, state=SubscriptionState.ENDED, asked_at=None)
    wait = FIRST_PAUSE * 2**one.failures
    return replace(one, asked_at=now, next_at=now + wait, failures=one.failures + 1)


def _new(offer: Offer, now: dt.datetime, token: str) -> Subscription:
    return Subscription(
        token=token,
        source=offer.source,
        feed=offer.feed,
        topic=offer.topic,
        hub=offer.hubs[0],
        state=SubscriptionState.WANTED,
        next_at=now,
        created_at=now,
    )


def _asked(one: Subscription, now: dt.datetime, offer: Offer | None, mark: str) -> Subscription:
    """To be asked for now. One that is not active moves on among the feed's hubs with each failure.

    It stays at its own where the feed names others by now: that is for `_is_outdated` to heed, in its time.
    """
    active = one.is_active(now)
    moves_on = offer is not None and one.hub in offer.hubs and not active
    hub = offer.hubs[one.failures % len(offer.hubs)] if offer and moves_on else one.hub
    return replace(
        one,
        hub=hub,
        mark=mark,
        state=one.state if active else SubscriptionState.REQUESTED,
        asked_at=now,
        next_at=now + VERIFY_WITHIN,
    )
