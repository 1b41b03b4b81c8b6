"""What a service manager hears, on a real datagram socket as systemd opens it."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.daemon.supervision import Notifier, Supervisor, supervisor


class Manager:
    """The service manager's end of the socket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self.socket.settimeout(10)

    def hear(self) -> list[str]:
        """The next message, by lines."""
        return self.socket.recv(4096).decode().split("\n")


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    address = f"@baoxun-{uuid.uuid4()}" if request.param == "abstract" else str(tmp_path / "notify")
    made = Manager(address)
    yield made
    made.socket.close()


def test_it_is_told_how_the_daemon_stands(manager: Manager) -> None:
    """Ready, reloading with the steady clock's time, stopping: the lines of sd_notify(3)."""
    told = supervisor({"NOTIFY_SOCKET": manager.address})
    told.ready("watching 93 sources")
    assert manager.hear() == ["READY=1", "STATUS=watching 93 sources"]
    told.reloading()
    reloading, moment = manager.hear()
    assert reloading == "RELOADING=1"
    assert moment.startswith("MONOTONIC_USEC=")
    assert int(moment.partition("=")[2]) > 0
    told.status("two\nlines")
    assert manager.hear() == ["STATUS=two lines"]
    told.stopping()
    assert manager.hear()[0] == "STOPPING=1"


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),  # meant for another process
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_whether_a_sign_of_life_is_wanted(environment: dict[str, str], seconds: float | None) -> None:
    """As sd_watchdog_enabled(3) reads it."""
    assert supervisor(environment)._watchdog == seconds


def test_signs_of_life_stop_when_it_is_stuck(manager: Manager) -> None:
    """At half the time allowed, until there is a reason not to; then the reason is told, and silence."""
    why, asked_again = "the worker has made no progress for 601 s", asyncio.Event()
    reasons: list[str] = []

    def stuck() -> str:
        if not reasons:
            return ""
        reasons.append(why)
        if len(reasons) > 5:
            asked_again.set()
        return why

    async def main() -> None:
        task = asyncio.create_task(Supervisor(Notifier(manager.address), watchdog=0.02).keep_alive(stuck))
        for _ in range(3):
            assert await asyncio.to_thread(manager.hear) == ["WATCHDOG=1"]
        reasons.append(why)
        while (heard := await asyncio.to_thread(manager.hear)) == ["WATCHDOG=1"]:
            pass
        assert heard == [f"STATUS={why}"]
        await asked_again.wait()
        manager.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            manager.hear()
        task.cancel()

    asyncio.run(main())


def test_a_manager_that_does_not_listen_is_no_reason_to_stop(tmp_path: Path) -> None:
    """Logged once; nothing is raised. Without an address nothing is sent at all."""
    notifier = Notifier(str(tmp_path / "nobody"))
    with capture_logs() as logs:
        notifier.send("READY=1")
        notifier.send("WATCHDOG=1")
        Notifier("").send("READY=1")
    assert len(logs) == 1
