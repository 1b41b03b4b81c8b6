"""Replicas of watched sites, list to article, through the real crawl."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import ClassVar

import pytest

from crawler import CrawlReport, FailureKind, SourceDefinitionError, SourceKind, SourceSpec, check_source
from tests.crawler.conftest import job_for, run
from tests.fakeweb import FakeRequest, FakeResponse, FakeWeb
from tests.fakeweb.sites import PARAGRAPHS, add_ccgp, add_eastmoney, add_finews, article_html

CHINA = dt.timezone(dt.timedelta(hours=8))

EASTMONEY_OPTIONS = {
    "params": {
        "cb": "jQuery351_1700000000000",
        "param": {"uid": "", "keyword": "", "param": {"cmsArticleWebOld": {"pageIndex": 1, "pageSize": 10}}},
    },
    "jsonp": True,
    "items": "result.cmsArticleWebOld",
    "fields": {"url": "url", "title": "title", "published": "date", "source": "mediaName", "summary": "content"},
    "keywords": ["惠民保", "长护险"],
    "keyword": {"in": "params", "name": "param.keyword"},
    "page": {"in": "params", "name": "param.param.cmsArticleWebOld.pageIndex"},
    "ok": {"path": "code", "equals": 0},
}


class TestFinews:
    """The Jekyll site of reprinted news."""

    def crawl(self, web: FakeWeb, path: str = "/category/beifangwang.html") -> CrawlReport:
        add_finews(web)
        options = {"container": "section ul", "item": "section ul li"}
        return run(job_for(SourceKind.LISTING, web.url(path), source={"options": options}))

    def test_all_generations(self, web: FakeWeb) -> None:
        """Three generations of posts are read; the broken one is a failure and no crash."""
        report = self.crawl(web)
        assert [article.page for article in report.articles] == ["finews"] * 3
        assert [failure.kind for failure in report.failures] == [FailureKind.EXTRACTION]

    def test_media_post(self, web: FakeWeb) -> None:
        """Time, true source over link-split words, stock codes, origin and keys; chart, return links and tags are gone."""
        post = self.crawl(web).articles[0]
        assert post.title == "某地长期护理保险服务项目公布承办机构"
        assert post.published == dt.datetime(2022, 5, 26, 10, 46, 18, tzinfo=CHINA)
        assert post.published_precision == "minute"
        assert post.source == "北方网"
        assert post.stock_codes == ("01336.HK", "601336")
        assert post.origin_url == "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202205260000000001"
        assert post.keys == ("eastmoney:202205260000000001",)
        assert post.text == "\n".join((f"{PARAGRAPHS[0]}提到新华。", PARAGRAPHS[1], PARAGRAPHS[2]))

    def test_digest_post(self, web: FakeWeb) -> None:
        """A post that is only a digest keeps its text, its origin and the origin's id; the tag names the source."""
        post = self.crawl(web).articles[1]
        assert post.text == PARAGRAPHS[1]
        assert post.origin_url.endswith("/news/1344,202112080000000002.html")
        assert post.keys == ("eastmoney:202112080000000002",)
        assert post.source == "快讯"
        assert post.published == dt.datetime(2021, 12, 8, 10, 46, 18, tzinfo=CHINA)

    def test_digest_before_text(self, web: FakeWeb) -> None:
        """A digest in a quotation that the text repeats is left out."""
        post = self.crawl(web).articles[2]
        assert post.text == f"{PARAGRAPHS[0]}\n{PARAGRAPHS[2]}"
        assert post.source == "某某日报"

    def test_empty_heading_and_empty_category(self, web: FakeWeb) -> None:
        """A list with an empty heading is read; a list with its container and no rows is empty, not broken."""
        assert self.crawl(web, "/category/empty-heading.html").found == 4
        empty = self.crawl(web, "/category/a%20b.html")
        assert (empty.found, empty.failures) == (0, ())

    def test_missing_container_is_no_empty_list(self, web: FakeWeb) -> None:
        """A list without its container has changed its shape."""
        web.add("/changed.html", "<html><body><p>redesigned</p></body></html>")
        report = self.crawl(web, "/changed.html")
        assert [failure.kind for failure in report.failures] == [FailureKind.SHAPE]

    def test_feed_with_full_content(self, web: FakeWeb) -> None:
        """With `full_content` the articles come from the feed, and no page is fetched."""
        add_finews(web)
        report = run(job_for(SourceKind.FEED, web.url("/feed.xml"), source={"options": {"full_content": True}}))
        assert {article.text for article in report.articles} == {PARAGRAPHS[0]}
        assert {request.path for request in web.requests} == {"/robots.txt", "/feed.xml"}


