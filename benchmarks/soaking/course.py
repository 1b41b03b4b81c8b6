"""The play: a web that misbehaves, channels that fail, a daemon that is killed and comes back, and three more writers beside it."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.soaking.articles import Story
from benchmarks.soaking.channels import Channels
from benchmarks.soaking.characters import WELL_BEHAVED, Course
from benchmarks.soaking.far_side import FarSide
from benchmarks.soaking.fast_time import FastTime
from benchmarks.soaking.processes import BESIDE_AGENT, Beside, DaemonProcess, Sample
from benchmarks.soaking.sites import Site, make_sites
from monitor.demo.articles import DemoArticle

START: Final = dt.datetime(2025, 9, 25, tzinfo=dt.UTC)
"""Eight in the morning in China, on a Thursday before the holiday of 1 October; the Sunday between is worked."""
SAMPLES: Final = 2.0
"""Seconds of the machine between two looks at the size of the daemon."""
LEAD: Final = 3.0
"""Seconds of the machine before the start in which the daemon gets ready; nothing new is published yet."""

CROWDED: Final = 1.5
"""Processes a processor, over the last minute, from which on it is not the soak alone that wants them."""

OnProgress = Callable[[float, str], None]
"""Told how much of it has been played, and what happens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to play. `every` is how often sources are looked at, `most` how often at the least."""

    days: float
    factor: float
    sources: int
    seed: int

    @property
    def every(self) -> dt.timedelta:
        """As much as the machine can bear: some eight polls a second over all sources."""
        return dt.timedelta(seconds=max(3600.0, self.factor * max(3.0, self.sources / 8)))

    @property
    def most(self) -> dt.timedelta:
        return 2 * self.every

    @property
    def course(self) -> Course:
        # What is published last has a poll at its longest pause, and ten seconds of the machine, to get through.
        tail = self.most * 1.2 + dt.timedelta(seconds=6 * self.factor)
        return Course(start=START, length=dt.timedelta(days=self.days), tail=tail)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Something that happens once `part` parts are over and it is `ready`."""

    part: float
    ready: Callable[[], bool]
    act: Callable[[], None]
    what: str

    def begins_at(self, course: Course) -> dt.datetime:
        return course.at(self.part)


@dataclass(kw_only=True)
class Played:
    """What happened, as seen from outside."""

    order: Order
    fast: FastTime
    sites: list[Site]
    far: FarSide
    channels: Channels
    folder: Path
    environment: Mapping[str, str]
    lives: list[DaemonProcess] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    """Exit codes of the times that it was asked to stop."""
    ended_at: dt.datetime = START
    """When the last life was told to stop."""
    wall: float = 0.0
    crowded: bool = False
    """Whether more wanted the machine's processors, at some restart, than there are."""

    @property
    def middle(self) -> dt.datetime:
        """When half of it was played."""
        return START + (self.ended_at - START) / 2

    @property
    def printed(self) -> Iterator[tuple[Site, DemoArticle, Story]]:
        """Every page that tells a story."""
        for site in self.sites:
            for article in site.articles:
                if (told := site.stories.get(article.id)) is not None:
                    yield site, article, told

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def log(self) -> Path:
        return self.folder / "daemon.log"


