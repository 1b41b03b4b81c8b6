"""Securities Times articles: `/article/detail/<id>.html`, whose byline is a row of spans, and the pages before 2021."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=(".detail-title", ".intal_tit h2", "h1"),
    body=(".detail-content", "#ctrlfscont"),
    published=(".detail-info span", ".intal_tit .info", ".info"),
    source=(".detail-info span:first-child", ".detail-info span", ".info span:contains('来源')"),
    author=(".detail-info span:contains('作者')", ".info span:contains('作者')"),
    drop=(".detail-content-tags", ".detail-content-editor"),
)


class StcnPage:
    """Reads articles of stcn.com."""

    name: ClassVar[str] = "stcn"
    patterns: ClassVar[tuple[str, ...]] = (
        r"^(?:[\w-]+\.)*stcn\.com/article/detail/",
        r"^(?:[\w-]+\.)*stcn\.com/20\d\d/\d{4}/\d+\.shtml",
    )
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where neither body is there."""
        return read_selected(page, _SELECTORS)
