"""Where the records of a file of gzip members begin and end: a record is whole where its member unpacks, check-sum and all."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PIECE = 256 * 1024
_MAGIC = b"\x1f\x8b\x08"


def members(path: Path, start: int = 0) -> Iterator[tuple[int, int]]:
    """(begin, end) of each whole member from `start` on; stops at the first that is torn, damaged or something else.

    Nothing is held in memory but a piece of it. Raises OSError.
    """
    with path.open("rb") as file:
        begin = start
        while (end := _end_of(file, begin)) is not None:
            yield begin, end
            begin = end


def member_at(path: Path, begin: int) -> bytes | None:
    """The packed bytes of the member at a place; None where no whole one begins there. Raises OSError."""
    with path.open("rb") as file:
        end = _end_of(file, begin)
        if end is None:
            return None
        file.seek(begin)
        return file.read(end - begin)


def whole_until(path: Path, start: int) -> int:
    """The end of the last whole member, going from `start` on; `start` where there is none."""
    return max((end for _, end in members(path, start)), default=start)


def goes_on_after(path: Path, fault: int) -> bool:
    """Whether whole members follow what is broken at `fault`: then it is damage in the middle, not a torn end."""
    with path.open("rb") as file:
        file.seek(fault + 1)
        rest = file.read()
        at = rest.find(_MAGIC)
        while at >= 0:
            if _end_of(file, fault + 1 + at) is not None:
                return True
            at = rest.find(_MAGIC, at + 1)
    return False


def _end_of(file: BinaryIO, begin: int) -> int | None:
    file.seek(begin)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    read = 0
    pending = b""
    try:
        while not unpacker.eof:
            if not pending:
                pending = file.read(_PIECE)
                read += len(pending)
                if not pending:
                    return None
            unpacker.decompress(pending, _PIECE)
            pending = unpacker.unconsumed_tail
    except zlib.error:
        return None
    return begin + read - len(unpacker.unused_data)
