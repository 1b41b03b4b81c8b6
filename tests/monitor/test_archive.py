"""Raw pages are kept as WARC: what was fetched comes back, and a crash spoils nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import Archive, ArchivedPage
from monitor.errors import NotFoundError
from tests.conftest import START


def page(number: int, body: bytes = b"") -> ArchivedPage:
    return ArchivedPage(
        url=f"https://news.example/{number}?a=保险",
        status=200,
        headers=(("Content-Type", "text/html; charset=gbk"), ("Content-Encoding", "gzip"), ("Set-Cookie", "x=1")),
        body=body or f"第{number}页".encode("gbk"),
        fetched_at=START,
    )


def test_pages_come_back_from_their_places(tmp_path: Path) -> None:
    """Bytes, address and headers that still hold; in any order, also from a second process's files."""
    first, second = Archive(tmp_path), Archive(tmp_path)
    places = [(n, (first if n % 2 else second).append(page(n))) for n in range(6)]
    first.close()
    for number, (name, offset) in reversed(places):
        back = second.read(name, offset)
        assert back.body == page(number).body
        assert back.url == page(number).url
        assert back.fetched_at == START
        assert dict(back.headers)["Content-Type"] == "text/html; charset=gbk"
        assert not {"Content-Encoding", "Set-Cookie"} & set(dict(back.headers))
    second.close()


def test_files_rotate_and_are_whole(tmp_path: Path) -> None:
    """Each file is a readable archive of its own."""
    archive = Archive(tmp_path, rotate_bytes=2000)
    for n in range(20):
        archive.append(page(n, bytes(range(256)) * 4))
    archive.close()
    files = sorted(tmp_path.glob("*.warc.gz"))
    assert len(files) > 1
    records = 0
    for file in files:
        with file.open("rb") as opened:
            records += sum(record.rec_type == "response" for record in ArchiveIterator(opened))
    assert records == 20


def test_a_record_cut_short_spoils_no_other(tmp_path: Path) -> None:
    """A crash in the middle of a record leaves those before it readable, and says so of that one."""
    archive = Archive(tmp_path)
    name, offset = archive.append(page(1))
    last, cut = archive.append(page(2))
    archive.close()
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[: cut + 20])
    fresh = Archive(tmp_path)
    assert fresh.read(name, offset).body == page(1).body
    for place in ((last, cut), ("nowhere.warc.gz", 0), ("../../etc/passwd", 0)):
        with pytest.raises(NotFoundError):
            fresh.read(*place)
    again, at = fresh.append(page(3))
    assert again != name
    assert fresh.read(again, at).body == page(3).body
    fresh.close()
