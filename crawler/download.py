"""Scrapy's HTTP handler with manners: waits for a host's turn right before it connects, and can be aborted.

The wait stands here and not in a middleware because requests queue between the two: what the host said to the request
before must be known to the next. Every request passes here, redirects and robots.txt too, so this is also where addresses
are guarded (`connecting`).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.addresses import guard_for, literal, origin_of
from crawler.connecting import AddressRefusedError, CheckedPool
from crawler.items import CrawlJob, Exchange, FetchFailure
from crawler.manners import DEFAULT_REST, Manners, retry_after

if TYPE_CHECKING:
    from crawler.tally import Tally

CRAWL = "crawler_crawl"
"""In `Request.meta`: the `Crawl` that the request belongs to."""
CRAWL_DELAY = "crawler_delay"
"""In `Request.meta`: seconds that robots.txt asks for between requests."""
_PATIENCE = 30.0
"""A rest up to this long is waited for within the crawl; a longer one ends it."""
_KEPT, _KEPT_FOR = 2, 15
"""Idle connections that are kept to one host, and the seconds for which."""
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

    @contextlib.asynccontextmanager
    async def holding(self, gate: asyncio.Semaphore) -> AsyncIterator[None]:
        """Hold `gate` for the block; `AbortedError` if the switch gets set before it is free."""
        entering = asyncio.ensure_future(gate.acquire())
        try:
            await self.wait(entering)
        except BaseException:
            if entering.done() and not entering.cancelled():
                gate.release()  # it was ours in the moment in which we were cancelled
            raise
        try:
            yield
        finally:
            gate.release()

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


class Crawl(Protocol):
    """What a request carries with it of the crawl that it belongs to."""

    job: CrawlJob
    manners: Manners
    abort: Abort
    tally: Tally
    delay: float
    """Seconds between two requests to one host."""

    def seconds_left(self) -> float:
        """Until the crawl's deadline."""
        ...

    async def take_turn(self, host: str, seconds: float) -> None:
        """Called before a request to `host`, which is asked that seldom."""
        ...


def crawl_of(request: Request, crawler: Crawler) -> Crawl:
    """The crawl that a request belongs to; where it carries none, the spider itself is one."""
    return cast("Crawl", request.meta.get(CRAWL) or crawler.spider)


class PoliteHandler(HTTP11DownloadHandler):
    """Downloads in turn, within the deadline, from permitted addresses, under the `Abort` of the spider that asked."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        job = cast("Crawl", crawler.spider).job  # of one among those that share it: their guards are equal
        self._guard = guard_for(job.source, job.settings.proxy)
        kept_factory = self._pool._factory
        self._pool = CheckedPool(reactor, self._guard, per_host=_KEPT)
        self._pool.cachedConnectionTimeout = _KEPT_FOR
        self._pool._factory = kept_factory

    async def download_request(self, request: Request) -> Response:
        """As Scrapy does.

        `HostRestingError` for a host at rest, `AddressRefusedError` for one at an address that this source may not be led
        to, `AbortedError` once the crawl is closed.
        """
        crawl = crawl_of(request, self._crawler)
        if request.meta.get("proxy") and (kind := self._guard.refused_literal(request.url)) is not None:
            # A proxy resolves names itself; what is written as an address can be judged here.
            host = origin_of(request.url)[0]
            raise AddressRefusedError(host, str(literal(host)), kind)
        host = urlparse_cached(request).netloc
        # Scrapy's own slots let a burst through that is queued within one turn of the loop, and know one crawl only.
        gate = crawl.manners.pace.connections(host, crawl.job.settings.concurrency_per_host)
        async with crawl.abort.holding(gate):
            await _take_turn(crawl, host, request)
            request.meta["download_timeout"] = max(0.1, min(crawl.job.settings.timeout, crawl.seconds_left()))
            response = await crawl.abort.wait(asyncio.ensure_future(super().download_request(request)))
            _note_rest(crawl, host, response)
            if crawl.job.on_exchange is not None:
                crawl.job.on_exchange(_exchange(request, response))
        return response


async def _take_turn(crawl: Crawl, host: str, request: Request) -> None:
    pace = crawl.manners.pace
    await _let_rest(crawl, host)
    delay = max(crawl.delay, float(request.meta.get(CRAWL_DELAY, 0.0)))
    await _sleep(crawl, max(pace.reserve(host, delay), _READING if delay else 0.0))
    # What was answered before and has been read meanwhile may say that the host is to be left alone.
    await _let_rest(crawl, host)
    await crawl.take_turn(host, delay)


async def _let_rest(crawl: Crawl, host: str) -> None:
    """Wait out a short rest of `host`; `HostRestingError` for a ban and for a long one."""
    if resting := crawl.manners.pace.resting(host):
        rest, left = resting
        if rest.blocked or left > min(_PATIENCE, crawl.seconds_left()):
            raise HostRestingError(rest.reason, left, blocked=rest.blocked)
        await _sleep(crawl, left)


def _note_rest(crawl: Crawl, host: str, response: Response) -> None:
    """Let the host rest after 429, and after 503 with Retry-After: noted before the next request leaves the queue."""
    value = response.headers.get("Retry-After")
    asked = retry_after(value.decode("latin-1"), time.time()) if isinstance(value, bytes) else None
    if response.status == 429 or (response.status == 503 and asked is not None):
        reason = f"the server answered {response.status} and asked for rest"
        crawl.manners.pace.rest(host, DEFAULT_REST if asked is None else asked, reason)


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


async def _sleep(crawl: Crawl, seconds: float) -> None:
    if seconds > 0:
        await crawl.abort.wait(asyncio.ensure_future(asyncio.sleep(seconds)))
