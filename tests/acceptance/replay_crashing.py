"""Processes that replay, and kill themselves with SIGKILL at the n-th step: a program for `test_replay_kill`.

    python -m tests.acceptance.replay_crashing

It reads lines `STEP FOLDER`, forks a process for each (so that imports and words are paid for once) and answers with its exit
code and the number of steps it took. A step is the moment before or after a commit. STEP 0 never kills.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from alerts import Channel, ChannelKind, Receiver, Route, RouteTree, Rules
from monitor import log
from monitor.alerting import Rehearsal
from monitor.records import ArticleFilter
from monitor.replaying import Order, Replaying, identity, reading
from monitor.storage import Database, Store, UnitOfWork
from monitor.taxonomy import load_vocabulary
from tests.acceptance.crashing import Fuse
from tests.conftest import START
from tests.monitor.replayed import amendment, notice, ordinary

TEXTS = [
    notice("曲靖市"), ordinary("曲靖市", 5), amendment("曲靖市"), notice("昭通市"), notice("昭通市"), ordinary("保山市", 6),
    ordinary("昭通市", 7), amendment("昭通市"), notice("普洱市", 500), ordinary("普洱市", 8), amendment("普洱市"), notice("曲靖市"),
]  # fmt: skip
"""What the daemon understood."""

OTHERWISE = {
    1: ordinary("大理州", 33), 2: notice("保山市"), 4: notice("昭通市", 777), 6: amendment("保山市"), 9: notice("曲靖市"),
    10: notice("普洱市"), 12: ordinary("大理州", 44),
}  # fmt: skip
"""By the new rules these articles read as if they said something else."""


def read_otherwise(desk: Any, task: reading.Task) -> reading.Read:
    """An article by the new rules."""
    title, text = OTHERWISE.get(int(task.article.id), (task.article.title, task.article.text))
    found = reading.read(replace(task.article, title=title, text=text), desk._vocabulary)
    return task.article, found.classification, found.facts, found.signature


def rehearsal(store: Store) -> Rehearsal:
    """To a receiver that somebody watches; nothing is sent from here."""
    receiver = Receiver(name="test", channels=(Channel(name="console", kind=ChannelKind.CONSOLE),))
    rules = Rules(routes=RouteTree(root=Route(receivers=("test",)), receivers=("test",)), receivers={"test": receiver})
    return Rehearsal(store, rules, {}, "test")


def work(folder: Path, fuse: Fuse) -> None:
    """One life: replay, tell everybody what appears, and queue its rehearsal."""
    plain = Store.transaction

    @contextlib.contextmanager
    def transaction(self: Store) -> Iterator[UnitOfWork]:
        with plain(self) as unit:
            yield unit
            fuse.step()  # all is written, nothing is committed
        fuse.step()  # committed

    store = Store(Database(f"sqlite:///{folder}/baoxun.sqlite3"))
    Store.transaction = transaction  # type: ignore[method-assign]
    reading._Desk.read = read_otherwise  # type: ignore[method-assign]
    moment = START + dt.timedelta(days=30)
    replaying = Replaying(
        store=store, vocabulary=load_vocabulary(), archive=folder, lang="zh", clock=lambda: moment, batch=1
    )
    report = replaying.run(Order(wanted=ArticleFilter(), writes=True, alerts=True))
    rehearsal(store).queue(report.name, report.changes, report.effects, moment)


def main() -> None:
    log.set_up(as_json=True)
    vocabulary = load_vocabulary()
    for title, text in TEXTS[:4]:
        reading.read(_sample(title, text), vocabulary)
    identity._code(False)
    print("ready", flush=True)  # what is loaded on first use is loaded, for all lives
    for line in sys.stdin:
        step, folder = line.rstrip("\n").split(" ", 1)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            fuse = Fuse(int(step))
            work(Path(folder), fuse)
            os.write(writer, str(fuse.steps).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as told:
            steps = told.read()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), steps or 0, flush=True)


def _sample(title: str, text: str) -> Any:
    from monitor.model import Article

    return Article(id="1", url="", source="某报", published=START, lang="zh", title=title, text=text)


if __name__ == "__main__":
    main()
