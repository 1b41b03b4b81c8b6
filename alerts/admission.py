"""Admission: who is to get an alert, on which channels, when and in which form. Pure; written down once.

The order of the questions: whom the audience names; whether that receiver still exists; whether a silence or an
inhibition ends it here; when the cadence wants it told. Whatever the answer, each (receiver, channel) gets a delivery,
so that the book can say for everybody what became of every alert.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.book import Delivery, DeliveryState, Recent
from alerts.cadence import Calendar
from alerts.model import Alert, AlertKind, Audience, Channel, Receiver
from alerts.routes import RouteOptions, RouteTree
from alerts.silencing import Inhibition, Silence, inhibited, silenced
from alerts.timing import GroupState, Slot, group_of, slot

GroupOf = Callable[[str, str, str], GroupState]
"""(receiver, channel, group) → how that group stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What an operator configured: who gets what, who they are, what keeps quiet about what, which days are worked."""

    routes: RouteTree
    receivers: Mapping[str, Receiver]
    inhibitions: tuple[Inhibition, ...] = ()
    calendar: Calendar | None = None

    @property
    def look_back(self) -> dt.timedelta:
        """How old an alert may be and still inhibit another."""
        return max((rule.within for rule in self.inhibitions), default=dt.timedelta(0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What the book knows around an alert at the moment of its admission."""

    group_of: GroupOf
    followers: tuple[str, ...] = ()
    silences: tuple[Silence, ...] = ()
    recent: tuple[Recent, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """A receiver that is to get an alert, why, and with which options."""

    receiver: Receiver
    why: str
    options: RouteOptions = field(default_factory=RouteOptions)


def admit(alert: Alert, rules: Rules, around: Surroundings, now: dt.datetime) -> tuple[Delivery, ...]:
    """A delivery for each channel of each addressee, in the order of the route tree; none where nobody is to get it."""
    ended = _ended(alert, rules, around, now)
    return tuple(
        _delivery(alert, addressee, channel, rules, around, ended, now)
        for addressee in addressees(alert, rules, around.followers)
        for channel in addressee.receiver.channels
    )


def addressees(alert: Alert, rules: Rules, followers: Sequence[str]) -> tuple[Addressee, ...]:
    """The receivers an alert is for, each once. Those that are no longer configured are passed over."""
    found: dict[str, Addressee] = {}
    for name, why, options in _named(alert, rules, followers):
        if name in rules.receivers:
            found.setdefault(name, Addressee(receiver=rules.receivers[name], why=why, options=options))
    return tuple(found.values())


def _named(alert: Alert, rules: Rules, followers: Sequence[str]) -> Iterable[tuple[str, str, RouteOptions]]:
    if alert.audience in (Audience.ROUTES, Audience.BOTH):
        for match in rules.routes.match(alert.labels):
            yield match.receiver, str(match), match.options
    if alert.audience in (Audience.FOLLOWERS, Audience.BOTH):
        for name in followers:
            yield name, f"{name} was told of it before", RouteOptions()
    if alert.audience is Audience.NAMED:
        for name in alert.to:
            yield name, f"{name} is named", RouteOptions()


def _ended(alert: Alert, rules: Rules, around: Surroundings, now: dt.datetime) -> tuple[DeliveryState, str] | None:
    """The state in which a silence or an inhibition ends the alert; None where neither does.

    What the program says of itself is neither silenced nor inhibited by a rule on labels.
    """
    if alert.kind is AlertKind.OPERATIONS:
        return None
    if silence := silenced(alert.labels, around.silences, now):
        return DeliveryState.SILENCED, f"silenced by {silence.author}: {silence.reason}"
    others = ((r.key, r.labels, r.at) for r in around.recent)
    if found := inhibited(alert.labels, others, rules.inhibitions, now, key=alert.key):
        rule, source = found
        return DeliveryState.INHIBITED, f"inhibited by {rule.name}: {source} says it already"
    return None


def _delivery(
    alert: Alert,
    addressee: Addressee,
    channel: Channel,
    rules: Rules,
    around: Surroundings,
    ended: tuple[DeliveryState, str] | None,
    now: dt.datetime,
) -> Delivery:
    receiver, options = addressee.receiver, addressee.options
    cadence = options.cadence or receiver.cadence
    group = group_of(alert, cadence)
    state, reason, time = DeliveryState.WAITING, "", None
    if ended is not None:
        state, reason = ended
    else:
        standing = around.group_of(receiver.name, channel.name, group) if group else GroupState()
        time = slot(alert, receiver, standing, now, rules.calendar, cadence)
        if time is None:
            state, reason = DeliveryState.UNWANTED, f"{receiver.name} wants no minor alerts"
    time = time or Slot(due_at=now, reason="", group=group)
    return Delivery(
        alert_key=alert.key,
        receiver=receiver.name,
        channel=channel.name,
        state=state,
        due_at=time.due_at,
        created_at=now,
        form=time.form,
        urgent=time.urgent,
        group=time.group,
        reason=reason or f"{addressee.why}; {time.reason}",
        lang=options.lang,
        max_copies=options.max_copies,
        closed_at=now if state.is_final else None,
    )
