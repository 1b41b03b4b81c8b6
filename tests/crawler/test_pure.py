"""The crawler's pure modules: tables of cases, and the laws that hold for every input."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import ExtractionError, FeedError, canonicalise, extract_page, identity_keys
from crawler.blockpage import find_block
from crawler.dates import from_url, from_value, parse_moment
from crawler.encoding import decode
from crawler.extract import detect_lang
from crawler.feeds import parse_feed, strip_source_suffix
from crawler.items import CrawledArticle, CrawlJob, SourceKind, SourceSpec
from crawler.manners import Pace, RobotsCache, parse_robots, retry_after
from crawler.pages import REGISTRY
from crawler.pages.finews import FinewsPage
from crawler.pages.generic import GenericPage
from crawler.pages.registry import PageConflictError, Registry
from crawler.selection import skip_reason
from crawler.source_line import closing_source, labelled_source, strip_closing
from crawler.spiders.base import Link
from crawler.spiders.jsonpath import get_list, get_path, load_json, set_path
from crawler.urls import same_site, unwrap
from tests.fakeweb.sites import BAN_PAGE, PARAGRAPHS, article_html

CHINA = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 9, 30, 12, 0, tzinfo=CHINA)


class TestUrls:
    """One article, one address."""

    @pytest.mark.parametrize(
        ("url", "canonical"),
        [
            ("HTTP://News.Example.CN:80/a/../b//c.html#top", "https://news.example.cn/b/c.html"),
            ("https://x.cn/a?utm_source=1&id=7&spm=a.b&from=app", "https://x.cn/a?id=7"),
            ("https://x.cn/a?b=2&a=1", "https://x.cn/a?a=1&b=2"),
            ("https://x.cn", "https://x.cn/"),
            ("https://x.cn/%e4%b8%ad文 x", "https://x.cn/%E4%B8%AD%E6%96%87%20x"),
            ("http://127.0.0.1:8080/a?r=1", "http://127.0.0.1:8080/a"),
            ("https://ctbpsp.com/#/bulletinDetail?uuid=ab", "https://ctbpsp.com/#/bulletinDetail?uuid=ab"),
            ("http://finnews.zning.me/a/2022/05/26/x.html", "https://finews.withounder.com/a/2022/05/26/x.html"),
            (
                "http://finance.eastmoney.com/news/1344,202205260000000001.html",
                "https://finance.eastmoney.com/a/202205260000000001.html",
            ),
            (
                "https://wap.eastmoney.com/a/202205260000000001.html?x=1",
                "https://finance.eastmoney.com/a/202205260000000001.html",
            ),
            ("https://m.thepaper.cn/detail/123?from=a", "https://www.thepaper.cn/newsDetail_forward_123"),
            (
                "http://www.cbimc.cn/m/content/2025-06/16/content_5.html",
                "https://www.cbimc.cn/content/2025-06/16/content_5.html",
            ),
            (
                "http://www.huibaoxian.com.cn//htm/kb/20260928/6165.html",
                "https://www.huibaoxian.com.cn/htm/kb/20260928/6165.html",
            ),
            (
                "https://ggzy.gov.cn/html/b//510000/0202/x.shtml",
                "https://www.ggzy.gov.cn/information/html/a/510000/0202/x.shtml",
            ),
            ("javascript:void(0)", "javascript:void(0)"),
            ("http://[broken", "http://[broken"),
        ],
    )
    def test_canonical(self, url: str, canonical: str) -> None:
        """The rules of the dossier, case by case."""
        assert canonicalise(url) == canonical

    @given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=20))
    def test_twice_is_once(self, path: str, query: str, fragment: str) -> None:
        """Canonicalising a canonical URL changes nothing."""
        once = canonicalise(f"http://News.Example.cn/{path}?{query}#{fragment}")
        assert canonicalise(once) == once

    @given(st.text(max_size=80))
    def test_never_raises(self, text: str) -> None:
        """Whatever stands in an href."""
        assert isinstance(canonicalise(text), str)
        assert isinstance(identity_keys(text), tuple)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (
                "https://finance.sina.com.cn/a/2026-02-04/doc-inhksqzw2678196.shtml",
                "https://finance.sina.cn/2026-02-04/detail-inhksqzw2678196.d.html?x=1",
            ),
            (
                "https://www.nfra.gov.cn/cn/view/pages/ItemDetail.html?docId=12&itemId=915",
                "http://www.cbirc.gov.cn/branch/a/ItemDetail.html?itemId=4&docId=12",
            ),
            (
                "https://www.iachina.cn/art/2026/6/3/art_24_108.html",
                "https://www.iachina.cn/art/2026/6/3/art_9997_108.html",
            ),
            (
                "https://mp.weixin.qq.com/s?__biz=Mz==&mid=2&idx=1&sn=a",
                "http://mp.weixin.qq.com/s?__biz=Mz==&mid=2&idx=1&sn=a&scene=3#rd",
            ),
            (
                "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202204192348164418",
                "https://finance.eastmoney.com/a/202204192348164418.html",
            ),
            (
                "https://www.ccgp.gov.cn/cggg/dfgg/zbgg/202608/t20260819_27163657.htm",
                "http://www.ccgp.gov.cn/cggg/zygg/zbgg/202608/t20260819_27163657.htm",
            ),
        ],
    )
    def test_twins_share_a_key(self, one: str, other: str) -> None:
        """Two addresses of one article share a site id."""
        assert set(identity_keys(one)) & set(identity_keys(other))

    def test_different_articles_share_nothing(self) -> None:
        """Ids in the query are no tracking parameters (T9)."""
        one, other = "https://x.gov.cn/show?id=1", "https://x.gov.cn/show?id=2"
        assert canonicalise(one) != canonicalise(other)

    def test_unwrap(self) -> None:
        """The address inside a search engine's wrapper; everything else as it is."""
        bing = "http://www.bing.com/news/apiclick.aspx?ref=FexRss&tid=A1&url=https%3a%2f%2fexample.cn%2fa%2f1.html&c=1"
        assert unwrap(bing) == "https://example.cn/a/1.html"
        assert unwrap("https://x.cn/?url=https://y.cn") == "https://x.cn/?url=https://y.cn"

    def test_same_site(self) -> None:
        """Registrable domains, Chinese second levels among them."""
        assert same_site("https://m.a.com.cn/", "https://www.a.com.cn/")
        assert not same_site("https://a.com.cn/", "https://b.com.cn/")


