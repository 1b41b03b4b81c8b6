"""The sample finews site: a Jekyll build of financial news, as GitHub Pages would serve it under `/finews`.

Served are the home page, a list page per medium (no dates, no paging), posts of every generation of its generator
(`brief`: digest and origin link; `linked`: also the links back; `full`: digest as a quote, then the whole article;
`media`: a medium's article with its origin), both spellings of the time line, the Atom feed of jekyll-feed with its
ten newest posts, and the oddities that were seen in the wild: an empty heading, an empty list, a post without title
and time, hidden paragraphs, stock charts, and keyword links that cut words in half.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import quote

from monitor.demo.articles import DemoArticle
from monitor.demo.finews_post import MEDIA, ROOT, code, post_html
from monitor.demo.markup import CHINA, HTML, Response, View, china_time, escape

SITE_TITLE = "金融消息"
FEED_ITEMS = 10
HOME_ITEMS = 100

BROKEN_POST = f"{ROOT}/beifangwang/2022/05/26/NW202205262391921712.html"
"""A post without title and time; one category links it, with an empty link."""

HEADLESS = "21caijing"
"""The category whose list is printed under an empty heading."""

SPACED = "21shijijingjibaodao 21caijingAPP"
"""A category that lists nothing: Jekyll splits `categories` at white space."""


def path(article: DemoArticle) -> str:
    """The post's address: `/finews/<category>/<year>/<month>/<day>/<id>.html`, as Jekyll's `date` permalinks are."""
    return f"{ROOT}/{article.section.lower()}/{china_time(article.published, '%Y/%m/%d')}/{code(article)}.html"


def respond(url_path: str, query: str, view: View) -> Response | None:
    """The answer to `url_path`, or None where the site has no such page."""
    everything = view.of("finews")
    if url_path in (f"{ROOT}/", f"{ROOT}/index.html"):
        return _page(view, "", url_path, _home(everything), view.modified(everything))
    if url_path == f"{ROOT}/feed.xml":
        newest = everything[:FEED_ITEMS]
        return Response(
            body=_feed(view, newest).encode(),
            content_type="application/atom+xml; charset=utf-8",
            modified=view.modified(newest),
        )
    if url_path == f"{ROOT}/category/{SPACED}.html":
        return _page(view, SPACED, url_path, f'<h2 id="{SPACED}">{SPACED}</h2>\n<ul>\n</ul>\n', view.started)
    if url_path == BROKEN_POST:
        return _page(view, "", url_path, _broken(), view.started)
    if match := re.fullmatch(rf"{ROOT}/category/(\w+)\.html", url_path):
        return _category_page(view, match[1], url_path) if match[1] in MEDIA else None
    for article in everything:
        if path(article) == url_path:
            return _post_page(view, article)
    return None


def not_found(view: View) -> Response:
    """The site's 404 page: it points at the archive of older posts and goes home after five seconds."""
    body = (
        "<h1>404</h1>\n<p><strong>页面没有找到</strong></p>\n<p>新闻只保留三天，更早的请到"
        f'<a href="https://github.com/zning1994/finews/tree/main/old_post">归档</a>查找。5秒后返回<a href="{ROOT}/">首页</a>。</p>\n'
        f"<script>setTimeout(function(){{location.href='{ROOT}/'}},5000)</script>\n"
    )
    page = _page(view, "404", f"{ROOT}/404.html", body, view.started)
    return Response(body=page.body, status=404)


def _home(articles: tuple[DemoArticle, ...]) -> str:
    return f'<h2 id="最近100条新消息">最近100条新消息</h2>\n{_list(articles[:HOME_ITEMS])}'


def _list(articles: tuple[DemoArticle, ...], extra: str = "") -> str:
    rows = "".join(f'    <li><a href="{path(a)}">{escape(a.title)}</a></li>\n' for a in articles)
    return f"<ul>\n{rows}{extra}</ul>\n"


def _category_page(view: View, category: str, url_path: str) -> Response:
    articles = view.of("finews", category)
    tag = "" if category == HEADLESS else f"{MEDIA[category]}新闻"
    # The post without a title stands in the list as a link without text.
    broken = f'    <li><a href="{BROKEN_POST}"></a></li>\n' if f"/{category}/" in BROKEN_POST else ""
    body = f'<h2 id="{tag}">{tag}</h2>\n{_list(articles, broken)}'
    return _page(view, category.capitalize(), url_path, body, view.modified(articles))


def _post_page(view: View, article: DemoArticle) -> Response:
    moment = china_time(article.published, "%Y-%m-%d %H:%M:%S")
    old = article.layout in ("brief", "linked")
    zone = "GMT+8, Asia/Shanghai, CST"
    stamp = f"({zone}) {moment}" if old else f"[{zone}] {moment} &nbsp; "
    body = (
        f"<small>{stamp}</small>\n<h1>{escape(article.title)}</h1>\n\n{post_html(article, view)}\n\n"
        f"<small>tags: <em>{MEDIA[article.section]}新闻</em></small>\n"
    )
    return _page(view, article.title, path(article), body, view.arrived[article.id], article)


def _broken() -> str:
    return (
        "<small>[GMT+8, Asia/Shanghai, CST]  &nbsp; </small>\n<h1></h1>\n\n"
        '<p><a href="http://finews.zning.xyz/html_News/NewsShare.html?infoCode="></a></p>\n\n'
        "<small>tags: <em></em></small>\n"
    )


