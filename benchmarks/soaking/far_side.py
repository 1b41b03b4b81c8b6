"""The web of a soak: every site is a server of its own on loopback, and keeps a record of what it was asked.

Their loop has a thread of its own. A further server is a trap: it stands where no page may lead a crawler, and counts who comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType

from benchmarks.soaking.fast_time import FastTime
from benchmarks.soaking.sites import Reply, Site

_LOOK = 0.05
"""Seconds of the machine between two looks at which ports are to be shut."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A request as it arrived, in fast time."""

    at: dt.datetime
    site: str
    path: str
    status: int
    agent: str


@dataclass
class FarSide:
    """The servers. `time` is to be set before anybody asks them anything."""

    sites: list[Site]
    hits: list[Hit] = field(default_factory=list)
    trapped: list[str] = field(default_factory=list)
    """What arrived at the trap, and must not have."""
    time: FastTime | None = None

    def __enter__(self) -> FarSide:
        self._loop = asyncio.new_event_loop()
        self._ready, self._servers = threading.Event(), dict[str, asyncio.Server]()
        self._open: dict[str, set[asyncio.StreamWriter]] = {site.name: set() for site in self.sites}
        self._thread = threading.Thread(target=self._live, daemon=True, name="far side")
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(10)

    def of(self, site: Site) -> list[Hit]:
        """What one site was asked."""
        return [hit for hit in tuple(self.hits) if hit.site == site.name]

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._main = self._loop.create_task(self._serve())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._main)
        for task in (left := asyncio.all_tasks(self._loop)):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _serve(self) -> None:
        trap = await asyncio.start_server(self._trap, "127.0.0.1", 0)
        trap_url = f"http://127.0.0.1:{_port(trap)}/a/secret.html"
        for site in self.sites:
            site.trap = trap_url
            await self._listen(site)
        self._ready.set()
        try:
            while True:
                await asyncio.sleep(_LOOK)
                if self.time is not None:
                    await self._shut_and_open(self.sites, self.time.now())
        finally:
            for server in (trap, *self._servers.values()):
                server.close()

    async def _listen(self, site: Site) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._talk(site, reader, writer)

        server = await asyncio.start_server(serve, "127.0.0.1", site.port)
        self._servers[site.name], site.port = server, _port(server)

    async def _shut_and_open(self, sites: Iterable[Site], now: dt.datetime) -> None:
        for site in sites:
            server = self._servers.get(site.name)
            if server is not None and site.is_shut(now):
                del self._servers[site.name]
                server.close()
                for writer in tuple(self._open[site.name]):
                    writer.transport.abort()
            elif server is None and not site.is_shut(now):
                await self._listen(site)

    async def _trap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.trapped.append((await reader.readline()).decode("latin-1", "replace"))
        writer.close()

    async def _talk(self, site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other on a connection, until the other side hangs up."""
        self._open[site.name].add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *rest = head.decode("latin-1").split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in rest)}
                path = first.split(" ")[1].partition("?")[0]
                assert self.time is not None, "set before anybody asks"
                now = self.time.now()
                reply = site.answer(path, headers, now)
                self.hits.append(
                    Hit(at=now, site=site.name, path=path, status=reply.status, agent=headers.get("user-agent", ""))
                )
                await _send(writer, reply)
        self._open[site.name].discard(writer)
        writer.close()


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    lines = [f"HTTP/1.1 {reply.status} -", *(f"{name}: {value}" for name, value in reply.headers)]
    if reply.status != 304:
        lines.append(f"Content-Length: {len(reply.body)}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    if reply.drips:
        step = max(1, len(reply.body) // 10)
        for at in range(0, len(reply.body), step):
            await asyncio.sleep(reply.drips / 10)
            writer.write(reply.body[at : at + step])
            await writer.drain()
    else:
        writer.write(reply.body)
    await writer.drain()


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])