class TestDates:
    """Dates as Chinese sites write them."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-09-29 14:40", "2026-09-29T14:40"),
            ("2026.08.21 23:46:51 | 采购人", "2026-08-21T23:46"),
            ("2026/8/14 17:24", "2026-08-14T17:24"),
            ("2025年06月27日 17:52", "2025-06-27T17:52"),
            ("2025年06月27日17:52", "2025-06-27T17:52"),
            ("2026年6月12日 下午3:05", "2026-06-12T15:05"),
            ("(GMT+8, Asia/Shanghai, CST) 2021-12-08 10:46:18", "2021-12-08T10:46"),
            ("2026-09-29T14:40:00Z", "2026-09-29T22:40"),
            ("2026-09-29T14:40:00.123+0000", "2026-09-29T22:40"),
            ("Wed, 30 Sep 2026 03:54:47 GMT", "2026-09-30T11:54"),
            ("周四, 08 10月 2026 17:45:00 GMT", "2026-10-09T01:45"),
            ("Sept. 29, 2026 10:30 pm", "2026-09-29T22:30"),
            ("1790000000", "2026-09-21T22:13"),
            ("09-29 08:05", "2026-09-29T08:05"),
            ("12-25 08:05", "2025-12-25T08:05"),
            ("９月３日 12:30", "2026-09-03T12:30"),
            ("3小时前", "2026-09-30T09:00"),
            ("半小时前", "2026-09-30T11:30"),
            ("昨天 12:30", "2026-09-29T12:30"),
            ("刚刚", "2026-09-30T12:00"),
        ],
    )
    def test_minutes(self, text: str, expected: str) -> None:
        """Shapes with a clock, in China time."""
        moment = parse_moment(text, now=NOW)
        assert moment is not None
        assert moment.precision == "minute"
        assert moment.at.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M") == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-09-29", "2026-09-29"),
            ("20260929", "2026-09-29"),
            ("[11-29]", "2025-11-29"),
            ("二〇二五年十一月二十九日", "2025-11-29"),
            ("昨天", "2026-09-29"),
            ("3天前", "2026-09-27"),
            ("October 20, 2025", "2025-10-20"),
        ],
    )
    def test_days(self, text: str, expected: str) -> None:
        """Bare dates have day precision and stand for their first minute, or the same clock for relative days."""
        moment = parse_moment(text, now=NOW)
        assert moment is not None
        assert moment.precision == "day"
        assert moment.at.astimezone(CHINA).date().isoformat() == expected

    @pytest.mark.parametrize("text", ["", "无", "2026-13-45", "第12-3号", "400-800-1234", "1.2.3", "99/99"])
    def test_no_dates(self, text: str) -> None:
        """Numbers that are no dates."""
        assert parse_moment(text, now=NOW) is None

    def test_relative_words_need_now(self) -> None:
        """Without a reference neither relative words nor missing years are guessed at."""
        assert parse_moment("3小时前") is None
        assert parse_moment("09-29 08:05") is None

    @given(st.text(max_size=60))
    def test_never_naive_and_never_raises(self, text: str) -> None:
        """Whatever is parsed is aware UTC."""
        moment = parse_moment(text, now=NOW)
        assert moment is None or moment.at.utcoffset() == dt.timedelta(0)

    @given(st.datetimes(min_value=dt.datetime(1996, 1, 1), max_value=dt.datetime(2099, 12, 31)))
    def test_written_then_read(self, when: dt.datetime) -> None:
        """A written China time is read back to the minute in each common shape."""
        expected = when.replace(second=0, microsecond=0, tzinfo=CHINA)
        for shape in ("%Y-%m-%d %H:%M", "%Y年%m月%d日%H:%M", "%Y/%m/%d %H:%M:00", "%Y.%m.%d %H:%M"):
            moment = parse_moment(when.strftime(shape))
            assert moment is not None
            assert moment.at == expected

    @given(
        st.floats(allow_nan=False, allow_infinity=False)
        | st.integers()
        | st.none()
        | st.booleans()
        | st.text(max_size=20)
    )
    def test_json_values(self, value: object) -> None:
        """Any JSON value gives an aware time or None."""
        moment = from_value(value, now=NOW)
        assert moment is None or moment.at.tzinfo is not None

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("https://x/202609/t20260929_27415495.htm", "2026-09-29"),
            ("https://x/art/2026/6/3/art_14_20840.html", "2026-06-03"),
            ("https://x/2026-02-04/doc-a.shtml", "2026-02-04"),
            ("https://x/2024/0509/514192.shtml", "2024-05-09"),
            ("https://x/content/2025-06/16/content_5.html", "2025-06-16"),
            ("https://x/article/20260916/herald/ab.html", "2026-09-16"),
        ],
    )
    def test_from_url(self, url: str, expected: str) -> None:
        """Dates in paths."""
        moment = from_url(url)
        assert moment is not None
        assert moment.at.astimezone(CHINA).date().isoformat() == expected

    def test_no_date_in_url(self) -> None:
        """Ids are no dates."""
        assert from_url("https://x/article/123456789.html") is None


class TestEncoding:
    """Bytes decide, labels lie."""

    TEXT = "国家医疗保障局关于进一步做好工作的通知，各省、自治区、直辖市：镕堃。"
    TRADITIONAL = "關於進一步做好長期照護保險工作的通知，請各單位確實辦理並回報。"

    @pytest.mark.parametrize(
        ("body", "header"),
        [
            (TEXT.encode(), "text/html; charset=gb2312"),
            (TEXT.encode("gb18030"), "text/html; charset=utf-8"),
            (TEXT.encode("gb18030"), ""),
            (b"<meta charset=gb2312>" + TEXT.encode(), ""),
            (b'<meta charset="utf-8">' + TEXT.encode("gb18030"), ""),
            (TEXT.encode("utf-16"), ""),
            (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=gbk"),
            (TEXT.encode()[:-1], ""),
        ],
    )
    def test_right_whatever_the_label(self, body: bytes, header: str) -> None:
        """Eight ways to send one text."""
        assert self.TEXT[:-1] in decode(body, content_type=header).text

    def test_big5(self) -> None:
        """Traditional pages in Big5, labelled or not."""
        body = self.TRADITIONAL.encode("big5")
        assert decode(body).text == self.TRADITIONAL
        assert decode(body, content_type="text/html; charset=big5").text == self.TRADITIONAL

    def test_four_byte_gb18030(self) -> None:
        """A character beyond GBK survives."""
        assert "㙍" in decode((self.TEXT + "㙍").encode("gb18030"), content_type="text/html; charset=gb2312").text

    def test_forced(self) -> None:
        """A forced codec is not asked twice."""
        assert decode("é".encode("latin-1"), forced="iso-8859-1").text == "é"

    @given(st.binary(max_size=200))
    def test_never_raises(self, body: bytes) -> None:
        """Any bytes give some text."""
        assert isinstance(decode(body).text, str)

    @given(st.text(max_size=100))
    def test_valid_utf8_wins(self, text: str) -> None:
        """UTF-8 bytes come back as they were, under any label."""
        body = text.encode("utf-8", "ignore")
        clean = body.decode().removeprefix("﻿")
        if not body.startswith((b"\xff\xfe", b"\xfe\xff")):
            assert decode(body, content_type="text/html; charset=gb2312").text == clean


class TestFeeds:
    """Feed bytes to entries."""

    def test_gbk_rss_with_chinese_date(self) -> None:
        """A GBK feed that says gb2312, with Chinese weekday and month words and a news source."""
        document = (
            '<?xml version="1.0" encoding="gb2312"?><rss version="2.0" xmlns:News="https://www.bing.com/news/"><channel><title>t</title>'
            "<item><title>西湖益联保启动 - 杭州日报</title><link>/a</link><pubDate>周四, 08 10月 2026 17:45:00 GMT</pubDate>"
            "<News:Source>杭州日报</News:Source></item></channel></rss>"
        )
        (entry,) = parse_feed(document.encode("gbk"), "https://x.cn/rss")
        assert (entry.url, entry.source) == ("https://x.cn/a", "杭州日报")
        assert strip_source_suffix(entry.title, entry.source) == "西湖益联保启动"
        assert entry.published is not None
        assert entry.published.at == dt.datetime(2026, 10, 8, 17, 45, tzinfo=dt.UTC)

    def test_naive_atom_time_is_china_time(self) -> None:
        """A time without zone is China's, not UTC."""
        document = (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>一</title><link href="https://x.cn/1"/>'
            "<updated>2026-09-29T08:00:00</updated><content type='html'>&lt;p&gt;全文&lt;/p&gt;</content></entry></feed>"
        )
        (entry,) = parse_feed(document.encode(), "https://x.cn/atom")
        assert entry.published is not None
        assert entry.published.at == dt.datetime(2026, 9, 29, 0, 0, tzinfo=dt.UTC)
        assert entry.content == "<p>全文</p>"

    def test_json_feed(self) -> None:
        """JSON Feed, which feedparser does not read."""
        document = '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"/s/abc","title":"题","content_html":"<p>x","date_modified":"2026-01-01T00:00:00Z","authors":[{"name":"甲"}]},{"id":"2"},3]}'
        (entry,) = parse_feed(document.encode(), "https://mp.weixin.qq.com/f")
        assert (entry.url, entry.title, entry.author) == ("https://mp.weixin.qq.com/s/abc", "题", "甲")

    def test_damaged_feed_gives_what_can_be_read(self) -> None:
        """A truncated document still has its first entry."""
        document = "<rss version='2.0'><channel><title>t</title><item><title>一</title><link>https://x.cn/1</link></item><item><ti"
        assert [entry.url for entry in parse_feed(document.encode(), "https://x.cn/")] == ["https://x.cn/1"]

    def test_empty_feed_is_no_error(self) -> None:
        """No entries is an answer."""
        assert parse_feed(b"<rss version='2.0'><channel><title>t</title></channel></rss>", "https://x.cn/") == ()

    @pytest.mark.parametrize("body", [b"<!DOCTYPE html><html></html>", b"hello", b"{}", b"{not json", b"<html><body>x"])
    def test_no_feed(self, body: bytes) -> None:
        """HTML, text and stray JSON are no feeds."""
        with pytest.raises(FeedError):
            parse_feed(body, "https://x.cn/")

    @given(st.binary(max_size=300))
    def test_any_bytes(self, body: bytes) -> None:
        """Entries or `FeedError`, nothing else."""
        try:
            entries = parse_feed(body, "https://x.cn/")
        except FeedError:
            return
        assert all(entry.url for entry in entries)


