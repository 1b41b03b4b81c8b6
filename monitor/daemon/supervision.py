"""What a service manager is told of the daemon, and how it notices that the daemon hangs.

The protocol is sd_notify(3): datagrams of `KEY=value` lines to the socket that `$NOTIFY_SOCKET` names. It is a few lines of
our own, since its best known package is unkept (docs/decisions/0010). Without the variable nothing is sent, so that the
same program runs under systemd, in a container and in a terminal.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping

import structlog

log = structlog.get_logger()


class Notifier:
    """Sends to a service manager's socket. An empty address sends nothing.

    An address that begins with @ is in Linux's abstract namespace. What cannot be sent is logged once and never raised: a
    manager that does not listen is no reason to stop watching.
    """

    def __init__(self, address: str) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._failed = False

    def send(self, *lines: str) -> None:
        """Tell these `KEY=value` lines in one message."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as out:
                out.sendto("\n".join(lines).encode(), self._address)
        except OSError as exc:
            if not self._failed:
                log.warning("the service manager cannot be told", problem=str(exc))
            self._failed = True
        else:
            self._failed = False


class Supervisor:
    """Tells the service manager how the daemon stands. `watchdog` are the seconds within which it wants a sign of life;
    None where it wants none."""

    def __init__(self, notifier: Notifier, *, watchdog: float | None = None) -> None:
        self._notifier, self._watchdog = notifier, watchdog

    def ready(self, status: str) -> None:
        """The first plan stands, or a reload is over: work goes on."""
        self._notifier.send("READY=1", f"STATUS={_one_line(status)}")

    def reloading(self) -> None:
        """A reload begins; `ready` ends it. The time of the steady clock tells the manager which reload it is."""
        self._notifier.send("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """What is in hand is being finished."""
        self._notifier.send("STOPPING=1", "STATUS=finishing what is in hand")

    def status(self, text: str) -> None:
        """One line on what the daemon does, for `systemctl status`."""
        self._notifier.send(f"STATUS={_one_line(text)}")

    async def keep_alive(self, stuck: Callable[[], str]) -> None:
        """Give a sign of life at half the time that the manager allows, for as long as `stuck` has no reason not to.

        Runs on the daemon's own loop: a loop that stands still gives none either. Ends only by being cancelled.
        """
        if self._watchdog is None:
            return
        silent = False
        while True:
            if why := stuck():
                if not silent:
                    log.error("no sign of life for the service manager", problem=why)
                    self.status(why)
                silent = True
            else:
                self._notifier.send("WATCHDOG=1")
                silent = False
            await asyncio.sleep(self._watchdog / 2)


def supervisor(environment: Mapping[str, str]) -> Supervisor:
    """The supervisor that this process was started under, as sd_notify(3) and sd_watchdog_enabled(3) tell it."""
    wanted = environment.get("WATCHDOG_USEC", "")
    meant = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
    seconds = int(wanted) / 1_000_000 if wanted.isdecimal() and meant else 0.0
    return Supervisor(Notifier(environment.get("NOTIFY_SOCKET", "")), watchdog=seconds or None)


def _one_line(text: str) -> str:
    return " ".join(text.split())
