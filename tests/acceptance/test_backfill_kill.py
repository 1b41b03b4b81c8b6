"""Killed with SIGKILL at random points, again and again: the same command goes on, misses nothing and asks for nothing twice."""

from __future__ import annotations

import datetime as dt
import html
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from crawler.catalogue import entry
from crawler.urls import canonicalise
from monitor.storage import Database, Store, upgrade
from tests.acceptance.backfill_crashing import OWN
from tests.fakeweb import FakeRequest, FakeWeb
from tests.fakeweb.catalogue import GOVERNMENT
from tests.fakeweb.media import html_paragraphs, page
from tests.monitor.backfilled import Watch, finished, repeated, stored

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime.now(dt.UTC)
SEED = 20260930
KILLS = {"paged-feed": 10, "sitemap": 10, "ccgp-local": 10, "ccgp-shandong": 10, "iachina": 12}
"""How often each is killed: one of each way of finding links, 52 points in all."""


class Lives:
    """Runs backfills in processes of their own that die at a given step."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.backfill_crashing"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"

    def live(self, step: int, name: str, web: FakeWeb, folder: Path, since: dt.datetime) -> tuple[int, str]:
        """(exit code, last words) of a life that ends at `step`, or with 0 when the work is done."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{step} {name} {web.proxy} {folder} {since.isoformat()}\n")
        self._process.stdin.flush()
        code, _, words = self._process.stdout.readline().partition(" ")
        return int(code), words.strip()

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    made = Lives()
    yield made
    made.close()


@pytest.mark.parametrize("name", KILLS)
def test_killed_again_and_again(name: str, lives: Lives, tmp_path: Path) -> None:
    """Each life begins where the one before died: what was finished then is never asked for again; the union is everything."""
    chance = random.Random(f"{SEED}/{name}")
    database = Database(f"sqlite:///{tmp_path}/baoxun.sqlite3")
    upgrade(database, NOW)
    store, notes = Store(database), tmp_path / "watch.jsonl"
    with FakeWeb() as web:
        golden, lists = serve_own(web, name) if name in OWN else serve_entry(web, name)
        since = NOW - dt.timedelta(days=60)
        # Half the steps that the work takes, spread over the lives, which take a few each before it begins: none lives to
        # its end. One that dies at once gets nowhere, and that is allowed.
        most = max(8, 7 + 2 * (len(golden) + lists) // KILLS[name])
        for kill in range(KILLS[name]):
            watch, before, so_far = Watch.read(notes), len(web.requests), stored(store)
            done = finished(store, watch)
            code, words = lives.live(chance.randrange(1, most), name, web, tmp_path, since)
            assert code == -signal.SIGKILL, words
            assert not repeated(web.requests[before:], done, watch, Watch.read(notes)), f"life {kill}"
            assert so_far <= stored(store) <= golden
        watch, before = Watch.read(notes), len(web.requests)
        done = finished(store, watch)
        code, words = lives.live(0, name, web, tmp_path, since)
        assert (code, words) == (0, f"complete=True stored={words.split('stored=')[1].split()[0]}"), words
        assert not repeated(web.requests[before:], done, watch, Watch.read(notes))
        before = len(web.requests)
        assert lives.live(0, name, web, tmp_path, since)[0] == 0
        assert len(web.requests) == before, "what is complete asks for nothing"
    assert stored(store) == golden
    database.close()


def test_they_are_killed_often_enough() -> None:
    """Fifty points in all."""
    assert sum(KILLS.values()) >= 50


def serve_entry(web: FakeWeb, name: str) -> tuple[frozenset[str], int]:
    """An entry's replica: what it holds, and in about how many list pages."""
    found = entry(name)
    replica = GOVERNMENT[name](web, found, NOW)
    return frozenset(canonicalise(golden.url) for golden in replica.all), replica.pages * len(found.urls)


def serve_own(web: FakeWeb, name: str) -> tuple[frozenset[str], int]:
    """A feed in four pages, or a sitemap in four parts, of four articles each."""
    host = "http://feed.example" if name == "paged-feed" else "http://maps.example"
    urls = [f"{host}/news/{n:02}.html" for n in range(16)]
    for n, url in enumerate(urls):
        web.add(
            url, page(f"第{n}号新闻标题", f"<h1>第{n}号新闻标题</h1><div class='content'>{html_paragraphs(n)}</div>")
        )

    def times(part: int) -> list[tuple[str, dt.datetime]]:
        return [(url, NOW - dt.timedelta(hours=urls.index(url) + 1)) for url in urls[part * 4 : part * 4 + 4]]

    def feed(request: FakeRequest) -> str:
        items = "".join(
            f"<item><title>{html.escape(url)}</title><link>{url}</link><pubDate>{format_datetime(at)}</pubDate></item>"
            for url, at in times(int(request.params.get("page", "1")) - 1)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>新闻</title>{items}</channel></rss>'

    web.add("http://feed.example/all.xml", feed, headers={"Content-Type": "application/rss+xml; charset=utf-8"})
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    parts = "".join(f"<sitemap><loc>http://maps.example/{part}.xml</loc></sitemap>" for part in range(4))
    web.add("http://maps.example/index.xml", f"<sitemapindex {space}>{parts}</sitemapindex>")
    for part in range(4):
        rows = "".join(f"<url><loc>{url}</loc><lastmod>{at.isoformat()}</lastmod></url>" for url, at in times(part))
        web.add(f"http://maps.example/{part}.xml", f"<urlset {space}>{rows}</urlset>")
    return frozenset(map(canonicalise, urls)), 5
