"""Every government, procurement and newsroom entry that is not off, from its replica: list, article, fields, backfill."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from crawler import CrawlJob, CrawlReport, FailureKind, SourceSpec
from crawler.catalogue import EntryState, entries, entry
from crawler.urls import canonicalise
from tests.crawler.conftest import FAST, run
from tests.fakeweb import FakeRequest, FakeResponse, FakeWeb, gov
from tests.fakeweb import gov_procurement as procurement
from tests.fakeweb.catalogue import GOVERNMENT, on_loopback
from tests.fakeweb.gov import Golden

NOW = dt.datetime.now(dt.UTC)
FILES = ("government.yaml", "tenders.yaml", "insurers.yaml")
SHIPPED = [found for found in entries() if found.file in FILES]
LIVE = [found.name for found in SHIPPED if found.state is not EntryState.OFF]


def crawl(web: FakeWeb, spec: SourceSpec, **changes: Any) -> CrawlReport:
    settings = replace(FAST, proxy=web.proxy, max_articles=1000, deadline=60.0)
    return run(CrawlJob(source=spec, settings=settings, **changes))


def check(report: CrawlReport, goldens: tuple[Golden, ...]) -> None:
    """The articles are the golden ones, field by field; no failure."""
    assert report.failures == ()
    found = {article.canonical_url: article for article in report.articles}
    wanted = {canonicalise(golden.url): golden for golden in goldens}
    assert set(found) == set(wanted)
    for url, golden in wanted.items():
        article = found[url]
        read = Golden(
            url=golden.url, title=article.title, published=article.published or NOW, source=article.source,
            text=article.text, attachments=article.attachments, page=article.page,
        )  # fmt: skip
        assert read == golden


def test_every_live_entry_has_a_replica() -> None:
    """No entry ships switched on that was never crawled."""
    assert sorted(GOVERNMENT) == sorted(LIVE)


@pytest.mark.parametrize("name", LIVE)
def test_poll(web: FakeWeb, name: str) -> None:
    """List to article, fields equal to golden, from one page of each list."""
    found = entry(name)
    replica = GOVERNMENT[name](web, found, NOW)
    check(crawl(web, on_loopback(found)), replica.first)


@pytest.mark.parametrize("name", LIVE)
def test_backfill(web: FakeWeb, name: str) -> None:
    """Paged back to the first of the replica's articles; nothing is missing, nothing is older than asked for."""
    found = entry(name)
    replica = GOVERNMENT[name](web, found, NOW)
    oldest = min(golden.published for golden in replica.all)
    report = crawl(web, on_loopback(found), since=oldest - dt.timedelta(days=1), max_pages=50)
    check(report, replica.all)
    assert report.pages >= replica.pages


