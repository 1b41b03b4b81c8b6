"""Fixtures for all tests: real stores on SQLite files and on PostgreSQL, and a clock that stands still until told."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings

from monitor import log
from monitor.storage import Database, Store, upgrade
from tests.postgres import postgres_server, postgres_url  # noqa: F401  (fixtures)

settings.register_profile("suite", deadline=None)  # a busy machine is no failure
settings.load_profile("suite")

START = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)


@dataclass
class FrozenClock:
    """A clock that tests move by hand."""

    now: dt.datetime = field(default=START)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> dt.datetime:
        self.now += dt.timedelta(**by)
        return self.now


def pytest_xdist_auto_num_workers() -> int:
    """How many workers `-n auto` starts: many tests wait for sockets and processes, so two a core keep it at work."""
    return max(4, 2 * (os.cpu_count() or 1))


@pytest.fixture(scope="session", autouse=True)
def _quiet_log() -> None:
    """Warnings only, as for a user who did not ask for more."""
    log.set_up(as_json=True)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store on a SQLite file."""
    yield from _store(f"sqlite:///{tmp_path}/baoxun.sqlite3")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store, once on SQLite and once on PostgreSQL."""
    url = f"sqlite:///{tmp_path}/baoxun.sqlite3"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    yield from _store(url)


def _store(url: str) -> Iterator[Store]:
    database = Database(url)
    upgrade(database, START)
    yield Store(database)
    database.close()
