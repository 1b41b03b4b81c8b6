"""21st Century Business Herald articles, `/article/<date>/<column>/<32 hex>.html` on the mobile and the desktop host."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=("div.titleHead h1", "h1"),
    body=("div.main_content", "div.txtContent"),
    published=("div.author-infos span", "div.author-infos"),
    source=("div.author-infos span:contains('来源')",),
    author=("div.author-infos a", "div.author-infos span:contains('记者')"),
    drop=("div.rela-box", "div.copyright"),
)


class Jingji21Page:
    """Reads articles of 21jingji.com."""

    name: ClassVar[str] = "21jingji"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*21jingji\.com/article/",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where neither body is there."""
        return read_selected(page, _SELECTORS)
