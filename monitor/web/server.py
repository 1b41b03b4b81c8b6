"""The web server: uvicorn as a companion in the daemon's own loop. It takes no signals; the daemon says when to stop."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.types import ASGIApp

from monitor.errors import MonitorError

log = structlog.get_logger()

LAST_REQUESTS = 1
"""Seconds that requests under way may take once the daemon stops."""

CONNECTIONS = 64
"""Open at a time; more are told to come again. Whoever runs the program and what scrapes it need a few."""


class WebServerError(MonitorError):
    """The server cannot listen where it should."""


class _Server(uvicorn.Server):
    """Without signal handlers of its own: one process, one answer to SIGTERM."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """Serves `app` on `host` and `port` (0: a free one). A `monitor.daemon.companions.Companion`."""

    name = "web"

    def __init__(self, app: ASGIApp, *, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._socket: socket.socket | None = None
        self._address = ""
        self._server = _Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,  # its loggers then hand on to ours
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=LAST_REQUESTS,
                h11_max_incomplete_event_size=16 * 1024,
            )
        )

    @property
    def address(self) -> str:
        """Where it listens, as a browser takes it; empty before `start`."""
        return self._address

    async def start(self) -> None:
        """Listen. Raises `WebServerError` where the port is taken or the address is not ours."""
        self._socket = _listen(self._host, self._port)
        host, port = self._socket.getsockname()[:2]
        self._address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        log.info("web", address=self.address)

    async def run(self) -> None:
        """Serve until `stop`."""
        assert self._socket is not None, "started first"
        if not self._server.should_exit:
            await self._server.serve(sockets=[self._socket])

    async def stop(self) -> None:
        """Take no more requests; those under way may end."""
        self._server.should_exit = True
        if self._socket is not None and not self._server.started:
            self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as exc:
        raise WebServerError(f"cannot listen on {host}: {exc.strerror}; mend `web.host`") from exc
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(CONNECTIONS)
    except OSError as exc:
        listener.close()
        raise WebServerError(_why(exc, host, port)) from exc
    listener.setblocking(False)
    return listener


def _why(exc: OSError, host: str, port: int) -> str:
    match exc.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} on {host} is taken by another program, perhaps another baoxun: give `web.port` another "
                "number, or write `web: {enabled: false}`"
            )
        case errno.EACCES:
            return f"port {port} needs rights that this user does not have: give `web.port` a number above 1023"
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: mend `web.host`"
        case _:
            return f"cannot listen on {host}, port {port}: {exc.strerror}; mend `web.host` and `web.port`"
