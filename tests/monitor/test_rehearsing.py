"""A replay is rehearsed to one named receiver: just its diff, marked, once, and without counting as told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import cli
from monitor.taxonomy import load_vocabulary
from tests.alerts.collector import Answer, Collector
from tests.conftest import START, FrozenClock
from tests.monitor.replayed import notice, ordinary, state, understand

ROBOT, TEST = "/everybody", "/test"
CONFIG = """
storage: {{data_dir: data}}
alerts:
  receivers:
    - name: desk
      channels: [{{kind: webhook, url_env: DESK}}]
    - name: test
      quiet: {{from: "00:00", to: "23:59"}}
      channels: [{{kind: webhook, url_env: TEST}}]
  route: {{receivers: [desk]}}
sources: []
"""
COVER = ("曲靖市银发守护计划承办服务项目公开招标公告", notice("曲靖市")[1].replace("长期护理保险", "银发守护计划"))


@pytest.fixture
def robots() -> Iterator[Collector]:
    with Collector() as collector:
        for path in (ROBOT, TEST):
            collector.script(path, Answer.json({"ok": True}))
        yield collector


@pytest.fixture
def folder(tmp_path: Path, robots: Collector, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product that understood a tender whose programme it does not know, and one that it does; nothing was delivered."""
    from monitor.storage import Database, Store, upgrade

    (tmp_path / "config.yaml").write_text(CONFIG.format(), encoding="utf-8")
    monkeypatch.setenv("DESK", robots.url(ROBOT))
    monkeypatch.setenv("TEST", robots.url(TEST))
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path}/data/baoxun.sqlite3")
    upgrade(database, START)
    understand(Store(database), FrozenClock(), tmp_path, [COVER, notice("昭通市"), ordinary("昭通市", 4)])
    database.close()
    rules = tmp_path / "rules"
    shutil.copytree(load_vocabulary().directory, rules, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = rules / "programmes.yaml"
    words = file.read_text(encoding="utf-8")
    file.write_text(words.replace("zh: [长期护理保险,", "zh: [长期护理保险, 银发守护计划,", 1), encoding="utf-8")
    return tmp_path


def kept(folder: Path) -> dict[str, list[object]]:
    from monitor.storage import Database, Store

    database = Database(f"sqlite:///{folder}/data/baoxun.sqlite3")
    try:
        return state(Store(database))
    finally:
        database.close()


def baoxun(*arguments: str) -> int:
    return cli.run(["-c", "config.yaml", *arguments])


def test_the_diff_goes_to_the_named_receiver_only(
    folder: Path, robots: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    """One alert that appears and one summary, whatever the hour; nothing of what waits for others; the same once only."""
    before = kept(folder)
    command = ("replay", "--rules", "rules", "--jobs", "1", "--deliver", "test", "--json")
    assert baoxun(*command) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["articles"], report["appears"], report["same"], report["delivered"]) == (3, 1, 2, 2)
    assert [r.path for r in robots.received] == [TEST, TEST]
    titles = sorted(str(r.json()["title"]) for r in robots.received)
    assert any("【重放】" in title and "银发守护计划" in title for title in titles), titles
    assert any("规则将改变的提醒" in title for title in titles), titles
    after = kept(folder)
    assert after["article"] == before["article"]
    assert after["thread_state"] == before["thread_state"]
    assert len(after["outbox"]) == len(before["outbox"]) + 2
    assert baoxun(*command) == 0
    assert len(robots.received) == 2, "one replay is rehearsed once"
    capsys.readouterr()
    assert baoxun("replay", "--rules", "rules", "--jobs", "1", "--apply", "--alert") == 0
    assert "queued 1" in capsys.readouterr().out
    assert [r.path for r in robots.received[2:]] == [ROBOT, ROBOT], "it was not told by being rehearsed"


def test_nobody_of_that_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Known before anything is read."""
    assert baoxun("replay", "--deliver", "nobody") == 2
    assert "desk, test" in capsys.readouterr().err


def test_people_read_what_would_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A summary by effect, topic and stage, examples with the sentence that proves them, and what was left out."""
    assert baoxun("replay", "--rules", "rules", "--jobs", "1", "--examples", "1") == 0
    said = capsys.readouterr()
    assert "出现 appears\tgov_tender\tnotice\t1" in said.out
    assert "预算金额" in said.out
    assert (
        "共 3 篇 articles: 出现 appears 1, 消失 vanishes 0, 改变 changes 0, 仅存档 quiet 0, 不变 same 2, 读不出 unreadable 0"
        in said.out
    )
    assert "未写回 nothing was written" in said.out
    assert "未重算 not made anew" in said.err


def test_an_alert_needs_a_stored_verdict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert baoxun("replay", "--alert") == 2
    assert "--apply" in capsys.readouterr().err
