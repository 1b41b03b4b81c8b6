"""The file that a backup is: a tar of plain members with names of ours, and nothing else that tar can do.

Reading is strict because a backup may come from anywhere: links, devices, folders, long-name and sparse extensions, any name
that we would not have written, a name that comes twice, a member that goes on behind the end of the file are all refused
before anything is written. No name is ever used as a path without having passed here.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from monitor.errors import BackupError

MANIFEST = "manifest.json"
CONFIG = "config.yaml"
SQLITE = "database.sqlite3.gz"
POSTGRES = "database.pgdump"

MOST_MEMBERS = 100_000
"""A quarter of a million gigabytes of raw pages."""

_NAME = re.compile(
    r"manifest\.json|config\.yaml|database\.(?:sqlite3\.gz|pgdump)|raw/[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.warc\.gz"
)
_BLOCK = tarfile.BLOCKSIZE
_PIECE = 1024 * 1024

OnBytes = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member and where its bytes are in the file."""

    name: str
    offset: int
    bytes: int

    @property
    def raw_name(self) -> str:
        """The file name of raw pages, empty for other members."""
        return self.name.removeprefix("raw/") if self.name.startswith("raw/") else ""


class Packer:
    """Writes members one after the other, and remembers their sizes and check-sums."""

    def __init__(self, file: IO[bytes], on_bytes: OnBytes) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115  closed by `close`
        self._on_bytes = on_bytes
        self.written: list[dict[str, object]] = []

    def add(self, name: str, path: Path, *, length: int | None = None) -> None:
        """The first `length` bytes of a file, or all of it. Raises `BackupError` where it became shorter meanwhile."""
        with path.open("rb") as file:
            stat = path.stat()
            self._add(name, file, stat.st_size if length is None else length, int(stat.st_mtime))

    def add_bytes(self, name: str, content: bytes) -> None:
        self._add(name, io.BytesIO(content), len(content), 0)

    def close(self) -> None:
        self._tar.close()

    def _add(self, name: str, file: IO[bytes], length: int, moment: int) -> None:
        assert _NAME.fullmatch(name), f"{name}: a name that no restore would take"
        about = tarfile.TarInfo(name)
        about.size, about.mtime, about.mode = length, moment, 0o600
        reader = _Summing(file, self._on_bytes)
        try:
            self._tar.addfile(about, reader)
        except OSError as exc:
            if "unexpected end" in str(exc):
                raise BackupError(f"{name} became shorter while it was copied: try again") from exc
            raise
        self.written.append({"name": name, "bytes": length, "sha256": reader.sum.hexdigest()})


class _Summing(io.RawIOBase):
    """A reader that sums up what passes."""

    def __init__(self, file: IO[bytes], on_bytes: OnBytes) -> None:
        self._file, self._on_bytes = file, on_bytes
        self.sum = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        piece = self._file.read(size)
        self.sum.update(piece)
        self._on_bytes(len(piece))
        return piece


def members(file: IO[bytes], size: int) -> Iterator[Member]:
    """The members of a backup, from their headers. Raises `BackupError` for whatever we would not have written."""
    seen: set[str] = set()
    at = 0
    while True:
        file.seek(at)
        block = file.read(_BLOCK)
        if len(block) < _BLOCK:
            raise BackupError("the file is cut short, or is no backup")
        if block == b"\0" * _BLOCK:
            return
        try:
            about = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, ValueError) as exc:
            raise BackupError(f"the file is no backup, or is damaged at byte {at}") from exc
        if about.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or not _NAME.fullmatch(about.name):
            raise BackupError(f"it holds {about.name!r}, which no backup of ours does: nothing was restored")
        if about.name in seen or len(seen) >= MOST_MEMBERS:
            raise BackupError(f"it holds {about.name!r} twice, or too much: nothing was restored")
        seen.add(about.name)
        if not 0 <= about.size <= size - at - _BLOCK:
            raise BackupError(f"{about.name} goes on behind the end of the file: it is cut short")
        yield Member(name=about.name, offset=at + _BLOCK, bytes=about.size)
        at += _BLOCK + -(-about.size // _BLOCK) * _BLOCK


def pieces(file: IO[bytes], member: Member) -> Iterator[bytes]:
    """A member's bytes, a piece at a time. Raises `BackupError` where the file ends before."""
    file.seek(member.offset)
    left = member.bytes
    while left:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise BackupError(f"{member.name} is cut short")
        left -= len(piece)
        yield piece