class TestSourceLine:
    """Where a text comes from."""

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("正文。\n（文章来源：北方网）", "北方网"),
            ("正文。（文章来源：上海证券报）", "上海证券报"),
            ("正文。\n(来源：财联社)\n", "财联社"),
            ("正文（详见来源）。", ""),
        ],
    )
    def test_closing(self, text: str, name: str) -> None:
        """The closing note; a bracket in the text is none."""
        assert closing_source(text) == name
        assert "来源：" not in strip_closing(text)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("2026-09-29 14:40 来源：某日报 作者：张三", "某日报"),
            ("稿源： 新华网", "新华网"),
            ("来源: 未知", ""),
            ("来源：人民日报客户端 2026-09-29", "人民日报客户端"),
            ("本文没有写明出自哪里", ""),
            ("Source: Xinhua  2026", "Xinhua"),
        ],
    )
    def test_labelled(self, text: str, name: str) -> None:
        """Bylines."""
        assert labelled_source(text) == name


class TestJsonPath:
    """Paths into JSON as it is sent."""

    def test_jsonp_and_strings(self) -> None:
        """A call around it, a string inside it."""
        document = load_json('jQuery1_2({"a":"{\\"b\\":[1,{\\"c\\":2}]}"});', jsonp=True)
        assert get_path(document, "a.b.1.c") == 2
        assert get_list(document, "a.b") == [1, {"c": 2}]

    def test_star(self) -> None:
        """All members of an object, joined."""
        assert get_list({"cat": {"x": {"l": [1]}, "y": {"l": [2, 3]}, "z": {}}}, "cat.*.l") == [1, 2, 3]

    def test_set_inside_string(self) -> None:
        """A value inside a JSON string is rewritten there, the original untouched."""
        before = {"param": '{"k":1}'}
        assert set_path(before, "param.page.n", 3) == {"param": '{"k":1,"page":{"n":3}}'}
        assert before == {"param": '{"k":1}'}


