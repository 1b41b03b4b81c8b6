"""Delivering what is due: each attempt is written down before and after the network, so a kill neither loses nor
repeats what was recorded as accepted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from monitor.alerting import Desk, Sent, told_of
from monitor.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySummary:
    """What came of one round, in messages: accepted, put off, and ended without acceptance; and every attempt."""

    done: int
    waiting: int
    dead: int
    attempts: tuple[Sent, ...]
    faults: tuple[Exception, ...] = ()
    """What stopped a channel's round, such as a database that is busy; the round comes again."""


class Delivering:
    """Lets the desk do what is due; one round at a time within a process."""

    def __init__(self, *, desk: Desk, clock: Clock) -> None:
        self._desk, self._clock = desk, clock
        self._delivering = asyncio.Lock()

    @property
    def concluded(self) -> int:
        """Messages concluded since the start."""
        return self._desk.concluded

    async def deliver_due(self) -> DeliverySummary:
        """Admit new alerts and send what is due."""
        async with self._delivering:
            attempts = tuple(told_of(conclusion) for conclusion in await self._desk.work(self._clock()))
        return DeliverySummary(
            done=sum(a.accepted for a in attempts),
            waiting=sum(a.goes_on for a in attempts),
            dead=sum(not a.accepted and not a.goes_on for a in attempts),
            attempts=attempts,
            faults=self._desk.faults,
        )
