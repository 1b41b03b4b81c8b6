"""Replicas of agencies, papers and the government's portal; see `media`."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakeweb.media import JSON, Replica, as_json, html_paragraphs, page, paragraphs
from tests.fakeweb.server import FakeRequest, FakeWeb


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


PRESS: Mapping[str, Replica] = {
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
}
