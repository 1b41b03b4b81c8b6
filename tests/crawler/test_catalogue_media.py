"""Media, feeds and English of the catalogue, each crawled from a replica of its site: list to article to golden fields.

`golden_media.json` is reviewed like code. To see what a change does to it: `python -m tests.crawler.test_catalogue_media`
prints the fields as they are read now.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.extract import Reading, body_problem, published_passes, title_passes
from crawler import (
    CrawlReport,
    ExtractionError,
    FailureKind,
    SourceDefinitionError,
    SourceKind,
    SourceSpec,
    check_source,
    extract_page,
)
from crawler.catalogue import CatalogueEntry, EntryState, entries, entry
from crawler.items import CrawledArticle, CrawlJob
from crawler.urls import join
from tests.crawler.conftest import FAST, job_for, run
from tests.fakeweb import FakeResponse, FakeWeb
from tests.fakeweb.catalogue import MEDIA, on_loopback
from tests.fakeweb.media import JSON, as_json, html_paragraphs, page, paragraphs
from tests.fakeweb.media_feeds import ENGLISH, FEEDS
from tests.fakeweb.media_press import gov_cn_article

CHINA = dt.timezone(dt.timedelta(hours=8))
FILES = {"media.yaml", "english.yaml"}
SHIPPED = [one for one in entries() if one.file in FILES and one.state is not EntryState.OFF]
GOLDEN_FILE = Path(__file__).with_name("golden_media.json")
GOLDEN: Mapping[str, Any] = json.loads(GOLDEN_FILE.read_text(encoding="utf-8"))

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "pages_zh"
SITE_URLS = {
    "stcn": "https://www.stcn.com/article/detail/1.html",
    "thepaper": "https://www.thepaper.cn/newsDetail_forward_1",
}
REAL_PAGES = (
    [
        gold
        for gold in map(json.loads, (CORPUS / "gold.jsonl").read_text(encoding="utf-8").splitlines())
        if gold["site"] in {"sina", "stcn", "thepaper"}
    ]
    if CORPUS.is_dir()
    else []
)

PAGED = {
    "eastmoney-search": 3,
    "eastmoney-search-products": 3,
    "eastmoney-columns": 3,
    "eastmoney-flashes": 3,
    "eastmoney-insurance": 3,
    "sina-roll": 3,
    "stcn-finance": 3,
    "people-finance": 3,
    "gov-cn-policy-search": 3,
    "thepaper-finance": 3,
    "thepaper-accounts": 3,
    "chinanews-scroll": 3,
    "21jingji-insurance": 3,
    "ce-insurance": 3,
    "china-finance-insurance": 3,
    "cbimc-search": 3,
    "huibaoxian": 3,
    "caixin-global": 3,
    "wewe-rss": 3,
}
"""Articles that a backfill finds, by entry; each replica has three pages."""


def spec_of(one: CatalogueEntry) -> SourceSpec:
    """The entry as it ships, without its spacing."""
    return on_loopback(one)


def crawl_entry(web: FakeWeb, name: str, **changes: Any) -> CrawlReport:
    """One crawl of an entry from its replica."""
    MEDIA[name](web)
    return run(CrawlJob(source=spec_of(entry(name)), settings=replace(FAST, proxy=web.proxy), **changes))


def fields(report: CrawlReport) -> dict[str, Any]:
    """A report as the golden file holds it; times in China to the minute, or the bare day."""
    found = []
    for article in sorted(report.articles, key=lambda one: one.canonical_url):
        local = article.published.astimezone(CHINA) if article.published else None
        form = "%Y-%m-%d %H:%M" if article.published_precision == "minute" else "%Y-%m-%d"
        found.append(
            {
                "url": article.canonical_url,
                "title": article.title,
                "published": local.strftime(form) if local else "",
                "source": article.source,
                "author": article.author,
                "lang": article.lang,
                "page": article.page,
                "keys": list(article.keys),
                "stock_codes": list(article.stock_codes),
                "text": article.text.split("\n"),
            }
        )
    return {
        "articles": found,
        "failures": sorted(failure.kind for failure in report.failures),
        "skipped": sorted(skip.reason for skip in report.skipped),
    }


@pytest.mark.parametrize("name", [one.name for one in SHIPPED])
def test_list_to_article(web: FakeWeb, name: str) -> None:
    """Every entry that is not off reads its replica: the fields of each article are the golden ones, nothing is missing."""
    got = fields(crawl_entry(web, name))
    got["articles"] = _without_port(got["articles"], web)
    assert got == GOLDEN[name]


@pytest.mark.parametrize("name", PAGED)
def test_backfill(web: FakeWeb, name: str) -> None:
    """Where paging is known, three pages are read, each article once, and paging ends by itself."""
    report = crawl_entry(web, name, max_pages=50)
    assert report.pages >= 3
    assert len({article.canonical_url for article in report.articles}) == PAGED[name]
    assert {failure.kind for failure in report.failures if failure.is_list} <= {FailureKind.HTTP_ERROR}


@pytest.mark.parametrize("name", ["sina-roll", "stcn-finance", "eastmoney-columns"])
def test_backfill_stops_at_since(web: FakeWeb, name: str) -> None:
    """A list whose newest item is too old is the last that is read."""
    since = dt.datetime(2026, 12, 1, tzinfo=CHINA)
    report = crawl_entry(web, name, since=since)
    assert (report.pages, len(report.articles), [skip.reason for skip in report.skipped]) == (1, 0, ["too_old"])


def test_every_entry_has_a_replica_and_a_golden_file() -> None:
    """Nothing ships untested; nothing is tested that does not ship; whatever pages by its definition is backfilled."""
    names = {one.name for one in SHIPPED}
    assert names <= set(MEDIA)
    assert names == set(GOLDEN)
    paging = {one.name for one in SHIPPED if {"page", "page_url", "next", "page_param"} & set(one.options)}
    assert paging <= set(PAGED)


class TestFlashes:
    """Paging by cursor."""

    def test_cursor_is_followed_and_its_repetition_ends_it(self, web: FakeWeb) -> None:
        """The reply's cursor is sent with the next request; the cursor that repeats is not asked again."""
        crawl_entry(web, "eastmoney-flashes", max_pages=50)
        asked = [request.params["sortEnd"] for request in web.requests if request.path.endswith("getFastNewsList")]
        assert asked == ["", "c1", "c2"]

    def test_a_reply_without_cursor_is_the_last(self, web: FakeWeb) -> None:
        """No cursor, no next page."""
        reply = {"data": {"list": [{"u": "http://a.example/1.html", "t": "题", "x": "正文"}]}}
        url = web.add("/api", as_json(reply), headers=JSON)
        options = {
            "items": "data.list",
            "fields": {"url": "u", "title": "t", "text": "x"},
            "page": {"name": "c", "cursor": "data.next"},
        }
        report = run(job_for(SourceKind.API, url, source={"options": options}, max_pages=5))
        assert (report.pages, len(report.articles)) == (1, 1)


