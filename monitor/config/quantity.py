"""Durations (`15m`, `2h`, `30s`, `1d`) and sizes (`8MB`) as people write them in a configuration."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>B|KB|MB|GB)", re.IGNORECASE)
_BYTES = {"b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


def parse_duration(value: object) -> dt.timedelta:
    """`15m`, `1.5h`, `90s`, `1h30m` → a timedelta. Raises ValueError for anything else, also for a bare number."""
    if isinstance(value, dt.timedelta):
        return value
    text = str(value).strip()
    parts = list(_DURATION.finditer(text))
    if not parts or "".join(p.group() for p in parts) != text:
        raise ValueError(f"{text!r} is no duration; write 30s, 15m, 2h or 1d")
    return dt.timedelta(seconds=sum(float(p["number"]) * _SECONDS[p["unit"]] for p in parts))


def parse_size(value: object) -> int:
    """`8MB`, `500KB` → bytes. Raises ValueError for anything else."""
    match = _SIZE.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(f"{value!r} is no size; write 500KB or 8MB")
    return int(float(match["number"]) * _BYTES[match["unit"].lower()])


def print_duration(value: dt.timedelta) -> str:
    """The shortest form that `parse_duration` reads back."""
    seconds = value.total_seconds()
    for unit in ("d", "h", "m"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{int(seconds // _SECONDS[unit])}{unit}"
    return f"{int(seconds)}s" if seconds.is_integer() else f"{seconds}s"


Duration = Annotated[
    dt.timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(print_duration),
    WithJsonSchema({"type": "string", "pattern": r"^(\d+(\.\d+)?(ms|s|m|h|d))+$", "examples": ["15m", "2h"]}),
]
Size = Annotated[
    int,
    BeforeValidator(parse_size),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*([KkMmGg]?[Bb])$", "examples": ["8MB"]}),
]
