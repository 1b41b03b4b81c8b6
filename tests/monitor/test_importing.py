"""Files of the past: what can be read of them is stored once, what cannot is told in a line."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.archive import Archive, ArchivedPage
from monitor.importing import Importing, ImportReport
from monitor.storage import Store
from monitor.warc import BrokenRecord, OtherRecord, read_warc
from tests.conftest import START, FrozenClock
from tests.fakeweb.media import html_paragraphs, page
from tests.monitor.backfilled import stored

HTML = (("Content-Type", "text/html; charset=utf-8"),)
PAGES = 5


def article(number: int) -> bytes:
    title = f"第{number}号新闻标题"
    return page(title, f"<h1>{title}</h1><div class='info'>2026-05-0{number} 08:00</div><div class='content'>{html_paragraphs(number)}</div>").encode()  # fmt: skip


def url(number: int) -> str:
    return f"http://news.example/{number}.html"


@pytest.fixture
def warc(tmp_path: Path) -> tuple[Path, list[int]]:
    """A file of five pages, and where each begins."""
    archive = Archive(tmp_path / "made")
    offsets = [
        archive.append(ArchivedPage(url=url(n), status=200, headers=HTML, body=article(n), fetched_at=START))[1]
        for n in range(1, PAGES + 1)
    ]
    archive.close()
    (path,) = (tmp_path / "made").iterdir()
    return path, offsets


def importing(store: Store, tmp_path: Path) -> Importing:
    return Importing(store=store, archive=Archive(tmp_path / "kept"), clock=FrozenClock())


def import_warc(store: Store, path: Path, since: dt.datetime | None = None, until: dt.datetime | None = None) -> ImportReport:  # fmt: skip
    return asyncio.run(importing(store, path.parent.parent).warc(path, since, until))


def numbers(store: Store) -> list[int]:
    return sorted(int(address.rsplit("/", 1)[1].split(".")[0]) for address in stored(store))


def test_pages_are_stored_once_and_kept(sqlite_store: Store, warc: tuple[Path, list[int]]) -> None:
    """Read like crawled pages, silently, with the raw page in our own archive; a second time all are known."""
    path, _ = warc
    report = import_warc(sqlite_store, path)
    assert (report.found, report.stored, report.known, report.problem) == (PAGES, PAGES, 0, "")
    with sqlite_store.reading() as unit:
        (first, *_) = unit.articles.get_many([1])
    assert (first.article.title, first.silent, first.source_name) == ("第1号新闻标题", True, "import")
    assert first.raw_file
    report = import_warc(sqlite_store, path)
    assert (report.found, report.stored, report.known) == (PAGES, 0, PAGES)


def test_a_window_passes_over_what_is_outside(sqlite_store: Store, warc: tuple[Path, list[int]]) -> None:
    """Its end is not included."""
    zone = dt.timezone(dt.timedelta(hours=8))
    window = (dt.datetime(2026, 5, 2, tzinfo=zone), dt.datetime(2026, 5, 4, 8, tzinfo=zone))
    report = import_warc(sqlite_store, warc[0], *window)
    assert (report.stored, report.skipped) == (2, {"too_old": 1, "too_new": 2})
    assert numbers(sqlite_store) == [2, 3]


class TestBroken:
    """Whatever is wrong with a file, what can be read is."""

    def check(self, store: Store, path: Path, body: bytes, want: list[int], problem: str) -> ImportReport:
        path.write_bytes(body)
        report = import_warc(store, path)
        assert numbers(store) == want
        assert problem in report.problem
        assert "\n" not in report.problem
        assert report.found == report.stored + report.known + sum(report.skipped.values()) + sum(report.failed.values())
        return report

    def test_cut_short(self, sqlite_store: Store, warc: tuple[Path, list[int]]) -> None:
        """As by a crash while it was written."""
        path, _ = warc
        body = path.read_bytes()
        self.check(sqlite_store, path, body[:-40], [1, 2, 3, 4], "ends before the record does")

    def test_bad_bytes_in_the_middle(self, sqlite_store: Store, warc: tuple[Path, list[int]]) -> None:
        """The record costs itself; those after it are found again."""
        path, offsets = warc
        body = bytearray(path.read_bytes())
        body[offsets[2] + 40 : offsets[2] + 100] = bytes(60)
        self.check(sqlite_store, path, bytes(body), [1, 2, 4, 5], "near byte")

    def test_something_between_records(self, sqlite_store: Store, warc: tuple[Path, list[int]]) -> None:
        """Nothing is lost by it."""
        path, offsets = warc
        body = path.read_bytes()
        self.check(
            sqlite_store, path, body[: offsets[2]] + b"JUNK\r\n" * 9 + body[offsets[2] :], [1, 2, 3, 4, 5], "JUNK"
        )

    def test_a_length_that_lies(self, sqlite_store: Store, warc: tuple[Path, list[int]]) -> None:
        """In a file that is not packed, it would swallow the rest."""
        path, _ = warc
        body = gzip.decompress(path.read_bytes())
        at = body.index(b"Content-Length", body.index(b"/3.html"))
        self.check(
            sqlite_store,
            path,
            body[:at] + b"Content-Length: 999999" + body[body.index(b"\r", at) :],
            [1, 2, 4, 5],
            "near",
        )

    def test_packed_in_one_piece(self, sqlite_store: Store, warc: tuple[Path, list[int]]) -> None:
        """As people pack files by hand."""
        path, _ = warc
        body = gzip.compress(gzip.decompress(path.read_bytes()))
        self.check(sqlite_store, path, body, [1, 2, 3, 4, 5], "")

    @pytest.mark.parametrize(
        "body",
        [b"", b"<html>no archive</html>", gzip.compress(b"hello " * 999, mtime=0), b"\x1f\x8b\x08garbage"],
        ids=["empty", "html", "packed", "garbage"],
    )
    def test_no_archive_at_all(self, sqlite_store: Store, tmp_path: Path, body: bytes) -> None:
        """Said, not passed over."""
        (tmp_path / "x").mkdir()
        self.check(sqlite_store, tmp_path / "x" / "some.warc.gz", body, [], "some.warc.gz: ")

    def test_a_file_that_is_not_there(self, sqlite_store: Store, tmp_path: Path) -> None:
        """Is a problem of that file."""
        assert "No such file" in import_warc(sqlite_store, tmp_path / "x" / "none.warc.gz").problem

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cuts=st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=30)), max_size=4))
    def test_any_damage_is_survived(
        self, warc: tuple[Path, list[int]], tmp_path: Path, cuts: list[tuple[int, bytes]]
    ) -> None:
        """Reading ends, raises nothing, and gives nothing that was not there."""
        body = bytearray(warc[0].read_bytes())
        for at, bytes_ in cuts:
            body[at : at + len(bytes_)] = bytes_
        damaged = tmp_path / "damaged.warc.gz"
        damaged.write_bytes(bytes(body))
        for found in read_warc(damaged):
            assert isinstance(found, (ArchivedPage, BrokenRecord, OtherRecord))


def test_what_is_no_page_is_passed_over_with_its_reason(tmp_path: Path, sqlite_store: Store) -> None:
    """Pictures, error pages, pages without an article, and bodies over the bound."""
    archive = Archive(tmp_path / "made")
    for name, status, kind, body in (
        ("a.jpg", 200, "image/jpeg", b"x"),
        ("gone", 404, "text/html", b"gone"),
        ("menu", 200, "text/html", b"<html><body><a href='/'>x</a></body></html>"),
        ("bomb", 200, "text/html", b"x" * (9 * 1024 * 1024)),
    ):
        page_ = ArchivedPage(url=f"http://x.example/{name}", status=status, headers=(("Content-Type", kind),), body=body,
                             fetched_at=START)  # fmt: skip
        archive.append(page_)
    archive.close()
    (path,) = (tmp_path / "made").iterdir()
    report = import_warc(sqlite_store, path)
    assert report.skipped == {"not_text": 1, "status_404": 1, "too_large": 1}
    assert (report.found, report.failed, report.problem) == (4, {"extraction": 1}, "")


def test_records_line_by_line(tmp_path: Path, sqlite_store: Store) -> None:
    """Bad lines cost themselves, and one line says how many; a record without an address is known by its name."""
    record = {"id": "1", "url": "http://news.example/1.html?utm_source=x", "source": "某报", "title": "题", "text": "文",
              "published": "2026-05-01T08:00:00+08:00", "lang": "zh"}  # fmt: skip
    lines = [
        json.dumps(record).encode(),
        b"{no json",
        json.dumps({**record, "url": "http://news.example/1.html"}).encode(),  # the same article
        b'{"title": "no id"}',
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps({**record, "id": "2", "url": ""}).encode(),
        json.dumps({**record, "id": "3", "url": "http://x.example/3", "published": "yesterday"}).encode(),
        b"",
    ]
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"\n".join(lines))
    importer = importing(sqlite_store, tmp_path)
    report = asyncio.run(importer.jsonl(path, None, None))
    assert (report.found, report.stored, report.known, report.failed) == (8, 2, 1, {"broken": 5})
    assert report.problem.startswith("articles.jsonl: line 2: no JSON")
    assert report.problem.endswith("(and 4 more)")
    assert stored(sqlite_store) == {"https://news.example/1.html", "import:某报:2"}
    assert asyncio.run(importer.jsonl(path, None, None)).stored == 0
