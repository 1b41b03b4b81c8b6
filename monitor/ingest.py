"""The crawler's door: what is remembered becomes a crawl job, and a crawl report becomes values to store."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler import (
    CrawledArticle,
    CrawlerError,
    CrawlJob,
    CrawlReport,
    CrawlSettings,
    Distrust,
    Exchange,
    ExtractionError,
    FailureKind,
    FetchFailure,
    NotAFixtureError,
    RawPage,
    SourceDefinitionError,
    SourceSpec,
    SourceState,
    UrlState,
    extract_page,
    gravity,
    polled_lists,
    save_fixture,
    split_files,
)
from monitor.archive import Archive, ArchivedPage
from monitor.errors import CrawlFailedError, InputError, UsageError
from monitor.model import Article
from monitor.pacing import Fault
from monitor.phrases import CHINA
from monitor.records import NewArticle, SourceRecord
from monitor.text import normalise

Crawl = Callable[[CrawlJob], Awaitable[CrawlReport]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A page or list that failed, in the hub's words."""

    url: str
    kind: str
    detail: str
    hint: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}" + (f" — {self.hint}" if self.hint else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Harvest:
    """What one crawl of one source brought: articles to store, and how it went.

    `succeeded` tells whether the polled lists could be read; failures of single articles do not fail a poll. `state`
    (JSON values) is to be stored with the articles, for the next poll. `blocked` and `retry_after` say when the site
    wants to be left alone.
    """

    articles: tuple[NewArticle, ...]
    found: int
    skipped: tuple[tuple[str, str], ...]
    """(URL, reason) of links that were not fetched."""
    problems: tuple[Problem, ...]
    succeeded: bool
    problem: str
    """Empty, or what made the poll fail."""
    unchanged: bool
    blocked: bool
    retry_after: dt.timedelta | None
    state: Mapping[str, Any]
    fault: Fault | None = None
    """What can be hoped for after a poll that failed; None after one that succeeded."""
    fresh_for: dt.timedelta | None = None
    """How long the lists stay fresh, as server and feed say."""
    requests: int = 0


class Poller:
    """Crawls configured sources. `archive` keeps the raw pages, None keeps none."""

    def __init__(
        self, *, crawl: Crawl, settings: CrawlSettings, specs: Mapping[str, SourceSpec], archive: Archive | None
    ) -> None:
        self._crawl, self._settings, self._specs, self._archive = crawl, settings, specs, archive

    def feeds(self, name: str) -> tuple[str, ...]:
        """The addresses that are polled for a source, as its state names them."""
        return polled_lists(self._specs[name])

    async def fetch(self, name: str, record: SourceRecord, known: frozenset[str]) -> Harvest:
        """Poll a source. Articles come marked as not silent.

        Raises `UsageError` where the source's definition cannot work, `CrawlFailedError` where crawling itself broke.
        """
        job = CrawlJob(
            source=self._specs[name], state=state_from_json(record.state), known=known, settings=self._settings
        )
        report = await self._report(job)
        return await asyncio.to_thread(self._harvest, name, report, self._archive)

    async def sample(self, source: SourceSpec, *, articles: int, save_to: Path | None = None) -> Harvest:
        """Fetch a source once as if it were new, at most `articles` of its articles, storing nothing.

        `save_to` is a folder for the crawl as a replayable fixture (`crawler.fixture`). Raises `UsageError` where the
        definition cannot work or the folder cannot be written.
        """
        exchanges: list[Exchange] = []
        job = CrawlJob(
            source=source,
            settings=self._settings,
            max_articles=articles,
            on_exchange=exchanges.append if save_to is not None else None,
        )
        report = await self._report(job)
        if save_to is not None:
            try:
                await asyncio.to_thread(save_fixture, save_to, job, exchanges, report)
            except (OSError, NotAFixtureError) as exc:
                raise UsageError(f"cannot save to {save_to}: {exc}") from exc
        return self._harvest(source.name, report, None)

    async def _report(self, job: CrawlJob) -> CrawlReport:
        try:
            return await self._crawl(job)
        except SourceDefinitionError as exc:
            raise UsageError(str(exc)) from exc
        except CrawlerError as exc:
            raise CrawlFailedError(str(exc)) from exc

    def _harvest(self, name: str, report: CrawlReport, archive: Archive | None) -> Harvest:
        lists = [f for f in report.failures if f.is_list]
        nothing_read = bool(report.failures) and not (report.articles or report.skipped or report.unchanged)
        worst = lists or (report.failures if nothing_read else ())
        succeeded = report.unchanged or not worst or report.pages > len(lists)
        waits = [f.retry_after for f in report.failures if f.retry_after is not None]
        problems = tuple(Problem(url=f.url, kind=f.kind.value, detail=f.detail, hint=f.hint) for f in report.failures)
        return Harvest(
            articles=tuple(to_new_article(a, name, archive) for a in report.articles),
            found=report.found,
            skipped=tuple((s.url, s.reason) for s in report.skipped),
            problems=problems,
            succeeded=succeeded,
            problem=str(problems[report.failures.index(worst[0])]) if worst else "",
            unchanged=report.unchanged,
            blocked=any(f.kind is FailureKind.BLOCKED for f in report.failures),
            retry_after=dt.timedelta(seconds=max(waits)) if waits else None,
            state=state_to_json(report.state),
            fault=None if succeeded else max((_fault(f) for f in worst), key=_BY_WEIGHT.index),
            fresh_for=dt.timedelta(seconds=report.fresh_for) if report.fresh_for is not None else None,
            requests=report.requests,
        )


