"""Crawls as coroutines, again and again in one process: the only code that starts Scrapy.

A crawl is carried out here (`conducting`) on an engine that stands open (`engines`). Scrapy runs on Twisted's asyncio reactor, which can be started once in a process and is bound to one loop. So one loop and
one reactor are made at the first `run_with_reactor` and used by every later one; between two runs they stand still.
"""

from __future__ import annotations

import asyncio
import atexit
import datetime as dt
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.utils.reactor import is_asyncio_reactor_installed, is_reactor_installed

from crawler.conducting import Conductor
from crawler.engines import Engines, scrapy_runner
from crawler.errors import CrawlerError
from crawler.forms import FormAnswer, FormSpider, form_job
from crawler.items import CrawlJob, CrawlReport, Pause, SourceSpec
from crawler.manners import Manners, Pace
from crawler.settings import PARALLEL, CrawlSettings
from crawler.spiders import Span, finder_for
from crawler.spiders.source import SourceSpider
from crawler.tally import Tally

T = TypeVar("T")
log = logging.getLogger("crawler")

_GRACE = 5.0
"""Seconds that Scrapy has to close after its downloads were cancelled."""
_THREADS = 4
_engines = Engines()
_runner: asyncio.Runner | None = None


async def crawl(job: CrawlJob, *, manners: Manners | None = None) -> CrawlReport:
    """Poll one source once and read its new articles.

    Runs on the loop of `run_with_reactor`; any number of crawls may run at a time. `manners` keeps spacing, rests and
    robots.txt across crawls: pass one to all of them. The report is complete whatever fails; when the job's deadline passes
    open connections are closed and the report says what was not fetched. Raises `SourceDefinitionError` for a source that
    cannot work, `CrawlerError` where Scrapy itself fails, and what the job's journal raises. Cancelling it closes the crawl.
    """
    started_at = dt.datetime.now(dt.UTC)
    finder = finder_for(job.source, Span(now=started_at, since=job.since, until=job.until))
    tally = Tally(job=job, started_at=started_at)
    manners = manners or Manners()
    _take_over(manners.pace, job.pauses)
    deadline = job.deadline or job.settings.deadline
    _make_ready()
    async with _engines.engine(job) as engine:
        spider = SourceSpider(
            job=job, finder=finder, tally=tally, manners=manners, deadline=deadline, download=engine.download
        )
        conductor = Conductor(spider, engine.download, engine.refer, parallel=PARALLEL)
        await _conducted(conductor.run(spider.start()), spider, deadline)
    if tally.broken is not None:
        raise tally.broken
    return tally.report(dt.datetime.now(dt.UTC), len(finder.polls()))


