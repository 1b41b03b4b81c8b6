"""Who is to get an alert, when and why; and that everybody's fate is written down, also of those who get nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import (
    Alert,
    AlertKind,
    Audience,
    Delivery,
    DeliveryState,
    Digest,
    Equals,
    Grouped,
    GroupState,
    Inhibition,
    MessageForm,
    QuietHours,
    Receiver,
    Recent,
    Route,
    RouteOptions,
    RouteTree,
    Rules,
    Silence,
    Surroundings,
    admit,
)
from alerts.admission import addressees
from tests.alerts.samples import NOW, alert, console

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
MORNING = Digest(at=(dt.time(8, 30),))
DESK = Receiver(name="desk", channels=(console("one"), console("two")))
BOSS = Receiver(name="boss", channels=(console(),), cadence=MORNING)
EAST = Receiver(name="east", channels=(console(),), digest=MORNING)
NOBODY = Receiver(name="nobody")
RECEIVERS = {r.name: r for r in (DESK, BOSS, EAST, NOBODY)}
RESULT = Equals(label="stage", value="result")


def rules(*routes: Route, root: tuple[str, ...] = ("desk",), **more: Any) -> Rules:
    tree = RouteTree(root=Route(receivers=root, routes=routes), receivers=tuple(RECEIVERS))
    return Rules(routes=tree, receivers=RECEIVERS, **more)


def around(group: GroupState | None = None, **known: Any) -> Surroundings:
    return Surroundings(group_of=lambda *_: group or GroupState(), **known)


def told(deliveries: tuple[Delivery, ...]) -> list[tuple[str, str, str]]:
    return [(d.receiver, d.channel, d.state.value) for d in deliveries]


@pytest.mark.parametrize(
    ("audience", "to", "names"),
    [
        (Audience.ROUTES, (), ["desk", "boss"]),
        (Audience.FOLLOWERS, (), ["east", "desk"]),
        (Audience.BOTH, (), ["desk", "boss", "east"]),
        (Audience.NAMED, ("boss",), ["boss"]),
        (Audience.NAMED, ("boss", "boss", "left the firm"), ["boss"]),
        (Audience.NAMED, (), []),
        (Audience.ROUTES, ("east",), ["desk", "boss"]),
    ],
)
def test_the_audience_says_who(audience: Audience, to: tuple[str, ...], names: list[str]) -> None:
    """Each receiver once; who is not configured any more is passed over."""
    found = addressees(
        alert(audience=audience, to=to), rules(root=("desk", "boss")), followers=("east", "desk", "left the firm")
    )
    assert [a.receiver.name for a in found] == names


def test_every_channel_of_every_addressee_gets_a_delivery_and_a_reason() -> None:
    deliveries = admit(alert(), rules(root=("desk", "boss", "nobody")), around(), NOW)
    assert told(deliveries) == [
        ("desk", "one", "waiting"), ("desk", "two", "waiting"), ("boss", "console", "waiting"),
    ]  # fmt: skip
    assert [d.due_at for d in deliveries] == [NOW, NOW, dt.datetime(2025, 3, 5, 0, 30, tzinfo=dt.UTC)]
    assert deliveries[0].reason == "desk by root (everything); at once"
    assert "in the digest of 08:30" in deliveries[2].reason
    assert {d.created_at for d in deliveries} == {NOW}


def test_who_follows_the_thread_is_told_that_this_is_why() -> None:
    (delivery,) = admit(alert(audience=Audience.FOLLOWERS), rules(), around(followers=("east",)), NOW)
    assert delivery.reason.startswith("east was told of it before")


def test_a_routes_wishes_go_before_the_receivers() -> None:
    english = Route(matchers=(RESULT,), receivers=("desk",), options=RouteOptions(lang="en", max_copies=1, cadence=MORNING))  # fmt: skip
    first, *_ = admit(alert(), rules(english), around(), NOW)
    other, *_ = admit(alert(labels={}), rules(english), around(), NOW)
    assert (first.lang, first.max_copies, first.form) == ("en", 1, MessageForm.DIGEST)
    assert (other.lang, other.max_copies, other.form) == (None, None, MessageForm.SINGLE)


def test_a_group_is_asked_about_by_lane_and_name() -> None:
    """The newcomer joins what waits, or keeps the group's interval since it was last told."""
    by_stage = Route(matchers=(RESULT,), receivers=("desk",), options=RouteOptions(cadence=Grouped(by=("stage",))))
    asked: list[tuple[str, str, str]] = []

    def group_of(receiver: str, channel: str, group: str) -> GroupState:
        asked.append((receiver, channel, group))
        return GroupState(waiting_until=NOW + MINUTE) if channel == "one" else GroupState(last_sent_at=NOW - MINUTE)

    one, two = admit(alert(), rules(by_stage), Surroundings(group_of=group_of), NOW)
    assert asked == [("desk", "one", '{"stage":["result"]}'), ("desk", "two", '{"stage":["result"]}')]
    assert (one.due_at, two.due_at) == (NOW + MINUTE, NOW + 4 * MINUTE)
    assert {one.form, two.form} == {MessageForm.MERGED}
    assert one.group == two.group == '{"stage":["result"]}'


