"""Processes that understand and deliver, and kill themselves with SIGKILL at the n-th step: a program for `test_kill`.

    python -m tests.acceptance.crashing

It reads lines `STEP CONFIG`, forks a process for each (so that imports are paid for once) and answers with its exit code
and the number of steps it took. Steps are counted through everything that leaves a trace: before and after each commit,
before and after each message to a channel. STEP 0 never kills.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from alerts import Rendered, Sender, SendResult
from monitor import bootstrap, log
from monitor.config import load_config
from monitor.storage import Store, UnitOfWork
from monitor.taxonomy import load_vocabulary


class Fuse:
    """Burns down with every step; kills at zero."""

    def __init__(self, at: int) -> None:
        self._at, self.steps = at, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


class FusedSender:
    """A sender with a step before and after it."""

    def __init__(self, sender: Sender, fuse: Fuse) -> None:
        self._sender, self._fuse = sender, fuse

    def send(self, message: Rendered) -> SendResult:
        self._fuse.step()
        result = self._sender.send(message)
        self._fuse.step()
        return result


def work(config: Path, fuse: Fuse) -> None:
    """What a daemon does between two polls, with a fuse in every step."""
    plain_transaction, plain_senders = Store.transaction, bootstrap.build_senders

    @contextlib.contextmanager
    def transaction(self: Store) -> Iterator[UnitOfWork]:
        with plain_transaction(self) as unit:
            yield unit
            fuse.step()  # all is written, nothing is committed
        fuse.step()  # committed

    def fused(receivers: object, stream: object) -> dict[tuple[str, str], FusedSender]:
        built = plain_senders(receivers, stream)  # type: ignore[arg-type]
        return {name: FusedSender(sender, fuse) for name, sender in built.items()}

    Store.transaction = transaction  # type: ignore[method-assign]
    bootstrap.build_senders = fused  # type: ignore[assignment]

    async def process_and_deliver() -> None:
        await app.service.process_pending()
        await app.service.deliver_due()

    with bootstrap.build_app(load_config(config)) as app:
        bootstrap.run_async(process_and_deliver, crawling=False)


def main() -> None:
    log.set_up(as_json=True)
    words = load_vocabulary()  # once, before the forks
    bootstrap.load_vocabulary = lambda folder=None: words  # type: ignore[assignment]
    for line in sys.stdin:
        step, config = line.rstrip("\n").split(" ", 1)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            fuse = Fuse(int(step))
            work(Path(config), fuse)
            os.write(writer, str(fuse.steps).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as told:
            steps = told.read()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), steps or 0, flush=True)


if __name__ == "__main__":
    main()
