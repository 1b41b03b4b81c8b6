"""Subscriptions in the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from monitor.storage import Store
from monitor.websub import Subscription, SubscriptionState
from tests.conftest import START

HOUR = dt.timedelta(hours=1)
FIRST = Subscription(
    token="t1",
    source="news",
    feed="https://news.example/feed",
    topic="https://news.example/self",
    hub="https://hub.example/",
    state=SubscriptionState.REQUESTED,
    next_at=START + HOUR,
    created_at=START,
    mark="m",
    asked_at=START,
)


def test_what_is_put_is_found_again(store: Store) -> None:
    """Under its token, among its source's, and among all; a second time with what changed."""
    active = replace(
        FIRST, state=SubscriptionState.ACTIVE, asked_at=None, lease_until=START + 9 * HOUR, failures=2, problem="慢"
    )
    other = replace(FIRST, token="t0", source="paper")
    with store.transaction() as unit:
        for one in (FIRST, other, active):
            unit.subscriptions.put(one)
    with store.reading() as unit:
        assert unit.subscriptions.get("t1") == active
        assert unit.subscriptions.get("t2") is None
        assert unit.subscriptions.of_source("news") == (active,)
        assert unit.subscriptions.all() == (active, other)
        assert unit.subscriptions.counts() == {SubscriptionState.ACTIVE: 1, SubscriptionState.REQUESTED: 1}


def test_notifications_are_counted_whoever_stores_the_rest(store: Store) -> None:
    """A renewal that was read before a notification and is stored after it takes nothing back."""
    with store.transaction() as unit:
        unit.subscriptions.put(FIRST)
        unit.subscriptions.heard("t1", pings=2, refused=0, last_ping_at=START + HOUR)
        unit.subscriptions.heard("t1", pings=0, refused=3, last_ping_at=None)
        unit.subscriptions.heard("nobody", pings=1, refused=0, last_ping_at=START)
        unit.subscriptions.put(replace(FIRST, failures=1))
    with store.reading() as unit:
        (found,) = unit.subscriptions.all()
        assert unit.subscriptions.notifications() == {"believed": 2, "refused": 3}
    assert found == replace(FIRST, failures=1, pings=2, refused=3, last_ping_at=START + HOUR)


def test_what_is_over_is_forgotten_in_time(store: Store) -> None:
    ended = replace(FIRST, token="old", state=SubscriptionState.ENDED)
    with store.transaction() as unit:
        for one in (FIRST, ended, replace(ended, token="new", created_at=START + HOUR)):
            unit.subscriptions.put(one)
        unit.subscriptions.put(replace(ended, token="told"))
        unit.subscriptions.heard("told", pings=1, refused=0, last_ping_at=START)
        assert unit.subscriptions.forget(before=START + HOUR) == 1
        assert {s.token for s in unit.subscriptions.all()} == {"t1", "new", "told"}, "counters never fall"