class TestManners:
    """Pace, rest, robots."""

    def test_turns(self) -> None:
        """Turns at one host are a delay apart, other hosts are not held up."""
        clock = [100.0]
        pace = Pace(clock=lambda: clock[0])
        assert [pace.reserve("a", 2), pace.reserve("a", 2), pace.reserve("b", 2)] == [0, 2, 0]
        clock[0] = 110
        assert pace.reserve("a", 2) == 0

    def test_rest_ends(self) -> None:
        """A rest lasts as long as asked; a shorter one does not cut it."""
        clock = [0.0]
        pace = Pace(clock=lambda: clock[0])
        pace.rest("a", 100, "ban", blocked=True)
        pace.rest("a", 5, "429")
        resting = pace.resting("a")
        assert resting is not None
        assert (resting[0].reason, resting[1]) == ("ban", 100)
        clock[0] = 101
        assert pace.resting("a") is None

    @pytest.mark.parametrize(
        ("status", "body", "allowed"),
        [
            (404, b"", True),
            (403, b"", True),
            (500, b"", False),
            (429, b"", False),
            (200, b"<!DOCTYPE html>Disallow: /", True),
            (200, b"User-agent: *\nDisallow: /", False),
            (200, "﻿User-agent: *\nDisallow: /".encode(), False),
            (200, b"User-agent: other\nDisallow: /", True),
            (200, b"", True),
        ],
    )
    def test_robots(self, status: int, body: bytes, allowed: bool) -> None:
        """RFC 9309, with HTML counted as none."""
        assert parse_robots(status, body).allows("https://x.cn/a", "baoxun/0.1") is allowed

    def test_robots_are_forgotten(self) -> None:
        """Rules live a day, failures minutes."""
        clock = [0.0]
        cache = RobotsCache(clock=lambda: clock[0])
        cache.put("good", parse_robots(404, b""))
        cache.put("bad", parse_robots(500, b""))
        clock[0] = 3600
        assert cache.get("good") is not None
        assert cache.get("bad") is None
        clock[0] = 86_401
        assert cache.get("good") is None

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("120", 120.0),
            ("", None),
            ("soon", None),
            ("Thu, 01 Jan 1970 00:02:00 GMT", 20.0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ],
    )
    def test_retry_after(self, value: str, seconds: float | None) -> None:
        """Seconds or a date."""
        assert retry_after(value, 100.0) == seconds


