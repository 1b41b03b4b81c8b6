"""How good the understanding is: scores on labelled sets, false alarms on general news, and pinned floors.

    python -m benchmarks.quality [--set FILE …] [--corpus FILE.jsonl[.gz]] [--floors] [--mistakes N] [--json]

Without --set it takes the sets in benchmarks/gold and, where the shared folder stands beside the project, its development
set; without --corpus the shared corpus where it is. With --floors it ends with 1 where a figure is below its floor.
Sets that nobody who writes rules reads (the honest and the held ones) have only their figures printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.scoring import Score, score
from monitor.analyse import analyse, read_records
from monitor.model import Article, Relevance, labels
from monitor.taxonomy import load_vocabulary

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"
FLOORS = HERE / "floors.json"
UNREAD = {"honest.jsonl", "honest2.jsonl", "own_updates_held.jsonl", "own_wordings_held.jsonl"}


def sets() -> list[Path]:
    """The labelled sets that are here."""
    dev = SHARED / "gold" / "dev.jsonl"
    return sorted((HERE / "gold").glob("*.jsonl")) + ([dev] if dev.is_file() else [])


def evaluate(path: Path) -> Score:
    """Understand a labelled set as a stream and score it."""
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return score(gold, {u.article.id: labels(u) for u in analyse(read_records(path), load_vocabulary())})


def false_alarms(path: Path) -> tuple[int, list[str]]:
    """(articles, those flagged as alerts) of a corpus that has none."""
    total, alarms = 0, []
    for u in analyse(read_corpus(path), load_vocabulary()):
        total += 1
        if u.classification.relevance is Relevance.ALERT:
            alarms.append(f"{u.article.id} {u.article.title}")
    return total, alarms


def read_corpus(path: Path) -> Iterator[Article]:
    """Articles of a JSON Lines file, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Article(
                id=record["id"], url=record.get("url") or "", source=record.get("source") or "", published=None,
                lang=record.get("lang") or "", title=record["title"], text=record["text"],
            )  # fmt: skip


def figures(result: Score) -> dict[str, float]:
    """The figures that floors are set for."""
    flat = {}
    for topic, hits in result.topics.items():
        flat[f"{topic} P"], flat[f"{topic} R"] = hits.precision, hits.recall
    for name, (right, of) in (("stage", result.stage), ("update", result.update)):
        flat[name] = right / of if of else 1.0
    flat["facts F1"] = result.all_facts.f1
    flat["copies P"], flat["copies R"] = result.copies.precision, result.copies.recall
    flat["twins kept apart"] = 1 - result.twins_merged / result.twins if result.twins else 1.0
    flat["events F1"] = result.events.f1
    return {name: round(value, 4) for name, value in flat.items()}


def below(name: str, found: dict[str, float]) -> list[str]:
    """What is worse than its floor."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["sets"].get(name, {})
    return [f"{name}: {key} {found[key]:.3f} < {floor:.3f}" for key, floor in floors.items() if found[key] < floor]


def _table(rows: dict[str, dict[str, float]]) -> Iterable[str]:
    names = next(iter(rows.values()))
    yield f"{'':24}" + "".join(f"{name:>18}" for name in rows)
    for key in names:
        yield f"{key:24}" + "".join(f"{found[key]:18.3f}" for found in rows.values())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--set", type=Path, action="append", help="a labelled set (JSON Lines)")
    arguments.add_argument(
        "--corpus", type=Path, default=SHARED / "corpus" / "xwlb.jsonl.gz", help="news without alerts"
    )
    arguments.add_argument("--floors", action="store_true", help="fail where a figure is below its floor")
    arguments.add_argument("--mistakes", type=int, default=0, help="list so many mistakes of each set")
    arguments.add_argument("--json", action="store_true", help="print one JSON object")
    given = arguments.parse_args()

    results = {path.stem: (path, evaluate(path)) for path in given.set or sets()}
    rows = {name: figures(result) for name, (_, result) in results.items()}
    report: dict[str, Any] = {"sets": rows}
    failures = [line for name, found in rows.items() for line in below(name, found)] if given.floors else []
    if given.corpus.is_file():
        total, alarms = false_alarms(given.corpus)
        report["corpus"] = {"articles": total, "false_alarms": alarms}
        limit = json.loads(FLOORS.read_text(encoding="utf-8"))["false_alarms"]
        if given.floors and len(alarms) > limit:
            failures.append(f"{len(alarms)} false alarms on {total} articles, at most {limit}")
    if given.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print("\n".join(_table(rows)))
        for name, (path, result) in results.items():
            shown = () if path.name in UNREAD else result.mistakes[: given.mistakes]
            print("\n".join(f"{name}: {line}" for line in shown), end="\n" if shown else "")
        if "corpus" in report:
            print(
                f"corpus: {report['corpus']['articles']} articles, {len(report['corpus']['false_alarms'])} false alarms"
            )
            print("\n".join(report["corpus"]["false_alarms"]), end="")
    for line in failures:
        print(f"below the floor: {line}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