async def _conducted(work: Coroutine[Any, Any, None], spider: SourceSpider, deadline: float) -> None:
    """Wait for the end of a crawl, which comes with the deadline at the latest. Raises `CrawlerError` where it broke."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=deadline)
    except asyncio.CancelledError:
        await _end(task, spider)
        raise
    if not done:
        await _end(task, spider)
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise CrawlerError(f"the crawl of {spider.job.source.name!r} broke: {error}") from error


async def _end(task: asyncio.Task[None], spider: SourceSpider) -> None:
    """End a crawl now: cancel what it waits for, let it settle that, and cancel it if it does not."""
    spider.abort.set()
    await asyncio.wait({task}, timeout=_GRACE)
    if not task.done():
        log.warning("crawl did not close in time and was cancelled")
        task.cancel()


async def post_form(
    source: SourceSpec,
    url: str,
    form: Mapping[str, str],
    *,
    settings: CrawlSettings,
    manners: Manners | None = None,
) -> FormAnswer:
    """Send one form for `source`, whose list named `url`, under the same manners and guards as its crawls.

    Whatever fails is said by the answer. Raises `CrawlerError` where Scrapy itself fails. Cancelling it closes the request.
    """
    job = form_job(source, settings)
    deadline = settings.timeout * 2  # a turn at the host, and the answer
    runner = _ready_runner(job.settings, source.verify_tls)
    crawler = runner.create_crawler(FormSpider)
    task = runner.crawl(crawler, job=job, url=url, form=form, manners=manners or Manners(), deadline=deadline)
    await _until(task, crawler, deadline, f"the form for {source.name!r}")
    return cast("FormSpider", crawler.spider).answer


def _ready_runner(settings: CrawlSettings, verify_tls: bool) -> AsyncCrawlerRunner:
    """Raises `CrawlerError` outside `run_with_reactor`."""
    _make_ready()
    return scrapy_runner(settings, verify_tls)


def _make_ready() -> None:
    """Raises `CrawlerError` outside `run_with_reactor`."""
    _be_quiet()
    if not is_reactor_installed() or not is_asyncio_reactor_installed():
        raise CrawlerError("no asyncio reactor is running: call crawl() inside run_with_reactor()")


async def _until(task: asyncio.Task[None], crawler: Crawler, deadline: float, what: str) -> None:
    """Wait for the end, which comes with the deadline at the latest. Raises `CrawlerError` where Scrapy broke."""
    try:
        done, _ = await asyncio.wait({task}, timeout=deadline)
        if not done:
            await _close(crawler, task)
    except asyncio.CancelledError:
        await _close(crawler, task)
        raise
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise CrawlerError(f"{what} broke: {error}") from error


def _take_over(pace: Pace, pauses: Iterable[Pause]) -> None:
    """What was remembered of hosts holds in this process too."""
    for pause in pauses:
        if pause.reason:
            pace.rest(pause.host, pause.seconds, pause.reason, blocked=pause.blocked)
        else:
            pace.hold(pause.host, pause.seconds)


def run_with_reactor(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `main()` on a loop with Twisted's reactor, to its end; may be called again in the same process.

    Like `asyncio.run`: SIGINT cancels `main`, tasks left behind are cancelled, and no thread is left over that would keep
    the process alive. Neither Scrapy nor Twisted installs signal handlers. Raises `CrawlerError` where another reactor is
    installed already.
    """
    runner = _started_runner()
    executor = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="crawler")
    runner.get_loop().set_default_executor(executor)

    async def run_and_tidy() -> T:
        try:
            return await main()
        finally:
            await _engines.close()
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    try:
        return runner.run(run_and_tidy())
    finally:
        executor.shutdown()
        _stop_resolver_threads()


def _started_runner() -> asyncio.Runner:
    """The process's one loop, with the reactor started on it."""
    global _runner
    if _runner is None:
        if is_reactor_installed():
            raise CrawlerError("another Twisted reactor is installed; call run_with_reactor() first")
        runner = asyncio.Runner()
        loop = runner.get_loop()
        from twisted.internet import asyncioreactor

        asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
        from twisted.internet import reactor

        # What reactor.run() does before it enters the loop; entering and leaving the loop is left to asyncio.
        reactor.startRunning(installSignalHandlers=False)
        atexit.register(loop.close)
        _runner = runner
    return _runner


def _stop_resolver_threads() -> None:
    """End the reactor's resolver threads: they are no daemons and would keep the process alive."""
    from twisted.internet import reactor

    if getattr(reactor, "threadpool", None) is not None:
        # What the reactor's own shutdown trigger calls; stopping the pool itself would leave a dead one for the next run.
        reactor._stopThreadPool()


async def _close(crawler: Crawler, task: asyncio.Task[None]) -> None:
    """End a crawl now: cancel what it waits for, let Scrapy close, and cancel it if it does not."""
    spider = crawler.spider
    if isinstance(spider, FormSpider):
        spider.abort.set()
    stopping = asyncio.ensure_future(_stop(crawler))
    await asyncio.wait({task, stopping}, timeout=_GRACE, return_when=asyncio.ALL_COMPLETED)
    for left in (task, stopping):
        if not left.done():
            log.warning("crawl did not close in time and was cancelled")
            left.cancel()


async def _stop(crawler: Crawler) -> None:
    await crawler.stop_async()


def _be_quiet() -> None:
    """Scrapy logs each request at INFO and DEBUG to the root's handlers: only its warnings are let through."""
    scrapy_log = logging.getLogger("scrapy")
    if scrapy_log.level == logging.NOTSET:
        scrapy_log.setLevel(logging.WARNING)