class TestBlockPages:
    """HTTP 200 is not success."""

    @pytest.mark.parametrize(
        "page",
        [
            BAN_PAGE,
            "<title>百度安全验证</title><body></body>",
            "<title>Just a moment...</title><script></script>",
            "<body>请输入验证码 <a href='/antispider/'>x</a></body>",
        ],
    )
    def test_blocked(self, page: str) -> None:
        """Ban and captcha pages."""
        assert find_block(page.encode(), "text/html")

    @pytest.mark.parametrize(
        "page",
        [
            article_html("多地提醒：收到要求输入验证码的短信请勿相信，谨防诈骗团伙冒充医保局工作人员"),
            "<!-- 请输入验证码 --><title>中标公告</title><script>var a='验证码'</script><p>正文</p>",
            "",
        ],
    )
    def test_not_blocked(self, page: str) -> None:
        """Articles about captchas, markers in comments and scripts."""
        assert not find_block(page.encode(), "text/html")


class TestSelection:
    """Which links are fetched."""

    JOB = CrawlJob(source=SourceSpec(name="s", kind=SourceKind.FEED, urls=("https://x.cn/",)))

    def link(self, day: str, number: int = 1) -> Link:
        return Link(url=f"https://x.cn/{number}", published=parse_moment(day))

    def job(self, **changes: object) -> CrawlJob:
        return CrawlJob(source=self.JOB.source, **changes)  # type: ignore[arg-type]

    def test_reasons(self) -> None:
        """Known before old before cap."""
        since, until = dt.datetime(2026, 9, 10, tzinfo=CHINA), dt.datetime(2026, 9, 20, tzinfo=CHINA)
        assert skip_reason(self.link("2026-09-01"), self.job(since=since), 0, known=True) == "known"
        assert skip_reason(self.link("2026-09-01"), self.job(since=since), 0) == "too_old"
        assert skip_reason(self.link("2026-09-10"), self.job(since=since + dt.timedelta(hours=9)), 0) == ""
        assert skip_reason(self.link("2026-09-25"), self.job(until=until), 0) == "too_new"
        assert skip_reason(self.link("2026-09-15"), self.job(max_articles=3), 3) == "cap"
        assert skip_reason(self.link("2026-09-15"), self.JOB, 0) == ""


