"""Values for tests of the hub."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitor.ingest import content_hash
from monitor.records import NewArticle
from tests.conftest import START


def new_article(number: int = 1, **changes: Any) -> NewArticle:
    """An article to store; `number` makes it another one."""
    title = changes.pop("title", f"第{number}篇")
    text = changes.pop("text", f"第{number}篇的正文。")
    url = changes.pop("url", f"https://news.example/{number}")
    values: dict[str, Any] = {
        "url": url,
        "canonical_url": url,
        "keys": (url, f"site:{number}"),
        "source_name": "news",
        "publisher": "某报",
        "author": "",
        "title": title,
        "text": text,
        "lang": "zh",
        "published": START - dt.timedelta(hours=1),
        "published_precision": "minute",
        "origin_url": "",
        "stock_codes": (),
        "attachments": (),
        "page": "generic",
        "fetched_at": START,
        "content_hash": content_hash(title, text),
        "silent": False,
    }
    return NewArticle(**{**values, **changes})
