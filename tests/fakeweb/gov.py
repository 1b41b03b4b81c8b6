"""Replicas of government and procurement sites, by publishing system, under the names and addresses of the catalogue.

Each `serve_…` function puts the lists and articles of one catalogue entry on a `FakeWeb` (as plain http, reached through its
proxy) and returns what a reader must find there. Texts are invented; markup, field names and mischief are the facts: rows
that stand twice, titles cut short, totals that move, labels that lie about the encoding, salted text.

Articles are dated backwards from `now`, so that windows that end today have something in them.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb

CHINA = dt.timezone(dt.timedelta(hours=8))
JSON = {"Content-Type": "application/json"}
PARAGRAPHS = (
    "受某市医疗保障局委托，就下列项目组织采购，现将有关事项公告如下，欢迎符合条件的供应商参加。",
    "服务期限为三年，合同一年一签，具体要求见采购文件；本公告自发布之日起公示五个工作日。",
    "联系人：张先生，联系方式：0571-00000000，地址：某市某区某路一号，电子邮箱见采购文件。",
)
TEXT = "\n".join(PARAGRAPHS)


@dataclass(frozen=True, kw_only=True)
class Golden:
    """What must be read of one article."""

    url: str
    title: str
    published: dt.datetime
    source: str
    text: str = TEXT
    attachments: tuple[tuple[str, str], ...] = ()
    page: str


@dataclass(frozen=True, kw_only=True)
class Replica:
    """What a replica holds: `first` is what a poll finds, `all` what a backfill finds, `pages` how many lists that takes."""

    first: tuple[Golden, ...]
    all: tuple[Golden, ...]
    pages: int


def moment(now: dt.datetime, number: int) -> dt.datetime:
    """The time of the `number`-th newest article, to the minute, a few hours apart."""
    base = now.astimezone(CHINA).replace(second=0, microsecond=0) - dt.timedelta(minutes=7)
    return base - dt.timedelta(hours=5 * number)


def plain(url: str) -> str:
    """The address under which the replica of `url` is reached."""
    return url.replace("https://", "http://")


def chunks(goldens: list[Golden], size: int) -> list[list[Golden]]:
    """Pages of a list."""
    return [goldens[at : at + size] for at in range(0, len(goldens), size)]


def short(title: str) -> str:
    """A title as lists show it."""
    return f"{title[:9]}…"


# ---- TRS ---------------------------------------------------------------------------------------------------------------

_TRS_ARTICLE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset={label}">
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{time}"><meta name="ContentSource" content="{source}">
<title>{title}_某局</title></head><body><div class="top"><a href="/">首页</a> &gt; <a href="../">公告</a></div>
<h1>{title}</h1><div class="info"><span>日期：{day}</span><span>来源：{source}</span><span>【字号：<a>大</a> <a>中</a> <a>小</a>】</span></div>
<div class="view TRS_UEDITOR trs_paper_default"><p>{p[0]}</p><p>{p[1]}</p>
<p style="display:none">salt9k2</p><p>{p[2]}</p><p>附件：<a href="./P02026.pdf">采购需求.pdf</a></p></div>
<div class="foot">主办：某局 京ICP备00000000号 截止时间：2020-01-01 09:00</div></body></html>"""


