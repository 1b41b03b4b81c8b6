"""Articles as the store would hold them, understood by the real pipeline or with facts given by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from monitor.analyse import analyse
from monitor.model import LIST_FACTS, Article, Understanding
from monitor.records import Status, StoredArticle
from monitor.taxonomy import load_vocabulary
from monitor.trail import to_json

BEIJING = dt.timezone(dt.timedelta(hours=8))


def day(text: str) -> dt.datetime:
    """A day as 2026-01-31, at nine in the morning in Beijing."""
    return dt.datetime.fromisoformat(f"{text}T09:00:00").replace(tzinfo=BEIJING)


def article(number: int, published: str, title: str, text: str, *, source: str = "某报", lang: str = "zh") -> Article:
    """An article of a day."""
    return Article(
        id=str(number), url=f"https://paper.example/{number}", source=source, published=day(published), lang=lang,
        title=title, text=text,
    )  # fmt: skip


def understood(articles: Iterable[Article]) -> tuple[StoredArticle, ...]:
    """Articles with the verdicts that the real pipeline gives them, seen in this order."""
    return tuple(shelved(u, number) for number, u in enumerate(analyse(articles, load_vocabulary()), 1))


def shelved(u: Understanding, number: int) -> StoredArticle:
    """What the store would hold of an understood article."""
    c = u.classification
    return _stored(
        number,
        u.article,
        relevance=c.relevance.value,
        topics=tuple(t.value for t in c.topics),
        stage=c.stage.value if c.stage else "",
        update=c.update.value if c.update else "",
        story_id=u.story.story_id,
        event_id=u.event.event_id or "",
        thread_id=u.event.thread_id or "",
        trail=to_json(u, alert=""),
    )


def given(
    number: int,
    published: str,
    title: str,
    facts: dict[str, tuple[Any, str, str]],
    *,
    stage: str = "",
    update: str = "",
    event: str = "",
    thread: str = "project:p1",
    source: str = "某报",
    copy_of: int | None = None,
    lots: dict[str, dict[str, tuple[Any, str, str]]] | None = None,
    basis: str = "",
) -> StoredArticle:
    """An article whose facts are given: key → (value, as printed, sentence)."""
    return _stored(
        number,
        article(number, published, title, "正文", source=source),
        relevance="alert",
        topics=("gov_tender",) if stage else ("huiminbao",),
        stage=stage,
        update=update,
        story_id=f"s-{copy_of or number}",
        event_id=event or f"e-{copy_of or number}",
        thread_id=thread,
        trail={
            "evidence": _evidence(facts, basis),
            "lots": [{"number": lot, "facts": _evidence(some, basis)} for lot, some in (lots or {}).items()],
            "story": {"duplicate_of": str(copy_of) if copy_of else None},
        },
    )


def _evidence(facts: dict[str, tuple[Any, str, str]], basis: str) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": one, "raw": raw, "sentence": sentence, "basis": basis, "unit": ""}
        for key, (value, raw, sentence) in facts.items()
        for one in (value if key in LIST_FACTS else [value])
    ]


def _stored(number: int, article: Article, **verdict: Any) -> StoredArticle:
    seen = article.published or day("2026-06-01")
    return StoredArticle(
        id=number, article=article, canonical_url=article.url, source_name="feed", author="", origin_url="",
        attachments=(), page="generic", fetched_at=seen, first_seen_at=seen, raw_file="", raw_offset=0, silent=False,
        status=Status.RELEVANT, status_reason="", attempts=0, **verdict,
    )  # fmt: skip
