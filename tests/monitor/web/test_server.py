"""A real server in the loop that it is given: it stops when told, leaves signals alone, and says why it cannot listen."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import APIRouter

from monitor.web import WebServer, WebServerError, create_app


def pages(began: asyncio.Event) -> APIRouter:
    """Pages of several tempers; `began` is set once one is at work."""
    router = APIRouter()

    @router.get("/quick")
    async def quick() -> str:
        return "done"

    @router.get("/slow")
    async def slow() -> str:
        began.set()
        await asyncio.sleep(0.2)
        return "done"

    @router.get("/endless")
    async def endless() -> str:
        began.set()
        await asyncio.Event().wait()
        return "never"

    return router


@asynccontextmanager
async def serving(host: str = "127.0.0.1") -> AsyncIterator[tuple[WebServer, asyncio.Event]]:
    began = asyncio.Event()
    server = WebServer(create_app([pages(began)]), host=host, port=0)
    await server.start()
    task = asyncio.create_task(server.run())
    try:
        yield server, began
    finally:
        await server.stop()
        await asyncio.wait_for(task, 5)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_it_serves_on_a_free_port(host: str) -> None:
    async with serving(host) as (server, _), httpx.AsyncClient(trust_env=False) as asked:
        assert (await asked.get(f"{server.address}/quick")).json() == "done"
        assert "server" not in (await asked.get(f"{server.address}/quick")).headers
    with pytest.raises(httpx.ConnectError):
        await httpx.AsyncClient(trust_env=False).get(f"{server.address}/quick")


async def test_signals_stay_as_they_are() -> None:
    """The daemon's own answer to SIGTERM must not be taken from it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    async with serving() as (server, _), httpx.AsyncClient(trust_env=False) as asked:
        await asked.get(f"{server.address}/quick")
        assert {number: signal.getsignal(number) for number in before} == before


async def test_what_is_under_way_may_end() -> None:
    async with serving() as (server, began), httpx.AsyncClient(trust_env=False) as asked:
        request = asyncio.create_task(asked.get(f"{server.address}/slow"))
        await began.wait()
        await server.stop()
        assert (await request).json() == "done"


async def test_it_waits_for_nobody_for_ever() -> None:
    """A request that never ends holds up no restart: the daemon is promised two seconds."""
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient(trust_env=False, timeout=10) as asked:
        async with serving() as (server, began):
            request = asyncio.create_task(asked.get(f"{server.address}/endless"))
            await began.wait()
            stopped = loop.time()
        assert loop.time() - stopped < 2
        with pytest.raises(httpx.HTTPError):
            assert (await request).raise_for_status().json() != "never"


async def test_a_port_that_is_taken_is_told_before_any_work() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(WebServerError) as refused:
            await WebServer(create_app([]), host="127.0.0.1", port=port).start()
    assert f"port {port} on 127.0.0.1 is taken" in str(refused.value)
    assert "web.port" in str(refused.value)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
async def test_an_address_that_is_not_ours(host: str) -> None:
    with pytest.raises(WebServerError, match=r"web\.host"):
        await WebServer(create_app([]), host=host, port=0).start()


async def test_one_that_never_ran_lets_its_port_go() -> None:
    """A companion after it could not start: the port is free for the next try."""
    server = WebServer(create_app([]), host="127.0.0.1", port=0)
    await server.start()
    port = int(server.address.rpartition(":")[2])
    await server.stop()
    again = WebServer(create_app([]), host="127.0.0.1", port=port)
    await again.start()
    await again.stop()