class TestEastmoney:
    """Keyword search and articles."""

    def test_search_by_keyword(self, web: FakeWeb) -> None:
        """One request a keyword, the keyword inside the JSON in the query; title without highlight, source from the closing note."""
        url = add_eastmoney(web)
        report = run(job_for(SourceKind.API, url, source={"options": EASTMONEY_OPTIONS}))
        asked = [json.loads(request.params["param"]) for request in web.asked("/search/jsonp")]
        assert sorted(query["keyword"] for query in asked) == ["惠民保", "长护险"]
        (article,) = report.articles
        assert article.page == "eastmoney"
        assert article.source == "上海证券报"
        assert article.title == "某保司中标多地项目"
        assert article.published == dt.datetime(2026, 9, 21, 10, 0, tzinfo=CHINA)
        assert article.stock_codes == ("601336", "01336.HK")
        assert article.text == f"{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}新华"

    def test_paging(self, web: FakeWeb) -> None:
        """`max_pages` pages through the interface until it has no more items."""
        url = add_eastmoney(web)
        options = {**EASTMONEY_OPTIONS, "keywords": ["惠民保"]}
        report = run(job_for(SourceKind.API, url, source={"options": options}, max_pages=9))
        pages = [
            json.loads(request.params["param"])["param"]["cmsArticleWebOld"]["pageIndex"]
            for request in web.asked("/search/jsonp")
        ]
        assert pages == [1, 2, 3]
        assert report.found == 2

    def test_text_interface(self, web: FakeWeb) -> None:
        """The text is fetched from its own address; title, time and source come from the list, the article's URL stays."""
        add_eastmoney(web)
        rows = [
            {
                "infoCode": "NW202205260000000001",
                "title": "甲",
                "medianame": "北方网",
                "datetime": "2022-05-26 10:40:00",
            },
            {"infoCode": "202205260000000002", "title": "乙", "medianame": "某网", "datetime": "2022-05-26 10:41:00"},
        ]
        web.add("/webapi", json.dumps({"record": rows}, ensure_ascii=False))
        options = {
            "items": "record",
            "fields": {"id": "infoCode", "title": "title", "published": "datetime", "source": "medianame"},
            "url_template": web.url("/html_News/NewsShare.html?infoCode={id}"),
            "text_url_template": web.url("/NewsData/GetNewsText.do?id={id}"),
        }
        report = run(job_for(SourceKind.API, web.url("/webapi"), source={"options": options}))
        first, second = report.articles
        assert first.text == "\n".join(PARAGRAPHS)
        assert (first.title, first.source, first.page) == ("甲", "北方网", "eastmoney-text")
        assert first.keys == ("eastmoney:202205260000000001",)
        assert first.published == dt.datetime(2022, 5, 26, 10, 40, tzinfo=CHINA)
        assert first.url == web.url("/html_News/NewsShare.html?infoCode=NW202205260000000001")
        assert (second.text, second.source) == (PARAGRAPHS[0], "某报")


