"""Whoever works on a soak's database beside the daemon: three more writers and a reader, each a process with the program's own commands.

    python -m benchmarks.soaking.beside CONFIG FOLDER UNTIL SOURCE…     (FastTime as one JSON line on standard input)

The *importer* brings files of old articles, the *pager* pages sources back, the *clerk* writes silences, the *reader* takes the
program's vitals. They go on until the fast time UNTIL; each then prints a JSON line: its rounds, and what went wrong.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import os
import random
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from benchmarks.soaking import articles
from benchmarks.soaking.fast_time import FastTime, Watch
from monitor import bootstrap, cli, log, measuring
from monitor.config import load_config
from monitor.storage import Store

BATCH = 40
"""Articles in a file."""
LEAST_ROUNDS = 2
"""They all work for so long, also where the machine is slow to start them."""


def importing(config: Path, folder: Path, time_: FastTime, number: int) -> int:
    """A round of the importer: a file of articles of the month before."""
    chance, file = random.Random(1000 + number), folder / f"past{number}.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for n in range(BATCH):
            one = articles.news(1_000_000 + number * BATCH + n, time_.start - dt.timedelta(hours=300 + n), chance)
            record = {"id": one.id, "url": f"http://past.example/{number}/{one.id}.html", "source": one.source, "lang": "zh",
                      "published": one.published.isoformat(), "title": one.title, "text": one.text}  # fmt: skip
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return cli.run(["--config", str(config), "backfill", "--from-jsonl", str(file)])


def paging(config: Path, sources: list[str], number: int) -> int:
    """A round of the pager: one source back to before the soak began."""
    name = sources[number % len(sources)]
    return cli.run(["--config", str(config), "backfill", name, "--since", "30d", "--again"])


def writing(config: Path, number: int) -> int:
    """A round of the clerk."""
    words = ["alerts", "silence", "add", f"source = 无此报{number}", "--reason", "soak", "--for", "8h"]
    return cli.run(["--config", str(config), *words]) or cli.run(["--config", str(config), "alerts", "list", "--json"])


def reading(config: Path, time_: FastTime) -> int:
    """A round of the reader: what `status`, metrics and readiness read."""
    loaded = load_config(config)
    with contextlib.closing(bootstrap.open_database(loaded)) as database:
        store = Store(database)
        for _ in range(20):
            measuring.take(store, loaded, time_.now())
    return 0


def rounds(role: str, work: Callable[[int], int], until: Callable[[], bool]) -> dict[str, object]:
    """Work again and again; what came of it."""
    done, faults = 0, []
    while not until() or done < LEAST_ROUNDS:
        try:
            if code := work(done):
                faults.append(f"exit code {code}")
        except Exception:  # noqa: BLE001  whatever went wrong is the finding
            faults.append(traceback.format_exc(limit=-3))
        done += 1
    return {"role": role, "rounds": done, "faults": faults}


def main() -> None:
    config, folder, end = Path(sys.argv[1]), Path(sys.argv[2]), dt.datetime.fromisoformat(sys.argv[3])
    told = json.loads(sys.stdin.readline())
    time_ = FastTime(start=dt.datetime.fromisoformat(told["start"]), factor=told["factor"], origin=told["origin"])
    log.set_up(as_json=True)
    bootstrap.build_app = functools.partial(bootstrap.build_app, clock=Watch(time_).clock)
    roles: dict[str, Callable[[int], int]] = {
        "importer": lambda n: importing(config, folder, time_, n),
        "pager": lambda n: paging(config, sys.argv[4:], n),
        "clerk": lambda n: writing(config, n),
        "reader": lambda n: reading(config, time_),
    }
    told_to = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the commands print
    children = []
    for role, work in roles.items():
        if (child := os.fork()) == 0:
            report = rounds(role, work, lambda: time_.now() >= end)
            os.write(told_to, (json.dumps(report, ensure_ascii=False) + "\n").encode())
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
