"""What the daemon's own size and starts came to."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.soaking.course import Played


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """How something grew: `share` by the line of least squares, as a part of the mean; medians of the first and last quarter."""

    share: float
    first: float
    last: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """Bytes in memory and what else could leak, over the last half of a soak; `peak` over all of it."""

    rss: Growth
    files: Growth
    tasks: Growth
    threads: Growth
    peak: int


def memory(played: Played) -> Memory | None:
    """Of the last life, as far as it lay in the last half; None where it began later, or was not looked at often enough."""
    life, half = played.lives[-1], played.middle
    own = [s for s in played.samples if s.pid == life.pid and s.at >= half]
    if len(own) < 12 or (own[0].at - half) > (own[-1].at - half) / 4:
        return None
    since = played.fast.origin + (half - played.fast.start).total_seconds() / played.fast.factor
    pulses = [(at, told) for at, told in life.said if told["what"] == "pulse" and at >= since]
    ats = [(s.at - half).total_seconds() for s in own]
    return Memory(
        rss=_growth(ats, [s.rss for s in own]),
        files=_growth(ats, [s.files for s in own]),
        tasks=_growth([at for at, _ in pulses], [told["tasks"] for _, told in pulses]),
        threads=_growth([at for at, _ in pulses], [told["threads"] for _, told in pulses]),
        peak=max(s.rss for s in played.samples),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Restart:
    """Seconds from the start of a process to its first request, endless where it made none; and the processor's seconds until
    that poll was done."""

    real: float
    cpu: float


def restarts(played: Played) -> list[Restart]:
    """Of each life but the first."""
    origin, factor = played.fast.origin, played.order.factor
    hits = [
        origin + (hit.at - played.fast.start).total_seconds() / factor
        for hit in tuple(played.far.hits)
        if "beside" not in hit.agent
    ]
    took = []
    for life in played.lives[1:]:
        until = life.ended or time.monotonic()
        real = min((at - life.began for at in hits if life.began < at <= until), default=float("inf"))
        cpu = min((told["cpu"] for _, told in life.said if told["what"] == "poll"), default=float("inf"))
        took.append(Restart(real=real, cpu=cpu))
    return took


def _growth(ats: Sequence[float], values: Sequence[float]) -> Growth:
    line, quarter, mean = statistics.linear_regression(ats, values), max(1, len(values) // 4), statistics.fmean(values)
    return Growth(
        share=line.slope * (ats[-1] - ats[0]) / mean if mean else 0.0,
        first=statistics.median(values[:quarter]),
        last=statistics.median(values[-quarter:]),
    )
