"""A clock that is set back: pauses that it dated are counted anew, times of day stay."""

from __future__ import annotations

import datetime as dt

from monitor.records import StoredDelivery, StoredMessage, StoredReceipt
from monitor.storage import Store
from tests.conftest import START

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
AHEAD = START + 5 * HOUR
"""What the clock said when the rows were written; it is `START` now."""
LANE = ("desk", "mail")


def delivery(key: str, created_at: dt.datetime, due_at: dt.datetime, state: str = "waiting") -> StoredDelivery:
    return StoredDelivery(
        alert_key=key,
        receiver=LANE[0],
        channel=LANE[1],
        state=state,
        due_at=due_at,
        created_at=created_at,
        form="single",
    )


def queue(store: Store, *deliveries: StoredDelivery) -> None:
    with store.transaction() as unit:
        for one in deliveries:
            unit.outbox.put(alert_key=one.alert_key, thread="", article_id=None, payload={}, now=one.created_at)
        unit.deliveries.add(deliveries)


def due(store: Store, key: str) -> dt.datetime:
    with store.reading() as unit:
        [one] = unit.deliveries.of_alert(key)
    return one.due_at


def test_what_was_due_at_once_is_due_now(store: Store) -> None:
    """An alert and a pause of minutes from ahead; a digest's hour, and what was written before, stay."""
    queue(
        store,
        delivery("at-once", AHEAD, AHEAD),
        delivery("in-ten-minutes", AHEAD, AHEAD + 10 * MINUTE),
        delivery("tomorrow-morning", AHEAD, AHEAD + 20 * HOUR),
        delivery("from-before", START - HOUR, START + HOUR),
    )
    with store.transaction() as unit:
        assert unit.deliveries.redate(START) == 2
    assert due(store, "at-once") == START
    assert due(store, "in-ten-minutes") == START + 10 * MINUTE
    assert due(store, "tomorrow-morning") == AHEAD + 20 * HOUR
    assert due(store, "from-before") == START + HOUR


def test_a_retry_keeps_its_pause(store: Store) -> None:
    """Tried at the wrong time, to be tried again two minutes later: in two minutes. Tried before that: as it was."""
    for key, tried in (("ahead", AHEAD), ("before", START - HOUR)):
        queue(store, delivery(key, START - 2 * HOUR, START - 2 * HOUR))
        with store.transaction() as unit:
            unit.deliveries.open(
                StoredMessage(
                    key=key, receiver=LANE[0], channel=LANE[1], form="single", alert_keys=(key,), opened_at=tried
                )
            )
            number = unit.deliveries.begin(key, LANE, tried)
            receipt = StoredReceipt(
                message_key=key, receiver=LANE[0], channel=LANE[1], attempt=number, outcome="failed", reason="",
                attempted_at=tried, retry_at=tried + 2 * MINUTE,
            )  # fmt: skip
            unit.deliveries.record(receipt)
            unit.deliveries.postpone(key, LANE, (tried if tried > START else START) + 2 * MINUTE)
    with store.transaction() as unit:
        assert unit.deliveries.redate(START) == 1
    with store.reading() as unit:
        assert not unit.deliveries.open_messages(LANE, START + MINUTE)
        assert {m.key for m in unit.deliveries.open_messages(LANE, START + 2 * MINUTE)} == {"ahead", "before"}


def test_a_source_keeps_its_pause(store: Store) -> None:
    """Checked at the wrong time, next a quarter of an hour later; and nothing is counted anew twice."""
    with store.transaction() as unit:
        unit.sources.register(["ahead", "before", "new"], START)
        for name, at in (("ahead", AHEAD), ("before", START - MINUTE)):
            unit.sources.polled(
                name, state={}, now=at, next_check_at=at + 15 * MINUTE, succeeded=True, new_articles=0, problem=""
            )
    with store.transaction() as unit:
        assert unit.sources.redate(START) == 1
        assert unit.sources.redate(START + MINUTE) == 0
    with store.reading() as unit:
        when = {record.name: record.next_check_at for record in unit.sources.all()}
    assert when == {"ahead": START + 15 * MINUTE, "before": START + 14 * MINUTE, "new": START}
