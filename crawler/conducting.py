"""Carries out what one crawl asks for: its requests, the most urgent first, so many at a time, until none is left.

It does for one crawl what a Scrapy engine does for a process, on the downloads of an engine that is shared (`engines`): calls
callbacks and errbacks as Scrapy does, takes the requests that they give, and sends them on.
"""

from __future__ import annotations

import asyncio
import heapq
import inspect
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from typing import Any

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.download import CRAWL, Crawl

Download = Callable[[Request], Coroutine[Any, Any, Response]]
Referring = Callable[[Request, Response], Request | None]
"""Gives a request what it should say of the page that led to it."""


class Conductor:
    """One crawl under way. `parallel` requests at a time; after the crawl's abort no request is begun any more."""

    def __init__(self, crawl: Crawl, download: Download, refer: Referring, *, parallel: int) -> None:
        self._crawl, self._download, self._refer, self._parallel = crawl, download, refer, parallel
        self._waiting: list[tuple[int, int, Request]] = []
        self._numbers = itertools.count()

    async def run(self, first: AsyncIterator[Request]) -> None:
        """From the first requests to the last callback. Raises what a callback raises."""
        async for request in first:
            self._add(request)
        running: set[asyncio.Task[None]] = set()
        try:
            while running or (self._waiting and not self._crawl.abort.raised):
                while self._waiting and len(running) < self._parallel and not self._crawl.abort.raised:
                    request = heapq.heappop(self._waiting)[2]
                    running.add(asyncio.create_task(self._carry_out(request)))
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _add(self, request: Request) -> None:
        request.meta[CRAWL] = self._crawl
        heapq.heappush(self._waiting, (-request.priority, next(self._numbers), request))

    async def _carry_out(self, request: Request) -> None:
        try:
            response = await self._download(request)
        except Exception as error:  # noqa: BLE001 - as in Scrapy, whoever asked is told of whatever went wrong
            failure = Failure(error)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]
            assert request.errback is not None
            await self._take(request.errback(failure), None)
        else:
            assert request.callback is not None
            await self._take(request.callback(response, **request.cb_kwargs), response)

    async def _take(self, given: Any, response: Response | None) -> None:
        """The requests that a callback gives: an iterator of either kind, or a coroutine that returns some or none."""
        if isinstance(given, AsyncIterator):
            async for request in given:
                self._follow(request, response)
            return
        if inspect.isawaitable(given):
            given = await _awaited(given)
        for request in given or ():
            self._follow(request, response)

    def _follow(self, request: Request, response: Response | None) -> None:
        referred = self._refer(request, response) if response is not None else request
        if referred is not None:
            self._add(referred)


async def _awaited(given: Awaitable[Iterable[Request] | None]) -> Iterable[Request] | None:
    return await given
