"""China News Service articles in the three templates that are served side by side."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=("h1.content_left_title", "h1", ".left h2", "div.title"),
    body=("div.content_desc", "div.t3", "div.left_zw"),
    published=(".left p", "div[style*='text-align:right']", "div.left-t", ".content_left_time"),
    source=("a.source", "div.left-t", ".left p", "div[style*='text-align:right']"),
    drop=(".adInContent", "#adhzh", ".zw_title_1"),
)


class ChinanewsPage:
    """Reads `/<channel>/<Y>/<MM-DD>/<id>.shtml` of chinanews.com.cn and its older host."""

    name: ClassVar[str] = "chinanews"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*chinanews\.com(?:\.cn)?/.*\d{4}/\d\d-\d\d/\d+\.shtml",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where none of the three bodies is there."""
        return read_selected(page, _SELECTORS)
