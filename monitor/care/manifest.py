"""What a backup says of itself: when and by what it was made, its schema, its row counts, and every member's check-sum."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from monitor.errors import BackupError

PRODUCT, FORMAT = "baoxun backup", 1

MOST_BYTES = 32 * 1024 * 1024
"""The largest manifest that is read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """A member's size and SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A backup, described. `made_at` is the moment that the database is of."""

    made_at: dt.datetime
    version: str
    schema: str
    kind: str
    """`sqlite` or `postgresql`."""
    database_bytes: int
    """Size of the database file once unpacked."""
    database_sha256: str
    rows: Mapping[str, int]
    raw: bool
    """Whether raw pages are in it."""
    members: tuple[Sum, ...]

    def to_json(self) -> bytes:
        values = {"product": PRODUCT, "format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps({**values, "sum": _sum_of(values)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Raises `BackupError` for anything that `to_json` would not have written."""
        try:
            values: dict[str, Any] = json.loads(text)
            if values["product"] != PRODUCT:
                raise BackupError("it is no backup of baoxun")
            if values["format"] != FORMAT:
                raise BackupError(
                    f"it is of form {values['format']!r}, which this program does not know: use a newer one"
                )
            if values.pop("sum") != _sum_of(values):
                raise BackupError("its manifest is damaged: it does not agree with its own check-sum")
            made_at = dt.datetime.fromisoformat(values["made_at"])
            if made_at.tzinfo is None:
                raise ValueError("a time without zone")
            return cls(
                made_at=made_at,
                version=_text(values["version"]),
                schema=_text(values["schema"]),
                kind=_text(values["kind"]),
                database_bytes=_count(values["database_bytes"]),
                database_sha256=_text(values["database_sha256"]),
                rows={_text(table): _count(rows) for table, rows in values["rows"].items()},
                raw=bool(values["raw"]),
                members=tuple(
                    Sum(name=_text(m["name"]), bytes=_count(m["bytes"]), sha256=_text(m["sha256"]))
                    for m in values["members"]
                ),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
            raise BackupError(f"its {PRODUCT.split()[1]} manifest cannot be read ({type(exc).__name__})") from exc


def _sum_of(values: Mapping[str, Any]) -> str:
    """SHA-256 of what a manifest says, however it is laid out. It notices damage; against malice a manifest has no defence."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a count is wanted")
    return value
