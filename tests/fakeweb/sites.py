"""Replicas of watched sites, as awkward as the real ones. Texts are invented; markup and field names are the facts.

Each `add_…` function puts one site on a `FakeWeb` and returns the address to poll.
"""

from __future__ import annotations

import gzip
import json

from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb, conditional, in_turn

FINEWS_LAYOUT = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="UTF-8"><meta property="og:type" content="website"/>
<meta property="og:title" content="{title}"/><link rel="alternate" type="application/atom+xml" href="/feed.xml">
<title>{title} | 金融消息</title><meta property="og:type" content="article" />
<meta property="article:published_time" content="{machine_time}" /></head>
<body onload="setTimeout('location.reload()',60000)"><div class="wrapper"><header><h1><a href="/">金融消息</a></h1></header>
<section>
{content}
</section>
<footer><p>风险提示：本站不对内容负责，投资有风险，入市须谨慎。</p></footer></div></body></html>"""

FINEWS_CHART = (
    '<p style="display:none;height:1px;overflow:hidden;"><br /></p><!-- EM_StockImg_Start --><p style="text-align:center;">'
    '<a href="http://quote.eastmoney.com/unify/r/116.01336" data-code="01336|116|5" class="EmImageRemark">'
    '<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=116.01336" alt="K图 01336_0" data-code="K 01336|116|5"/></a></p>'
    '<!-- EM_StockImg_End --><!-- EM_StockImg_Start --><p><a data-code="601336|1|1" class="EmImageRemark">'
    '<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=1.601336" alt="K图 601336_0"/></a></p><!-- EM_StockImg_End -->'
)
FINEWS_TAIL = (
    '<p><a href="http://finews.zning.xyz/html_News/NewsShare.html?infoCode={code}">http://finews.zning.xyz/html_News/…</a></p>'
    '<p><a href="//finews.withounder.com/category/{category}.html">返回{media}新闻</a>｜<a href="//finews.withounder.com/">返回首页</a></p>'
    "<small>tags: <em>{media}新闻</em></small>"
)
PARAGRAPHS = (
    "近日，某市医疗保障局发布公告，确定长期护理保险经办服务项目的承办机构，服务期为三年。",
    "根据公告，该项目覆盖全市约二十万名参保人员，承办机构将负责受理、评估和费用结算等工作。",
    "业内人士表示，此举有助于提升经办效率，减轻失能家庭的负担，也为其他地区积累了经验。",
)


def finews_page(title: str, content: str, machine_time: str = "2022-05-26T10:46:18+08:00") -> str:
    """One page in the site's layout."""
    return FINEWS_LAYOUT.format(title=title, content=content, machine_time=machine_time)


