"""Killed with SIGKILL between any two steps of the outbox: nothing is lost, and nothing that was recorded is repeated."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.bootstrap import run_async
from monitor.clock import system_clock
from monitor.demo.articles import load_articles
from monitor.records import AlertState, ArticleFilter, Status
from tests.acceptance.world import World, serve_feed
from tests.acceptance.world import world as make_world

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which one story and a bystander are stored and wait to be understood."""
    with make_world(tmp_path_factory.mktemp("stored")) as world:
        articles = {a.id: a for a in load_articles()}
        world.sources = f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}'}}\n"
        serve_feed(world.web, "/feed.xml", [])
        world.round()
        serve_feed(world.web, "/feed.xml", [(f"/{i}", articles[i]) for i in ("chongqing", "noise-tea")])
        with world.product() as app:
            run_async(lambda: app.service.poll("news"))
        yield world


class Runner:
    """Runs the product on a database in a process of its own that dies at a given step."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.crashing"],
            cwd=ROOT, env={**os.environ, **world.environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, folder: Path, step: int) -> tuple[int, int]:
        """(exit code, steps taken) of a process that dies at `step`, or with 0 lives to the end."""
        assert self._process.stdin
        assert self._process.stdout
        config = folder / "config.yaml"
        config.write_text(self._world.config_text(), encoding="utf-8")
        self._process.stdin.write(f"{step} {config}\n")
        self._process.stdin.flush()
        code, steps = self._process.stdout.readline().split()
        return int(code), int(steps)

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def runner(stored: World) -> Iterator[Runner]:
    made = Runner(stored)
    yield made
    made.close()


def copy_of(world: World, target: Path) -> Path:
    shutil.copytree(world.folder / "data", target / "data")
    return target


def test_killed_at_every_step_nothing_is_lost_or_repeated(stored: World, runner: Runner, tmp_path: Path) -> None:
    """For every step: die there, start again, and count what arrived on each channel."""
    code, steps = runner.run(copy_of(stored, tmp_path / "survivor"), 0)
    assert code == 0
    assert (len(stored.mails), len(stored.chats)) == (1, 1)
    assert steps >= 14, "two articles, one alert, two channels: begin, send, record for each, and the end"

    for step in range(1, steps + 1):
        stored.mailbox.received.clear()
        stored.robot.received.clear()
        folder = copy_of(stored, tmp_path / str(step))
        assert runner.run(folder, step)[0] == -signal.SIGKILL, f"step {step}"
        arrived = (len(stored.mails), len(stored.chats))
        assert runner.run(folder, 0)[0] == 0, f"step {step}"
        settle_later(stored, folder)
        assert_told_enough(stored, step, arrived)


def settle_later(world: World, folder: Path) -> None:
    """An attempt whose answer was lost may be tried again after a pause: let the time come."""
    elsewhere = World(folder=folder, web=world.web, mailbox=world.mailbox, robot=world.robot, sources=world.sources)
    elsewhere.clock.now = system_clock()
    with elsewhere.product() as app:
        for _ in range(3):
            elsewhere.clock.forward(hours=2)
            run_async(app.service.deliver_due, crawling=False)
        with app.store.reading() as unit:
            assert unit.articles.count(ArticleFilter(status=Status.RELEVANT)) == 1
            assert unit.articles.count(ArticleFilter(status=Status.IRRELEVANT)) == 1
            assert {a.state for a in unit.outbox.recent(9)} == {AlertState.DONE}
            for alert in unit.outbox.recent(9):
                accepted = {
                    r.channel for r in unit.deliveries.receipts_of_alert(alert.alert_key) if r.outcome == "accepted"
                }
                assert accepted == {"email", "wecom"}


def assert_told_enough(world: World, step: int, arrived: tuple[int, int]) -> None:
    """Each channel has it at least once; a second time only where the first answer was never recorded, and marked so."""
    texts = ([str(m.get_body(("plain",)).get_content()) for m in world.mails], world.chats)  # type: ignore[union-attr]
    for told, before in zip(texts, arrived, strict=True):
        assert 1 <= len(told) <= 1 + before, f"step {step}: {len(told)} arrived, {before} of them before the kill"
        if len(told) > 1:
            assert "可能重复" in told[1], f"step {step}: a repeat must say that it may be one"
