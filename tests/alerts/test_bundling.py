"""Which messages carry what is due: as a table, and as laws on random lanes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import Alert, Delivery, DeliveryState, MessageForm, Waiting
from alerts.bundling import bundle, bundle_key
from tests.alerts.samples import NOW, alert

SINGLE, MERGED, DIGEST = MessageForm.SINGLE, MessageForm.MERGED, MessageForm.DIGEST


def waiting(key: str, form: MessageForm = SINGLE, **changes: object) -> Waiting:
    values: dict[str, object] = {"state": DeliveryState.WAITING, "due_at": NOW, "created_at": NOW, "form": form}
    delivery = Delivery(alert_key=key, receiver="team", channel="chat", **values | changes)  # type: ignore[arg-type]
    return Waiting(delivery=delivery, alert=alert(key))


def holding(count: int) -> Callable[[Sequence[Alert], MessageForm, str | None], int]:
    """Messages with room for so many alerts."""
    return lambda alerts, form, lang: min(count, len(alerts))


def told(given: Sequence[Waiting], sends: int, room: int = 100) -> list[tuple[str, str]]:
    """(form, keys of the alerts) of each message."""
    return [(m.form.value, " ".join(a.key for a in m.alerts)) for m in bundle(given, sends, holding(room))]


@pytest.mark.parametrize(
    ("given", "sends", "room", "messages"),
    [
        pytest.param([], 9, 9, [], id="nothing"),
        pytest.param([waiting("a")], 0, 9, [], id="nothing may go"),
        pytest.param([waiting("a"), waiting("b")], 2, 9, [("single", "a"), ("single", "b")], id="each by itself"),
        pytest.param([waiting("a"), waiting("b")], 1, 9, [("merged", "a b")], id="they share the one that may go"),
        pytest.param([waiting(k) for k in "abcde"], 2, 2, [("merged", "a b"), ("merged", "c d")], id="the rest waits"),
        pytest.param([waiting(k) for k in "abc"], 2, 2, [("merged", "a b"), ("single", "c")], id="one left is single"),
        pytest.param(
            [waiting("u", urgent=True), waiting("a"), waiting("b")],
            2,
            9,
            [("single", "u"), ("merged", "a b")],
            id="urgent ones keep to themselves",
        ),
        pytest.param(
            [waiting("u", urgent=True), waiting("v", urgent=True), waiting("a")],
            1,
            9,
            [("single", "u")],
            id="urgent ones first",
        ),
        pytest.param(
            [waiting("a", alone=True), waiting("b", alone=True), waiting("c")],
            2,
            9,
            [("single", "a"), ("single", "b")],
            id="what was refused in a bundle goes alone",
        ),
        pytest.param(
            [waiting("a", MERGED, group="x"), waiting("b", MERGED, group="y"), waiting("c", MERGED, group="x")],
            9,
            9,
            [("merged", "a c"), ("single", "b")],
            id="by group",
        ),
        pytest.param(
            [waiting("a", DIGEST), waiting("b", MERGED), waiting("c", DIGEST), waiting("d", MERGED)],
            9,
            9,
            [("digest", "a c"), ("merged", "b d")],
            id="digests are digests",
        ),
        pytest.param(
            [waiting("a", DIGEST), waiting("b", DIGEST, lang="en"), waiting("c", DIGEST, max_copies=0)],
            9,
            9,
            [("single", "a"), ("single", "c"), ("single", "b")],
            id="of one language and one wish for copies",
        ),
        pytest.param([waiting("a", DIGEST)], 1, 9, [("single", "a")], id="a digest of one is the alert itself"),
    ],
)
def test_what_is_due_becomes_messages(
    given: list[Waiting], sends: int, room: int, messages: list[tuple[str, str]]
) -> None:
    assert told(given, sends, room) == messages


def test_a_message_is_urgent_with_its_alerts_and_keeps_what_the_route_wishes() -> None:
    urgent, other = bundle([waiting("u", urgent=True, lang="en", max_copies=2), waiting("a")], 9, holding(9))
    assert (urgent.urgent, urgent.lang, urgent.max_copies, urgent.key) == (True, "en", 2, "u")
    assert (other.urgent, other.receiver, other.channel) == (False, "team", "chat")


def test_the_key_of_a_bundle_is_that_of_its_alerts_in_any_order() -> None:
    a, b, c = alert("a"), alert("b"), alert("c")
    assert bundle_key([a, b]) == bundle_key([b, a]) != bundle_key([a, c])


@st.composite
def _one(draw: st.DrawFn) -> Waiting:
    """Urgent ones, and those that travel alone, are single: admission and concluding say so."""
    sort = draw(st.sampled_from(["single", "merged", "digest", "urgent", "alone"]))
    return waiting(
        f"k-{draw(st.integers(0, 10_000))}",
        MessageForm(sort) if sort in tuple(MessageForm) else SINGLE,
        urgent=sort == "urgent",
        alone=sort == "alone",
        group=draw(st.sampled_from(["x", "y"])) if sort == "merged" else "",
        lang=draw(st.sampled_from([None, "en"])),
    )


_lanes = st.lists(_one(), max_size=40, unique_by=lambda w: w.alert.key).map(
    lambda ones: sorted(ones, key=lambda w: not w.delivery.urgent)
)


@given(lane=_lanes, sends=st.integers(0, 50), room=st.integers(1, 9))
def test_bundling_loses_repeats_and_reorders_nothing(lane: list[Waiting], sends: int, room: int) -> None:
    messages = bundle(lane, sends, holding(room))
    carried = [a.key for m in messages for a in m.alerts]
    given = {w.alert.key: w.delivery for w in lane}
    assert len(messages) <= sends
    assert len(carried) == len(set(carried)), "no alert twice"
    assert set(carried) <= set(given)
    assert all(len(m.alerts) <= (1 if m.form is SINGLE else room) for m in messages), "each fits"
    assert all((len(m.alerts) == 1) == (m.form is SINGLE) for m in messages)
    urgent = [w.alert.key for w in lane if w.delivery.urgent]
    assert carried[: len(urgent)] == urgent[: len(messages)], "urgent ones first, in their order"
    assert {len(m.alerts) for m in messages if any(given[a.key].urgent or given[a.key].alone for a in m.alerts)} <= {1}
    for m in messages:
        kinds = {(given[a.key].group, given[a.key].lang) for a in m.alerts}
        assert len(kinds) == 1, "only what is alike shares a message"
    if sends >= len(lane):
        assert set(carried) == set(given), "where all may go, all go"
    if lane and sends:
        assert carried, "something always goes"


@given(lane=_lanes, sends=st.integers(1, 6), room=st.integers(1, 9))
def test_what_waits_is_all_carried_in_the_end(lane: list[Waiting], sends: int, room: int) -> None:
    left, carried = list(lane), []
    for _ in range(len(lane)):
        now = {a.key for m in bundle(left, sends, holding(room)) for a in m.alerts}
        carried += sorted(now)
        left = [w for w in left if w.alert.key not in now]
    assert not left
    assert sorted(carried) == sorted(w.alert.key for w in lane)


def test_time_does_not_matter_to_bundling() -> None:
    """The book says what is due; bundling only arranges it."""
    late = [waiting("a", due_at=NOW + dt.timedelta(days=1)), waiting("b")]
    assert told(late, 9) == [("single", "a"), ("single", "b")]
