"""Points in time as people type them on a command line."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from monitor.errors import UsageError

_BACK = re.compile(r"(\d+)([dhw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def as_moment(text: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """`2026-01-31`, `2026-01-31T08:00`, or so long ago: `12h`, `30d`, `8w`. Dates are in `zone`. Raises `UsageError`."""
    if back := _BACK.fullmatch(text.strip()):
        return now - dt.timedelta(**{_UNITS[back[2]]: int(back[1])})
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError as exc:
        raise UsageError(f"{text!r} is no point in time; write 2026-01-31, 2026-01-31T08:00 or 30d") from exc
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
