"""Jiemian articles, `/article/<id>.html`: the time is an epoch in an attribute, the lead stands in the header."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=("div.article-header h1",),
    lead=("div.article-header p",),
    body=("div.article-content",),
    published=("span[data-article-publish-time]::attr(data-article-publish-time)",),
    source=("div.article-info span:contains('来源')",),
    author=("span.author a",),
    drop=("div.article-source", "div.opt-wrapper"),
)


class JiemianPage:
    """Reads articles of jiemian.com."""

    name: ClassVar[str] = "jiemian"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*jiemian\.com/article/",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where `div.article-content` is missing (videos have none)."""
        return read_selected(page, _SELECTORS)
