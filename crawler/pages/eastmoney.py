"""Eastmoney: article pages of all its sub-hosts, and the `GetNewsText.do` JSON of one article's text."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

from crawler.dates import from_value, parse_moment
from crawler.errors import ExtractionError
from crawler.pages.base import Draft, Page, attachments_of, first, has_class, meta, parse_html
from crawler.pages.blocks import Block, blocks_of, joined, text_of
from crawler.pages.stocks import stock_codes
from crawler.source_line import clean_source, closing_source, labelled_source, strip_closing
from crawler.urls import identity_keys

_CHART = re.compile(r"^K图\s")
_TAIL = re.compile(
    r"^[（(](?:责任编辑|责编)[:：][^）)]*[）)]$|^郑重声明[:：]|^\(?原标题[:：].*\)?$|^提示[:：]微信扫一扫"
)


class EastmoneyPage:
    """Reads `/a/<18 digits>.html` and the older `/news/<column>,<id>.html`."""

    name: ClassVar[str] = "eastmoney"
    patterns: ClassVar[tuple[str, ...]] = (r"(?:^|\.)eastmoney\.com/(?:a|news)/", r"/a/20\d{16}\.html")
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where the page has no `#ContentBody`."""
        tree = page.tree
        content = first(tree, "//*[@id='ContentBody']")
        if content is None:
            raise ExtractionError(page.url, "no Eastmoney article: #ContentBody is missing")
        heading = first(tree, f"//div[{has_class('title')}]", "//h1", f"//*[{has_class('newsContent')}]//h1")
        title = text_of(heading) or re.sub(r"\s*[_-]\s*(?:东方财富网|天天基金网).*$", "", meta(tree, "og:title"))
        infos = [text_of(node) for node in tree.xpath(f"//*[{has_class('infos')}]//*[{has_class('item')}]")]
        text = _text(blocks_of(content))
        if not title or not text:
            raise ExtractionError(page.url, "an Eastmoney article without title or text")
        return Draft(
            title=title,
            text=strip_closing(text),
            published=next(filter(None, (parse_moment(info, now=page.fetched_at) for info in infos)), None)
            or parse_moment(meta(tree, "article:published_time", "pubdate")),
            source=closing_source(text) or next(filter(None, map(labelled_source, infos)), ""),
            author=next((info[3:].strip() for info in infos if info.startswith(("作者：", "作者:"))), ""),
            stock_codes=stock_codes(content),
            attachments=attachments_of(content, page.url),
        )


class NewsTextPage:
    """Reads the reply of `GetNewsText.do?id=<infoCode>`: `{"content": "<p>…"}` or `{"text": "　　…"}`.

    The reply carries no title of its own on most mirrors: the list's title fills it.
    """

    name: ClassVar[str] = "eastmoney-text"
    patterns: ClassVar[tuple[str, ...]] = (r"/GetNewsText\.do\?",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The text; `ExtractionError` where the reply is no JSON object with text."""
        try:
            reply: Any = json.loads(page.text)
        except ValueError as error:
            raise ExtractionError(page.url, f"no JSON: {error}") from error
        if isinstance(reply, dict) and isinstance(reply.get("data"), dict):
            reply = reply["data"]
        raw = str(reply.get("content") or reply.get("text") or "") if isinstance(reply, dict) else ""
        if not raw.strip():
            raise ExtractionError(page.url, "the reply has neither `content` nor `text`")
        codes: tuple[str, ...] = ()
        if re.search(r"<\w+[^>]*>", raw):
            tree = parse_html(raw, page.url)
            text, codes = _text(blocks_of(tree)), stock_codes(tree)
        else:
            text = "\n".join(line for line in (part.strip(" 　\t") for part in raw.splitlines()) if line)
        return Draft(
            title=str(reply.get("title") or "").strip(),
            text=strip_closing(text),
            published=from_value(reply.get("showtime") or reply.get("datetime"), now=page.fetched_at),
            source=closing_source(text) or clean_source(str(reply.get("medianame") or reply.get("from") or "")),
            keys=identity_keys(page.url),
            stock_codes=codes,
        )


def _text(blocks: list[Block]) -> str:
    return joined([block for block in blocks if not _CHART.match(block.text) and not _TAIL.match(block.text)])
