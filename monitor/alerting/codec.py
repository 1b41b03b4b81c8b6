"""An alert as JSON values, for the outbox, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from alerts import Alert, AlertKind, Audience, Breaker, BreakerState, Bucket, Change, LaneState, Link, Severity


def encode(alert: Alert) -> dict[str, Any]:
    """An alert as JSON values, for the outbox."""
    values = asdict(alert)
    values["created_at"] = alert.created_at.isoformat()
    values["published"] = alert.published.isoformat() if alert.published else None
    values["deadline"] = alert.deadline.isoformat() if alert.deadline else None
    return values


def decode(values: Mapping[str, Any]) -> Alert:
    """The inverse of `encode`. Alerts that were queued before there were updates lack the later fields."""
    return Alert(
        key=values["key"],
        thread=values["thread"],
        title=values["title"],
        summary=values["summary"],
        evidence=values["evidence"],
        link=Link(**values["link"]),
        created_at=dt.datetime.fromisoformat(values["created_at"]),
        published=dt.datetime.fromisoformat(values["published"]) if values["published"] else None,
        severity=Severity(values["severity"]),
        labels={key: tuple(some) for key, some in values["labels"].items()},
        facts=tuple((key, printed) for key, printed in values["facts"]),
        copies=tuple(Link(**link) for link in values["copies"]),
        lang=values["lang"],
        kind=AlertKind(values.get("kind", AlertKind.NEWS)),
        audience=Audience(values.get("audience", Audience.ROUTES)),
        to=tuple(values.get("to", ())),
        minor=values.get("minor", False),
        deadline=dt.datetime.fromisoformat(values["deadline"]) if values.get("deadline") else None,
        changes=tuple(Change(**change) for change in values.get("changes", ())),
    )


def encode_lane(state: LaneState) -> dict[str, Any]:
    """What is known of a channel's far side, as JSON values."""
    breaker = asdict(state.breaker)
    for name in _BREAKER_TIMES:
        breaker[name] = breaker[name].isoformat() if breaker[name] else None
    return {"sent": [moment.isoformat() for moment in state.bucket.sent], "breaker": breaker}


def decode_lane(values: Mapping[str, Any]) -> LaneState:
    """The inverse of `encode_lane`; of nothing, the state of a far side that nothing is known of."""
    if not values:
        return LaneState()
    breaker = dict(values["breaker"])
    for name in _BREAKER_TIMES:
        breaker[name] = dt.datetime.fromisoformat(breaker[name]) if breaker[name] else None
    return LaneState(
        bucket=Bucket(sent=tuple(dt.datetime.fromisoformat(moment) for moment in values["sent"])),
        breaker=Breaker(**breaker | {"state": BreakerState(breaker["state"])}),
    )


_BREAKER_TIMES = ("opened_at", "open_until", "since")