@pytest.mark.parametrize("name", LIVE)
def test_a_backfill_stops_at_its_beginning(web: FakeWeb, name: str) -> None:
    """What is older than `since` is not fetched, and what was stored already is not fetched again."""
    found = entry(name)
    replica = GOVERNMENT[name](web, found, NOW)
    days = sorted({golden.published for golden in replica.all})
    since = days[len(days) // 2]
    # Bare dates count whole: one more day may come.
    inside = {canonicalise(golden.url) for golden in replica.all if golden.published >= since}
    around = {canonicalise(golden.url) for golden in replica.all if golden.published >= since - dt.timedelta(days=1)}
    known = frozenset(sorted(inside)[::2])
    report = crawl(web, on_loopback(found), since=since, max_pages=50, known=known)
    fetched = {article.canonical_url for article in report.articles}
    assert inside - known <= fetched <= around - known


class TestNotSuccess:
    """Status 200 that is none."""

    def test_captcha_code_ends_the_round(self, web: FakeWeb) -> None:
        """Code 829: blocked, the host rests, no further keyword is asked."""
        found = entry("ggzy-results")
        body = b'{"code":829,"message":"\xe8\xaf\xb7\xe8\xbe\x93\xe5\x85\xa5\xe9\xaa\x8c\xe8\xaf\x81\xe7\xa0\x81","data":null}'
        url = gov.plain(found.urls[0])
        web.add(url, body, headers=gov.JSON)
        report = crawl(web, on_loopback(found, delay=0.05))
        assert {failure.kind for failure in report.failures} == {FailureKind.BLOCKED}
        assert len(report.failures) == len(found.options["keywords"])
        assert len(web.asked(url)) <= 2  # one may be under way while the first answer is read

    def test_patience_is_asked_for_twice(self, web: FakeWeb) -> None:
        """Code 800 is repeated once, then it is a failure that may pass."""
        found = entry("ggzy-results")
        url = gov.plain(found.urls[0])
        web.add(url, b'{"code":800,"message":"later","data":null}', headers=gov.JSON)
        spec = on_loopback(found)
        report = crawl(web, replace(spec, options={**spec.options, "keywords": ["x"]}))
        assert [failure.kind for failure in report.failures] == [FailureKind.HTTP_ERROR]
        assert len(web.asked(url)) == 2

    def test_capped_beyond_all_slices_is_said(self, web: FakeWeb) -> None:
        """Where even one province has more rows of one day than the site shows, the report says so."""
        found = entry("ggzy-results")
        record = {"id": "1", "title": "t", "publishTime": f"{NOW:%Y-%m-%d}", "url": "/information/html/a/1/1.shtml"}

        def listing(request: FakeRequest) -> bytes:
            records = [record] if request.form["PAGENUMBER"] == "1" else []
            return procurement._json({"code": 200, "data": {"records": records, "total": 1000}})

        web.add(gov.plain(found.urls[0]), listing, headers=gov.JSON)
        spec = on_loopback(found)
        spec = replace(spec, options={**spec.options, "keywords": ["x"]})
        report = crawl(web, spec, since=NOW - dt.timedelta(days=1), max_pages=5)
        said = [failure for failure in report.failures if failure.is_list]
        provinces = found.options["split"][0]["values"]
        assert len(said) == 2 * len(provinces)  # two days
        assert {failure.kind for failure in said} == {FailureKind.TOO_LARGE}
        assert "1000" in said[0].detail

    def test_throttled_detail(self, web: FakeWeb) -> None:
        """Code 999 on an article: blocked, to be asked again later, the host rests."""
        found = entry("ccgp-shandong")
        procurement.serve_shandong(web, found.urls[0], tuple(found.options["keywords"]), NOW)
        detail = "http://www.ccgp-shandong.gov.cn:8087/api/website/site/getDetail"
        web.add(detail, b'{"code":999,"msg":"x"}', headers=gov.JSON)
        report = crawl(web, on_loopback(found, delay=0.05))
        assert report.articles == ()
        assert {failure.kind for failure in report.failures} == {FailureKind.BLOCKED}
        assert len(web.asked(detail)) <= 2  # one may be under way while the first answer is read

    def test_a_record_without_text_or_origin(self, web: FakeWeb) -> None:
        """It fails by name, and does not vanish."""
        found = entry("ggzy-results")
        replica = procurement.serve_ggzy(web, found.urls[0], "0202", NOW)
        for golden in replica.first[:1]:
            web.add(golden.url.replace("/a/", "/b/"), "<html><h4 class='h4_o'>题</h4><div id='mycontent'></div></html>")
        report = crawl(web, on_loopback(found))
        assert [failure.kind for failure in report.failures] == [FailureKind.EXTRACTION]
        assert len(report.articles) == len(replica.first) - 1

    def test_a_redesigned_hanweb_page(self, web: FakeWeb) -> None:
        """A list page without the family's marks has changed its shape, which is not an empty list."""
        found = replace(entry("nhsa"), urls=entry("nhsa").urls[:1])
        web.add(gov.plain(found.urls[0]), "<html><body><p>改版中</p></body></html>")
        assert [failure.kind for failure in crawl(web, on_loopback(found)).failures] == [FailureKind.SHAPE]

    def test_a_front_page_that_fails_is_no_reason_to_give_up(self, web: FakeWeb) -> None:
        """The lists tell for themselves."""
        found = entry("nfra-news")
        replica = gov.serve_nfra(web, found.urls[0], 915, NOW)
        seen: list[FakeRequest] = []

        def front(request: FakeRequest) -> FakeResponse:
            seen.append(request)
            return FakeResponse(status=404, headers=(("Set-Cookie", "visited=1; Path=/"),))

        web.add("http://www.nfra.gov.cn/", front)
        check(crawl(web, on_loopback(found)), replica.first)
        assert len(seen) == 1


class TestSearch:
    """The procurement search, which ships switched off."""

    def test_rows_and_stub(self, web: FakeWeb) -> None:
        """The stub is asked past; dates come from the row's line and not from its snippet; pages end where rows repeat."""
        found = entry("ccgp-search")
        replica = procurement.add_search(web, NOW)
        spec = on_loopback(found, page="ccgp")
        since = NOW - dt.timedelta(days=30)
        report = crawl(
            web, replace(spec, options={**spec.options, "keywords": [procurement.WORD]}), since=since, max_pages=9
        )
        assert report.found == len(replica.all)
        asked = web.asked("http://search.ccgp.gov.cn/bxsearch")
        assert [request.params["page_index"] for request in asked] == ["1", "1", "2", "3", "4"]
        assert asked[0].params["start_time"] == f"{since.astimezone(gov.CHINA):%Y:%m:%d}"

    def test_a_ban_is_a_rest_of_hours(self, web: FakeWeb) -> None:
        """The ban page ends the crawl at once: the other keywords are not asked."""
        found = entry("ccgp-search")
        ban = "<html><head><title>频繁访问!</title></head><body>您的IP：203.0.113.7</body></html>"
        web.add("http://search.ccgp.gov.cn/bxsearch", ban)
        report = crawl(web, on_loopback(found))
        assert {failure.kind for failure in report.failures} == {FailureKind.BLOCKED}
        assert len(web.asked("http://search.ccgp.gov.cn/bxsearch")) == 1
        assert found.rest == 6 * 3600
        assert found.delay is not None
        assert found.delay >= 30