class TestXinhua:
    """Rows that stand for several links."""

    def test_placed_links_carry_no_date_of_the_list(self, web: FakeWeb) -> None:
        """What an editor placed on 8 October was published when its own page says; an outside link is not followed."""
        report = crawl_entry(web, "xinhua-fortune")
        assert sorted(article.title for article in report.articles) == [f"新华第{n}号新闻标题" for n in (1, 2, 3, 4, 5)]
        assert {article.published.astimezone(CHINA).month for article in report.articles if article.published} == {9}
        assert not [request for request in web.requests if request.host == "video.example"]

    def test_a_file_without_rows_is_an_error(self, web: FakeWeb) -> None:
        """A missing list has changed its shape; it is not an empty day."""
        spec = spec_of(entry("xinhua-fortune"))
        web.add(spec.urls[0], as_json({"categoryName": "财经"}), headers=JSON)
        report = run(CrawlJob(source=spec, settings=replace(FAST, proxy=web.proxy)))
        assert [failure.kind for failure in report.failures] == [FailureKind.SHAPE]


class TestToken:
    """A visitor's token."""

    def test_asked_for_once_a_crawl_and_shown_each_time(self, web: FakeWeb) -> None:
        """One request for the token, four pages with it; adverts and topic pages are not read."""
        crawl_entry(web, "21jingji-insurance", max_pages=50)
        lists = [request for request in web.requests if request.path == "/channel/Insurance"]
        assert [request.headers["authorization"] for request in lists] == ["Bearer visitor"] * 4
        assert len([request for request in web.requests if request.path == "/reader/cbhChannelAuth"]) == 1
        assert not [request for request in web.requests if "/ad/" in request.path or "jujiao" in request.path]

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (FakeResponse(status=493, body=b"JFE Forbidden"), FailureKind.HTTP_ERROR),
            (FakeResponse(body=b'{"status": 0}'), FailureKind.SHAPE),
            (FakeResponse(body=b'{"status": 0, "token": ""}'), FailureKind.HTTP_ERROR),
            (FakeResponse(body=b"<html></html>"), FailureKind.SHAPE),
        ],
    )
    def test_no_token_no_list(self, web: FakeWeb, answer: FakeResponse, kind: FailureKind) -> None:
        """A refusal is a typed failure of the list, and nothing further is asked."""
        spec = spec_of(entry("21jingji-insurance"))
        web.add("http://m.21jingji.com/reader/cbhChannelAuth", answer)
        report = run(CrawlJob(source=spec, settings=replace(FAST, proxy=web.proxy, retries=0)))
        assert [(failure.kind, failure.is_list) for failure in report.failures] == [(kind, True)]
        assert not [request for request in web.requests if request.path == "/channel/Insurance"]


