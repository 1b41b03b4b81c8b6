"""Raw pages in rotating WARC files (ISO 28500): what was fetched, kept so that better extractors can read it again.

An article row holds file name and offset; every record is a gzip member of its own, so one seek reads it back. A file has
one writer at a time, who holds a lock on it; whoever comes later goes on with a file that is not full, after its end was
mended. A record is written whole or taken back: a full disk or a crash spoils no other.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import io
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.errors import DiskError, NotFoundError
from monitor.gzip_members import goes_on_after, member_at, whole_until

ROTATE_BYTES = 256 * 1024 * 1024
"""A new file begins above this size: small enough to copy and to lose, large enough to keep files few."""

ADOPT_BYTES = 16 * 1024 * 1024
"""A file that another process left is gone on with below this size: reading it to its end takes a fraction of a second."""

TORN = ".torn"
"""What was cut off a file's end is kept beside it under this suffix."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedPage:
    """A page as it came: its address, headers and bytes."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: dt.datetime


class Archive:
    """A folder of WARC files. Threads may share it, and so may processes."""

    def __init__(
        self, folder: Path, *, rotate_bytes: int = ROTATE_BYTES, adopt_bytes: int = ADOPT_BYTES, prefix: str = "baoxun"
    ) -> None:
        """`prefix` begins the names of the files that are written; all are read."""
        self.folder, self._prefix = folder, prefix
        self._rotate_bytes, self._adopt_bytes = rotate_bytes, min(adopt_bytes, rotate_bytes)
        self._path = Path()
        self._descriptor: int | None = None
        self._end = 0
        self._writer = 0
        self._serial = 0
        self._turn = threading.Lock()

    def append(self, page: ArchivedPage) -> tuple[str, int]:
        """Write a page; returns file name (within the folder) and offset. The bytes are on disk when it returns.

        Raises `DiskError` where they cannot be written; what was begun is taken back.
        """
        return self.append_record(_record(page), page.fetched_at)

    def append_record(self, record: bytes, moment: dt.datetime) -> tuple[str, int]:
        """As `append`, for a record that is packed already. `moment` goes into the name of a file that is begun."""
        with self._turn:
            try:
                descriptor = self._open(moment)
                offset = self._end
                _write_whole(descriptor, record, offset)
            except OSError as exc:
                self._close()  # whoever opens it next looks at its end
                raise DiskError(
                    f"cannot keep a raw page in {self.folder}: {exc.strerror}; nothing was half written"
                ) from exc
            self._end = offset + len(record)
            return self._path.name, offset

    def read(self, name: str, offset: int) -> ArchivedPage:
        """The page at a place given by `append`. Raises `NotFoundError` where there is none."""
        for record in ArchiveIterator(io.BytesIO(self.read_record(name, offset))):
            if record.rec_type == "response" and record.http_headers is not None:
                return ArchivedPage(
                    url=record.rec_headers.get_header("WARC-Target-URI"),
                    status=int(record.http_headers.get_statuscode()),
                    headers=tuple(record.http_headers.headers),
                    body=record.content_stream().read(),
                    fetched_at=dt.datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
                )
        raise NotFoundError("raw page", f"{name}@{offset}")

    def read_record(self, name: str, offset: int) -> bytes:
        """The packed record at a place, whole. Raises `NotFoundError` where there is none, or only a torn one."""
        path = self.folder / Path(name).name
        try:
            record = member_at(path, offset) if path.is_file() else None
        except OSError as exc:
            raise NotFoundError("raw page", f"{name}@{offset} ({exc})") from exc
        if record is None:
            raise NotFoundError("raw page", f"{name}@{offset}")
        return record

    def files(self) -> tuple[Path, ...]:
        """The archive's files, oldest first by name."""
        return tuple(sorted(self.folder.glob("*.warc.gz")))

    def close(self) -> None:
        """Let go of the file that is written to. `append` may be called again."""
        with self._turn:
            self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)  # frees the lock, too
            self._descriptor = None

    def _open(self, now: dt.datetime) -> int:
        if self._descriptor is not None and (
            self._writer != os.getpid()
            or self._end >= self._rotate_bytes
            or not _is_still(self._path, self._descriptor)
        ):
            self._close()
        if self._descriptor is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path, flags in self._candidates(now):
                if self._take(path, flags):
                    break
        assert self._descriptor is not None, "an endless supply of names"
        return self._descriptor

    def _candidates(self, now: dt.datetime) -> Iterator[tuple[Path, int]]:
        """The newest file where that is small, else new names without end."""
        for path in sorted(self.folder.glob(f"{self._prefix}-[0-9]*.warc.gz"))[-1:]:
            if path.stat().st_size < self._adopt_bytes:
                yield path, os.O_RDWR
        stamp = now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        while True:
            self._serial += 1
            name = f"{self._prefix}-{stamp}-{os.getpid()}-{self._serial:04d}.warc.gz"
            yield self.folder / name, os.O_RDWR | os.O_CREAT | os.O_EXCL

    def _take(self, path: Path, flags: int) -> bool:
        """Open a file and lock it; False where another has it, or where it cannot be gone on with."""
        try:
            descriptor = os.open(path, flags | os.O_CLOEXEC, 0o644)
        except (FileExistsError, FileNotFoundError):
            return False
        end = None
        try:
            if _lock(descriptor) and _is_still(path, descriptor):
                end = mend(path, descriptor)
        finally:
            if end is None:
                os.close(descriptor)
        if end is None:
            return False
        self._path, self._descriptor, self._end, self._writer = path, descriptor, end, os.getpid()
        if flags & os.O_EXCL:
            _sync_folder(self.folder)
        return True


def is_written_to(path: Path) -> bool:
    """Whether a process writes to this file of an archive now."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def mend(path: Path, descriptor: int) -> int | None:
    """Cut off what stands behind the last whole record and keep it beside the file; returns where the next one goes.

    None where the damage is not at the end: such a file is left as it is. The caller holds the file's lock.
    """
    size = os.fstat(descriptor).st_size
    end = whole_until(path, 0)
    if end < size:
        if goes_on_after(path, end):
            return None
        path.with_name(f"{path.name}.{end}{TORN}").write_bytes(os.pread(descriptor, size - end, end))
        os.ftruncate(descriptor, end)
        os.fsync(descriptor)
    return end


def _record(page: ArchivedPage) -> bytes:
    """A page as one gzip member."""
    packed = io.BytesIO()
    writer = WARCWriter(packed, gzip=True)
    http = StatusAndHeaders(f"{page.status} OK", list(_storable(page.headers)), protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            page.url,
            "response",
            payload=io.BytesIO(page.body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": page.fetched_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
    )
    return packed.getvalue()


def _write_whole(descriptor: int, record: bytes, offset: int) -> None:
    """All of it on disk, or the file as it was. Raises OSError."""
    try:
        at = 0
        while at < len(record):
            at += os.pwrite(descriptor, record[at:], offset + at)
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, offset)
        raise


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the name still belongs to the open file: nobody removed it or put another in its place."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _storable(headers: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Headers that still hold for the stored bytes: the body is kept decoded, so its transfer coding is gone."""
    for name, value in headers:
        if name.lower() not in {"content-encoding", "transfer-encoding", "content-length", "set-cookie"}:
            yield name, value
