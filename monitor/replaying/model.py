"""What is asked of a replay, and what came of it, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.records import ArticleFilter
from monitor.replay_records import Change, Effect

OnProgress = Callable[[int, int], None]
"""Told how many articles are done, of how many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to replay, by which rules, and what to do with what comes of it.

    `typed` is the window as it was typed, so that `30d` an hour later is the same replay with the window it had. `rules` is a
    folder of vocabulary files, None for the configured one. `raw`: read the archived pages again. `writes`: store the new
    verdicts; with `alerts` also queue what appears, for everybody whom the routes name. `force`: even where known-good labels
    are lost. `again`: begin anew, whatever was done. `jobs`: processes that read; 1 reads in this one.
    """

    wanted: ArticleFilter
    typed: tuple[str, str] = ("", "")
    rules: Path | None = None
    raw: bool = False
    writes: bool = False
    alerts: bool = False
    force: bool = False
    again: bool = False
    jobs: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """A known-good label that a replay would lose: what was said, by whom, and what the rules would say now."""

    article_id: int
    title: str
    said: str
    by: str
    now: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayReport:
    """What a replay came to. Every article has one effect: `articles` is the sum of `effects`.

    `name` tells it from other replays; `replay` is the number under which it is kept, None for a look without consequences. `changes` are all articles whose effect
    is not `same`. `rewritten` counts verdicts that were stored, `queued` alerts. `pending` articles fit, but have no verdict
    yet and are left to the daemon. `resumed_at` is how many were done before this run; `already`: all of them.
    """

    name: str
    articles: int
    effects: Mapping[Effect, int]
    changes: Sequence[Change]
    losses: Sequence[Loss]
    pending: int
    refused: bool = False
    replay: int | None = None
    rewritten: int = 0
    queued: int = 0
    threads: int = 0
    resumed_at: int = 0
    already: bool = False
    seconds: float = 0.0

    @property
    def adds_up(self) -> bool:
        """Whether every article was accounted for once."""
        return self.refused or sum(self.effects.values()) == self.articles

    def groups(self) -> tuple[tuple[Effect, str, str, int], ...]:
        """(effect, topic, stage or update, count) of what differs, the weightiest effect first, then by count."""
        counted: Counter[tuple[Effect, str, str]] = Counter()
        for change in self.changes:
            counted[change.effect, "+".join(change.topics), change.stage or change.update] += 1
        order = {effect: at for at, effect in enumerate(Effect)}
        ranked = sorted(counted.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1:]))
        return tuple((effect, topic, step, count) for (effect, topic, step), count in ranked)

    def examples(self, each: int) -> tuple[Change, ...]:
        """The first few of each effect, in the order of effects."""
        return tuple(change for effect in Effect for change in [c for c in self.changes if c.effect is effect][:each])
