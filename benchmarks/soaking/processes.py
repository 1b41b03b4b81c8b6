"""The processes of a soak: the daemon under observation, and those who work beside it."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.soaking.fast_time import FastTime

ROOT = Path(__file__).resolve().parents[2]
BESIDE_AGENT = "soak-beside/1"
"""By this the sites know requests that are not the daemon's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """How large a process is: bytes in memory, open files."""

    at: dt.datetime
    pid: int
    rss: int
    files: int


@dataclass
class DaemonProcess:
    """One life of the daemon. `said` holds what it told, with the machine's time in seconds."""

    config: Path
    environment: Mapping[str, str]
    log: Path
    said: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None

    def __post_init__(self) -> None:
        with self.log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.soaking.daemon", str(self.config)],
                cwd=ROOT, env={**os.environ, **self.environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        self._loaded = threading.Event()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_loaded(self) -> None:
        """Wait until it has read everything that it needs. Raises RuntimeError where it ended instead."""
        self._loaded.wait()
        if not self.is_alive:
            raise RuntimeError(f"the daemon did not start; see {self.log}")

    def let_go(self, fast: FastTime) -> None:
        """Tell it the time, so that it begins to work."""
        assert self._process.stdin is not None
        self._process.stdin.write((_told(fast) + "\n").encode())
        self._process.stdin.flush()

    def kill(self) -> None:
        """As a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._gone()

    def terminate(self) -> int:
        """Ask it to stop; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._gone()

    def sample(self, now: dt.datetime) -> Sample | None:
        """Its size; None where it has just gone."""
        folder = Path(f"/proc/{self.pid}")
        try:
            resident = int((folder / "statm").read_text().split()[1])
            files = len(list((folder / "fd").iterdir()))
        except (OSError, IndexError):
            return None
        return Sample(at=now, pid=self.pid, rss=resident * os.sysconf("SC_PAGE_SIZE"), files=files)

    def _gone(self) -> int:
        try:
            code = self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self.ended = time.monotonic()
        self._reader.join(10)
        return code

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append((time.monotonic(), json.loads(line)))
            self._loaded.set()
        self._loaded.set()


class Beside:
    """Those who work beside the daemon, until `until`."""

    def __init__(
        self, config: Path, folder: Path, until: dt.datetime, sources: Sequence[str], fast: FastTime,
        environment: Mapping[str, str], log: Path,
    ) -> None:  # fmt: skip
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.soaking.beside", str(config), str(folder), until.isoformat(), *sources],
                cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write((_told(fast) + "\n").encode())
        self._process.stdin.flush()

    def reports(self) -> list[dict[str, Any]]:
        """What each of them did, once they are done."""
        assert self._process.stdout is not None
        said = [json.loads(line) for line in self._process.stdout]
        self._process.wait()
        return said


def _told(fast: FastTime) -> str:
    return json.dumps({"start": fast.start.isoformat(), "factor": fast.factor, "origin": fast.origin})
