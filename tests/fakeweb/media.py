"""Replicas of Chinese media sites on their own host names, for a crawl through `FakeWeb.proxy`.

Markup, field names, paging and oddities are the facts; texts are invented. Each function puts one site on a `FakeWeb`;
`MEDIA` names them by the catalogue entry that reads them. Every list that pages has three pages, then what the site sends
beyond its end.
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


def xinhua_article(number: int, body: str) -> str:
    """An article whose time is cut in three elements (new) or stands in one line (old)."""
    new = body == "detailContent"
    time = (
        f'<div class="header-time left"><span class="year"><em>2026</em></span><span class="day"><em>09</em>/<em>2{number}</em></span>'
        f'<span class="time">08:3{number}:12</span></div>'
        if new
        else f'<div class="info"><span class="h-time">2026-09-2{number} 08:3{number}:12</span> 来源： 新华社</div>'
    )
    inside = (
        f'<div class="head-line clearfix"><h1><span class="title">新华第{number}号新闻标题</span></h1></div>{time}'
        f'<div class="source">来源：新华网</div><div id="{body}">{html_paragraphs(number)}</div>'
        '<div id="articleEdit"><span class="editor">【责任编辑:某某】</span></div>'
    )
    return page(f"新华第{number}号新闻标题-新华网", inside)


def xinhua(web: FakeWeb) -> None:
    """One file of rows: a plain one, one relative to the channel, a placed link, a title of several anchors, an outside link."""
    host = "http://www.news.cn"
    bodies = ("detailContent", "detail", "p-detail", "detailContent", "detailContent")
    for number, body in enumerate(bodies, 1):
        web.add(f"{host}/fortune/2026092{number}/{number:032x}/c.html", xinhua_article(number, body))
    paths = [f"/fortune/2026092{number}/{number:032x}/c.html" for number in range(1, 6)]
    rows: list[dict[str, object]] = [
        {"contentId": "1", "contentType": "MultiMedia", "title": f"<a href='{host}{paths[0]}'>新华第1号新闻标题</a>",
         "publishUrl": f"{host}{paths[0]}", "publishTime": "2026-09-21 08:31:12", "summary": "", "linkUrls": []},
        {"contentId": "2", "contentType": "MultiMedia", "title": "新华第2号新闻标题", "publishUrl": f"..{paths[1]}",
         "publishTime": "2026-09-22 08:32:12", "linkUrls": None},
        {"contentId": "3", "contentType": "Link", "title": "放置的链接", "publishUrl": "", "publishTime": "2026-10-08 00:00:00",
         "linkUrls": [{"linkTitle": "新华第3号新闻标题", "linkUrl": f"{host}{paths[2]}"}]},
        {"contentId": "4", "contentType": "MultiMedia", "publishUrl": "", "publishTime": "2026-10-08 00:00:00", "linkUrls": [],
         "title": f"<a href='{host}{paths[3]}'>新华第4号新闻标题</a>｜<a href='{paths[4]}'>新华第5号新闻标题</a>"},
        {"contentId": "6", "contentType": "Link", "title": "外站", "publishUrl": "", "publishTime": "2026-10-08 00:00:00",
         "linkUrls": [{"linkTitle": "外站", "linkUrl": "http://video.example/x"}]},
    ]  # fmt: skip
    reply = as_json({"categoryName": "财经", "datasource": rows})
    for name in (
        "fortune/ds_1e491dadc8944459b71b7ab13422623d", "health/ds_4c7c245375274bc49c8528bd3d2a0ce1",
        "local/ds_5c5939c2f07b4d9c96de44dad32eadc8",
    ):  # fmt: skip
        web.add(f"{host}/{name}.json", reply, headers=JSON)


def people(web: FakeWeb) -> None:
    """GBK pages with a gb2312 label; date and clock without a space; the older body's name on the second page."""
    host = "http://finance.people.com.cn"
    for number in (1, 2, 3):
        body = "show_text" if number == 2 else "rm_txt_con"
        inside = (
            f'<h1>人民网第{number}号新闻标题</h1><div class="col-1-1">2026年09月2{number}日08:3{number} | 来源：<a href="#">人民网－某某频道</a></div>'
            f'<div class="{body}">{html_paragraphs(number)}<div class="edit">(责编：某某、某某)</div>'
            '<p class="paper_num">《 人民日报 》（ 2026年09月20日 10 版）</p></div><div id="rwb_tjyd">推荐阅读</div>'
        )
        article = page(f"人民网第{number}号新闻标题--财经--人民网", inside, charset="GB2312")
        web.add(f"{host}/n1/2026/092{number}/c1004-4000000{number}.html", article.encode("gb18030"))
        link = f'<a href="/n1/2026/092{number}/c1004-4000000{number}.html">人民网第{number}号新闻标题</a>'
        listed = page(
            "财经", f'<div class="headingNews"><h3>{link}</h3></div><div class="fl"><a href="/GB/1/">更多</a></div>'
        )
        web.add(f"{host}/" if number == 1 else f"{host}/index{number}.html", listed.encode("gb18030"))


