"""Scrapy's HTTP handler, made abortable: when a crawl's time is up its open connections are closed, not waited for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

_T = TypeVar("_T")


class AbortedError(IgnoreRequest):
    """The crawl was closed before this request was answered."""


@dataclass(slots=True)
class Abort:
    """A switch that ends everything a crawl is waiting for: downloads and turns."""

    raised: bool = False
    _tasks: set[asyncio.Future[Any]] = field(default_factory=set)

    def set(self) -> None:
        """Cancel what is being waited for; whatever waits from now on ends at once."""
        self.raised = True
        for task in tuple(self._tasks):
            task.cancel()

    async def wait(self, task: asyncio.Future[_T]) -> _T:
        """The result of `task`; `AbortedError` if the switch is or gets set."""
        if self.raised:
            task.cancel()
            raise AbortedError("the crawl was closed")
        self._tasks.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self.raised:
                raise AbortedError("the crawl was closed") from None
            raise
        finally:
            self._tasks.discard(task)


class AbortableHandler(HTTP11DownloadHandler):
    """Downloads under the `Abort` of the spider that asked."""

    async def download_request(self, request: Request) -> Response:
        """As Scrapy does, and `AbortedError` once the crawl is closed."""
        abort: Abort = self._crawler.spider.abort  # type: ignore[union-attr]
        return await abort.wait(asyncio.ensure_future(super().download_request(request)))
