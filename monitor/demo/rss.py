"""The sample finance magazine: RSS 2.0 feeds with teasers, and article pages with the usual frame around the text.

Two feeds: `/rss/news.xml`, and `/rss/hk.xml` in traditional script. A teaser is cut in the middle of a sentence, so a
reader has to fetch the page; pages carry a navigation bar, a related-links box and a disclaimer that are no part of it.
"""

from __future__ import annotations

import re
from email.utils import format_datetime

from monitor.demo.articles import DemoArticle
from monitor.demo.markup import CHINA, Response, View, blocks, china_time, escape, plain

ROOT = "/rss"
CHANNELS = {"news": ("江海财经", "zh-cn"), "hk": ("濠江財經", "zh-hk")}
TEASER = 72
RELATED = 4


def path(article: DemoArticle) -> str:
    """The article's address: `/rss/<channel>/<year>/<month><day>/<number>.html`."""
    return f"{ROOT}/{article.section}/{china_time(article.published, '%Y/%m%d')}/{article.number(8)}.html"


def respond(url_path: str, query: str, view: View) -> Response | None:
    """The answer to `url_path`, or None where the site has no such page."""
    if match := re.fullmatch(rf"{ROOT}/(news|hk)\.xml", url_path):
        articles = view.of("rss", match[1])
        return Response(
            body=_feed(view, match[1], articles).encode(),
            content_type="application/rss+xml; charset=utf-8",
            modified=view.modified(articles),
        )
    if url_path in (f"{ROOT}/", f"{ROOT}/index.html"):
        articles = view.of("rss")
        return Response(body=_front(articles).encode(), modified=view.modified(articles))
    for article in view.of("rss"):
        if path(article) == url_path:
            return Response(body=_article(article, view).encode(), modified=view.arrived[article.id])
    return None


def _feed(view: View, channel: str, articles: tuple[DemoArticle, ...]) -> str:
    name, language = CHANNELS[channel]
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{view.base_url}{path(a)}?from=rss</link>"
        f'<guid isPermaLink="false">{channel}-{a.number(8)}</guid>'
        f"<pubDate>{format_datetime(a.published.astimezone(CHINA))}</pubDate>"
        f"<description><![CDATA[<p>{escape(plain(a.text).split(chr(10), 1)[0][:TEASER])}…</p>]]></description></item>\n"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>\n'
        f"<title>{name}</title><link>{view.base_url}{ROOT}/</link><description>{name}</description>"
        f"<language>{language}</language><ttl>1</ttl>\n"
        f'<atom:link href="{view.base_url}{ROOT}/{channel}.xml" rel="self" type="application/rss+xml" />\n'
        f"{items}</channel></rss>\n"
    )


def _front(articles: tuple[DemoArticle, ...]) -> str:
    rows = "".join(f'<li><a href="{path(a)}">{escape(a.title)}</a></li>\n' for a in articles)
    return _frame("首页", "", f"<h2>最新</h2>\n<ul>\n{rows}</ul>", "zh-CN")


def _article(article: DemoArticle, view: View) -> str:
    name, language = CHANNELS[article.section]
    related = [a for a in view.of("rss", article.section) if a.id != article.id][:RELATED]
    links = "".join(f'<li><a href="{path(a)}">{escape(a.title)}</a></li>' for a in related)
    source, more = ("来源", "相关阅读") if article.section == "news" else ("來源", "相關閱讀")
    head = (
        f'<meta property="og:title" content="{escape(article.title)}">\n<meta property="og:type" content="article">\n'
        f'<meta property="article:published_time" content="{article.published.astimezone(CHINA).isoformat()}">\n'
    )
    body = (
        f'<article>\n<h1 class="title">{escape(article.title)}</h1>\n'
        f'<div class="meta"><time datetime="{article.published.astimezone(CHINA).isoformat()}">'
        f"{china_time(article.published, '%Y-%m-%d %H:%M')}</time> <span>{source}：{escape(article.source)}</span></div>\n"
        f'<div class="content">\n{chr(10).join(blocks(article.text))}\n</div>\n</article>\n'
        f'<aside class="related"><h3>{more}</h3><ul>{links}</ul></aside>'
    )
    return _frame(f"{article.title}_{name}", head, body, "zh-Hant" if language == "zh-hk" else "zh-CN")


def _frame(title: str, head: str, body: str, language: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
{head}<link rel="alternate" type="application/rss+xml" href="{ROOT}/news.xml">
<style>{_STYLE}</style>
</head>
<body>
<nav><a href="{ROOT}/">江海财经</a> <a href="{ROOT}/news.xml">RSS</a> <a href="{ROOT}/hk.xml">繁體</a></nav>
<main>
{body}
</main>
<footer><p>免责声明：文章仅代表作者观点。样例网站，内容为演示而写。</p></footer>
</body>
</html>
"""


_STYLE = (
    "body{margin:0;font:17px/1.8 'Noto Serif SC','Songti SC',SimSun,serif;color:#222;background:#fdfcf9}"
    "nav{background:#7a1f1f;padding:12px 24px}nav a{color:#fff;margin-right:20px;text-decoration:none}"
    "main{max-width:760px;margin:24px auto;padding:0 20px}h1{line-height:1.35}.meta{color:#888;font-size:14px}"
    ".related{border-top:1px solid #ddd;margin-top:32px;font-size:15px}a{color:#7a1f1f}footer{text-align:center;color:#999;font-size:13px}"
)
