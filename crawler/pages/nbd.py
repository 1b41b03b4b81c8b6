"""National Business Daily articles, `/articles/<date>/<id>.html`: the exact time stands in an inline script only."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from crawler.dates import parse_moment
from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_PUBLISHED = re.compile(r'"pubDate"\s*:\s*"([^"]{8,40})"')
_SELECTORS = Selectors(
    title=(".g-article-top h1", "h1"),
    body=(".g-articl-text",),
    published=(".g-article-top .time",),
    source=(".g-article-top .source",),
    author=(".g-article-top .author",),
)


class NbdPage:
    """Reads articles of nbd.com.cn."""

    name: ClassVar[str] = "nbd"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*nbd\.com\.cn/articles/",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where `.g-articl-text` (the site's spelling) is missing."""
        draft = read_selected(page, _SELECTORS)
        found = _PUBLISHED.search(page.text)
        scripted = parse_moment(found.group(1)) if found else None
        return replace(draft, published=scripted or draft.published)
