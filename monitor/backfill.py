"""Backfill: a source's past is paged and stored, silently, so that it can be killed at any point and goes on where it was. What
is new since the last look at a watched source is no past: it is told as if the daemon had found it.

The frontier is in the database (`storage.frontier`). A run crawls what waits, some minutes at a time, until nothing does; what
failed in passing is asked once more at its end, and again by later runs of the same command. A host that asks for rest ends
the run: until when is stored, and told.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from monitor.backfill_crawl import BackfillCrawler, Work, resting
from monitor.backfill_records import Account, BackfillRecord, FoundPage, HostPause, LinkState, ListState, Window
from monitor.clock import Clock
from monitor.config import Config
from monitor.errors import UsageError
from monitor.records import NewArticle, SourceRecord
from monitor.storage import Store, UnitOfWork

log = structlog.get_logger()

STINT_SECONDS = 600.0
"""How long one crawl goes on before what waits is looked at anew."""
LISTS_AT_ONCE = 200
LINKS_AT_ONCE = 500
"""Bounds of what one crawl is given to hold in memory."""
ATTEMPTS = 6
"""A page that failed so often, over all runs, is given up."""
LIKE_NEWS = dt.timedelta(days=1)
"""A watched source's articles appear within so long after the day that they bear: many a list names no hour."""

_INSTANT = dt.timedelta(seconds=1)

OnProgress = Callable[[str, Callable[[], Account]], None]
"""Told of each page and article of a source, from a thread, with a way to ask how far it is."""


