"""Replicas of search feeds, bridges and English sources, on their own host names; see `media`."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

from tests.fakeweb.media import JSON, Replica, as_json, html_paragraphs, page, paragraphs, quoted
from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb

RSS = {"Content-Type": "application/rss+xml; charset=utf-8"}
ENGLISH = (
    "A city in eastern China has named the insurer that will run its long-term care programme for the next three years.",
    "The medical security bureau said that the programme covers all residents who pay into the basic scheme, and that service "
    "points will be opened in every county before the end of the year.",
    "Analysts said the award shows how local governments increasingly rely on commercial carriers to settle claims.",
)


def english_page(title: str, published: str, author: str = "") -> str:
    """An English article page of an unknown site."""
    head = (
        f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="{published}">'
        + (f'<meta name="author" content="{author}">' if author else "")
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH)
    return (
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><nav><a href="/">Home</a></nav>'
        f'<h1>{title}</h1><div class="article">{body}</div><footer><p>Copyright 2026. All Rights Reserved.</p></footer></body></html>'
    )


def rss(items: str) -> str:
    """A channel with a namespace that only one search engine uses."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:News="https://www.bing.com/news/search?format=rss">'
        f"<channel><title>检索</title><link>http://search.example/</link>{items}</channel></rss>"
    )


def google_news(web: FakeWeb) -> None:
    """Opaque links, titles with the publisher behind a dash, a description that is a list of other stories."""

    def search(request: FakeRequest) -> str:
        query = request.params["q"]
        day = 30 if "when:" in query else int(query.split("after:")[1][8:10])
        if request.params["hl"] == "en-US":
            return rss(
                f"<item><title>City launches Huimin insurance, story {day} - China Daily</title><pubDate>Wed, {day} Sep 2026 03:54:47 GMT</pubDate>"
                f"<link>https://news.google.com/rss/articles/CBMiEE{day}?oc=5</link><source url='https://www.chinadaily.com.cn'>China Daily</source></item>"
            )
        related = html.escape(
            '<ol><li><a href="https://news.google.com/rss/articles/CBMiZZZZ">别的新闻</a> <font>别的报</font></li></ol>'
        )
        return rss(
            f"<item><title>某市惠民保第{day}号消息 - 杭州日报</title><link>https://news.google.com/rss/articles/CBMiAA{day}?oc=5</link>"
            f'<guid isPermaLink="false">CBMiAA{day}</guid><pubDate>Wed, {day} Sep 2026 03:54:47 GMT</pubDate><description>{related}</description>'
            '<source url="https://hzdaily.hangzhou.com.cn">杭州日报</source></item>'
            f"<item><title>另一家的第{day}号消息 - 某某 - 日报网</title><link>https://news.google.com/rss/articles/CBMiBB{day}?oc=5</link>"
            f'<guid isPermaLink="false">CBMiBB{day}</guid><pubDate>Wed, {day} Sep 2026 03:50:00 GMT</pubDate>'
            '<source url="https://example.cn">某某 - 日报网</source></item>'
        )

    web.add("http://news.google.com/rss/search", search, headers=RSS)


def chinese_article(number: int) -> str:
    """A Chinese article page of an unknown site."""
    inside = (
        f'<h1>检索到的第{number}号新闻标题</h1><div class="info">发布时间：2026-09-2{number} 08:3{number} 来源：某某日报</div>'
        f'<div class="content">{html_paragraphs(number)}</div>'
    )
    return page(f"检索到的第{number}号新闻标题_某某新闻网", inside)


def bing_news(web: FakeWeb) -> None:
    """Links wrapped with a number that changes on each fetch; the publisher in an element of the engine's own."""
    web.add("http://example.cn/a/1.html", chinese_article(1))
    fetches: list[int] = []

    def search(request: FakeRequest) -> FakeResponse:
        if request.params.get("format") != "rss":
            return FakeResponse(body=b"<html><body>results</body></html>")
        fetches.append(1)
        target = quoted("http://example.cn/a/1.html")
        link = f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=A{len(fetches)}&url={target}&c={len(fetches)}&mkt=zh-cn"
        item = (
            f"<item><title>检索到的第1号新闻标题</title><link>{html.escape(link)}</link><pubDate>Mon, 21 Sep 2026 00:31:00 GMT</pubDate>"
            "<description>摘要</description><News:Source>某某日报</News:Source></item>"
        )
        return FakeResponse(body=rss(item).encode(), headers=tuple(RSS.items()))

    web.add("http://www.bing.com/news/search", search)


def bing_web(web: FakeWeb) -> None:
    """Dates with Chinese words for weekday and month."""
    web.add("http://example.cn/b/2.html", chinese_article(2))
    item = "<item><title>检索到的第2号新闻标题</title><link>http://example.cn/b/2.html</link><pubDate>周二, 22 9月 2026 00:32:00 GMT</pubDate></item>"
    web.add("http://cn.bing.com/search", rss(item), headers=RSS)


