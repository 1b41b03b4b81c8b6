"""`/healthz` and `/readyz`: does the daemon live, and can it do its work?

Alive is what a restart would mend: the loop turns (else nobody answers) and the worker gets on. Ready is what a restart may not
mend: the database answers and has the right schema, every source is planned, the disk has room. Both answer 200 or 503, with
each thing that was looked at and, where it is not as it should be, why.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.config import Config
from monitor.errors import MonitorError
from monitor.storage import Store, wanted_revision

FULL_BYTES = 100_000_000
"""With less room than this on the disk, the next pages and a database that grows cannot be trusted to fit."""

PATIENCE = 3.0
"""Seconds that the database may take to answer."""


class Watched(Protocol):
    """What is asked of the daemon; `monitor.daemon.schedule.Daemon` is one."""

    def stuck(self) -> str:
        """Empty, or why the worker does not seem to live."""

    def watched(self) -> frozenset[str]:
        """Names of the sources whose next check is planned or under way; none before the first plan."""

    def troubles(self) -> Mapping[str, Any]:
        """What keeps which work from being done, for as long as it does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The process that answers."""

    pid: int
    since: dt.datetime
    version: str

    @classmethod
    def of_this_process(cls, since: dt.datetime) -> Identity:
        return cls(pid=os.getpid(), since=since, version=version("baoxun"))


class Health:
    """Looks at the daemon, its database and its disk. `watched` gives the daemon, None before it is there."""

    def __init__(
        self,
        *,
        store: Callable[[], Store],
        config: Callable[[], Config],
        watched: Callable[[], Watched | None],
        identity: Identity,
    ) -> None:
        self._store, self._config, self._watched = store, config, watched
        self.identity = identity

    def alive(self) -> tuple[Check, ...]:
        """Whether the worker gets on. A daemon that is just starting is alive."""
        daemon = self._watched()
        stuck = daemon.stuck() if daemon else ""
        return (Check(name="worker", ok=not stuck, detail=stuck or ("works" if daemon else "starting")),)

    async def ready(self) -> tuple[Check, ...]:
        """Whether everything is there that work needs."""
        return *self.alive(), await self._database(), self._sources(), self._disk(), *self._troubles()

    async def _database(self) -> Check:
        wanted = wanted_revision()
        try:
            async with asyncio.timeout(PATIENCE):
                found = await asyncio.to_thread(self._schema)
        except TimeoutError:
            return Check(name="database", ok=False, detail=f"no answer within {PATIENCE:g} s")
        except MonitorError as exc:
            return Check(name="database", ok=False, detail=str(exc))
        if found != wanted:
            return Check(
                name="database", ok=False, detail=f"schema {found}, this program needs {wanted}: baoxun db upgrade"
            )
        return Check(name="database", ok=True, detail=f"schema {found}")

    def _schema(self) -> str:
        with self._store().reading() as unit:
            return unit.tallies.schema()

    def _sources(self) -> Check:
        daemon = self._watched()
        wanted = {source.name for source in self._config().enabled_sources}
        planned = daemon.watched() & wanted if daemon else frozenset()
        detail = f"{len(planned)} of {len(wanted)} planned"
        if missing := sorted(wanted - planned):
            detail += f"; not {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}"
        return Check(name="sources", ok=not missing, detail=detail)

    def _disk(self) -> Check:
        folder: Path = self._config().storage.data_dir
        try:
            free = shutil.disk_usage(folder).free
        except OSError as exc:
            return Check(name="disk", ok=False, detail=f"{folder}: {exc.strerror}")
        return Check(name="disk", ok=free >= FULL_BYTES, detail=f"{free / 1e9:.1f} GB free")

    def _troubles(self) -> tuple[Check, ...]:
        daemon = self._watched()
        found = daemon.troubles() if daemon else {}
        return tuple(Check(name=work, ok=False, detail=str(what)) for work, what in sorted(found.items()))


def health_router(health: Health) -> APIRouter:
    """The two pages."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        return _answer(health.identity, health.alive(), "ok", "not ok")

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        return _answer(health.identity, await health.ready(), "ready", "not ready")

    return router


def _answer(identity: Identity, checks: tuple[Check, ...], good: str, bad: str) -> JSONResponse:
    fine = all(check.ok for check in checks)
    return JSONResponse(
        {
            "status": good if fine else bad,
            "reasons": [f"{check.name}: {check.detail}" for check in checks if not check.ok],
            "checks": [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks],
            "pid": identity.pid,
            "since": identity.since.isoformat(),
            "version": identity.version,
        },
        status_code=200 if fine else 503,
    )
