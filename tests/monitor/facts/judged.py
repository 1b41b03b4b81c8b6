"""Articles with known facts, as the tests of this folder use them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from monitor.facts import extract
from monitor.model import Article, Classification, FactSheet, Relevance, Stage, Topic, Update
from monitor.taxonomy import load_vocabulary
from monitor.text import Document, prepare

CASES = Path(__file__).with_name("cases.jsonl")


def load(path: Path = CASES) -> list[dict[str, Any]]:
    """Records in the form of the labelled sets."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read(record: dict[str, Any]) -> tuple[Document, FactSheet]:
    """The facts of a record, with its own labels for a verdict."""
    published = record.get("published")
    document = prepare(
        Article(
            id=record["id"],
            url=record.get("url") or "",
            source="",
            published=dt.datetime.fromisoformat(published) if published else None,
            lang=record.get("lang") or "zh",
            title=record["title"],
            text=record["text"],
        )
    )
    verdict = Classification(
        topics=tuple(Topic(t) for t in record["topics"]),
        relevance=Relevance(record.get("relevance", "alert")),
        stage=Stage(record["stage"]) if record.get("stage") else None,
        update=Update(record["update"]) if record.get("update") else None,
        scores=(),
    )
    return document, extract(document, verdict, load_vocabulary())


def same(key: str, wanted: Any, found: Any) -> bool:
    """Whether two values of a key agree; lists that name several things have no order."""
    if isinstance(wanted, list) and key != "period":
        return sorted(wanted, key=str) == sorted(found or [], key=str)
    return bool(wanted == found)
