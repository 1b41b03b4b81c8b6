"""When an alert is over: none of its deliveries is open any more. It is dead where it was tried and nobody got it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from alerts import DEAD_LETTERS, DeliveryState
from monitor.records import AlertState, StoredDelivery
from monitor.storage import UnitOfWork


def close_if_done(unit: UnitOfWork, alert_keys: Iterable[str], now: dt.datetime) -> None:
    """Close, within a transaction, those of these alerts that are over.

    They are held first: of two lanes that end the last two deliveries of an alert at one time, the later must see both.
    """
    keys = tuple(alert_keys)
    unit.outbox.hold(keys)
    for key, deliveries in unit.deliveries.of_alerts(keys).items():
        if all(DeliveryState(d.state).is_final for d in deliveries):
            state, reason = verdict(deliveries)
            unit.outbox.close(key, state, reason, now)


def verdict(deliveries: Sequence[StoredDelivery]) -> tuple[AlertState, str]:
    """What became of an alert whose deliveries are all final, and why in words."""
    accepted = [d for d in deliveries if d.state == DeliveryState.ACCEPTED]
    dead = [d for d in deliveries if DeliveryState(d.state) in DEAD_LETTERS]
    troubles = [f"{d.receiver}/{d.channel}: {d.state}: {d.reason}" for d in deliveries if d not in accepted]
    if dead and not accepted:
        return AlertState.DEAD, "; ".join(troubles)
    return AlertState.DONE, "; ".join(troubles) or ("delivered" if accepted else "no receiver wants it")
