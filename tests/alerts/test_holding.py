"""What quiet hours hold at the moment of sending, and what breaks through them."""

from __future__ import annotations

import datetime as dt

import pytest

from alerts import Days, Message, MessageForm, QuietHours, Receiver, Urgency, Waiting
from alerts.holding import rests_until, screen
from tests.alerts.samples import alert, receiver
from tests.alerts.test_bundling import DIGEST, MERGED, SINGLE, waiting

HOUR = dt.timedelta(hours=1)
NIGHT = dt.datetime(2025, 3, 4, 15, 0, tzinfo=dt.UTC)  # 23:00 in Shanghai
MORNING = dt.datetime(2025, 3, 4, 23, 30, tzinfo=dt.UTC)  # 07:30 there
DAYTIME = dt.datetime(2025, 3, 4, 4, 0, tzinfo=dt.UTC)
QUIET = QuietHours(start=dt.time(22), end=dt.time(7, 30), days=Days.DAILY)
URGENCY = Urgency(deadline_within=dt.timedelta(hours=48))
TEAM = Receiver(name="team", quiet=QUIET, urgency=URGENCY)


def due(form: MessageForm = SINGLE, deadline: dt.datetime | None = None, **changes: object) -> Waiting:
    one = waiting("k", form, **changes)
    return Waiting(delivery=one.delivery, alert=alert("k", deadline=deadline))


@pytest.mark.parametrize(
    ("given", "until", "form"),
    [
        pytest.param(due(), MORNING, MERGED, id="it comes with the others"),
        pytest.param(due(alone=True), MORNING, SINGLE, id="what was taken out of a bundle stays alone"),
        pytest.param(due(DIGEST), MORNING, DIGEST, id="a digest stays one"),
        pytest.param(due(deadline=NIGHT + 50 * HOUR), NIGHT + 2 * HOUR, MERGED, id="not past its urgency"),
        pytest.param(due(deadline=NIGHT + 90 * HOUR), MORNING, MERGED, id="urgent only after the night"),
        pytest.param(due(deadline=NIGHT - HOUR), MORNING, MERGED, id="a deadline that is past presses nobody"),
    ],
)
def test_what_is_late_is_held(given: Waiting, until: dt.datetime, form: MessageForm) -> None:
    screened = screen([given], TEAM, NIGHT, None)
    (held,) = screened.held
    assert not screened.go
    assert (held.due_at, held.form) == (until, form)
    assert "quiet hours" in held.reason


@pytest.mark.parametrize(
    ("given", "at"),
    [
        pytest.param(due(), DAYTIME, id="by day"),
        pytest.param(due(), MORNING, id="at the end of the night"),
        pytest.param(due(urgent=True), NIGHT, id="urgent from the beginning"),
    ],
)
def test_the_rest_goes_as_it_is(given: Waiting, at: dt.datetime) -> None:
    assert screen([given], TEAM, at, None).go == (given,)


@pytest.mark.parametrize("at", [NIGHT, DAYTIME])
def test_what_became_urgent_goes_before_the_others_by_itself(at: dt.datetime) -> None:
    presses = due(MERGED, deadline=at + 20 * HOUR)
    screened = screen([waiting("other", urgent=True), waiting("a", alone=True), presses], TEAM, at, None)
    assert [w.alert.key for w in screened.go][:2] == ["other", "k"]
    assert (screened.go[1].delivery.urgent, screened.go[1].delivery.form) == (True, SINGLE)


def test_a_minor_alert_never_breaks_through() -> None:
    minor = Waiting(delivery=due(DIGEST).delivery, alert=alert("k", minor=True, deadline=NIGHT + HOUR))
    assert screen([minor], TEAM, NIGHT, None).held[0].due_at == MORNING


def message(*deadlines: dt.datetime | None, urgent: bool = False) -> Message:
    alerts = tuple(alert(f"k-{n}", deadline=deadline) for n, deadline in enumerate(deadlines))
    return Message(key="m", receiver="team", channel="chat", form=MERGED, alerts=alerts, urgent=urgent)


@pytest.mark.parametrize(
    ("given", "until"),
    [
        pytest.param(message(None), MORNING, id="held"),
        pytest.param(message(None, urgent=True), None, id="urgent"),
        pytest.param(message(None, NIGHT + HOUR), None, id="one that presses takes the others along"),
        pytest.param(message(None, NIGHT + 49 * HOUR), NIGHT + HOUR, id="held until one presses"),
    ],
)
def test_a_message_to_be_tried_again_is_held(given: Message, until: dt.datetime | None) -> None:
    assert rests_until(given, TEAM, NIGHT, None) == until
    assert rests_until(given, TEAM, DAYTIME, None) is None
    assert rests_until(given, receiver(), NIGHT, None) is None, "who has no quiet hours is told"
