"""A configuration at work: files that change, what is different, what is refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from monitor.config import Config
from monitor.config.reading import load_config, parse_config
from monitor.daemon.reloading import FileWatch, Refused, Reloaded, Reloader, differences
from monitor.errors import DatabaseBusyError

BASE = """
alerts:
  receivers:
    - {name: desk, channels: [{kind: console}]}
    - {name: boss, channels: [{kind: console}]}
  route: {receivers: [desk]}
sources:
  - {name: a, kind: feed, url: 'https://a.example/feed', every: 15m}
  - {name: b, kind: feed, url: 'https://b.example/feed', every: 15m}
"""


def parsed(text: str, tmp_path: Path) -> Config:
    return parse_config(text, file="config.yaml", base=tmp_path)


def told(old: str, new: str, tmp_path: Path) -> list[str]:
    return [str(change) for change in differences(parsed(old, tmp_path), parsed(new, tmp_path))]


@pytest.mark.parametrize(
    ("was", "now", "changes"),
    [
        ("every: 15m}\n  - {name: b", "every: 5m}\n  - {name: b", ["~sources.a.every"]),
        ("{name: b, kind", "{name: c, kind", ["-sources.b", "+sources.c"]),
        ("route: {receivers: [desk]}", "route: {receivers: [boss]}", ["~alerts.route.receivers"]),
        (
            "{name: boss, channels",
            "{name: boss, urgent: {deadline_within: 24h}, channels",
            ["~alerts.receivers.boss.urgent.deadline_within"],
        ),
        ("\nalerts:", "\ncrawler: {delay: 9s}\nalerts:", ["~crawler.delay"]),
        ("\nalerts:", "\nstorage: {url: 'sqlite:///other.sqlite3'}\nalerts:", ["~storage.url"]),
        ("\nalerts:", "\n# a remark\nalerts:", []),
    ],
)
def test_what_is_different_is_told_by_name(was: str, now: str, changes: list[str], tmp_path: Path) -> None:
    """As precisely as keys and names go; never a value."""
    assert was in BASE
    assert told(BASE, BASE.replace(was, now), tmp_path) == changes


def test_order_is_a_difference_of_its_own(tmp_path: Path) -> None:
    """The same sources the other way round: nothing came or went."""
    lines = BASE.splitlines()
    assert told(BASE, "\n".join([*lines[:-2], lines[-1], lines[-2]]), tmp_path) == ["~sources"]


class TestFiles:
    """What counts as a change."""

    @staticmethod
    def looks(watch: FileWatch, times: int = 3) -> list[bool]:
        return [watch.look() for _ in range(times)]

    def test_written_in_place(self, tmp_path: Path) -> None:
        """Told once, when it looked the same twice."""
        file = tmp_path / "config.yaml"
        file.write_text("a")
        watch = FileWatch(lambda: [file])
        assert self.looks(watch) == [False, False, False]
        file.write_text("a longer one")
        assert self.looks(watch, 4) == [False, True, False, False]

    def test_replaced_by_an_editor(self, tmp_path: Path) -> None:
        """Gone for a moment is no change; another file of the same name is, even of the same size and time."""
        file, new = tmp_path / "config.yaml", tmp_path / "config.yaml~"
        file.write_text("a")
        watch = FileWatch(lambda: [file])
        stat = file.stat()
        file.rename(tmp_path / "old")
        assert self.looks(watch) == [False, False, False]
        new.write_text("b")
        os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        new.rename(file)
        assert self.looks(watch) == [False, True, False]

    def test_a_symbolic_link_that_leads_elsewhere(self, tmp_path: Path) -> None:
        """As Kubernetes puts a ConfigMap in the place of another: a link to a link to a folder."""
        for day, text in (("1", "a"), ("2", "b")):
            (tmp_path / day).mkdir()
            (tmp_path / day / "config.yaml").write_text(text)
        (tmp_path / "..data").symlink_to("1")
        (tmp_path / "config.yaml").symlink_to(Path("..data") / "config.yaml")
        watch = FileWatch(lambda: [tmp_path / "config.yaml"])
        (tmp_path / "..tmp").symlink_to("2")
        (tmp_path / "..tmp").rename(tmp_path / "..data")
        assert self.looks(watch) == [False, True, False]

    def test_touched_is_not_changed(self, tmp_path: Path) -> None:
        """A new date on the same words."""
        file = tmp_path / "config.yaml"
        file.write_text("a")
        watch = FileWatch(lambda: [file])
        os.utime(file, (1, 1))
        assert self.looks(watch) == [False, False, False]

    def test_half_written_is_not_read(self, tmp_path: Path) -> None:
        """As long as it grows from look to look nobody reads it."""
        file = tmp_path / "config.yaml"
        file.write_text("a")
        watch = FileWatch(lambda: [file])
        said = []
        for size in range(1, 5):
            file.write_text("b" * size * 10)
            said.append(watch.look())
        assert said == [False] * 4
        assert watch.look()

    def test_a_file_that_joins(self, tmp_path: Path) -> None:
        """A new file in a folder of vocabulary."""
        (tmp_path / "a.yaml").write_text("a")
        watch = FileWatch(lambda: sorted(tmp_path.glob("*.yaml")))
        (tmp_path / "b.yaml").write_text("b")
        assert self.looks(watch) == [False, True, False]


@dataclass
class Fake:
    """What a configuration is made into, for tests of the decision alone."""

    service: Any


class TestReloader:
    """Built whole, or not at all."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        file = tmp_path / "config.yaml"
        file.write_text(BASE, encoding="utf-8")
        return file

    def reloader(self, file: Path, **parts: Any) -> Reloader:
        parts = {"rebuild": lambda config: Fake(service=config), **parts}
        return Reloader(file, load_config(file), load=lambda: load_config(file), **parts)

    def test_a_good_one_is_made(self, file: Path) -> None:
        """With its changes; the sources whose definition is another are named. Accepted, it is what counts."""
        reloader = self.reloader(file)
        text = BASE.replace("every: 15m}\n  - {name: b", "every: 5m}\n  - {name: c")
        file.write_text(text, encoding="utf-8")
        assert [reloader.look(), reloader.look()] == [False, True]
        made = reloader.build()
        assert isinstance(made, Reloaded)
        assert [str(c) for c in made.changes] == ["-sources.b", "+sources.c", "~sources.a.every"]
        assert made.altered == {"a"}
        reloader.accept(made)
        again = reloader.build()
        assert isinstance(again, Reloaded)
        assert not again.changes

    def test_a_wrong_one_is_refused_with_every_problem(self, file: Path) -> None:
        """Two mistakes, two lines with their places; nothing was built."""
        built: list[Config] = []

        def rebuild(config: Config) -> Fake:
            built.append(config)
            return Fake(service=None)

        reloader = self.reloader(file, rebuild=rebuild)
        file.write_text(BASE.replace("kind: feed", "kind: feeds"), encoding="utf-8")
        made = reloader.build()
        assert isinstance(made, Refused)
        assert len(made.problems) == 2
        assert "line 8: sources.0.kind" in made.problems[0]
        assert not built

    def test_a_source_that_cannot_work_is_refused(self, file: Path) -> None:
        """Only sources that are new or other are asked: an old one that never worked does not stand in the way."""
        asked: list[str] = []

        def check(source: Any) -> str:
            asked.append(source.name)
            return f"{source.name}: needs a selector"

        reloader = self.reloader(file, check_source=check)
        file.write_text(BASE.replace("name: b", "name: c"), encoding="utf-8")
        made = reloader.build()
        assert made == Refused(file=str(file), problems=("c: needs a selector",))
        assert asked == ["c"]

    @pytest.mark.parametrize(
        "section",
        [
            "storage: {url: 'sqlite:///other.sqlite3'}",
            "storage: {data_dir: elsewhere}",
            "storage: {retention: {contacts: drop}}",
            "web: {port: 9999}",
        ],
    )
    def test_what_a_process_cannot_change_needs_a_restart(self, file: Path, section: str) -> None:
        """The database, the folder and the address: by name, and nothing else of the file is taken either."""
        reloader = self.reloader(file)
        file.write_text(f"{section}\n{BASE.replace('15m', '5m')}", encoding="utf-8")
        made = reloader.build()
        assert isinstance(made, Refused)
        assert len(made.problems) == 1
        assert "needs a restart" in made.problems[0]
        assert made.problems[0].startswith(section.partition(":")[0])

    def test_a_busy_database_is_not_the_fault_of_the_configuration(self, file: Path) -> None:
        """It is told, and tried again at the next look."""
        answers: list[Any] = [DatabaseBusyError("locked"), Fake(service=None)]

        def rebuild(config: Config) -> Fake:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return cast("Fake", answer)

        reloader = self.reloader(file, rebuild=rebuild)
        assert reloader.build() == Refused(file=str(file), problems=("locked",))
        assert reloader.look()
        assert isinstance(reloader.build(), Reloaded)
        assert not reloader.look()

    def test_a_file_that_is_gone_is_refused(self, file: Path) -> None:
        """On SIGHUP, say; the old configuration stays."""
        reloader = self.reloader(file)
        file.unlink()
        assert not reloader.look()
        made = reloader.build()
        assert isinstance(made, Refused)
        assert "cannot read" in made.problems[0]
