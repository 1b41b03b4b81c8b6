"""Whole crawls against the fake web: each way a server misbehaves has its own outcome, and none stops the rest."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import logging
import threading
import time
from dataclasses import replace

import pytest

from crawler import (
    CrawlSettings,
    FailureKind,
    Manners,
    SourceKind,
    SourceState,
    UrlState,
    crawl,
    run_with_reactor,
)
from crawler.items import CrawlReport
from tests.crawler.conftest import FAST, check_law, job_for, run
from tests.fakeweb import FakeRequest, FakeResponse, FakeWeb
from tests.fakeweb.server import conditional
from tests.fakeweb.sites import BAN_PAGE, add_oddities, article_html, rss


def feed_of(web: FakeWeb, *paths: str) -> str:
    """A feed at /feed.xml that links to `paths`."""
    body = rss(*((f"条目 {number}", web.url(path)) for number, path in enumerate(paths)))
    return web.add("/feed.xml", conditional(body, headers={"Content-Type": "application/rss+xml"}))


def crawl_paths(web: FakeWeb, *paths: str, settings: CrawlSettings = FAST) -> CrawlReport:
    """Crawl a feed of `paths` on a web with all oddities."""
    add_oddities(web)
    return run(job_for(SourceKind.FEED, feed_of(web, *paths), settings=settings))


def only_failure(report: CrawlReport) -> tuple[FailureKind, str]:
    """Kind and detail of the single failure."""
    (failure,) = report.failures
    return failure.kind, failure.detail


def test_feed_to_article(web: FakeWeb) -> None:
    """A feed's entry becomes an article with the page's title, time, source and text, and its raw bytes."""
    report = crawl_paths(web, "/odd/ok.html")
    (article,) = report.articles
    assert article.title == "一篇正常的文章标题"
    assert article.published == dt.datetime(2026, 9, 29, 6, 40, tzinfo=dt.UTC)
    assert article.source == "某日报"
    assert article.text.startswith("近日，某市")
    assert article.text.endswith("积累了经验。")
    assert article.raw is not None
    assert article.raw.status == 200
    assert b"<h1>" in article.raw.body
    assert report.pages == 1
    assert not report.unchanged


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/odd/429.html", FailureKind.HTTP_ERROR),
        ("/odd/cut.html", FailureKind.UNREACHABLE),
        ("/odd/hangup.html", FailureKind.UNREACHABLE),
        ("/odd/loop.html", FailureKind.HTTP_ERROR),
        ("/odd/bomb.html", FailureKind.TOO_LARGE),
        ("/odd/large.html", FailureKind.TOO_LARGE),
        ("/odd/soft404.html", FailureKind.EXTRACTION),
        ("/odd/ban.html", FailureKind.BLOCKED),
        ("/odd/empty.html", FailureKind.EMPTY),
        ("/odd/gone.html", FailureKind.HTTP_ERROR),
    ],
)
def test_misbehaviour_is_named(web: FakeWeb, path: str, kind: FailureKind) -> None:
    """Each way a page fails has its own kind, a detail to read, and a hint what to do."""
    report = crawl_paths(web, path, settings=replace(FAST, retries=0))
    (failure,) = report.failures
    assert failure.kind == kind
    assert failure.detail
    assert failure.hint
    assert not failure.is_list


def test_one_bad_page_never_stops_the_rest(web: FakeWeb) -> None:
    """All oddities and two good pages in one feed: the good ones arrive."""
    paths = ("cut", "loop", "bomb", "large", "soft404", "empty", "gone", "hangup")
    report = crawl_paths(
        web, *(f"/odd/{name}.html" for name in paths), "/odd/ok.html", settings=replace(FAST, retries=0)
    )
    assert [article.title for article in report.articles] == ["一篇正常的文章标题"]
    assert len(report.failures) == len(paths)


def test_a_reader_that_raises_is_a_bug_of_one_page(
    web: FakeWeb, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected exception in extraction is logged with traceback and costs only its page."""
    from crawler.extract import read_page as real

    def raising(page: object, name: str = "") -> object:
        if "flaky" in page.url:  # type: ignore[attr-defined]
            raise RuntimeError("boom")
        return real(page, name)  # type: ignore[arg-type]

    monkeypatch.setattr("crawler.spiders.article.read_page", raising)
    report = crawl_paths(web, "/odd/flaky.html", "/odd/ok.html")
    assert only_failure(report) == (FailureKind.BUG, "RuntimeError: boom")
    assert len(report.articles) == 1
    assert any(record.exc_info for record in caplog.records if record.name == "crawler")


