"""One form sent to one address under the manners of crawls: how a hub is asked to tell of what is new (WebSub, section 5.1).

The address was found on a page, so it is a stranger's word: it is judged as any address that a page leads to (`addresses`),
and what the operator wrote as the source's own addresses gives it no leave. Redirects are followed where the form goes along
(307, 308); robots.txt is not asked, since a hub's address is an interface that its owner names for this purpose.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.download import Abort
from crawler.failures import of_exception
from crawler.items import CrawlJob, FailureKind, FetchFailure, SourceSpec
from crawler.manners import Manners, retry_after
from crawler.middlewares import ROBOTS_REQUEST
from crawler.settings import CrawlSettings

log = logging.getLogger("crawler")

MAX_ANSWER = 64 * 1024
"""Bytes of an answer that are taken; nobody reads more than a sentence of it."""
_LONGEST_TEXT = 300
_NOT_FOLLOWED = [301, 302, 303]
"""Redirects that would turn the form into a question."""


class FormOutcome(StrEnum):
    """What became of a form, by what to do next."""

    ACCEPTED = "accepted"  # taken (2xx)
    REFUSED = "refused"  # answered with no: mend the form, or try another address
    UNREACHABLE = "unreachable"  # no answer, or one that says «not now»: try later
    ADDRESS = "address"  # at an address that this source may not be led to: not connected to


@dataclass(frozen=True, kw_only=True, slots=True)
class FormAnswer:
    """What became of a form. `text` is what people should know: why not, in the other side's words where it has some."""

    outcome: FormOutcome
    status: int = 0
    """HTTP status; 0 where there was no answer."""
    text: str = ""
    retry_after: float | None = None
    """Seconds that the server asked us to wait, if it did."""


class FormSpider(scrapy.Spider):
    """Sends one form; `answer` is there when it has closed."""

    name = "form"

    def __init__(
        self, *, job: CrawlJob, url: str, form: Mapping[str, str], manners: Manners, deadline: float, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.job, self.manners = job, manners
        self.delay = job.source.delay or job.settings.delay
        self.abort = Abort()
        self.answer = FormAnswer(outcome=FormOutcome.UNREACHABLE, text="no answer in time")
        self._url, self._body = url, urlencode(form)
        self._closes_at = time.monotonic() + deadline

    def seconds_left(self) -> float:
        """Until the deadline."""
        return self._closes_at - time.monotonic()

    async def take_turn(self, host: str, seconds: float) -> None:
        """Called before the request; there is no journal to tell."""

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        yield Request(
            self._url,
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=self._body,
            callback=self.answered,
            errback=self.failed,
            dont_filter=True,
            # As with robots.txt itself, no rules are asked for and no ban page is looked for: it is no page.
            meta={ROBOTS_REQUEST: True, "dont_retry": True, "handle_httpstatus_list": _NOT_FOLLOWED},
        )

    def answered(self, response: Response) -> None:
        """Read the answer."""
        self.answer = form_answer(
            response.status, response.body, _header(response, "Retry-After"), _header(response, "Location"), time.time()
        )

    def failed(self, failure: Failure) -> None:
        """There is no answer."""
        found = of_exception(self._url, failure.value, is_list=False)
        if found is None:
            log.error("form raised", exc_info=failure.value, extra={"source": self.job.source.name})
            self.answer = FormAnswer(outcome=FormOutcome.UNREACHABLE, text=type(failure.value).__name__)
        else:
            self.answer = FormAnswer(outcome=_outcome(found), text=found.detail, retry_after=found.retry_after)


def form_job(source: SourceSpec, settings: CrawlSettings) -> CrawlJob:
    """The job under whose guard a form is sent for `source`: what it says of itself opens no private address."""
    return CrawlJob(
        source=replace(source, urls=(), warm_up=""),
        settings=replace(settings, max_body=min(settings.max_body, MAX_ANSWER), retries=0, cookies=False),
    )


def form_answer(status: int, body: bytes, rest: str, location: str, now: float) -> FormAnswer:
    """What an answer means; `rest` and `location` are its headers Retry-After and Location, `now` seconds since 1970."""
    if 200 <= status < 300:
        return FormAnswer(outcome=FormOutcome.ACCEPTED, status=status)
    passing = status in (408, 425, 429) or status >= 500
    said = " ".join(body.decode("utf-8", "replace").split())
    readable = "".join(char for char in said if char.isprintable()) if not said.startswith("<") else ""
    moved = f"leads to {location}" if location and 300 <= status < 400 else ""
    return FormAnswer(
        outcome=FormOutcome.UNREACHABLE if passing else FormOutcome.REFUSED,
        status=status,
        text=": ".join(filter(None, (f"HTTP {status}", moved or readable)))[:_LONGEST_TEXT],
        retry_after=retry_after(rest, now),
    )


def _outcome(failure: FetchFailure) -> FormOutcome:
    if failure.kind is FailureKind.ADDRESS:
        return FormOutcome.ADDRESS
    answered = failure.kind in (FailureKind.TOO_LARGE, FailureKind.HTTP_ERROR) and failure.retry_after is None
    return FormOutcome.REFUSED if answered else FormOutcome.UNREACHABLE


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if isinstance(value, bytes) else ""
