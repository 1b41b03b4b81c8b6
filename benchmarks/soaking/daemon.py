"""The daemon of a soak, in a process of its own: the real one, on fast time.

    python -m benchmarks.soaking.daemon CONFIG

It loads everything, says `loaded`, reads the time that it is to live in (one JSON line: start, factor, origin) and works until
SIGTERM. On standard output: a JSON line a second about itself, and one for each poll. Only the time is not the real one's:
the clock that `build_app` is given, the steady clock of daemon and crawling manners, and the pauses of the timetable.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import gc
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.soaking.fast_time import FastTime, FastTimetable, Watch
from crawler import Manners, crawl
from crawler.manners import Pace, RobotsCache
from monitor import log
from monitor.bootstrap import App, build_app, run_async
from monitor.config import load_config
from monitor.daemon import schedule
from monitor.daemon.missing import Missed
from monitor.daemon.schedule import Daemon, Event
from monitor.daemon.timekeeping import Jump
from monitor.daemon.worker import HANG
from monitor.service import PollSummary

PULSE = 1.0
"""Seconds of the machine between two lines about itself."""


def say(**what: object) -> None:
    """Tell whoever plays the soak."""
    print(json.dumps(what, ensure_ascii=False), flush=True)


class Pulse:
    """A companion in the daemon's own loop that tells how many tasks and threads there are."""

    name = "pulse"

    def __init__(self) -> None:
        self._stop = asyncio.Event()

    async def start(self) -> None:
        say(what="working")

    async def run(self) -> None:
        while not self._stop.is_set():
            say(what="pulse", tasks=len(asyncio.all_tasks()), threads=threading.active_count(), **_most_common())
            try:
                await asyncio.wait_for(self._stop.wait(), PULSE)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        self._stop.set()


def _most_common() -> dict[str, object]:
    """With SOAK_COUNT_OBJECTS set: what the heap is made of, to find what grows."""
    if not os.environ.get("SOAK_COUNT_OBJECTS"):
        return {}
    gc.collect()
    counts = Counter(f"{type(o).__module__}.{type(o).__qualname__}" for o in gc.get_objects())
    return {"objects": dict(counts.most_common(60))}


def heard(event: Event) -> None:
    """What the daemon tells of itself, as far as the soak wants it."""
    match event:
        case PollSummary():
            say(what="poll", source=event.source, problem=event.problem, cpu=round(time.process_time(), 2))
        case Missed():
            say(what="missed", sources=event.sources, why=event.why)
        case Jump():
            say(what="jump", by=event.by.total_seconds())


async def live(app: App, watch: Watch, factor: float) -> None:
    """Work until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    daemon = Daemon(app.service, companions=(Pulse(),), on_event=heard, steady=watch.steady, hang=HANG * factor)
    await daemon.run(stop)


def main() -> None:
    log.set_up(as_json=True)
    config = load_config(Path(sys.argv[1]))
    say(what="loaded")
    told = json.loads(sys.stdin.readline())
    time_ = FastTime(start=dt.datetime.fromisoformat(told["start"]), factor=told["factor"], origin=told["origin"])
    watch = Watch(time_)
    schedule.Timetable = functools.partial(FastTimetable, time_.factor)  # type: ignore[attr-defined, assignment]
    manners = Manners(pace=Pace(clock=time_.seconds), robots=RobotsCache(clock=time_.seconds))
    crawl_with = functools.partial(crawl, manners=manners)
    with build_app(config, clock=watch.clock, crawl_with=crawl_with) as app, app.database.daemon_lock():
        run_async(lambda: live(app, watch, time_.factor))
    say(what="stopped")


if __name__ == "__main__":
    main()
