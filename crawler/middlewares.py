"""HTTP manners as Scrapy middlewares: robots.txt, ban pages, conditional GET, one more try for an empty body.

Each reads what it needs from the spider (`job`, `manners`, `abort`, `tally`): one crawl is one spider.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.blockpage import find_block
from crawler.connecting import AddressRefusedError
from crawler.download import CRAWL_DELAY, AbortedError, HostRestingError, RobotsForbiddenError, RobotsUnknownError
from crawler.failures import of_exception
from crawler.items import FailureKind, FetchFailure, UrlState
from crawler.manners import BLOCK_REST, RobotsRules, parse_robots

if TYPE_CHECKING:
    from crawler.spiders.source import SourceSpider

LIST_KEY = "crawler_list_key"
"""In `Request.meta`: the key in `SourceState.urls` of a list that is fetched conditionally."""
ROBOTS_REQUEST = "crawler_robots"
_WAS_EMPTY = "crawler_was_empty"


class _Middleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> _Middleware:
        return cls(crawler)

    @property
    def spider(self) -> SourceSpider:
        return cast("SourceSpider", self.crawler.spider)


class RobotsMiddleware(_Middleware):
    """Obeys robots.txt, failing closed: what could not be read forbids (Scrapy's own lets everything pass then).

    A host that is down is reported as that, not as one that forbids: the operator is to mend the network, not the rules.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._fetching: dict[str, asyncio.Future[RobotsRules]] = {}

    async def process_request(self, request: Request) -> None:
        """Note the Crawl-delay; `RobotsForbiddenError` where the rules forbid it, `RobotsUnknownError` where there are none."""
        settings = self.spider.job.settings
        if request.meta.get(ROBOTS_REQUEST) or not settings.obey_robots:
            return
        parts = urlparse_cached(request)
        rules = await self._rules(f"{parts.scheme}://{parts.netloc}")
        if rules.failure is not None:
            raise RobotsUnknownError(rules.failure)
        if not rules.allows(request.url, settings.user_agent):
            raise RobotsForbiddenError("robots.txt forbids it")
        request.meta[CRAWL_DELAY] = rules.delay(settings.user_agent)

    async def _rules(self, origin: str) -> RobotsRules:
        if (known := self.spider.manners.robots.get(origin)) is not None:
            return known
        if origin not in self._fetching:
            self._fetching[origin] = asyncio.ensure_future(self._fetch(origin))
        return await asyncio.shield(self._fetching[origin])

    async def _fetch(self, origin: str) -> RobotsRules:
        request = Request(
            f"{origin}/robots.txt", priority=1000, meta={ROBOTS_REQUEST: True}, callback=NO_CALLBACK, dont_filter=True
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except (AbortedError, AddressRefusedError, HostRestingError):
            raise  # says nothing of robots.txt, and nothing of the host to other crawls
        except Exception as error:  # noqa: BLE001 - whatever kept us from reading the rules means: do not fetch
            bug = FetchFailure(url=request.url, kind=FailureKind.BUG, detail=repr(error), hint="report it")
            rules = RobotsRules(failure=of_exception(request.url, error, is_list=False) or bug)
        else:
            rules = parse_robots(response.status, response.body)
        self.spider.manners.robots.put(origin, rules)
        return rules


class ConditionalGetMiddleware(_Middleware):
    """Shows a list's validators, and notes the new ones; identical bytes count as unchanged."""

    def process_request(self, request: Request) -> None:
        """Add `If-None-Match` and `If-Modified-Since` to a list that was read before."""
        known = self._known(request)
        if known.etag:
            request.headers.setdefault("If-None-Match", known.etag)
        if known.last_modified:
            request.headers.setdefault("If-Modified-Since", known.last_modified)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the state of a list that was answered; mark an answer that brings nothing new with the flag `unchanged`."""
        key = request.meta.get(LIST_KEY)
        if not key:
            return response
        known = self._known(request)
        if response.status == 304:
            self.spider.tally.note_state(key, known)
            response.flags.append("unchanged")
        elif response.status == 200 and response.body:
            body_hash = hashlib.sha256(response.body).hexdigest()
            state = replace(
                known,
                etag=_header(response, "ETag"),
                last_modified=_header(response, "Last-Modified"),
                body_hash=body_hash,
            )
            self.spider.tally.note_state(key, state)
            if body_hash == known.body_hash:
                response.flags.append("unchanged")
        return response

    def _known(self, request: Request) -> UrlState:
        key = request.meta.get(LIST_KEY, "")
        return self.spider.job.state.urls.get(key, UrlState()) if key else UrlState()


class EmptyBodyMiddleware(_Middleware):
    """Some CDNs answer 200 with nothing: asked once more, then taken as it is."""

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """The response, or the request again if the success was empty for the first time."""
        if response.status != 200 or response.body or request.meta.get(ROBOTS_REQUEST):
            return response
        if request.meta.get(_WAS_EMPTY):
            return response
        again = get_retry_request(request, spider=self.spider, reason="empty body", max_retry_times=10)
        if again is None:
            return response
        again.meta[_WAS_EMPTY] = True
        return again


class ProxyMiddleware(_Middleware):
    """Sends every request through the proxy of the settings; only present where one is set."""

    def process_request(self, request: Request) -> None:
        """Name the proxy; Scrapy's own middleware, next in line, reads credentials out of it."""
        request.meta["proxy"] = self.spider.job.settings.proxy


class BlockPageMiddleware(_Middleware):
    """Sends a host to rest that shows a ban or captcha page, and marks the answer with the flag `blocked`."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, flagged with the reason if it is a ban page; runs on the decompressed body."""
        if response.status not in {200, 403} or request.meta.get(ROBOTS_REQUEST):
            return response
        if reason := find_block(response.body, _header(response, "Content-Type")):
            rest = self.spider.job.source.rest or BLOCK_REST
            self.spider.manners.pace.rest(_host(request), rest, reason, blocked=True)
            response.flags.append(f"blocked:{reason}")
        return response


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if isinstance(value, bytes) else ""


def _host(request: Request) -> str:
    return urlparse_cached(request).netloc
