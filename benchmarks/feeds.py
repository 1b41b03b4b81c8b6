"""Polling a thousand feeds: ours, crawled and stored, against lemon24/reader, in the same run.

    python -m benchmarks.feeds [--feeds 1000] [--entries 20] [--workers 8]

A server on loopback, in a process of its own, plays a thousand hosts with a feed each (both programs use it as their proxy, so
that each feed has a host of its own, as on the web). Both have an SQLite file on disk and store every entry with its text. Ours
polls as the daemon does: robots.txt of each host, known articles, the next look, a record of each poll; without delay between
two requests to one host. reader does `update_feeds(workers=…)`, which asks for no robots.txt. The rounds:

- first: everything is new;
- 304: the server says that nothing changed;
- same bytes: the server has no validators any more, and sends everything again;
- one new: each feed has one entry more.

`requests` are counted by the server, `parses` are calls of the feed parser, `CPU` is that of the program alone.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import functools
import hashlib
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

START = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
ROUNDS = ("first", "304", "same bytes", "one new")
TEXT = "近日，某市发布通知，公布了今年有关工作的安排。" * 12


class Feeds:
    """The server: what it serves is told through shared memory, what it was asked is counted there."""

    def __init__(self, feeds: int, entries: int) -> None:
        self.feeds, self.entries = feeds, entries
        self._port, self._served = multiprocessing.Value("i", 0), multiprocessing.Value("i", entries)
        self._etags, self._asked = multiprocessing.Value("b", 1), multiprocessing.Value("i", 0)
        self._process = multiprocessing.Process(target=self._run, daemon=True)

    def __enter__(self) -> Feeds:
        self._process.start()
        while not self._port.value:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    @property
    def urls(self) -> list[str]:
        return [f"http://feed{number}.example/feed.xml" for number in range(self.feeds)]

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self._port.value}"

    def begin(self, name: str) -> None:
        """Serve what a round is about, and count anew."""
        self._etags.value = name in ("first", "304")
        self._served.value = self.entries + (name == "one new")
        self._asked.value = 0

    def asked(self) -> int:
        return int(self._asked.value)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=1024)
        self._port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    async def _answer(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await incoming.readuntil(b"\r\n\r\n")).decode("latin-1")
                self._asked.value += 1
                url = urlsplit(head.split(" ", 2)[1])
                shown = next(
                    (line[15:] for line in head.split("\r\n") if line.lower().startswith("if-none-match: ")), ""
                )
                if url.path != "/feed.xml":
                    outgoing.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    continue
                body, etag = _feed(url.hostname or "", self._served.value)
                tag = f"ETag: {etag}\r\n" if self._etags.value else ""
                if tag and shown.strip() == etag:
                    outgoing.write(f"HTTP/1.1 304 Not Modified\r\n{tag}\r\n".encode())
                    continue
                head = (
                    f"HTTP/1.1 200 OK\r\n{tag}Content-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                outgoing.write(head.encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            outgoing.close()


@functools.cache
def _feed(host: str, entries: int) -> tuple[bytes, str]:
    items = "".join(
        f"<item><title>{host} 第{n}条：有关工作的通知</title><link>http://{host}/{n}.html</link><guid>{host}-{n}</guid>"
        f"<pubDate>{format_datetime(START - dt.timedelta(hours=entries - n))}</pubDate>"
        f"<description>{host} 第{n}条。{TEXT}</description></item>"
        for n in reversed(range(entries))
    )
    body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'
    return body.encode(), f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One round of one program; seconds on the clock and of its own processor time."""

    name: str
    seconds: float
    cpu: float
    requests: int
    stored: int
    parses: int


