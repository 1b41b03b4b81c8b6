"""The crawler's door for backfills: a window becomes crawl jobs, what a crawl tells as it goes becomes values to keep, and so do
pages and records from files."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, Protocol, TypeVar
from urllib.parse import urlsplit

from crawler import (
    CrawledArticle,
    CrawlerError,
    CrawlJob,
    CrawlSettings,
    ExtractionError,
    FailureKind,
    FetchFailure,
    ListRead,
    Outcome,
    Pause,
    Skipped,
    SourceDefinitionError,
    SourceSpec,
    Standing,
    Waiting,
    can_search,
    canonicalise,
    extract_page,
    first_lists,
    identity_keys,
    is_permanent,
    searching,
)
from monitor.archive import Archive, ArchivedPage
from monitor.backfill_records import FoundPage, HostPause, LinkState, ListState, Window
from monitor.errors import CrawlFailedError, InputError, UsageError
from monitor.ingest import Crawl, Problem, content_hash, to_new_article
from monitor.model import Article
from monitor.records import NewArticle

IMPORTED = "import"
"""Stands for the source of what came from files."""

T = TypeVar("T")
P = ParamSpec("P")


class Keeper(Protocol):
    """Keeps a backfill's frontier. Called from threads, one call at a time; when a call returns, what it was told is safe."""

    def seen_and_known(
        self, canonicals: Collection[str], names: Collection[str]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Links that this backfill has found already, and names under which an article is stored."""
        ...

    def list_read(
        self, number: int, links: Sequence[FoundPage], lists: Sequence[Mapping[str, Any]],
        held: Sequence[Mapping[str, Any]], state: ListState, cut: str,
    ) -> tuple[int, ...]:  # fmt: skip
        """A list page is done with (`state`; `cut` says why the site does not show all); returns the numbers of `lists`,
        which are to be read next."""
        ...

    def list_failed(self, number: int, kind: str, detail: str, *, passing: bool) -> None:
        """A list page could not be read; `passing` says that it may be another time."""
        ...

    def settled(self, found: FoundPage) -> None:
        """What became of a link that waited."""
        ...

    def paused(self, host: str, seconds: float, reason: str, *, blocked: bool) -> None:
        """A host is to be left alone for so long."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What one crawl of a backfill is to do: list pages and links that wait, within so many seconds."""

    lists: tuple[tuple[int, Mapping[str, Any]], ...]
    links: tuple[tuple[str, Mapping[str, Any]], ...]
    max_pages: int
    seconds: float
    pauses: tuple[HostPause, ...]
    now: dt.datetime


class BackfillCrawler:
    """Crawls the past of configured sources. `archive` keeps the raw pages, None keeps none."""

    def __init__(
        self, *, crawl: Crawl, settings: CrawlSettings, specs: Mapping[str, SourceSpec], archive: Archive | None
    ) -> None:
        self._crawl, self._settings, self._specs, self._archive = crawl, settings, specs, archive
        self._turn = asyncio.Lock()

    def first_lists(self, window: Window, now: dt.datetime) -> tuple[Mapping[str, Any], ...]:
        """The list pages that a backfill begins with. Raises `UsageError` where the source cannot be asked so."""
        try:
            return first_lists(self._spec(window), now=now, since=window.since, until=window.until)
        except SourceDefinitionError as exc:
            raise UsageError(str(exc)) from exc

    def hosts(self, name: str) -> frozenset[str]:
        """The hosts that a source's lists stand on."""
        return frozenset(urlsplit(url).netloc for url in self._specs[name].urls)

    async def work(self, window: Window, work: Work, keeper: Keeper) -> tuple[Problem, ...]:
        """Crawl what waits and what it leads to; returns what failed. Raises `UsageError`, `CrawlFailedError`, and what
        `keeper` raises."""
        spec = self._spec(window)
        job = CrawlJob(
            source=spec,
            since=window.since,
            until=window.until,
            max_pages=max(2, work.max_pages),  # one page would be a poll
            deadline=work.seconds,
            journal=_Relay(window.source, keeper, self._archive, self._turn),
            waiting=Waiting(lists=work.lists, links=work.links),
            pauses=tuple(
                Pause(host=p.host, seconds=(p.until - work.now).total_seconds(), reason=p.reason, blocked=p.blocked)
                for p in work.pauses
            ),
            settings=self._settings,
        )
        try:
            report = await self._crawl(job)
        except SourceDefinitionError as exc:
            raise UsageError(str(exc)) from exc
        except CrawlerError as exc:
            raise CrawlFailedError(str(exc)) from exc
        return tuple(Problem(url=f.url, kind=f.kind.value, detail=f.detail, hint=f.hint) for f in report.failures)

    def _spec(self, window: Window) -> SourceSpec:
        spec = self._specs[window.source]
        if window.keywords and not can_search(spec):
            others = ", ".join(sorted(name for name, other in self._specs.items() if can_search(other)))
            raise UsageError(
                f"{window.source} cannot be searched by keyword; of your sources these can: {others or 'none'}"
            )
        return searching(spec, window.keywords)


class _Relay:
    """A crawl's journal, in the hub's words. One thing is kept at a time: raw page, then rows, then the answer."""

    def __init__(self, source: str, keeper: Keeper, archive: Archive | None, turn: asyncio.Lock) -> None:
        self._source, self._keeper, self._archive, self._turn = source, keeper, archive, turn

    async def standings(self, links: Mapping[str, frozenset[str]]) -> Mapping[str, Standing]:
        names: frozenset[str] = frozenset().union(*links.values())
        seen, known = await self._kept(self._keeper.seen_and_known, tuple(links), names)
        return {
            canonical: Standing.SEEN if canonical in seen
            else Standing.NEW if known.isdisjoint(called) else Standing.KNOWN
            for canonical, called in links.items()
        }  # fmt: skip

    async def list_read(self, read: ListRead) -> tuple[int, ...]:
        return await self._kept(self._list_read, read)

    async def list_failed(self, number: int, failure: FetchFailure) -> None:
        if not _is_for_later(failure):
            passing = not is_permanent(failure)
            await self._kept(self._keeper.list_failed, number, failure.kind.value, str(failure.detail), passing=passing)

    async def settled(self, canonical: str, outcome: Outcome) -> None:
        if not (isinstance(outcome, FetchFailure) and _is_for_later(outcome)):
            await self._kept(self._settled, canonical, outcome)

    async def paused(self, host: str, seconds: float, reason: str, *, blocked: bool) -> None:
        await self._kept(self._keeper.paused, host, seconds, reason, blocked=blocked)

    async def _kept(self, keep: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._turn:
            return await asyncio.to_thread(keep, *args, **kwargs)

    def _list_read(self, read: ListRead) -> tuple[int, ...]:
        links = [self._found(found.canonical, found.link, found.outcome) for found in read.links]
        cut = read.truncated.detail if read.truncated else ""
        state = ListState.CUT if cut else ListState.BEYOND if read.beyond else ListState.READ
        return self._keeper.list_read(read.number, links, read.lists, read.held, state, cut)

    def _settled(self, canonical: str, outcome: Outcome) -> None:
        self._keeper.settled(self._found(canonical, {}, outcome))

    def _found(self, canonical: str, link: Mapping[str, Any], outcome: Outcome | None) -> FoundPage:
        match outcome:
            case None:
                return FoundPage(canonical=canonical, state=LinkState.WAITING, link=link)
            case CrawledArticle():
                article = replace(to_new_article(outcome, self._source, self._archive), silent=True)
                return FoundPage(canonical=canonical, state=LinkState.STORED, article=article)
            case Skipped(reason="known"):
                return FoundPage(canonical=canonical, state=LinkState.KNOWN)
            case Skipped():
                return FoundPage(canonical=canonical, state=LinkState.SKIPPED, reason=outcome.reason)
            case FetchFailure():
                state = LinkState.FAILED if is_permanent(outcome) else LinkState.RETRY
                return FoundPage(
                    canonical=canonical, state=state, link=link, reason=outcome.kind.value, detail=outcome.detail
                )


def article_of_page(page: ArchivedPage, archive: Archive | None) -> NewArticle:
    """The article on a page of an archive, to be stored silently; the page is kept too. Raises `InputError` without one."""
    try:
        crawled = extract_page(page.body, page.url, headers=page.headers, fetched_at=page.fetched_at)
    except ExtractionError as exc:
        raise InputError(f"no article can be read there: {exc}") from exc
    return replace(to_new_article(crawled, IMPORTED, archive), silent=True)


def article_of_record(article: Article, now: dt.datetime) -> NewArticle:
    """An article that came as a record, to be stored silently. One without an address is known by its record's name."""
    canonical = canonicalise(article.url) if article.url else f"{IMPORTED}:{article.source}:{article.id}"
    names = (canonical, *identity_keys(article.url)) if article.url else (canonical,)
    return NewArticle(
        url=article.url or canonical,
        canonical_url=canonical,
        keys=tuple(dict.fromkeys(names)),
        source_name=IMPORTED,
        publisher=article.source,
        author="",
        title=article.title,
        text=article.text,
        lang=article.lang,
        published=article.published,
        published_precision="minute" if article.published else "",
        origin_url="",
        stock_codes=article.stock_codes,
        attachments=(),
        page="record",
        fetched_at=now,
        content_hash=content_hash(article.title, article.text),
        silent=True,
    )


def _is_for_later(failure: FetchFailure) -> bool:
    """Whether the host wants to be left alone, or time was up: then nothing is wrong with the page, and it waits on."""
    return failure.kind in {FailureKind.BLOCKED, FailureKind.DEADLINE} or bool(failure.retry_after)


def resting(pauses: Iterable[HostPause], hosts: Collection[str]) -> HostPause | None:
    """The longest rest that any of `hosts` is in; turns that have not come yet are no rest."""
    found = [pause for pause in pauses if pause.host in hosts and pause.reason]
    return max(found, key=lambda pause: pause.until, default=None)
