"""Quality and speed of the generic extractor on real pages: title, published, body.

    python benchmarks/extract.py CORPUS [--show] [--compare]

CORPUS is a folder of saved pages with a `gold.jsonl` of annotations. A page scores on **title** (equal without whitespace),
**published** (equal to the minute, to the day where gold has only a date, none where gold is null; `published_also` counts
too) and **body** (holds `body_first`, `body_middle`, `body_last`, none of `must_not`, and has a length within 15 % of
`body_chars`). `--show` prints what failed; `--compare` runs trafilatura (`fast=True`) beside it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import ExtractionError, extract_page

CHINA = dt.timezone(dt.timedelta(hours=8))
FETCHED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Reading:
    """What an extractor made of a page."""

    title: str
    published: dt.datetime | None
    text: str


def squeeze(text: str) -> str:
    """`text` without whitespace."""
    return re.sub(r"\s+", "", text)


def title_passes(gold: dict[str, Any], reading: Reading) -> bool:
    """Equal once whitespace is removed."""
    return squeeze(reading.title) == squeeze(gold["title"])


def published_passes(gold: dict[str, Any], reading: Reading) -> bool:
    """Equal to the minute, or to the day where gold has only a date."""
    if gold["published"] is None:
        return reading.published is None
    if reading.published is None:
        return False
    local = reading.published.astimezone(CHINA)
    for expected in (gold["published"], *gold.get("published_also", ())):
        if "T" not in expected:
            if local.date().isoformat() == expected:
                return True
        elif local.replace(second=0, microsecond=0) == dt.datetime.fromisoformat(expected).replace(second=0):
            return True
    return False


def body_problem(gold: dict[str, Any], reading: Reading) -> str:
    """Why the body fails; empty if it passes."""
    text = squeeze(reading.text)
    for part in ("body_first", "body_middle", "body_last"):
        if squeeze(gold[part]) not in text:
            return f"lacks {part}: {gold[part]}"
    for unwanted in gold["must_not"]:
        if squeeze(unwanted) in text:
            return f"has: {unwanted}"
    if not 0.85 <= len(text) / gold["body_chars"] <= 1.15:
        return f"{len(text)} characters instead of {gold['body_chars']}"
    return ""


def ours(body: bytes, url: str) -> Reading:
    """This project's extractor."""
    try:
        article = extract_page(body, url, fetched_at=FETCHED)
    except ExtractionError:
        return Reading("", None, "")
    return Reading(article.title, article.published, article.text)


def with_trafilatura(body: bytes, url: str) -> Reading:
    """trafilatura, bare, in its fast mode."""
    import trafilatura

    found: Any = trafilatura.bare_extraction(
        body, url=url or None, fast=True, include_comments=False, with_metadata=True
    )
    if found is None:
        return Reading("", None, "")
    day = dt.datetime.fromisoformat(found.date).replace(tzinfo=CHINA) if found.date else None
    return Reading(found.title or "", day, found.text or "")


def score(corpus: Path, read: Callable[[bytes, str], Reading], *, show: bool = False) -> dict[str, float]:
    """Shares of pages that pass, and mean seconds a page."""
    records = [json.loads(line) for line in (corpus / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]
    passed = {"title": 0, "published": 0, "body": 0}
    seconds, count = 0.0, 0
    for gold in records:
        if not gold["article"]:
            continue
        body = (corpus / gold["file"]).read_bytes()
        start = time.perf_counter()
        reading = read(body, gold["url"] or "")
        seconds += time.perf_counter() - start
        count += 1
        problem = body_problem(gold, reading)
        results = {
            "title": title_passes(gold, reading),
            "published": published_passes(gold, reading),
            "body": not problem,
        }
        for name, ok in results.items():
            passed[name] += ok
        if show and not all(results.values()):
            print(f"{gold['file']}:")
            if not results["title"]:
                print(f"  title     {reading.title!r} instead of {gold['title']!r}")
            if not results["published"]:
                print(f"  published {reading.published} instead of {gold['published']}")
            if problem:
                print(f"  body      {problem}")
    return {name: value / count for name, value in passed.items()} | {"ms": 1000 * seconds / count, "pages": count}


def main() -> None:
    """Score, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--show", action="store_true", help="print what failed")
    parser.add_argument("--compare", action="store_true", help="run trafilatura too")
    options = parser.parse_args()
    extractors = {"ours": ours} | ({"trafilatura": with_trafilatura} if options.compare else {})
    print(f"{'':12}  pages  title  published   body  ms/page")
    for name, read in extractors.items():
        result = score(options.corpus, read, show=options.show and name == "ours")
        print(
            f"{name:12}  {result['pages']:5.0f}  {result['title']:5.3f}  {result['published']:9.3f}  "
            f"{result['body']:5.3f}  {result['ms']:7.1f}"
        )


if __name__ == "__main__":
    main()
