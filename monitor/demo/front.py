"""What belongs to the sample web as a whole: its index page, robots.txt and the plain 404."""

from __future__ import annotations

from collections.abc import Callable

from monitor.demo.articles import DemoArticle
from monitor.demo.markup import Response, View, escape

NEWEST = 10

_SITES = (
    ("/finews/", "金融消息", "Jekyll 生成的财经快讯站：分类列表无日期，Atom 只有十条"),
    ("/rss/", "江海财经", "RSS 摘要与文章页，另有繁体频道"),
    ("/ccgp/", "政府采购样例网", "采购公告列表、更正与中标公告"),
    ("/paper/", "两江日报", "GBK 编码的老式报纸网站"),
    ("/mirror/", "iMirror", "机器翻译的英文镜像"),
    ("/east/", "财经搜索样例网", "JSONP 关键词搜索与文章页"),
)


def index(view: View, path_of: Callable[[DemoArticle], str]) -> Response:
    """The page a person sees first: the sites, how many of their articles have appeared, and the newest of them."""
    newest = "".join(f'<li><a href="{path_of(a)}">{escape(a.title)}</a></li>\n' for a in view.articles[:NEWEST])
    rows = "".join(
        f'<tr><td><a href="{path}">{name}</a></td><td>{about}</td><td>{len(view.of(path.strip("/")))}</td></tr>\n'
        for path, name, about in _SITES
    )
    body = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>保讯样例网</title>
<style>body{{max-width:760px;margin:3em auto;font:16px/1.8 sans-serif;color:#333}}td,th{{text-align:left;padding:.3em 1em .3em 0}}a{{color:#267cb9}}</style></head>
<body onload="setTimeout(function(){{location.reload()}},5000)">
<h1>保讯样例网</h1>
<p>六个小网站，只在本机；文章为演示而写，陆续出现。</p>
<table><tr><th>网站</th><th>说明</th><th>文章</th></tr>
{rows}</table>
<h2>最新出现</h2>
<ol>
{newest}</ol>
</body></html>
"""
    return Response(body=body.encode(), modified=view.modified(view.articles))


def robots(view: View) -> Response:
    """robots.txt: everything is allowed but the paper's advertisements."""
    return Response(
        body=b"User-agent: *\nDisallow: /paper/ads/\n",
        content_type="text/plain; charset=utf-8",
        modified=view.started,
    )


def not_found() -> Response:
    """A plain 404."""
    return Response(body=b"<!DOCTYPE html><title>404</title><h1>404 Not Found</h1>", status=404)
