"""Replicas of Chinese media sites on their own host names, for a crawl through `FakeWeb.proxy`.

Markup, field names, paging and oddities are the facts; texts are invented. Each function puts one site on a `FakeWeb`. Every
list that pages has three pages, then what the site sends beyond its end. Here stand what all replicas are made of and the
finance portals (`PORTALS`, by the catalogue entry that reads them); the others are in `media_press`, `media_trade` and
`media_feeds`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb
from tests.fakeweb.sites import add_finews, finews_page

JSON = {"Content-Type": "application/json; charset=utf-8"}
NOT_FOUND = FakeResponse(status=404, body=b"<html><title>404</title></html>")
Replica = Callable[[FakeWeb], None]


def paragraphs(number: int) -> tuple[str, str, str]:
    """The text of article `number`."""
    return (
        f"第{number}号消息：某市医疗保障局日前公布长期护理保险经办服务项目的承办机构，服务期为三年，覆盖全市参保人员。",
        f"根据第{number}号公告，承办机构将负责受理、评估和费用结算等工作，并在每个县区设立服务网点，方便群众就近办理。",
        "业内人士表示，此举有助于提升经办效率，减轻失能家庭的负担，也为其他地区积累了可以借鉴的经验。",
    )


def html_paragraphs(number: int) -> str:
    """The same as `<p>` elements, with the ideographic indent that Chinese editors type."""
    return "".join(f"<p>　　{paragraph}</p>" for paragraph in paragraphs(number))


def page(title: str, inside: str, head: str = "", charset: str = "utf-8") -> str:
    """A whole page with a navigation bar above and a legal line below."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}</title>{head}</head><body>'
        f'<div class="nav"><a href="/">首页</a><a href="/b">财经</a></div>{inside}'
        '<div class="footer"><p>版权所有 京ICP备00000000号</p></div></body></html>'
    )


def as_json(value: object) -> str:
    """Compact JSON with Chinese characters as they are."""
    return json.dumps(value, ensure_ascii=False)


def needing(headers: Mapping[str, str], answer: Callable[[FakeRequest], str]) -> Callable[[FakeRequest], FakeResponse]:
    """A handler that answers JSON to those headers, and 403 to a request without them."""

    def handle(request: FakeRequest) -> FakeResponse:
        if any(request.headers.get(name) != value for name, value in headers.items()):
            return FakeResponse(status=403)
        return FakeResponse(body=answer(request).encode(), headers=tuple(JSON.items()))

    return handle


def finews(web: FakeWeb) -> None:
    """The lists of six media: one full, one with an empty heading, four without rows; the feed; the broken post."""
    add_finews(web)
    post = "/beifangwang/2022/05/26/NW202205260000000001.html"
    other = f'<h2 id=""></h2><ul><li><a href="{post}">同一篇新闻</a></li></ul>'
    web.add("/category/zhongguoyinhangbaoxianbao.html", finews_page("X", other))
    for name in ("zhongguojingjiwang", "zhengquanribao", "21shijijingjibaodao", "emnews"):
        web.add(f"/category/{name}.html", finews_page("X", "<h2>没有文章</h2><ul></ul>"))


def eastmoney_article(number: int) -> str:
    """An article with the portal's noise: a chart, quote links that cut words, the closing source, a disclaimer."""
    first, second, third = paragraphs(number)
    inside = (
        f'<div class="title">东方财富第{number}号新闻标题</div><div class="infos"><div class="item">2026年09月{number + 10}日 10:0{number}'
        f'</div><div class="item">来源：东方财富研究中心</div></div><div id="ContentBody"><p>　　{first}</p>'
        '<!-- EM_StockImg_Start --><p><a data-code="601336|1|1">K图 601336_0</a></p><!-- EM_StockImg_End -->'
        f'<p>　　{second}</p><p>{third}<span id="stock_116.01336"><a href="#" class="keytip">新华</a></span></p>'
        '<p class="em_media">（文章来源：上海<span><a class="keytip" href="#">证券</a></span>报）</p></div>'
        '<div class="zwothers">郑重声明：以上内容与本站立场无关。</div>'
    )
    return page(f"东方财富第{number}号新闻标题 _ 东方财富网", inside)


def eastmoney_id(number: int) -> str:
    """The 18-digit id of article `number`."""
    return f"202609{number + 10}0000000{number:03}"


def add_eastmoney_articles(web: FakeWeb, count: int) -> None:
    """Articles 1 to `count`."""
    for number in range(1, count + 1):
        web.add(f"http://finance.eastmoney.com/a/{eastmoney_id(number)}.html", eastmoney_article(number))