class TestSearchFeeds:
    """Feeds by keyword."""

    def test_one_request_a_keyword(self, web: FakeWeb) -> None:
        """Keywords are escaped into the address."""
        crawl_entry(web, "google-news")
        asked = [request.params["q"] for request in web.requests if request.path == "/rss/search"]
        wanted = [f"{word} when:7d" for word in entry("google-news").options["keywords"]]
        assert sorted(asked) == sorted(wanted)

    def test_backfill_by_date(self, web: FakeWeb) -> None:
        """A window is cut into weeks; `before:` names the first day that is not wanted."""
        start, end = dt.datetime(2026, 9, 8, tzinfo=CHINA), dt.datetime(2026, 9, 27, 12, tzinfo=CHINA)
        FEEDS["google-news"](web)
        spec = spec_of(entry("google-news"))
        spec = replace(spec, options={**spec.options, "keywords": ["惠民保"]})
        report = run(CrawlJob(source=spec, settings=replace(FAST, proxy=web.proxy), since=start, until=end))
        asked = [request.params["q"] for request in web.requests if request.path == "/rss/search"]
        assert asked == [
            "惠民保 after:2026-09-21 before:2026-09-28",
            "惠民保 after:2026-09-14 before:2026-09-21",
            "惠民保 after:2026-09-08 before:2026-09-14",
        ]
        assert report.pages == 3

    def test_wrapped_links_are_one_article(self, web: FakeWeb) -> None:
        """Bing's wrapper differs on every fetch; the address inside it does not."""
        report = crawl_entry(web, "bing-news")
        assert (report.found, [article.url for article in report.articles]) == (1, ["http://example.cn/a/1.html"])

    def test_html_in_place_of_a_feed(self, web: FakeWeb) -> None:
        """Bing answered HTML once: a change of shape, not an empty result."""
        web.add("http://www.bing.com/news/search", "<!DOCTYPE html><html><body>results</body></html>")
        spec = spec_of(entry("bing-news"))
        spec = replace(spec, options={**spec.options, "keywords": ["惠民保"]})
        report = run(CrawlJob(source=spec, settings=replace(FAST, proxy=web.proxy)))
        assert [failure.kind for failure in report.failures] == [FailureKind.SHAPE]


class TestOffEntries:
    """What a user may switch on."""

    def test_bridge_without_texts_gives_headlines(self, web: FakeWeb) -> None:
        """The chat site is not asked, since its robots.txt forbids it: an entry without text stays a headline."""
        report = crawl_entry(web, "wewe-rss", max_pages=50)
        assert {article.text for article in report.articles} == {f"公众号第{n}号文章标题" for n in (1, 2, 3)}
        assert {request.host.split(":")[0] for request in web.requests} == {"127.0.0.1"}

    def test_bridge_with_texts(self, web: FakeWeb) -> None:
        """With `mode=fulltext` the feed carries the article; the site's own id is its key."""
        FEEDS["wewe-rss"](web)
        spec = replace(
            spec_of(entry("wewe-rss")), urls=("http://127.0.0.1:4000/feeds/all.json?limit=30&mode=fulltext",)
        )
        report = run(CrawlJob(source=spec, settings=replace(FAST, proxy=web.proxy)))
        (article,) = report.articles
        assert article.text == "\n".join(paragraphs(1))
        assert article.keys == ("weixin:abcdefghijklmnop1",)
        assert article.published == dt.datetime(2026, 9, 21, 0, 31, tzinfo=dt.UTC)

    def test_machine_translation(self, web: FakeWeb) -> None:
        """The aggregator's name is no part of the title, and its clock is not the publication's."""
        (article,) = crawl_entry(web, "min-news").articles
        assert (article.title, article.page, article.lang) == ("Which company won the care project?", "min.news", "en")
        assert (article.published, article.published_precision) == (
            dt.datetime(2026, 9, 23, tzinfo=CHINA),
            "day",
        )
        assert article.text == "\n".join(ENGLISH)


