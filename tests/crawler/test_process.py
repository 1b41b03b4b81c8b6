"""The process around a crawl: it ends by itself, with the right code, and signals stay the caller's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.fakeweb import FakeResponse, FakeWeb
from tests.fakeweb.sites import rss

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import signal, sys
from crawler import CrawlJob, CrawlSettings, SourceKind, SourceSpec, crawl, run_with_reactor

async def main():
    job = CrawlJob(source=SourceSpec(name="t", kind=SourceKind.FEED, urls=(sys.argv[1],)), settings=CrawlSettings(delay=0))
    report = await crawl(job)
    print(report.pages, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)

run_with_reactor(main)
run_with_reactor(main)
"""


def test_process_exits_with_resolver_threads_gone() -> None:
    """A crawl of a host *name* starts resolver threads; the process still ends at once, without a word on stderr."""
    with FakeWeb() as web:
        web.add("/feed.xml", rss())
        url = f"http://localhost:{web.port}/feed.xml"
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, url],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout.split()) == (0, ["1", "True", "1", "True"])
    assert done.stderr == ""


def test_interrupt_ends_the_run() -> None:
    """SIGINT during a crawl raises KeyboardInterrupt, as asyncio.run would; the answer would drip for 100 seconds."""
    with FakeWeb() as web:
        web.add("/feed.xml", FakeResponse(body=b"x" * 200, drip=0.5))
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, web.url("/feed.xml")],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(400):
            if web.asked("/feed.xml"):
                break
            web._stopping.wait(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"KeyboardInterrupt" in errors
