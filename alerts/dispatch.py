"""The way of alerts to receipts: route, suppress what was accepted, write down, send, record.

Each channel of each receiver is a lane of its own: lanes run at one time, a lane's messages one after the other, so a
slow or broken channel holds up nobody else. When an answer says that the channel itself is in trouble, the rest of its
lane is held back instead of being thrown at it. Nothing here waits: what should be tried later says so in its receipt,
and calling `dispatch` again with the same alerts is always safe.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress as ignore
from dataclasses import dataclass
from typing import TypeVar

from alerts import stages
from alerts.errors import ChannelDefinitionError
from alerts.ledger import Ledger
from alerts.model import Alert, Concern, Outcome, Receipt, Receiver, SendResult, require_aware
from alerts.render import Renderer, default_renderer
from alerts.routes import RouteTree
from alerts.send import LimitedSender, Sender
from alerts.stages import Delivery, DispatchPolicy

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")


async def dispatch(
    alerts: Iterable[Alert],
    route: RouteTree,
    receivers: Sequence[Receiver],
    senders: Mapping[tuple[str, str], Sender],
    ledger: Ledger,
    now: dt.datetime,
    *,
    policy: DispatchPolicy | None = None,
    renderer: Renderer | None = None,
    jitter: Callable[[], float] = random.random,
    resend: bool = False,
) -> tuple[Receipt, ...]:
    """Deliver what is due of these alerts and return how each delivery stands: one receipt per receiver and channel.

    `senders` are keyed by (receiver name, channel name). `now` is an aware time; attempts are dated by it. `resend`
    also sends again what was refused or given up; what was accepted stays suppressed. Receipts come in the order of
    the alerts; those with `retry_at` want another call then. Raises ChannelDefinitionError where a sender is missing,
    before anything is sent, and no other error of its own: what goes wrong with one delivery is in its receipt.
    """
    require_aware(now, "now")
    named = {receiver.name: receiver for receiver in receivers}
    deliveries = [delivery for alert in alerts for delivery in stages.route(alert, route, named)]
    run = _Run(
        senders=senders,
        ledger=ledger,
        now=now,
        policy=policy or DispatchPolicy(),
        renderer=renderer or default_renderer(),
        jitter=jitter,
        resend=resend,
    )
    lanes: dict[tuple[str, str], list[tuple[int, Delivery]]] = {}
    for place, delivery in enumerate(deliveries):
        name = (delivery.receiver.name, delivery.channel.name)
        if name not in senders:
            raise ChannelDefinitionError(*name, "no sender was built for it")
        lanes.setdefault(name, []).append((place, delivery))

    free = asyncio.Semaphore(run.policy.at_once)
    done = await asyncio.gather(*(run.drain(lane, free) for lane in lanes.values()))
    return tuple(receipt for _, receipt in sorted((pair for lane in done for pair in lane), key=lambda pair: pair[0]))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """One call of `dispatch`: what all its lanes share."""

    senders: Mapping[tuple[str, str], Sender]
    ledger: Ledger
    now: dt.datetime
    policy: DispatchPolicy
    renderer: Renderer
    jitter: Callable[[], float]
    resend: bool

    async def drain(self, lane: list[tuple[int, Delivery]], free: asyncio.Semaphore) -> list[tuple[int, Receipt]]:
        """Deliver a lane in order; once its channel is in trouble, only say how the rest stands."""
        receipts: list[tuple[int, Receipt]] = []
        trouble: Receipt | None = None
        async with free:
            for place, delivery in lane:
                try:
                    receipt, concern = await self._deliver(delivery, trouble)
                except Exception as exc:
                    # The edge of one delivery: the ledger failed, or a bug. What was not written down was not sent.
                    log.exception("delivery failed: %s to %s", delivery.alert.key, lane[0][1].receiver.name)
                    receipt, concern = self._held(delivery, f"could not be recorded ({type(exc).__name__})"), None
                if concern is Concern.CHANNEL and receipt.outcome in (Outcome.RETRY, Outcome.UNKNOWN):
                    trouble = receipt
                receipts.append((place, receipt))
        return receipts

    async def _deliver(self, delivery: Delivery, trouble: Receipt | None) -> tuple[Receipt, Concern | None]:
        name = (delivery.alert.key, delivery.receiver.name, delivery.channel.name)
        attempts = self.ledger.attempts(*name)
        if self.ledger.accepted(*name):
            return stages.suppress(delivery, attempts, self.now).receipt, None
        verdict = stages.judge(delivery, attempts, self.now, self.policy, resend=self.resend)
        if isinstance(verdict, stages.Settled):
            return verdict.receipt, None
        if trouble is not None:
            return self._held(delivery, f"held back: {trouble.reason}", trouble.retry_at), None
        # Written down before the network is touched: if the process dies now, the next one knows that it may have sent.
        number = self.ledger.begin(*name, self.now)
        result = await self._send(delivery, repeat=verdict.repeat)
        receipt = stages.conclude(delivery, result, attempts, number, self.now, self.policy.retry, self.jitter())
        self.ledger.record(receipt)
        log.info("%s: %s to %s/%s (%s)", receipt.outcome.value, *name, receipt.reason)
        return receipt, result.concerns

    async def _send(self, delivery: Delivery, *, repeat: bool) -> SendResult:
        try:
            return await asyncio.wait_for(_in_thread(lambda: self._attempt(delivery, repeat)), self.policy.deadline)
        except TimeoutError:
            reason = f"no result within {self.policy.deadline:g} s"
            return SendResult(outcome=Outcome.UNKNOWN, reason=reason, concerns=Concern.CHANNEL)

    def _attempt(self, delivery: Delivery, repeat: bool) -> SendResult:
        """Render and send, in a thread. Before the send nothing can have arrived; after it, who knows."""
        sender = self.senders[delivery.receiver.name, delivery.channel.name]
        try:
            message = self.renderer.render(
                delivery.alert,
                delivery.channel.kind,
                delivery.receiver,
                options=delivery.options,
                repeat=repeat,
                budget=sender.budget if isinstance(sender, LimitedSender) else None,
            )
        except Exception as exc:
            log.exception("cannot render %s for %s", delivery.alert.key, delivery.receiver.name)
            return SendResult(outcome=Outcome.RETRY, reason=f"could not be rendered ({type(exc).__name__})")
        try:
            return sender.send(message)
        except Exception as exc:
            log.exception("sender failed: %s to %s", delivery.alert.key, delivery.receiver.name)
            return SendResult(outcome=Outcome.UNKNOWN, reason=f"the sender failed ({type(exc).__name__})")

    def _held(self, delivery: Delivery, reason: str, retry_at: dt.datetime | None = None) -> Receipt:
        """A receipt for a delivery that was not tried; it is not recorded."""
        again = retry_at or self.now + self.policy.retry.first
        return delivery.receipt(Outcome.RETRY, reason, self.now, attempt=0, retry_at=again)


async def _in_thread(work: Callable[[], _Result]) -> _Result:
    """Run blocking work in a daemon thread of its own.

    Not in the loop's pool: its threads are joined at exit, and one stalled server would keep the program from ending.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()

    def settle(result: _Result | None, error: BaseException | None) -> None:
        if future.done():  # given up meanwhile
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type] # `work` returned it

    def run() -> None:
        result: _Result | None = None
        error: BaseException | None = None
        try:
            result = work()
        except BaseException as exc:  # noqa: BLE001 it is raised again where the work is awaited
            error = exc
        with ignore(RuntimeError):  # the loop was closed meanwhile: nobody waits
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="alerts-send", daemon=True).start()
    return await future
