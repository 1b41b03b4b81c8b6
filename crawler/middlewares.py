"""HTTP manners as Scrapy middlewares: robots.txt, ban pages, conditional GET, one more try for an empty body.

Each reads what it needs from the crawl that a request belongs to (`download.crawl_of`): many share one engine.
"""

from __future__ import annotations

import datetime as dt

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.blockpage import find_block
from crawler.caching import (
    after_full,
    after_not_modified,
    after_probe,
    fresh_for,
    is_unchanged,
    seen,
    validators,
    wants_probe,
)
from crawler.connecting import AddressRefusedError
from crawler.download import (
    CRAWL,
    CRAWL_DELAY,
    AbortedError,
    Crawl,
    HostRestingError,
    RobotsForbiddenError,
    RobotsUnknownError,
    crawl_of,
)
from crawler.failures import of_exception
from crawler.items import FailureKind, FetchFailure, UrlState
from crawler.manners import BLOCK_REST, RobotsRules, parse_robots

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


class RobotsMiddleware(_Middleware):
    """Obeys robots.txt, failing closed: what could not be read forbids (Scrapy's own lets everything pass then).

    A host that is down is reported as that, not as one that forbids: the operator is to mend the network, not the rules.
    """

    async def process_request(self, request: Request) -> None:
        """Note the Crawl-delay; `RobotsForbiddenError` where the rules forbid it, `RobotsUnknownError` where there are none."""
        crawl = crawl_of(request, self.crawler)
        settings = crawl.job.settings
        if request.meta.get(ROBOTS_REQUEST) or not settings.obey_robots:
            return
        parts = urlparse_cached(request)
        rules = await self._rules(crawl, f"{parts.scheme}://{parts.netloc}")
        if rules.failure is not None:
            raise RobotsUnknownError(rules.failure)
        if not rules.allows(request.url, settings.user_agent):
            raise RobotsForbiddenError("robots.txt forbids it")
        request.meta[CRAWL_DELAY] = rules.delay(settings.user_agent)

    async def _rules(self, crawl: Crawl, origin: str) -> RobotsRules:
        known = crawl.manners.robots
        if (rules := known.get(origin)) is not None:
            return rules
        async with crawl.abort.holding(known.turn(origin)):  # crawls that begin together fetch it once
            if (rules := known.get(origin)) is None:
                rules = await self._fetch(crawl, origin)
                known.put(origin, rules)
        return rules

    async def _fetch(self, crawl: Crawl, origin: str) -> RobotsRules:
        request = Request(
            f"{origin}/robots.txt",
            priority=1000,
            meta={ROBOTS_REQUEST: True, CRAWL: crawl},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except (AbortedError, AddressRefusedError, HostRestingError):
            raise  # says nothing of robots.txt, and nothing of the host to other crawls
        except Exception as error:  # noqa: BLE001 - whatever kept us from reading the rules means: do not fetch
            bug = FetchFailure(url=request.url, kind=FailureKind.BUG, detail=repr(error), hint="report it")
            return RobotsRules(failure=of_exception(request.url, error, is_list=False) or bug)
        return parse_robots(response.status, response.body)


class ConditionalGetMiddleware(_Middleware):
    """Asks for lists conditionally as far as their servers are believed, and keeps what they answer (`caching`)."""

    def process_request(self, request: Request) -> None:
        """Add `If-None-Match` and `If-Modified-Since` to a list that was read before."""
        if key := request.meta.get(LIST_KEY):
            for name, value in validators(self._known(request, key), self._now(request)).items():
                request.headers.setdefault(name, value)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Note the state of a list that was answered; mark an answer that brings nothing new with the flag `unchanged`."""
        key = request.meta.get(LIST_KEY)
        if not key:
            return response
        known, now, tally = self._known(request, key), self._now(request), crawl_of(request, self.crawler).tally
        if response.status == 304:
            tally.note_state(key, after_not_modified(known))
            response.flags.append("unchanged")
        elif response.status == 200 and response.body:
            came = seen(response.body, _header(response, "ETag"), _header(response, "Last-Modified"))
            state = after_full(known, came, now)
            asked = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
            if wants_probe(known, came, now, asked=asked) and (lied := await self._lies(request, known)) is not None:
                state = after_probe(state, lied=lied, now=now)
            tally.note_state(key, state)
            if is_unchanged(known, came):
                response.flags.append("unchanged")
        else:
            return response
        headers = {name: _header(response, name) for name in ("Cache-Control", "Age", "Expires", "Date")}
        tally.note_freshness(key, fresh_for({name.lower(): value for name, value in headers.items()}, now))
        return response

    async def _lies(self, request: Request, known: UrlState) -> bool | None:
        """Whether the server says that nothing has changed since `known`, although something has; None without an answer."""
        probe = request.replace(
            meta={name: request.meta[name] for name in (CRAWL, CRAWL_DELAY) if name in request.meta}
        )
        for name, value in (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)):
            if value:
                probe.headers[name] = value
        assert self.crawler.engine is not None
        try:
            answer = await self.crawler.engine.download_async(probe)
        except Exception as error:
            if of_exception(request.url, error, is_list=True) is None:
                raise
            return None
        return answer.status == 304 if answer.status in (200, 304) else None

    def _known(self, request: Request, key: str) -> UrlState:
        return crawl_of(request, self.crawler).job.state.urls.get(key, UrlState())

    def _now(self, request: Request) -> dt.datetime:
        return crawl_of(request, self.crawler).tally.started_at


class EmptyBodyMiddleware(_Middleware):
    """Some CDNs answer 200 with nothing: asked once more, then taken as it is."""

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """The response, or the request again if the success was empty for the first time."""
        if response.status != 200 or response.body or request.meta.get(ROBOTS_REQUEST):
            return response
        if request.meta.get(_WAS_EMPTY):
            return response
        spider = self.crawler.spider
        assert spider is not None
        again = get_retry_request(request, spider=spider, reason="empty body", max_retry_times=10)
        if again is None:
            return response
        again.meta[_WAS_EMPTY] = True
        return again


class ProxyMiddleware(_Middleware):
    """Sends every request through the proxy of the settings; only present where one is set."""

    def process_request(self, request: Request) -> None:
        """Name the proxy; Scrapy's own middleware, next in line, reads credentials out of it."""
        request.meta["proxy"] = crawl_of(request, self.crawler).job.settings.proxy


class BlockPageMiddleware(_Middleware):
    """Sends a host to rest that shows a ban or captcha page, and marks the answer with the flag `blocked`."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, flagged with the reason if it is a ban page; runs on the decompressed body."""
        if response.status not in {200, 403} or request.meta.get(ROBOTS_REQUEST):
            return response
        if reason := find_block(response.body, _header(response, "Content-Type")):
            crawl = crawl_of(request, self.crawler)
            rest = crawl.job.source.rest or BLOCK_REST
            crawl.manners.pace.rest(_host(request), rest, reason, blocked=True)
            response.flags.append(f"blocked:{reason}")
        return response


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if isinstance(value, bytes) else ""


def _host(request: Request) -> str:
    return urlparse_cached(request).netloc
