"""Two economic portals with printed bylines: finance.ce.cn (TRS, often GBK) and finance.china.com.cn."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.base import Draft, Page
from crawler.pages.selected import Selectors, read_selected

_CE = Selectors(
    title=("#articleTitle", "h1"),
    body=(".TRS_Editor", "#articleText", ".content"),
    published=("#articleTime",),
    source=("#articleSource",),
    author=("#articleAuthor",),
    drop=("#articleTitle", ".laiyuan", "style"),
)
_CHINA = Selectors(
    title=("h1.tit", "h1", ".wz h1"),
    body=("#fontzoom",),
    published=(".fl.time2", ".time2"),
    source=("#source_baidu a", "#source_baidu", ".fl.time2 a"),
    author=("#author_baidu",),
    drop=(".fenye", "#lmview"),
)


class ChinaEconomicPage:
    """Reads `t<date>_<id>.shtml` of ce.cn."""

    name: ClassVar[str] = "ce"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*ce\.cn/.*/t\d{8}_\d+\.shtml",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where no body is there."""
        return read_selected(page, _CE)


class ChinaFinancePage:
    """Reads `/<channel>/<date>/<id>.shtml` of finance.china.com.cn."""

    name: ClassVar[str] = "china-finance"
    patterns: ClassVar[tuple[str, ...]] = (r"^finance\.china\.com\.cn/.*/\d{8}/\d+\.shtml",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where `#fontzoom` is missing."""
        return read_selected(page, _CHINA)
