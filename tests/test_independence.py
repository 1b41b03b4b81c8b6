"""No rule was written for one record: neither ids nor sentences of any labelled set stand in the product."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from monitor.text import normalise

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SETS = [
    *sorted((ROOT / "benchmarks" / "gold").glob("*.jsonl")),
    SHARED / "gold" / "dev.jsonl",
    SHARED / "seeds" / "gold.jsonl",
]
PRODUCT = sorted(
    p
    for package in ("crawler", "monitor", "alerts")
    for kind in ("*.py", "*.yaml", "*.tsv", "*.html", "*.txt")
    for p in (ROOT / package).rglob(kind)
    if "demo" not in p.parts
)
SENTENCE_END = re.compile(r"[。！？；;!?\n]+|\.\s")
LONG_ENOUGH = 18
"""Letters of a sentence below which it may be a name or a phrase that anybody writes."""


@cache
def product_text() -> str:
    return "\n".join(letters(p.read_text(encoding="utf-8")) for p in PRODUCT)


def letters(text: str) -> str:
    return re.sub(r"\W+", "", normalise(text).plain.lower())


@pytest.mark.parametrize("path", [p for p in SETS if p.is_file()], ids=lambda p: p.stem)
def test_no_record_stands_in_the_product(path: Path) -> None:
    """Ids, titles and sentences of a labelled set are nowhere in code, vocabulary or templates."""
    text = product_text()
    raw = "\n".join(p.read_text(encoding="utf-8") for p in PRODUCT)
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if re.search(rf"\b{re.escape(record['id'])}\b", raw):
            found.append(record["id"])
        sentences = [record["title"], *SENTENCE_END.split(record.get("text", ""))]
        found += [s for s in sentences if len(letters(s)) >= LONG_ENOUGH and letters(s) in text]
    assert found == []
