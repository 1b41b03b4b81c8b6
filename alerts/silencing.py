"""What keeps an alert from being told: an operator's silence, or another alert that says it already. Pure.

Both end a delivery for good, so both are strict: every matcher of a silence must hold, an inhibition also needs equal
values of labels that both alerts have, and neither may be so wide that it says nothing about what it takes away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from alerts.errors import InhibitionDefinitionError, RouteDefinitionError, SilenceDefinitionError
from alerts.matchers import Labels, Matcher, parse_matcher
from alerts.model import require_aware

LONGEST_SENSIBLE = dt.timedelta(days=30)
"""A silence that lasts longer is likely to be forgotten while it still takes alerts away."""

Source = tuple[str, Labels, dt.datetime]
"""An alert that may inhibit others: its key, its labels, and when it was told or admitted (aware)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """From `starts_at` to `ends_at` (not included) alerts whose labels satisfy all `matchers` are not told.

    `matchers` are sentences as `parse_matcher` reads them. Raises SilenceDefinitionError where one is none, where there
    is none or all are satisfied even by an alert without labels, without an author or a reason, and for an end that is
    not after the start.
    """

    id: str
    matchers: tuple[str, ...]
    author: str
    reason: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    _parsed: tuple[Matcher, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_aware(self.starts_at, "starts_at")
        require_aware(self.ends_at, "ends_at")
        for name in ("id", "author", "reason"):
            if not str(getattr(self, name)).strip():
                raise SilenceDefinitionError(self.id, f"it has no {name}")
        if self.ends_at <= self.starts_at:
            raise SilenceDefinitionError(self.id, "it ends before it starts")
        if not self.matchers:
            raise SilenceDefinitionError(self.id, "without a matcher it would silence everything")
        try:
            parsed = tuple(parse_matcher(sentence) for sentence in self.matchers)
        except RouteDefinitionError as exc:
            raise SilenceDefinitionError(self.id, str(exc)) from exc
        if _all_hold(parsed, {}):
            # Alertmanager refuses such a silence, too: `stage != x` alone is also true of all that has no stage.
            raise SilenceDefinitionError(
                self.id, "it needs a matcher that says what an alert has, not only what it has not"
            )
        object.__setattr__(self, "_parsed", parsed)

    @property
    def doubt(self) -> str | None:
        """What is odd about it, in words, for whoever makes it; None where nothing is."""
        days = (self.ends_at - self.starts_at).days
        if self.ends_at - self.starts_at > LONGEST_SENSIBLE:
            return (
                f"it lasts {days} days; a silence of more than {LONGEST_SENSIBLE.days} days is likely to be forgotten"
            )
        return None

    def is_active(self, now: dt.datetime) -> bool:
        """Whether it is in force."""
        return self.starts_at <= now < self.ends_at

    def covers(self, labels: Labels) -> bool:
        """Whether it is about an alert with these labels, at whatever time."""
        return _all_hold(self._parsed, labels)


def silenced(labels: Labels, silences: Iterable[Silence], now: dt.datetime) -> Silence | None:
    """The silence that keeps an alert with these labels from being told at `now`; of several the one that lasts longest."""
    covering = [silence for silence in silences if silence.is_active(now) and silence.covers(labels)]
    return max(covering, key=lambda silence: (silence.ends_at, silence.id), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Inhibition:
    """An alert that satisfies all of `when` keeps those that satisfy all of `then` from being told, for `within`.

    Both must have each label of `equal`, with the same set of values. Raises InhibitionDefinitionError for a rule
    without name, `when`, `then` or time, and for one that would take away alerts it says nothing about.
    """

    name: str
    when: tuple[Matcher, ...]
    then: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()
    within: dt.timedelta = dt.timedelta(hours=24)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InhibitionDefinitionError(self.name, "it has no name")
        if not self.when or not self.then:
            raise InhibitionDefinitionError(self.name, "it needs matchers both for what inhibits and what is inhibited")
        if _all_hold(self.when, {}):
            raise InhibitionDefinitionError(self.name, "its `when` is true of an alert without labels")
        if not self.equal and _all_hold(self.then, {}):
            raise InhibitionDefinitionError(self.name, "its `then` is true of any alert, and no label need be equal")
        if self.within <= dt.timedelta(0):
            raise InhibitionDefinitionError(self.name, "the time within which it inhibits must be positive")

    def covers(self, labels: Labels) -> bool:
        """Whether an alert with these labels can be inhibited by it."""
        return _all_hold(self.then, labels)

    def inhibits(self, source: Labels, target: Labels) -> bool:
        """Whether an alert with the labels `source` inhibits one with the labels `target`.

        Two alerts that are each on both sides would silence one another and nobody would hear of either; so an alert
        that is on both sides is inhibited only by one that is not. (So Alertmanager has it.)
        """
        if not self.covers(target) or not _all_hold(self.when, source):
            return False
        if self.covers(source) and _all_hold(self.when, target):
            return False
        return all(_same_values(label, source, target) for label in self.equal)


def inhibited(
    labels: Labels, recent: Iterable[Source], rules: Iterable[Inhibition], now: dt.datetime, *, key: str | None = None
) -> tuple[Inhibition, str] | None:
    """The rule by which an alert with these labels need not be told, and the key of the alert that says it already.

    `recent` are alerts that were or will be told: one that was itself silenced or inhibited says nothing to anybody, and
    must not be among them. `key` is the alert's own, so that it never inhibits itself. The first rule wins, and in it
    the first source. A source counts for `within` before and after its time, so that a clock's mistake wears off.
    """
    candidates = tuple(rule for rule in rules if rule.covers(labels))
    if not candidates:
        return None
    sources = tuple(source for source in recent if source[0] != key)
    return next(
        (
            (rule, source_key)
            for rule in candidates
            for source_key, source_labels, at in sources
            if abs(now - at) <= rule.within and rule.inhibits(source_labels, labels)
        ),
        None,
    )


def _all_hold(matchers: Iterable[Matcher], labels: Labels) -> bool:
    return all(matcher.reason(labels) is not None for matcher in matchers)


def _same_values(label: str, one: Labels, other: Labels) -> bool:
    """Both have the label, with the same set of values. (In Alertmanager two absent labels are equal, and so alerts
    that have nothing to do with one another inhibit one another.)"""
    values = set(one.get(label, ()))
    return bool(values) and values == set(other.get(label, ()))
