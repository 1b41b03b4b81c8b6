"""Articles of government sites built with Hanweb and TRS, which share their marks: metadata, a byline, a body element.

Offices set their pages in many ways, but the body keeps the name that the publishing system gave it; where it is missing the
page is left to the generic reader.
"""

from __future__ import annotations

import re
from typing import ClassVar

from lxml.html import HtmlElement

from crawler.dates import Moment, parse_moment
from crawler.errors import ExtractionError
from crawler.pages.base import Draft, Page, attachments_of, first, has_class, meta
from crawler.pages.blocks import Block, blocks_of, flow_of, joined, text_of
from crawler.pages.headline import find_headline
from crawler.pages.published import find_published
from crawler.source_line import clean_source, closing_source, labelled_source, strip_closing

_BODIES = (
    "//*[@id='zoom']",
    "//*[@id='UCAP-CONTENT']",
    f"//*[{has_class('TRS_Editor')}]",
    f"//*[{has_class('TRS_UEDITOR')}]",
    f"//*[{has_class('trs_editor_view')}]",
    f"//*[{has_class('ewb-article-info')}]",
    "//*[@id='mainContent']",
    f"//*[{has_class('article-content')}]",
    f"//*[{has_class('news_content')}]",
    f"//div[{has_class('view')}]",
)
_BYLINE = re.compile(
    r"(?:发布|成文|公告|信息)?(?:时间|日期)\s*[:：]|来源\s*[:：]|稿源\s*[:：]|索\s*引\s*号|发布机构|字号|浏览次数|访问量"
)
_TAIL = re.compile(
    r"^(?:扫一扫|打印本页|关闭窗口|【?(?:打印|关闭)|上一篇|下一篇|责任编辑|附件下载\s*$|分享到|相关(?:链接|文档)\s*[:：]?$)"
)
_SITE_SUFFIX = re.compile(r"\s*[-_—|]{1,2}\s*[^-_—|]{2,20}(?:局|委|厅|部|政府|协会|网|门户网站)\s*$")


class GovPage:
    """Reads `/art/<year>/<month>/<day>/art_<column>_<id>.html` and, on government hosts, `/t<date>_<id>.html`."""

    name: ClassVar[str] = "gov"
    patterns: ClassVar[tuple[str, ...]] = (
        r"/art/\d{4}/\d{1,2}/\d{1,2}/art_(?:\d+_)*\d+\.html",
        r"\.gov\.cn/.*/t20\d{6}_\d+\.s?html?$",
        r"\.gov\.cn/.*/content/post_\d+\.html$",
        r"\.gov\.cn/jyxx/.*/[0-9a-f-]{32,36}\.html$",
        r"(?:^|\.)picc\.com(?:\.cn)?/.*/t20\d{6}_\d+\.html?$",
    )
    priority: ClassVar[int] = 5

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where no body element of the families is there, or it is empty."""
        tree = page.tree
        body = next((found for path in _BODIES if (found := first(tree, path)) is not None and text_of(found)), None)
        if body is None:
            raise ExtractionError(page.url, "no body element of a Hanweb or TRS page")
        title = meta(tree, "articletitle") or find_headline(tree, "") or _SITE_SUFFIX.sub("", meta(tree, "og:title"))
        if not title:
            raise ExtractionError(page.url, "an article without title")
        blocks = _article_blocks(blocks_of(body), title)
        text = joined(blocks)
        if not text:
            attached = attachments_of(body, page.url)
            if not attached:
                raise ExtractionError(page.url, "an article without text")
            text = "\n".join(name for name, _ in attached)
        before = _before(tree, body)
        return Draft(
            title=title,
            text=strip_closing(text),
            published=_published(page, tree, before, title),
            source=_source(tree, text, before),
            attachments=attachments_of(_around(body), page.url),
        )


def _published(page: Page, tree: HtmlElement, before: list[Block], title: str) -> Moment | None:
    """The metadata of these systems is the time of publication; the byline's clock where it has none.

    The date in the address is left to the caller: what the list said comes before it.
    """
    stated = parse_moment(meta(tree, "pubdate"))
    if stated and stated.precision == "minute":
        return stated
    printed = find_published(
        tree, url="", before=before, after=(), structured="", headline=title, fetched_at=page.fetched_at
    )
    return printed or stated


def _source(tree: HtmlElement, text: str, before: list[Block]) -> str:
    if name := closing_source(text) or clean_source(meta(tree, "contentsource")):
        return name
    return next((name for block in reversed(before[-12:]) if (name := labelled_source(block.text))), "")


def _article_blocks(blocks: list[Block], title: str) -> list[Block]:
    """The body without the headline, byline and tools that some templates put into its element."""
    wanted = re.sub(r"\s+", "", title)
    start = 0
    for index, block in enumerate(blocks[:6]):
        if re.sub(r"\s+", "", block.text) == wanted or (
            block.chars < 90 and _BYLINE.search(block.text) and not block.row
        ):
            start = index + 1
    stop = len(blocks)
    while stop > start and _TAIL.match(blocks[stop - 1].text) and blocks[stop - 1].chars < 40:
        stop -= 1
    return blocks[start:stop]


def _before(tree: HtmlElement, body: HtmlElement) -> list[Block]:
    """What the page shows above the body, and the byline inside it."""
    above: list[Block] = []
    inside = set(body.iter())
    for block in flow_of(tree):
        if block.node in inside:
            break
        above.append(block)
    return above + [block for block in blocks_of(body)[:4] if block.chars < 90 and _BYLINE.search(block.text)]


def _around(body: HtmlElement) -> HtmlElement:
    """The element around the body: attachments are often listed below it."""
    parent = body.getparent()
    return parent if parent is not None and parent.tag not in {"html", "body"} else body