def ignore_progress(source: str, account: Callable[[], Account]) -> None:
    """For those who only want to know how it ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a user asks for. `until` is not included, None is now; `asked` names the order as typed; `again` begins from the start."""

    source: str
    asked: str
    since: dt.datetime
    until: dt.datetime | None = None
    keywords: tuple[str, ...] = ()
    max_pages: int = 200
    again: bool = False
    digest: bool = False
    """Put what is worth an alert into the receivers' digests; else nothing is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillReport:
    """How a backfill stands after a run: found = stored + known + skipped + failed + waiting.

    `complete` tells that nothing is left to do, `already` that nothing was before this run; `stored_now` is this run's part.
    """

    number: int
    source: str
    since: dt.datetime
    until: dt.datetime
    keywords: tuple[str, ...]
    complete: bool
    already: bool
    found: int
    stored: int
    stored_now: int
    known: int
    skipped: Mapping[str, int]
    failed: Mapping[str, int]
    waiting: int
    pages: int
    pages_waiting: int
    pages_held: int
    pages_failed: Mapping[str, int]
    problem: str
    resting_until: dt.datetime | None


class Backfilling:
    """Fetches and stores the past of sources. `stint` is how many seconds one crawl may take."""

    def __init__(
        self, *, config: Config, store: Store, crawler: BackfillCrawler, clock: Clock, stint: float = STINT_SECONDS
    ) -> None:
        self._config, self._store, self._crawler, self._clock, self._stint = config, store, crawler, clock, stint

    async def backfill(self, order: Order, on_progress: OnProgress = ignore_progress) -> BackfillReport:
        """Carry out an order, or go on with it where it was left; returns how it stands.

        Raises `UsageError` for an unknown source, for keywords where a source cannot be searched, and for a window that is
        none; `CrawlFailedError` where crawling itself broke.
        """
        source = self._config.source(order.source)
        if source is None:
            raise UsageError(f"no source is called {order.source!r}; `baoxun sources list` shows their names")
        record = await asyncio.to_thread(self._taken_up, order)
        before = await asyncio.to_thread(self._account, record)
        if record.finished_at is not None:
            return _report(record, before, before, already=True)
        keeper = _Keeper(self._store, record, self._clock, on_progress, watched=source.enabled)
        rest = await self._run(record, order, keeper)
        return await asyncio.to_thread(self._concluded, record, before, keeper.problem, rest)

    async def _run(self, record: BackfillRecord, order: Order, keeper: _Keeper) -> HostPause | None:
        """Crawl until nothing waits, nothing comes of it any more, or a host wants rest, which is returned."""
        asked_again = False
        while True:
            now = self._clock()
            work = await asyncio.to_thread(self._work, record, order, now)
            if rest := resting(work.pauses, self._crawler.hosts(record.window.source)):
                return rest
            if not work.lists and not work.links:
                # Once more for what failed in this run only: earlier failures were let wait at its beginning.
                if asked_again or not await asyncio.to_thread(self._retry, record, attempts=ATTEMPTS):
                    return None
                asked_again = True
                continue
            told = keeper.told
            problems = await self._crawler.work(record.window, work, keeper)
            if keeper.told == told:
                # Nothing was read, settled or failed for good: the opening was refused, or a host beside the source's own rests.
                keeper.problem = str(problems[0]) if problems else "nothing could be fetched in time"
                blocked = any(problem.kind == "blocked" for problem in problems)
                return await asyncio.to_thread(self._longest_rest) if blocked else None

    def _taken_up(self, order: Order) -> BackfillRecord:
        """The stored backfill of this name, with what failed in passing and what is within more pages waiting again; or a
        new one."""
        now = self._clock()
        until = min(order.until - _INSTANT, now) if order.until else now
        if order.since >= until:
            raise UsageError(f"the window is empty: it would end at {until:%Y-%m-%d %H:%M} UTC, before it begins")
        window = Window(source=order.source, asked=order.asked, since=order.since, until=until, keywords=order.keywords)
        with self._store.transaction() as unit:
            record = None if order.again else unit.frontier.find(order.source, order.asked)
            if record is None:
                record = unit.frontier.begin(window, self._crawler.first_lists(window, now), now)
            unit.frontier.tell(record.id, "digest" if order.digest else "")
            freed = unit.frontier.retry(record.id, attempts=ATTEMPTS) + unit.frontier.release(
                record.id, order.max_pages
            )
            if freed and record.finished_at is not None:
                unit.frontier.conclude(record.id, problem="", finished_at=None)
                record = replace(record, finished_at=None)
            return record

    def _work(self, record: BackfillRecord, order: Order, now: dt.datetime) -> Work:
        with self._store.transaction() as unit:
            return Work(
                lists=unit.frontier.waiting_lists(record.id, LISTS_AT_ONCE),
                links=unit.frontier.waiting_links(record.id, LINKS_AT_ONCE),
                max_pages=order.max_pages,
                seconds=self._stint,
                pauses=unit.frontier.pauses(now),
                now=now,
            )

    def _retry(self, record: BackfillRecord, *, attempts: int) -> int:
        with self._store.transaction() as unit:
            return unit.frontier.retry(record.id, attempts=attempts)

    def _longest_rest(self) -> HostPause | None:
        with self._store.transaction() as unit:
            rests = [pause for pause in unit.frontier.pauses(self._clock()) if pause.reason]
        return max(rests, key=lambda rest: rest.until, default=None)

    def _account(self, record: BackfillRecord) -> Account:
        with self._store.reading() as unit:
            return unit.frontier.account(record.id)

    def _concluded(
        self, record: BackfillRecord, before: Account, problem: str, rest: HostPause | None
    ) -> BackfillReport:
        """Store how the run ended, and say it."""
        with self._store.transaction() as unit:
            account = unit.frontier.account(record.id)
            finished_at = None if account.left else self._clock()
            if rest is not None:
                problem = rest.reason
            elif not problem and account.left:
                problem = "some pages failed in a way that may pass; run the same command again"
            unit.frontier.conclude(record.id, problem=problem, finished_at=finished_at)
        done = replace(record, problem=problem, finished_at=finished_at)
        report = _report(done, account, before, rest=rest)
        log.info("backfilled", source=report.source, found=report.found, stored=report.stored_now, waiting=report.waiting,
                 complete=report.complete, problem=problem or None)  # fmt: skip
        return report


class _Keeper:
    """Keeps what a crawl tells in the database: a page with its links, or an article with its link's state, at a time."""

    def __init__(
        self, store: Store, record: BackfillRecord, clock: Clock, on_progress: OnProgress, *, watched: bool
    ) -> None:
        self._store, self._record, self._clock, self._on_progress = store, record, clock, on_progress
        self._watched = watched
        self.told = 0
        """How many pages and links came to something."""
        self.problem = ""

    def seen_and_known(
        self, canonicals: Collection[str], names: Collection[str]
    ) -> tuple[frozenset[str], frozenset[str]]:
        with self._store.reading() as unit:
            return unit.frontier.seen(self._record.id, canonicals), unit.frontier.known(names)

    def list_read(
        self, number: int, links: Sequence[FoundPage], lists: Sequence[Mapping[str, Any]],
        held: Sequence[Mapping[str, Any]], state: ListState, cut: str,
    ) -> tuple[int, ...]:  # fmt: skip
        with self._store.transaction() as unit:
            settled = [self._stored(unit, found) for found in links]
            articles = {found.canonical: article for found, article in settled if article is not None}
            unit.frontier.add_links(self._record.id, [found for found, _ in settled], articles)
            numbers = unit.frontier.add_lists(self._record.id, lists, held)
            unit.frontier.list_read(number, state, detail=cut)
        self._tell()
        return numbers

    def list_failed(self, number: int, kind: str, detail: str, *, passing: bool) -> None:
        with self._store.transaction() as unit:
            unit.frontier.list_failed(number, kind, detail, attempts=ATTEMPTS if passing else 0)
        self._tell()

    def settled(self, found: FoundPage) -> None:
        with self._store.transaction() as unit:
            found, article = self._stored(unit, found)
            unit.frontier.settle(self._record.id, found, article, attempts=ATTEMPTS)
        self._tell()

    def paused(self, host: str, seconds: float, reason: str, *, blocked: bool) -> None:
        until = self._clock() + dt.timedelta(seconds=seconds)
        with self._store.transaction() as unit:
            unit.frontier.pause(HostPause(host=host, until=until, reason=reason, blocked=blocked))

    def _stored(self, unit: UnitOfWork, found: FoundPage) -> tuple[FoundPage, int | None]:
        """Store what a link became; one that leads to a stored article after all is known."""
        if found.article is None:
            return found, None
        source = unit.sources.get(self._record.window.source) if self._watched else None
        article = replace(found.article, silent=not _is_news(found.article, source))
        number = unit.articles.add(article, self._clock())
        return (found, number) if number is not None else (replace(found, state=LinkState.KNOWN), None)

    def _tell(self) -> None:
        self.told += 1
        self._on_progress(self._record.window.source, self._account)

    def _account(self) -> Account:
        with self._store.reading() as unit:
            return unit.frontier.account(self._record.id)


