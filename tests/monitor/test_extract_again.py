"""Archived pages read again: what the page does not say is kept from the stored article."""

from __future__ import annotations

import datetime as dt

from monitor.archive import ArchivedPage
from monitor.ingest import extract_again
from monitor.model import Article
from tests.fakeweb.sites import article_html

AT = dt.datetime(2026, 9, 29, 7, tzinfo=dt.UTC)


def test_text_of_attached_files_outlives_a_replay() -> None:
    """The archive holds the page, not its files: their text stays below the text that is read anew."""
    page = ArchivedPage(
        url="https://x.example/a.html",
        status=200,
        headers=(),
        body=article_html("一篇带附件的公告标题").encode(),
        fetched_at=AT,
    )
    attached = "【附件：采购需求.pdf】\n预算四千九百五十万元。"
    stored = Article(
        id="1", url=page.url, source="", published=None, lang="zh", title="旧", text=f"旧的正文\n{attached}"
    )
    again = extract_again(page, stored)
    assert again.title == "一篇带附件的公告标题"
    assert again.text.startswith("近日，某市")
    assert again.text.endswith(f"\n{attached}")
    assert "旧的正文" not in again.text
