"""`baoxun db`: what people type, what they read, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run

CONFIG = """
storage: {data_dir: data, url: "sqlite:///x.sqlite3", retention: {contacts: drop}}
alerts: {receivers: [{name: desk, channels: [{kind: wecom, url_env: NOT_SET_ANYWHERE}]}], route: {receivers: [desk]}}
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return str(path)


def test_a_database_is_cared_for_without_any_channels_secret(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Upgrade, backup, verify, prune and restore need the database only."""
    assert run(["-c", config, "db", "upgrade"]) == 0
    assert run(["-c", config, "db", "backup", "--json"]) == 0
    made = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert Path(made["file"]).parent == tmp_path / "data" / "backups"
    assert made["rows"]["article"] == 0
    assert run(["-c", config, "db", "verify"]) == 0
    assert run(["-c", config, "db", "prune", "--dry-run"]) == 0
    assert run(["-c", config, "db", "prune", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["raw_files"] == 0
    assert run(["-c", config, "db", "restore", made["file"]]) == 1
    assert "--force" in capsys.readouterr().err
    assert run(["-c", config, "db", "restore", made["file"], "--to", str(tmp_path / "other")]) == 0
    assert (tmp_path / "other" / "x.sqlite3").is_file()
    assert run(["-c", config, "db", "restore", made["file"], "--force", "--json"]) == 0
    done = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (Path(done["aside"]) / "x.sqlite3").is_file()


def test_old_backups_give_way(config: str, tmp_path: Path) -> None:
    """Only where it is asked for, and only our own."""
    assert run(["-c", config, "db", "upgrade"]) == 0
    for name in ("a.tar", "baoxun-20200101T000000Z.tar"):
        assert run(["-c", config, "db", "backup", str(tmp_path / "safe" / name)]) == 0
    assert run(["-c", config, "db", "backup", str(tmp_path / "safe"), "--no-raw", "--keep", "1"]) == 0
    left = sorted(path.name for path in (tmp_path / "safe").iterdir())
    assert len(left) == 2
    assert left[0] == "a.tar"
    assert left[1] > "baoxun-2020"


def test_damage_is_one_clear_sentence(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, the backup to restore by its name, and the file as it was."""
    assert run(["-c", config, "db", "upgrade"]) == 0
    assert run(["-c", config, "db", "backup"]) == 0
    (backup,) = (tmp_path / "data" / "backups").iterdir()
    file = tmp_path / "data" / "x.sqlite3"
    file.write_bytes(b"rot" * 5000)
    capsys.readouterr()
    for command in (["db", "verify"], ["db", "prune"], ["db", "backup", str(tmp_path / "no.tar")], ["list"]):
        assert run(["-c", config, *command]) in (1, 2)
    told = capsys.readouterr().err
    assert told.count(str(backup)) >= 3
    assert file.read_bytes() == b"rot" * 5000
    assert not (tmp_path / "no.tar").exists()
    assert run(["-c", config, "db", "restore", str(backup), "--force"]) == 0
    assert run(["-c", config, "db", "verify"]) == 0


@pytest.mark.parametrize("arguments", [["backup", "--keep", "0"], ["restore"], ["prune", "--no-such"]])
def test_wrong_usage(config: str, arguments: list[str]) -> None:
    assert run(["-c", config, "db", *arguments]) == 2