class Play:
    """Plays an order in `folder`."""

    def __init__(self, order: Order, folder: Path, on_progress: OnProgress) -> None:
        self._order, self._folder, self._tell = order, folder, on_progress
        self._course = order.course
        self._environment: Mapping[str, str] = {}
        self._shot = threading.Event()
        self._beside: Beside | None = None
        self._settled_at = START
        """When the last scene was over."""

    def run(self) -> Played:
        """Play it to its end."""
        order, began = self._order, time.monotonic()
        sites = make_sites(order.sources, self._course, order.every * 2, random.Random(order.seed))
        channels = Channels(self._course)
        with FarSide(sites) as far, channels.open() as alerts:
            self._environment = alerts.pop("environment")  # type: ignore[assignment]
            self._write_configs(sites, alerts)
            played = self._played = Played(
                order=order, sites=sites, far=far, channels=channels, folder=self._folder, environment=self._environment,
                fast=FastTime(start=START, factor=order.factor, origin=0.0),
            )  # fmt: skip
            first = self._new_life()
            first.wait_until_loaded()
            played.fast = far.time = channels.time = FastTime(
                start=START, factor=order.factor, origin=time.monotonic() + LEAD
            )
            first.let_go(played.fast)
            try:
                self._act()
                played.ended_at = played.fast.now()
                played.exits.append(self._daemon.terminate())
                if self._beside is not None:
                    played.beside = self._beside.reports()
            finally:
                if self._daemon.is_alive:
                    self._daemon.kill()
        played.wall = time.monotonic() - began
        return played

    # The plot

    def _act(self) -> None:
        """One scene after the other, each at its time, but not before the one before has had its effect: on a slow machine the
        play grows longer, not thinner."""
        scenes, fast, sampled = self._scenes(), self._played.fast, 0.0
        while (now := fast.now()) < max(self._course.end, self._settled_at + self._course.tail):
            if scenes and scenes[0].begins_at(self._course) <= now and scenes[0].ready():
                scene = scenes.pop(0)
                self._tell(self._done(now), scene.what)
                scene.act()
                self._settled_at = fast.now()
            if scenes or not self._daemon_works():
                self._settled_at = now
            if time.monotonic() - sampled > SAMPLES and (sample := self._daemon.sample(now)) is not None:
                sampled = time.monotonic()
                self._played.samples.append(sample)
                self._tell(self._done(now), "")
            time.sleep(0.05)

    def _scenes(self) -> list[_Scene]:
        return [
            _Scene(1.0, self._all_polled, self._kill, "killed; away for half a day"),
            _Scene(1.5, self._away_for_long, self._start_again, "starts again"),
            _Scene(1.6, self._daemon_works, self._bring_others, "three writers and a reader beside it"),
            _Scene(2.2, self._daemon_works, self._stop_and_start, "told to stop; starts again at once"),
            _Scene(2.6, self._daemon_works, self._load_the_gun, "will be killed before a message is answered"),
            _Scene(2.6, self._shot_or_too_late, self._after_the_shot, "killed; starts again at once"),
        ]

    def _done(self, now: dt.datetime) -> float:
        return max(0.0, min(1.0, (now - START) / self._course.length))

    def _daemon_works(self) -> bool:
        """Whether this life of the daemon has polled something."""
        return any(told["what"] == "poll" for _, told in tuple(self._daemon.said))

    def _all_polled(self) -> bool:
        polled = {told["source"] for _, told in tuple(self._daemon.said) if told["what"] == "poll"}
        return len(polled) == self._order.sources

    def _kill(self) -> None:
        self._daemon.kill()

    def _away_for_long(self) -> bool:
        ended = self._daemon.ended
        assert ended is not None, "it was killed"
        return time.monotonic() - ended >= self._played.fast.real(self._course.length / 14)

    def _start_again(self) -> None:
        self._played.crowded |= os.getloadavg()[0] > CROWDED * (os.cpu_count() or 1)
        self._new_life().let_go(self._played.fast)

    def _stop_and_start(self) -> None:
        self._played.exits.append(self._daemon.terminate())
        self._start_again()

    def _bring_others(self) -> None:
        well = [site for site in self._played.sites if site.character in WELL_BEHAVED]
        paged = [site.name for site in well if site.kind == "listing"]
        self._beside = Beside(
            self._folder / "beside.yaml", self._folder, self._course.at(2.0), paged, self._played.fast,
            self._environment, self._folder / "beside.log",
        )  # fmt: skip

    def _load_the_gun(self) -> None:
        def fire(lane: str) -> None:
            if lane != "webhook" and not self._shot.is_set():
                self._played.channels.on_arrival = lambda lane: None
                os.kill(self._daemon.pid, signal.SIGKILL)  # before it hears that the message was taken
                self._shot.set()

        self._played.channels.on_arrival = fire

    def _shot_or_too_late(self) -> bool:
        return self._shot.is_set() or self._played.fast.now() >= self._course.at(3.2)

    def _after_the_shot(self) -> None:
        """Where no message came by, it is killed all the same."""
        self._played.channels.on_arrival = lambda lane: None
        self._daemon.kill()
        self._start_again()

    # Processes

    @property
    def _daemon(self) -> DaemonProcess:
        return self._played.lives[-1]

    def _new_life(self) -> DaemonProcess:
        life = DaemonProcess(config=self._played.config, environment=self._environment, log=self._played.log)
        self._played.lives.append(life)
        return life

    def _write_configs(self, sites: list[Site], alerts: Mapping[str, object]) -> None:
        order = self._order
        config = {
            "storage": {"data_dir": str(self._folder / "data")},
            "crawler": {"delay": "0s", "timeout": "3s", "deadline": "6s", "retries": 1, "max_body": "2MB"},
            "alerts": alerts,
            "sources": [site.source(order.every, order.most) for site in sites],
        }
        _write(self._folder / "config.yaml", config)
        config["crawler"] = {**config["crawler"], "user_agent": BESIDE_AGENT}  # type: ignore[dict-item]
        _write(self._folder / "beside.yaml", config)


def _write(path: Path, config: Mapping[str, object]) -> None:
    path.write_text(json.dumps(config, ensure_ascii=False, indent=1), encoding="utf-8")  # JSON is YAML