@contextmanager
def counted(module: Any, name: str) -> Iterator[list[int]]:
    """How often a function is called."""
    true, calls = getattr(module, name), [0]

    def counting(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        return true(*args, **kwargs)

    setattr(module, name, counting)
    try:
        yield calls
    finally:
        setattr(module, name, true)


class Stopwatch:
    """Measures rounds; `stored` counts what is stored in all."""

    def __init__(self, feeds: Feeds, parses: list[int]) -> None:
        self._feeds, self._parses, self._stored = feeds, parses, 0
        self.rounds: list[Round] = []

    def begin(self, name: str) -> None:
        self._feeds.begin(name)
        self._name, self._read, self._cpu, self._began = name, self._parses[0], _cpu(), time.perf_counter()

    def end(self, stored: int) -> None:
        self.rounds.append(
            Round(
                name=self._name,
                seconds=time.perf_counter() - self._began,
                cpu=_cpu() - self._cpu,
                requests=self._feeds.asked(),
                stored=stored - self._stored,
                parses=self._parses[0] - self._read,
            )
        )
        self._stored = stored


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ours(feeds: Feeds, folder: Path, workers: int) -> list[Round]:
    """Our program, as the daemon runs it."""
    import crawler.spiders.feed as feed_spider
    from crawler import CrawlJob, CrawlReport, Manners, crawl
    from monitor import log
    from monitor.bootstrap import build_app, run_async
    from monitor.config.reading import parse_config

    lines = "".join(
        f"  - {{name: feed{n}, kind: feed, url: '{url}', every: 15m, options: {{full_content: true}}}}\n"
        for n, url in enumerate(feeds.urls)
    )
    text = (
        f"storage: {{data_dir: '{folder}', keep_raw: false}}\ncrawler: {{delay: 0s, max_articles: 1000}}\n"
        f"alerts: {{receivers: [{{name: s, channels: [{{kind: console}}]}}], route: {{receivers: [s]}}}}\nsources:\n{lines}"
    )
    manners, now = Manners(), [START]

    async def through_proxy(job: CrawlJob) -> CrawlReport:
        return await crawl(replace(job, settings=replace(job.settings, proxy=feeds.proxy)), manners=manners)

    log.set_up(as_json=True)
    with (
        build_app(parse_config(text, file="c", base=folder), clock=lambda: now[0], crawl_with=through_proxy) as app,
        counted(feed_spider, "read_feed") as parses,
    ):
        watch = Stopwatch(feeds, parses)

        async def play() -> None:
            for name in ROUNDS:
                watch.begin(name)
                queue = iter([source.name for source in app.config.sources])

                async def work(names: Iterator[str] = queue) -> None:
                    for source in names:
                        await app.service.poll(source)

                await asyncio.gather(*(work() for _ in range(workers)))
                with app.store.reading() as unit:
                    watch.end(sum(record.articles for record in unit.sources.all()))
                now[0] += dt.timedelta(hours=1)

        run_async(play)
        return watch.rounds


def theirs(feeds: Feeds, folder: Path, workers: int) -> list[Round]:
    """lemon24/reader."""
    os.environ["READER_NO_VENDORED_FEEDPARSER"] = "1"  # the parser that is installed, which is ours as well
    import reader._parser.feedparser as their_parser
    from reader import make_reader

    os.environ["HTTP_PROXY"] = os.environ["http_proxy"] = feeds.proxy
    with make_reader(str(folder / "reader.sqlite"), search_enabled=False) as them:
        for url in feeds.urls:
            them.add_feed(url)
        with counted(their_parser.feedparser, "parse") as parses:
            watch = Stopwatch(feeds, parses)
            for name in ROUNDS:
                watch.begin(name)
                them.update_feeds(workers=workers, scheduled=False)
                watch.end(them.get_entry_counts().total or 0)
            return watch.rounds


def _in_a_process(program: Callable[[Feeds, Path, int], list[Round]], feeds: Feeds, workers: int) -> list[Round]:
    """A program in a process of its own: its processor time is its own, and neither warms the other's caches."""
    mine, yours = multiprocessing.Pipe(duplex=False)

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            yours.send(program(feeds, Path(folder), workers))

    process = multiprocessing.Process(target=run)
    process.start()
    yours.close()
    try:
        return list(mine.recv())
    finally:
        process.join()


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=1000)
    arguments.add_argument("--entries", type=int, default=20)
    arguments.add_argument("--workers", type=int, default=8)
    wanted = arguments.parse_args()
    with Feeds(wanted.feeds, wanted.entries) as feeds:
        we = _in_a_process(ours, feeds, wanted.workers)
        they = _in_a_process(theirs, feeds, wanted.workers)
    print(f"{wanted.feeds} feeds of {wanted.entries} entries, {wanted.workers} at a time, {os.cpu_count()} cores")
    print(
        f"{'round':<12}{'program':<9}{'seconds':>9}{'CPU':>8}{'ms/feed':>9}{'requests':>10}{'stored':>8}{'parses':>8}{'faster':>9}"
    )
    for mine, other in zip(we, they, strict=True):
        for program, one in (("ours", mine), ("reader", other)):
            ratio = f"{other.seconds / mine.seconds:8.1f}×" if program == "ours" else ""
            print(f"{one.name:<12}{program:<9}{one.seconds:>9.2f}{one.cpu:>8.2f}{one.seconds / wanted.feeds * 1000:>9.2f}"
                  f"{one.requests:>10}{one.stored:>8}{one.parses:>8}{ratio:>9}")  # fmt: skip


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    main()