def serve_trs(
    web: FakeWeb, urls: Iterable[str], publisher: str, now: dt.datetime, *, suffix: str = "html", label: str = "utf-8",
    codec: str = "utf-8",
) -> Replica:  # fmt: skip
    """Three pages a list, numbered `index`, `index_1`, `index_2`; the pager script is all that tells where they end."""
    first: list[Golden] = []
    everything: list[Golden] = []
    for column, url in enumerate(map(plain, urls)):
        folder = url if url.endswith("/") else url.rsplit("/", 1)[0] + "/"
        goldens = []
        for number in range(7):
            at = moment(now, number)
            path = f"{at:%Y%m}/t{at:%Y%m%d}_{column + 1}{number:04}.{suffix}"
            title = f"关于公布第{column + 1}栏第{number + 1}号长期护理保险定点机构名单的公告"
            file = ("采购需求.pdf", f"{folder}{at:%Y%m}/P02026.pdf")
            text = TEXT + "\n附件：采购需求.pdf"
            golden = Golden(
                url=folder + path, title=title, published=at, source=publisher, text=text, attachments=(file,), page="gov"
            )  # fmt: skip
            goldens.append(golden)
            page = _TRS_ARTICLE.format(
                label=label, title=title, time=f"{at:%Y-%m-%d %H:%M:%S}", day=f"{at:%Y-%m-%d}", source=publisher,
                p=PARAGRAPHS,
            )  # fmt: skip
            web.add(golden.url, page.encode(codec))
        pages = chunks(goldens, 3)
        for index, members in enumerate(pages):
            rows = "".join(
                f'<li><a href="./{golden.url.removeprefix(folder)}" title="{golden.title}">{short(golden.title)}</a>'
                f"<span>{golden.published:%Y-%m-%d}</span></li>"
                for golden in (*members, members[0])
            )
            body = (
                f'<html><head><meta charset="{label}"></head><body><ul class="list">{rows}</ul>'
                f'<script>createPageHTML({len(pages)}, {index}, "index", "{suffix}");</script></body></html>'
            )
            name = f"index_{index}.{suffix}" if index else ("" if url.endswith("/") else url.rsplit("/", 1)[1])
            web.add(folder + name, body.encode(codec))
        first += pages[0]
        everything += goldens
    return Replica(first=tuple(first), all=tuple(everything), pages=3)


# ---- China Government Procurement ------------------------------------------------------------------------------------

_CCGP_ARTICLE = """<html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{title}"/>
<meta name="PubDate" content="{time}"/><meta name="ContentSource" content="中国政府采购网"/></head>
<body id="detail"><script>/* 请输入验证码 */</script>
<div class="vF_deail_currentloc"><p>当前位置：<a class="CurrChnlCls">首页</a><a class="CurrChnlCls">中标公告</a></p></div>
<div class="vF_deail_maincontent"><div class="vF_detail_main">
<div class="vF_detail_header"><h2 class="tc">{title}</h2><p class="tc"><span id="pubTime">{shown}</span> 来源：<span id="sourceName"></span></p></div>
<div class="table"><h5>公告概要：</h5><table><tr><td class="title">采购单位</td><td>某市医疗保障局</td><td class="title">公告时间</td><td>{shown}</td></tr></table></div>
<div class="vF_detail_content_container"><div class="vF_detail_content"><p>一、项目编号：JH26-{number}</p>
<table><tr><th>供应商名称</th><th>中标金额</th></tr><tr><td>甲保险股份有限公司某市分公司</td><td>￥56.980000 万元</td></tr></table>
<p>四、提交投标文件截止时间：2020年01月01日 09点00分（北京时间）</p></div>
<p class="fjxx">附件信息：</p><ul class="fjxx"><li><p><a href="/files/{number}.pdf">采购文件.pdf</a></p></li></ul></div></div></div></body></html>"""


