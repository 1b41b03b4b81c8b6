"""Troubles that pass: what an error means, told once, tried again ever more rarely."""

from __future__ import annotations

import errno

import pytest
from structlog.testing import capture_logs

from monitor.daemon.troubles import LONGEST_PAUSE, Trouble, Troubles, trouble_of
from monitor.errors import CrawlFailedError, DatabaseBusyError, DatabaseFullError, DatabaseUnreachableError
from tests.conftest import FrozenClock

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (DatabaseBusyError("locked"), Trouble.DATABASE_BUSY),
        (DatabaseFullError("sqlite:///x", "database or disk is full"), Trouble.DISK_FULL),
        (FULL, Trouble.DISK_FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Trouble.DISK_FULL),
        (OSError(errno.EIO, "Input/output error"), Trouble.STORAGE),
        (DatabaseUnreachableError("postgresql://x", "gone"), Trouble.STORAGE),
        (CrawlFailedError("scrapy broke"), None),
        (ValueError("a bug"), None),
    ],
)
def test_what_an_error_means(error: Exception, meant: Trouble | None) -> None:
    """The database, the disk, or neither."""
    assert trouble_of(error) is meant


def test_a_wrapped_full_disk_is_a_full_disk() -> None:
    """Whoever translates an error keeps its cause."""
    wrapped = DatabaseUnreachableError("sqlite:///x", "cannot write")
    wrapped.__cause__ = FULL
    assert trouble_of(wrapped) is Trouble.DISK_FULL


def test_it_is_told_once_and_once_when_it_is_over(clock: FrozenClock) -> None:
    """Ten attempts: one line at the start, one at the end; operators hear of each, pauses grow up to a limit."""
    met: list[Trouble] = []
    troubles = Troubles(clock, on_met=met.append)
    with capture_logs() as logs:
        pauses = [troubles.met("process", FULL) for _ in range(10)]
        clock.forward(minutes=10)
        assert troubles.open() == {"process": Trouble.DISK_FULL}
        troubles.over("process")
        troubles.over("process")
    told = [(entry["event"], entry["work"]) for entry in logs if entry["log_level"] != "debug"]
    assert told == [("trouble", "process"), ("trouble over", "process")]
    assert next(e for e in logs if e["event"] == "trouble over")["seconds"] == 600
    assert [round(p.total_seconds()) for p in pauses[:5]] == [5, 10, 20, 40, 60]
    assert max(pauses) == LONGEST_PAUSE
    assert met == [Trouble.DISK_FULL] * 10
    assert not troubles.open()


def test_another_trouble_is_told_too(clock: FrozenClock) -> None:
    """Busy first, then full: two states, two lines."""
    troubles = Troubles(clock)
    with capture_logs() as logs:
        troubles.met("deliver", DatabaseBusyError("locked"))
        troubles.met("deliver", FULL)
    assert [e["trouble"] for e in logs if e["event"] == "trouble"] == ["database busy", "disk full"]
