"""Huibao Tianxia, a trade site of its own (`/htm/<category>/<date>/<id>.html`), beside its chat account."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=("div.hl_c_title h2",),
    lead=("div.hl_c_wcid",),
    body=("div.hl_body",),
    published=("div.hl_c_twid",),
    source=("div.hl_c_twid",),
    drop=("h2 i",),
)


class HuibaoxianPage:
    """Reads articles of huibaoxian.com.cn; its links come with a doubled slash."""

    name: ClassVar[str] = "huibaoxian"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*huibaoxian\.com\.cn/+htm/\w+/\d{8}/",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where `div.hl_body` is missing."""
        return read_selected(page, _SELECTORS)
