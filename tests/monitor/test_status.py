"""`baoxun status` as its user meets it: on an empty folder, beside a daemon, after a crash; in a pipe and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor import cli
from monitor.cli import status
from monitor.clock import system_clock
from monitor.records import Hop, PollOutcome, PollRecord
from monitor.storage import Database, Store, upgrade
from monitor.storage.holder import find_holder
from monitor.wellbeing import Level
from tests.conftest import START

CONFIG = """
storage: {data_dir: data}
web: {port: 0}
sources:
  - {name: a, kind: feed, url: 'http://a.example/feed.xml', title: 某网}
"""
HOLD = """
import sys
from monitor.storage import Database
with Database(sys.argv[1]).daemon_lock():
    print("held", flush=True)
    sys.stdin.read()
"""


def baoxun(*arguments: object) -> int:
    return cli.run([str(a) for a in arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, as the current one."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """Its database, in which one source was checked a moment ago."""
    database = Database(f"sqlite:///{folder}/data/baoxun.sqlite3")
    now = system_clock()
    upgrade(database, now)
    store = Store(database)
    with store.transaction() as unit:
        unit.sources.register(["a"], now)
        unit.polls.add(PollRecord(source="a", outcome=PollOutcome.NEW, planned_at=now, started_at=now, ended_at=now))
    yield store
    database.close()


@contextmanager
def held(url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the daemon's lock, as a daemon does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def url_of(store: Store) -> str:
    return store.database.url.render_as_string(hide_password=False)


def test_where_nothing_was_ever_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so, and makes nothing."""
    assert baoxun("status") == 2
    assert "there is no database yet" in capsys.readouterr().err
    assert not (folder / "data").exists()


def test_without_a_daemon_it_does_not_work(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict is the first line, the remedy stands under the reason."""
    assert baoxun("status") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "✘ 不正常 not working"
    assert "守护进程 daemon: 未运行 not running" in lines
    reason = next(i for i, line in enumerate(lines) if "the daemon is not running" in line)
    assert "baoxun run" in lines[reason + 1]
    assert len(lines) <= 24, "one screen"


def test_beside_a_daemon_it_works(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with held(url_of(store)) as process:
        assert baoxun("status") == 0
        said = capsys.readouterr().out
    assert said.startswith("✔ 正常 working\n")
    assert f"进程 pid {process.pid}" in said
    assert "(a: 有新 new)" in said


def test_a_daemon_that_was_killed_is_none(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Its file is still there, with its number; only the lock counts."""
    with held(url_of(store)):
        pass
    assert Path(f"{store.database.sqlite_path}.lock").read_text(encoding="ascii")
    assert baoxun("status") == 1


def test_for_programs(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert baoxun("status", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["daemon"]["running"]) == ("not working", False)
    assert told["last_check"]["source"] == "a"
    assert told["checks_24h"]["new"] == 1
    assert told["sources"]["never polled"] == 1
    assert told["disk"]["free"] > 0
    assert [set(f) for f in told["findings"]] == [{"level", "zh", "en", "remedy"}]


def test_where_cron_runs_it(store: Store) -> None:
    assert baoxun("status", "--no-daemon") == 0


def test_looking_does_not_keep_a_daemon_from_starting(store: Store) -> None:
    """The lock is free again as soon as it was looked at; and one that is held shows to any number at once."""
    assert find_holder(store.database) is None
    with store.database.daemon_lock():
        pass
    with held(url_of(store)) as process:
        found = [find_holder(store.database) for _ in range(3)]
        assert [holder.pid for holder in found if holder] == [process.pid] * 3


def test_a_daemon_on_a_server_is_seen_from_another_process(postgres_url: str) -> None:
    database = Database(postgres_url)
    upgrade(database, START)
    assert find_holder(database) is None
    with held(postgres_url):
        holder = find_holder(database)
        assert holder is not None
        assert abs((system_clock() - holder.since).total_seconds()) < 120
        assert holder.pid is None, "it may run on another machine"
    database.close()


@pytest.mark.parametrize("words", [status.VERDICTS, status.MARKS])
def test_every_verdict_has_its_words(words: dict[Level, object]) -> None:
    assert set(words) == set(Level)


def test_everything_that_can_be_told_has_its_words() -> None:
    assert set(status.HOPS) == set(Hop)
    assert set(status.OUTCOMES) == set(PollOutcome)


def test_nobody_on_the_port_is_no_answer() -> None:
    from monitor.config import WebConfig

    assert status._ask(WebConfig(port=1)) is None
