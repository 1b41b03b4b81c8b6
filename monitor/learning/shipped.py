"""The labelled articles that come with the program: what a learned model must never make worse.

They are judged by today's rules each time they are asked for, so that a change of rules or vocabulary cannot slip past.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from monitor.classify import classify
from monitor.learning.training import Example, example
from monitor.model import Article, Relevance
from monitor.taxonomy import Vocabulary
from monitor.text import prepare

FILES = ("own_tender.jsonl", "own_huiminbao.jsonl")


def shipped_folder() -> Path:
    """Where the sets stand: in the wheel beside this module, in a checkout among the benchmarks."""
    packaged = Path(str(resources.files("monitor.learning"))) / "shipped"
    return packaged if packaged.is_dir() else packaged.parent.parent.parent / "benchmarks" / "gold"


def shipped_examples(vocabulary: Vocabulary, folder: Path | None = None) -> Iterator[Example]:
    """Each shipped article under today's rules, with its label. Nothing where the sets were not installed."""
    for name in FILES:
        path = (folder or shipped_folder()) / name
        if not path.is_file():
            continue
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                article = Article(
                    id=record["id"], url=record["url"], source=record["source"], published=None,
                    lang=record["lang"], title=record["title"], text=record["text"],
                )  # fmt: skip
                yield example(
                    article.title,
                    classify(prepare(article), vocabulary),
                    alert=record["relevance"] == Relevance.ALERT,
                    group=record["id"],
                )
