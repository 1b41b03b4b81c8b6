"""The sample English mirror: Chinese news run through machine translation, in the manner of the min.news family.

Addresses are hashes, the publication time stands in JSON-LD only, a tracking line comes before the text and
`Source link` after it, and the body uses bare line breaks as often as paragraphs.
"""

from __future__ import annotations

import json
import re

from monitor.demo.articles import DemoArticle
from monitor.demo.markup import CHINA, Response, View, blocks, escape

ROOT = "/mirror"
NAME = "iMirror"
LIST = f"{ROOT}/en/news/"


def path(article: DemoArticle) -> str:
    """The article's address: `/mirror/en/<section>/<32 hex digits>.html`."""
    return f"{ROOT}/en/{article.section}/{article.hexadecimal()}.html"


def respond(url_path: str, query: str, view: View) -> Response | None:
    """The answer to `url_path`, or None where the site has no such page."""
    articles = view.of("mirror")
    if url_path in (f"{ROOT}/", LIST):
        rows = "".join(f'<h2 class="post-title"><a href="{path(a)}">{escape(a.title)}</a></h2>\n' for a in articles)
        return Response(body=_frame(NAME, "", f"<main>\n{rows}</main>").encode(), modified=view.modified(articles))
    if re.fullmatch(rf"{ROOT}/en/\w+/[0-9a-f]{{32}}\.html", url_path):
        for article in articles:
            if path(article) == url_path:
                return Response(body=_article(article, view).encode(), modified=view.arrived[article.id])
    return None


def _article(article: DemoArticle, view: View) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.astimezone(CHINA).isoformat(),
        "publisher": {"@type": "Organization", "name": article.source},
    }
    head = (
        f'<meta property="og:title" content="{escape(article.title)}" />\n<meta property="og:type" content="article" />\n'
        f'<meta property="og:url" content="{view.base_url}{path(article)}" />\n'
        f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>\n'
    )
    body = (
        f'<article>\n<h1 class="entry-title">{escape(article.title)}</h1>\n<div class="entry-content">\n'
        f'{chr(10).join(blocks(article.text))}\n<p><a rel="nofollow" href="https://example.com/">Source link</a></p>\n'
        "</div>\n</article>"
    )
    return _frame(f"{article.title} - {NAME}", head, body)


def _frame(title: str, head: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{escape(title)}</title>
{head}<style>body{{max-width:720px;margin:2em auto;padding:0 1em;font:17px/1.6 Georgia,serif;color:#222}}header a{{color:#0a7;font:bold 22px sans-serif;text-decoration:none}}
h2{{font-size:19px}}a{{color:#064}}footer{{color:#999;font-size:13px}}</style>
</head>
<body>
<header><a href="{LIST}">{NAME}</a></header>
{body}
<footer><p>Sample site, written for a demonstration.</p></footer>
</body>
</html>
"""
