"""How fast stories and events are found, and whether that stays flat as the memory grows.

    python benchmarks/dedup.py                     # in memory, and SQLite at 10,000 and 100,000 articles
    python benchmarks/dedup.py --million           # also at 1,000,000 (needs about 3 GB of disk and a quarter of an hour)
    python benchmarks/dedup.py --database URL      # an empty PostgreSQL instead of a temporary SQLite file
    python benchmarks/dedup.py --corpus FILE.jsonl.gz   # a real stream for the part in memory

Articles are synthetic unless a corpus is given: words drawn by Zipf's law with stock phrases between them, one in fifty of
them a reprint and one in a hundred a tender of a thousand projects, so that look-ups find something. Prints medians of five
runs and the machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import itertools
import json
import os
import platform
import random
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import SQLModel

from monitor import dedup, events
from monitor.index import MemoryIndex, StoryIndex
from monitor.model import Article, Classification, Fact, FactSheet, Relevance, Span, Stage, Topic
from monitor.signature import Signature, sign
from monitor.storage.database import Database
from monitor.storage.index import SignatureKeyRow, SignatureRow, SqlIndex, row_values
from monitor.taxonomy import load_vocabulary
from monitor.text import Document, prepare

START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NOTHING = Classification(topics=(), relevance=Relevance.NONE, stage=None, update=None, scores=())
TENDER = Classification(
    topics=(Topic.GOV_TENDER,), relevance=Relevance.ALERT, stage=Stage.NOTICE, update=None, scores=()
)
RUNS = 5


class Writer:
    """Writes synthetic articles: the same ones for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self._dice = random.Random(seed)
        letters = [chr(c) for c in range(0x4E00, 0x5E00)]
        self._words = [
            "".join(self._dice.choices(letters, k=self._dice.choice((1, 2, 2, 2, 3, 4)))) for _ in range(60_000)
        ]
        self._weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(self._words))))
        self._phrases = ["".join(self._dice.choices(self._words, k=9)) for _ in range(300)]
        self._last: list[tuple[str, str]] = []

    def text(self) -> tuple[str, str]:
        """Headline and body of about 500 characters."""
        if self._last and self._dice.random() < 0.02:
            title, body = self._dice.choice(self._last)
            return title[::-1], body
        sentences = []
        for _ in range(self._dice.randint(8, 22)):
            if self._dice.random() < 0.15:
                sentences.append(self._dice.choice(self._phrases))
            words = self._dice.choices(self._words, cum_weights=self._weights, k=self._dice.randint(8, 16))
            figure = f"{self._dice.randint(11, 99999)}万元" if self._dice.random() < 0.3 else ""
            sentences.append("".join(words) + figure)
        body = "。".join(sentences)
        title = "".join(self._dice.choices(self._words, cum_weights=self._weights, k=7))
        self._last = [*self._last[-200:], (title, body)]
        return title, body

    def document(self, number: int) -> tuple[Document, Classification, FactSheet]:
        """One article; one in a hundred is a tender's notice."""
        title, body = self.text()
        verdict, facts = NOTHING, FactSheet()
        if self._dice.random() < 0.01:
            project = self._dice.randint(1, 1000)
            values = {
                "project_number": f"ZB-{project:06d}",
                "regions": f"{330100 + project % 40 * 100}",
                "programmes": "critical_illness",
            }
            span = Span(field="text", start=0, end=0)
            facts = FactSheet(
                facts=tuple(Fact(key=k, value=v, raw=v, sentence="", span=span) for k, v in values.items())
            )
            verdict = TENDER
        published = START + dt.timedelta(minutes=number)
        article = Article(id=str(number), url="", source="", published=published, lang="zh", title=title, text=body)
        return prepare(article), verdict, facts


def place(index: StoryIndex, signature: Signature) -> None:
    """What the pipeline does with a signature."""
    index.claim()
    candidates = index.candidates(signature)
    story = dedup.decide(signature, candidates)
    event = events.decide(signature, story, candidates)
    index.add(signature, story.story_id, event.event_id, event.thread_id)


