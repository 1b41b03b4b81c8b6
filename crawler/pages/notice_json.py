"""Notices that provincial portals hand out as JSON with HTML inside: zcygov (政采云), gpcms and their like.

They differ in names only. Some salt the HTML with hidden elements and invisible characters, which the block reader leaves out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from lxml.html import HtmlElement

from crawler.dates import from_value
from crawler.errors import ExtractionError, NoArticleError, ThrottledError
from crawler.pages.base import Draft, Page, attachments_of, parse_html
from crawler.pages.blocks import blocks_of, clean_text, joined
from crawler.source_line import clean_source
from crawler.urls import join

_TEXTS = ("content", "noticeBody", "noticeContent", "html", "body", "text")
_TITLES = ("title", "noticeTitle", "name")
_TIMES = ("publishDate", "publishTime", "issueTime", "noticeTime", "date", "createTime")
_SOURCES = ("author", "orgName", "publishOrg", "areaName")
_FILES = ("attachments", "attachmentList", "attachmentVO", "files", "fileList")
_THROTTLED = frozenset({"999", "829", "800", "429"})
_DEPTH = 4
_MIN_TEXT = 10


class NoticeJsonPage:
    """Reads the detail interfaces of 政采云, gpcms, Chongqing and Shandong."""

    name: ClassVar[str] = "notice-json"
    patterns: ClassVar[tuple[str, ...]] = (
        r"/portal/detail\?(?:.*&)?articleId=",
        r"/gpcms/rest/web/v2/info/getInfoById",
        r"/gwebsite/api/v1/notices/stable/",
        r"/api/website/site/getDetail",
    )
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The notice; `ExtractionError` where the reply is no JSON, `NoArticleError` where it has no notice in it,
        `ThrottledError` where its code says that we ask too often."""
        try:
            reply: Any = json.loads(page.text)
        except ValueError as error:
            raise ExtractionError(page.url, f"no JSON: {error}") from error
        if isinstance(reply, dict) and str(reply.get("code")) in _THROTTLED:
            raise ThrottledError(page.url, f"the reply's code is {reply['code']}: {page.text[:80]!r}")
        notice = next((found for found in _objects(reply, _DEPTH) if len(_string(found, _TEXTS)) >= _MIN_TEXT), None)
        if notice is None:
            raise NoArticleError(page.url, f"the reply has no notice: {page.text[:80]!r}")
        tree = parse_html(f"<div>{_string(notice, _TEXTS)}</div>", page.url)
        text = joined(blocks_of(tree))
        if not text:
            raise NoArticleError(page.url, "the notice is empty")
        return Draft(
            title=clean_text(_string(notice, _TITLES)),
            text=text,
            published=next((when for name in _TIMES if (when := from_value(notice.get(name)))), None),
            source=clean_source(_string(notice, _SOURCES)),
            attachments=_attachments(notice, tree, page.url),
        )


def _objects(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """The objects in a reply, outer ones first."""
    if isinstance(value, dict):
        yield value
        for member in value.values() if depth else ():
            yield from _objects(member, depth - 1)


def _string(notice: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := notice.get(name), str) and value.strip()), "")


def _attachments(notice: Mapping[str, Any], tree: HtmlElement, url: str) -> tuple[tuple[str, str], ...]:
    """Files linked in the text, and those that the reply lists."""
    found = list(attachments_of(tree, url))
    for members in (notice.get(name) for name in _FILES):
        for member in members if isinstance(members, list) else ():
            if isinstance(member, dict):
                address = next((str(member[key]) for key in ("url", "fileUrl", "downloadUrl") if member.get(key)), "")
                label = next((str(member[key]) for key in ("name", "fileName", "title") if member.get(key)), "")
                if address and (absolute := join(url, address)):
                    found.append((label or absolute.rsplit("/", 1)[-1], absolute))
    return tuple(dict.fromkeys(found))