def _is_news(article: NewArticle, source: SourceRecord | None) -> bool:
    """Whether it belongs to the watch, not to the past: published since the last look at a watched source, it was only found
    here before the daemon came by. Stored in silence it would be known to the next poll, and nobody would ever be told."""
    if source is None or source.baseline_at is None or source.last_success_at is None or article.published is None:
        return False
    return article.published >= source.last_success_at - LIKE_NEWS


def _report(
    record: BackfillRecord, account: Account, before: Account, *, already: bool = False, rest: HostPause | None = None
) -> BackfillReport:
    links, lists = account.links, account.lists
    stored = links.get(LinkState.STORED, 0)
    return BackfillReport(
        number=record.id,
        source=record.window.source,
        since=record.window.since,
        until=record.window.until,
        keywords=record.window.keywords,
        complete=record.finished_at is not None,
        already=already,
        found=account.found,
        stored=stored,
        stored_now=stored - before.links.get(LinkState.STORED, 0),
        known=links.get(LinkState.KNOWN, 0),
        skipped=account.skipped,
        failed=account.failed,
        waiting=links.get(LinkState.WAITING, 0),
        pages=account.lists_read,
        pages_waiting=lists.get(ListState.WAITING, 0),
        pages_held=lists.get(ListState.HELD, 0),
        pages_failed=account.lists_failed,
        problem=record.problem,
        resting_until=rest.until if rest else None,
    )
