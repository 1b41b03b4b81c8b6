"""deploy/baoxun.service: what it promises systemd is what the program keeps, and systemd itself can read it."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import app
from monitor.daemon.schedule import GRACE
from monitor.daemon.worker import HANG

UNIT = Path(__file__).parent.parent / "deploy" / "baoxun.service"


@pytest.fixture(scope="module")
def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#", ";"))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    parser.read(UNIT, encoding="utf-8")
    return parser


def seconds(text: str) -> float:
    for unit, size in (("min", 60), ("s", 1)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * size
    raise AssertionError(text)


def test_it_speaks_the_protocol_that_the_program_speaks(unit: configparser.ConfigParser) -> None:
    """Readiness and signs of life over the notify socket; a reload is a SIGHUP."""
    service = unit["Service"]
    assert service["Type"] == "notify"
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert seconds(service["WatchdogSec"]) >= 30
    assert seconds(service["TimeoutStopSec"]) > GRACE + 20, "a thread may wait for a held database"
    assert seconds(service["WatchdogSec"]) <= HANG, "a slow round of work is not a hanging one"
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == "2"


def test_it_starts_a_command_that_exists(unit: configparser.ConfigParser) -> None:
    """Every word of ExecStart after the program is an option or a command of ours."""
    words = unit["Service"]["ExecStart"].split()
    assert words[0].endswith("/baoxun")
    assert words[-1] in {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    assert set(words[1:-1]) == {"--config", "/etc/baoxun/config.yaml", "--log-json", "--verbose"}


def test_it_may_do_nothing_that_it_need_not(unit: configparser.ConfigParser) -> None:
    """No root, no rights to gain, nothing writable but its own folder; secrets come from a file of their own."""
    service = unit["Service"]
    for key, value in {
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "StateDirectory": "baoxun",
        "CapabilityBoundingSet": "",
        "EnvironmentFile": "-/etc/baoxun/secrets.env",
    }.items():
        assert service[key] == value
    assert service["WorkingDirectory"] == "/var/lib/baoxun"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_can_read_it(tmp_path: Path) -> None:
    """`systemd-analyze verify` finds nothing to say; it wants the program to be there, so that another stands in for it."""
    copy = tmp_path / UNIT.name
    copy.write_text(
        UNIT.read_text(encoding="utf-8").replace("/opt/baoxun/bin/baoxun", sys.executable), encoding="utf-8"
    )
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
