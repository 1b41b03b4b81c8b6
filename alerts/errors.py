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
