"""A day of the whole program in half a minute: a web that misbehaves, channels that fail, kills, three more writers (`benchmarks.soak`)."""

from __future__ import annotations

from pathlib import Path

from benchmarks.soak import Order, soak
from benchmarks.soaking.channels import LANES
from monitor.records import PollOutcome


def test_a_day_keeps_every_promise(tmp_path: Path) -> None:
    """Whatever the sites, the channels and the kills do: no check is missed in silence, nothing well published is absent, each
    story is told once, nobody is led into the house. What a day is too short for (growth) the benchmark measures."""
    result = soak(Order(days=1, factor=2880, sources=12, seed=1), tmp_path)
    assert not result.broken, [f"{one.name}: {one.detail}" for one in result.broken]
    assert len(result.played.lives) == 4, "killed twice, stopped once"
    assert all(result.played.channels.of(lane) for lane in LANES)
    assert {poll.outcome for polls in result.kept.polls.values() for poll in polls} >= {
        PollOutcome.MISSED,
        PollOutcome.FAILED,
    }
