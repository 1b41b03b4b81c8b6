"""Each sample site has the shape of the real ones: the selectors that page objects and spiders rely on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from lxml import html

from monitor.demo import DemoArticle, path_of
from monitor.demo.finews import BROKEN_POST, SPACED
from tests.demo.conftest import Web

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LAYOUTS = {"brief": "noise-rates", "linked": "noise-vehicles-sales", "full": "noise-farm-cover", "media": "chongqing"}


@pytest.fixture
def whole(web: Web) -> Web:
    """The sample web with everything visible."""
    web.clock.moment = web.site.last_arrival
    return web


def tree(web: Web, target: str) -> html.HtmlElement:
    return html.fromstring(web.text(target))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_finews_posts(whole: Web, articles: Mapping[str, DemoArticle], layout: str) -> None:
    """Posts of every generation: time in one of two spellings, headline, body, origin link, tags line."""
    article = articles[LAYOUTS[layout]]
    assert article.layout == layout
    page = tree(whole, whole.site.url_of(article))
    assert page.get("lang") == "zh-CN"
    assert page.xpath("//div[@class='wrapper']/header/h1/a")[0].text == "金融消息"
    (section,) = page.xpath("//div[@class='wrapper']/section")
    stamp, tags = (small.text_content() for small in section.xpath("./small"))
    moment = article.published.strftime("%Y-%m-%d %H:%M:%S")
    old = layout in ("brief", "linked")
    assert stamp == (f"(GMT+8, Asia/Shanghai, CST) {moment}" if old else f"[GMT+8, Asia/Shanghai, CST] {moment} \xa0 ")
    assert tags.startswith("tags: ")
    assert tags.endswith("新闻")
    assert section.xpath("./h1")[0].text == article.title
    origin = section.xpath(".//a[contains(@href,'NewsShare.html?infoCode=') or contains(@href,'eastmoney.com/news/')]")
    assert len(origin) == 1
    assert origin[0].text == origin[0].get("href")
    back = [
        p.text_content() for p in section.xpath("./p") if "｜" in p.text_content() and "返回首页" in p.text_content()
    ]
    assert len(back) == (0 if layout == "brief" else 1)
    assert bool(section.xpath("./blockquote/p")) is (layout == "full")
    assert bool(section.xpath("./p[@class='em_media']")) is not old
    if not old:
        source = section.xpath("./p[@class='em_media']")[0]
        assert source.text_content() == f"（文章来源：{article.source}）"
        assert source.xpath(".//a[@class='keytip']")[0].text != article.source  # a link cuts the name in half


def test_finews_stock_noise(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """Charts stand between Eastmoney's comments, hidden paragraphs are hidden, the insurer's name is a quote link."""
    page = tree(whole, whole.site.url_of(articles["chongqing"]))
    charts = page.xpath("//p/a[contains(@class,'EmImageRemark')]/img")
    assert [c.get("alt") for c in charts] == ["K图 01336_0", "K图 601336_0"]
    assert all("webquoteklinepic.eastmoney.com" in c.get("src") for c in charts)
    comments = [c.text.strip() for c in page.xpath("//section//comment()")]
    assert comments == ["EM_StockImg_Start", "EM_StockImg_End"] * 2
    assert page.xpath("//p[contains(@style,'display:none')]")
    (name,) = page.xpath("//span[starts-with(@id,'stock_')]/a[@class='keytip']")
    assert name.text == "新华保险"
    assert not page.xpath("//span[starts-with(@id,'quote_')]")[0].text


def test_finews_head(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """The layout's own og:type comes first and is wrong; the seo tag's values come last and are right."""
    article = articles["chongqing"]
    page = tree(whole, whole.site.url_of(article))
    assert page.xpath("//meta[@property='og:type']/@content") == ["website", "article"]
    assert page.xpath("//meta[@property='og:title']/@content") == [article.title, article.title]
    assert page.xpath("//meta[@property='article:published_time']/@content") == ["2022-04-21T09:35:12+08:00"]
    assert page.xpath("//link[@rel='canonical']/@href") == [whole.site.url_of(article)]
    assert '"@type":"BlogPosting"' in page.xpath("//script[@type='application/ld+json']")[0].text


def test_finews_lists(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """Category lists have a heading and root-relative links, newest arrival first, and no dates."""
    page = tree(whole, "/finews/category/beifangwang.html")
    assert page.xpath("//section/h2[@id='北方网新闻']")[0].text == "北方网新闻"
    links = page.xpath("//section/ul/li/a[starts-with(@href,'/')]")
    due = sorted((a for a in articles.values() if a.section == "beifangwang"), key=lambda a: a.after or 0, reverse=True)
    assert [link.text for link in links] == [*(a.title for a in due), None]  # the broken post's link has no text
    assert [link.get("href") for link in links] == [*(path_of(a) for a in due), BROKEN_POST]
    assert not re.search(r"\d{4}-\d{2}-\d{2}", page.xpath("//section/ul")[0].text_content())
    home = tree(whole, "/finews/")
    assert home.xpath("//section/h2")[0].text == "最近100条新消息"
    assert len(home.xpath("//section/ul/li/a")) == sum(a.site == "finews" for a in articles.values())


def test_finews_oddities(whole: Web) -> None:
    """An empty heading over a full list, an empty list under a spaced name, and a post without title and time."""
    headless = tree(whole, "/finews/category/21caijing.html")
    assert headless.xpath("//section/h2[@id='']")[0].text is None
    assert headless.xpath("//section/ul/li/a")
    empty = tree(whole, f"/finews/category/{SPACED}.html")
    assert empty.xpath("//section/ul")
    assert not empty.xpath("//section/ul/li")
    broken = tree(whole, BROKEN_POST)
    assert broken.xpath("//section/h1")[0].text is None
    assert not re.search(r"\d{4}-", broken.xpath("//section/small")[0].text)


def test_finews_feed(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """Atom with the ten newest posts, whole content, times with +08:00, and the category as a term."""
    feed = ElementTree.fromstring(whole.text("/finews/feed.xml"))
    entries = feed.findall("a:entry", ATOM)
    due = sorted((a for a in articles.values() if a.site == "finews"), key=lambda a: a.after or 0, reverse=True)[:10]
    assert [e.findtext("a:title", None, ATOM) for e in entries] == [a.title for a in due]
    for entry, article in zip(entries, due, strict=True):
        assert entry.find("a:link", ATOM).get("href") == whole.site.url_of(article)  # type: ignore[union-attr]
        assert entry.findtext("a:published", None, ATOM) == article.published.isoformat()
        assert entry.find("a:category", ATOM).get("term") == article.section  # type: ignore[union-attr]
        content = html.fromstring(entry.findtext("a:content", "", ATOM)).text_content()
        assert all(line.replace("**", "") in content for line in article.text.split("\n"))


def test_rss_feed_has_teasers_and_tracking(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """RSS items carry a cut teaser, an RFC 822 time in China's zone, and a link with a tracking parameter."""
    items = ElementTree.fromstring(whole.text("/rss/news.xml")).findall("channel/item")
    by_title = {a.title: a for a in articles.values() if (a.site, a.section) == ("rss", "news")}
    assert {i.findtext("title") for i in items} == set(by_title)
    for item in items:
        article = by_title[item.findtext("title") or ""]
        assert item.findtext("link") == f"{whole.site.url_of(article)}?from=rss"
        assert (item.findtext("pubDate") or "").endswith("+0800")
        assert len(item.findtext("description") or "") < 100
        page = tree(whole, item.findtext("link") or "")
        assert page.xpath("//article/h1")[0].text == article.title
        assert page.xpath("//aside//a")
    assert "承辦" in whole.text("/rss/hk.xml")


