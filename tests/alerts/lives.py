"""A process that dies when told: every call of the book and every send may be its last, before or after its effect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from alerts import Book, Rendered, SendResult

CALLS = (
    "admit",
    "assign",
    "hold",
    "postpone",
    "end",
    "begin",
    "record",
    "pending",
    "waiting",
    "open_messages",
    "lanes",
)
"""The calls of a book at which a process can die; those that write come first."""


class Killed(BaseException):
    """The process is no more."""


class Fuse:
    """Burns down with every step; kills at zero, and then everything that still runs. `taken` counts the steps."""

    def __init__(self, steps: int | None) -> None:
        self._left = steps
        self.taken = 0
        self._lock = threading.Lock()
        self.is_burnt = False

    def step(self) -> None:
        with self._lock:
            self.taken += 1
            if self._left is not None:
                self._left -= 1
                self.is_burnt = self._left <= 0
            if self.is_burnt:
                raise Killed


class FusedBook:
    """A book with a step of the fuse before and after each call."""

    def __init__(self, book: Book, fuse: Fuse) -> None:
        self._book, self._fuse = book, fuse

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._book, name)
        if name not in CALLS:
            return call

        def fused(*args: Any) -> Any:
            self._fuse.step()
            made = call(*args)
            self._fuse.step()
            return made

        return fused


def fused_send(fuse: Fuse, send: Callable[[Rendered], SendResult]) -> Callable[[Rendered], SendResult]:
    """A send with a step of the fuse before and after it."""

    def fused(message: Rendered) -> SendResult:
        fuse.step()
        made = send(message)
        fuse.step()
        return made

    return fused