class TestApiReplies:
    """Codes and shapes of JSON replies."""

    OPTIONS: ClassVar[dict[str, object]] = {
        "method": "POST",
        "form": {"PAGENUMBER": 1, "FINDTXT": ""},
        "items": "data.records",
        "fields": {"url": "url", "title": "title", "published": "publishTime"},
        "page": {"in": "form", "name": "PAGENUMBER"},
        "ok": {"path": "code", "equals": 200, "blocked": [829, 800]},
    }

    def crawl(self, web: FakeWeb, reply: object, **options: object) -> CrawlReport:
        url = web.add("/api", json.dumps(reply, ensure_ascii=False), headers={"Content-Type": "application/json"})
        return run(job_for(SourceKind.API, url, source={"options": {**self.OPTIONS, **options}}))

    def test_captcha_code(self, web: FakeWeb) -> None:
        """Code 829 with HTTP 200 is a block, not an empty list."""
        report = self.crawl(web, {"code": 829, "message": "请输入验证码", "data": None})
        assert [failure.kind for failure in report.failures] == [FailureKind.BLOCKED]

    def test_other_code(self, web: FakeWeb) -> None:
        """Any other code is an error with the reply in its detail."""
        (failure,) = self.crawl(web, {"code": 801, "message": "参数错误"}).failures
        assert failure.kind == FailureKind.HTTP_ERROR
        assert "参数错误" in failure.detail

    def test_missing_list(self, web: FakeWeb) -> None:
        """A reply without its list has changed its shape; a list that is null is empty."""
        assert [failure.kind for failure in self.crawl(web, {"code": 200, "data": {}}).failures] == [FailureKind.SHAPE]
        empty = self.crawl(web, {"code": 200, "data": {"records": None}})
        assert (empty.failures, empty.found) == ((), 0)

    def test_json_string_inside_json(self, web: FakeWeb) -> None:
        """A list that is sent as a string is decoded; form fields arrive; root-relative URLs and epoch times are read."""
        web.add("/a1.html", article_html("来自接口的文章标题"))
        records = json.dumps([{"url": "/a1.html", "title": "题", "publishTime": 1790000000000}])
        report = self.crawl(web, {"code": 200, "data": json.dumps({"records": records})})
        assert [article.title for article in report.articles] == ["来自接口的文章标题"]
        assert web.asked("/api")[0].form == {"PAGENUMBER": "1", "FINDTXT": ""}

    def test_allow_and_deny(self, web: FakeWeb) -> None:
        """Items whose address is not wanted are no links; a list of nothing else is empty, not broken."""
        reply = {"code": 200, "data": {"records": [{"url": "/post/1.html"}, {"url": "/tag/1.html"}]}}
        assert self.crawl(web, reply, allow="/post/").found == 1
        none = self.crawl(web, reply, deny=["/post/", "/tag/"])
        assert (none.found, none.failures) == (0, ())

    def test_no_json(self, web: FakeWeb) -> None:
        """An HTML page in an interface's place."""
        url = web.add("/api", "<html>login</html>")
        report = run(job_for(SourceKind.API, url, source={"options": self.OPTIONS}))
        assert [failure.kind for failure in report.failures] == [FailureKind.SHAPE]

    def test_header_switches_mode(self, web: FakeWeb) -> None:
        """An endpoint that answers JSON only to the XHR header gets it."""

        def dual(request: FakeRequest) -> FakeResponse:
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                reply = {
                    "data": [{"id": "1", "title": "题", "url": "/a1.html", "time": 1790000000000, "source": "证券时报"}]
                }
                return FakeResponse(body=json.dumps(reply).encode(), headers=(("Content-Type", "application/json"),))
            return FakeResponse(body=b"<html></html>")

        web.add("/a1.html", article_html("双面接口的文章标题", source=""))
        options = {
            "headers": {"X-Requested-With": "XMLHttpRequest"},
            "items": "data",
            "fields": {"url": "url", "title": "title", "published": "time", "source": "source"},
        }
        report = run(job_for(SourceKind.API, web.add("/list.html", dual), source={"options": options}))
        assert [article.source for article in report.articles] == ["证券时报"]


