"""The sample procurement portal: notice lists and notices in the shapes of the national portal's pages, under `/ccgp`.

Lists: `/ccgp/cggg/dfgg/<channel>/index.htm` with time, region and buyer in `em` labels, and the parent list
`/ccgp/cggg/dfgg/index.htm` whose rows carry the kind of notice in one `em` more. Paging is script data; the second
page is `index_1.htm`. A notice has the meta tags, breadcrumb, summary table and numbered body of the real ones.
"""

from __future__ import annotations

import re

from monitor.demo.articles import DemoArticle, Notice
from monitor.demo.markup import HTML, Response, View, blocks, china_time, escape

ROOT = "/ccgp"
LISTS = f"{ROOT}/cggg/dfgg"
PAGE_SIZE = 10  # half of the real portal's, so that a dozen notices already fill a second page
TITLE_SHOWN = 26
KINDS = {
    "gkzb": "公开招标公告",
    "jzxcs": "竞争性磋商公告",
    "gzgg": "更正公告",
    "zbgg": "中标公告",
    "cjgg": "成交公告",
}


def path(article: DemoArticle) -> str:
    """The notice's address: `/ccgp/cggg/dfgg/<channel>/<year><month>/t<date>_<number>.htm`."""
    return f"{LISTS}/{_notice(article).channel}/{_file(article)}"


def respond(url_path: str, query: str, view: View) -> Response | None:
    """The answer to `url_path`, or None where the site has no such page."""
    if url_path == f"{ROOT}/":
        return _list(view, "", 0)
    if match := re.fullmatch(rf"{LISTS}/(?:(\w+)/)?index(?:_([1-9]\d*))?\.htm", url_path):
        channel = match[1] or ""
        return _list(view, channel, int(match[2] or 0)) if channel in ("", *KINDS) else None
    for article in view.of("ccgp"):
        if path(article) == url_path:
            return Response(body=_article(article).encode(), content_type=HTML, modified=view.arrived[article.id])
    return None


def not_found() -> Response:
    """The portal's missing page, which answers 200 like the real one."""
    body = _frame("错误页面！中国政府采购网", "", "<h1>错误页面！</h1><p>您访问的页面不存在。</p>")
    return Response(body=body.encode())


def _notice(article: DemoArticle) -> Notice:
    assert article.notice is not None, "every article of this site has one: checked when loaded"
    return article.notice


def _file(article: DemoArticle) -> str:
    return f"{china_time(article.published, '%Y%m/t%Y%m%d')}_{article.number(8)}.htm"