def test_server_errors_are_retried(web: FakeWeb) -> None:
    """5xx, 5xx, 200 gives the article."""
    report = crawl_paths(web, "/odd/flaky.html")
    assert len(report.articles) == 1
    assert len(web.asked("/odd/flaky.html")) == 3


def test_empty_body_is_asked_once_more(web: FakeWeb) -> None:
    """A success without content is repeated once, not more."""
    report = crawl_paths(web, "/odd/empty-once.html", "/odd/empty.html")
    assert len(report.articles) == 1
    assert len(web.asked("/odd/empty-once.html")) == 2
    assert len(web.asked("/odd/empty.html")) == 2


def test_wrong_charsets_both_ways(web: FakeWeb) -> None:
    """UTF-8 labelled gb2312 and GB18030 labelled utf-8 are both read right."""
    report = crawl_paths(web, "/odd/utf8-as-gb2312.html", "/odd/gbk-as-utf8.html")
    titles = {article.title for article in report.articles}
    assert titles == {"标着国标的万国码文章", "标着万国码的国标文章：镕堃㙍"}


def test_redirected_page_is_known_by_its_first_address(web: FakeWeb) -> None:
    """The link that led to a page is one of its keys, so that the next poll does not fetch it again."""
    report = crawl_paths(web, "/odd/moved.html")
    (article,) = report.articles
    assert article.url == web.url("/odd/ok.html")
    assert web.url("/odd/moved.html") in article.keys
    again = run(job_for(SourceKind.FEED, web.url("/feed.xml"), known=frozenset(article.keys)))
    assert [skip.reason for skip in again.skipped] == ["known"]


def test_two_ways_to_one_article(web: FakeWeb) -> None:
    """A page that is linked twice, once by redirect, is one article."""
    report = crawl_paths(web, "/odd/moved.html", "/odd/ok.html")
    assert len(report.articles) == 1
    assert [skip.reason for skip in report.skipped] == ["duplicate"]


def test_conditional_get_and_unchanged(web: FakeWeb) -> None:
    """The second poll shows the validators; 304 is `unchanged`, and nothing is parsed or lost."""
    first = crawl_paths(web, "/odd/ok.html")
    url = web.url("/feed.xml")
    assert first.state.urls[url].etag
    second = run(job_for(SourceKind.FEED, url, state=first.state))
    assert second.unchanged
    assert second.found == 0
    assert second.state.urls[url] == replace(first.state.urls[url], unverified=1)
    assert (first.requests, second.requests) == (3, 2), "robots.txt each time: these crawls share no manners"
    assert web.asked("/feed.xml")[1].headers["if-none-match"] == first.state.urls[url].etag


def test_same_bytes_without_validators_are_unchanged(web: FakeWeb) -> None:
    """A server without ETag that sends the same bytes counts as unchanged by hash."""
    add_oddities(web)
    url = web.add("/plain.xml", rss(("一", web.url("/odd/ok.html"))), headers={"Content-Type": "text/xml"})
    first = run(job_for(SourceKind.FEED, url))
    second = run(job_for(SourceKind.FEED, url, state=first.state))
    assert not first.unchanged
    assert second.unchanged
    assert second.found == 0


