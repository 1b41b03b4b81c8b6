"""Files to text, safely: the kind is told by the first bytes, and each file is read in a process of its own (`cell`).

A file that is too large, encrypted, damaged, of a kind that is not read, or that takes too long or too much memory gives a note
instead of text; nothing of it is raised.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_CELL = Path(__file__).with_name("cell.py")


class FileNote(StrEnum):
    """Why a file's text is missing or not whole."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"  # a kind that is not read: .doc, .xls, archives
    NO_TEXT = "no_text"  # pictures of pages
    TOO_LARGE = "too_large"  # as fetched, or unpacked
    TOO_SLOW = "too_slow"
    TOO_GREEDY = "too_greedy"  # of memory
    CUT = "cut"  # there is text, up to the limit of pages or characters
    NOT_FETCHED = "not_fetched"


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLimits:
    """How much of a file is read, and what reading it may take. Sizes in bytes, times in seconds."""

    max_bytes: int = 20 * 1024 * 1024
    max_pages: int = 60
    max_chars: int = 40_000
    seconds: float = 20.0
    memory: int = 1024 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class FileText:
    """What a file says. `note` is None where all of it was read."""

    text: str
    note: FileNote | None = None


def read_file(data: bytes, limits: FileLimits) -> FileText:
    """The text of a PDF or DOCX file. Blocks while the other process reads: call it in a thread."""
    if len(data) > limits.max_bytes:
        return FileText(text="", note=FileNote.TOO_LARGE)
    reader = _reader(data)
    if not reader:
        return FileText(text="", note=FileNote.UNSUPPORTED)
    return _in_cell(reader, data, limits)


def _reader(data: bytes) -> str:
    """The script that reads such a file; names and content types lie, the first bytes do not."""
    if b"%PDF-" in data[:1024]:
        return "pdf.py"
    # Word's own container; an encrypted DOCX is one of the older sort.
    return "docx.py" if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") else ""


def _in_cell(reader: str, data: bytes, limits: FileLimits) -> FileText:
    numbers = (limits.memory, int(limits.seconds) + 1, limits.max_pages, limits.max_chars)
    try:
        done = subprocess.run(  # noqa: S603 - our own script, by its path; the file comes on standard input
            [sys.executable, "-I", str(_CELL), reader, *map(str, numbers)],
            input=data,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return FileText(text="", note=FileNote.TOO_SLOW)
    if done.returncode != 0:
        # A reader that dies was killed for its time, or fell over its memory: MemoryError, or a native crash for want of it.
        return FileText(text="", note=_death(done.returncode, done.stderr))
    text, note = json.loads(done.stdout)
    return FileText(text=text, note=FileNote(note) if note else None)


def _death(code: int, errors: bytes) -> FileNote:
    if b"MemoryError" in errors or b"bad_alloc" in errors or b"OOM" in errors:
        return FileNote.TOO_GREEDY
    return FileNote.TOO_SLOW if code in (-9, -24) else FileNote.DAMAGED
