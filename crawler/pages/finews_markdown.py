"""The Markdown source of a finews post: what the site's archive (`old_post/<date>-<id>.md`) serves for a backfill.

Front matter (read by line: titles with inner quotes break YAML), then the HTML that Jekyll passes through, then Markdown
for the quotation, the origin's autolink and the return links. It is rendered to the served form and read like it.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import ClassVar

from crawler.dates import parse_moment
from crawler.errors import ExtractionError, NoArticleError
from crawler.pages.base import Draft, Page
from crawler.pages.finews import FinewsPage
from crawler.urls import identity_keys

_FRONT_MATTER = re.compile(r"^\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)(.*)", re.DOTALL)
_FIELD = re.compile(r"^(layout|title|date|categories|tags):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_AUTOLINK = re.compile(r"<(https?://[^<>\s]+)>")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
_QUOTE = re.compile(r"^>[ \t]?(.*)$", re.MULTILINE)
_FILE_ID = re.compile(r"/(?:\d{4}-\d{1,2}-\d{1,2}-)?((?:NW)?20\d{16})\.md$")


class FinewsMarkdownPage:
    """Reads the posts of the site's repository."""

    name: ClassVar[str] = "finews-markdown"
    patterns: ClassVar[tuple[str, ...]] = (r"/(?:old_post|_posts)/[^/]+\.md$",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The post; `ExtractionError` where there is no front matter, `NoArticleError` for a post without title or text."""
        found = _FRONT_MATTER.match(page.text)
        if not found:
            raise ExtractionError(page.url, "no front matter")
        fields = {name: _unquoted(value) for name, value in _FIELD.findall(found.group(1))}
        if not fields.get("title"):
            raise NoArticleError(page.url, "a finews post without title or text")
        rendered = replace(page, body=_render(fields, found.group(2)).encode(), headers=(), encoding="utf-8")
        draft = FinewsPage().read(rendered)
        own = _FILE_ID.search(page.url)
        keys = identity_keys(f"https://finews.withounder.com/a/2000/01/01/{own.group(1)}.html") if own else ()
        return replace(
            draft,
            published=parse_moment(fields.get("date", "")) or draft.published,
            keys=tuple(dict.fromkeys((*draft.keys, *keys))),
        )


def _render(fields: dict[str, str], body: str) -> str:
    """The post as the site's layout prints it."""
    text = _AUTOLINK.sub(r'<a href="\1">\1</a>', body)
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    text = _QUOTE.sub(r"<blockquote><p>\1</p></blockquote>", text)
    paragraphs = [
        part if part.lstrip()[:2] in {"<p", "<b", "<d", "<h", "<t"} else f"<p>{part}</p>"
        for part in re.split(r"\n{2,}", text)
    ]
    title, tags = html.escape(fields["title"]), html.escape(fields.get("tags", ""))
    return f"<section><h1>{title}</h1>{''.join(paragraphs)}<small>tags: <em>{tags}</em></small></section>"


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in {'"', "'"}:
        value = value[1:-1]
    return value.replace('\\"', '"').strip()