def serve_ccgp(web: FakeWeb, urls: Iterable[str], publisher: str, now: dt.datetime) -> Replica:
    """Rows with labelled times, each twice; the page after the last answers 404 and is not asked for."""
    first: list[Golden] = []
    everything: list[Golden] = []
    for column, url in enumerate(map(plain, urls)):
        folder = url.rsplit("/", 1)[0] + "/"
        goldens = []
        for index in range(7):
            at, number = moment(now, index), f"{27_000_000 + column * 100 + index}"
            title = f"某市第{column + 1}栏第{index + 1}号大病保险承办服务项目中标（成交）结果公告"
            shown = f"{at:%Y年%m月%d日 %H:%M}"
            golden = Golden(
                url=f"{folder}{at:%Y%m}/t{at:%Y%m%d}_{number}.htm",
                title=title,
                published=at,
                source="中国政府采购网",
                text=f"公告概要：\n采购单位\t某市医疗保障局\t公告时间\t{shown}\n一、项目编号：JH26-{number}\n供应商名称\t中标金额\n"
                "甲保险股份有限公司某市分公司\t￥56.980000 万元\n四、提交投标文件截止时间：2020年01月01日 09点00分（北京时间）",
                attachments=(("采购文件.pdf", f"http://www.ccgp.gov.cn/files/{number}.pdf"),),
                page="ccgp",
            )
            goldens.append(golden)
            web.add(
                golden.url, _CCGP_ARTICLE.format(title=title, time=f"{at:%Y-%m-%d %H:%M}", shown=shown, number=number)
            )
        pages = chunks(goldens, 3)
        for index, members in enumerate(pages):
            rows = "".join(
                f'<li><a href="./{golden.url.removeprefix(folder)}" title="{golden.title}" target="_blank">{short(golden.title)}</a>\n'
                f"发布时间：<em>{golden.published:%Y-%m-%d %H:%M}</em> 地域：<em>浙江</em> 采购人：<em>某市医疗保障局</em></li>"
                for golden in (*members, *members)
            )
            pager = f"<p class='pager'><script>Pager({{size:{len(pages)}, current:{index}, prefix:'index',suffix:'htm'}});</script></p>"
            name = f"index_{index}.htm" if index else "index.htm"
            web.add(
                folder + name,
                f"<html><body><a href='/'>首页</a><ul class='c_list_bid'>{rows}</ul>{pager}</body></html>",
            )
        first += pages[0]
        everything += goldens
    return Replica(first=tuple(first), all=tuple(everything), pages=3)


# ---- Hanweb ------------------------------------------------------------------------------------------------------------

