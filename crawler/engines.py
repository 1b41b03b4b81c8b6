"""Scrapy engines that stand open and are shared: one for all crawls with the same settings and the same guard.

To open and close an engine costs more than a poll that brings nothing (some 20 ms against 3), so it is opened once and only
downloads: what it is to download, and what becomes of the answers, is each crawl's own affair (`conducting`). Connections are
kept with their engine, so those that share one may go to the same addresses (`connecting`) by the same rules.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import functools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.spidermiddlewares.referer import RefererMiddleware

from crawler.addresses import Guard, guard_for
from crawler.errors import CrawlerError
from crawler.items import CrawlJob
from crawler.settings import CrawlSettings, to_scrapy

_MOST = 24
"""Engines that stay open; beyond them the ones that are not in use and were used longest ago are closed."""

_CLOSING = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """What crawls must have in common to share an engine."""

    settings: CrawlSettings
    verify_tls: bool
    guard: Guard


class _StandingSpider(scrapy.Spider):
    """Asks for nothing and never ends; `job` is one of those that the engine serves."""

    name = "standing"

    def __init__(self, *, job: CrawlJob, opened: asyncio.Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job, self._opened = job, opened

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> _StandingSpider:
        """As Scrapy does, with an ear for what becomes of it."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, _StandingSpider)
        crawler.signals.connect(spider.has_opened, signal=signals.spider_opened)
        crawler.signals.connect(spider.stay, signal=signals.spider_idle)
        return spider

    def has_opened(self) -> None:
        """Downloads may begin."""
        self._opened.set()

    def stay(self) -> None:
        """Having nothing to do is no reason to close."""
        raise DontCloseSpider

    async def start(self) -> AsyncIterator[Request]:
        """No request of its own."""
        return
        yield


class Engine:
    """One open engine. Use `Engines`."""

    def __init__(self, crawler: Crawler, task: asyncio.Task[None]) -> None:
        self._crawler, self._task = crawler, task
        self._referer = RefererMiddleware.from_crawler(crawler)

    @classmethod
    async def open(cls, job: CrawlJob, settings: CrawlSettings) -> Engine:
        """A new engine for jobs like `job`. Raises `CrawlerError` where Scrapy fails."""
        runner = scrapy_runner(settings, job.source.verify_tls)
        crawler = runner.create_crawler(_StandingSpider)
        opened = asyncio.Event()
        task = runner.crawl(crawler, job=job, opened=opened)
        waiting = asyncio.ensure_future(opened.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            error = None if task.cancelled() else task.exception()
            raise CrawlerError(f"Scrapy did not start: {error}") from error
        return cls(crawler, task)

    @property
    def is_open(self) -> bool:
        """Whether it can download."""
        return not self._task.done()

    async def download(self, request: Request) -> Response:
        """The answer after all middlewares; raises what they and the handler raise."""
        assert self._crawler.engine is not None
        return await self._crawler.engine.download_async(request)

    def refer(self, request: Request, response: Response) -> Request | None:
        """`request` with the Referer that the page it was found on gives it."""
        return self._referer.get_processed_request(request, response)

    async def close(self) -> None:
        """Close its connections and end it, within `_CLOSING` seconds: Scrapy would wait for a download that drips."""
        stopping = asyncio.ensure_future(self._crawler.stop_async())
        await asyncio.wait({stopping, self._task}, timeout=_CLOSING)
        for left in (stopping, self._task):
            left.cancel()
        await asyncio.wait({stopping, self._task}, timeout=1.0)
        if stopping.done() and not stopping.cancelled():
            stopping.exception()  # nothing is under way that could suffer


@dataclass(slots=True)
class _Shared:
    """An engine that is open or opening, and how many crawls use it."""

    opening: asyncio.Task[Engine]
    users: int = 0

    @property
    def has_failed(self) -> bool:
        """It did not open, or has closed."""
        task = self.opening
        return task.done() and (task.cancelled() or task.exception() is not None or not task.result().is_open)

    async def close(self) -> None:
        """Close it, whatever has become of it."""
        await asyncio.wait({self.opening})
        if not self.has_failed:
            await self.opening.result().close()


class Engines:
    """The engines of one event loop's life."""

    def __init__(self) -> None:
        self._open: dict[_Kind, _Shared] = {}

    @contextlib.asynccontextmanager
    async def engine(self, job: CrawlJob) -> AsyncIterator[Engine]:
        """The engine for a crawl of `job`. One with cookies is its own, since nobody else shall be known by them."""
        if job.source.warm_up or job.settings.cookies:
            own = await Engine.open(job, replace(job.settings, cookies=True))
            try:
                yield own
            finally:
                await own.close()
            return
        shared = self._shared(job)
        shared.users += 1
        try:
            await self._close_some()
            yield await asyncio.shield(shared.opening)
        finally:
            shared.users -= 1

    def _shared(self, job: CrawlJob) -> _Shared:
        guard = guard_for(job.source, job.settings.proxy)
        kind = _Kind(settings=job.settings, verify_tls=job.source.verify_tls, guard=guard)
        shared = self._open.pop(kind, None)
        if shared is None or shared.has_failed:
            shared = _Shared(asyncio.create_task(Engine.open(job, job.settings)))
        self._open[kind] = shared  # the last in order is the one used last
        return shared

    async def _close_some(self) -> None:
        for kind, shared in list(self._open.items())[: max(0, len(self._open) - _MOST)]:
            if not shared.users:
                del self._open[kind]
                await shared.close()

    async def close(self) -> None:
        """Close them all: before the loop stands still."""
        left, self._open = list(self._open.values()), {}
        await asyncio.gather(*(shared.close() for shared in left))


class _SharedSettings(Settings):
    """Settings whose copies share their values: Scrapy copies deeply, twice an engine, which costs more than a small crawl."""

    def copy(self) -> _SharedSettings:
        """A copy that may be frozen and set without touching this one."""
        other = _SharedSettings.__new__(_SharedSettings)
        other.__dict__.update(self.__dict__)
        other.attributes = {name: copy.copy(attribute) for name, attribute in self.attributes.items()}
        other.frozen = False
        return other


@functools.lru_cache(maxsize=32)
def scrapy_runner(settings: CrawlSettings, verify_tls: bool) -> AsyncCrawlerRunner:
    """One runner for all engines with the same settings; it keeps no state of an engine that has closed."""
    return AsyncCrawlerRunner(_SharedSettings(to_scrapy(settings, verify_tls=verify_tls)))
