"""The sample finance portal: a JSONP keyword search and article pages in the shapes of Eastmoney's, under `/east`.

The search takes its question as JSON in `param`, answers within the callback named by `cb`, marks what it found with
`preTag` and `postTag`, and pages with `pageIndex`. It knows characters, not meaning: 惠民保 also finds 惠民保租房.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs

from monitor.demo.articles import DemoArticle
from monitor.demo.markup import Response, View, blocks, china_time, escape, plain

ROOT = "/east"
SEARCH = f"{ROOT}/search/jsonp"
SNIPPET = 90


def path(article: DemoArticle) -> str:
    """The article's address: `/east/a/<18 digits>.html`, of which the first eight are the date."""
    return f"{ROOT}/a/{_code(article)}.html"


def respond(url_path: str, query: str, view: View) -> Response | None:
    """The answer to `url_path` with `query`, or None where the site has no such page."""
    articles = view.of("east")
    if url_path == SEARCH:
        return _search(query, view, articles)
    if url_path == f"{ROOT}/":
        rows = "".join(f'<li><a href="{path(a)}">{escape(a.title)}</a></li>\n' for a in articles)
        body = _frame("财经搜索样例网", "", f'<ul id="newsListContent">\n{rows}</ul>')
        return Response(body=body.encode(), modified=view.modified(articles))
    for article in articles:
        if path(article) == url_path:
            return Response(body=_article(article).encode(), modified=view.arrived[article.id])
    return None


def _code(article: DemoArticle) -> str:
    return f"{china_time(article.published, '%Y%m%d')}{article.number(10)}"


def _search(query: str, view: View, articles: tuple[DemoArticle, ...]) -> Response:
    """The hits for a question; a question that cannot be read is answered with a code of its own, as status 200."""
    values = parse_qs(query)
    callback = re.sub(r"\W", "", values.get("cb", ["callback"])[0])
    try:
        question = json.loads(values["param"][0])
        settings = question["param"]["cmsArticleWebOld"]
        keyword = str(question["keyword"])
        index, size = int(settings["pageIndex"]), int(settings["pageSize"])
    except (KeyError, TypeError, ValueError):
        answer: dict[str, Any] = {"code": -1, "msg": "参数错误"}
        return _jsonp(callback, answer, view.started)
    hits = tuple(a for a in articles if keyword in plain(a.text) or keyword in a.title) if keyword else ()
    start = max(0, index - 1) * size
    tags = str(settings.get("preTag", "")), str(settings.get("postTag", ""))
    items = [_hit(a, keyword, tags, view) for a in hits[start : start + size]]
    answer = {"code": 0, "hitsTotal": len(hits), "result": {"cmsArticleWebOld": items}}
    return _jsonp(callback, answer, view.modified(articles))


def _jsonp(callback: str, answer: dict[str, Any], modified: float) -> Response:
    body = f"{callback}({json.dumps(answer, ensure_ascii=False)})"
    return Response(body=body.encode(), content_type="application/javascript; charset=utf-8", modified=modified)


def _hit(article: DemoArticle, keyword: str, tags: tuple[str, str], view: View) -> dict[str, str]:
    marked = keyword.join(tags)
    text = plain(article.text).replace("\n", "")
    start = max(0, text.find(keyword) - SNIPPET // 2)
    return {
        "date": china_time(article.published, "%Y-%m-%d %H:%M:%S"),
        "code": _code(article),
        "title": article.title.replace(keyword, marked),
        "content": text[start : start + SNIPPET].replace(keyword, marked),
        "mediaName": article.source,
        "url": f"{view.base_url}{path(article)}",
    }


def _article(article: DemoArticle) -> str:
    digest = article.text.split("\n", 1)[0]
    head = f'<meta name="description" content="【{escape(article.title)}】{escape(digest)}" />\n'
    body = (
        f'<div class="newsContent"><div class="title">{escape(article.title)}</div>\n<div class="infos">'
        f'<div class="item">{china_time(article.published, "%Y年%m月%d日 %H:%M")}</div>'
        f'<div class="item">来源：{escape(article.source)}</div></div>\n'
        f'<div id="ContentBody" class="txtinfos">\n{chr(10).join(blocks(article.text))}\n'
        f'<p class="em_media">（文章来源：{escape(article.source)}）</p>\n</div></div>'
    )
    return _frame(f"{article.title} _ 财经搜索样例网", head, body)


def _frame(title: str, head: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8" />
{head}<title>{escape(title)}</title>
<style>body{{max-width:780px;margin:1.5em auto;padding:0 1em;font:16px/1.8 'PingFang SC','Microsoft YaHei',sans-serif;color:#333}}
.top a{{color:#c00;font-weight:bold;text-decoration:none}}.title{{font-size:26px;line-height:1.4;margin:.6em 0}}.infos{{color:#999;font-size:13px}}.item{{display:inline-block;margin-right:2em}}</style>
</head>
<body>
<div class="top"><a href="{ROOT}/">财经搜索样例网</a></div>
{body}
<div class="footer"><p><small>样例网站，内容为演示而写。</small></p></div>
</body>
</html>
"""