def _list(view: View, channel: str, page: int) -> Response | None:
    articles = tuple(a for a in view.of("ccgp") if channel in ("", _notice(a).channel))
    pages = max(1, -(-len(articles) // PAGE_SIZE))
    if page >= pages:
        return None
    rows = "".join(_row(a, channel) for a in articles[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])
    name = KINDS.get(channel, "地方公告")
    channels = " | ".join(f'<a href="{LISTS}/{code}/index.htm">{kind}</a>' for code, kind in KINDS.items())
    body = (
        f'<p class="vT_z">{channels}</p><h2>{name}</h2>\n<ul class="c_list_bid">\n{rows}</ul>\n'
        f"<p class=\"pager\"><script>Pager({{size:{pages}, current:{page}, prefix:'index',suffix:'htm'}});</script></p>"
    )
    return Response(body=_frame(f"{name}_中国政府采购网", "", body).encode(), modified=view.modified(articles))


def _row(article: DemoArticle, channel: str) -> str:
    notice = _notice(article)
    title = article.title
    shown = title if len(title) <= TITLE_SHOWN else f"{title[:TITLE_SHOWN]}…"
    href = f"./{_file(article)}" if channel else f"{LISTS}/{notice.channel}/{_file(article)}"
    kind = "" if channel else f'<em rel="bxlx">{KINDS[notice.channel]}</em> '
    return (
        f'<li><a href="{href}" title="{escape(title)}" target="_blank">{escape(shown)}</a>\n {kind}'
        f"发布时间：<em>{china_time(article.published, '%Y-%m-%d %H:%M')}</em> 地域：<em>{notice.region}</em> "
        f"采购人：<em>{escape(notice.buyer)}</em></li>\n"
    )


def _article(article: DemoArticle) -> str:
    notice = _notice(article)
    kind = KINDS[notice.channel]
    stamp = china_time(article.published, "%Y年%m月%d日 %H:%M")
    head = (
        f'<meta name="ArticleTitle" content="{escape(article.title)}"/>\n'
        f'<meta name="PubDate" content="{china_time(article.published, "%Y-%m-%d %H:%M")}"/>\n'
        '<meta name="ContentSource" content="中国政府采购网"/>\n'
    )
    files = "".join(
        f'<li><p><a href="{ROOT}/oss/{escape(name)}">{escape(name)}</a></p></li>' for name in notice.attachments
    )
    attached = f'<p class="fjxx">附件信息：</p><ul class="fjxx">{files}</ul>' if files else ""
    body = f"""<div class="vF_deail_currentloc"><p>当前位置：<a class="CurrChnlCls" href="{ROOT}/">首页</a> » <a class="CurrChnlCls" href="{LISTS}/index.htm">地方公告</a> » <a class="CurrChnlCls" href="{LISTS}/{notice.channel}/index.htm">{kind}</a></p></div>
<div class="vF_deail_maincontent"><div class="vF_detail_main">
<div class="vF_detail_header"><h2 class="tc">{escape(article.title)}</h2>
<p class="tc"><span id="pubTime">{stamp}</span> 来源：<span id="sourceName"></span></p></div>
{_summary(article, notice, stamp)}
<div class="vF_detail_content_container"><div class="vF_detail_content">
{chr(10).join(blocks(article.text))}
{attached}</div></div>
</div></div>"""
    return _frame(article.title, head, body)


def _summary(article: DemoArticle, notice: Notice, stamp: str) -> str:
    """The table 公告概要. 采购单位 stands in it twice, as on the real pages; 行政区域 and 公告时间 share a row."""
    project = match[1] if (match := re.search("项目名称：(.+)", article.text)) else article.title
    wide = [("采购项目名称", project), ("采购单位", notice.buyer)]
    rows = "".join(_wide_row(label, value) for label, value in wide)
    rows += (
        f'<tr><td class="title">行政区域</td><td>{notice.region}</td>'
        f'<td class="title">公告时间</td><td>{stamp}</td></tr>\n'
    )
    rows += "".join(_wide_row(label, value) for label, value in (*notice.summary, ("采购单位", notice.buyer)))
    return f'<div class="table"><h5>公告概要：</h5><table>\n{rows}</table></div>'


def _wide_row(label: str, value: str) -> str:
    return f'<tr><td class="title">{escape(label)}</td><td colspan="3">{escape(value)}</td></tr>\n'


def _frame(title: str, head: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
{head}<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body id="detail">
<div class="header"><a href="{ROOT}/">政府采购样例网</a></div>
<div class="main">
{body}
</div>
<div class="footer"><p>样例网站，内容为演示而写。</p></div>
</body>
</html>
"""


_STYLE = (
    "body{margin:0;font:15px/1.8 SimSun,'Songti SC',serif;color:#333;background:#f2f2f2}.header{background:#b8141a;padding:16px 32px}"
    ".header a{color:#fff;font-size:22px;text-decoration:none}.main{max-width:960px;margin:16px auto;background:#fff;padding:24px 32px}"
    ".tc{text-align:center}.c_list_bid li{margin:.6em 0;color:#888}.c_list_bid em{font-style:normal;color:#b8141a;margin-right:1em}"
    "a{color:#1a4d8f}table{border-collapse:collapse;width:100%}td{border:1px solid #ccc;padding:4px 8px}td.title{background:#f7f0e8;white-space:nowrap}"
    ".footer{text-align:center;color:#999;font-size:13px}"
)
