"""The one Scrapy spider: fetches what a finder asks for, decides on links, reads pages and settles each in the tally.

Faults of one page end with that page: `except Exception` stands at the two edges, one list answer and one article.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.download import Abort
from crawler.errors import ExtractionError, TextElsewhereError, ThrottledError
from crawler.extract import read_page, to_article
from crawler.failures import of_block, of_exception, of_status
from crawler.items import CrawledArticle, CrawlJob, FailureKind, FetchFailure, RawPage
from crawler.manners import BLOCK_REST, Manners, retry_after
from crawler.middlewares import LIST_KEY
from crawler.pages.base import Draft, Page, parse_html
from crawler.pages.blocks import blocks_of, joined
from crawler.selection import page_on, skip_reason
from crawler.spiders.base import Answer, Finder, Link, Poll, Reading, RefusedError, ShapeError
from crawler.tally import Tally
from crawler.urls import canonicalise

log = logging.getLogger("crawler")

_LIST_PRIORITY = 10
_FOLLOWED = "crawler_followed"
"""In `Request.meta`: this address was named by the article's page."""


class SourceSpider(scrapy.Spider):
    """One crawl of one source."""

    name = "source"

    def __init__(
        self, *, job: CrawlJob, finder: Finder, tally: Tally, manners: Manners, deadline: float, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.job, self.finder, self.tally, self.manners = job, finder, tally, manners
        self.delay = job.source.delay or job.settings.delay
        self.abort = Abort()
        self._closes_at = time.monotonic() + deadline
        self._backfill = job.since is not None or job.max_pages > 1
        self.polls = finder.polls()

    def seconds_left(self) -> float:
        """Until the crawl's deadline."""
        return self._closes_at - time.monotonic()

    async def start(self) -> AsyncIterator[Request]:
        """The first requests: the page to visit first where there is one, else one a polled list."""
        if self.job.source.warm_up:
            yield Request(self.job.source.warm_up, callback=self.warmed_up, errback=self.warmed_up, dont_filter=True)
            return
        for request in self.warmed_up():
            yield request

    def warmed_up(self, _: Response | Failure | None = None) -> Iterator[Request]:
        """One request a polled list; a first page that failed is no reason to give up, the lists will tell."""
        for poll in self.polls:
            yield self._list_request(poll, poll.state_key)

    def _list_request(self, poll: Poll, root: str) -> Request:
        # A backfill reads lists in full; validators and hashes belong to polling.
        meta = {LIST_KEY: poll.state_key} if poll.state_key and not self._backfill else {}
        return Request(
            poll.url,
            method=poll.method,
            headers=dict(poll.headers),
            body=poll.body,
            callback=self.list_answered,
            errback=self.list_failed,
            cb_kwargs={"poll": poll, "root": root},
            meta=meta,
            priority=_LIST_PRIORITY,
            dont_filter=True,
        )

    def list_answered(self, response: Response, poll: Poll, root: str) -> Iterator[Request]:
        """Read one list answer and ask for its articles and further pages."""
        try:
            yield from self._read_list(response, poll, root)
        except Exception as error:
            log.exception("list raised", extra={"source": self.job.source.name, "url": response.url})
            self._list_failure(response.url, FailureKind.BUG, f"{type(error).__name__}: {error}", "report it", root)

    def _read_list(self, response: Response, poll: Poll, root: str) -> Iterator[Request]:
        if "unchanged" in response.flags:
            self.tally.pages += 1
            self.tally.unchanged += 1
            return
        if poll.page > 1 and response.status == 404:
            return  # sites that do not tell how many pages there are end their lists so
        if failure := _response_failure(response, is_list=True):
            self.tally.list_failed(failure, root)
            return
        answer = Answer(
            url=response.url,
            body=response.body,
            content_type=_header(response, "Content-Type"),
            fetched_at=dt.datetime.now(dt.UTC),
        )
        try:
            reading = self.finder.read(poll, answer)
        except ShapeError as error:
            self._list_failure(
                response.url, FailureKind.SHAPE, str(error), "look at the site: its form has changed", root
            )
            return
        except RefusedError as error:
            if error.kind is FailureKind.BLOCKED:
                self._rest(response.url, str(error))
            self._list_failure(response.url, error.kind, str(error), error.hint, root)
            return
        self.tally.pages += 1
        yield from self._follow(reading, poll, root)

    def _follow(self, reading: Reading, poll: Poll, root: str) -> Iterator[Request]:
        new, capped = 0, False
        for link in reading.links:
            canonical = canonicalise(link.url)
            if not self.tally.register(canonical, link.url, root):
                continue
            new += 1
            if reason := skip_reason(link, self.job, self.tally.fetching - 1):
                capped = capped or reason == "cap"
                self.tally.settle_skip(canonical, reason)
            elif link.text:
                self._settle_inline(canonical, link)
            else:
                yield self._article_request(canonical, link)
        for sub in reading.also:
            modified = sub.context.get("modified")
            if self.job.since is None or modified is None or modified >= self.job.since:
                yield self._list_request(sub, root)
        if reading.truncated and self._backfill:
            hint = "ask for less at a time: keywords, or a finer split"
            self._list_failure(poll.url, FailureKind.TOO_LARGE, reading.truncated, hint, root)
        fresh = len(reading.links) if poll.reread else new
        if reading.next_page and not capped and page_on(reading.links, fresh, poll.page, self.job):
            yield self._list_request(reading.next_page, root)

    def list_failed(self, failure: Failure) -> None:
        """A list could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        found = of_exception(request.url, failure.value, is_list=True)
        if found is None:
            log.error(
                "list download raised",
                exc_info=failure.value,
                extra={"source": self.job.source.name, "url": request.url},
            )
            found = FetchFailure(
                url=request.url, kind=FailureKind.BUG, detail=repr(failure.value), hint="report it", is_list=True
            )
        self.tally.list_failed(found, request.cb_kwargs["root"])

    def _rest(self, url: str, reason: str) -> None:
        """Leave the host alone: it said so in a code of its own, with status 200."""
        seconds = self.job.source.rest or BLOCK_REST
        self.manners.pace.rest(urlsplit(url).netloc, seconds, reason, blocked=True)

    def _list_failure(self, url: str, kind: FailureKind, detail: str, hint: str, root: str) -> None:
        self.tally.list_failed(FetchFailure(url=url, kind=kind, detail=detail, hint=hint, is_list=True), root)

    def _article_request(self, canonical: str, link: Link) -> Request:
        return Request(
            link.text_url or link.url,
            callback=self.article_answered,
            errback=self.article_failed,
            cb_kwargs={"canonical": canonical, "link": link},
            dont_filter=True,
        )

    async def article_answered(self, response: Response, canonical: str, link: Link) -> list[Request]:
        """Read one article page, in a thread: parsing must not hold up what else the loop does.

        A page that only says where its text stands is followed there, once.
        """
        if failure := _response_failure(response, is_list=False):
            self.tally.settle_failure(canonical, replace(failure, url=link.url))
            return []
        try:
            article = await asyncio.to_thread(self._article, response, link)
        except TextElsewhereError as error:
            if response.meta.get(_FOLLOWED):
                self._article_failure(canonical, link.url, FailureKind.EXTRACTION, error.problem, "look at the page")
                return []
            request = self._article_request(canonical, replace(link, text_url=error.address))
            request.meta[_FOLLOWED] = True
            return [request]
        except ThrottledError as error:
            self._rest(response.url, error.problem)
            self.tally.settle_failure(canonical, of_block(link.url, error.problem, is_list=False))
        except ExtractionError as error:
            self._article_failure(canonical, link.url, FailureKind.EXTRACTION, error.problem, "look at the page")
        except Exception as error:
            log.exception("article raised", extra={"source": self.job.source.name, "url": link.url})
            self._article_failure(canonical, link.url, FailureKind.BUG, f"{type(error).__name__}: {error}", "report it")
        else:
            self._settle(canonical, link, article)
        return []

    def _article(self, response: Response, link: Link) -> CrawledArticle:
        source, fetched_at = self.job.source, dt.datetime.now(dt.UTC)
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        page = Page(response.url, response.body, headers, fetched_at=fetched_at, encoding=source.encoding)
        draft, reader = read_page(page, source.page)
        raw = RawPage(
            url=response.url, status=response.status, headers=headers, body=response.body, fetched_at=fetched_at
        )
        # A page found by redirect is known next time by the link that led to it; a text address is not the article's.
        url = link.url if link.text_url else response.url
        return self._completed(draft, url, link, reader, fetched_at, raw)

    def _completed(
        self, draft: Draft, url: str, link: Link, reader: str, fetched_at: dt.datetime, raw: RawPage | None
    ) -> CrawledArticle:
        source = self.job.source
        article = to_article(
            draft,
            url,
            page=reader,
            fetched_at=fetched_at,
            publisher=source.publisher,
            raw=raw,
            title=link.title,
            published=link.published,
            source=link.source,
            lang=source.lang,
        )
        led_here = canonicalise(link.url)
        keys = article.keys if led_here == article.canonical_url else (*article.keys, led_here)
        return replace(article, keys=keys, author=article.author or link.author)

    def _settle_inline(self, canonical: str, link: Link) -> None:
        """An article that the list carries whole: as HTML, or as plain text."""
        try:
            article = self._completed(_inline_draft(link), link.url, link, "list", dt.datetime.now(dt.UTC), None)
        except ExtractionError as error:
            self._article_failure(canonical, link.url, FailureKind.EXTRACTION, error.problem, "switch full content off")
        else:
            self._settle(canonical, link, article)

    def _settle(self, canonical: str, link: Link, article: CrawledArticle) -> None:
        if link.published is None and self._backfill and article.published is not None:
            # The list gave no date, so the window is checked on the page's.
            if self.job.since is not None and article.published < self.job.since:
                self.tally.settle_skip(canonical, "too_old")
                return
            if self.job.until is not None and article.published > self.job.until:
                self.tally.settle_skip(canonical, "too_new")
                return
        self.tally.settle_article(canonical, article)

    def article_failed(self, failure: Failure) -> None:
        """An article could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        link: Link = request.cb_kwargs["link"]
        found = of_exception(link.url, failure.value, is_list=False)
        if found is None:
            log.error(
                "article download raised",
                exc_info=failure.value,
                extra={"source": self.job.source.name, "url": link.url},
            )
            found = FetchFailure(url=link.url, kind=FailureKind.BUG, detail=repr(failure.value), hint="report it")
        self.tally.settle_failure(request.cb_kwargs["canonical"], found)

    def _article_failure(self, canonical: str, url: str, kind: FailureKind, detail: str, hint: str) -> None:
        self.tally.settle_failure(canonical, FetchFailure(url=url, kind=kind, detail=detail, hint=hint))


def _response_failure(response: Response, *, is_list: bool) -> FetchFailure | None:
    """What is wrong with a response whatever its content should be; None if nothing is."""
    for flag in response.flags:
        if flag.startswith("blocked:"):
            return of_block(response.url, flag.removeprefix("blocked:"), is_list=is_list)
    if response.status != 200:
        wait = retry_after(_header(response, "Retry-After"), time.time())
        return of_status(response.url, response.status, is_list=is_list, retry_after=wait)
    if not response.body.strip():
        return FetchFailure(
            url=response.url,
            kind=FailureKind.EMPTY,
            detail="HTTP 200 without content, twice",
            hint="try later",
            is_list=is_list,
        )
    return None


def _inline_draft(link: Link) -> Draft:
    if "<" in link.text:
        text = joined(blocks_of(parse_html(f"<div>{link.text}</div>", link.url)))
    else:
        text = "\n".join(line.strip(" 　\t") for line in link.text.splitlines() if line.strip(" 　\t"))
    if not text:
        raise ExtractionError(link.url, "the list's entry has no text")
    return Draft(title=link.title, text=text)


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if isinstance(value, bytes) else ""
