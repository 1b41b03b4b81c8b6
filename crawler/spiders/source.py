"""One crawl of one source: asks for what a finder wants, decides on links, reads pages and settles each in the tally.

It is written like a Scrapy spider (requests with callbacks) and carried out by `conducting`.

Faults of one page end with that page: `except Exception` stands at the two edges, one list answer and one article.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from crawler.attachments import with_files
from crawler.download import CRAWL, Abort, AbortedError
from crawler.errors import ExtractionError, TextElsewhereError, ThrottledError
from crawler.failures import of_block, of_exception
from crawler.files.reading import FileLimits
from crawler.hubs import announced
from crawler.items import AttachmentMode, CrawledArticle, CrawlJob, FailureKind, FetchFailure, Skipped
from crawler.journal import FoundLink, Journal, ListRead, Outcome, Snapshot, Standing
from crawler.manners import BLOCK_REST, Manners
from crawler.middlewares import LIST_KEY
from crawler.selection import End, onward, skip_reason
from crawler.spiders.article import inline_article, read_article, within_window
from crawler.spiders.base import Finder, Link, Poll, Reading, RefusedError, ShapeError
from crawler.spiders.cursor import link_from_json, link_to_json, poll_from_json, poll_to_json
from crawler.spiders.responses import answer_of, link_headers, list_fault, response_failure, unreadable
from crawler.tally import Tally
from crawler.urls import canonicalise, identity_keys

log = logging.getLogger("crawler")

_T = TypeVar("_T")
_FILES = FileLimits()
_LIST_PRIORITY = 10
_SELDOM = 10.0
"""Seconds between two requests from which on each turn is told to the journal."""
_OPENING = -1
"""Stands for a list's number where it is the opening that fails."""
_VISIT = "crawler_visit"
"""In `Request.meta`: the visit whose headers the request carries."""
_RENEWED = "crawler_renewed"
"""In `Request.meta`: asked for once more, in a new visit."""
_REDESIGNED = "look at the site: its form has changed"
_ASK_LESS = "ask for less at a time: keywords, or a finer split"
_FOLLOWED = "crawler_followed"
"""In `Request.meta`: this address was named by the article's page."""


