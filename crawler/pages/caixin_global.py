"""Caixin Global: the article page (a stub where it is paid for), and the JSON of a free article's whole text."""

from __future__ import annotations

import json
from typing import ClassVar

from crawler.errors import ExtractionError, NoArticleError
from crawler.pages.base import Draft, Page, parse_html
from crawler.pages.blocks import blocks_of, joined
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=("h1",),
    body=("#appContent",),
    published=(".cons-date", ".date"),
    author=(".cons-author a", ".author a"),
    drop=(".loadingBox", ".cons-pay-tip"),
)


class CaixinGlobalPage:
    """Reads article pages; of a paid article the part that is shown."""

    name: ClassVar[str] = "caixin-global"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*caixinglobal\.com/\d{4}-\d\d-\d\d/",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article or its free part; `ExtractionError` where `#appContent` is missing."""
        return read_selected(page, _SELECTORS)


class CaixinGlobalTextPage:
    """Reads the reply of `reading.do`: `{"data": {"content": "<p>…"}}`. Title and time come from the list."""

    name: ClassVar[str] = "caixin-global-text"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*caixinglobal\.com/get/reading\.do",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The text; `ExtractionError` for another reply, `NoArticleError` for one without text."""
        try:
            content = str(json.loads(page.text)["data"]["content"] or "")
        except (ValueError, KeyError, TypeError) as error:
            raise ExtractionError(page.url, f"no data.content in the reply: {error!r}") from error
        if not content.strip():
            raise NoArticleError(page.url, "the reply holds no text: the article is paid for")
        return Draft(title="", text=joined(blocks_of(parse_html(f"<div>{content}</div>", page.url))))