class TestCcgp:
    """The procurement site: TRS numbering, label-matched rows, both templates."""

    OPTIONS: ClassVar[dict[str, object]] = {
        "item": "ul.c_list_bid > li",
        "container": "ul.c_list_bid",
        "page_url": "index_{n}.htm",
        "first_page": 1,
    }

    def test_notice(self, web: FakeWeb) -> None:
        """Title whole, time, source from metadata, tables as rows, hidden salt gone, the deadline not taken for a date."""
        report = run(job_for(SourceKind.LISTING, add_ccgp(web), source={"options": self.OPTIONS}))
        (notice,) = report.articles
        assert notice.page == "ccgp"
        assert notice.title == "某县大病保险承办服务成交公告"
        assert notice.published == dt.datetime(2026, 9, 21, 23, 46, tzinfo=CHINA)
        assert notice.source == "中国政府采购网"
        lines = notice.text.splitlines()
        assert "行政区域\t浙江省\t公告时间\t2026年09月21日 23:46" in lines
        assert "总成交金额\t￥1234.500000 万元（人民币）" in lines
        assert "甲保险股份有限公司某县支公司\t12345000.00 (元)" in lines
        assert "x9k2" not in notice.text
        assert notice.attachments == (("采购文件.pdf", web.url("/files/a.pdf")),)

    def test_backfill_stops_at_since(self, web: FakeWeb) -> None:
        """Pages are read until an item is older than `since`; `index_1` is the second page; duplicates count once."""
        since = dt.datetime(2026, 9, 20, tzinfo=CHINA)
        report = run(job_for(SourceKind.LISTING, add_ccgp(web), source={"options": self.OPTIONS}, since=since))
        asked = [request.path.rsplit("/", 1)[-1] for request in web.requests if "index" in request.path]
        assert asked == ["index.htm", "index_1.htm", "index_2.htm"]
        assert report.found == 3
        assert [skip.reason for skip in report.skipped] == ["too_old"]
        assert len(report.articles) == 2

    def test_backfill_skips_newer_than_until(self, web: FakeWeb) -> None:
        """Items after `until` are skipped while paging goes on."""
        since, until = dt.datetime(2026, 9, 1, tzinfo=CHINA), dt.datetime(2026, 9, 22, tzinfo=CHINA)
        report = run(
            job_for(SourceKind.LISTING, add_ccgp(web), source={"options": self.OPTIONS}, since=since, until=until)
        )
        assert [skip.reason for skip in report.skipped] == ["too_new"]
        assert len(report.articles) == 2

    def test_parent_channel(self, web: FakeWeb) -> None:
        """The extra element of the parent channel does not shift the date; the whole title is in the attribute."""
        add_ccgp(web)
        report = run(job_for(SourceKind.LISTING, web.url("/cggg/dfgg/index.htm"), source={"options": self.OPTIONS}))
        assert report.found == 1
        assert len(report.articles) == 1

    def test_old_template_and_error_page(self, web: FakeWeb) -> None:
        """The old template is read; the error page with status 200 is a failure."""
        add_ccgp(web)
        page = "<a href='/cggg/dfgg/gkzb/201203/t20120305_2000001.htm'>一</a><a href='/cggg/dfgg/zbgg/202609/t20260901_1.htm'>二</a>"
        report = run(job_for(SourceKind.LISTING, web.add("/old.html", page)))
        (old,) = report.articles
        assert (old.title, old.page) == ("某市公开招标公告", "ccgp")
        assert old.published == dt.datetime(2012, 3, 5, 9, 30, tzinfo=CHINA)
        assert [failure.kind for failure in report.failures] == [FailureKind.EXTRACTION]


class TestListing:
    """Rows of unknown sites."""

    def test_hanweb_records(self, web: FakeWeb) -> None:
        """Rows inside CDATA records are read, with their dates."""
        web.add("/art/2026/6/3/art_14_20840.html", article_html("藏在记录里的文章标题", published=""))
        record = '<record><![CDATA[<li><a href="/art/2026/6/3/art_14_20840.html" title="题">题</a><span>2026-06-03</span></li>]]></record>'
        page = f'<div id="2464"><script type="text/xml"><datastore><recordset>{record}</recordset></datastore></script></div>'
        report = run(
            job_for(SourceKind.LISTING, web.add("/col/col14/index.html", page), source={"options": {"item": "li"}})
        )
        (article,) = report.articles
        assert article.published == dt.datetime(2026, 6, 3, tzinfo=CHINA)
        assert article.published_precision == "day"
        assert any(key.startswith("hanweb:") and key.endswith(",20840") for key in article.keys)

    def test_allow_deny_next_strip_and_source(self, web: FakeWeb) -> None:
        """Filters, the next-page link, title surgery and the row's source."""
        for name in ("a1", "a2"):
            web.add(f"/news/{name}.html", article_html(f"列表文章{name}的标题文字", source=""))
        row = "<dl><dd><h3><a href='{0}'>【快讯】列表文章的标题</a></h3><span class='src'>来源：慧某网</span><div class='date'>2026-09-28</div></dd></dl>"
        pager = "<a class='n' href='/list_2.html'>下一页</a>"
        web.add("/list.html", row.format("//news//a1.html") + row.format("/ads/x.html") + pager)
        web.add("/list.html", row.format("/news/a1.html") + row.format("/ads/x.html") + pager)
        web.add("/list_2.html", row.format("/news/a2.html"))
        options = {
            "item": "dl",
            "link": "h3 a",
            "date": ".date",
            "source": ".src",
            "allow": "/news/",
            "deny": ["/ads/"],
            "next": "a.n",
            "strip": "^【快讯】",
        }
        report = run(job_for(SourceKind.LISTING, web.url("/list.html"), source={"options": options}, max_pages=5))
        assert [article.source for article in report.articles] == ["慧某网", "慧某网"]
        assert report.pages == 2


