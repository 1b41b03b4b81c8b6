"""The pages of one daemon, put together: what they show of it, and the server that shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from fastapi import APIRouter, FastAPI

from monitor.alerting import Desk, resting_since
from monitor.clock import Clock
from monitor.config import Config
from monitor.measuring import take
from monitor.service import Service
from monitor.storage import Store
from monitor.vitals import Vitals
from monitor.web.app import create_app
from monitor.web.health import Health, Identity, Watched, health_router
from monitor.web.metrics import Lanes, Readings, ReloadResult, metrics_router
from monitor.web.server import WebServer
from monitor.web.websub import BODY_CAP, PREFIX, websub_router


class Shown(Protocol):
    """What is shown: a `bootstrap.App`."""

    @property
    def config(self) -> Config: ...

    @property
    def store(self) -> Store: ...

    @property
    def desk(self) -> Desk: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def service(self) -> Service: ...


class Site:
    """Health, readiness, metrics and what joins them, of the application in use.

    Show the daemon to it with `watch`, and each new application, or that there is none, with `reloaded` and `refused`.
    """

    def __init__(self, app: Shown, *, routers: Sequence[APIRouter] = ()) -> None:
        self._shown = app
        self._daemon: Watched | None = None
        self._reload: ReloadResult | None = None
        identity = Identity.of_this_process(app.clock())
        health = Health(
            store=lambda: self._shown.store,
            config=lambda: self._shown.config,
            watched=lambda: self._daemon,
            identity=identity,
        )
        readings = Readings(
            read=self._read,
            lanes=self._lanes,
            watched=lambda: self._daemon,
            reloaded=lambda: self._reload,
            clock=lambda: self._shown.clock(),
            version=identity.version,
        )
        self.app: FastAPI = create_app(
            [
                health_router(health),
                metrics_router(readings),
                websub_router(lambda: self._shown.service.subscribing),
                *routers,
            ],
            allowed_hosts=app.config.web.allowed_hosts,
            larger_bodies={PREFIX: BODY_CAP},
        )

    def watch(self, daemon: Watched) -> None:
        """From now on this daemon is asked how it is."""
        self._daemon = daemon

    def reloaded(self, app: Shown) -> None:
        """A new configuration is in use."""
        self._shown = app
        self._reload = ReloadResult(at=app.clock(), ok=True)

    def refused(self) -> None:
        """A new configuration was wrong; the old one stays in use."""
        self._reload = ReloadResult(at=self._shown.clock(), ok=False)

    def server(self) -> WebServer:
        """A server for it, on the host and port that the configuration names."""
        web = self._shown.config.web
        return WebServer(self.app, host=web.host, port=web.port)

    def _read(self, now: dt.datetime) -> Vitals:
        return take(self._shown.store, self._shown.config, now)

    def _lanes(self) -> Lanes:
        return {name: resting_since(state) for name, state in self._shown.desk.lane_states().items()}
