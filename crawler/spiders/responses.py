"""What a response means before its content is read, and faults in the crawler's words."""

from __future__ import annotations

import datetime as dt
import time

from scrapy.http import Response

from crawler.failures import of_block, of_status
from crawler.items import FailureKind, FetchFailure
from crawler.manners import retry_after
from crawler.spiders.base import Answer


def answer_of(response: Response) -> Answer:
    """A list's bytes as they came, for a finder."""
    return Answer(
        url=response.url,
        body=response.body,
        content_type=_header(response, "Content-Type"),
        fetched_at=dt.datetime.now(dt.UTC),
    )


def response_failure(response: Response, *, is_list: bool) -> FetchFailure | None:
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


def link_headers(response: Response) -> tuple[str, ...]:
    """The `Link` headers as they came."""
    return tuple(value.decode("latin-1") for value in response.headers.getlist("Link"))


def list_fault(url: str, kind: FailureKind, detail: str, hint: str) -> FetchFailure:
    """A list that was answered and cannot be used."""
    return FetchFailure(url=url, kind=kind, detail=detail, hint=hint, is_list=True)


def unreadable(url: str, problem: str, hint: str = "look at the page") -> FetchFailure:
    """A page without a readable article."""
    return FetchFailure(url=url, kind=FailureKind.EXTRACTION, detail=problem, hint=hint)


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if isinstance(value, bytes) else ""