def add_finews(web: FakeWeb) -> str:
    """Lists (one with an empty heading, one with a space and no rows), posts of all generations, the broken post, the feed."""
    media_body = (
        "<small>[GMT+8, Asia/Shanghai, CST] 2022-05-26 10:46:18 &nbsp; </small>\n<h1>某地长期护理保险服务项目公布承办机构</h1>\n"
        f"{FINEWS_CHART}<p>{PARAGRAPHS[0]}提到<span id='stock_1.601336'><a href='#' class='keytip'>新华</a></span>"
        f"<span id='quote_1.601336'></span>。</p><p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
        '<p class="em_media">（文章来源：北方<span><a class="keytip" href="#">网</a></span>）</p>'
        + FINEWS_TAIL.format(code="NW202205260000000001", category="beifangwang", media="北方网")
    )
    generation_a = (
        "<small>(GMT+8, Asia/Shanghai, CST) 2021-12-08 10:46:18</small><h1>早间快讯：三项政策今日起施行</h1>"
        f"<p>{PARAGRAPHS[1]}</p><p><a href='http://finance.eastmoney.com/news/1344,202112080000000002.html'>"
        "http://finance.eastmoney.com/news/1344,202112080000000002.html</a></p><small>tags: <em>快讯新闻</em></small>"
    )
    generation_c = (
        "<small>[GMT+8, Asia/Shanghai, CST] 2022-01-08 08:00:01 &nbsp; </small><h1>全文在摘要之后的一篇文章</h1>"
        f"<blockquote><p>{PARAGRAPHS[0][:30]}…</p></blockquote><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[2]}</p>"
        "<p>（文章来源：某某日报）</p><p><a href='http://hk.eastmoney.com/news/1535,202201080000000003.html'>"
        "http://hk.eastmoney.com/news/1535,202201080000000003.html</a></p>"
        '<p><a href="//finews.withounder.com/emnews/">返回快讯</a>｜<a href="//finews.withounder.com/">返回首页</a></p>'
        "<small>tags: <em>快讯新闻</em></small>"
    )
    broken = "<small></small><h1></h1><p><a href='http://finews.zning.xyz/html_News/NewsShare.html?infoCode='>x</a></p>"
    posts = {
        "/beifangwang/2022/05/26/NW202205260000000001.html": finews_page(
            "某地长期护理保险服务项目公布承办机构", media_body
        ),
        "/emnews/2021/12/08/202112080000000002.html": finews_page("早间快讯：三项政策今日起施行", generation_a),
        "/emnews/2022/01/08/202201080000000003.html": finews_page("全文在摘要之后的一篇文章", generation_c),
        "/emnews/2022/05/26/202205260000000009.html": finews_page("", broken, ""),
    }
    for path, page in posts.items():
        web.add(path, page, headers={"Content-Type": "text/html; charset=utf-8"})
    rows = "".join(f'<li><a href="{path}">第{number}条新闻的标题文字</a></li>' for number, path in enumerate(posts, 1))
    heading = '<h2 id="北方网新闻">北方网新闻</h2>'
    web.add("/category/beifangwang.html", conditional(finews_page("Beifangwang", f"{heading}<ul>{rows}</ul>")))
    web.add("/category/empty-heading.html", finews_page("X", f'<h2 id=""></h2><ul>{rows}</ul>'))
    web.add("/category/a%20b.html", finews_page("X", "<h2>有空格</h2><ul></ul>"))
    entries = "".join(
        f'<entry><title type="html">{number}</title><link href="{web.url(path)}" rel="alternate" type="text/html"/>'
        f"<published>2022-05-26T10:46:18+08:00</published><id>{path}</id>"
        f'<content type="html">&lt;p&gt;{PARAGRAPHS[0]}&lt;/p&gt;</content></entry>'
        for number, path in enumerate(posts, 1)
    )
    feed = f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>金融消息</title>{entries}</feed>'
    web.add("/feed.xml", conditional(feed, headers={"Content-Type": "application/xml"}))
    return web.url("/category/beifangwang.html")


EASTMONEY_ARTICLE = """<html><head><meta charset="utf-8"><title>某保司中标多地项目 _ 东方财富网</title></head><body>
<div class="nav"><a href="/">首页</a></div><div class="title">某保司中标多地项目</div>
<div class="infos"><div class="item">2026年09月21日 10:00</div><div class="item">来源：北方网</div></div>
<div id="ContentBody"><p>{}</p><!-- EM_StockImg_Start --><p><a data-code="601336|1|1">K图 601336_0</a></p><!-- EM_StockImg_End -->
<p>{}<span id="stock_116.01336"><a href="#">新华</a></span></p><p class="em_media">（文章来源：上海<a href="#">证券</a>报）</p></div>
<div class="zwothers">郑重声明：以上内容与本站立场无关。</div></body></html>""".format(*PARAGRAPHS)


def add_eastmoney(web: FakeWeb) -> str:
    """Keyword search as JSONP with highlight tags and a JSON query, an article, and `GetNewsText.do`."""
    web.add("/a/202609210000000001.html", EASTMONEY_ARTICLE)

    def search(request: FakeRequest) -> bytes:
        query = json.loads(request.params["param"])
        inner = query["param"]["cmsArticleWebOld"]
        item = {
            "date": "2026-09-21 10:00:00",
            "code": f"20260921000000000{inner['pageIndex']}",
            "title": f"<em>{query['keyword']}</em>中标多地项目",
            "content": "摘要……",
            "mediaName": "北方网",
            "url": web.url(f"/a/20260921000000000{inner['pageIndex']}.html"),
        }
        items = [item] if inner["pageIndex"] <= 2 else []
        reply = json.dumps({"code": 0, "hitsTotal": 2, "result": {"cmsArticleWebOld": items}}, ensure_ascii=False)
        return f"{request.params['cb']}({reply})".encode()

    def text(request: FakeRequest) -> bytes:
        if request.params["id"].startswith("NW"):
            return json.dumps({"text": "　　" + "\n　　".join(PARAGRAPHS)}, ensure_ascii=False).encode()
        return json.dumps({"content": f"<p>{PARAGRAPHS[0]}</p><p>（文章来源：某报）</p>"}, ensure_ascii=False).encode()

    web.add("/NewsData/GetNewsText.do", text)
    return web.add("/search/jsonp", search, headers={"Content-Type": "text/plain"})


