"""One attempt to send one message: rendered and sent in a thread of its own, with a deadline, and never raising."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
from collections.abc import Callable
from contextlib import suppress as ignore
from typing import TypeVar

from alerts.model import ChannelKind, Concern, Message, Outcome, Receiver, SendResult
from alerts.render import Renderer
from alerts.send import LimitedSender, Sender

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")


async def attempt(
    message: Message,
    kind: ChannelKind,
    receiver: Receiver,
    sender: Sender,
    *,
    renderer: Renderer,
    repeat: bool,
    deadline: float,
    now: dt.datetime,
) -> SendResult:
    """What came of sending a message once; UNKNOWN where nothing did within `deadline` seconds.

    `repeat` marks it as one that may have arrived before; `now` is what it counts the time left from.
    """

    def render_and_send() -> SendResult:
        return _render_and_send(message, kind, receiver, sender, renderer, repeat, now)

    try:
        return await asyncio.wait_for(_in_thread(render_and_send), deadline)
    except TimeoutError:
        reason = f"no result within {deadline:g} s"
        return SendResult(outcome=Outcome.UNKNOWN, reason=reason, concerns=Concern.CHANNEL)


def _render_and_send(
    message: Message,
    kind: ChannelKind,
    receiver: Receiver,
    sender: Sender,
    renderer: Renderer,
    repeat: bool,
    now: dt.datetime,
) -> SendResult:
    """Before the send nothing can have arrived; after it, who knows."""
    budget = sender.budget if isinstance(sender, LimitedSender) else None
    try:
        rendered = renderer.render_message(message, kind, receiver, repeat=repeat, budget=budget, now=now)
    except Exception as exc:
        log.exception("cannot render %s for %s", message.key, receiver.name)
        return SendResult(outcome=Outcome.RETRY, reason=f"could not be rendered ({type(exc).__name__})")
    try:
        return sender.send(rendered)
    except Exception as exc:
        log.exception("sender failed: %s to %s", message.key, receiver.name)
        return SendResult(outcome=Outcome.UNKNOWN, reason=f"the sender failed ({type(exc).__name__})")


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
