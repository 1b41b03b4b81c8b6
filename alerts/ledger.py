"""The delivery ledger: what was tried, when, and what became of it, per alert, receiver and channel.

An attempt is written down *before* the network call and completed after it. So a process that is killed in between
leaves an attempt without a receipt: a trace that the message may have arrived.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Protocol

from alerts.model import Outcome, Receipt


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try. `receipt` is None while it is under way, and for ever if the process died during it."""

    number: int
    begun_at: dt.datetime
    receipt: Receipt | None = None


class Ledger(Protocol):
    """What `dispatch` needs remembered. Calls are short and may block for a local transaction; times are aware UTC.

    Implementations raise whatever their store raises; `dispatch` does not send what it could not write down.
    """

    def accepted(self, alert_key: str, receiver: str, channel: str) -> bool:
        """Whether an acceptance is recorded for this alert on this channel; kept for ever."""
        ...

    def attempts(self, alert_key: str, receiver: str, channel: str) -> tuple[Attempt, ...]:
        """All attempts, oldest first."""
        ...

    def begin(self, alert_key: str, receiver: str, channel: str, at: dt.datetime) -> int:
        """Write down, durably, that an attempt starts; return its number, from 1 upwards."""
        ...

    def record(self, receipt: Receipt) -> None:
        """Complete the begun attempt `receipt.attempt`. Recording the same receipt again changes nothing."""
        ...


class MemoryLedger:
    """A ledger that lives as long as the object: for tests, dry runs and one-shot use."""

    def __init__(self) -> None:
        self._attempts: dict[tuple[str, str, str], list[Attempt]] = {}

    def accepted(self, alert_key: str, receiver: str, channel: str) -> bool:
        return any(
            attempt.receipt is not None and attempt.receipt.outcome is Outcome.ACCEPTED
            for attempt in self._attempts.get((alert_key, receiver, channel), ())
        )

    def attempts(self, alert_key: str, receiver: str, channel: str) -> tuple[Attempt, ...]:
        return tuple(self._attempts.get((alert_key, receiver, channel), ()))

    def begin(self, alert_key: str, receiver: str, channel: str, at: dt.datetime) -> int:
        attempts = self._attempts.setdefault((alert_key, receiver, channel), [])
        attempts.append(Attempt(number=len(attempts) + 1, begun_at=at))
        return len(attempts)

    def record(self, receipt: Receipt) -> None:
        attempts = self._attempts[receipt.alert_key, receipt.receiver, receipt.channel]
        attempts[receipt.attempt - 1] = replace(attempts[receipt.attempt - 1], receipt=receipt)