def gov_cn_article(number: int) -> str:
    """An article of the government's portal."""
    head = f'<meta name="firstpublishedtime" content="2026-09-2{number}-08:3{number}:00"/>'
    inside = (
        f'<h1 id="ti">国务院第{number}号消息标题</h1><div class="pages-date">2026-09-2{number} 08:3{number} <span class="font">来源： 新华社</span>'
        f'</div><div class="pages_content" id="UCAP-CONTENT"><div class="trs_editor_view">{html_paragraphs(number)}</div></div>'
    )
    return page(f"国务院第{number}号消息标题_要闻_中国政府网", inside, head)


def gov_cn(web: FakeWeb) -> None:
    """Arrays without an object around them; a row that leads to a column, not to an article."""
    host = "http://www.gov.cn"
    for number, folder in ((1, "yaowen/liebiao"), (2, "zhengce")):
        path = f"{host}/{folder}/202609/content_700000{number}.htm"
        web.add(path, gov_cn_article(number))
        rows = [
            {
                "TITLE": f"国务院第{number}号消息标题",
                "SUB_TITLE": "",
                "URL": path,
                "DOCRELPUBTIME": f"2026-09-2{number}",
            },
            {"TITLE": "专题", "SUB_TITLE": "", "URL": f"{host}/zhuanti/", "DOCRELPUBTIME": "2026-09-20"},
        ]
        name = "yaowen/liebiao/YAOWENLIEBIAO" if number == 1 else "zhengce/zuixin/ZUIXINZHENGCE"
        web.add(f"{host}/{name}.json", as_json(rows), headers=JSON)


def gov_cn_search(web: FakeWeb) -> None:
    """Results in groups, dates with dots, no more groups beyond the end."""
    for number in (1, 2, 3):
        web.add(f"http://www.gov.cn/zhengce/content/202609/content_700000{number}.htm", gov_cn_article(number))

    def search(request: FakeRequest) -> str:
        number = int(request.params["p"])
        row = {
            "title": f"<em>国务院</em>第{number}号消息标题",
            "url": f"http://www.gov.cn/zhengce/content/202609/content_700000{number}.htm",
            "pubtimeStr": f"2026.09.2{number}",
            "puborg": "国务院办公厅",
            "pcode": "国办发〔2026〕1号",
        }
        groups = {"gongwen": {"totalCount": 3, "listVO": [row] if number <= 3 else []}, "otherfile": {"listVO": []}}
        return as_json({"code": 200, "searchVO": {"totalCount": 3, "catMap": groups}})

    web.add("http://sousuo.www.gov.cn/search-gov/data", search, headers=JSON)


def thepaper(web: FakeWeb) -> None:
    """A POST list without addresses; the article as data in a script; one that was taken down."""

    def channel(request: FakeRequest) -> str:
        asked = request.json()
        number = asked["pageNum"]
        rows = [
            {
                "contId": f"3000000{number}",
                "name": f"澎湃第{number}号新闻标题",
                "pubTimeLong": 1790000000000 + number * 60000,
                "pic": "",
                "link": "",
            }
        ]
        if number == 1:
            rows.append(
                {"contId": "30000009", "name": "已经撤下的文章", "pubTimeLong": 1790000000000, "pic": "", "link": ""}
            )
        return as_json(
            {"code": 200, "data": {"hasNext": number < 3, "list": rows if number <= 3 and asked["channelId"] else []}}
        )

    web.add("http://api.thepaper.cn/contentapi/nodeCont/getByChannelId", channel, headers=JSON)
    for number in (1, 2, 3, 9):
        detail = {
            "contId": 30000000 + number,
            "name": f"澎湃第{number}号新闻标题",
            "content": f"<p>{'</p><p>'.join(paragraphs(number))}</p><p>（文章来源：某地日报）</p>",
            "publishTime": 1790000000000 + number * 60000,
            "pubTime": "3小时前",
            "author": "澎湃新闻记者 某某",
            "nodeInfo": {"name": "10%公司"},
            "tagList": [{"tag": "某标签"}],
        }
        data = {"props": {"pageProps": {"detailData": {"contentDetail": None if number == 9 else detail}}}}
        script = f'<script id="__NEXT_DATA__" type="application/json">{as_json(data)}</script>'
        web.add(f"http://m.thepaper.cn/detail/3000000{number}", page("澎湃新闻", f'<div id="__next"></div>{script}'))


