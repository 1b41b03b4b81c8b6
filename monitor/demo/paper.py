"""The sample city paper: a page built long ago that sends GBK bytes and calls them gb2312, without a charset header.

Characters outside gb2312 occur in its text, so that only a reader that decides by evidence prints them right. The
list shows dates without a year, and next to it stands a link into `/paper/ads/`, which robots.txt forbids.
"""

from __future__ import annotations

import re

from monitor.demo.articles import DemoArticle
from monitor.demo.markup import Response, View, blocks, china_time, escape

ROOT = "/paper"
NAME = "两江日报"
FORBIDDEN = f"{ROOT}/ads/"
ENCODING = "gbk"


def path(article: DemoArticle) -> str:
    """The article's address: `/paper/n1/<year>/<month><day>/c<section>-<number>.html`."""
    return f"{ROOT}/n1/{china_time(article.published, '%Y/%m%d')}/c{article.section}-{article.number(8)}.html"


def respond(url_path: str, query: str, view: View) -> Response | None:
    """The answer to `url_path`, or None where the site has no such page."""
    articles = view.of("paper")
    if url_path in (f"{ROOT}/", f"{ROOT}/index.html"):
        return _response(_index(articles), view.modified(articles))
    if url_path == f"{FORBIDDEN}1.html":
        return _response(_frame("广告", "<h1>广告</h1><p>招商热线。</p>"), view.started)
    for article in articles:
        if path(article) == url_path:
            return _response(_article(article), view.arrived[article.id])
    return None


def _response(text: str, modified: float) -> Response:
    return Response(body=text.encode(ENCODING, "xmlcharrefreplace"), content_type="text/html", modified=modified)


def _index(articles: tuple[DemoArticle, ...]) -> str:
    rows = "".join(
        f'<li><a href="{path(a)}" target="_blank">{escape(a.title)}</a> <i>{china_time(a.published, "%m-%d")}</i></li>\n'
        for a in articles
    )
    return _frame(
        NAME,
        f'<div class="hdNews"><h2>要闻</h2>\n<ul class="list_14">\n{rows}</ul></div>\n'
        f'<div class="ad"><a href="{FORBIDDEN}1.html">广告</a></div>',
    )


def _article(article: DemoArticle) -> str:
    stamp = china_time(article.published, "%Y年%m月%d日%H:%M")
    text = "\n".join(re.sub("^<p>", "<p>　　", block) for block in blocks(article.text))
    return _frame(
        f"{article.title}--{NAME}",
        f'<div class="rm_txt"><h1>{escape(article.title)}</h1>\n'
        f'<div class="channel"><div class="col-1-1">{stamp} | 来源：<a href="{ROOT}/">{escape(article.source)}</a></div></div>\n'
        f'<div class="rm_txt_con">\n{text}\n<div class="edit">(责编：编辑部)</div></div></div>',
    )


def _frame(title: str, body: str) -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="content-type" content="text/html; charset=gb2312" />
<title>{escape(title)}</title>
<style type="text/css">body{{width:800px;margin:20px auto;font:16px/1.9 SimSun,serif;color:#222}}.top{{border-bottom:3px solid #1c4587;font-size:26px}}
.top a{{color:#1c4587;text-decoration:none}}.list_14 li{{margin:.5em 0}}i{{color:#999}}.channel,.edit,.foot,.ad{{color:#888;font-size:13px}}</style>
</head>
<body>
<div class="top"><a href="{ROOT}/">{NAME}</a></div>
{body}
<div class="foot"><p>样例网站，内容为演示而写。</p></div>
</body>
</html>
"""
