"""`baoxun run` as a process: watches, alerts, stops when told, refuses a second one on its database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.demo.articles import load_articles
from tests.acceptance.world import World, serve_feed

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def daemon(world: World, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A running daemon; killed at the end if it still runs."""
    config = world.folder / "config.yaml"
    config.write_text(world.config_text(), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(config), *arguments, "run"],
        cwd=ROOT, env={**os.environ, **world.environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process: subprocess.Popen[str], word: str) -> None:
    """Read what the daemon says until it says `word`."""
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if word in line:
            return
    raise AssertionError(f"it never said {word!r}: {''.join(said)}")


def test_it_watches_alerts_and_stops(world: World) -> None:
    """A story that appears while it runs is told on both channels; SIGTERM ends it with 0 within ten seconds."""
    articles = {a.id: a for a in load_articles()}
    world.sources = f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}', every: 1s}}\n"
    serve_feed(world.web, "/feed.xml", [("/tea", articles["noise-tea"])])
    with daemon(world) as process:
        heard(process, "baseline 1")
        serve_feed(world.web, "/feed.xml", [("/tea", articles["noise-tea"]), ("/won", articles["chongqing"])])
        world.robot.wait(1, timeout=60)

        second = subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(world.folder / "config.yaml"), "run"],
            cwd=ROOT, env={**os.environ, **world.environment}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert second.returncode == 1
        assert "another baoxun daemon" in second.stderr
        assert str(process.pid) in second.stderr

        told = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0
        assert time.monotonic() - told < 10
    assert (len(world.mails), len(world.chats)) == (1, 1)

    with daemon(world) as process:  # and the next one has nothing to add
        assert process.stderr
        serve_feed(world.web, "/feed.xml", [(f"/{i}", articles[i]) for i in ("chongqing", "noise-tea", "noise-chip")])
        heard(process, "processed 3")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert (len(world.mails), len(world.chats)) == (1, 1)


def test_a_dead_source_does_not_stop_the_others(world: World) -> None:
    """One host refuses, one serves nonsense; the third is told of all the same."""
    articles = {a.id: a for a in load_articles()}
    world.sources = (
        "  - {name: dead, kind: feed, url: 'http://127.0.0.1:1/feed.xml', every: 1s}\n"
        f"  - {{name: nonsense, kind: feed, url: '{world.web.url('/page.html')}', every: 1s}}\n"
        f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}', every: 1s}}\n"
    )
    world.web.add("/page.html", "<html><body>no feed</body></html>")
    serve_feed(world.web, "/feed.xml", [("/tea", articles["noise-tea"])])
    with daemon(world) as process:
        heard(process, "news: 基线 baseline 1")
        serve_feed(world.web, "/feed.xml", [("/won", articles["hangzhou"])])
        world.robot.wait(1, timeout=60)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    with world.product() as app, app.store.reading() as unit:
        health = {s.name: s for s in unit.sources.all()}
    assert health["dead"].failures >= 1
    assert health["dead"].last_problem
    assert "shape" in health["nonsense"].last_problem
    assert health["news"].failures == 0
