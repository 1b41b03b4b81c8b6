"""A desk to test with: receivers, what sends to them, and a book that outlives every desk.

office = Office(MemoryFile(), [team])
office.queue(alert("a"), alert("b"))
office.work(NOW)                     # a fresh desk each time, as after a restart
assert office.states("a") == {("team", "chat"): "accepted"}
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from alerts import (
    DEAD_LETTERS,
    Alert,
    Book,
    Calendar,
    Concern,
    Conclusion,
    Delivery,
    Desk,
    DeskPolicy,
    Inhibition,
    MemoryBook,
    Outcome,
    Receiver,
    Rendered,
    Renderer,
    RetryPolicy,
    Route,
    RouteTree,
    Rules,
    Sender,
    SendResult,
    Silence,
    build_senders,
)
from tests.alerts.samples import NOW

RENDERER = Renderer()
STEADY = DeskPolicy(retry=RetryPolicy(spread=0))

ACCEPT = SendResult(outcome=Outcome.ACCEPTED, reason="ok")
REFUSE = SendResult(outcome=Outcome.REFUSED, reason="no such words")
BUSY = SendResult(outcome=Outcome.RETRY, reason="later")
THROTTLE = SendResult(outcome=Outcome.RETRY, reason="too many", retry_after=60, concerns=Concern.CHANNEL)
DOWN = SendResult(outcome=Outcome.RETRY, reason="no connection", concerns=Concern.CHANNEL)
LOST = SendResult(outcome=Outcome.UNKNOWN, reason="no answer", concerns=Concern.CHANNEL)
REVOKED = SendResult(outcome=Outcome.REFUSED, reason="93000", concerns=Concern.CHANNEL)


class File(Protocol):
    """A book, and what the rest of the program does with it."""

    @property
    def book(self) -> Book:
        """The book itself; a fresh object on the same memory, where it has one."""
        ...

    def queue(self, alerts: Iterable[Alert]) -> None: ...

    def deliveries(self) -> tuple[Delivery, ...]: ...

    def silence(self, silence: Silence) -> None: ...

    def resend(self, now: dt.datetime) -> int:
        """Let every dead letter go once more."""
        ...

    def next_due(self) -> dt.datetime | None:
        """When something is due next; None where nothing is left to do."""
        ...


class MemoryFile:
    """The book in memory."""

    def __init__(self, book: MemoryBook | None = None) -> None:
        self.book = book or MemoryBook()

    def queue(self, alerts: Iterable[Alert]) -> None:
        self.book.queue(alerts)

    def deliveries(self) -> tuple[Delivery, ...]:
        return tuple(self.book.deliveries.values())

    def silence(self, silence: Silence) -> None:
        self.book.kept_silences.append(silence)

    def resend(self, now: dt.datetime) -> int:
        return self.book.resend([d.name for d in self.deliveries() if d.state in DEAD_LETTERS], now)

    def next_due(self) -> dt.datetime | None:
        return self.book.next_due()


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A message as the far side got it. `keys`: the alerts in it, in the order of their places."""

    at: dt.datetime
    lane: tuple[str, str]
    keys: tuple[str, ...]
    repeat: bool


_MARK = re.compile(r"‹([^›]+)›")


def titled(key: str) -> str:
    """A title by which an alert is found in what arrived."""
    return f"公告‹{key}›"


def keys_in(text: str) -> tuple[str, ...]:
    """The keys of the alerts whose titles stand in a text, each once."""
    return tuple(dict.fromkeys(_MARK.findall(text)))


Answer = SendResult | Callable[[Rendered], SendResult]
"""What a lane answers; a function may raise."""