_HANWEB_ARTICLE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{source} 要闻 {title}</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{time}"><meta name="ContentSource" content="{source}"></head>
<body><div id="nav"><a href="/">首页</a></div><div class="atricle-title">{title}</div>
<div class="sp">日期：{day} &nbsp; 访问次数：<span id="n"></span> 字号：[ 大 中 小 ]</div>
<div id="zoom"><!--ZJEG_RSS.content.begin--><p>&#12288;&#12288;{p[0]}</p><p>　　{p[1]}</p><p>{p[2]}</p><!--ZJEG_RSS.content.end--></div>
<div class="footer">主办单位：{source} 网站标识码 bm000000 京ICP备00000000号</div></body></html>"""
_HANWEB_SCRIPT = (
    "<script>var param_{unit}={{col:1,appid:1,webid:7,path:'/',columnid:{column},sourceContentType:3,unitid:{unit},"
    "webname:'{name}',permissiontype:0}};</script>"
)


def serve_hanweb(
    web: FakeWeb, urls: Sequence[str], publisher: str, now: dt.datetime, *, proxy: str = "/module/web/jpage/dataproxy.jsp",
    perpage: int = 15, array: bool = False, named: bool = True,
) -> Replica:  # fmt: skip
    """The newest records inside the page, the others behind the proxy, whose total grows once while it is paged.

    The first list is long enough for two calls of the proxy. `array`: the proxy answers as a script's array; `named`: the page names the proxy in its `nextgroup`.
    """
    first: list[Golden] = []
    everything: list[Golden] = []
    columns: dict[str, list[Golden]] = {}
    step = perpage * 3
    host = ""
    for url in map(plain, urls):
        host = f"http://{urlsplit(url).netloc}"
        found = re.search(r"/col(\d+)/", url)
        assert found
        column = found[1]
        goldens = []
        for number in range(step * 2 + 4 if url == plain(urls[0]) else perpage + 5):
            at = moment(now, number)
            title = f"第{column}栏第{number + 1}条：城乡居民大病保险经办服务有关情况通报"
            golden = Golden(
                url=f"{host}/art/{at.year}/{at.month}/{at.day}/art_{column}_{column}{number:03}.html", title=title,
                published=at, source=publisher, page="gov",
            )  # fmt: skip
            goldens.append(golden)
            web.add(golden.url, _HANWEB_ARTICLE.format(
                title=title, source=publisher, time=f"{at:%Y-%m-%d %H:%M:%S}", day=f"{at:%Y-%m-%d}", p=PARAGRAPHS,
            ))  # fmt: skip
        columns[column] = goldens
        href = f"{proxy}?page=1&amp;webid=7&amp;columnid={column}&amp;unitid=2464" if named else "javascript:;"
        body = (
            f"<html><head><title>列表</title></head><body>{_HANWEB_SCRIPT.format(unit=2464, column=column, name=publisher)}"
            f'<div id="2464"><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="{href}"></a>]]></nextgroup>'
            f"<recordset>{''.join(map(_record, goldens[:perpage]))}</recordset></datastore></script></div></body></html>"
        )
        web.add(url, body)
        first += goldens[:perpage]
        everything += goldens
    calls: dict[str, int] = {}

    def answer(request: FakeRequest) -> FakeResponse:
        form = request.form or request.params
        column = form["columnid"]
        known = {"col": "1", "appid": "1", "webid": "7", "path": "/", "sourceContentType": "3", "unitid": "2464"}
        if any(form.get(name) != value for name, value in known.items()) or form["webname"] != publisher:
            return FakeResponse(status=500)
        calls[column] = calls.get(column, 0) + 1
        # From the second call on one record more has been published: all rows have moved down by one.
        rows = columns[column] if calls[column] == 1 else [_late(columns[column][0]), *columns[column]]
        start, end = int(request.params["startrecord"]), int(request.params["endrecord"])
        shown = rows[start - 1 : end]
        if array:
            quoted = ",".join(json.dumps(_li(golden), ensure_ascii=False).replace("</", "<\\/") for golden in shown)
            return FakeResponse(body=f"var totalrecord={len(rows)};var dataStore=[{quoted}];".encode())
        head = f"<?xml version='1.0' encoding='UTF-8'?><datastore><totalrecord>{len(rows)}</totalrecord><totalpage>9</totalpage>"
        body = f"{head}<recordset>{''.join(map(_record, shown))}</recordset></datastore>"
        return FakeResponse(body=body.encode(), headers=(("Content-Type", "text/html;charset=UTF-8"),))

    web.add(host + proxy, answer)
    late = _late(everything[0])
    page = _HANWEB_ARTICLE.format(
        title=late.title, source=publisher, time=f"{late.published:%Y-%m-%d %H:%M:%S}", day=f"{late.published:%Y-%m-%d}",
        p=PARAGRAPHS,
    )  # fmt: skip
    web.add(late.url, page)
    return Replica(first=tuple(first), all=(*everything, late), pages=4)


def _late(newest: Golden) -> Golden:
    """The record that appears while the archive is read."""
    at = newest.published + dt.timedelta(minutes=3)
    folder, _, name = newest.url.rpartition("/art_")
    url = re.sub(r"/art/\d+/\d+/\d+$", f"/art/{at.year}/{at.month}/{at.day}", folder)
    return Golden(
        url=f"{url}/art_{name.replace('.html', '999.html')}", title=f"新到：{newest.title}", published=at,
        source=newest.source, page="gov",
    )  # fmt: skip


def _li(golden: Golden) -> str:
    path = urlsplit(golden.url).path
    day = f"{golden.published:%Y-%m-%d}"
    return (
        f'<li><a href="{path}" title="{golden.title}" target="_blank">{short(golden.title)}</a><span>{day}</span></li>'
    )


def _record(golden: Golden) -> str:
    return f"<record><![CDATA[{_li(golden)}]]></record>"


# ---- the regulator -----------------------------------------------------------------------------------------------------

_CLOB = (
    '<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312"><style>p{{}}</style></head><body>'
    "<div class=Section0><p class=MsoNormal><span>{p[0]}</span></p><p>{p[1]}</p><p>{p[2]}</p></div></body></html>"
)


def serve_nfra(web: FakeWeb, url: str, item: int, now: dt.datetime) -> Replica:
    """Pages of three whatever is asked for; a row that only links elsewhere; text labelled as the encoding it has not."""
    host = f"http://{urlsplit(url).netloc}"
    goldens, rows = [], []
    for number in range(7):
        at, doc = moment(now, number), item * 1000 + number
        title = f"金融监管总局有关司局负责人就第{number + 1}号通知答记者问"
        file = ("PDF", f"{host}/chinese/docfile/{at:%Y}/{doc}.pdf")
        goldens.append(Golden(
            url=f"{host}/cn/view/pages/ItemDetail.html?docId={doc}&itemId={item}", title=title, published=at,
            source="人身保险监管司", attachments=(file,), page="nfra",
        ))  # fmt: skip
        subtitle = title if number % 2 else None
        rows.append({"docId": doc, "docTitle": title if number % 2 == 0 else "答记者问", "docSubtitle": subtitle,
                     "publishDate": f"{at:%Y-%m-%d %H:%M:%S}", "generaltype": "0", "isTitleLink": "0",
                     "docFileUrl": None, "pdfFileUrl": urlsplit(file[1]).path})  # fmt: skip
    linked = {**rows[0], "docId": 1, "docTitle": "外部链接", "docSubtitle": "", "isTitleLink": "1"}
    rows.insert(1, linked)

    def listing(request: FakeRequest) -> bytes:
        if request.params["itemId"] != str(item) or "visited=1" not in request.headers.get("cookie", ""):
            return json.dumps({"rptCode": 500, "msg": "系统异常", "data": None}, ensure_ascii=False).encode()
        at = (int(request.params["pageIndex"]) - 1) * 3
        reply = {"rptCode": 200, "msg": "成功", "data": {"total": len(rows), "rows": rows[at : at + 3]}}
        return json.dumps(reply, ensure_ascii=False).encode()

    def detail(request: FakeRequest) -> bytes:
        row = next(row for row in rows if str(row["docId"]) == request.params["docId"])
        data = {**row, "docClob": _CLOB.format(p=PARAGRAPHS), "docSource": "人身保险监管司"}
        return json.dumps({"rptCode": 200, "data": data}, ensure_ascii=False).encode()

    web.add(f"{host}/", "<html><title>首页</title></html>", headers=[("Set-Cookie", "visited=1; Path=/")])
    web.add(plain(url), listing, headers=JSON)
    web.add(f"{host}/cbircweb/DocInfo/SelectByDocId", detail, headers=JSON)
    return Replica(first=tuple(goldens[:2]), all=tuple(goldens), pages=3)


# ---- plain lists -------------------------------------------------------------------------------------------------------


def serve_posts(web: FakeWeb, url: str, publisher: str, now: dt.datetime) -> Replica:
    """Guangdong's `post_<id>.html`, numbered from `index_2`; dates without year in the list."""
    url = plain(url)
    goldens = []
    for number in range(7):
        at = moment(now, number)
        title = f"全省医保系统第{number + 1}次经办服务工作推进会在某市召开"
        golden = Golden(
            url=f"{url}content/post_{4847000 + number}.html", title=title, published=at, source=publisher, page="gov"
        )
        goldens.append(golden)
        page = (
            f'<html><head><meta charset="utf-8"><title>{title} - {publisher}</title></head><body><h1 class="title">{title}</h1>'
            f'<p class="byline">时间 :{at:%Y-%m-%d %H:%M:%S} 来源 : {publisher}</p><div class="article-content">'
            f"{''.join(f'<p>{part}</p>' for part in PARAGRAPHS)}</div><div class='share'>分享到：</div></body></html>"
        )
        web.add(golden.url, page)
    _numbered(web, url, goldens, lambda index: f"{url}index_{index + 1}.html" if index else url)
    return Replica(first=tuple(goldens[:3]), all=tuple(goldens), pages=3)


def _numbered(web: FakeWeb, url: str, goldens: list[Golden], address: object) -> None:
    assert callable(address)
    for index, members in enumerate(chunks(goldens, 3)):
        rows = "".join(
            f'<li><a href="{golden.url}">{golden.title}</a><span>{golden.published:%m-%d}</span></li>'
            for golden in members
        )
        web.add(address(index), f"<html><body><ul class='list'>{rows}</ul></body></html>")
