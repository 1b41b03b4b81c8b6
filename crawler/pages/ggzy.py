"""Notices of the national trading platform (ggzy.gov.cn): the b-page that holds the text of the shell that people see.

Many records have no text of their own: then the page names the platform of origin, and the text is read there.
"""

from __future__ import annotations

import re
from typing import ClassVar

from lxml.html import HtmlElement

from crawler.dates import parse_moment
from crawler.errors import ExtractionError, TextElsewhereError
from crawler.pages.base import Draft, Page, attachments_of, first, has_class
from crawler.pages.blocks import blocks_of, clean_text, joined, text_of
from crawler.source_line import clean_source
from crawler.urls import join, same_site

_TIME = re.compile(r"发布时间\s*[:：]\s*([^信来]{6,30})")
_SOURCE = re.compile(r"(?:信息来源|来源平台|来源)\s*[:：]\s*(\S{2,40})")
_ORIGIN = re.compile(r"原文|来源|查看|详情")
_FILE = re.compile(r"\.(?:pdf|docx?|png|jpe?g|gif)(?:$|[?#])", re.IGNORECASE)
_MIN_TEXT = 20


class GgzyPage:
    """Reads `/information/html/b/<province>/<business>/<month>/<day>/<id>.shtml`."""

    name: ClassVar[str] = "ggzy"
    patterns: ClassVar[tuple[str, ...]] = (r"(?:^|\.)ggzy\.gov\.cn/(?:information/)?html/b/",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The notice; `TextElsewhereError` where only its origin is named, `ExtractionError` where nothing is there."""
        tree = page.tree
        title = text_of(first(tree, f"//h4[{has_class('h4_o')}]", "//h4", "//h1"))
        byline = clean_text(" ".join(text_of(node) for node in tree.xpath(f"//p[{has_class('p_o')}]")))
        content = first(
            tree, f"//*[@id='mycontent']//*[{has_class('detail_content')}]", "//*[@id='mycontent']",
            f"//*[{has_class('detail_content')}]",
        )  # fmt: skip
        text = joined(blocks_of(content)) if content is not None else ""
        attachments = attachments_of(content, page.url)
        origin = _origin(tree, page.url)
        if len(text) < _MIN_TEXT and not attachments:
            if origin:
                raise TextElsewhereError(page.url, origin)
            raise ExtractionError(page.url, "the record has no text, and names no origin")
        time, source = _TIME.search(byline), _SOURCE.search(byline)
        return Draft(
            title=title,
            text=text or "\n".join(name for name, _ in attachments),
            published=parse_moment(time[1]) if time else parse_moment(byline),
            source=clean_source(source[1]) if source else "",
            origin_url=origin,
            attachments=attachments,
        )


def _origin(tree: HtmlElement, url: str) -> str:
    """The notice on the platform it came from: a link that says so, or the page shown in a frame."""
    candidates = [(node.get("href"), text_of(node)) for node in tree.iter("a")]
    candidates += [(node.get("src"), "原文") for node in tree.iter("iframe")]
    for href, label in candidates:
        address = join(url, href or "")
        named = _ORIGIN.search(label) or label.startswith("http")
        if address and named and not same_site(address, url) and not _FILE.search(address):
            return address
    return ""