@dataclass
class FarSide:
    """Everything outside: each lane's answers to come (the last one stays; none: accepted), and all that arrived.

    What a message that is refused or never gets there says does not arrive; one whose answer is lost does.
    """

    now: dt.datetime = NOW
    answers: dict[tuple[str, str], deque[Answer]] = field(default_factory=dict)
    arrived: list[Arrival] = field(default_factory=list)
    tried: list[Arrival] = field(default_factory=list)

    def script(self, receiver: str, channel: str, *answers: Answer) -> None:
        self.answers[receiver, channel] = deque(answers)

    def take(self, lane: tuple[str, str], message: Rendered) -> SendResult:
        arrival = Arrival(at=self.now, lane=lane, keys=keys_in(message.title + message.body), repeat=message.repeat)
        self.tried.append(arrival)
        queue = self.answers.get(lane)
        answer: Answer = ACCEPT if not queue else queue.popleft() if len(queue) > 1 else queue[0]
        result = answer if isinstance(answer, SendResult) else answer(message)
        if result.outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
            self.arrived.append(arrival)
        return result

    def at(self, *lane: str) -> list[Arrival]:
        """What arrived in a lane; of a receiver, where no channel is given."""
        return [a for a in self.arrived if a.lane[: len(lane)] == lane]


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneSender:
    """One channel's way to the far side."""

    lane: tuple[str, str]
    far: FarSide

    def send(self, message: Rendered) -> SendResult:
        return self.far.take(self.lane, message)


@dataclass
class Office:
    """Desks that come and go on one book. Without `senders` all channels lead to `far`."""

    file: File
    receivers: Sequence[Receiver]
    routes: RouteTree | None = None
    inhibitions: tuple[Inhibition, ...] = ()
    calendar: Calendar | None = None
    policy: DeskPolicy = STEADY
    senders: Mapping[tuple[str, str], Sender] | None = None
    far: FarSide = field(default_factory=FarSide)

    @classmethod
    def real(cls, receivers: Sequence[Receiver], file: File | None = None) -> Office:
        """An office whose channels lead where their settings say."""
        return cls(file or MemoryFile(), receivers, senders=build_senders(receivers, io.StringIO()))

    def queue(self, *alerts: Alert) -> None:
        self.file.queue(alerts)

    def desk(self, book: Book | None = None) -> Desk:
        """A desk as a fresh process would build it."""
        return Desk(
            rules=Rules(
                routes=self.routes or everything_to(*self.receivers),
                receivers={r.name: r for r in self.receivers},
                inhibitions=self.inhibitions,
                calendar=self.calendar,
            ),
            senders=self.senders if self.senders is not None else self._to_far_side(),
            book=book or self.file.book,
            policy=self.policy,
            renderer=RENDERER,
            jitter=lambda: 0.0,
        )

    async def run(self, now: dt.datetime) -> tuple[Conclusion, ...]:
        """One life of the process: all that is due at `now`."""
        self.far.now = now
        return await self.desk().work(now)

    def work(self, now: dt.datetime) -> tuple[Conclusion, ...]:
        """`run`, for tests without a loop of their own."""
        return asyncio.run(self.run(now))

    def work_through(self, start: dt.datetime, end: dt.datetime, step: dt.timedelta) -> None:
        """Work at `start`, and every `step` until `end`, both included."""
        now = start
        while now <= end:
            self.work(now)
            now += step

    def states(self, key: str) -> dict[tuple[str, str], str]:
        """How the deliveries of an alert stand, by lane."""
        return {(d.receiver, d.channel): d.state.value for d in self.file.deliveries() if d.alert_key == key}

    def count(self) -> dict[str, int]:
        """Deliveries by state."""
        found: defaultdict[str, int] = defaultdict(int)
        for delivery in self.file.deliveries():
            found[delivery.state.value] += 1
        return dict(found)

    def _to_far_side(self) -> dict[tuple[str, str], Sender]:
        lanes = [(r.name, c.name) for r in self.receivers for c in r.channels]
        return {lane: LaneSender(lane=lane, far=self.far) for lane in lanes}


def everything_to(*receivers: Receiver) -> RouteTree:
    """Routes by which every receiver gets everything."""
    names = tuple(r.name for r in receivers)
    return RouteTree(root=Route(receivers=names), receivers=names)