def in_memory(documents: list[tuple[Document, Classification, FactSheet]]) -> None:
    """Signature, candidates, both decisions and storage, in memory: microseconds an article, and what memory does."""
    vocabulary = load_vocabulary()
    seconds, sizes = [], []
    for _ in range(RUNS):
        index, before = MemoryIndex(), time.perf_counter()
        for number, (document, verdict, facts) in enumerate(documents):
            place(index, sign(document, verdict, facts, vocabulary))
            if number in (len(documents) // 2, len(documents) - 1):
                sizes.append(len(index))
        seconds.append(time.perf_counter() - before)
    each = statistics.median(seconds) / len(documents) * 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"in memory: {each:.0f} µs an article over {len(documents):,}; held half way {sizes[0]:,}, at the end {sizes[1]:,}; peak {peak:.0f} MB"
    )


def fill(database: Database, first: int, last: int, templates: list[Signature]) -> None:
    """Store synthetic signatures up to number `last` in bulk: the keys of real ones, each made another by its number."""
    for start in range(first, last, 5_000):
        rows, keys = [], []
        for number in range(start + 1, min(start + 5_000, last) + 1):
            template = templates[number % len(templates)]
            shift = (number * 0x9E3779B97F4A7C15) & 0x7FFFFFFFFFFFFFFF
            text_keys = tuple(k ^ shift for k in template.text_keys)
            # Figures are each article's own as words are; projects and places are shared, as they are in life.
            fact_keys = template.fact_keys if template.is_relevant else tuple(k ^ shift for k in template.fact_keys)
            made = replace(template, article_id=f"bulk-{number}", text_keys=text_keys, fact_keys=fact_keys)
            rows.append(
                row_values(made) | {"id": number, "story_id": f"s-{number}", "event_id": None, "thread_id": None}
            )
            keys += [{"key": k, "signature_id": number} for k in {*text_keys, *fact_keys}]
        with database.write() as session:
            session.connection().execute(insert(SignatureRow), rows)
            session.connection().execute(insert(SignatureKeyRow), keys)


def in_database(url: str, sizes: list[int], signatures: list[Signature]) -> None:
    """Milliseconds for one article at each size: the look-up alone, and the whole transaction of a batch of fifty."""
    database = Database(url)
    SQLModel.metadata.create_all(database.engine)
    filled = 0
    for size in sizes:
        fill(database, filled, size, signatures)
        filled = size
        looked, whole = [], []
        for run in range(RUNS):
            probes = [
                replace(s, article_id=f"probe-{size}-{run}-{n}")
                for n, s in enumerate(signatures[run * 50 : run * 50 + 50])
            ]
            with database.read() as session:
                index, before = SqlIndex(session), time.perf_counter()
                for probe in probes:
                    index.candidates(probe)
                looked.append((time.perf_counter() - before) / len(probes))
            before = time.perf_counter()
            with database.write() as session:
                for probe in probes:
                    place(SqlIndex(session), probe)
            whole.append((time.perf_counter() - before) / len(probes))
        filled = size + RUNS * 50
        print(f"{database.url.get_backend_name()}, {size:>9,} articles: look-up {statistics.median(looked) * 1e3:.2f} ms, "
              f"look-up, decisions and storage {statistics.median(whole) * 1e3:.2f} ms")  # fmt: skip
    database.close()


def corpus(path: Path) -> list[tuple[Document, Classification, FactSheet]]:
    """The records of a file, as irrelevant articles."""
    packed = path.read_bytes()
    lines = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    return [
        (
            prepare(
                Article(
                    id=r["id"], url="", source="", lang=r.get("lang") or "", title=r["title"], text=r["text"],
                    published=dt.datetime.fromisoformat(r["published"]) if r.get("published") else None,
                )
            ),
            NOTHING,
            FactSheet(),
        )
        for r in records
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--million", action="store_true", help="also measure at 1,000,000 articles")
    parser.add_argument("--database", metavar="URL", help="an empty database instead of a temporary SQLite file")
    parser.add_argument("--corpus", type=Path, help="JSON lines (.gz) for the part in memory")
    parser.add_argument("--articles", type=int, default=5_000, help="synthetic articles for the part in memory")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; medians of {RUNS}")
    writer = Writer()
    documents = (
        corpus(arguments.corpus) if arguments.corpus else [writer.document(n) for n in range(arguments.articles)]
    )
    in_memory(documents)
    vocabulary = load_vocabulary()
    signatures = [sign(*writer.document(n), vocabulary) for n in range(2_000)]
    sizes = [10_000, 100_000, *([1_000_000] if arguments.million else [])]
    with tempfile.TemporaryDirectory() as directory:
        in_database(arguments.database or f"sqlite:///{directory}/index.sqlite3", sizes, signatures)


if __name__ == "__main__":
    main()