def wewe_rss(web: FakeWeb) -> None:
    """JSON Feed in pages; titles are filtered after the page is cut, so that a page may be short; no text without fulltext."""

    def feed(request: FakeRequest) -> FakeResponse:
        number, whole = int(request.params.get("page", "1")), request.params.get("mode") == "fulltext"
        items = [
            {
                "id": f"abcdefghijklmnop{number}",
                "url": f"https://mp.weixin.qq.com/s/abcdefghijklmnop{number}",
                "title": f"公众号第{number}号文章标题",
                "content_html": html_paragraphs(number) if whole else "",
                "date_modified": f"2026-09-2{number}T00:3{number}:00.000Z",
                "image": "",
            }
        ]
        document = {"version": "https://jsonfeed.org/version/1", "title": "all", "items": items if number <= 3 else []}
        return FakeResponse(body=json.dumps(document, ensure_ascii=False).encode(), headers=tuple(JSON.items()))

    web.add("/feeds/all.json", feed)


def ecns(web: FakeWeb) -> None:
    """An English feed and a page of it."""
    link = "http://www.ecns.cn/news/2026-09-21/detail-iheaaa0000001.shtml"
    item = f"<item><title>City names carrier for long-term care</title><link>{link}</link><pubDate>Mon, 21 Sep 2026 08:31:00 +0800</pubDate></item>"
    web.add("http://www.ecns.cn/rss/rss.xml", rss(item), headers={"Content-Type": "text/xml"})
    web.add(link, english_page("City names carrier for long-term care", "2026-09-21T08:31:00+08:00"))


def caixin_global(web: FakeWeb) -> None:
    """Rows of free articles (their text in a reply of its own) and of paid ones (a stub), paged by offset."""

    def rows(request: FakeRequest) -> str:
        start = int(request.params["start"])
        number = start // 20 + 1
        row = {
            "desc": f"Caixin story {number} on long-term care",
            "summ": "Summary",
            "link": f"http://www.caixinglobal.com/2026-09-2{number}/caixin-story-{number}-10170000{number}.html",
            "time": 1790000000000 + number * 60000,
            "tags": [{"name": "Finance"}],
            "nid": f"10170000{number}",
            "attr": 5 if number == 2 else 0,
        }
        return as_json({"datas": [row] if number <= 3 else []})

    web.add("http://gateway.caixin.com/api/extapi/homeInterface.jsp", rows, headers=JSON)

    def reading(request: FakeRequest) -> str:
        number = request.params["id"][-1]
        content = "".join(f"<p>{paragraph}</p>" for paragraph in (f"Story {number}.", *ENGLISH))
        return as_json({"code": 0, "data": {"content": content}})

    web.add("http://u.caixinglobal.com/get/reading.do", reading, headers=JSON)
    stub = (
        "<h1>Caixin story 2 on long-term care</h1><div class='cons-date'>Sep 22, 2026 08:32 AM</div><div id='appContent'>"
        f"<p>{ENGLISH[0]}</p><div class='cons-pay-tip'>Subscribe to read the rest</div><div class='loadingBox'>Loading</div></div>"
    )
    web.add(
        "http://www.caixinglobal.com/2026-09-22/caixin-story-2-101700002.html",
        f"<html><head><title>Caixin story 2 on long-term care - Caixin Global</title></head><body>{stub}</body></html>",
    )


def scmp(web: FakeWeb) -> None:
    """A feed, its links with a mark of where they came from."""
    link = "http://www.scmp.com/news/china/article/3300001/city-names-carrier"
    item = (
        f"<item><title>City names carrier for care scheme</title><link>{link}?utm_source=rss_feed</link><author>Jane Doe</author>"
        "<pubDate>Mon, 21 Sep 2026 08:31:00 +0800</pubDate></item>"
    )
    web.add("http://www.scmp.com/rss/4/feed", rss(item), headers=RSS)
    web.add(link, english_page("City names carrier for care scheme", "2026-09-21T08:31:00+08:00", "Jane Doe"))


def min_news(web: FakeWeb) -> None:
    """A list of translations; the aggregator's name behind the title, the translation's own time."""
    base = f"http://min.news/en/economy/{1:032x}.html"
    web.add(
        "http://min.news/en/economy/", f'<ul><li><a href="{base}">Which company won the care project?</a></li></ul>'
    )
    web.add("http://min.news/en/news/", "<ul></ul>")
    web.add(base, english_page("Which company won the care project? - iMedia", "2026-09-23T03:31:07+00:00"))


FEEDS: Mapping[str, Replica] = {
    "google-news": google_news,
    "google-news-english": google_news,
    "bing-news": bing_news,
    "bing-web": bing_web,
    "wewe-rss": wewe_rss,
    "ecns": ecns,
    "caixin-global": caixin_global,
    "scmp-china": scmp,
    "min-news": min_news,
}

__all__ = ["FEEDS", "paragraphs"]