class _JournalBrokenError(Exception):
    """The journal raised (`Tally.broken`): nothing more may happen in this crawl."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Visit:
    """One opening and what it gave."""

    number: int
    headers: Mapping[str, str]


class SourceSpider:
    """One crawl of one source; `download` fetches what an article's page goes with."""

    def __init__(
        self,
        *,
        job: CrawlJob,
        finder: Finder,
        tally: Tally,
        manners: Manners,
        deadline: float,
        download: Callable[[Request], Awaitable[Response]],
    ) -> None:
        self._download = download
        self.job, self.finder, self.tally, self.manners = job, finder, tally, manners
        self.delay = job.source.delay or job.settings.delay
        self.abort = Abort()
        self._closes_at = time.monotonic() + deadline
        self._backfill = job.since is not None or job.max_pages > 1
        self.journal: Journal = job.journal or Snapshot(job.known)
        self.polls: list[tuple[Poll, int]] = [(poll, 0) for poll in finder.polls()]
        if job.waiting is not None:
            self.polls = [(_resumed(poll_from_json(cursor)), number) for number, cursor in job.waiting.lists]
        self._visit = _Visit(number=0, headers={})

    def seconds_left(self) -> float:
        """Until the crawl's deadline."""
        return self._closes_at - time.monotonic()

    async def start(self) -> AsyncIterator[Request]:
        """The first requests: the page to visit first where there is one, else what `warmed_up` asks for."""
        if self.job.source.warm_up:
            yield Request(self.job.source.warm_up, callback=self.warmed_up, errback=self.warmed_up, dont_filter=True)
            return
        for request in self.warmed_up():
            yield request

    def warmed_up(self, _: Response | Failure | None = None) -> Iterator[Request]:
        """Links that wait, and the lists, or the opening before them; a first page that failed is no reason to give up."""
        for canonical, stored in self.job.waiting.links if self.job.waiting else ():
            link = link_from_json(stored)
            if self.tally.register(canonical, link.url, ""):
                yield self._article_request(canonical, link)
        if self.polls and self.finder.opening is not None:
            yield self._opening_request(self.finder.opening, self.polls)
            return
        for poll, number in self.polls:
            yield self._list_request(poll, number, poll.state_key)

    def _opening_request(self, opening: Poll, then: Sequence[tuple[Poll, int]], *, renewed: bool = False) -> Request:
        request = self._list_request(opening, _OPENING, "")
        request.cb_kwargs.update(then=then, renewed=renewed)
        return request.replace(callback=self.opened)

    async def opened(
        self, response: Response, poll: Poll, number: int, root: str, then: Sequence[tuple[Poll, int]], renewed: bool
    ) -> AsyncIterator[Request]:
        """Take what the opening gave, and ask for the lists with it; without it they are not asked for and keep waiting."""
        failure = response_failure(response, is_list=True)
        try:
            if failure is None:
                self._visit = _Visit(number=self._visit.number + 1, headers=self.finder.opened(answer_of(response)))
        except ShapeError as error:
            failure = list_fault(response.url, FailureKind.SHAPE, str(error), _REDESIGNED)
        except RefusedError as error:
            failure = list_fault(response.url, error.kind, str(error), error.hint)
        if failure is not None:
            await self._list_failure(failure, number, root)
            return
        for asked, of_list in then:
            yield self._list_request(asked, of_list, asked.state_key, renewed=renewed)

    def _list_request(self, poll: Poll, number: int, root: str, *, renewed: bool = False) -> Request:
        # A backfill reads lists in full; validators and hashes belong to polling.
        meta: dict[str, Any] = {LIST_KEY: poll.state_key} if poll.state_key and not self._backfill else {}
        return Request(
            poll.url,
            method=poll.method,
            headers={**poll.headers, **self._visit.headers},
            body=poll.body,
            callback=self.list_answered,
            errback=self.list_failed,
            cb_kwargs={"poll": poll, "number": number, "root": root},
            meta={**meta, _VISIT: self._visit.number, _RENEWED: renewed},
            priority=_LIST_PRIORITY,
            dont_filter=True,
        )

    async def list_answered(self, response: Response, poll: Poll, number: int, root: str) -> AsyncIterator[Request]:
        """Read one list answer and ask for its articles and further pages."""
        try:
            async for request in self._read_list(response, poll, number, root):
                yield request
        except _JournalBrokenError:
            return
        except Exception as error:
            log.exception("list raised", extra={"source": self.job.source.name, "url": response.url})
            fault = list_fault(response.url, FailureKind.BUG, f"{type(error).__name__}: {error}", "report it")
            await self._list_failure(fault, number, root)

    async def _read_list(self, response: Response, poll: Poll, number: int, root: str) -> AsyncIterator[Request]:
        if "unchanged" in response.flags:
            self.tally.pages += 1
            self.tally.unchanged += 1
            return
        if response.status != 200 and (again := self._in_new_visit(response, poll, number)):
            yield again
            return
        if poll.page > 1 and response.status == 404:
            # Sites that do not tell how many pages there are end their lists so.
            await self._tell(self.journal.list_read(ListRead(number=number, beyond=True)))
            return
        failure = response_failure(response, is_list=True)
        try:
            reading = self.finder.read(poll, answer_of(response)) if failure is None else Reading()
        except ShapeError as error:
            failure = list_fault(response.url, FailureKind.SHAPE, str(error), _REDESIGNED)
        except RefusedError as error:
            if error.kind is FailureKind.BLOCKED:
                self._rest(response.url, str(error))
            failure = list_fault(response.url, error.kind, str(error), error.hint)
        if failure is not None:
            await self._list_failure(failure, number, root)
            return
        self.tally.pages += 1
        if poll.state_key:
            self.tally.note_hubs(poll.state_key, announced(link_headers(response), reading.hubs, response.url))
            self.tally.note_ttl(poll.state_key, reading.ttl)
        async for request in self._follow(reading, poll, number, root):
            yield request

    def _in_new_visit(self, response: Response, poll: Poll, number: int) -> Request | None:
        """A list that was refused once more, where what the opening gave may have expired; None where that is not it."""
        if self.finder.opening is None or response.meta[_RENEWED]:
            return None
        if response.meta[_VISIT] == self._visit.number:
            return self._opening_request(self.finder.opening, [(poll, number)], renewed=True)
        return self._list_request(poll, number, "", renewed=True)

    async def _follow(self, reading: Reading, poll: Poll, number: int, root: str) -> AsyncIterator[Request]:
        """Decide on a page's links and on what is read after it, tell the journal, then ask for it."""
        shown = {canonicalise(link.url): link for link in reversed(reading.links)}  # the first of two rows counts
        names = {canonical: frozenset({canonical, *identity_keys(link.url)}) for canonical, link in shown.items()}
        standings = await self._tell(self.journal.standings(names))
        links, capped = [], False
        for canonical in dict.fromkeys(canonicalise(link.url) for link in reading.links):
            link, standing = shown[canonical], standings[canonical]
            if standing is Standing.SEEN or not self.tally.register(canonical, link.url, root):
                continue
            reason = skip_reason(link, self.job, self.tally.fetching - 1, known=standing is Standing.KNOWN)
            capped = capped or reason == "cap"
            outcome = (
                Skipped(url=link.url, reason=reason)
                if reason
                else inline_article(self.job, link)
                if link.text
                else None
            )
            if outcome is not None:
                outcome = self.tally.settle(canonical, outcome)
            links.append(FoundLink(canonical=canonical, url=link.url, link=link_to_json(link), outcome=outcome))
        lists, held = self._lists_after(reading, poll, len(links), capped=capped)
        cut = list_fault(poll.url, FailureKind.TOO_LARGE, reading.truncated, _ASK_LESS) if reading.truncated else None
        if cut is not None and self._backfill:
            self.tally.list_failed(cut, root)
        read = ListRead(
            number=number,
            links=tuple(links),
            lists=tuple(map(poll_to_json, lists)),
            held=tuple(map(poll_to_json, held)),
            truncated=cut,
        )
        numbers = await self._tell(self.journal.list_read(read))
        for after, of_list in zip(lists, numbers, strict=True):
            yield self._list_request(after, of_list, root)
        for found in links:
            if found.outcome is None:
                yield self._article_request(found.canonical, shown[found.canonical])

    def _lists_after(
        self, reading: Reading, poll: Poll, fresh: int, *, capped: bool
    ) -> tuple[tuple[Poll, ...], tuple[Poll, ...]]:
        """The lists to read after a page, and those that `max_pages` holds back."""
        lists = [
            sub for sub in reading.also
            if self.job.since is None or not (at := sub.context.get("modified")) or dt.datetime.fromisoformat(at) >= self.job.since
        ]  # fmt: skip
        if reading.next_page is None or capped:
            return tuple(lists), ()
        step = onward(reading.links, fresh, poll, self.job)
        following = replace(reading.next_page, trail=step.trail)
        if step.end is None:
            return (*lists, following), ()
        return tuple(lists), (following,) if step.end is End.LIMIT else ()

    async def list_failed(self, failure: Failure) -> None:
        """A list could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if self.tally.broken:
            return
        found = of_exception(request.url, failure.value, is_list=True)
        if found is None:
            log.error(
                "list download raised",
                exc_info=failure.value,
                extra={"source": self.job.source.name, "url": request.url},
            )
            found = list_fault(request.url, FailureKind.BUG, repr(failure.value), "report it")
        await self._list_failure(found, request.cb_kwargs["number"], request.cb_kwargs["root"])

    def _rest(self, url: str, reason: str) -> None:
        """Leave the host alone: it said so in a code of its own, with status 200."""
        seconds = self.job.source.rest or BLOCK_REST
        self.manners.pace.rest(urlsplit(url).netloc, seconds, reason, blocked=True)

    async def _list_failure(self, failure: FetchFailure, number: int, root: str) -> None:
        self.tally.list_failed(failure, root)
        with contextlib.suppress(_JournalBrokenError):
            await self._note_pause(failure, failure.url)
            if number != _OPENING and failure.kind is not FailureKind.DEADLINE:
                await self._tell(self.journal.list_failed(number, failure))

    async def _settle(self, canonical: str, outcome: Outcome, asked: str) -> None:
        """Count what became of a link, for which `asked` was fetched, and tell it; what the deadline cut off waits on."""
        outcome = self.tally.settle(canonical, outcome)
        with contextlib.suppress(_JournalBrokenError):
            if isinstance(outcome, FetchFailure):
                await self._note_pause(outcome, asked)
                if outcome.kind is FailureKind.DEADLINE:
                    return
            await self._tell(self.journal.settled(canonical, outcome))

    async def _note_pause(self, failure: FetchFailure, asked: str) -> None:
        """Tell that a host rests, before anything else is told: a crawl that is killed now must not ask it again."""
        host = urlsplit(asked).netloc
        if (failure.kind is FailureKind.BLOCKED or failure.retry_after) and (found := self.manners.pace.resting(host)):
            rest, left = found
            await self._tell(self.journal.paused(host, left, rest.reason, blocked=rest.blocked))

    async def take_turn(self, host: str, seconds: float) -> None:
        """Called before a request to `host`: one that is asked seldom is noted, so that it is also after a kill."""
        self.tally.requests += 1
        if seconds >= _SELDOM:
            await self._tell(self.journal.paused(host, seconds, "", blocked=False))

    async def _tell(self, told: Awaitable[_T]) -> _T:
        """Wait until the journal has it. A journal that fails ends the crawl: what it does not know must not happen."""
        try:
            return await told
        except Exception as error:
            self.tally.broken = self.tally.broken or error
            self.abort.set()
            raise _JournalBrokenError from error

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
        outcome: Outcome
        if failure := response_failure(response, is_list=False):
            await self._settle(canonical, replace(failure, url=link.url), response.url)
            return []
        try:
            outcome = within_window(
                self.job, link, await asyncio.to_thread(read_article, self.job.source, response, link)
            )
        except TextElsewhereError as error:
            if not response.meta.get(_FOLLOWED):
                request = self._article_request(canonical, replace(link, text_url=error.address))
                request.meta[_FOLLOWED] = True
                return [request]
            outcome = unreadable(link.url, error.problem)
        except ThrottledError as error:
            self._rest(response.url, error.problem)
            outcome = of_block(link.url, error.problem, is_list=False)
        except ExtractionError as error:
            outcome = unreadable(link.url, error.problem)
        except Exception as error:
            log.exception("article raised", extra={"source": self.job.source.name, "url": link.url})
            detail = f"{type(error).__name__}: {error}"
            outcome = FetchFailure(url=link.url, kind=FailureKind.BUG, detail=detail, hint="report it")
        if isinstance(outcome, CrawledArticle) and self.job.source.attachments is AttachmentMode.TEXT:
            outcome = await self._with_files(outcome, link)
        await self._settle(canonical, outcome, response.url)
        return []

    async def _with_files(self, article: CrawledArticle, link: Link) -> Outcome:
        """The article with the text of its files; not fetched at all where the deadline cuts them off."""
        try:
            return await with_files(article, self._fetch_file, _FILES)
        except AbortedError as error:
            failure = of_exception(link.url, error, is_list=False)
            assert failure is not None
            return failure

    async def _fetch_file(self, url: str) -> Response:
        meta = {"download_maxsize": _FILES.max_bytes, CRAWL: self}
        return await self._download(Request(url, meta=meta, callback=NO_CALLBACK, dont_filter=True))

    async def article_failed(self, failure: Failure) -> None:
        """An article could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        link: Link = request.cb_kwargs["link"]
        if self.tally.broken:
            return
        found = of_exception(link.url, failure.value, is_list=False)
        if found is None:
            log.error(
                "article download raised",
                exc_info=failure.value,
                extra={"source": self.job.source.name, "url": link.url},
            )
            found = FetchFailure(url=link.url, kind=FailureKind.BUG, detail=repr(failure.value), hint="report it")
        await self._settle(request.cb_kwargs["canonical"], found, request.url)


def _resumed(poll: Poll) -> Poll:
    """A position taken up again: the list may have grown meanwhile, so its pages may repeat what was read."""
    return replace(poll, trail=replace(poll.trail, before="", catching_up=True)) if poll.page > 1 else poll