def test_list_is_read_again_while_articles_are_missing(web: FakeWeb) -> None:
    """A list whose articles failed for the moment keeps no state: a 304 would hide them for ever."""
    report = crawl_paths(web, "/odd/hangup.html", "/odd/ok.html", settings=replace(FAST, retries=0))
    assert web.url("/feed.xml") not in report.state.urls
    lasting = crawl_paths(web, "/odd/gone.html", "/odd/ok.html", settings=replace(FAST, retries=0))
    assert web.url("/feed.xml") in lasting.state.urls


def test_cap_is_counted_and_comes_back(web: FakeWeb) -> None:
    """Articles over the cap are skips with a reason, and the list's state is not advanced."""
    for number in range(5):
        web.add(f"/n{number}.html", article_html(f"第{number}篇文章的标题文字"))
    url = feed_of(web, *(f"/n{number}.html" for number in range(5)))
    report = run(job_for(SourceKind.FEED, url, max_articles=2))
    assert len(report.articles) == 2
    assert [skip.reason for skip in report.skipped] == ["cap"] * 3
    assert url not in report.state.urls


def test_retry_after_reaches_the_report_and_the_host_rests(web: FakeWeb) -> None:
    """429 with Retry-After: no second request, the wait is in the failure, and other pages of the host wait too."""
    report = crawl_paths(web, "/odd/429.html", "/odd/ok.html")
    assert {failure.kind for failure in report.failures} == {FailureKind.HTTP_ERROR}
    assert all(failure.retry_after and failure.retry_after > 3000 for failure in report.failures)
    assert len(web.asked("/odd/429.html")) == 1
    assert not web.asked("/odd/ok.html")


def test_ban_page_rests_the_host_across_crawls(web: FakeWeb) -> None:
    """After a ban page nothing more is asked of the host, not by the next crawl either."""
    web.add("/list.html", BAN_PAGE)
    job, manners = job_for(SourceKind.LISTING, web.url("/list.html")), Manners()

    async def twice() -> tuple[CrawlReport, CrawlReport]:
        return await crawl(job, manners=manners), await crawl(job, manners=manners)

    first, second = run_with_reactor(twice)
    assert [report.failures[0].kind for report in (first, second)] == [FailureKind.BLOCKED] * 2
    assert first.failures[0].is_list
    assert second.failures[0].retry_after is not None
    assert len(web.asked("/list.html")) == 1


def test_feed_that_is_html_is_a_shape_failure(web: FakeWeb) -> None:
    """An HTML page in a feed's place is no empty feed."""
    add_oddities(web)
    report = run(job_for(SourceKind.FEED, web.url("/odd/html-feed.xml")))
    kind, detail = only_failure(report)
    assert kind == FailureKind.SHAPE
    assert "HTML" in detail
    assert report.failures[0].is_list
    assert report.pages == 0


def test_unreachable_list(web: FakeWeb) -> None:
    """A port where nobody listens."""
    with FakeWeb() as gone:
        url = gone.url("/feed.xml")
    report = run(job_for(SourceKind.FEED, url, settings=replace(FAST, retries=0, obey_robots=False)))
    (failure,) = report.failures
    assert failure.kind == FailureKind.UNREACHABLE
    assert failure.is_list


def test_deadline_reports_what_was_not_fetched(web: FakeWeb) -> None:
    """A dripping page does not hold the crawl beyond its deadline; the rest is reported, not forgotten."""
    add_oddities(web)
    url = feed_of(web, "/odd/drip.html", "/odd/ok.html")
    started = time.monotonic()
    report = run(job_for(SourceKind.FEED, url, deadline=1.0))
    assert time.monotonic() - started < 4
    assert {failure.kind for failure in report.failures} <= {FailureKind.DEADLINE, FailureKind.UNREACHABLE}
    assert report.found == 2
    assert report.failures
    assert url not in report.state.urls


