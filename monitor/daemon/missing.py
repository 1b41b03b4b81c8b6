"""Missed checks on their way into the store: found while planning, written by the worker, or before they are made up for, if that
comes first; each once a source and gap."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from monitor.daemon.planning import Slot
from monitor.records import PollOutcome, PollRecord
from monitor.storage import Store

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Checks that were found not to have happened at their time, and why."""

    sources: tuple[str, ...]
    why: str


class MissedChecks:
    """Remembers what was missed until it is written: a busy database holds up no check, and loses none of these."""

    def __init__(self) -> None:
        self._unwritten: list[PollRecord] = []
        self._writing = threading.Lock()

    def note(self, slots: Sequence[Slot], why: str, now: dt.datetime) -> Missed:
        """Remember these, found at `now`."""
        names = tuple(one.name for one in slots)
        self._unwritten += [one.missed(now, why) for one in slots]
        log.warning("checks missed", count=len(names), why=why, sources=list(names[:10]))
        return Missed(sources=names, why=why)

    def awaits(self, source: str) -> bool:
        """Whether something that this source missed is not on record yet."""
        return any(record.source == source for record in tuple(self._unwritten))

    def write(self, store: Store) -> None:
        """Record what is remembered, from any thread. A daemon that is started again and again within one gap records it once."""
        with self._writing:
            records = tuple(self._unwritten)
            if not records:
                return
            with store.transaction() as unit:
                for record in records:
                    last = unit.polls.latest(1, source=record.source, outcome=PollOutcome.MISSED)
                    if not last or last[0].planned_at != record.planned_at:
                        unit.polls.add(record)
            del self._unwritten[: len(records)]