def jiemian(web: FakeWeb) -> None:
    """A feed, and an article whose time is an epoch in an attribute."""
    link = "http://www.jiemian.com/article/12000001.html"
    item = f"<item><title><![CDATA[界面第1号新闻标题]]></title><link>{link}</link><pubDate>2026-09-21 08:31:00</pubDate><description><![CDATA[摘要]]></description></item>"
    feed = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>界面</title>{item}</channel></rss>'
    )
    web.add("http://a.jiemian.com/index.php", feed, headers={"Content-Type": "text/xml"})
    inside = (
        '<div class="article-header"><h1>界面第1号新闻标题</h1><p>一段导语，说明这篇文章讲的是什么事情。</p></div>'
        '<div class="article-info"><p><span class="author"><a href="#">某某</a> · <a href="#">某某某</a></span>'
        '<span data-article-publish-time="1790000000">2026/09/21 22:13</span><span>来源：界面新闻</span></p></div>'
        f'<div class="article-content">{html_paragraphs(1)}<div class="article-source"><p>来源：界面新闻</p></div></div>'
    )
    web.add(link, page("界面第1号新闻标题|界面新闻", inside))


def chinanews_article(number: int) -> str:
    """The three templates that are served side by side."""
    if number == 1:
        inside = (
            '<h1 class="content_left_title">中新网第1号新闻标题</h1><div class="left"><p>发布时间：2026年09月21日 08:31 来源：'
            '<a class="source" href="#">中国新闻网</a></p></div>'
            f'<div class="content_desc">{html_paragraphs(1)}<div class="adInContent">广告内容</div></div>'
        )
    elif number == 2:
        inside = (
            '<h1>中新网第2号新闻标题</h1><div style="text-align:right;font-size:12px;">发布时间：2026-09-22 08:32 来源：中新社</div>'
            f'<div class="t3">{html_paragraphs(2)}</div>'
        )
    else:
        inside = (
            f'<h1>中新网第{number}号新闻标题</h1><div class="left-t">2026年09月2{number}日 08:3{number}　来源：<a class="source" href="#">中国新闻网</a>'
            f'</div><div class="left_zw">{html_paragraphs(number)}<div class="adInContent">广告内容</div></div>'
        )
    return page(f"中新网第{number}号新闻标题-中新网", inside)


def chinanews(web: FakeWeb) -> None:
    """Two feeds that share an item, articles on the old host and the new; and three pages of the roll, years left out."""
    host = "http://www.chinanews.com.cn"
    paths = {number: f"/cj/2026/09-2{number}/1000000{number}.shtml" for number in (1, 2, 3)}
    for number, path in paths.items():
        web.add(f"{host}{path}", chinanews_article(number))
        web.add(f"http://www.chinanews.com{path}", chinanews_article(number))
        row = (
            f'<li><div class="dd_lm">[<a href="/cj/">财经</a>]</div><div class="dd_bt"><a href="{path}">中新网第{number}号新闻标题</a></div>'
            f'<div class="dd_time">9-2{number} 08:3{number}</div></li>'
        )
        web.add(
            f"{host}/scroll-news/news{number}.html", page("滚动", f'<div class="content_list"><ul>{row}</ul></div>')
        )
    for name, numbers in (("finance", (1, 2)), ("society", (2, 3))):
        items = "".join(
            f"<item><title>中新网第{number}号新闻标题</title><link>{'http://www.chinanews.com' if name == 'society' else host}{paths[number]}</link>"
            f"<pubDate>2026-09-2{number} 08:3{number}:00</pubDate></item>"
            for number in numbers
        )
        feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>中新网</title>{items}</channel></rss>'
        web.add(f"{host}/rss/{name}.xml", feed, headers={"Content-Type": "text/xml"})


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


def quoted(text: str) -> str:
    """Percent-escaped whole."""
    return quote(text, safe="")


MEDIA: Mapping[str, Replica] = {
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
    "xinhua-fortune": xinhua,
    "xinhua-health": xinhua,
    "people-finance": people,
    "gov-cn-news": gov_cn,
    "gov-cn-policy-search": gov_cn_search,
    "thepaper-finance": thepaper,
    "thepaper-accounts": thepaper,
    "jiemian": jiemian,
    "chinanews": chinanews,
    "chinanews-scroll": chinanews,
    "21jingji-insurance": jingji21,
    "nbd": nbd,
    "ce-insurance": ce,
    "china-finance-insurance": china_finance,
    "cbimc-search": cbimc,
    "huibaoxian": huibaoxian,
}
