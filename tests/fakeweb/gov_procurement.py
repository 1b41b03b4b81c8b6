"""Replicas of procurement portals that are read through interfaces; see `gov` for what a replica is.

The interfaces check what they are sent as the real ones do, and misbehave as the real ones do: a filter that leaks, a code
that asks for patience, a window code that finds nothing, texts salted with hidden elements, records without a text.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import quote, urlsplit

from tests.fakeweb.gov import CHINA, JSON, PARAGRAPHS, Golden, Replica, chunks, moment, plain, short
from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb

WORD = "长护险"
"""The one keyword that the searchable replicas know."""


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _ms(moment_: dt.datetime) -> int:
    return int(moment_.timestamp() * 1000)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def _salted(parts: tuple[str, ...]) -> str:
    """HTML as the 政采云 engine sends it: values in samp, hidden spans and invisible characters between."""
    first, *rest = parts
    half = len(first) // 2
    return (
        f'<div><style>.x{{}}</style><p>{first[:half]}\u200b<span style="display:none">x9</span>'
        f'<samp><span class="bookmark-item" data-id="code-00004">{first[half:]}</span></samp></p>'
        + "".join(f'<p>\ufeff{part}<i style="display: none">k2</i></p>' for part in rest)
        + "</div>"
    )


def serve_zcygov(web: FakeWeb, url: str, codes: tuple[str, ...], now: dt.datetime) -> Replica:
    """Lists by category code, newest first, three rows a page whatever is asked for; a row stands on two pages."""
    host = f"http://{urlsplit(url).netloc}"
    columns: dict[str, list[Golden]] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    for column, code in enumerate(codes):
        for number in range(7):
            at = moment(now, number)
            article = f"5Gn8Pp+{column}{number:04}/x=="
            title = f"某市长期护理保险经办服务第{column + 1}{number + 1}号项目采购公告"
            human = f"{host}/site/detail?parentId=600007&articleId={quote(article, safe='/=')}"
            columns.setdefault(code, []).append(Golden(
                url=human, title=title, published=at, source="某市医疗保障局", page="notice-json",
            ))  # fmt: skip
            rows.setdefault(code, []).append({"articleId": article, "title": title, "author": "某市医疗保障局",
                "publishDate": _ms(at), "pathName": "公开招标公告", "districtName": "浙江", "projectCode": None})  # fmt: skip

    def category(request: FakeRequest) -> FakeResponse:
        asked = request.json()
        if not (asked["districtCode"] == ["339900"] and asked["isGov"] is True and isinstance(asked["_t"], int)):
            return FakeResponse(status=400)
        inside = [row for row, golden in zip(rows[asked["categoryCode"]], columns[asked["categoryCode"]], strict=True)
                  if _day(asked["publishDateBegin"]) <= golden.published.date() <= _day(asked["publishDateEnd"])]  # fmt: skip
        at = (asked["pageNo"] - 1) * 3
        data = {"total": len(inside), "data": inside[max(0, at - 1) : at + 3], "empty": not inside}
        return FakeResponse(
            body=_json({"success": True, "result": {"data": data}, "error": None}), headers=tuple(JSON.items())
        )

    def detail(request: FakeRequest) -> bytes:
        row = next(
            row for members in rows.values() for row in members if row["articleId"] == request.params["articleId"]
        )
        return _json({"success": True, "result": {"data": {**row, "content": _salted(PARAGRAPHS)}}})

    web.add(plain(url), category)
    web.add(f"{host}/portal/detail", detail, headers=JSON)
    everything = tuple(golden for members in columns.values() for golden in members)
    return Replica(first=tuple(g for members in columns.values() for g in members[:3]), all=everything, pages=3)


def serve_chongqing(web: FakeWeb, url: str, now: dt.datetime) -> Replica:
    """A search whose date filter leaks: the last page ends with a notice of years ago."""
    host = f"http://{urlsplit(url).netloc}"
    goldens, rows = [], []
    for number in range(8):
        at = moment(now, number) if number < 7 else moment(now, 0) - dt.timedelta(days=900)
        biz, title = f"17000000000000{number:04}", f"某区{WORD}失能评估服务第{number + 1}号采购结果公告"
        goldens.append(Golden(
            url=f"{host}/info-notice/procument-notice-detail/{biz}", title=title, published=at, source="某区医疗保障局",
            page="notice-json",
        ))  # fmt: skip
        rows.append({"id": f"x{number}", "bizId": biz, "title": title, "typeCode": "success", "publishTime": _ms(at),
                     "regionName": "某区", "orgName": "某区医疗保障局", "projectCode": "CQ26"})  # fmt: skip
        notice = {
            "code": "SUCCESS",
            "notice": {"id": biz, "title": title, "html": _salted(PARAGRAPHS), "issueTime": f"{at:%Y-%m-%d %H:%M:%S}"},
        }
        web.add(f"{host}/gwebsite/api/v1/notices/stable/{biz}", _json(notice), headers=JSON)

    def listing(request: FakeRequest) -> FakeResponse:
        asked = request.params
        if not (asked["publicityStartTime"].isdigit() and asked["publicityEndTime"].isdigit()):
            return FakeResponse(status=400)
        found = rows if asked["title"] == WORD else []
        at = (int(asked["pageNum"]) - 1) * 3
        return FakeResponse(body=_json({"datas": found[at : at + 3], "total": len(found)}), headers=tuple(JSON.items()))

    web.add(plain(url), listing)
    return Replica(first=tuple(goldens[:3]), all=tuple(goldens[:7]), pages=3)


def serve_shandong(web: FakeWeb, url: str, codes: tuple[str, ...], now: dt.datetime) -> Replica:
    """Lists by column code on a port of its own; dates without time; one detail is HTML, the others JSON."""
    parts = urlsplit(plain(url))
    host, public = f"http://{parts.netloc}", f"http://{parts.hostname}"
    columns: dict[str, list[Golden]] = {}
    details: dict[str, Golden] = {}
    for column, code in enumerate(codes):
        for number in range(7):
            at = moment(now, number * 5)
            item = f"26{column}{number:05}"
            day = at.replace(hour=0, minute=0)
            golden = Golden(
                url=f"{public}/detail?id={item}&colCode={code}", title=f"某县防贫保项目第{column + 1}{number + 1}号公告",
                published=at if number != 2 else day, source="某县" if number != 2 else "山东政府采购网",
                page="notice-json" if number != 2 else "generic",
            )  # fmt: skip
            columns.setdefault(code, []).append(golden)
            details[item] = golden

    def listing(request: FakeRequest) -> FakeResponse:
        asked = request.json()
        at = (asked["currentPage"] - 1) * 3
        rows = [{"id": golden.url.split("id=")[1].split("&")[0], "colCode": asked["colCode"], "title": golden.title,
                 "date": f"{golden.published:%Y-%m-%d}", "areaName": "某县" if golden.page != "generic" else ""}
                for golden in columns[asked["colCode"]][at : at + 3]]  # fmt: skip
        records = {"records": rows, "total": 7} if asked["colCode"] != codes[-1] else rows
        return FakeResponse(body=_json({"code": 200, "data": {"data": records}}), headers=tuple(JSON.items()))

    def detail(request: FakeRequest) -> FakeResponse:
        golden = details[request.params["id"]]
        if golden.page == "generic":
            body = "".join(f"<p>{part}</p>" for part in PARAGRAPHS)
            html = f"<html><body><h1>{golden.title}</h1><p>发布日期：{golden.published:%Y-%m-%d}</p><div>{body}</div></body></html>"
            return FakeResponse(body=html.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),))
        data = {"title": golden.title, "noticeBody": _salted(PARAGRAPHS), "date": f"{golden.published:%Y-%m-%d %H:%M:%S}",
                "areaName": "某县"}  # fmt: skip
        return FakeResponse(body=_json({"code": 200, "data": data}), headers=tuple(JSON.items()))

    web.add(plain(url), listing)
    web.add(f"{host}/api/website/site/getDetail", detail)
    everything = tuple(golden for members in columns.values() for golden in members)
    return Replica(first=tuple(g for members in columns.values() for g in members[:3]), all=everything, pages=3)


_B_PAGE = """<html><head><meta charset="utf-8"></head><body><div class="detail"><h4 class="h4_o">{title}</h4>
<p class="p_o"><span>发布时间：{time}</span><span>信息来源：<label>某省公共资源交易中心</label></span></p>
<div id="mycontent"><div class="detail_content">{body}</div></div>{origin}</div></body></html>"""


def serve_ggzy(web: FakeWeb, url: str, stage: str, now: dt.datetime) -> Replica:
    """A form interface with a code for patience, a total that never passes 1000, a window code that finds nothing and
    records without a text. Each record stands for 250 in a query for the whole country: one for some days is over the cap, one
    for a busy day still is, one for a province is not."""
    host = f"http://{urlsplit(url).netloc}"
    goldens, rows, provinces = [], [], []
    for number in range(9):
        at, province = moment(now, number), "330000" if number % 2 else "500000"
        hexid = f"0033{stage}{number:032x}"
        shell = f"/information/html/a/{province}/0202/{at:%Y%m}/{at:%d}/{hexid}.shtml"
        title = f"某县{WORD}经办服务项目第{number + 1}号公告"
        # What the records' addresses look like differs: a host without www, a double slash.
        shown = [shell, f"http://ggzy.gov.cn{shell}", shell.replace("/a/", "/a//")][number % 3]
        golden = Golden(
            url=f"{host}{shell}", title=title, published=at.replace(hour=0, minute=0) if number == 3 else at,
            source="某省公共资源交易中心", page="ggzy",
        )  # fmt: skip
        body, origin = "".join(f"<p>{part}</p>" for part in PARAGRAPHS), ""
        if number == 3:
            body = '<iframe src=""></iframe>'
            away = "http://ggzyjy.example.gov.cn/art/2026/9/1/art_77_1.html"
            origin = f'<p class="p_o"><a href="{away}">原文链接地址</a></p>'
            article = (
                f'<html><head><meta name="ArticleTitle" content="{title}"></head><body><h1>{title}</h1>'
                f'<div id="zoom">{"".join(f"<p>{part}</p>" for part in PARAGRAPHS)}</div></body></html>'
            )
            web.add(away, article)
            golden = Golden(url=golden.url, title=title, published=golden.published, source=golden.source, page="gov")
        goldens.append(golden)
        page = _B_PAGE.format(title=title, time=f"{at:%Y-%m-%d %H:%M}", body=body, origin=origin)
        for site in (host, "http://ggzy.gov.cn"):
            for path in (shell, shell.replace("/a/", "/a//")):
                web.add(site + path.replace("/a//", "/b/").replace("/a/", "/b/"), page)
        rows.append({"id": hexid, "title": title, "publishTime": f"{at:%Y-%m-%d}", "provinceText": "浙江",
                     "transactionSourcesPlatformText": "某省公共资源交易中心", "businessTypeText": "政府采购", "url": shown})  # fmt: skip
        provinces.append(province)
    patience = {"left": 1}

    def listing(request: FakeRequest) -> FakeResponse:
        asked = request.form
        if not asked.get("DEAL_TIME"):
            return FakeResponse(status=404, body=b"<html>404</html>")
        if request.headers.get("referer", "").endswith("/deal/dealList.html") is False or asked["DEAL_STAGE"] != stage:
            return FakeResponse(body=_json({"code": 801, "message": "error", "data": None}))
        if patience["left"]:
            patience["left"] -= 1
            return FakeResponse(body=_json({"code": 800, "message": "操作太快，请稍后", "data": None}))
        found = [row for row, province in zip(rows, provinces, strict=True)
                 if asked["FINDTXT"] == WORD and asked["DEAL_PROVINCE"] in {"0", province}
                 and _day(asked["TIMEBEGIN"]) <= _day(str(row["publishTime"])) <= _day(asked["TIMEEND"])]  # fmt: skip
        if asked["DEAL_TIME"] == "06":
            found = []
        at = (int(asked["PAGENUMBER"]) - 1) * 2
        total = min(1000, 250 * len(found)) if asked["DEAL_PROVINCE"] == "0" else len(found)
        data = {"records": found[at : at + 2], "total": total, "size": 20, "current": asked["PAGENUMBER"], "pages": 50}
        return FakeResponse(body=_json({"code": 200, "message": "success", "data": data}), headers=tuple(JSON.items()))

    web.add(plain(url), listing)
    return Replica(first=tuple(goldens[:2]), all=tuple(goldens), pages=3)


def serve_epoint(web: FakeWeb, url: str, field: str, now: dt.datetime) -> Replica:
    """Full-text search by row offset within a window; wants the cookie of the front page; addresses relative to the site."""
    host = f"http://{urlsplit(url).netloc}"
    goldens, rows = [], []
    for number in range(45):
        at = moment(now, number)
        uuid = f"{number:08x}-1111-2222-3333-444455556666"
        path, title = f"/jyxx/002002/002002002/{at:%Y%m%d}/{uuid}.html", f"某市{WORD}第三方服务第{number + 1}号公告"
        goldens.append(Golden(url=host + path, title=title, published=at, source="某市", page="gov"))
        rows.append({"title": title.replace(WORD, f"<em style='color:red'>{WORD}</em>"), "linkurl": path, "infoid": uuid,
                     field: f"{at:%Y-%m-%d %H:%M:%S}", "categorynum": "002002002", "infod": "某市", "content": "…"})  # fmt: skip
        body = "".join(f"<p>{part}</p>" for part in PARAGRAPHS)
        web.add(host + path, f"<html><head><title>{title}</title></head><body><h3 class='article-title'>{title}</h3>"
                f"<p class='info-sources'>【信息时间： {at:%Y/%m/%d}　　阅读次数：<span></span>】</p>"
                f"<div class='ewb-article-info'>{body}</div><div class='foot'>版权所有</div></body></html>")  # fmt: skip

    def listing(request: FakeRequest) -> FakeResponse:
        asked = request.json()
        (window,) = asked["time"]
        if "sid=1" not in request.headers.get("cookie", "") or window["fieldName"] != field:
            return FakeResponse(status=403)
        start, end = (
            dt.datetime.strptime(window[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
            for name in ("startTime", "endTime")
        )
        found = [row for row, golden in zip(rows, goldens, strict=True)
                 if asked["wd"] == WORD and start <= golden.published <= end]  # fmt: skip
        result = {"totalcount": len(found), "records": found[asked["pn"] : asked["pn"] + asked["rn"]]}
        return FakeResponse(body=_json({"result": result}), headers=(("Content-Type", "text/json;charset=utf-8"),))

    web.add(f"{host}/", "<html>首页</html>", headers=[("Set-Cookie", "sid=1; Path=/")])
    web.add(plain(url), listing)
    return Replica(first=tuple(goldens[:20]), all=tuple(goldens), pages=3)


def serve_bulletins(web: FakeWeb, url: str, publisher: str, now: dt.datetime) -> Replica:
    """A table whose rows open their page by script; past the last page it shows the last page again."""
    goldens = []
    rows = []
    for number in range(7):
        at = moment(now, number * 5)
        uuid, title = f"{number:032x}", f"某市{WORD}承办机构遴选项目第{number + 1}号招标公告"
        day = at.replace(hour=0, minute=0)
        goldens.append(Golden(
            url=f"http://ctbpsp.com/#/bulletinDetail?uuid={uuid}&dataSource=0", title=title, published=day, source=publisher,
            text=f"{title}\n服务\n【浙江】\n某平台\n{day:%Y-%m-%d}", page="list",
        ))  # fmt: skip
        rows.append(
            f'<tr><td><a href="javascript:urlOpen(\'{uuid}\')" title="{title}">{short(title)}</a></td><td>服务</td><td>【浙江】</td>'
            f"<td>某平台</td><td>{day:%Y-%m-%d}</td></tr>"
        )

    def listing(request: FakeRequest) -> str:
        found = rows if request.params["word"] == WORD else []
        pages = [found[at : at + 3] for at in range(0, len(found), 3)] or [[]]
        shown = pages[min(int(request.params["page"]), len(pages)) - 1]
        head = "<tr><th>标题</th><th>行业</th><th>地区</th><th>渠道</th><th>时间</th></tr>"
        return (
            f'<html><meta charset="utf-8"><table>{head}{"".join(shown)}</table>共<label>{len(pages)}</label>页</html>'
        )

    web.add(plain(url).partition("?")[0], listing)
    return Replica(first=tuple(goldens[:3]), all=tuple(goldens), pages=4)


def serve_newsroom(web: FakeWeb, url: str, publisher: str, now: dt.datetime) -> Replica:
    """Articles under their date, in one list without later pages."""
    host = f"http://{urlsplit(url).netloc}"
    goldens = []
    for number in range(4):
        at = moment(now, number * 5)
        title = f"公司中标某市第{number + 1}号长期护理保险项目"
        golden = Golden(
            url=f"{host}/c/{at:%Y-%m-%d}/{1881464 + number}.shtml",
            title=title,
            published=at,
            source=publisher,
            page="generic",
        )
        goldens.append(golden)
        body = "".join(f"<p>{part}</p>" for part in PARAGRAPHS)
        web.add(golden.url, f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><div class='nav'><a href='/'>首页</a></div>"
                f"<h1>{title}</h1><div class='time'>{at:%Y-%m-%d %H:%M}</div><div class='content'>{body}</div>"
                "<div class='footer'>版权所有</div></body></html>")  # fmt: skip
    rows = "".join(
        f"<li><a href='{golden.url}'>{golden.title}</a><span>{golden.published:%Y-%m-%d}</span></li>"
        for golden in goldens
    )
    web.add(plain(url), f"<html><meta charset='utf-8'><ul>{rows}</ul></html>")
    return Replica(first=tuple(goldens), all=tuple(goldens), pages=1)


def add_search(web: FakeWeb, now: dt.datetime) -> Replica:
    """China Government Procurement's search: a stub comes first, then rows; the words of the search are marked in titles."""
    stub = "<html><head><title>中国政府采购网</title></head><body><!-- 验证码 -->努力加载中...</body></html>"
    goldens = []
    for number in range(7):
        at = moment(now, number)
        url = f"http://www.ccgp.gov.cn/cggg/dfgg/cjgg/{at:%Y%m}/t{at:%Y%m%d}_{27400001 + number}.htm"
        goldens.append(
            Golden(url=url, title=f"某县{WORD}承办服务第{number + 1}号成交公告", published=at, source="", page="ccgp")
        )
    pages = []
    for members in chunks(goldens, 3):
        rows = "".join(
            f'<li><a href="{golden.url}" target="_blank">{golden.title.replace(WORD, f"<font color=red>{WORD}</font>")}</a>'
            f"<p>…于2020年01月01日09点00分前递交…</p><span>{golden.published:%Y.%m.%d %H:%M:%S} | 采购人：某县医疗保障局 | 代理机构：某公司 "
            "<br><strong>成交公告</strong> | <a href='javascript:void(0)'>浙江</a> | <strong>服务</strong></span></li>"
            for golden in members
        )
        pages.append(f'<html><ul class="vT-srch-result-list-bid">{rows}</ul></html>')

    def search(request: FakeRequest) -> FakeResponse:
        if request.params["kw"] != WORD or request.params["start_time"].count(":") != 2:
            return FakeResponse(body=b'<html><ul class="vT-srch-result-list-bid"></ul></html>')
        number = int(request.params["page_index"])
        return FakeResponse(body=(pages[number - 1] if number <= len(pages) else pages[-1]).encode())

    seen: list[str] = []

    def answer(request: FakeRequest) -> FakeResponse:
        seen.append(request.query)
        return FakeResponse(body=stub.encode()) if len(seen) == 1 else search(request)

    web.add("http://search.ccgp.gov.cn/bxsearch", answer)
    web.add("http://www.ccgp.gov.cn/", "<html>首页</html>")
    return Replica(first=tuple(goldens[:3]), all=tuple(goldens), pages=3)
