"""The error tree of the alerts package. Outcomes of one delivery are values (`model.Receipt`), not exceptions."""

from __future__ import annotations


class AlertsError(Exception):
    """Root of all errors that `alerts` raises on purpose."""


class ChannelDefinitionError(AlertsError):
    """A channel cannot work as written (bad URL, missing host). Mend the definition; the message hides secrets."""

    def __init__(self, receiver: str, channel: str, problem: str, hint: str = "") -> None:
        self.receiver, self.channel, self.problem, self.hint = receiver, channel, problem, hint
        super().__init__(f"receiver {receiver!r}, channel {channel!r}: {problem}" + (f" ({hint})" if hint else ""))


class RouteDefinitionError(AlertsError):
    """A route names an unknown receiver or label, or can never match."""


class CadenceDefinitionError(AlertsError):
    """A cadence, digest or quiet time that can never work as written."""


class SilenceDefinitionError(AlertsError):
    """A silence that is incomplete, or would silence what it says nothing about."""

    def __init__(self, silence: str, problem: str) -> None:
        self.silence, self.problem = silence, problem
        super().__init__(f"silence {silence!r}: {problem}")


class InhibitionDefinitionError(AlertsError):
    """An inhibition that is incomplete, or would inhibit what it says nothing about."""

    def __init__(self, inhibition: str, problem: str) -> None:
        self.inhibition, self.problem = inhibition, problem
        super().__init__(f"inhibition {inhibition!r}: {problem}")


class LimitDefinitionError(AlertsError):
    """A rate limit that would let nothing pass."""