class TestSitemap:
    """Sitemaps."""

    def test_index_gzip_and_news(self, web: FakeWeb) -> None:
        """An index leads to a gzipped news sitemap; old sub-sitemaps and unwanted ones are not read."""
        web.add("/n/1.html", article_html("站点地图里的文章标题", source="", published=""))
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        news = (
            f"<?xml version='1.0'?><urlset {space}><url><loc>{web.url('/n/1.html')}</loc><news:news><news:publication>"
            "<news:name>某某网</news:name></news:publication><news:publication_date>2026-09-20T10:00:00+08:00</news:publication_date>"
            f"<news:title>题</news:title></news:news></url><url><loc>{web.url('/n/0.html')}</loc><lastmod>2020-01-01</lastmod></url></urlset>"
        )
        web.add("/news.xml.gz", gzip.compress(news.encode()))
        entries = (("/news.xml.gz", "2026-09-20"), ("/old.xml", "2019-01-01"), ("/tags.xml", "2026-09-20"))
        subs = "".join(
            f"<sitemap><loc>{web.url(path)}</loc><lastmod>{day}</lastmod></sitemap>" for path, day in entries
        )
        url = web.add("/sitemap.xml", f"<sitemapindex {space}>{subs}</sitemapindex>")
        options = {"follow": r"news|old", "allow": "/n/"}
        since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        report = run(job_for(SourceKind.SITEMAP, url, source={"options": options}, since=since))
        (article,) = report.articles
        assert article.source == "某某网"
        assert article.published == dt.datetime(2026, 9, 20, 10, 0, tzinfo=CHINA)
        assert [skip.reason for skip in report.skipped] == ["too_old"]
        assert not web.asked("/old.xml")
        assert not web.asked("/tags.xml")

    def test_html_is_no_sitemap(self, web: FakeWeb) -> None:
        """An error page in its place."""
        report = run(job_for(SourceKind.SITEMAP, web.add("/sitemap.xml", "<html><body>x</body></html>")))
        assert [failure.kind for failure in report.failures] == [FailureKind.SHAPE]


@pytest.mark.parametrize(
    ("kind", "options", "problem"),
    [
        ("listing", {"itme": "li"}, "unknown option 'itme'"),
        ("listing", {"item": "li[["}, "no CSS selector"),
        ("listing", {"allow": "("}, "no regular expression"),
        ("listing", {"page_url": "index.htm"}, "needs {n}"),
        ("listing", {"first_page": "1"}, "whole number"),
        ("listing", {"next": "a", "page_url": "p{n}"}, "exclude each other"),
        ("feed", {"full_content": "yes"}, "true or false"),
        ("api", {}, "fields.url or url_template"),
        ("api", {"fields": {"link": "x"}}, "unknown field 'link'"),
        ("api", {"fields": {"url": "u"}, "method": "PUT"}, "neither GET nor POST"),
        ("api", {"fields": {"url": "u"}, "form": {"a": 1}}, "GET request has no"),
        ("api", {"fields": {"url": "u"}, "keywords": ["x"]}, "go together"),
        ("api", {"fields": {"url": "u"}, "page": {"in": "body", "name": "p"}}, "page.in"),
        ("api", {"fields": {"url": "u"}, "page": {"name": "p", "start": "1"}}, "page.start"),
        ("api", {"fields": {"url": "u"}, "ok": {"path": "code"}}, "needs path and equals"),
        ("sitemap", {"follow": "["}, "no regular expression"),
    ],
)
def test_bad_definitions_are_refused(kind: str, options: dict[str, object], problem: str) -> None:
    """A source that cannot work as written is refused before a crawl, with what is wrong."""
    spec = SourceSpec(name="s", kind=SourceKind(kind), urls=("http://x.example/",), options=options)
    with pytest.raises(SourceDefinitionError, match=problem.replace("{", r"\{").replace("}", r"\}")) as caught:
        check_source(spec)
    assert caught.value.source == "s"


@pytest.mark.parametrize("urls", [(), ("ftp://x.example/",), ("/relative",)])
def test_bad_addresses_are_refused(urls: tuple[str, ...]) -> None:
    """No address, or none that can be fetched."""
    with pytest.raises(SourceDefinitionError):
        check_source(SourceSpec(name="s", kind=SourceKind.FEED, urls=urls))


def test_unknown_page_object_is_refused() -> None:
    """`page` must name a page object."""
    with pytest.raises(SourceDefinitionError, match="finews"):
        check_source(SourceSpec(name="s", kind=SourceKind.FEED, urls=("http://x.example/",), page="finewz"))
