"""Raw pages are kept as WARC: what was fetched comes back, and neither a crash, a full disk nor a second writer spoils it."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import Archive, ArchivedPage, is_written_to
from monitor.errors import NotFoundError
from monitor.gzip_members import members
from tests.conftest import START

ROOT = Path(__file__).resolve().parents[2]


def page(number: int, body: bytes = b"") -> ArchivedPage:
    return ArchivedPage(
        url=f"https://news.example/{number}?a=保险",
        status=200,
        headers=(("Content-Type", "text/html; charset=gbk"), ("Content-Encoding", "gzip"), ("Set-Cookie", "x=1")),
        body=body or f"第{number}页".encode("gbk"),
        fetched_at=START,
    )


def responses(folder: Path) -> int:
    """How many records a reader of WARC files finds in a folder."""
    found = 0
    for file in sorted(folder.glob("*.warc.gz")):
        with file.open("rb") as opened:
            found += sum(record.rec_type == "response" for record in ArchiveIterator(opened))
    return found


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
    assert len(list(tmp_path.glob("*.warc.gz"))) == 2, "two writers at a time have a file each"
    second.close()


def test_files_rotate_and_are_whole(tmp_path: Path) -> None:
    """Each file is a readable archive of its own."""
    archive = Archive(tmp_path, rotate_bytes=2000)
    for n in range(20):
        archive.append(page(n, bytes(range(256)) * 4))
    archive.close()
    assert len(archive.files()) > 1
    assert responses(tmp_path) == 20


def test_a_file_that_is_not_full_is_gone_on_with(tmp_path: Path) -> None:
    """A command run by cron every quarter of an hour does not make a file each time; a full file is left alone."""
    for n in range(3):
        archive = Archive(tmp_path)
        archive.append(page(n))
        archive.close()
    assert len(archive.files()) == 1
    archive = Archive(tmp_path, adopt_bytes=10)
    archive.append(page(9))
    archive.close()
    assert len(archive.files()) == 2
    assert responses(tmp_path) == 4


def test_a_record_cut_short_anywhere_spoils_no_other(tmp_path: Path) -> None:
    """Killed at any byte of a record: those before it are readable, the torn end is set aside, and writing goes on there."""
    archive = Archive(tmp_path / "whole")
    name, offset = archive.append(page(1))
    last, cut = archive.append(page(2))
    archive.close()
    whole = (tmp_path / "whole" / name).read_bytes()
    assert last == name
    for length in range(cut, len(whole)):
        folder = tmp_path / str(length)
        folder.mkdir()
        (folder / name).write_bytes(whole[:length])
        fresh = Archive(folder)
        assert fresh.read(name, offset).body == page(1).body
        with pytest.raises(NotFoundError):
            fresh.read(name, cut)
        assert fresh.append(page(3)) == (name, cut)
        assert fresh.read(name, cut).body == page(3).body
        fresh.close()
        torn = [file.read_bytes() for file in folder.glob("*.torn")]
        assert torn == ([whole[cut:length]] if length > cut else [])
        assert responses(folder) == 2


@pytest.mark.parametrize("place", [("nowhere.warc.gz", 0), ("../../etc/passwd", 0), ("", 0)])
def test_a_place_that_is_none_is_told(tmp_path: Path, place: tuple[str, int]) -> None:
    with pytest.raises(NotFoundError):
        Archive(tmp_path).read(*place)


def test_damage_in_the_middle_of_a_file_is_not_cut_off(tmp_path: Path) -> None:
    """Records behind a flipped bit are still good: the file is left as it is and a new one begun."""
    archive = Archive(tmp_path)
    places = [archive.append(page(n)) for n in range(3)]
    archive.close()
    file = tmp_path / places[0][0]
    spoilt = bytearray(file.read_bytes())
    spoilt[places[1][1] + 30] ^= 0xFF
    file.write_bytes(bytes(spoilt))
    again = Archive(tmp_path)
    name, offset = again.append(page(3))
    assert name != file.name
    assert again.read(name, offset).body == page(3).body
    assert file.read_bytes() == bytes(spoilt)
    assert again.read(*places[2]).body == page(2).body
    again.close()


def test_threads_share_an_archive(tmp_path: Path) -> None:
    """Polls that end at the same time write one after the other; each page is where its row says."""
    archive = Archive(tmp_path, rotate_bytes=20_000)
    places: dict[int, tuple[str, int]] = {}

    def write(first: int) -> None:
        for n in range(first, first + 25):
            places[n] = archive.append(page(n, os.urandom(300)))

    threads = [threading.Thread(target=write, args=(k * 100,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(places.values())) == 100
    assert all(archive.read(*place).url == page(n).url for n, place in places.items())
    archive.close()


def _write_many(folder: str, first: int) -> None:
    archive = Archive(Path(folder))
    for n in range(first, first + 20):
        archive.append(page(n, os.urandom(300)))
        archive.close()  # so that they contend for the same file at each page


def test_processes_share_a_folder(tmp_path: Path) -> None:
    """Two processes that open the newest file at every turn never write over one another."""
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_write_many, args=(str(tmp_path), k * 100)) for k in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert responses(tmp_path) == 40
    for file in tmp_path.glob("*.warc.gz"):
        assert list(members(file))[-1][1] == file.stat().st_size


def test_a_forked_process_writes_a_file_of_its_own(tmp_path: Path) -> None:
    """A child inherits the open file with its lock: it must not take that for leave to write."""
    archive = Archive(tmp_path)
    name, _ = archive.append(page(1))
    child = os.fork()
    if child == 0:
        try:
            os._exit(int(archive.append(page(2))[0] == name))
        finally:
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    archive.append(page(3))
    archive.close()
    assert responses(tmp_path) == 3


def test_whoever_writes_is_known(tmp_path: Path) -> None:
    """So that nobody deletes a file that is being written."""
    archive = Archive(tmp_path)
    name, _ = archive.append(page(1))
    assert is_written_to(tmp_path / name)
    archive.close()
    assert not is_written_to(tmp_path / name)


def test_a_file_that_vanishes_is_not_written_on(tmp_path: Path) -> None:
    """Pages do not go into a file that nobody can find any more."""
    archive = Archive(tmp_path)
    name, _ = archive.append(page(1))
    (tmp_path / name).unlink()
    place = archive.append(page(2))
    assert archive.read(*place).url == page(2).url
    archive.close()


FULL = """
import os, resource, sys
from pathlib import Path
from monitor.archive import Archive
from monitor.errors import DiskError
from tests.monitor.test_archive import page

archive = Archive(Path(sys.argv[1]))
places = [archive.append(page(n, os.urandom(3000))) for n in range(3)]
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (archive.files()[0].stat().st_size + 1000, hard))
for _ in range(3):
    try:
        archive.append(page(8, os.urandom(3000)))
    except DiskError as exc:
        print(exc)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
places.append(archive.append(page(3)))
assert [archive.read(*place).url for place in places] == [page(n).url for n in range(4)]
assert len({name for name, _ in places}) == 1
"""


def test_a_full_disk_leaves_no_half_record(tmp_path: Path) -> None:
    """With a real limit of the system: what was begun is taken back, said, and writing goes on when there is room."""
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("File too large") == 3
    assert responses(tmp_path) == 4
    assert not list(tmp_path.glob("*.torn"))
