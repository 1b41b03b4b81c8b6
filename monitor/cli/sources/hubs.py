"""How a source's subscriptions with hubs stand, in words for people and as values; their tokens are nobody's business."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from monitor.phrases import moment
from monitor.websub import Subscription, SubscriptionState

STATES = {
    SubscriptionState.WANTED: "待订阅 to be asked for",
    SubscriptionState.REQUESTED: "已请求 requested",
    SubscriptionState.ACTIVE: "已订阅 subscribed",
    SubscriptionState.DENIED: "被拒 denied",
    SubscriptionState.LEAVING: "退订中 leaving",
}


def lines(subscriptions: Iterable[Subscription], zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    """One for each that is not over."""
    for one in subscriptions:
        if one.state is SubscriptionState.ENDED:
            continue
        until = f"至 until {moment(one.lease_until, zone)}" if one.lease_until and one.is_active(now) else ""
        told = f"通知 told {one.pings}" + (f"，不可信 not believed {one.refused}" if one.refused else "")
        last = f"最近 last {moment(one.last_ping_at, zone)}" if one.last_ping_at else ""
        yield " · ".join(filter(None, (one.hub, STATES[one.state], until, told, last, one.problem)))


def values(subscriptions: Iterable[Subscription]) -> list[dict[str, Any]]:
    """All of them, for programs."""
    return [
        {
            "hub": one.hub,
            "feed": one.feed,
            "topic": one.topic,
            "state": one.state.value,
            "lease_until": one.lease_until,
            "told": one.pings,
            "not_believed": one.refused,
            "last_told_at": one.last_ping_at,
            "problem": one.problem,
        }
        for one in subscriptions
    ]