class TestPages:
    """What page objects do with pages that hold no article."""

    @pytest.mark.parametrize(
        "url",
        [
            "https://www.thepaper.cn/newsDetail_forward_30000001",
            "https://finance.sina.com.cn/x/doc-inhksqzw0000001.shtml",
            "https://www.stcn.com/article/detail/1.html",
            "https://www.news.cn/fortune/20260921/0/c.html",
            "https://m.21jingji.com/article/20260921/herald/0.html",
        ],
    )
    def test_unknown_markup_falls_back(self, url: str) -> None:
        """A redesigned page is still read, by general evidence, and says so."""
        body = f"<html><body><h1>改版以后的新闻标题</h1><div>{''.join(f'<p>{p}</p>' for p in paragraphs(1))}</div></body></html>"
        article = read(body, url)
        assert (article.page, article.title) == ("generic", "改版以后的新闻标题")

    def test_a_publishing_system_is_no_editors_note(self) -> None:
        """The generic reader takes `trs_editor_view` for the body that it is."""
        article = read(gov_cn_article(1), "https://some.example/content_1.htm")
        assert (article.page, article.text) == ("generic", "\n".join(paragraphs(1)))

    def test_older_pages_of_the_paper(self) -> None:
        """Markup instead of data; the byline is author and source, author alone, or a medium alone."""
        byline = '<div class="news_about"><p>{}</p><p>2019-09-24 09:10<span>{}</span></p></div>'
        url = "https://www.thepaper.cn/newsDetail_forward_4506347"
        for first, second, author, source in (
            ("某某/某某报", "", "某某", "某某报"),
            ("澎湃新闻记者 某某", " 来源：澎湃新闻", "某某", "澎湃新闻"),
            ("新华社", "", "", "新华社"),
        ):
            inside = f'<h1 class="news_title">旧版第一号标题</h1>{byline.format(first, second)}<div class="news_txt">{html_paragraphs(1)}</div>'
            article = read(page("旧版", inside), url)
            assert (article.page, article.title, article.author, article.source) == (
                "thepaper",
                "旧版第一号标题",
                author,
                source,
            )
            assert article.published == dt.datetime(2019, 9, 24, 9, 10, tzinfo=CHINA)

    def test_older_pages_of_stcn(self) -> None:
        """The byline is one line with the date first."""
        byline = '<div class="info">2019-09-26 12:11<span>来源：证券时报网</span><span>作者：某某</span></div>'
        inside = f'<div class="intal_tit"><h2>旧版第二号标题</h2>{byline}</div><div class="txt_con" id="ctrlfscont">{html_paragraphs(2)}</div>'
        article = read(page("旧版", inside), "https://kuaixun.stcn.com/2019/0926/15408888.shtml")
        assert (article.page, article.title, article.author, article.source) == (
            "stcn",
            "旧版第二号标题",
            "某某",
            "证券时报网",
        )
        assert article.published == dt.datetime(2019, 9, 26, 12, 11, tzinfo=CHINA)

    @pytest.mark.parametrize(
        ("body", "url"),
        [
            ('{"code": 0, "data": {"content": ""}}', "https://u.caixinglobal.com/get/reading.do?id=1"),
            ('{"code": 1, "data": null}', "https://u.caixinglobal.com/get/reading.do?id=1"),
            ("<html><script id='__NEXT_DATA__'>{}</script></html>", "https://m.thepaper.cn/detail/30000001"),
            ("<html><script id='__NEXT_DATA__'>no json</script></html>", "https://m.thepaper.cn/detail/30000001"),
            ("<html><div class='detail-content'> </div></html>", "https://www.stcn.com/article/detail/1.html"),
        ],
    )
    def test_pages_without_article(self, body: str, url: str) -> None:
        """Paid texts, changed data and empty bodies are errors of extraction, never empty articles."""
        with pytest.raises(ExtractionError):
            read(body, url)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real pages is not beside the project")
