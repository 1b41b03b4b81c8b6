"""Fixtures for crawls against the fake web."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crawler import CrawlJob, CrawlReport, CrawlSettings, SourceKind, SourceSpec, crawl, run_with_reactor
from tests.fakeweb import FakeWeb

FAST = CrawlSettings(delay=0.0, timeout=5.0, max_body=2_000_000, deadline=20.0)


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    """A fresh fake web."""
    with FakeWeb() as running:
        yield running


def job_for(
    kind: SourceKind, *urls: str, settings: CrawlSettings = FAST, source: dict[str, Any] | None = None, **changes: Any
) -> CrawlJob:
    """A job for one source with fast settings; `source` adds fields of the source, other keywords fields of the job."""
    fields: dict[str, Any] = {"name": "test", "kind": kind, "urls": urls, **(source or {})}
    return CrawlJob(source=SourceSpec(**fields), settings=settings, **changes)


def run(job: CrawlJob) -> CrawlReport:
    """One crawl; checks the law of the report on every one."""
    report = run_with_reactor(lambda: crawl(job))
    check_law(report)
    return report


def check_law(report: CrawlReport) -> None:
    """Nothing is silently absent: found = articles + handed over + skipped + failed articles."""
    failed = [failure for failure in report.failures if not failure.is_list]
    assert report.found == len(report.articles) + report.handed_over + len(report.skipped) + len(failed)