class TestRegistry:
    """Which page object reads a URL."""

    @pytest.mark.parametrize(
        ("url", "name"),
        [
            ("https://finews.withounder.com/beifangwang/2022/05/26/NW202205260000000001.html", "finews"),
            ("http://127.0.0.1:8000/emnews/2021/12/08/202112080000000002.html", "finews"),
            ("https://insurance.eastmoney.com/a/202609210000000001.html", "eastmoney"),
            ("http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW1", "eastmoney-text"),
            ("https://www.ccgp.gov.cn/cggg/dfgg/zbgg/202608/t20260819_27163657.htm", "ccgp"),
            ("https://www.example.com/a.html", "generic"),
        ],
    )
    def test_by_url(self, url: str, name: str) -> None:
        """Each URL has one reader."""
        assert REGISTRY.page_for(url).name == name

    def test_conflicts_are_errors(self) -> None:
        """Two readers of one name, or of one pattern with equal priority, are refused."""

        class Other(FinewsPage):
            name = "other"

        with pytest.raises(PageConflictError, match="named 'finews'"):
            Registry((FinewsPage(), FinewsPage()), fallback=GenericPage())
        with pytest.raises(PageConflictError, match="both claim"):
            Registry((FinewsPage(), Other()), fallback=GenericPage())