def test_cancelled_crawl_closes(web: FakeWeb) -> None:
    """Cancelling a crawl ends it at once, and the next crawl in the process works."""
    add_oddities(web)
    url = feed_of(web, "/odd/drip.html")

    async def cancel() -> float:
        task = asyncio.ensure_future(crawl(job_for(SourceKind.FEED, url)))
        while not web.asked("/odd/drip.html"):
            await asyncio.sleep(0.01)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - started

    assert run_with_reactor(cancel) < 3
    assert run(job_for(SourceKind.FEED, feed_of(web, "/odd/ok.html"))).articles


def test_crawls_run_again_and_together_in_one_process(web: FakeWeb) -> None:
    """Twelve crawls at a time, twice, on one reactor; no thread is left over."""
    add_oddities(web)
    job = job_for(SourceKind.FEED, feed_of(web, "/odd/ok.html"))
    before = {thread.name for thread in threading.enumerate()}

    async def many() -> list[CrawlReport]:
        return await asyncio.gather(*(crawl(job) for _ in range(12)))

    for _ in range(2):
        for report in run_with_reactor(many):
            check_law(report)
            assert len(report.articles) == 1
    left = {thread.name for thread in threading.enumerate() if "Thread-" not in thread.name}
    assert left <= before


def test_spacing_is_kept_across_crawls(web: FakeWeb) -> None:
    """Two sources on one host with shared manners keep the host's delay together."""
    add_oddities(web)
    web.add("/one.xml", rss(("一", web.url("/odd/ok.html"))))
    web.add("/two.xml", rss())
    settings = replace(FAST, delay=0.15)
    jobs = [job_for(SourceKind.FEED, web.url(path), settings=settings) for path in ("/one.xml", "/two.xml")]
    manners = Manners()

    async def both() -> list[CrawlReport]:
        return await asyncio.gather(*(crawl(job, manners=manners) for job in jobs))

    run_with_reactor(both)
    times = sorted(request.at for request in web.requests)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) >= 4
    assert min(gaps) > 0.1


class TestRobots:
    """robots.txt is obeyed, and fails closed."""

    def crawl_with(self, web: FakeWeb, answer: FakeResponse | str) -> CrawlReport:
        add_oddities(web)
        web.add("/robots.txt", answer)
        return run(job_for(SourceKind.FEED, feed_of(web, "/odd/ok.html"), settings=replace(FAST, retries=0)))

    def test_missing_allows(self, web: FakeWeb) -> None:
        """404 means no rules."""
        add_oddities(web)
        assert run(job_for(SourceKind.FEED, feed_of(web, "/odd/ok.html"))).articles

    def test_html_counts_as_none(self, web: FakeWeb) -> None:
        """A single-page site answers every path with its shell."""
        assert self.crawl_with(web, "<!DOCTYPE html><html><body>Disallow: /</body></html>").articles

    def test_disallowed_article(self, web: FakeWeb) -> None:
        """A forbidden page is not fetched; its list still is."""
        report = self.crawl_with(web, "User-agent: *\nDisallow: /odd/\n")
        assert only_failure(report)[0] == FailureKind.ROBOTS
        assert not web.asked("/odd/ok.html")

    def test_server_error_forbids_all(self, web: FakeWeb) -> None:
        """What is not known to be allowed is not fetched."""
        report = self.crawl_with(web, FakeResponse(status=500))
        kind, detail = only_failure(report)
        assert (kind, detail.startswith("HTTP 500 (")) == (FailureKind.HTTP_ERROR, True)
        assert "robots.txt" in detail
        assert not web.asked("/feed.xml")

    def test_hang_up_forbids_all(self, web: FakeWeb) -> None:
        """Unreachable rules forbid; told as a fault of the network, not as a rule."""
        report = self.crawl_with(web, FakeResponse(hang_up=True))
        assert only_failure(report)[0] == FailureKind.UNREACHABLE
        assert not web.asked("/feed.xml")

    def test_a_host_that_is_down_is_unreachable(self, web: FakeWeb) -> None:
        """Not forbidden by robots.txt: the hint is about the network; another crawl of the same process is told the same."""
        with FakeWeb() as gone:
            url = gone.url("/feed.xml")
        job, manners = job_for(SourceKind.FEED, url, settings=replace(FAST, retries=0)), Manners()

        async def twice() -> list[CrawlReport]:
            return [await crawl(job, manners=manners) for _ in range(2)]

        for report in run_with_reactor(twice):
            (failure,) = report.failures
            assert (failure.kind, failure.url, failure.is_list) == (FailureKind.UNREACHABLE, url, True)
            assert "refused" in failure.detail
            assert failure.hint == "try later"

    def test_an_article_on_a_host_that_is_down_is_asked_for_again(self, web: FakeWeb) -> None:
        """Its list does not count as read: what the network kept from us today may come tomorrow."""
        add_oddities(web)
        with FakeWeb() as gone:
            url = web.add("/feed.xml", rss(("一", gone.url("/a.html"))))
        source = {"allow_private": True}
        report = run(job_for(SourceKind.FEED, url, settings=replace(FAST, retries=0), source=source))
        assert only_failure(report)[0] == FailureKind.UNREACHABLE
        assert url not in report.state.urls

    def test_closed_before_robots_came_is_a_matter_of_time(self, web: FakeWeb) -> None:
        """A deadline that passes while robots.txt drips is reported as the deadline."""
        web.add("/robots.txt", FakeResponse(body=b"x" * 100, drip=0.2))
        url = web.add("/feed.xml", rss())
        report = run(job_for(SourceKind.FEED, url, settings=replace(FAST, retries=0), deadline=0.3))
        assert only_failure(report)[0] == FailureKind.DEADLINE

    def test_fetched_once_for_many_crawls(self, web: FakeWeb) -> None:
        """Shared manners remember the rules."""
        add_oddities(web)
        job, manners = job_for(SourceKind.FEED, feed_of(web, "/odd/ok.html")), Manners()

        async def three() -> None:
            for _ in range(3):
                await crawl(job, manners=manners)

        run_with_reactor(three)
        assert len(web.asked("/robots.txt")) == 1