def _page(
    view: View, title: str, url_path: str, body: str, modified: float, article: DemoArticle | None = None
) -> Response:
    heading = f"{title} | {SITE_TITLE}" if title else SITE_TITLE
    url = f"{view.base_url}{quote(url_path)}"
    seo = _post_seo(article, url) if article else '<meta property="og:type" content="website" />'
    text = f"""<!DOCTYPE html>
<html lang="zh-CN">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="X-UA-Compatible" content="IE=edge">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="author" content="ZNing">
    <meta property="og:type" content="website">
    <meta property="og:title" content="{escape(title)}">
    <meta property="og:description" content="{escape(title)}">
    <link rel="alternate" type="application/atom+xml" title="{SITE_TITLE}" href="{ROOT}/feed.xml">
<!-- Begin Jekyll SEO tag v2.8.0 -->
<title>{escape(heading)}</title>
<meta name="generator" content="Jekyll v3.9.2" />
<meta property="og:title" content="{escape(title or SITE_TITLE)}" />
<meta property="og:locale" content="zh_CN" />
<link rel="canonical" href="{url}" />
<meta property="og:url" content="{url}" />
<meta property="og:site_name" content="{SITE_TITLE}" />
{seo}
<!-- End Jekyll SEO tag -->
    <style>{_STYLE}</style>
  </head>
  <body onload="setTimeout(function(){{location.reload()}},60000)">
    <div class="wrapper">
      <header>
        <h1><a href="{ROOT}/">{SITE_TITLE}</a></h1>
        <p>最新金融资讯</p>
        <p class="view">{_navigation()}</p>
      </header>
      <section>
{body}      </section>
      <footer>
        <p>风险提示：本站内容来自互联网，仅供参考，不构成投资建议。</p>
        <p><small>样例网站，内容为演示而写。</small></p>
      </footer>
    </div>
  </body>
</html>
"""
    return Response(body=text.encode(), content_type=HTML, modified=modified)


def _navigation() -> str:
    return " · ".join(f'<a href="{ROOT}/category/{c}.html">{name}</a>' for c, name in MEDIA.items())


def _post_seo(article: DemoArticle, url: str) -> str:
    """What jekyll-seo-tag prints for a post; its values come after the layout's own and are the right ones."""
    moment = article.published.astimezone(CHINA).isoformat()
    digest = article.text.split("\n", 1)[0]
    data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "author": {"@type": "Person", "name": "ZNing"},
        "dateModified": moment,
        "datePublished": moment,
        "description": digest,
        "headline": article.title,
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
    }
    linked_data = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return (
        f'<meta name="description" content="{escape(digest)}" />\n'
        f'<meta property="og:description" content="{escape(digest)}" />\n'
        '<meta property="og:type" content="article" />\n'
        f'<meta property="article:published_time" content="{moment}" />\n'
        f'<script type="application/ld+json">\n{linked_data}</script>'
    )


def _feed(view: View, articles: tuple[DemoArticle, ...]) -> str:
    """The Atom document that jekyll-feed writes: newest posts with their whole content, escaped."""
    home = f"{view.base_url}{ROOT}/"
    updated = dt.datetime.fromtimestamp(view.modified(articles), CHINA).isoformat(timespec="seconds")
    entries = "".join(_entry(view, a) for a in articles)
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        '<generator uri="https://jekyllrb.com/" version="3.9.2">Jekyll</generator>'
        f'<link href="{home}feed.xml" rel="self" type="application/atom+xml" />'
        f'<link href="{home}" rel="alternate" type="text/html" hreflang="zh-CN" /><updated>{updated}</updated>'
        f'<id>{home}feed.xml</id><title type="html">{SITE_TITLE}</title><subtitle>最新金融资讯</subtitle>'
        f"<author><name>ZNing</name></author>{entries}</feed>"
    )


def _entry(view: View, article: DemoArticle) -> str:
    url = f"{view.base_url}{path(article)}"
    moment = article.published.astimezone(CHINA).isoformat()
    # Escaped twice: an Atom title of type html holds HTML, which in turn is escaped for XML.
    title = escape(escape(article.title))
    return (
        f'<entry><title type="html">{title}</title>'
        f'<link href="{url}" rel="alternate" type="text/html" title="{escape(article.title)}" />'
        f"<published>{moment}</published><updated>{moment}</updated><id>{url.removesuffix('.html')}</id>"
        f'<content type="html" xml:base="{url}">{escape(post_html(article, view))}</content>'
        f'<author><name>ZNing</name></author><category term="{article.section}" />'
        f'<summary type="html">{escape(escape(article.text.split(chr(10), 1)[0]))}</summary></entry>'
    )


_STYLE = (
    "body{padding:2.5em;font:16px/1.7 'Noto Sans SC','PingFang SC','Microsoft YaHei',Helvetica,Arial,sans-serif;color:#595959}"
    "a{color:#267cb9;text-decoration:none}a:hover{text-decoration:underline}h1,h2{color:#222;line-height:1.3}"
    ".wrapper{max-width:980px;margin:0 auto;display:grid;grid-template-columns:230px 1fr;gap:3em}"
    "footer{grid-column:1/3;color:#999;font-size:13px}blockquote{border-left:1px solid #e5e5e5;margin:0;padding:0 0 0 20px}"
    "li{margin:.3em 0}img{max-width:100%}@media(max-width:760px){.wrapper{display:block}}"
)

__all__ = ["BROKEN_POST", "MEDIA", "SPACED", "not_found", "path", "post_html", "respond"]
