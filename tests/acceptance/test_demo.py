"""The demo checks itself: exactly the expected alerts, in under a minute, without internet or account."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from monitor.demo.articles import load_articles
from monitor.demo.expected import expected_alerts


def test_demo_once(tmp_path: Path) -> None:
    """`baoxun demo --once --json` ends with 0 and tells every expected alert once, in an empty folder."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "demo", "--once", "--json"],
        cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["mismatches"] == []
    assert done.returncode == 0
    assert len(report["alerts"]) == report["expected"] == len(expected_alerts(load_articles()))
    assert {alert["state"] for alert in report["alerts"]} == {"done"}
    assert report["duplicates"] >= 10
    assert list(tmp_path.iterdir()) == [], "the demo leaves nothing behind"
