"""Which links of a list are fetched, and whether the list is paged on. Decisions only: values in, a reason out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from crawler.dates import Moment
from crawler.items import CrawlJob
from crawler.spiders.base import Link
from crawler.urls import canonicalise, identity_keys

BACKFILL_PAGES = 1000
UNDATED_PAGES = 50
"""Lists without dates cannot tell when to stop: this many pages at most."""
_DAY = dt.timedelta(days=1)


def skip_reason(link: Link, job: CrawlJob, fetching: int) -> str:
    """Why `link` is not fetched (`known`, `too_old`, `too_new`, `cap`); empty: fetch it."""
    if canonicalise(link.url) in job.known or any(key in job.known for key in identity_keys(link.url)):
        return "known"
    if reason := outside_window(link.published, job):
        return reason
    cap = job.max_articles or job.settings.max_articles
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


def page_on(links: Sequence[Link], new: int, page: int, job: CrawlJob) -> bool:
    """Whether the next page is read.

    Paging ends at `max_pages`, where the last dated item is older than `since` (the last, since pinned items head lists),
    where a page brought nothing that this crawl had not seen, and, for undated lists, after a fixed number of pages.
    """
    dated = [link for link in links if link.published is not None]
    limit = job.max_pages
    if limit <= 1:
        limit = 1 if job.since is None else BACKFILL_PAGES if dated else UNDATED_PAGES
    if page >= limit or new == 0:
        return False
    return not (job.since is not None and dated and outside_window(dated[-1].published, job) == "too_old")
