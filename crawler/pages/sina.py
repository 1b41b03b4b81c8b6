"""Sina articles, `/doc-<id>.shtml` on all its sub-hosts; the mobile twin has other markup and is left to the generic reader."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_SELECTORS = Selectors(
    title=("h1.main-title", "h1#artibodyTitle", "h1"),
    body=("#artibody", "#article"),
    # The metadata's time is on some pages that of a later save.
    published=(".date-source .date", "#pub_date", ".date", "meta[property='article:published_time']::attr(content)"),
    source=(".date-source .source", "meta[property='article:author']::attr(content)"),
    drop=(
        ".appendQr_wrap",
        ".app-kaihu-qr",
        "#left_hzh_ad",
        ".tech-quotation",
        ".video-info",
        ".wap_special",
        ".tlt",
        ".show_author",
        ".article-notice",
    ),
)


class SinaPage:
    """Reads `doc-<id>` pages of finance, news, sports and the other channels."""

    name: ClassVar[str] = "sina"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*sina\.(?:com\.)?cn/.*/?(?:doc|detail)-[a-z0-9]{10,20}\.",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where neither `#artibody` nor `#article` is there."""
        return read_selected(page, _SELECTORS)