class TestExtract:
    """Bytes to one article."""

    def read(self, html: str, url: str = "https://www.example.com/news/1.html") -> CrawledArticle:
        return extract_page(html.encode(), url, fetched_at=NOW)

    def test_generic(self) -> None:
        """Title without the site's name, labelled time and source, text without navigation and footer."""
        article = self.read(article_html("一篇用来测试的文章标题"))
        assert (article.title, article.source, article.page, article.lang) == (
            "一篇用来测试的文章标题",
            "某日报",
            "generic",
            "zh",
        )
        assert article.published == dt.datetime(2026, 9, 29, 14, 40, tzinfo=CHINA)
        assert article.text == "\n".join(PARAGRAPHS)

    def test_deadline_is_no_publication(self) -> None:
        """On a tender page the date behind 截止时间 is not taken, the footer's or the URL's is."""
        html = article_html("某项目公开招标公告的标题", published="").replace(
            "发布时间：", "投标截止时间：2026年12月31日 09:30"
        )
        article = self.read(html, "https://www.example.com/202609/t20260929_1.html")
        assert article.published == dt.datetime(2026, 9, 29, tzinfo=CHINA)
        assert article.published_precision == "day"

    def test_list_fills_what_the_page_lacks(self) -> None:
        """A page without headline takes the list's."""
        html = f"<html><body><div>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS * 3)}</div></body></html>"
        article = extract_page(
            html.encode(), "https://x.example/1", fetched_at=NOW, title="列表上的标题", publisher="某社"
        )
        assert (article.title, article.source) == ("列表上的标题", "某社")

    @pytest.mark.parametrize("html", ["", "   ", "<html></html>", "<html><body><a href='/'>首页</a></body></html>"])
    def test_nothing_readable(self, html: str) -> None:
        """Pages without an article raise."""
        with pytest.raises(ExtractionError):
            self.read(html)

    def test_markdown_source_of_a_post(self) -> None:
        """A title with inner quotes, a digest in a quotation, an autolink and return links, as the archive serves them."""
        markdown = (
            '---\nlayout: post\ntitle: "某地"长护"项目公布结果"\ndate: 2021-12-08 10:46:18 +0800\ncategories: emnews\ntags: 快讯新闻\n---\n'
            f"> {PARAGRAPHS[0][:25]}\n\n<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>\n\n"
            "<http://finance.eastmoney.com/news/1344,202112080000000002.html>\n\n"
            "[返回快讯](//finews.withounder.com/emnews/)｜[返回首页](//finews.withounder.com/)\n"
        )
        post = self.read(markdown, "https://raw.example/finews/main/old_post/2021-12-08-202112080000000002.md")
        assert (post.page, post.title) == ("finews-markdown", '某地"长护"项目公布结果')
        assert post.published == dt.datetime(2021, 12, 8, 10, 46, 18, tzinfo=CHINA)
        assert post.text == f"{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}"
        assert post.keys == ("eastmoney:202112080000000002",)
        assert post.source == "快讯"

    def test_broken_markdown_post(self) -> None:
        """The post without title and time."""
        with pytest.raises(ExtractionError):
            self.read(
                '---\nlayout: post\ntitle: ""\ndate: \n---\n', "https://raw.example/_posts/-202205262391921712.md"
            )

    def test_unknown_page_object(self) -> None:
        """Asking for a reader that does not exist is a mistake of the caller."""
        with pytest.raises(ValueError, match="finewz"):
            extract_page(b"<p>x", "https://x.example/", fetched_at=NOW, page="finewz")

    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("關於長期照護保險的報導，請各單位辦理", "zh-Hant"),
            ("关于长期护理保险的报道", "zh"),
            ("China Life 中标 wins a tender in Hangzhou", "en"),
            ("123", ""),
        ],
    )
    def test_language_by_script(self, text: str, lang: str) -> None:
        """Simplified, traditional, English, nothing."""
        assert detect_lang(text) == lang

    @given(st.text(max_size=300))
    def test_any_html(self, text: str) -> None:
        """An article or `ExtractionError`, nothing else."""
        try:
            article = self.read(text)
        except ExtractionError:
            return
        assert article.title
        assert article.text
