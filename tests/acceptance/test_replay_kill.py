"""A replay killed with SIGKILL at random points, again and again: it goes on, does every article once, and ends where one that
was never interrupted ends; no alert is lost or doubled."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.storage import Database, Store, upgrade
from tests.acceptance.replay_crashing import TEXTS
from tests.conftest import START, FrozenClock
from tests.monitor.replayed import state, understand

ROOT = Path(__file__).resolve().parents[2]
SEEDS = {20261: 18, 20262: 18, 20263: 18}
"""How often each of three replays is killed: 54 points in all."""


class Lives:
    """Runs replays in processes of their own that die at a given step."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.replay_crashing"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"

    def live(self, step: int, folder: Path) -> tuple[int, int]:
        """(exit code, steps) of a life that ends at `step`, or when the work is done."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{step} {folder}\n")
        self._process.stdin.flush()
        code, steps = self._process.stdout.readline().split()
        return int(code), int(steps)

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    made = Lives()
    yield made
    made.close()


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store of a daemon that understood everything."""
    folder = tmp_path_factory.mktemp("understood")
    database = Database(f"sqlite:///{folder}/baoxun.sqlite3")
    upgrade(database, START)
    understand(Store(database), FrozenClock(), folder, TEXTS)
    database.close()
    return folder


@pytest.fixture(scope="module")
def golden(understood: Path, lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int]:
    """What an uninterrupted replay ends in, and in how many steps."""
    folder = shutil.copytree(understood, tmp_path_factory.mktemp("golden") / "store")
    code, steps = lives.live(0, folder)
    assert code == 0
    return read(folder), steps


def read(folder: Path) -> dict[str, Any]:
    database = Database(f"sqlite:///{folder}/baoxun.sqlite3")
    try:
        return state(Store(database))
    finally:
        database.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_again_and_again(
    seed: int, lives: Lives, understood: Path, golden: tuple[dict[str, Any], int], tmp_path: Path
) -> None:
    """Every life but the last is killed; the last finds what is left to do, and the end is the same to the letter."""
    wanted, steps = golden
    folder = shutil.copytree(understood, tmp_path / "store")
    chance = random.Random(seed)
    killed = 0
    for _ in range(SEEDS[seed]):
        # One or two commits a life: none lives to its end. One that dies before its first commit gets nowhere.
        code, _ = lives.live(chance.randint(1, max(3, steps // SEEDS[seed] + 2)), folder)
        assert code in {-signal.SIGKILL, 0}
        killed += code == -signal.SIGKILL
    assert killed == SEEDS[seed], "the work was not done before the last life"
    code, _ = lives.live(0, folder)
    assert code == 0
    assert read(folder) == wanted
    assert lives.live(0, folder)[0] == 0
    assert read(folder) == wanted, "what is done is done once"


def test_the_work_is_worth_it(golden: tuple[dict[str, Any], int], understood: Path) -> None:
    """There are alerts to lose, verdicts to halve, threads to make up again, and points enough at which to die."""
    wanted, steps = golden
    before = read(understood)
    queued = {row[0] for row in wanted["outbox"]} - {row[0] for row in before["outbox"]}
    assert len([key for key in queued if key.startswith("event:")]) >= 2
    assert len([key for key in queued if key.startswith("replay:")]) >= 3
    assert wanted["thread_state"] != before["thread_state"]
    assert wanted["replay_thread"] == []
    assert sum(SEEDS.values()) >= 50
    assert steps >= 2 * len(TEXTS)