def eastmoney_search(web: FakeWeb) -> None:
    """JSONP around three pages a keyword; every keyword finds the same articles; highlight tags in titles."""
    add_eastmoney_articles(web, 3)

    def search(request: FakeRequest) -> str:
        query = json.loads(request.params["param"])
        number = query["param"]["cmsArticleWebOld"]["pageIndex"]
        items = []
        if number <= 3:
            items.append(
                {
                    "date": f"2026-09-{number + 10} 10:0{number}:00",
                    "code": eastmoney_id(number),
                    "title": f"<em>{query['keyword']}</em>：东方财富第{number}号新闻标题",
                    "content": "摘要……",
                    "mediaName": "上海证券报",
                    "url": f"http://finance.eastmoney.com/a/{eastmoney_id(number)}.html",
                }
            )
        reply = {"code": 0, "hitsTotal": 3, "result": {"cmsArticleWebOld": items}}
        return f"{request.params['cb']}({as_json(reply)})"

    web.add("http://search-api-web.eastmoney.com/search/jsonp", search, headers={"Content-Type": "text/plain"})


def eastmoney_columns(web: FakeWeb) -> None:
    """Refuses a request without `req_trace`; the last page has a bare list where an object was."""
    add_eastmoney_articles(web, 3)

    def column(request: FakeRequest) -> FakeResponse:
        if not request.params.get("req_trace"):
            return FakeResponse(body=as_json({"code": "-1", "message": "req_trace"}).encode(), status=403)
        number = int(request.params["page_index"])
        rows = [
            {
                "code": eastmoney_id(number),
                "title": f"东方财富第{number}号新闻标题",
                "summary": "摘要",
                "showTime": f"2026-09-{number + 10} 10:0{number}:00",
                "mediaName": "上海证券报",
                "url": f"http://finance.eastmoney.com/news/1344,{eastmoney_id(number)}.html",
                "uniqueUrl": f"http://finance.eastmoney.com/a/{eastmoney_id(number)}.html",
            }
        ]
        rows = rows if number <= 3 else []
        data: object = rows if number == 3 else {"list": rows, "page_index": number, "page_size": 20}
        return FakeResponse(body=as_json({"code": "1", "data": data}).encode(), headers=tuple(JSON.items()))

    web.add("http://np-listapi.eastmoney.com/comm/web/getNewsByColumns", column)


def eastmoney_flashes(web: FakeWeb) -> None:
    """A cursor that leads through three pages and then repeats itself."""
    pages = {"": (1, "c1"), "c1": (2, "c2"), "c2": (3, "c2")}

    def flashes(request: FakeRequest) -> str:
        number, cursor = pages[request.params["sortEnd"]]
        row = {
            "code": eastmoney_id(number),
            "title": f"快讯第{number}号",
            "summary": f"【快讯第{number}号】{paragraphs(number)[0]}",
            "showTime": f"2026-09-{number + 10} 10:0{number}:00",
        }
        return as_json({"code": "1", "data": {"fastNewsList": [row], "sortEnd": cursor, "size": 1}})

    web.add("http://np-listapi.eastmoney.com/comm/web/getFastNewsList", flashes, headers=JSON)


def eastmoney_insurance(web: FakeWeb) -> None:
    """Two lists; titles cut with an ellipsis; the next page behind a link that says so."""
    add_eastmoney_articles(web, 3)
    base = "http://insurance.eastmoney.com/a"
    for number in (1, 2, 3):
        name = "chyzx.html" if number == 1 else f"chyzx_{number}.html"
        link = f"http://finance.eastmoney.com/a/{eastmoney_id(number)}.html"
        row = (
            f'<li><p class="title"><a href="{link}" title="东方财富第{number}号新闻标题">东方财富第{number}号…</a></p>'
            f'<p class="info">摘要</p><p class="time">09月{number + 10}日 10:0{number}</p></li>'
        )
        pager = f'<a href="chyzx_{number + 1}.html">下一页</a>' if number < 3 else "<span>下一页</span>"
        web.add(f"{base}/{name}", page("保险", f'<ul id="newsListContent">{row}</ul><div class="pager">{pager}</div>'))
    web.add(f"{base}/cgsxw.html", page("保险", '<ul id="newsListContent"></ul>'))


