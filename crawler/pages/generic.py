"""The fallback for sites without a page object: headline, time, source and body by general evidence.

Our own finders come first, since they know Chinese bylines, deadline labels and closing credits; trafilatura is asked where
they find no body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import ClassVar

import trafilatura
from lxml.html import HtmlElement

from crawler.dates import parse_moment
from crawler.errors import ExtractionError
from crawler.pages.base import Draft, Page, attachments_of, meta, parse_html
from crawler.pages.blocks import Block, blocks_of, clean_text, joined, text_of
from crawler.pages.body import Body, find_body, read_body
from crawler.pages.headline import find_headline
from crawler.pages.published import find_published
from crawler.pages.state import State, read_state
from crawler.pages.stocks import stock_codes
from crawler.pages.structured import Structured, read_structured
from crawler.source_line import clean_source, closing_source, labelled_source, strip_closing

_AUTHOR = re.compile(
    r"(?:作\s*者|撰文|记者|文)\s*[:：/丨|]\s*([^\s|｜/:：，,。；;（）()]{2,20}(?:\s[^\s|｜/:：，,。；;（）()\d]{2,4}(?=\s|$)){0,2})"
)
_SOURCE_CLASS = re.compile(r"source|laiyuan|origin|media[-_]?name|nickname|from(?:$|[-_\s])|copyfrom", re.IGNORECASE)
_ADDRESS = re.compile(r"https?:|www\.|\.(?:com|cn|net|org)\b")
_MEDIUM = re.compile(
    r"^[^\d:：]{1,18}(?:报|网|社|台|刊|杂志|新闻|发布|在线|客户端|融媒|融媒体|中心|卫视|广播|政府|局|委|厅)$"
)
_MIN_BODY = 40
_SHORT = 200
"""A body this short may be a placeholder, or what is left where a script shows the rest."""
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
        headline = find_headline(tree, structured.headline, lambda: blocks_of(tree))
        body = find_body(tree, headline)
        text = strip_closing(body.text) if body else ""
        state = _Lazy(lambda: read_state(tree, headline))
        if (
            len(text) < _SHORT
            and (found := state.value) is not None
            and len(shipped := _shipped(found, page.url)) > 2 * len(text)
        ):
            # The page shows a placeholder and ships its text for a script to show.
            text, body = shipped, None
            headline = found.title if _squeeze(found.title) not in _squeeze(headline) else headline
        if len(text) < _MIN_BODY:
            text = max(text, _paragraphs(structured.body), key=len)
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
                embedded=lambda: state.value.published if state.value else None,
            ),
            source=_source(tree, body, byline, structured) or (state.known.source if state.known else ""),
            author=_author(tree, byline, structured),
            stock_codes=stock_codes(body.node if body else tree),
            attachments=attachments_of(_around(body.node) if body else tree, page.url),
        )


class _Lazy:
    """A page's shipped data, read when it is first asked for."""

    def __init__(self, read: Callable[[], State | None]) -> None:
        self._read = read

    @cached_property
    def value(self) -> State | None:
        return self._read()

    @property
    def known(self) -> State | None:
        """What was read, None if nobody has asked."""
        return self.__dict__.get("value")


def _shipped(state: State, url: str) -> str:
    """The text of shipped data, read as the body of a page."""
    if "<" not in state.text:
        return _paragraphs(state.text)
    try:
        node = parse_html(f"<div>{state.text}</div>", url)
    except ExtractionError:
        return ""
    return strip_closing(joined(list(read_body(node, state.title, frozenset()))))


def _paragraphs(text: str) -> str:
    return "\n".join(line for line in map(clean_text, text.splitlines()) if line)


def _source(tree: HtmlElement, body: Body | None, byline: Sequence[Block], structured: Structured) -> str:
    """Closing credit, then a labelled byline, then metadata, then an element named for it, then a medium's name in the byline."""
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
        return "" if _ADDRESS.search(name) else name
    for node in tree.iter("a", "span", "em", "div", "p", "strong"):
        label = f"{node.get('class') or ''} {node.get('id') or ''}"
        if _SOURCE_CLASS.search(label):
            text = text_of(node)
            name = labelled_source(text) or clean_source(text)
            if 2 <= len(text) <= 30 and name and not _ADDRESS.search(name):
                return name
    if structured.publisher:
        return structured.publisher
    return next(filter(None, map(_medium, reversed(byline))), "") or meta(tree, "og:site_name")


def _medium(block: Block) -> str:
    """A name that is a medium's or an office's, beside the date in a byline."""
    if block.chars > 80 or not parse_moment(block.text):
        return ""
    pieces = re.split(r"[\s|/｜丨]+", block.text)
    return next((piece for piece in pieces if _MEDIUM.search(piece) and not _ADDRESS.search(piece)), "")


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


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)
