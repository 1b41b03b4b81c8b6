"""Replicas of business papers and of the trade's own sites; see `media`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.fakeweb.media import JSON, NOT_FOUND, Replica, as_json, html_paragraphs, page, paragraphs
from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb


def jingji21(web: FakeWeb) -> None:
    """A token for each visit, 404 without it; an advert among the rows, a topic page, epochs and relative words for times."""
    host = "http://m.21jingji.com"
    web.add(
        f"{host}/reader/cbhChannelAuth",
        lambda request: as_json({"status": 1, "token": "Bearer visitor"}) if request.method == "POST" else NOT_FOUND,
    )

    def article_url(number: int) -> str:
        return f"{host}/article/2026092{number}/herald/{number:032x}.html"

    def channel(request: FakeRequest) -> FakeResponse:
        if request.headers.get("authorization") != "Bearer visitor":
            return NOT_FOUND
        number = int(request.params["page"])
        rows: list[dict[str, object]] = [
            {"id": str(number), "title": f"21财经第{number}号新闻标题", "url": article_url(number), "inputtime": "3小时前",
             "updatetime": str(1790000000 + number * 60), "source": "21世纪经济报道", "author": "某某", "editor": "某某", "isAD": 0},
            {"id": "777", "title": "广告", "url": f"{host}/article/20260920/ad/{9:032x}.html", "isAD": 1},
            {"id": "4336", "title": "专题", "url": f"{host}/jujiao/getList?ztid=4336", "type": "link", "isAD": 0},
        ]  # fmt: skip
        return FakeResponse(body=as_json(rows if number <= 3 else []).encode())

    web.add(f"{host}/channel/Insurance", channel)
    for number in (1, 2, 3):
        body = "txtContent" if number == 2 else "main_content"
        inside = (
            f'<div class="titleHead"><h1>21财经第{number}号新闻标题</h1></div><div class="author-infos"><a href="#">某某</a>'
            f'<span>2026-09-2{number} 08:3{number}</span></div><div class="{body}">{html_paragraphs(number)}'
            '<div class="rela-box"><p>相关报道</p></div><div class="copyright"><p>未经授权不得转载</p></div></div>'
        )
        web.add(article_url(number), page(f"21财经第{number}号新闻标题 - 21财经", inside))


def nbd(web: FakeWeb) -> None:
    """A column, and an article whose time stands in a script only."""
    link = "http://www.nbd.com.cn/articles/2026-09-21/4000001.html"
    web.add(
        "http://www.nbd.com.cn/columns/3/",
        page("要闻", f'<ul><li><div class="u-news-title"><a href="{link}">每经第1号新闻标题</a></div></li></ul>'),
    )
    script = (
        '<script type="application/ld+json">{"title": "每经第1号新闻标题", "pubDate": "2026-09-21T08:31:00"}</script>'
    )
    inside = (
        '<div class="g-article-top"><h1>每经第1号新闻标题</h1><p class="u-time"><span class="source">每日经济新闻</span></p></div>'
        f'<div class="g-articl-text">{html_paragraphs(1)}<p>责编 某某</p></div>'
    )
    web.add(link, page("每经第1号新闻标题 | 每日经济新闻", inside, script))


def ce(web: FakeWeb) -> None:
    """GBK pages under a gb2312 label, TRS numbering (`index_1` is the second page), dates with strokes."""
    base = "http://finance.ce.cn/insurance1/scrollnews"
    for number in (1, 2, 3):
        path = f"202609/t2026092{number}_314670{number}.shtml"
        row = f'<tr><td><a href="./{path}">中经网第{number}号新闻标题</a></td><td>[2026/09/2{number} 08:3{number}]</td></tr>'
        listed = page("保险", f"<table>{row}</table>", charset="gb2312")
        web.add(f"{base}/" if number == 1 else f"{base}/index_{number - 1}.shtml", listed.encode("gb18030"))
        inside = (
            f'<h1 id="articleTitle">中经网第{number}号新闻标题</h1><div class="laiyuan"><span id="articleTime">2026年09月2{number}日 08:3{number}</span>'
            f'<span id="articleSource">来源：中国银行保险报</span></div><div class="content" id="articleText"><div class="TRS_Editor">'
            f"<style>.TRS_Editor P{{line-height:2}}</style>{html_paragraphs(number)}<p>（责任编辑：某某）</p></div></div>"
        )
        article = page(f"中经网第{number}号新闻标题_中国经济网", inside, charset="gb2312")
        web.add(f"{base}/{path}", article.encode("gb18030"))
    web.add(
        "http://finance.ce.cn/insurance/jkx/", page("健康险", "<table></table>", charset="gb2312").encode("gb18030")
    )


def china_finance(web: FakeWeb) -> None:
    """A script call around a string of HTML, quotes escaped; an empty string beyond the end."""

    def more(request: FakeRequest) -> str:
        number = int(request.params["page"])
        link = f"http://finance.china.com.cn/roll/2026092{number}/619271{number}.shtml"
        piece = f'<div class="c"><h3><a href="{link}" target="_blank">中国网第{number}号新闻标题</a></h3><span>2026-09-2{number} 08:3{number}</span></div>'
        return f"callback({json.dumps(piece if number <= 3 else '<div></div>')})"

    web.add("http://app.finance.china.com.cn/news/more_news.php", more, headers={"Content-Type": "text/javascript"})
    for number in (1, 2, 3):
        inside = (
            f'<h1>中国网第{number}号新闻标题</h1><div class="fl time2">2026年09月2{number}日 08:3{number}　<span id="source_baidu">来源：'
            f'<a href="#">中国网财经</a></span></div><div id="fontzoom">{html_paragraphs(number)}<p>（责任编辑：某某）</p></div>'
        )
        web.add(f"http://finance.china.com.cn/roll/2026092{number}/619271{number}.shtml", page("中国网", inside))


def cbimc(web: FakeWeb) -> None:
    """A form search whose rows carry the text; robots.txt is an HTML page; an empty array beyond the end."""
    web.add("http://www.cbimc.cn/robots.txt", "<!DOCTYPE html><html><body><div id=app></div></body></html>")

    def search(request: FakeRequest) -> FakeResponse:
        if request.method != "POST" or not request.form["q"] or request.form["siteID"] != "1":
            return FakeResponse(status=400)
        number = int(request.form["pageNo"])
        row = {
            "title": f"银保报第{number}号新闻标题",
            "date": f"2026-09-2{number}",
            "url": f"http://www.cbimc.cn/content/2026-09/2{number}/content_60000{number}.html",
            "enpcontent": "　　" + "\n　　".join(paragraphs(number)),
            "keyword": request.form["q"],
        }
        return FakeResponse(
            body=as_json({"article": [row] if number <= 3 else []}).encode(), headers=tuple(JSON.items())
        )

    web.add("http://www.cbimc.cn/xy/Search.do", search)


def huibaoxian(web: FakeWeb) -> None:
    """Doubled slashes in links, a picture and a headline for each row, an advert, three pages in one of the categories."""
    host = "http://www.huibaoxian.com.cn"
    for number in (1, 2, 3):
        path = f"//htm/kb/2026092{number}/616{number}.html"
        row = (
            f'<dl><dt><a href="{path}"><img src="/x.jpg"></a></dt><dd><h3><span class="dj">独家</span><a href="{path}" title="慧保第{number}号新闻标题">'
            f'<b>慧保第{number}号新闻标题</b></a></h3><p>摘要</p><div class="date">行业动态 / 2026-09-2{number}</div></dd></dl>'
        )
        advert = '<dl><dd><h3><a href="//htm/kb/20260920/6100.html"><b>扫码免费领取资料</b></a></h3><div class="date">行业动态 / 2026-09-20</div></dd></dl>'
        name = "" if number == 1 else f"list_6_{number}.html"
        web.add(f"{host}/htm/kb/{name}", page("行业动态", f"<div class='list'>{row}{advert}</div>"))
        inside = (
            f'<div class="hl_c_title"><h2><i>独家</i>慧保第{number}号新闻标题</h2></div><div class="hl_c_twid">2026-09-2{number} 08:3{number}</div>'
            f'<div class="hl_c_wcid">一段导语，说明第{number}号文章讲的是什么。</div><div class="hl_body">{html_paragraphs(number)}</div>'
        )
        article = page(f"慧保第{number}号新闻标题-慧保天下", inside)
        web.add(f"{host}{path}", article)
        web.add(f"{host}{path[1:]}", article)
    for category in ("yc", "pc"):
        web.add(f"{host}/htm/{category}/", page("列表", "<div class='list'></div>"))


TRADE: Mapping[str, Replica] = {
    "21jingji-insurance": jingji21,
    "nbd": nbd,
    "ce-insurance": ce,
    "china-finance-insurance": china_finance,
    "cbimc-search": cbimc,
    "huibaoxian": huibaoxian,
}