def sina_article(number: int, container: str) -> str:
    """An article of the finance channel (`artibody`) or of the news channel (`article`)."""
    head = (
        f'<meta property="article:published_time" content="2026-09-2{number}T08:3{number}:00+08:00">'
        '<meta property="article:author" content="新浪财经">'
    )
    inside = (
        f'<h1 class="main-title">新浪第{number}号新闻标题</h1><div class="date-source"><span class="date">2026年09月2{number}日 08:3{number}'
        f'</span><a class="source" href="#">某某时报</a></div><div id="{container}">{html_paragraphs(number)}'
        '<div class="appendQr_wrap"><p>扫码关注，海量资讯，尽在客户端</p></div>'
        '<p class="show_author">责任编辑：某某 </p><div id="left_hzh_ad">广告</div></div>'
    )
    return page(f"新浪第{number}号新闻标题|某某_新浪财经_新浪网", inside, head)


def sina_roll(web: FakeWeb) -> None:
    """Epoch seconds as strings, http addresses; wants the referer; two article templates."""
    for number, container in ((1, "artibody"), (2, "article"), (3, "artibody")):
        web.add(
            f"http://finance.sina.com.cn/money/2026-09-2{number}/doc-inhksqzw000000{number}.shtml",
            sina_article(number, container),
        )

    def roll(request: FakeRequest) -> str:
        number = int(request.params["page"])
        row = {
            "title": f"新浪第{number}号新闻标题",
            "intro": "摘要",
            "url": f"http://finance.sina.com.cn/money/2026-09-2{number}/doc-inhksqzw000000{number}.shtml",
            "media_name": "某某时报",
            "intime": str(1790000000 + number * 60),
            "ctime": str(1790000000 + number * 60),
        }
        return as_json({"result": {"status": {"code": 0}, "total": 3, "data": [row] if number <= 3 else []}})

    web.add("http://feed.mix.sina.com.cn/api/roll/get", needing({"referer": "http://news.sina.com.cn/"}, roll))


def sina_insurance(web: FakeWeb) -> None:
    """A channel page of links without dates; the same article twice, once with tracking parameters."""
    base = "http://finance.sina.com.cn/money/insurance/bxdt/2026-09-21/doc-inhksqzw0000001.shtml"
    web.add(base, sina_article(1, "artibody"))
    links = f'<a href="{base}">新浪第1号新闻标题</a><a href="{base}?utm_source=x&spm=1">图</a><a href="/money/insurance/">更多</a>'
    web.add("http://finance.sina.com.cn/money/insurance/", page("保险", f'<div class="blk04_cont">{links}</div>'))


def stcn(web: FakeWeb) -> None:
    """JSON for the XHR header, HTML without it; epoch milliseconds; root-relative addresses."""

    def both(request: FakeRequest) -> FakeResponse:
        if request.headers.get("x-requested-with") != "XMLHttpRequest":
            return FakeResponse(
                body=page("列表", '<div class="tt"><a href="/article/detail/1.html">题</a></div>').encode()
            )
        number = int(request.params["page"])
        row = {
            "id": str(number),
            "title": f"证券时报第{number}号新闻标题",
            "content": "摘要",
            "source": "证券时报",
            "url": f"/article/detail/{number}.html",
            "time": 1790000000000 + number * 60000,
            "tags": [],
            "isRed": 0,
        }
        reply = {"state": 1, "data": [row] if number <= 3 else []}
        return FakeResponse(body=as_json(reply).encode(), headers=tuple(JSON.items()))

    web.add("http://www.stcn.com/article/list.html", both)
    for number in (1, 2, 3):
        inside = (
            f'<div class="detail-title">证券时报第{number}号新闻标题</div><div class="detail-info"><span>来源：证券时报网</span>'
            f"<span>作者：某某</span><span>2026-09-2{number} 08:3{number}</span></div>"
            f'<div class="detail-content">{html_paragraphs(number)}<p>责任编辑: 某某</p></div>'
            '<div class="detail-content-tags"><div>某标签</div></div>'
        )
        web.add(f"http://www.stcn.com/article/detail/{number}.html", page(f"证券时报第{number}号新闻标题", inside))


def quoted(text: str) -> str:
    """Percent-escaped whole."""
    return quote(text, safe="")


PORTALS: Mapping[str, Replica] = {
    "finews": finews,
    "finews-feed": finews,
    "eastmoney-search": eastmoney_search,
    "eastmoney-search-products": eastmoney_search,
    "eastmoney-columns": eastmoney_columns,
    "eastmoney-flashes": eastmoney_flashes,
    "eastmoney-insurance": eastmoney_insurance,
    "sina-roll": sina_roll,
    "sina-insurance": sina_insurance,
    "stcn-finance": stcn,
}
