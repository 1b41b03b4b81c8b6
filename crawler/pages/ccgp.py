"""Notices of the government procurement site (ccgp.gov.cn): today's template and the one before its redesign.

The summary table and the body's tables are kept as rows, one a line with cells joined by a tab: facts are read from them.
"""

from __future__ import annotations

import re
from typing import ClassVar

from lxml.html import HtmlElement

from crawler.dates import parse_moment
from crawler.errors import ExtractionError, NoArticleError
from crawler.pages.base import Draft, Page, attachments_of, first, has_class, meta
from crawler.pages.blocks import blocks_of, joined, text_of
from crawler.source_line import clean_source, labelled_source

_MISSING = re.compile(r"错误页面|您访问的页面不存在")


class CcgpPage:
    """Reads `/cggg/<scope>/<type>/<month>/t<date>_<id>.htm`."""

    name: ClassVar[str] = "ccgp"
    patterns: ClassVar[tuple[str, ...]] = (
        r"(?:^|\.)ccgp\.gov\.cn/cggg/",
        r"/cggg/[a-z]+/[a-z]+/\d{6}/t\d{8}_\d+\.html?$",
    )
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The notice; `ExtractionError` where the page has neither template's body (the site's error page has 200)."""
        tree = page.tree
        content = first(
            tree,
            f"//div[{has_class('vF_detail_content')}]",
            f"//div[{has_class('vT_detail_content')}]",
        )
        if content is None:
            if _MISSING.search(page.text):
                raise NoArticleError(page.url, "the site's error page")
            raise ExtractionError(page.url, "no notice body")
        heading = first(
            tree,
            f"//*[{has_class('vF_detail_header')}]//h2",
            f"//*[{has_class('vT_detail_main')}]//h2",
            "//h2[@class='tc']",
        )
        title = text_of(heading) or meta(tree, "articletitle")
        if not title:
            raise ExtractionError(page.url, "a notice without title")
        byline = text_of(heading.getparent() if heading is not None else None)
        summary = first(
            tree,
            f"//div[{has_class('vF_detail_main')}]/div[{has_class('table')}]",
            f"//div[{has_class('table')}][.//table]",
        )
        return Draft(
            title=title,
            text="\n".join(filter(None, (_rows(summary), joined(blocks_of(content))))),
            published=parse_moment(text_of(first(tree, "//*[@id='pubTime']")))
            or parse_moment(meta(tree, "pubdate"))
            or parse_moment(byline.removeprefix(title)),
            # `#sourceName` is filled by a script, so the metadata speaks for it.
            source=clean_source(text_of(first(tree, "//*[@id='sourceName']")))
            or clean_source(meta(tree, "contentsource"))
            or labelled_source(byline),
            attachments=attachments_of(_container(content), page.url),
        )


def _rows(summary: HtmlElement | None) -> str:
    return "" if summary is None else joined(blocks_of(summary))


def _container(content: HtmlElement) -> HtmlElement:
    """The element around the body, in which the attachments are listed on some pages."""
    parent = content.getparent()
    return parent if parent is not None and "content_container" in (parent.get("class") or "") else content