@pytest.mark.parametrize("gold", REAL_PAGES, ids=lambda gold: gold["file"])
def test_real_pages(gold: dict[str, Any]) -> None:
    """Saved pages of the sites that have a page object are read by it: headline, time, body, source and author."""
    url = gold["url"] or SITE_URLS[gold["site"]]
    article = extract_page((CORPUS / gold["file"]).read_bytes(), url, fetched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    reading = Reading(article.title, article.published, article.text)
    assert article.page == gold["site"]
    assert title_passes(gold, reading)
    assert published_passes(gold, reading)
    assert body_problem(gold, reading) == ""
    assert (article.source, article.author) == (gold["source"] or "", gold["author"] or "")


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("//htm/kb/20260928/6165.html", "http://site.example/htm/kb/20260928/6165.html"),
        ("//cdn.example/kb/1.html", "http://cdn.example/kb/1.html"),
        ("/htm/kb/1.html", "http://site.example/htm/kb/1.html"),
    ],
)
def test_doubled_slash_is_no_host(link: str, absolute: str) -> None:
    """A site's slip is mended; an address that only leaves the scheme out is kept."""
    assert join("http://site.example/htm/kb/", link) == absolute


class TestScriptCalls:
    """Lists that are a script call around a string of HTML."""

    @pytest.mark.parametrize("body", ["<html>moved</html>", 'callback({"a": 1})', "callback("])
    def test_anything_else_is_a_change_of_shape(self, web: FakeWeb, body: str) -> None:
        """HTML without the call, a call around something else, a cut call."""
        url = web.add("/more.php", body)
        report = run(job_for(SourceKind.LISTING, url, source={"options": {"jsonp": True, "item": ".c"}}))
        assert [failure.kind for failure in report.failures] == [FailureKind.SHAPE]


@pytest.mark.parametrize(
    ("kind", "url", "options", "problem"),
    [
        ("api", "http://x.example/", {"fields": {"url": "u"}, "page": {"name": "p", "cursor": 1}}, "page.cursor"),
        (
            "api",
            "http://x.example/",
            {"fields": {"url": "u"}, "token": {"url": "http://x.example/t"}},
            "option 'token'",
        ),
        ("api", "http://x.example/", {"fields": {"url": "u"}, "inner": [{"path": "a"}]}, "rule of 'inner'"),
        ("api", "http://x.example/", {"fields": {"url": "u"}, "inner": [{"paht": "a"}]}, "unknown inner option"),
        ("api", "http://x.example/", {"fields": {"url": "u"}, "text_when": {"path": "a"}}, "text_when"),
        ("feed", "http://x.example/", {"keywords": ["a"]}, "go together"),
        ("feed", "http://x.example/{keyword}", {}, "go together"),
        ("feed", "http://x.example/", {"backfill": "http://x.example/{since:%Y}"}, "go together"),
        ("listing", "http://x.example/", {"deny_title": "("}, "no regular expression"),
    ],
)
def test_bad_definitions_are_refused(kind: str, url: str, options: dict[str, Any], problem: str) -> None:
    """The new options are read as strictly as the old ones."""
    spec = SourceSpec(name="s", kind=SourceKind(kind), urls=(url,), options=options)
    with pytest.raises(SourceDefinitionError, match=problem):
        check_source(spec)


def read(body: str, url: str) -> CrawledArticle:
    """The article on a page, as `extract` reads it."""
    return extract_page(body.encode(), url, fetched_at=dt.datetime(2026, 9, 30, tzinfo=dt.UTC))


def _without_port(articles: list[dict[str, Any]], web: FakeWeb) -> list[dict[str, Any]]:
    """A replica whose feed names its own address: the port differs from run to run."""
    return [{**one, "url": one["url"].replace(f"127.0.0.1:{web.port}", "127.0.0.1")} for one in articles]


def main() -> None:
    """Print the golden file as it would be now."""
    found = {}
    for one in SHIPPED:
        with FakeWeb() as web:
            found[one.name] = fields(crawl_entry(web, one.name))
            found[one.name]["articles"] = _without_port(found[one.name]["articles"], web)
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