_BY_WEIGHT = (Fault.SOFT, Fault.TEMPORARY, Fault.HARD)


def _fault(failure: FetchFailure) -> Fault:
    return Fault(gravity(failure).value)


def to_new_article(crawled: CrawledArticle, source: str, archive: Archive | None) -> NewArticle:
    """An article to store; its raw page is appended to the archive first, where one is kept."""
    raw_file, raw_offset = "", 0
    if archive is not None and crawled.raw is not None:
        raw_file, raw_offset = archive.append(_archived(crawled.raw))
    return NewArticle(
        url=crawled.url,
        canonical_url=crawled.canonical_url,
        keys=tuple(dict.fromkeys((crawled.canonical_url, *crawled.keys))),
        source_name=source,
        publisher=crawled.source,
        author=crawled.author,
        title=crawled.title,
        text=crawled.text,
        lang=crawled.lang,
        published=crawled.published,
        published_precision=crawled.published_precision,
        origin_url=crawled.origin_url,
        stock_codes=crawled.stock_codes,
        attachments=crawled.attachments,
        page=crawled.page,
        fetched_at=crawled.fetched_at,
        content_hash=content_hash(crawled.title, crawled.text),
        silent=False,
        raw_file=raw_file,
        raw_offset=raw_offset,
    )


def content_hash(title: str, text: str) -> str:
    """SHA-256 of the normalised title and text, in hex: equal for texts that differ in widths or script only."""
    return hashlib.sha256(f"{normalise(title).plain}\n{normalise(text).plain}".encode()).hexdigest()


def extract_again(page: ArchivedPage, article: Article) -> Article:
    """Read an archived page with today's extractors. Raises `InputError` where nothing is readable.

    What the page itself does not say (it came from a list, or from an attached file) is kept from the stored article.
    """
    crawled = _extract(page.body, page.url, page.headers, page.fetched_at, article.source)
    return Article(
        id=article.id,
        url=article.url,
        source=crawled.source or article.source,
        published=crawled.published or article.published,
        lang=crawled.lang or article.lang,
        title=crawled.title or article.title,
        text="\n".join(part for part in (crawled.text, split_files(article.text)[1]) if part),
        stock_codes=crawled.stock_codes or article.stock_codes,
    )


def extract_file(body: bytes, url: str, now: dt.datetime) -> dict[str, Any]:
    """What today's extractors read from a page's bytes, as JSON values. Raises `InputError`."""
    crawled = _extract(body, url, (), now, "")
    return {
        "title": crawled.title,
        "published": crawled.published.astimezone(CHINA).isoformat() if crawled.published else None,
        "author": crawled.author,
        "source": crawled.source,
        "text": crawled.text,
        "url": crawled.url,
        "page": crawled.page,
        "stock_codes": list(crawled.stock_codes),
        "attachments": [list(a) for a in crawled.attachments],
    }


def _extract(
    body: bytes, url: str, headers: tuple[tuple[str, str], ...], fetched_at: dt.datetime, publisher: str
) -> CrawledArticle:
    try:
        return extract_page(body, url, headers=headers, fetched_at=fetched_at, publisher=publisher)
    except ExtractionError as exc:
        raise InputError(f"no article can be read there: {exc}") from exc


def state_to_json(state: SourceState) -> dict[str, Any]:
    """The crawler's memory of a source as JSON values."""
    return {"urls": {url: asdict(said) for url, said in state.urls.items()}}


def state_from_json(stored: Mapping[str, Any]) -> SourceState:
    """The inverse of `state_to_json`; an empty or older form gives an empty state."""
    return SourceState(urls={url: _url_state(said) for url, said in stored.get("urls", {}).items()})


def _url_state(said: Mapping[str, Any]) -> UrlState:
    known = {name: value for name, value in said.items() if name in UrlState.__dataclass_fields__}
    known["distrust"] = Distrust(known.get("distrust", ""))
    known["hubs"] = tuple(known.get("hubs", ()))
    return UrlState(**known)


def _archived(raw: RawPage) -> ArchivedPage:
    return ArchivedPage(url=raw.url, status=raw.status, headers=raw.headers, body=raw.body, fetched_at=raw.fetched_at)
