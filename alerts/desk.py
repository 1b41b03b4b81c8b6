"""The desk: alerts in, receipts out. Admits what is pending, bundles what is due, sends it, writes down what became of it.

Each channel of each receiver is a lane of its own: lanes run at one time, a lane's messages one after the other, so a
slow or broken channel holds up nobody else. Nothing here waits: what should be tried later says so in the book, and
calling `work` again is always safe. The decisions are made elsewhere (`admission`, `bundling`, `concluding`); here they
are carried out, each in one short transaction of the book.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import logging
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts import breaker, limits
from alerts.admission import Rules
from alerts.admitting import Batch
from alerts.book import Book, Carried, Delivery, DeliveryState, LaneState, Waiting
from alerts.bundling import bundle
from alerts.concluding import Conclusion, DeskPolicy, conclude
from alerts.errors import ChannelDefinitionError
from alerts.holding import rests_until, screen
from alerts.model import Alert, Channel, MessageForm, Outcome, Receiver, SendResult, require_aware
from alerts.render import Renderer, default_renderer
from alerts.send import LimitedSender, Sender
from alerts.sending import attempt

log = logging.getLogger(__name__)

PENDING_AT_ONCE = 500
"""Alerts admitted in one round."""

DUE_AT_ONCE = 500
"""Deliveries of one lane that are bundled in one round."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One channel of one receiver, what sends to it, and what its far side allows."""

    receiver: Receiver
    channel: Channel
    sender: Sender
    key: str
    limits: tuple[limits.RateLimit, ...]

    @property
    def name(self) -> tuple[str, str]:
        return self.receiver.name, self.channel.name


