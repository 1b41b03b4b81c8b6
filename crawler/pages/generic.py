"""The fallback for sites without a page object: headline, time, source and body by general evidence.

Our own finders come first, since they know Chinese bylines, deadline labels and closing credits; trafilatura is asked where
they find no body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import trafilatura
from lxml.html import HtmlElement

from crawler.errors import ExtractionError
from crawler.pages.base import Draft, Page, attachments_of, meta
from crawler.pages.blocks import Block, blocks_of, clean_text, joined
from crawler.pages.body import Body, find_body
from crawler.pages.headline import find_headline
from crawler.pages.published import find_published
from crawler.pages.stocks import stock_codes
from crawler.pages.structured import Structured, read_structured
from crawler.source_line import clean_source, closing_source, labelled_source, strip_closing

_AUTHOR = re.compile(
    r"(?:作\s*者|撰文|记者|文)\s*[:：/丨|]\s*([^\s|｜/:：，,。；;（）()]{2,20}(?:\s[^\s|｜/:：，,。；;（）()\d]{2,4}(?=\s|$)){0,2})"
)
_SOURCE_CLASS = re.compile(r"source|laiyuan|origin|media[-_]?name|from(?:$|[-_\s])|copyfrom", re.IGNORECASE)
_MIN_BODY = 40
_SOFT_404 = re.compile(
    r"(?:页面|网页|内容|文章|信息|您访问的页面|该页)(?:不存在|已(?:被)?删除|未找到|找不到|已失效|走丢了)|错误页面|404 Not Found|Page Not Found",
    re.IGNORECASE,
)


class GenericPage:
    """Reads any article page by general evidence."""

    name: ClassVar[str] = "generic"
    patterns: ClassVar[tuple[str, ...]] = ()
    priority: ClassVar[int] = -1

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where the page has no body or says that there is none."""
        tree = page.tree
        structured = read_structured(tree)
        headline = find_headline(tree, structured.headline)
        body = find_body(tree, headline)
        text = strip_closing(body.text) if body else ""
        if len(text) < _MIN_BODY:
            text = _other_opinion(page.text) or text
        before: Sequence[Block] = body.before if body else blocks_of(tree)
        after: Sequence[Block] = body.after if body else ()
        if _SOFT_404.search(headline) or (len(text) < 200 and _SOFT_404.search(f"{headline}\n{text[:200]}")):
            raise ExtractionError(page.url, "the page says that the article does not exist")
        if not text or not (headline or len(text) >= 200):
            raise ExtractionError(page.url, "no readable article")
        byline = [block for block in before[-40:] if block.chars <= 200]
        return Draft(
            title=headline,
            text=text,
            published=find_published(
                tree,
                url=page.url,
                before=before,
                after=after,
                structured=structured.published,
                headline=headline,
                fetched_at=page.fetched_at,
            ),
            source=_source(tree, body, byline, structured),
            author=_author(tree, byline, structured),
            stock_codes=stock_codes(tree),
            attachments=attachments_of(_around(body.node) if body else tree, page.url),
        )


def _source(tree: HtmlElement, body: Body | None, byline: Sequence[Block], structured: Structured) -> str:
    """Closing credit, then a labelled byline, then metadata, then an element named for it."""
    if body:
        tail = joined([*body.blocks[-3:], *body.after[:3]])
        if name := closing_source(tail) or closing_source(joined(list(body.blocks[-4:]))):
            return name
    for block in reversed(byline):
        if name := labelled_source(block.text):
            return name
    if name := clean_source(
        meta(tree, "contentsource", "source", "mediaid", "og:article:source", "article:publisher", "copyfrom")
    ):
        return "" if name.startswith(("http://", "https://")) else name
    for node in tree.iter("a", "span", "em", "div", "p"):
        label = f"{node.get('class') or ''} {node.get('id') or ''}"
        if _SOURCE_CLASS.search(label):
            text = clean_text("".join(node.itertext()))
            if 2 <= len(text) <= 30 and (name := labelled_source(text) or clean_source(text)):
                return name
    return structured.publisher or meta(tree, "og:site_name")


def _author(tree: HtmlElement, byline: Sequence[Block], structured: Structured) -> str:
    for block in reversed(byline):
        if found := _AUTHOR.search(block.text):
            return found.group(1).strip()
    name = meta(tree, "author", "article:author", "og:article:author")
    return structured.author or ("" if name.startswith(("http://", "https://")) else name)


def _around(node: HtmlElement) -> HtmlElement:
    """The element two levels up: attachments are often listed beside the body."""
    parent = node.getparent()
    grand = parent.getparent() if parent is not None else None
    if grand is not None and grand.tag not in {"html", "body"}:
        return grand
    return parent if parent is not None and parent.tag != "html" else node


def _other_opinion(html: str) -> str:
    """trafilatura's reading of the body; empty if it finds none either."""
    return trafilatura.extract(html, fast=True, include_comments=False, include_tables=True) or ""
