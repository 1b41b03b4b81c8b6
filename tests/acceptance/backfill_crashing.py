"""Processes that backfill, and kill themselves with SIGKILL at the n-th step: a program for `test_backfill_kill`.

    python -m tests.acceptance.backfill_crashing

It reads lines `STEP SOURCE PROXY FOLDER SINCE`, forks a process for each (so that imports are paid for once) and answers with its
exit code and what it had to say. A step is the moment before or after a commit. STEP 0 never kills.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import signal
import sys
from pathlib import Path

from crawler import SourceKind, SourceSpec, extract_page
from crawler.catalogue import entry
from monitor import log
from monitor.archive import Archive
from monitor.clock import system_clock
from monitor.ingest import content_hash
from monitor.storage import Database
from tests.fakeweb.catalogue import on_loopback, with_few_words
from tests.monitor.backfilled import Fuse, FusedStore, Watch, backfill

NEVER = 10**9
LOADED_LATE = tuple(
    f"scrapy.{name}" for name in ("downloadermiddlewares.cookies", "downloadermiddlewares.httpcompression", "logformatter",
                                  "pqueues", "squeues", "statscollectors", "spidermiddlewares.referer")
)  # fmt: skip
"""What a crawl imports when it begins."""
OWN = {
    "paged-feed": SourceSpec(
        name="paged-feed", kind=SourceKind.FEED, urls=("http://feed.example/all.xml",), options={"page_param": "page"}
    ),
    "sitemap": SourceSpec(name="sitemap", kind=SourceKind.SITEMAP, urls=("http://maps.example/index.xml",)),
}
"""Sources of kinds whose entries in the catalogue show one page only."""


def spec_of(name: str) -> SourceSpec:
    """The source of this name as it is tested on loopback."""
    return OWN[name] if name in OWN else with_few_words(on_loopback(entry(name)))


def work(step: int, name: str, proxy: str, folder: Path, since: dt.datetime) -> str:
    """One life: backfill until done, or dead."""

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    store = FusedStore(Database(f"sqlite:///{folder}/baoxun.sqlite3"), Fuse(step or NEVER, die))
    with Watch(folder / "watch.jsonl").watching():
        report = backfill(store, spec_of(name), proxy, (since, None), system_clock, archive=Archive(folder / "raw"))
    return f"complete={report.complete} stored={report.stored} {report.problem}"


def main() -> None:
    log.set_up(as_json=True)
    page = "<html><title>题目</title><h1>题目</h1><p>正文" + "一句话。" * 50 + "</p></html>"
    content_hash("题目", extract_page(page.encode(), "http://x.example/", fetched_at=system_clock()).text)
    for name in LOADED_LATE:
        importlib.import_module(name)
    print("ready", flush=True)  # what is loaded on first use is loaded, for all lives
    for line in sys.stdin:
        step, name, proxy, folder, since = line.split()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            said = work(int(step), name, proxy, Path(folder), dt.datetime.fromisoformat(since))
            os.write(writer, said.encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as told:
            said = told.read()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), said, flush=True)


if __name__ == "__main__":
    main()
