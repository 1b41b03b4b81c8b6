"""WARC files from anywhere, read as far as they can be: what is broken is told and passed over, what follows is still read.

A file comes from a stranger: bodies are bounded, and a record that cannot be read costs that record, not the file. After a
fault reading goes on at the next place that looks like the beginning of a record.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import mmap
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from monitor.archive import ArchivedPage
from monitor.errors import InputError

MOST_BYTES = 8 * 1024 * 1024
"""The largest body that is read, as in a crawl."""
_TEXT = re.compile(r"text/(?!css|javascript).*|application/.*(?:html|json|xml)")
_GZIP, _PLAIN = b"\x1f\x8b\x08", b"WARC/1."
_FAULTS = (
    ArchiveLoadFailed,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    IndexError,
    TypeError,
)
"""What the library raises on bytes that are no record: it was not written for hostile ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenRecord:
    """Something at `offset` that is no readable record, and why."""

    offset: int
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherRecord:
    """A record that holds no page of ours to read, and why (`status_404`, `not_text`, `too_large`)."""

    url: str
    reason: str


def read_warc(path: Path, *, most: int = MOST_BYTES) -> Iterator[ArchivedPage | BrokenRecord | OtherRecord]:
    """The responses in a file, packed or not, in order. Requests and notes beside them are left out without a word.

    Raises `InputError` where the file cannot be opened.
    """
    try:
        file = path.open("rb")
        size = path.stat().st_size
    except OSError as exc:
        raise InputError(f"cannot read {path}: {exc.strerror}") from exc
    with file:
        at = given = 0
        while at < size:
            start = at
            try:
                for offset, found in _records(ArchiveIterator(file), at):
                    start, given = offset, given + 1
                    if (page := _read(found, most)) is not None:
                        yield page
                return
            except _FAULTS as exc:
                if "non-chunked gzip" in str(exc):
                    yield from _packed_whole(path, most, given)
                    return
                yield BrokenRecord(offset=start, problem=_in_short(exc))
            at = _next_start(file.fileno(), start + 1, size)
            file.seek(at)


def _packed_whole(path: Path, most: int, given: int) -> Iterator[ArchivedPage | BrokenRecord | OtherRecord]:
    """A file that was packed as one piece, after its first `given` records: readable from its beginning on only."""
    with gzip.open(path) as file:
        start = 0
        try:
            for number, (offset, record) in enumerate(_records(ArchiveIterator(file), 0)):
                start = offset
                if number >= given and (page := _read(record, most)) is not None:
                    yield page
        except _FAULTS as exc:
            yield BrokenRecord(offset=start, problem=_in_short(exc))


def _records(reader: Any, base: int) -> Iterator[tuple[int, Any]]:
    """Each record with its offset; the library's remarks on standard error are not passed on."""
    records = iter(reader)
    while True:
        with contextlib.redirect_stderr(io.StringIO()):
            record = next(records, None)
        if record is None:
            return
        yield max(base, int(reader.offset)), record


def _read(record: Any, most: int) -> ArchivedPage | OtherRecord | None:
    """What a record holds, None where that is neither a page nor anything in its place."""
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if record.rec_type != "response" or not url.startswith(("http://", "https://")):
        return None
    status = int(record.http_headers.get_statuscode())
    if status != 200:
        return OtherRecord(url=url, reason=f"status_{status}")
    kind = (record.http_headers.get_header("Content-Type") or "text/html").split(";")[0].strip().lower()
    if not _TEXT.fullmatch(kind):
        return OtherRecord(url=url, reason="not_text")
    body = record.content_stream().read(most + 1)
    if len(body) > most:
        return OtherRecord(url=url, reason="too_large")
    if getattr(record.raw_stream, "limit", 0) > 0 and not record.raw_stream.read(1):
        raise EOFError("the file ends before the record does")
    return ArchivedPage(
        url=url,
        status=status,
        headers=tuple(record.http_headers.headers),
        body=body,
        fetched_at=_moment(record.rec_headers.get_header("WARC-Date")),
    )


def _in_short(exc: Exception) -> str:
    """A fault in one line fit to be shown: what it quotes of the file may be anything."""
    line = (str(exc).strip() or type(exc).__name__).partition("\n")[0]
    return "".join(c if c.isprintable() and c.isascii() else "·" for c in line)[:80]


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _next_start(descriptor: int, at: int, size: int) -> int:
    """The next offset at which a record may begin; the file's size where there is none."""
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as bytes_:
        while at < size:
            packed, plain = bytes_.find(_GZIP, at), bytes_.find(_PLAIN, at)
            if plain >= 0 and (packed < 0 or plain < packed):
                return plain
            if packed < 0:
                return size
            # Three bytes are easily met by chance: what they begin must unpack to a record.
            with contextlib.suppress(zlib.error):
                if (
                    zlib.decompressobj(zlib.MAX_WBITS | 16)
                    .decompress(bytes_[packed : packed + 4096], 64)
                    .startswith(_PLAIN)
                ):
                    return packed
            at = packed + 1
    return size
