"""A hub asks whether a request was really ours, or says that it will not serve it (WebSub, sections 5.2 and 5.3). Pure.

Yes is said only where the token is known, the topic is that of the subscription, and the mode is what is wanted: everybody
may ask a hub to send something here, and only this answer stops it. All else is «no such thing» (404), as the
Recommendation asks, so that nothing is told to who guesses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.websub.model import Subscription, SubscriptionState
from monitor.websub.planning import DENIED_PAUSE

LONGEST_CHALLENGE = 2_000
LONGEST_REASON = 200
DEFAULT_LEASE = dt.timedelta(days=1)
"""Of a hub that names none, against the Recommendation: short, so that it is asked again soon."""
LONGEST_LEASE = dt.timedelta(days=30)
"""What a hub promises beyond this is renewed all the same: hubs forget."""
SOONEST_RENEWAL = dt.timedelta(minutes=5)
"""A shorter lease is let lapse for a while: a hub that promises seconds does not get a request every second."""

_CONFIRMS = frozenset({SubscriptionState.REQUESTED, SubscriptionState.ACTIVE})


class AnswerKind(StrEnum):
    """What a hub is answered."""

    YES = "yes"  # 200 with its challenge
    NOTED = "noted"  # 200: it said no, and that was taken down
    NO = "no"  # 404


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a hub is answered, and the subscription to store, if it changed."""

    kind: AnswerKind
    challenge: str = ""
    changed: Subscription | None = None


NO = Answer(kind=AnswerKind.NO)


def verify_intent(
    subscription: Subscription | None, query: Mapping[str, str], now: dt.datetime, chance: float
) -> Answer:
    """The answer to a hub's question about `subscription`, None where its token is not known."""
    if subscription is None or query.get("hub.topic") != subscription.topic:
        return NO
    mode = query.get("hub.mode")
    if mode == "denied":
        return _denied(subscription, query.get("hub.reason", ""), now)
    challenge = query.get("hub.challenge", "")
    if not 0 < len(challenge) <= LONGEST_CHALLENGE:
        return NO
    if mode == "unsubscribe" and subscription.state is SubscriptionState.LEAVING:
        ended = replace(subscription, state=SubscriptionState.ENDED, asked_at=None, problem="")
        return Answer(kind=AnswerKind.YES, challenge=challenge, changed=ended)
    lease = _lease(query.get("hub.lease_seconds", ""))
    if mode == "subscribe" and subscription.state in _CONFIRMS and lease is not None:
        return Answer(kind=AnswerKind.YES, challenge=challenge, changed=_confirmed(subscription, lease, now, chance))
    return NO


def _confirmed(subscription: Subscription, lease: dt.timedelta, now: dt.datetime, chance: float) -> Subscription:
    lease = min(lease, LONGEST_LEASE)
    return replace(
        subscription,
        state=SubscriptionState.ACTIVE,
        asked_at=None,
        lease_until=now + lease,
        next_at=now + max(lease * (2 / 3 - 0.1 * chance), SOONEST_RENEWAL),
        failures=0,
        problem="",
    )


def _denied(subscription: Subscription, reason: str, now: dt.datetime) -> Answer:
    """A hub may say no at any time, also of what it granted; of what is over it need not."""
    if subscription.state is SubscriptionState.LEAVING:
        return Answer(
            kind=AnswerKind.NOTED, changed=replace(subscription, state=SubscriptionState.ENDED, asked_at=None)
        )
    if subscription.state is SubscriptionState.ENDED:
        return NO
    printable = "".join(char if char.isprintable() else " " for char in reason[: LONGEST_REASON * 2])
    return Answer(
        kind=AnswerKind.NOTED,
        changed=replace(
            subscription,
            state=SubscriptionState.DENIED,
            asked_at=None,
            lease_until=None,
            next_at=now + DENIED_PAUSE,
            failures=subscription.failures + 1,
            problem=" ".join(printable.split())[:LONGEST_REASON] or "the hub gave no reason",
        ),
    )


def _lease(seconds: str) -> dt.timedelta | None:
    """What is promised; None where that is no lease."""
    if not seconds:
        return DEFAULT_LEASE
    if not (seconds.isascii() and seconds.isdigit()) or len(seconds) > 12:
        return None
    return dt.timedelta(seconds=min(int(seconds), LONGEST_LEASE.total_seconds())) or None