CCGP_ARTICLE = """<html><head><meta charset="utf-8"><meta name="ArticleTitle" content="某县大病保险承办服务成交公告"/>
<meta name="PubDate" content="2026-09-21 23:46"/><meta name="ContentSource" content="中国政府采购网"/></head>
<body id="detail"><script>/* 验证码 */</script>
<div class="vF_deail_currentloc"><p>当前位置：<a class="CurrChnlCls">首页</a> &raquo; <a class="CurrChnlCls">成交公告</a></p></div>
<div class="vF_deail_maincontent"><div class="vF_detail_main">
<div class="vF_detail_header"><h2 class="tc">某县大病保险承办服务成交公告</h2><p class="tc"><span id="pubTime">2026年09月21日 23:46</span>
来源：<span id="sourceName"></span></p></div>
<div class="table"><h5>公告概要：</h5><table><tr><td class="title">采购项目名称</td><td colspan="3">某县大病保险承办服务</td></tr>
<tr><td class="title">行政区域</td><td>浙江省</td><td class="title">公告时间</td><td>2026年09月21日  23:46</td></tr>
<tr><td class="title">总成交金额</td><td colspan="3">￥1234.500000 万元（人民币）</td></tr></table></div>
<div class="vF_detail_content_container"><div class="vF_detail_content"><p>一、项目编号：JH26-001</p>
<p>三、成交信息<span style="display:none">x9k2</span></p>
<table><tr><th>供应商名称</th><th>成交金额</th></tr><tr><td>甲保险股份有限公司某县支公司</td><td>12345000.00<br/>(元)</td></tr></table>
<p>四、提交响应文件截止时间：2026年09月20日 09点00分（北京时间）</p></div>
<p class="fjxx">附件信息：</p><ul class="fjxx"><li><p><a href="/files/a.pdf">采购文件.pdf</a></p></li></ul></div></div></div></body></html>"""

CCGP_OLD = """<html><body><div class="vT_detail_main"><h2 class="tc">某市公开招标公告</h2><p class="tc">2012年03月05日 09:30 来源：中国政府采购网</p>
<div class="vT_detail_content"><p>某市受托就下列项目进行公开招标。</p><p>项目名称：补充医疗项目</p></div></div></body></html>"""


def ccgp_row(href: str, title: str, time: str, kind: str = "") -> str:
    """One row of a list; `kind` puts the extra element of the parent channel first."""
    extra = f'<em rel="bxlx">{kind}</em> ' if kind else ""
    short = f"{title[:8]}…" if len(title) > 8 else title
    return (
        f'<li><a href="{href}" title="{title}" target="_blank">{short}</a>\n {extra}发布时间：<em>{time}</em> '
        "地域：<em>浙江</em> 采购人：<em>某县医疗保障局</em></li>"
    )


def add_ccgp(web: FakeWeb) -> str:
    """Three list pages with TRS numbering (`index_1` is the second), the parent channel, both article templates."""
    base = "/cggg/dfgg/zbgg"
    for page, day in ((0, 29), (1, 21), (2, 5)):
        href = f"./202609/t202609{day:02}_2741500{page}.htm"
        web.add(f"{base}/202609/t202609{day:02}_2741500{page}.htm", CCGP_ARTICLE)
        row = ccgp_row(href, f"某县第{page}号大病保险承办服务项目成交公告", f"2026-09-{day:02} 14:40")
        pager = f"<p class='pager'><script>Pager({{size:3, current:{page}, prefix:'index',suffix:'htm'}});</script></p>"
        name = "index.htm" if page == 0 else f"index_{page}.htm"
        web.add(
            f"{base}/{name}",
            f"<html><body><a href='/'>首页</a><ul class='c_list_bid'>{row}{row}</ul>{pager}</body></html>",
        )
    parent = ccgp_row(
        "./zbgg/202609/t20260929_27415000.htm", "某县第0号大病保险承办服务项目成交公告", "2026-09-29 14:40", "中标公告"
    )
    web.add("/cggg/dfgg/index.htm", f"<html><body><ul class='c_list_bid'>{parent}</ul></body></html>")
    web.add("/cggg/dfgg/gkzb/201203/t20120305_2000001.htm", CCGP_OLD)
    missing = "<html><head><title>错误页面！中国政府采购网</title></head></html>"
    web.add("/cggg/dfgg/zbgg/202609/t20260901_1.htm", missing)
    return web.url(f"{base}/index.htm")


