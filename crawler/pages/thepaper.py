"""The Paper: its pages carry the article as JSON in `#__NEXT_DATA__`, which is read instead of markup; those before 2022 do not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, ClassVar

from crawler.dates import from_value
from crawler.errors import ExtractionError, NoArticleError
from crawler.pages.base import Draft, Page, attachments_of, parse_html
from crawler.pages.blocks import blocks_of, joined
from crawler.pages.selected import Selectors, read_selected
from crawler.source_line import clean_source, closing_source, labelled_source, strip_closing

_KINDS = ("contentDetail", "liveDetail", "specialDetail")
_OLDER = Selectors(
    title=("h1.news_title", "h1"),
    body=(".news_txt",),
    published=(".news_about p:nth-child(2)", ".news_about"),
    source=(".news_about span:contains('来源')",),
    author=(".news_about p:first-child",),
)
_MEDIUM = re.compile(r"(?:社|报|网|台|新闻|观察)$")
_AUTHOR = re.compile(r"^(?:澎湃新闻|见习|首席|高级|资深)?(?:记者|特约撰稿人?|作者)\s*[:：]?\s*")


class ThepaperPage:
    """Reads `m.thepaper.cn/detail/<contId>`; the desktop address shows the same data."""

    name: ClassVar[str] = "thepaper"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*thepaper\.cn/(?:detail/|newsDetail_forward_)\d+",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `NoArticleError` where it was taken down, `ExtractionError` where data and old markup are missing."""
        scripts = page.tree.xpath("//script[@id='__NEXT_DATA__']")
        if not scripts:
            return _older(page)
        detail = _detail(page, scripts[0].text or "")
        content = str(detail.get("content") or detail.get("summary") or detail.get("desc") or "")
        title = str(detail.get("name") or detail.get("shareName") or "").strip()
        if not content.strip() or not title:
            raise NoArticleError(page.url, "the article has no text: it was taken down, or is a video")
        tree = parse_html(f"<div>{content}</div>", page.url)
        text = joined(blocks_of(tree))
        byline = str(detail.get("source") or "")
        return Draft(
            title=title,
            text=strip_closing(text),
            published=from_value(detail.get("publishTime"), now=page.fetched_at)
            or from_value(detail.get("pubTime"), now=page.fetched_at),
            source=closing_source(text) or labelled_source(byline) or clean_source(byline),
            author=_AUTHOR.sub("", str(detail.get("author") or "").strip()),
            attachments=attachments_of(tree, page.url),
        )


def _older(page: Page) -> Draft:
    """A page of the markup before; its byline is `author/source` or the author alone."""
    draft = read_selected(page, _OLDER)
    author, _, source = draft.author.partition("/")
    if _MEDIUM.search(author) and not source:
        author, source = "", author
    return replace(draft, author=_AUTHOR.sub("", author.strip()), source=draft.source or clean_source(source))


def _detail(page: Page, script: str) -> dict[str, Any]:
    try:
        data = json.loads(script)["props"]["pageProps"]["detailData"]
    except (ValueError, KeyError, TypeError) as error:
        raise ExtractionError(page.url, f"the page's data are not as expected: {error!r}") from error
    for kind in _KINDS:
        detail = data.get(kind) if isinstance(data, dict) else None
        if isinstance(detail, dict):
            inner = detail.get("specialInfo")
            return inner if isinstance(inner, dict) else detail
    raise NoArticleError(page.url, "the page's data hold no article")
