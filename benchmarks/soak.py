"""Seven days of the whole program in some minutes, against a web and channels that misbehave.

    python -m benchmarks.soak                                          # 60 sources, 7 days: some 12 minutes
    python -m benchmarks.soak --days 1 --factor 1800 --sources 12      # a minute
    python -m benchmarks.soak --json

The real daemon in a process of its own, with real crawling, a real SQLite file and real deliveries, on a clock that runs `factor`
times as fast. Sites fail, drip, lie, fall silent and attack; channels are out of order for hours; the daemon is killed twice and
stopped once, and for some hours three more writers and a reader work on its database. Prints what was measured, and exits with 1
where a promise was broken (`soaking.promises`). Needs a machine with a core to spare: what is late on it is late in fast time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from benchmarks.soaking.course import Order, Play, Played
from benchmarks.soaking.kept import Kept, kept
from benchmarks.soaking.promises import Promise, judged, lags

LONG = 300.0
"""Seconds of the machine from which on a soak says something about growth."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """A soak that was played and judged."""

    played: Played
    kept: Kept
    promises: list[Promise]

    @property
    def broken(self) -> list[Promise]:
        """Promises that were not kept."""
        return [one for one in self.promises if not one.kept]


def soak(order: Order, folder: Path, on_progress: Callable[[float, str], None] = lambda done, what: None) -> Result:
    """Play an order in `folder` (empty) and judge it."""
    played = Play(order, folder, on_progress).run()
    found = kept(played)
    return Result(played=played, kept=found, promises=judged(played, found, long=_machine_seconds(order) >= LONG))


def _machine_seconds(order: Order) -> float:
    return order.days * 86_400 / order.factor


def report(result: Result) -> None:
    """The table, for people."""
    played, order = result.played, result.played.order
    outcomes = Counter(poll.outcome.value for polls in result.kept.polls.values() for poll in polls)
    states = Counter(article.status.value for article in result.kept.articles)
    print(f"\n{order.sources} sources, {order.days:g} days, {order.factor:g} times as fast, looked at every "
          f"{order.every.total_seconds() / 3600:.1f} to {order.most.total_seconds() / 3600:.1f} h; seed {order.seed}")  # fmt: skip
    print(f"  {'wall time':30}{played.wall:>8.0f} s")
    print(f"  {'requests that sites saw':30}{len(played.far.hits):>8,}")
    print(f"  {'checks':30}{sum(outcomes.values()):>8,}   {_listed(outcomes)}")
    print(f"  {'articles':30}{sum(states.values()):>8,}   {_listed(states)}")
    arrivals = Counter(a.lane + (" refused" if a.refused else "") for a in played.channels.arrivals)
    print(f"  {'messages':30}{sum(arrivals.values()):>8,}   {_listed(arrivals)}")
    print(
        f"\n  {'minutes from publication':30}{'to the store: median':>22}{'p99':>8}{'to the alert: median':>24}{'p99':>8}"
    )
    for kind, (stored, told) in sorted(lags(played, result.kept).items()):
        print(f"  {kind:30}{_spread(stored, 14)}{_spread(told, 16)}")
    print()
    for one in result.promises:
        print(f"  {'kept  ' if one.kept else 'BROKEN'}  {one.name}: {one.detail}")


def as_json(result: Result) -> dict[str, object]:
    """The figures, for programs."""
    played = result.played
    return {
        "order": {"days": played.order.days, "factor": played.order.factor, "sources": played.order.sources, "seed": played.order.seed},
        "wall_seconds": round(played.wall, 1),
        "requests": len(played.far.hits),
        "polls": Counter(poll.outcome.value for polls in result.kept.polls.values() for poll in polls),
        "articles": Counter(article.status.value for article in result.kept.articles),
        "lag_minutes": {
            kind: {"stored": _figures(stored), "told": _figures(told)} for kind, (stored, told) in lags(played, result.kept).items()
        },
        "promises": [asdict(one) for one in result.promises],
    }  # fmt: skip


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{n:,} {what}" for what, n in counts.most_common())


def _figures(minutes: Sequence[float]) -> dict[str, float]:
    if not minutes:
        return {"count": 0}
    ordered = sorted(minutes)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 1),
        "p99": round(ordered[max(0, -(-len(ordered) * 99 // 100) - 1)], 1),
    }


def _spread(minutes: Sequence[float], width: int) -> str:
    found = _figures(minutes)
    if not minutes:
        return f"{'–':>{width + 8}}{'':>8}"
    return f"{found['median']:>{width}.0f} of {found['count']:>4.0f}{found['p99']:>8.0f}"


@contextmanager
def progress() -> Iterator[Callable[[float, str], None]]:
    """A bar on a terminal; a line for what happens, and for each tenth, in a pipe. Both on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        told = [0]

        def tell(done: float, what: str) -> None:
            if what or int(done * 10) > told[0]:
                told[0] = int(done * 10)
                console.print(f"{done:4.0%} {what}".rstrip(), highlight=False)

        yield tell
        return
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda done, what: bar.update(task, completed=done, description=what or bar.tasks[0].description)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--factor", type=float, default=900.0, help="how many times as fast the clock runs")
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--keep", type=Path, help="folder, new or empty, in which database and logs are left")
    given = parser.parse_args()
    order = Order(days=given.days, factor=given.factor, sources=given.sources, seed=given.seed)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="soak"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with progress() as tell:
            result = soak(order, folder, tell)
        if given.json:
            print(json.dumps(as_json(result), ensure_ascii=False, indent=2))
        else:
            report(result)
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if result.broken else 0)


if __name__ == "__main__":
    main()