BAN_PAGE = (
    "<html><head><title>频繁访问!</title></head><body>您的IP：203.0.113.7，访问过于频繁，请稍后再试</body></html>"
)


def article_html(
    title: str, published: str = "2026-09-29 14:40", source: str = "某日报", charset: str = "utf-8"
) -> str:
    """A plain article page of an unknown site."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<html><head><meta charset="{charset}"><title>{title}_某某新闻网</title></head><body><div class="nav"><a href="/">首页</a>'
        f'<a href="/b">财经</a></div><h1>{title}</h1><div class="info">发布时间：{published} 来源：{source}</div>'
        f'<div class="content">{body}</div><div class="footer">版权所有 京ICP备00000000号</div></body></html>'
    )


def rss(*items: tuple[str, str], channel: str = "测试") -> str:
    """A small RSS document of (title, link)."""
    rows = "".join(
        f"<item><title>{title}</title><link>{link}</link><pubDate>Tue, 29 Sep 2026 06:40:00 GMT</pubDate></item>"
        for title, link in items
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{channel}</title>{rows}</channel></rss>'


def add_oddities(web: FakeWeb) -> None:
    """One path for each way in which a server misbehaves."""
    good = article_html("一篇正常的文章标题")
    web.add("/odd/ok.html", good)
    web.add("/odd/429.html", "slow down", status=429, headers={"Retry-After": "3600"})
    web.add(
        "/odd/flaky.html", in_turn(FakeResponse(status=503), FakeResponse(status=500), FakeResponse(body=good.encode()))
    )
    web.add("/odd/drip.html", FakeResponse(body=good.encode(), drip=0.2))
    web.add("/odd/cut.html", FakeResponse(body=good.encode(), cut=True))
    web.add("/odd/hangup.html", FakeResponse(hang_up=True))
    web.add("/odd/loop.html", FakeResponse(status=302, headers=(("Location", web.url("/odd/loop.html")),)))
    web.add("/odd/moved.html", FakeResponse(status=301, headers=(("Location", web.url("/odd/ok.html")),)))
    bomb = gzip.compress(b"<p>" + b"0" * 40_000_000, 9)
    web.add("/odd/bomb.html", bomb, headers={"Content-Encoding": "gzip"})
    web.add("/odd/large.html", b"<p>" + b"x" * 3_000_000)
    web.add(
        "/odd/soft404.html",
        "<html><head><title>页面不存在</title></head><body><h1>页面不存在</h1><p>您访问的页面不存在</p></body></html>",
    )
    web.add("/odd/ban.html", BAN_PAGE)
    web.add("/odd/empty.html", b"")
    web.add("/odd/empty-once.html", in_turn(FakeResponse(), FakeResponse(body=good.encode())))
    web.add("/odd/gone.html", "gone", status=404)
    labelled_gb2312 = article_html("标着国标的万国码文章", charset="gb2312")
    web.add("/odd/utf8-as-gb2312.html", labelled_gb2312, headers={"Content-Type": "text/html; charset=gb2312"})
    web.add(
        "/odd/gbk-as-utf8.html",
        article_html("标着万国码的国标文章：镕堃㙍").encode("gb18030"),
        headers={"Content-Type": "text/html; charset=utf-8"},
    )
    web.add(
        "/odd/html-feed.xml",
        "<!DOCTYPE html><html><body>登录</body></html>",
        headers={"Content-Type": "application/rss+xml"},
    )