def test_scrapy_is_quiet(web: FakeWeb, caplog: pytest.LogCaptureFixture) -> None:
    """A crawl logs nothing of Scrapy's below WARNING, and nothing at all when all goes well."""
    with caplog.at_level(logging.INFO):
        crawl_paths(web, "/odd/ok.html")
    assert [record.getMessage() for record in caplog.records if record.name.startswith(("scrapy", "twisted"))] == []


def test_known_links_are_skipped(web: FakeWeb) -> None:
    """Canonical URLs and identity keys that are stored already are not fetched."""
    report = crawl_paths(web, "/odd/ok.html", "/odd/flaky.html")
    again = run(
        job_for(
            SourceKind.FEED,
            web.url("/feed.xml"),
            known=frozenset(article.canonical_url for article in report.articles),
        )
    )
    assert [skip.reason for skip in again.skipped] == ["known", "known"]


def test_stale_state_of_other_urls_is_kept(web: FakeWeb) -> None:
    """A list that could not be asked this time does not lose the state of its neighbours."""
    add_oddities(web)
    other = UrlState(etag='"kept"')
    state = SourceState(urls={"http://elsewhere.example/": other})
    report = run(job_for(SourceKind.FEED, feed_of(web, "/odd/ok.html"), state=state))
    assert report.state.urls["http://elsewhere.example/"] == other


def test_proxy_sees_real_hosts(web: FakeWeb) -> None:
    """With a proxy set, a source on a real host name is answered by the fake web."""
    web.add("http://news.example/feed.xml", rss(("一", "http://news.example/a.html")))
    web.add("http://news.example/a.html", lambda request: article_html(f"来自{request.host}的文章"))

    def no_robots(request: FakeRequest) -> FakeResponse:
        return FakeResponse(status=404)

    web.add("/robots.txt", no_robots)
    report = run(job_for(SourceKind.FEED, "http://news.example/feed.xml", settings=replace(FAST, proxy=web.proxy)))
    assert [article.title for article in report.articles] == ["来自news.example的文章"]
