"""Articles a second through `analyse` on one core, and whether memory stays flat.

    python -m benchmarks.understanding FILE.jsonl[.gz] [--rounds 5]

Each round is a fresh process; the figures are medians. Memory is the resident size after each quarter of the file.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.quality import read_corpus


def measure(path: Path) -> dict[str, object]:
    """One round in this process."""
    from monitor.analyse import analyse
    from monitor.taxonomy import load_vocabulary

    vocabulary = load_vocabulary()
    articles = list(read_corpus(path))
    sizes = []
    started = time.process_time()
    for n, _ in enumerate(analyse(articles, vocabulary), 1):
        if n % max(1, len(articles) // 4) == 0:
            sizes.append(resident_mb())
    seconds = time.process_time() - started
    return {"articles": len(articles), "per_second": len(articles) / seconds, "resident_mb": sizes}


def resident_mb() -> float:
    """Resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * 4096 / 1e6, 1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        print(json.dumps(measure(given.file)))
        return
    command = [sys.executable, "-m", "benchmarks.understanding", str(given.file), "--child"]
    rounds = [json.loads(subprocess.check_output(command)) for _ in range(given.rounds)]
    speeds = sorted(r["per_second"] for r in rounds)
    print(f"{platform.machine()}, Python {platform.python_version()}, {rounds[0]['articles']} articles")
    print(f"articles a CPU second: median {statistics.median(speeds):.0f}, min {speeds[0]:.0f}, max {speeds[-1]:.0f}")
    print(f"resident MB after each quarter: {rounds[-1]['resident_mb']}")


if __name__ == "__main__":
    main()
