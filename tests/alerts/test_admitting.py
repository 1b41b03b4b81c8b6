"""Alerts admitted together come to the same as one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alerts import (
    Alert,
    Audience,
    Delivery,
    Equals,
    Grouped,
    Inhibition,
    MemoryBook,
    Route,
    RouteTree,
    Rules,
    Silence,
)
from alerts.admitting import Batch
from tests.alerts.samples import NOW, alert, console, receiver

MINUTE = dt.timedelta(minutes=1)
TEAM = replace(receiver(console()), cadence=Grouped(by=("stage",)))
EAST = receiver(console(), name="east")
RULES = Rules(
    routes=RouteTree(
        root=Route(
            receivers=("team",),
            routes=(Route(matchers=(Equals(label="region", value="3"),), receivers=("east",), continue_=True),),
        ),
        receivers=("team", "east"),
    ),
    receivers={"team": TEAM, "east": EAST},
    inhibitions=(
        Inhibition(
            name="rule",
            when=(Equals(label="stage", value="result"),),
            then=(Equals(label="stage", value="candidate"),),
            equal=("region",),
        ),
    ),
)
SILENCE = Silence(
    id="1", matchers=("region = 4",), author="a", reason="r", starts_at=NOW, ends_at=NOW + 9 * MINUTE
)  # fmt: skip


@st.composite
def _given(draw: st.DrawFn) -> list[Alert]:
    return [
        alert(
            f"k-{n}",
            thread=draw(st.sampled_from("tu")),
            audience=draw(st.sampled_from([Audience.ROUTES, Audience.FOLLOWERS, Audience.BOTH])),
            labels={"stage": (draw(st.sampled_from(["result", "candidate", "notice"])),), "region": (draw(st.sampled_from("234")),)},
        )
        for n in range(draw(st.integers(1, 12)))
    ]  # fmt: skip


def book() -> MemoryBook:
    made = MemoryBook()
    made.kept_silences.append(SILENCE)
    return made


def in_batches(alerts: list[Alert], sizes: Iterator[int]) -> Mapping[tuple[str, str, str], Delivery]:
    """What the book holds after the alerts came a minute apart in batches of these sizes."""
    kept, left, now = book(), list(alerts), NOW
    kept.queue(alerts)
    while left:
        size = next(sizes)
        batch = Batch(kept, RULES, NOW)
        for one in left[:size]:
            batch.plan(one)
        kept.admit(batch.planned, now)
        left = left[size:]
    return kept.deliveries


@given(alerts=_given(), sizes=st.lists(st.integers(1, 5), min_size=12, max_size=12))
def test_a_batch_is_as_one_after_the_other(alerts: list[Alert], sizes: list[int]) -> None:
    assert in_batches(alerts, iter(sizes)) == in_batches(alerts, iter([1] * len(alerts)))
