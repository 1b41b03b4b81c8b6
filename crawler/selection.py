"""Which links of a list are fetched, and whether the list is paged on. Decisions only: values in, a reason out."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crawler.dates import CHINA, Moment
from crawler.items import CrawlJob
from crawler.spiders.base import Link, Poll, Trail
from crawler.urls import canonicalise

BACKFILL_PAGES = 1000
UNDATED_PAGES = 50
"""Lists without dates cannot tell when to stop: this many pages at most."""
BARREN = 3
"""Pages in a row that bring nothing, after which a list without order is given up."""
BARREN_DATED = 20
"""The same for one in order of time: other keywords may have shown many of its pages, and its dates tell where it ends."""
_DAY = dt.timedelta(days=1)


def skip_reason(link: Link, job: CrawlJob, fetching: int, *, known: bool = False) -> str:
    """Why `link` is not fetched (`known`, `too_old`, `too_new`, `cap`); empty: fetch it. A journal keeps what is over a cap."""
    if known:
        return "known"
    if reason := outside_window(link.published, job):
        return reason
    cap = job.max_articles or (job.settings.max_articles if job.journal is None else 0)
    return "cap" if cap and fetching >= cap else ""


def outside_window(published: Moment | None, job: CrawlJob) -> str:
    """`too_old` or `too_new` for the job's window; empty for inside and for undated. A bare day counts whole."""
    if published is None:
        return ""
    latest = published.at + _DAY if published.precision == "day" else published.at
    if job.since is not None and latest < job.since:
        return "too_old"
    if job.until is not None and published.at > job.until:
        return "too_new"
    return ""


class End(StrEnum):
    """Why no further page of a list is read."""

    LIMIT = "limit"  # as many pages as were asked for
    EMPTY = "empty"  # a page without links
    REPEATED = "repeated"  # the same links as on the page before: sites show their last page again and again
    TOO_OLD = "too_old"  # the list is in order of time and has left the window
    BARREN = "barren"  # too many pages in a row brought nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Onward:
    """Whether a list is paged on (`end` None), and what to remember of it for the next page."""

    trail: Trail
    end: End | None


def onward(links: Sequence[Link], fresh: int, poll: Poll, job: CrawlJob) -> Onward:
    """Decide on the page after one that showed `links`, `fresh` of which this crawl had not seen.

    A list ends where a page is empty or repeats the one before. Where it runs from new to old it ends with the window; what is
    pinned to the head of a list or page says nothing (`runs_down`). Where it is in no order, or has no dates, it ends after a few
    pages that brought nothing. And it ends, for this time, at `max_pages`.
    """
    trail = _trail(links, fresh, poll, job)
    if not links:
        return Onward(trail=trail, end=End.EMPTY)
    if trail.before == poll.trail.before and not poll.reread:
        return Onward(trail=trail, end=End.REPEATED)
    dated = _dated(links)
    if job.since is not None and dated and not trail.unsorted and outside_window(dated[-1], job) == "too_old":
        return Onward(trail=trail, end=End.TOO_OLD)
    if trail.barren >= (BARREN_DATED if dated and not trail.unsorted else BARREN):
        return Onward(trail=trail, end=End.BARREN)
    limit = job.max_pages
    if limit <= 1:
        limit = 1 if job.since is None else BACKFILL_PAGES if dated else UNDATED_PAGES
    return Onward(trail=trail, end=End.LIMIT if poll.page >= limit else None)


def runs_down(moments: Sequence[Moment]) -> bool:
    """Whether dates run from new to old, day by day, below what is pinned to the head: more than half of them must."""
    days = [moment.at.astimezone(CHINA).date() for moment in moments]
    start = len(days) - 1
    while start > 0 and days[start - 1] >= days[start]:
        start -= 1
    return (len(days) - start) * 2 > len(days)


def _trail(links: Sequence[Link], fresh: int, poll: Poll, job: CrawlJob) -> Trail:
    dated = _dated(links)
    unsorted = poll.trail.unsorted or (bool(dated) and not runs_down(dated))
    catching_up = poll.trail.catching_up and fresh == 0
    idle = fresh == 0 and not poll.reread and not catching_up
    past = unsorted and bool(dated) and all(outside_window(moment, job) == "too_old" for moment in dated)
    names = "\n".join(sorted({canonicalise(link.url) for link in links}))
    return Trail(
        before=hashlib.sha256(names.encode()).hexdigest()[:16],
        barren=poll.trail.barren + 1 if idle or past else 0,
        unsorted=unsorted,
        catching_up=catching_up,
    )


def _dated(links: Sequence[Link]) -> list[Moment]:
    """The dates of a page's links in order; none where most links have none."""
    dated = [link.published for link in links if link.published is not None]
    return dated if len(dated) * 2 >= len(links) else []
