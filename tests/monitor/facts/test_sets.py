"""Facts on the labelled sets: floors for the whole and for each key, with the sets' own verdicts given."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.monitor.facts.judged import load, read, same

ROOT = Path(__file__).parents[3]
SETS = {
    "own_tender": ROOT / "benchmarks/gold/own_tender.jsonl",
    "own_huiminbao": ROOT / "benchmarks/gold/own_huiminbao.jsonl",
    "own_mixed": ROOT / "benchmarks/gold/own_mixed.jsonl",
    "own_facts": ROOT / "benchmarks/gold/own_facts.jsonl",
    "dev": ROOT.parent / "shared/gold/dev.jsonl",
}
FLOOR, KEY_FLOOR = 0.97, 0.85
HARDER = {"own_facts": 0.96}
"""Sets whose records were mostly never tuned on."""


def _agree(key: str, wanted: Any, found: Any) -> tuple[int, int, int]:
    """True positives, false positives, false negatives of one key."""
    if key != "period" and isinstance(wanted or found, list):
        want, have = set(map(str, wanted or [])), set(map(str, found or []))
        return len(want & have), len(have - want), len(want - have)
    if wanted is None or found is None:
        return 0, int(found is not None), int(wanted is not None)
    plain = (
        str(wanted)[:10] == str(found)[:10]
        if key == "deadline"
        else same(key, wanted, found) or str(found) in str(wanted)
    )
    return (1, 0, 0) if plain else (0, 1, 1)


@pytest.mark.parametrize("name", SETS)
def test_facts_reach_their_floor(name: str) -> None:
    """Micro F1 of all facts, and F1 of every key that occurs ten times, stay above their floors."""
    path = SETS[name]
    if not path.exists():
        pytest.skip(f"{path} is not here")
    total: Counter[str] = Counter()
    keys: dict[str, Counter[str]] = {}
    for record in load(path):
        if record["relevance"] != "alert":
            continue
        found = read(record)[1].values()
        for key in set(found) | set(record["facts"]):
            tp, fp, fn = _agree(key, record["facts"].get(key), found.get(key))
            for counter in (total, keys.setdefault(key, Counter())):
                counter.update(tp=tp, fp=fp, fn=fn)
    assert _f1(total) >= HARDER.get(name, FLOOR)
    low = {key: round(_f1(n), 3) for key, n in keys.items() if n["tp"] + n["fn"] >= 10 and _f1(n) < KEY_FLOOR}
    assert low == {}


def _f1(n: Counter[str]) -> float:
    return 2 * n["tp"] / max(1, 2 * n["tp"] + n["fp"] + n["fn"])


def test_no_sentence_of_a_labelled_set_is_in_the_code() -> None:
    """Rules are of the genre: no record's id and no long stretch of a labelled text stands in code or vocabulary."""
    code = "".join(
        p.read_text("utf-8")
        for p in (*(ROOT / "monitor/facts").glob("*.py"), ROOT / "monitor/vocabulary/fact_words.yaml")
    )
    for name, path in SETS.items():
        if not path.exists():
            continue
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            assert record["id"] not in code, name
            text = record["text"]
            if record.get("lang") != "en":
                assert not any(text[i : i + 24] in code for i in range(0, len(text) - 24, 12)), record["id"]