@pytest.mark.parametrize(("receiver", "state"), [("desk", "unwanted"), ("boss", "waiting"), ("east", "waiting")])
def test_minor_alerts_are_for_digests(receiver: str, state: str) -> None:
    deliveries = admit(alert(minor=True), rules(root=(receiver,)), around(), NOW)
    assert {d.state.value for d in deliveries} == {state}
    assert all((d.closed_at == NOW) == (state == "unwanted") for d in deliveries)
    if state == "unwanted":
        assert deliveries[0].reason == "desk wants no minor alerts"


def silence(**changes: Any) -> Silence:
    values: dict[str, Any] = {
        "id": "7", "matchers": ("stage = result",), "author": "王芳", "reason": "改版测试",
        "starts_at": NOW - HOUR, "ends_at": NOW + HOUR,
    }  # fmt: skip
    return Silence(**values | changes)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        pytest.param(silence(), "silenced", id="in force"),
        pytest.param(silence(ends_at=NOW), "waiting", id="over"),
        pytest.param(silence(starts_at=NOW + MINUTE), "waiting", id="not yet"),
        pytest.param(silence(matchers=("stage = notice",)), "waiting", id="about something else"),
    ],
)
def test_a_silence_ends_an_alert_with_its_author_and_reason(given: Silence, state: str) -> None:
    deliveries = admit(alert(), rules(), around(silences=(given,)), NOW)
    assert {d.state.value for d in deliveries} == {state}
    if state == "silenced":
        assert {(d.reason, d.closed_at) for d in deliveries} == {("silenced by 王芳: 改版测试", NOW)}


INHIBITION = Inhibition(name="result before candidate", when=(RESULT,), then=(Equals(label="stage", value="candidate"),),
                        equal=("region",))  # fmt: skip


@pytest.mark.parametrize(
    ("region", "at", "state"),
    [("330100", NOW - HOUR, "inhibited"), ("330200", NOW - HOUR, "waiting"), ("330100", NOW - 2 * DAY, "waiting")],
)
def test_another_alert_that_says_it_already_ends_it(region: str, at: dt.datetime, state: str) -> None:
    told_before = Recent(key="first", labels={"stage": ("result",), "region": (region,)}, at=at)
    candidate = alert("second", labels={"stage": ("candidate",), "region": ("330100",)})
    deliveries = admit(candidate, rules(inhibitions=(INHIBITION,)), around(recent=(told_before,)), NOW)
    assert {d.state.value for d in deliveries} == {state}
    if state == "inhibited":
        assert deliveries[0].reason == "inhibited by result before candidate: first says it already"


def test_what_the_program_says_of_itself_is_kept_from_nobody() -> None:
    trouble = alert(kind=AlertKind.OPERATIONS, audience=Audience.NAMED, to=("desk",))
    known = around(silences=(silence(),), recent=(Recent(key="x", labels=trouble.labels, at=NOW),))
    everything = Inhibition(name="all", when=(RESULT,), then=(RESULT,), equal=("stage",))
    assert {d.state.value for d in admit(trouble, rules(inhibitions=(everything,)), known, NOW)} == {"waiting"}


_receivers = st.sampled_from([DESK, BOSS, EAST, NOBODY])
_alerts = st.builds(
    lambda audience, minor, stage, hours, kind: alert(
        audience=audience, to=("boss",), minor=minor, labels={"stage": (stage,)}, kind=kind,
        deadline=NOW + hours * HOUR if hours else None,
    ),
    st.sampled_from(Audience), st.booleans(), st.sampled_from(["result", "notice"]), st.integers(-5, 90),
    st.sampled_from(AlertKind),
)  # fmt: skip


@given(
    one=_alerts,
    followers=st.lists(st.sampled_from([*RECEIVERS, "gone"]), max_size=4),
    quiet=st.booleans(),
    hours=st.integers(0, 200),
)
def test_each_lane_gets_one_delivery_that_waits_for_a_time_or_is_over(
    one: Alert, followers: list[str], quiet: bool, hours: int
) -> None:
    now = NOW + hours * HOUR
    night = QuietHours(start=dt.time(22), end=dt.time(7)) if quiet else None
    changed = {n: Receiver(name=n, channels=r.channels, cadence=r.cadence, digest=r.digest, quiet=night)
               for n, r in RECEIVERS.items()}  # fmt: skip
    plain = rules(root=("desk", "boss", "east"))
    given_rules = Rules(routes=plain.routes, receivers=changed)
    known = around(followers=tuple(followers), silences=(silence(ends_at=NOW + 99 * HOUR),))
    deliveries = admit(one, given_rules, known, now)
    names = [d.name for d in deliveries]
    wanted = {a.receiver.name: a.receiver for a in addressees(one, given_rules, followers)}
    assert len(names) == len(set(names))
    assert sorted(names) == sorted((one.key, r.name, c.name) for r in wanted.values() for c in r.channels)
    for d in deliveries:
        assert d.reason
        assert (d.closed_at == now) if d.state.is_final else (d.closed_at is None and d.due_at >= now)
        assert d.state in (DeliveryState.WAITING, DeliveryState.SILENCED, DeliveryState.UNWANTED)
