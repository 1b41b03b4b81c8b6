"""The time of day as an argument: the only place that reads the system's clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Gives the present as an aware UTC datetime."""


def system_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
