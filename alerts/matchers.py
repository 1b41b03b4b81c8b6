"""Matchers: one question each to an alert's labels, answered with the value that says yes.

A label holds any number of values; a matcher is satisfied by any one of them, and a label that is absent has no value
that could satisfy it. So `Not` is also true where the label is absent. Matchers are pure and cannot fail once built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Protocol

from alerts.errors import RouteDefinitionError

Labels = Mapping[str, tuple[str, ...]]


class Matcher(Protocol):
    """A question to labels."""

    def reason(self, labels: Labels) -> str | None:
        """Why the labels satisfy it, in words; None where they do not."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Equals:
    """The label has exactly this value."""

    label: str
    value: str

    def reason(self, labels: Labels) -> str | None:
        return f"{self.label} is {self.value}" if self.value in labels.get(self.label, ()) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class In:
    """The label has one of these values."""

    label: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise RouteDefinitionError(f"{self.label}: an empty list of values can never match")

    def reason(self, labels: Labels) -> str | None:
        hit = next((value for value in labels.get(self.label, ()) if value in self.values), None)
        return None if hit is None else f"{self.label} {hit} is in the list"


@dataclass(frozen=True, kw_only=True, slots=True)
class Matches:
    """A regular expression fits the whole of a value (as `re.fullmatch`)."""

    label: str
    pattern: str
    _compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "_compiled", re.compile(self.pattern))
        except re.error as exc:
            raise RouteDefinitionError(f"{self.label}: {self.pattern!r} is no regular expression: {exc}") from exc

    def reason(self, labels: Labels) -> str | None:
        hit = next((value for value in labels.get(self.label, ()) if self._compiled.fullmatch(value)), None)
        return None if hit is None else f"{self.label} {hit} matches {self.pattern}"


@dataclass(frozen=True, kw_only=True, slots=True)
class StartsWith:
    """A value begins with the prefix."""

    label: str
    prefix: str

    def __post_init__(self) -> None:
        if not self.prefix:
            raise RouteDefinitionError(f"{self.label}: an empty prefix matches everything; leave the matcher out")

    def reason(self, labels: Labels) -> str | None:
        hit = next((value for value in labels.get(self.label, ()) if value.startswith(self.prefix)), None)
        return None if hit is None else f"{self.label} {hit} starts with {self.prefix}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Within:
    """A value lies in the area of one of these GB/T 2260 codes: 330100 is within 330100 and 330000, not within 330200.

    A code is a hierarchy of three two-digit levels padded with zeros (province, prefecture, county).
    """

    label: str
    codes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.codes:
            raise RouteDefinitionError(f"{self.label}: an empty list of areas can never match")
        for code in self.codes:
            if not re.fullmatch(r"[1-9]\d{5}", code):
                raise RouteDefinitionError(f"{self.label}: {code!r} is no six-digit area code")

    def reason(self, labels: Labels) -> str | None:
        for code in self.codes:
            stem = re.sub(r"(00){1,2}$", "", code)
            if hit := next((value for value in labels.get(self.label, ()) if value.startswith(stem)), None):
                return f"{self.label} {hit} is within {code}"
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Between:
    """A value is a number from `low` to `high`, both included; None leaves that side open."""

    label: str
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise RouteDefinitionError(f"{self.label}: a range needs a lower or an upper bound")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise RouteDefinitionError(f"{self.label}: no number lies between {self.low} and {self.high}")

    def reason(self, labels: Labels) -> str | None:
        for value in labels.get(self.label, ()):
            if self._holds(value):
                bounds = [f"at least {self.low}"] * (self.low is not None)
                bounds += [f"at most {self.high}"] * (self.high is not None)
                return f"{self.label} {value} is {' and '.join(bounds)}"
        return None

    def _holds(self, value: str) -> bool:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return False
        if not number.is_finite():
            return False
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


@dataclass(frozen=True, kw_only=True, slots=True)
class Not:
    """The inner matcher is not satisfied (also where the label is absent)."""

    matcher: Matcher

    def reason(self, labels: Labels) -> str | None:
        return f"not: {self.matcher}" if self.matcher.reason(labels) is None else None


_SENTENCE = re.compile(
    r"\s*(?P<label>[\w.-]+)\s*(?P<operator>!=|=~|>=|<=|=|\bwithin\b|\bin\b|\bstarts\b)\s*(?P<value>.*\S)\s*"
)


def parse_matcher(sentence: str) -> Matcher:
    """Read a matcher as people write it in a configuration or on the command line.

    `stage = result` · `stage != result` · `stage in notice, result` · `region within 330000, 310000` · `source starts 人民` ·
    `title =~ .*杭州.*` · `amount >= 1000000` · `amount <= 5000000`

    Raises RouteDefinitionError with the accepted forms where it is none of these.
    """
    label, operator, value = _parts(sentence)
    match operator:
        case "=":
            return Equals(label=label, value=value)
        case "!=":
            return Not(matcher=Equals(label=label, value=value))
        case "=~":
            return Matches(label=label, pattern=value)
        case "in":
            return In(label=label, values=_listed(value))
        case "within":
            return Within(label=label, codes=_listed(value))
        case "starts":
            return StartsWith(label=label, prefix=value)
        case ">=":
            return Between(label=label, low=_number(label, value))
        case _:
            return Between(label=label, high=_number(label, value))


def reworded(sentence: str, translate: Callable[[str, str], str]) -> str:
    """The same sentence with its values as labels write them: `translate(label, value)` is asked for each.

    For those who let people write names where labels hold codes. Regular expressions and beginnings stay as they are.
    Raises RouteDefinitionError as `parse_matcher` does, and whatever `translate` raises.
    """
    label, operator, value = _parts(sentence)
    match operator:
        case "=~" | "starts":
            return sentence
        case "in" | "within":
            return f"{label} {operator} {', '.join(translate(label, one) for one in _listed(value))}"
        case _:
            return f"{label} {operator} {translate(label, value)}"


def _parts(sentence: str) -> tuple[str, str, str]:
    parts = _SENTENCE.fullmatch(sentence)
    if parts is None:
        raise RouteDefinitionError(
            f"{sentence!r} is no matcher; write `label = value`, `!=`, `in a, b`, `within CODE, CODE`, `starts TEXT`, "
            "`=~ REGEX`, `>= NUMBER` or `<= NUMBER`"
        )
    return parts["label"], parts["operator"], parts["value"]


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"\s*[,，、]\s*", value.strip()) if part)


def _number(label: str, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation as exc:
        raise RouteDefinitionError(f"{label}: {text!r} is no number") from exc
    if not number.is_finite():
        raise RouteDefinitionError(f"{label}: {text!r} is no number")
    return number
