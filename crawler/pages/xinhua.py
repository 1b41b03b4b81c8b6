"""Xinhua articles: `/<channel>/<date>/<hash>/c.html` of news.cn and `c_<id>.htm` of the older xinhuanet.com."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from crawler.dates import Moment, parse_moment
from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected, values_of

_SELECTORS = Selectors(
    title=(".head-line .title", ".head-line h1", ".h-title", "h1", ".title"),
    body=("#detailContent", "#detail", "#p-detail"),
    published=(".header-time", ".info", ".h-time"),
    source=(".source", ".header-cont .source", ".info"),
    author=(),
    drop=("#articleEdit", ".zan-wap", ".ad_right", ".tadd", ".video-left"),
)
# Year, day and clock stand in elements of their own: 2026 09/27 08:30:12.
_SPLIT = re.compile(r"(20\d\d)\s*年?\s*(\d{1,2})\s*/\s*(\d{1,2})\s*(\d{1,2}:\d{2}(?::\d{2})?)?")


class XinhuaPage:
    """Reads articles of news.cn and xinhuanet.com."""

    name: ClassVar[str] = "xinhua"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*(?:news\.cn|xinhuanet\.com)/.*/c(?:_\d+)?\.html?$",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where none of the three generations of body is there."""
        draft = read_selected(page, _SELECTORS)
        return replace(draft, published=_split_time(page) or draft.published)


def _split_time(page: Page) -> Moment | None:
    for value in values_of(page.tree, ".header-time"):
        if found := _SPLIT.search(value):
            year, month, day, clock = found.groups()
            return parse_moment(f"{year}-{month}-{day} {clock or ''}")
    return None
