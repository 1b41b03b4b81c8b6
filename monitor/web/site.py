"""The pages of one daemon, put together: what they show of it, and the server that shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI

from monitor import vitals
from monitor.clock import Clock
from monitor.config import Config
from monitor.storage import Store
from monitor.web.app import create_app
from monitor.web.health import Health, Identity, Watched, health_router
from monitor.web.metrics import Lanes, Readings, ReloadResult, metrics_router
from monitor.web.server import WebServer


class Site:
    """Health, readiness, metrics and what joins them. `config` gives the configuration in use, which a reload may change.

    `lanes` gives, for each channel, since when it rests. Show the daemon to it with `watch` and each reload with `reloaded`.
    """

    def __init__(
        self,
        *,
        store: Store,
        config: Callable[[], Config],
        lanes: Callable[[], Lanes],
        clock: Clock,
        routers: Sequence[APIRouter] = (),
    ) -> None:
        self._daemon: Watched | None = None
        self._reload: ReloadResult | None = None
        identity = Identity.of_this_process(clock())
        health = Health(store=store, config=config, watched=lambda: self._daemon, identity=identity)
        readings = Readings(
            read=lambda now: vitals.take(store, config(), now),
            lanes=lanes,
            watched=lambda: self._daemon,
            reloaded=lambda: self._reload,
            clock=clock,
            version=identity.version,
        )
        self._config, self._clock = config, clock
        self.app: FastAPI = create_app(
            [health_router(health), metrics_router(readings), *routers], allowed_hosts=config().web.allowed_hosts
        )

    def watch(self, daemon: Watched) -> None:
        """From now on this daemon is asked how it is."""
        self._daemon = daemon

    def reloaded(self, *, ok: bool, at: dt.datetime | None = None) -> None:
        """The configuration was read anew: with what result."""
        self._reload = ReloadResult(at=at or self._clock(), ok=ok)

    def server(self) -> WebServer:
        """A server for it, on the host and port that the configuration names."""
        web = self._config().web
        return WebServer(self.app, host=web.host, port=web.port)
