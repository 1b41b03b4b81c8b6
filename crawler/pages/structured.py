"""What a page states for machines: JSON-LD, and the facts that scripts carry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

_TYPES = re.compile(r"Article|BlogPosting|Report|WebPage|Posting", re.IGNORECASE)
_COMMENT = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Structured:
    """Fields of a page's JSON-LD, empty where it does not say."""

    headline: str = ""
    published: str = ""
    author: str = ""
    publisher: str = ""
    body: str = ""


def read_structured(tree: HtmlElement) -> Structured:
    """The first article among the page's JSON-LD blocks; broken blocks are passed over."""
    for node in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = _COMMENT.sub("", node.text or "").strip().rstrip(";")
        try:
            document = json.loads(text, strict=False)
        except ValueError:
            continue
        for item in _items(document):
            kind = item.get("@type")
            kinds = " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")
            published = _text(item.get("datePublished") or item.get("pubDate") or item.get("dateCreated"))
            if published or _TYPES.search(kinds):
                return Structured(
                    headline=_text(item.get("headline") or item.get("title")),
                    published=published,
                    author=_text(item.get("author")),
                    publisher=_text(item.get("publisher")),
                    body=_text(item.get("articleBody")),
                )
    return Structured()


def _items(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, list):
        for part in document:
            yield from _items(part)
    elif isinstance(document, dict):
        yield document
        yield from _items(document.get("@graph", []))


def _text(value: Any) -> str:
    """A string, the name of a person or organisation, or the first of several."""
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    if isinstance(value, dict):
        return _text(value.get("name"))
    return str(value).strip() if isinstance(value, (str, int)) else ""
