"""Scrapy's HTTP handler with manners: waits for a host's turn right before it connects, and can be aborted.

The wait stands here and not in a middleware because requests queue between the two: what the host said to the request
before must be known to the next. Every request passes here, redirects and robots.txt too, so this is also where addresses
are guarded (`connecting`).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.addresses import guard_for, literal, origin_of
from crawler.connecting import AddressRefusedError, CheckedPool
from crawler.items import Exchange, FetchFailure
from crawler.manners import DEFAULT_REST, retry_after

if TYPE_CHECKING:
    from crawler.spiders.source import SourceSpider

CRAWL_DELAY = "crawler_delay"
"""In `Request.meta`: seconds that robots.txt asks for between requests."""
_PATIENCE = 30.0
"""A rest up to this long is waited for within the crawl; a longer one ends it."""
_READING = 0.1
"""The least pause at a polite pace: time to read the answer before, where the host took long to give it."""
_T = TypeVar("_T")


class AbortedError(IgnoreRequest):
    """The crawl was closed before this request was answered."""


class HostRestingError(IgnoreRequest):
    """The host asked to be left alone, or banned us, a while ago."""

    def __init__(self, reason: str, retry_after: float, *, blocked: bool) -> None:
        super().__init__(reason)
        self.reason, self.retry_after, self.blocked = reason, retry_after, blocked


class RobotsForbiddenError(IgnoreRequest):
    """robots.txt forbids the URL."""


class RobotsUnknownError(IgnoreRequest):
    """robots.txt could not be read, for the reason `failure`: what is not known to be allowed is not fetched."""

    def __init__(self, failure: FetchFailure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


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


class PoliteHandler(HTTP11DownloadHandler):
    """Downloads in turn, within the deadline, from permitted addresses, under the `Abort` of the spider that asked."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        job = cast("SourceSpider", crawler.spider).job
        self._guard = guard_for(job.source, job.settings.proxy)
        kept_factory = self._pool._factory
        self._pool = CheckedPool(reactor, self._guard, per_host=self._pool.maxPersistentPerHost)
        self._pool._factory = kept_factory

    async def download_request(self, request: Request) -> Response:
        """As Scrapy does.

        `HostRestingError` for a host at rest, `AddressRefusedError` for one at an address that this source may not be led
        to, `AbortedError` once the crawl is closed.
        """
        spider = cast("SourceSpider", self._crawler.spider)
        if request.meta.get("proxy") and (kind := self._guard.refused_literal(request.url)) is not None:
            # A proxy resolves names itself; what is written as an address can be judged here.
            host = origin_of(request.url)[0]
            raise AddressRefusedError(host, str(literal(host)), kind)
        host = urlparse_cached(request).netloc
        # Scrapy's own slots let a burst through that is queued within one turn of the loop, and know one crawl only.
        gate = spider.manners.pace.connections(host, spider.job.settings.concurrency_per_host)
        await spider.abort.wait(asyncio.ensure_future(gate.acquire()))
        try:
            await _take_turn(spider, host, request)
            request.meta["download_timeout"] = max(0.1, min(spider.job.settings.timeout, spider.seconds_left()))
            response = await spider.abort.wait(asyncio.ensure_future(super().download_request(request)))
            _note_rest(spider, host, response)
            if spider.job.on_exchange is not None:
                spider.job.on_exchange(_exchange(request, response))
        finally:
            gate.release()
        return response


async def _take_turn(spider: SourceSpider, host: str, request: Request) -> None:
    pace = spider.manners.pace
    await _let_rest(spider, host)
    delay = max(spider.delay, float(request.meta.get(CRAWL_DELAY, 0.0)))
    await _sleep(spider, max(pace.reserve(host, delay), _READING if delay else 0.0))
    # What was answered before and has been read meanwhile may say that the host is to be left alone.
    await _let_rest(spider, host)
    await spider.take_turn(host, delay)


async def _let_rest(spider: SourceSpider, host: str) -> None:
    """Wait out a short rest of `host`; `HostRestingError` for a ban and for a long one."""
    if resting := spider.manners.pace.resting(host):
        rest, left = resting
        if rest.blocked or left > min(_PATIENCE, spider.seconds_left()):
            raise HostRestingError(rest.reason, left, blocked=rest.blocked)
        await _sleep(spider, left)


def _note_rest(spider: SourceSpider, host: str, response: Response) -> None:
    """Let the host rest after 429, and after 503 with Retry-After: noted before the next request leaves the queue."""
    value = response.headers.get("Retry-After")
    asked = retry_after(value.decode("latin-1"), time.time()) if isinstance(value, bytes) else None
    if response.status == 429 or (response.status == 503 and asked is not None):
        reason = f"the server answered {response.status} and asked for rest"
        spider.manners.pace.rest(host, DEFAULT_REST if asked is None else asked, reason)


def _exchange(request: Request, response: Response) -> Exchange:
    return Exchange(
        method=request.method,
        url=request.url,
        sent_headers=_headers(request.headers),
        sent_body=request.body,
        status=response.status,
        headers=_headers(response.headers),
        body=response.body,
    )


def _headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )


async def _sleep(spider: SourceSpider, seconds: float) -> None:
    if seconds > 0:
        await spider.abort.wait(asyncio.ensure_future(asyncio.sleep(seconds)))