class Desk:
    """Delivers what a book holds. `senders` are keyed by (receiver name, channel name).

    Raises ChannelDefinitionError where a sender is missing. `jitter` gives random numbers in [0, 1).
    """

    def __init__(
        self,
        *,
        rules: Rules,
        senders: Mapping[tuple[str, str], Sender],
        book: Book,
        policy: DeskPolicy | None = None,
        renderer: Renderer | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._rules, self._book, self._jitter = rules, book, jitter
        self._policy, self._renderer = policy or DeskPolicy(), renderer or default_renderer()
        self._lanes = {lane.name: lane for lane in _lanes(rules.receivers.values(), senders)}
        self._unwritten: defaultdict[tuple[str, str], deque[Callable[[], None]]] = defaultdict(deque)
        """Answers that the book would not take, by lane: written before anything else is sent there."""
        self._stopped: dict[tuple[str, str], Exception] = {}
        """Lanes whose round the book, or a bug, ended: in this call of `work`, and in the one before it."""
        self._stopped_before: dict[tuple[str, str], Exception] = {}
        self.concluded = 0
        """Attempts that were concluded since the start."""

    @property
    def faults(self) -> tuple[Exception, ...]:
        """What ended a lane's round at the last `work`, one a lane."""
        return tuple(self._stopped.values())

    async def work(self, now: dt.datetime) -> tuple[Conclusion, ...]:
        """Do all that is due at `now` (aware) and return what every attempt that was made came to.

        What goes wrong with one message or one lane is logged and in its receipt, and keeps nobody else from going on.
        """
        require_aware(now, "now")
        self._stopped_before, self._stopped = self._stopped, {}
        await asyncio.to_thread(self.admit_pending, now)
        due = await asyncio.to_thread(self._book.lanes, now)
        free = asyncio.Semaphore(self._policy.at_once)
        await asyncio.to_thread(self._end_nowhere, [name for name in due if name not in self._lanes], now)
        done = await asyncio.gather(*(self._drain(self._lanes[n], now, free) for n in due if n in self._lanes))
        return tuple(one for lane in done for one in lane)

    def lane_states(self) -> Mapping[tuple[str, str], LaneState]:
        """How the far side of every channel fares, by (receiver name, channel name)."""
        return {name: self._book.lane_state(lane.key) for name, lane in self._lanes.items()}

    def admit_pending(self, now: dt.datetime) -> int:
        """Write down, for every pending alert, who is to get it and when; how many there were."""
        count = 0
        while pending := self._book.pending(PENDING_AT_ONCE):
            batch = Batch(self._book, self._rules, now)
            for alert in pending:
                batch.plan(alert)
            self._book.admit(batch.planned, now)
            count += len(pending)
        return count

    def plan(self, alert: Alert, now: dt.datetime) -> tuple[Delivery, ...]:
        """The deliveries that an alert admitted at `now` would get. Writes nothing."""
        return Batch(self._book, self._rules, now).plan(alert)

    async def _drain(self, lane: Lane, now: dt.datetime, free: asyncio.Semaphore) -> list[Conclusion]:
        """Send what is due in a lane, in order, until nothing is, or its channel takes no more."""
        done: list[Conclusion] = []
        async with free:
            try:
                await asyncio.to_thread(self._write_answers, lane)
                while messages := await asyncio.to_thread(self._next_messages, lane, now):
                    for carried in messages:
                        made = await self._deliver(lane, carried, now)
                        if made is None:
                            return done
                        done.append(made)
                        if made.channel_in_trouble:
                            return done
            except Exception as exc:
                # The edge of one lane: the book failed, or a bug. An answer that was not written down is remembered.
                if repr(exc) != repr(self._stopped_before.get(lane.name)):  # told once, not at every round
                    log.exception("lane %s/%s stopped", *lane.name)
                self._stopped[lane.name] = exc
        return done

    def _write_answers(self, lane: Lane) -> None:
        """Write down what came of attempts, the oldest first. What the book refuses stays, so that an answer that was heard
        is never asked for again: that would send the message twice."""
        answers = self._unwritten[lane.name]
        while answers:
            answers[0]()
            answers.popleft()

    def _next_messages(self, lane: Lane, now: dt.datetime) -> tuple[Carried, ...]:
        """Messages to send now: those that are open and due, else new ones made of what waits; none where the far side
        takes none."""
        if not (sends := self._sends(lane, now)):
            return ()
        if due := self._open_messages(lane, now):
            return due
        made = bundle(self._to_go(lane, now), sends, functools.partial(self._room, lane, now))
        if not made:
            return ()
        for message in made:
            self._book.assign(message, now)
        return self._open_messages(lane, now)

    def _to_go(self, lane: Lane, now: dt.datetime) -> tuple[Waiting, ...]:
        """Deliveries that are due and may go. Those that quiet hours hold are put off, until some may go or none is left."""
        while waiting := self._book.waiting(*lane.name, now, DUE_AT_ONCE):
            screened = screen(waiting, lane.receiver, now, self._rules.calendar)
            if screened.held:
                self._book.hold(screened.held)
            if screened.go:
                return screened.go
        return ()

    def _open_messages(self, lane: Lane, now: dt.datetime) -> tuple[Carried, ...]:
        """Messages whose attempt is due. Those that quiet hours hold are put off."""
        due = []
        for carried in self._book.open_messages(*lane.name, now):
            if self._with_another_worker(carried, now):
                continue
            if until := rests_until(carried.message, lane.receiver, now, self._rules.calendar):
                self._book.postpone(carried.message, until)
            else:
                due.append(carried)
        return tuple(due)

    def _end_nowhere(self, lanes: Iterable[tuple[str, str]], now: dt.datetime) -> None:
        """End what is due in lanes that no receiver has any more: a dead letter with its reason, rather than a wait for
        ever. It can be sent again once the receiver is back. Nothing is ended before it is due."""
        for receiver, channel in lanes:
            reason = f"{receiver}/{channel} is not configured any more"
            for carried in self._book.open_messages(receiver, channel, now):
                keys = [alert.key for alert in carried.message.alerts]
                lost = DeliveryState.UNKNOWN if carried.may_have_arrived else DeliveryState.GIVEN_UP
                self._book.end(keys, receiver, channel, lost, reason, now)
            while waiting := self._book.waiting(receiver, channel, now, DUE_AT_ONCE):
                keys = [w.alert.key for w in waiting]
                self._book.end(keys, receiver, channel, DeliveryState.GIVEN_UP, reason, now)

    def _with_another_worker(self, carried: Carried, now: dt.datetime) -> bool:
        last = carried.attempts[-1] if carried.attempts else None
        return last is not None and last.receipt is None and last.begun_at + self._policy.under_way > now

    def _sends(self, lane: Lane, now: dt.datetime) -> int:
        """How many messages the lane's far side takes now."""
        state = self._book.lane_state(lane.key)
        return min(breaker.allowed(state.breaker, now), limits.available(state.bucket, lane.limits, now))

    def _room(self, lane: Lane, now: dt.datetime, alerts: Sequence[Alert], form: MessageForm, lang: str | None) -> int:
        budget = lane.sender.budget if isinstance(lane.sender, LimitedSender) else None
        return self._renderer.room(alerts, lane.channel.kind, lane.receiver, form, lang=lang, budget=budget, now=now)

    async def _deliver(self, lane: Lane, carried: Carried, now: dt.datetime) -> Conclusion | None:
        """One attempt: written down, made, written down. None where the far side takes nothing more now."""
        message = carried.message
        number = await asyncio.to_thread(self._book.begin, message, lane.key, lambda s: _take(s, lane, now), now)
        if number is None:
            return None
        if carried.accepted:  # on record already: it is closed, and never sent again
            result = SendResult(outcome=Outcome.SUPPRESSED, reason="accepted before")
        else:
            result = await attempt(
                message,
                lane.channel.kind,
                lane.receiver,
                lane.sender,
                renderer=self._renderer,
                repeat=carried.may_have_arrived,
                deadline=self._policy.deadline,
                now=now,
            )
        made = conclude(carried, result, number, now, self._policy, self._jitter())
        self._unwritten[lane.name].append(
            functools.partial(
                self._book.record, message, made.receipt, made.then, lane.key, lambda s: _learn(s, result, now)
            )
        )
        await asyncio.to_thread(self._write_answers, lane)
        self.concluded += 1
        log.info("%s: %s to %s/%s (%s)", made.receipt.outcome.value, message.key, *lane.name, made.receipt.reason)
        return made


def _take(state: LaneState, lane: Lane, now: dt.datetime) -> LaneState | None:
    """The lane with one message less to send; None where it takes none now."""
    if not breaker.allowed(state.breaker, now) or not limits.available(state.bucket, lane.limits, now):
        return None
    return LaneState(bucket=limits.take(state.bucket, lane.limits, 1, now), breaker=breaker.begun(state.breaker, now))


def _learn(state: LaneState, result: SendResult, now: dt.datetime) -> LaneState:
    return replace(state, breaker=breaker.after(state.breaker, result, now))


def _lanes(receivers: Iterable[Receiver], senders: Mapping[tuple[str, str], Sender]) -> list[Lane]:
    made = []
    for receiver in receivers:
        for channel in receiver.channels:
            if (receiver.name, channel.name) not in senders:
                raise ChannelDefinitionError(receiver.name, channel.name, "no sender was built for it")
            made.append(
                Lane(
                    receiver=receiver,
                    channel=channel,
                    sender=senders[receiver.name, channel.name],
                    key=limits.lane_key(receiver.name, channel),
                    limits=limits.limits_of(channel),
                )
            )
    return made