def test_portal_lists(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """Rows carry time, region and buyer; the parent list has the kind in front; a script pager leads to page two."""
    first = tree(whole, "/ccgp/cggg/dfgg/index.htm")
    pager = re.search(
        r"Pager\(\{size:(\d+), current:(\d+), prefix:'index',suffix:'htm'\}\)", html.tostring(first).decode()
    )
    assert pager is not None
    assert pager.groups() == ("2", "0")
    rows = first.xpath("//ul[@class='c_list_bid']/li") + tree(whole, "/ccgp/cggg/dfgg/index_1.htm").xpath(
        "//ul[@class='c_list_bid']/li"
    )
    due = {path_of(a): a for a in articles.values() if a.site == "ccgp"}
    assert len(rows) == len(due) == 12
    for row in rows:
        link = row.xpath("./a")[0]
        article = due[link.get("href")]
        assert link.get("title") == article.title
        kind, published, region, buyer = (em.text for em in row.xpath("./em"))
        assert row.xpath("./em")[0].get("rel") == "bxlx"
        assert kind.endswith("公告")
        assert published == article.published.strftime("%Y-%m-%d %H:%M")
        assert article.notice is not None
        assert (region, buyer) == (article.notice.region, article.notice.buyer)
    assert any(row.xpath("./a")[0].text.endswith("…") for row in rows)
    channel = tree(whole, "/ccgp/cggg/dfgg/zbgg/index.htm").xpath("//ul[@class='c_list_bid']/li")
    assert all(re.match(r"\./\d{6}/t\d{8}_\d{8}\.htm$", row.xpath("./a")[0].get("href")) for row in channel)
    assert all(len(row.xpath("./em")) == 3 for row in channel)
    assert b'class="c_list_bid"' not in whole.get("/ccgp/cggg/dfgg/index_2.htm").body


def test_portal_notice(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """A notice has meta tags, breadcrumb, summary table with 采购单位 twice, numbered body, table and attachment."""
    article = articles["mianyang-result"]
    page = tree(whole, whole.site.url_of(article))
    assert page.xpath("//meta[@name='ArticleTitle']/@content") == [article.title]
    assert page.xpath("//meta[@name='PubDate']/@content") == ["2026-04-08 17:46"]
    assert [a.text for a in page.xpath("//div[@class='vF_deail_currentloc']//a[@class='CurrChnlCls']")] == [
        "首页",
        "地方公告",
        "中标公告",
    ]
    assert page.xpath("//span[@id='pubTime']")[0].text == "2026年04月08日 17:46"
    labels = [td.text for td in page.xpath("//div[@class='table']//td[@class='title']")]
    assert labels.count("采购单位") == 2
    assert "￥2783.000000 万元（人民币）" in page.xpath("//div[@class='table']")[0].text_content()
    body = page.xpath("//div[@class='vF_detail_content_container']/div[@class='vF_detail_content']")[0]
    assert "一、项目编号：N5107012026000086" in body.text_content()
    assert len(body.xpath(".//table//tr")) == 3
    assert [a.text for a in body.xpath(".//ul[@class='fjxx']//a")] == ["中标通知书.pdf"]


def test_paper_sends_gbk_and_calls_it_gb2312(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """The header names no charset, the meta tag the wrong one, and the text needs characters beyond gb2312."""
    reply = whole.get(whole.site.url_of(articles["noise-clinic"]))
    assert reply.headers["content-type"] == "text/html"
    assert b"charset=gb2312" in reply.body
    assert "陈玥" in reply.body.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("gb2312")
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")
    dates = html.fromstring(whole.get("/paper/").body.decode("gbk")).xpath("//ul[@class='list_14']/li/i/text()")
    assert dates
    assert all(re.fullmatch(r"\d{2}-\d{2}", date) for date in dates)


def test_mirror_pages(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """Mirror addresses are 32 hexadecimal digits, the time stands in JSON-LD alone, `Source link` ends the text."""
    article = articles["hangzhou-translated"]
    assert re.fullmatch(r"/mirror/en/news/[0-9a-f]{32}\.html", path_of(article))
    page = tree(whole, whole.site.url_of(article))
    assert page.get("lang") == "en"
    assert '"datePublished": "2023-11-09T10:40:55+08:00"' in page.xpath("//script[@type='application/ld+json']")[0].text
    assert page.xpath("//article//p")[-1].text_content() == "Source link"
    listed = [a.get("href") for a in tree(whole, "/mirror/en/news/").xpath("//h2[@class='post-title']/a")]
    assert path_of(article) in listed


def search(web: Web, **question: object) -> dict[str, Any]:
    """Ask the portal's search; its answer without the callback."""
    body = web.text(f"/east/search/jsonp?cb=jQuery7&param={quote(json.dumps(question))}")
    match = re.fullmatch(r"jQuery7\((.*)\)", body, re.DOTALL)
    assert match is not None
    return dict(json.loads(match[1]))


def test_portal_search(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """Hits by keyword, newest arrival first and marked where they match, in pages of the size asked for."""
    due = [a for a in whole.site.view().articles if a.site == "east" and "惠民保" in a.title + a.text]
    settings = {"pageIndex": 1, "pageSize": 20, "preTag": "<em>", "postTag": "</em>"}
    answer = search(whole, keyword="惠民保", param={"cmsArticleWebOld": settings})
    items = answer["result"]["cmsArticleWebOld"]
    assert (answer["code"], answer["hitsTotal"]) == (0, len(due))
    assert [i["url"] for i in items] == [whole.site.url_of(a) for a in due]
    assert items[0]["title"] == "保租房REITs获受理 首批<em>惠民保</em>租房项目出租率超过九成"
    assert items[0]["date"] == "2022-04-21 11:20:00"
    assert re.fullmatch(r"20\d{16}", items[0]["code"])
    assert "<em>惠民保</em>" in items[0]["content"]
    care = {"keyword": "长护险", "param": {"cmsArticleWebOld": {**settings, "pageSize": 2}}}
    pages = [
        search(whole, **{**care, "param": {"cmsArticleWebOld": {**settings, "pageSize": 2, "pageIndex": n}}})
        for n in (1, 2, 3)
    ]
    assert [len(p["result"]["cmsArticleWebOld"]) for p in pages] == [2, 1, 0]
    assert search(whole, keyword="足球", param={"cmsArticleWebOld": settings})["result"]["cmsArticleWebOld"] == []


@pytest.mark.parametrize(
    "question", [{}, {"keyword": "长护险"}, {"keyword": "长护险", "param": {"cmsArticleWebOld": {"pageIndex": "x"}}}]
)
def test_portal_search_refuses_what_it_cannot_read(whole: Web, question: dict[str, object]) -> None:
    """A question without its parts is refused by the answer's own code, with status 200 as such interfaces do."""
    assert search(whole, **question)["code"] == -1
    assert b'"code": -1' in whole.get("/east/search/jsonp?cb=x").body


def test_portal_articles(whole: Web, articles: Mapping[str, DemoArticle]) -> None:
    """Headline, time and source in `.infos .item`, the text in `#ContentBody`, the source line last."""
    article = articles["mianyang-news"]
    page = tree(whole, whole.site.url_of(article))
    assert page.xpath("//div[@class='title']")[0].text == article.title
    assert [i.text for i in page.xpath("//div[@class='infos']/div[@class='item']")] == [
        "2026年04月09日 08:40",
        "来源：证券时报",
    ]
    paragraphs = [p.text_content() for p in page.xpath("//div[@id='ContentBody']/p")]
    assert paragraphs == [*article.text.split("\n"), "（文章来源：证券时报）"]
