"""Raw pages in rotating WARC files (ISO 28500): what was fetched, kept so that better extractors can read it again.

Each process writes files of its own, so that a record cut short by a crash never spoils what follows. An article row
holds file name and offset; every record is a gzip member of its own, so one seek reads it back.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.errors import NotFoundError

ROTATE_BYTES = 256 * 1024 * 1024
"""A new file begins above this size: small enough to copy and to lose, large enough to keep files few."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedPage:
    """A page as it came: its address, headers and bytes."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: dt.datetime


class Archive:
    """A folder of WARC files."""

    def __init__(self, folder: Path, *, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._folder = folder
        self._rotate_bytes = rotate_bytes
        self._file: BinaryIO | None = None
        self._serial = 0

    def append(self, page: ArchivedPage) -> tuple[str, int]:
        """Write a page; returns file name (within the folder) and offset. The bytes are on disk when it returns."""
        file = self._open(page.fetched_at)
        offset = file.tell()
        writer = WARCWriter(file, gzip=True)
        http = StatusAndHeaders(f"{page.status} OK", list(_storable(page.headers)), protocol="HTTP/1.1")
        record = writer.create_warc_record(
            page.url,
            "response",
            payload=io.BytesIO(page.body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": page.fetched_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        writer.write_record(record)
        file.flush()
        os.fsync(file.fileno())
        return Path(file.name).name, offset

    def read(self, name: str, offset: int) -> ArchivedPage:
        """The page at a place given by `append`. Raises `NotFoundError` where there is none."""
        path = self._folder / Path(name).name
        try:
            with path.open("rb") as file:
                file.seek(offset)
                for record in ArchiveIterator(file):
                    return ArchivedPage(
                        url=record.rec_headers.get_header("WARC-Target-URI"),
                        status=int(record.http_headers.get_statuscode()),
                        headers=tuple(record.http_headers.headers),
                        body=record.content_stream().read(),
                        fetched_at=dt.datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
                    )
        except (OSError, ArchiveLoadFailed) as exc:
            raise NotFoundError("raw page", f"{name}@{offset} ({exc})") from exc
        raise NotFoundError("raw page", f"{name}@{offset}")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, now: dt.datetime) -> BinaryIO:
        if self._file is not None and self._file.tell() >= self._rotate_bytes:
            self.close()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            for path in self._names(now):
                try:
                    self._file = path.open("xb")
                    break
                except FileExistsError:
                    continue
        assert self._file is not None, "an endless supply of names"
        return self._file

    def _names(self, now: dt.datetime) -> Iterator[Path]:
        while True:
            self._serial += 1
            stamp = now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
            yield self._folder / f"baoxun-{stamp}-{os.getpid()}-{self._serial:04d}.warc.gz"


def _storable(headers: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Headers that still hold for the stored bytes: the body is kept decoded, so its transfer coding is gone."""
    for name, value in headers:
        if name.lower() not in {"content-encoding", "transfer-encoding", "content-length", "set-cookie"}:
            yield name, value
