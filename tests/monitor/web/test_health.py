"""Alive is what a restart would mend; ready is whether everything is there that work needs. Each says why not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from monitor.storage import Store, wanted_revision
from monitor.web import health
from tests.conftest import START
from tests.monitor.web.daemons import StubDaemon, client, site


async def ask(store: Store, folder: Path, daemon: StubDaemon | None, path: str) -> tuple[int, dict[str, Any]]:
    shown = site(store, folder, START)
    if daemon is not None:
        shown.watch(daemon)
    async with client(shown) as asked:
        answer = await asked.get(path)
    return answer.status_code, answer.json()


async def test_all_is_well(store: Store, tmp_path: Path) -> None:
    """Both say so, and who answers."""
    status, told = await ask(store, tmp_path, StubDaemon(), "/healthz")
    assert (status, told["status"], told["reasons"], told["pid"]) == (200, "ok", [], os.getpid())
    assert told["since"] == START.isoformat()
    status, told = await ask(store, tmp_path, StubDaemon(), "/readyz")
    assert (status, told["status"], told["reasons"]) == (200, "ready", [])
    assert [check["name"] for check in told["checks"]] == ["worker", "database", "sources", "disk"]
    assert f"schema {wanted_revision()}" in str(told["checks"])


async def test_a_daemon_that_starts_is_alive_and_not_ready(sqlite_store: Store, tmp_path: Path) -> None:
    assert (await ask(sqlite_store, tmp_path, None, "/healthz"))[0] == 200
    status, told = await ask(sqlite_store, tmp_path, None, "/readyz")
    assert (status, told["reasons"]) == (503, ["sources: 0 of 2 planned; not a, b"])


async def test_a_worker_that_hangs_is_not_alive(sqlite_store: Store, tmp_path: Path) -> None:
    daemon = StubDaemon(why_stuck="no progress for 601 s")
    for path in ("/healthz", "/readyz"):
        status, told = await ask(sqlite_store, tmp_path, daemon, path)
        assert (status, told["reasons"]) == (503, ["worker: no progress for 601 s"])


async def test_a_source_that_is_not_planned(sqlite_store: Store, tmp_path: Path) -> None:
    """One that is off need not be; a name that nobody configured counts for nothing."""
    status, told = await ask(sqlite_store, tmp_path, StubDaemon(names=("a", "gone")), "/readyz")
    assert (status, told["reasons"]) == (503, ["sources: 1 of 2 planned; not b"])


async def test_a_schema_of_another_version(store: Store, tmp_path: Path) -> None:
    with store.transaction() as unit:
        unit.session.execute(text("update alembic_version set version_num = '0001'"))
    status, told = await ask(store, tmp_path, StubDaemon(), "/readyz")
    assert status == 503
    assert "baoxun db upgrade" in told["reasons"][0]
    assert (await ask(store, tmp_path, StubDaemon(), "/healthz"))[0] == 200, "a restart would not mend it"


async def test_a_database_that_is_gone(sqlite_store: Store, tmp_path: Path) -> None:
    path = sqlite_store.database.sqlite_path
    assert path is not None
    sqlite_store.database.close()
    path.unlink()
    path.mkdir()
    status, told = await ask(sqlite_store, tmp_path, StubDaemon(), "/readyz")
    assert status == 503
    assert told["reasons"][0].startswith("database: ")
    path.rmdir()


async def test_a_disk_without_room(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FULL_BYTES", 1 << 62)
    status, told = await ask(sqlite_store, tmp_path, StubDaemon(), "/readyz")
    assert (status, len(told["reasons"])) == (503, 1)
    assert "GB free" in told["reasons"][0]


async def test_work_that_is_refused_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    status, told = await ask(sqlite_store, tmp_path, StubDaemon(met={"process": "disk full"}), "/readyz")
    assert (status, told["reasons"]) == (503, ["process: disk full"])
