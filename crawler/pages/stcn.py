"""Securities Times articles, `/article/detail/<id>.html`: the byline is a row of spans, source first and time last."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=(".detail-title", "h1"),
    body=(".detail-content",),
    published=(".detail-info span",),
    source=(".detail-info span:first-child", ".detail-info span"),
    author=(".detail-info span:contains('作者')",),
    drop=(".detail-content-tags", ".detail-content-editor"),
)


class StcnPage:
    """Reads articles of stcn.com."""

    name: ClassVar[str] = "stcn"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*stcn\.com/article/detail/",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where `.detail-content` is missing."""
        return read_selected(page, _SELECTORS)
