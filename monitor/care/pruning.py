"""What is old goes, as `storage.retention` says: raw pages, polls, texts that mattered to nobody; contacts where they are to.

No row ever points to a missing file: rows are cleared (or moved) first, a file is deleted when none is left. Killed in
between, a file that nobody points to stays; the next run deletes it. Every transaction is short, so that polling and
delivery go on.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from monitor.archive import TORN, Archive, is_written_to
from monitor.config.model import RetentionConfig
from monitor.contacts import json_without_contacts
from monitor.errors import NotFoundError
from monitor.storage import Store
from monitor.storage.retained import RawPlace, Retained

log = structlog.get_logger()

KEPT = "baoxun-kept"
"""Begins the names of files that hold pages taken over from files that went."""

_CHUNK = 200
"""Rows changed in one transaction: some milliseconds."""

_LOCK = ".care.lock"

OnStep = Callable[[str], None]
"""Told of each step as it begins, in words for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pruned:
    """What went (or would go, in a dry run). `busy`: somebody else was at it, and nothing was done."""

    raw_files: int = 0
    raw_pages: int = 0
    raw_pages_kept: int = 0
    """Pages that were taken over into another file, being proof."""
    raw_pages_lost: int = 0
    """Pages that articles pointed to and that could not be read."""
    raw_bytes: int = 0
    """Bytes of the files that went, less those of the pages taken over."""
    polls: int = 0
    texts: int = 0
    contacts: int = 0
    """Rows in which contacts gave way to stars."""
    busy: bool = False


class Pruning:
    """Drops what is old. `archive` is where raw pages are; its files that are being written are left alone."""

    def __init__(self, *, store: Store, archive: Archive, keep: RetentionConfig) -> None:
        self._store, self._archive, self._keep = store, archive, keep
        self._halted = threading.Event()

    def halt(self) -> None:
        """End after the step in hand, for good. May be called from another thread."""
        self._halted.set()

    def prune(
        self, now: dt.datetime, *, dry_run: bool = False, contacts: bool = True, on_step: OnStep = lambda step: None
    ) -> Pruned:
        """Do it, or with `dry_run` only count. Without `contacts` rows are not searched for them, which takes a while."""
        with alone(self._archive.folder) as mine:
            if not mine:
                return Pruned(busy=True)
            on_step("polls")
            done = Pruned(polls=self._polls(now, dry_run))
            if self._keep.irrelevant_text_days is not None:
                on_step("texts")
                done = replace(done, texts=self._texts(now - _days(self._keep.irrelevant_text_days), dry_run))
            if self._keep.raw_days is not None:
                on_step("raw pages")
                done = self._raw(now - _days(self._keep.raw_days), dry_run, done)
            if contacts and self._keep.contacts == "drop":
                on_step("contacts")
                done = replace(done, contacts=self._contacts(dry_run))
        log.info("pruned", dry_run=dry_run, raw_files=done.raw_files, raw_bytes=done.raw_bytes, polls=done.polls,
                 texts=done.texts, contacts=done.contacts)  # fmt: skip
        return done

    def _polls(self, now: dt.datetime, dry_run: bool) -> int:
        before = now - _days(self._keep.polls_days)
        if dry_run:
            with self._store.reading() as unit:
                return unit.retained.polls_before(before)
        with self._store.transaction() as unit:
            return unit.polls.forget(before=before)

    def _texts(self, before: dt.datetime, dry_run: bool) -> int:
        if dry_run:
            with self._store.reading() as unit:
                return len(unit.retained.irrelevant_texts(before, 1_000_000_000))
        count = 0
        while True:
            with self._store.transaction() as unit:
                numbers = unit.retained.irrelevant_texts(before, _CHUNK)
                unit.retained.drop_texts(numbers)
            count += len(numbers)
            if len(numbers) < _CHUNK or self._halted.is_set():
                return count

    def _raw(self, before: dt.datetime, dry_run: bool, done: Pruned) -> Pruned:
        with self._store.reading() as unit:
            pointed = {file.name: file for file in unit.retained.raw_files()}
        kept = Archive(self._archive.folder, prefix=KEPT)
        try:
            for path in self._archive.files():
                if self._halted.is_set():
                    break
                file = pointed.get(path.name)
                newest = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
                if file is not None:
                    newest = max(newest, file.newest) if not path.name.startswith(KEPT) else file.newest
                is_orphan_of_ours = file is None and path.name.startswith(KEPT)
                if (newest < before or is_orphan_of_ours) and not is_written_to(path):
                    done = self._file(path, kept, dry_run, done)
        finally:
            kept.close()
        if not dry_run:
            for torn in self._archive.folder.glob(f"*{TORN}"):
                if dt.datetime.fromtimestamp(torn.stat().st_mtime, dt.UTC) < before:
                    torn.unlink()
        return done

    def _file(self, path: Path, kept: Archive, dry_run: bool, done: Pruned) -> Pruned:
        """One old file: what is proof is taken over, all rows let go of it, then it is deleted."""
        with self._store.reading() as unit:
            places = unit.retained.raw_places(path.name)
        staying = [p for p in places if p.proof] if self._keep.raw_of_matches == "keep" else []
        if staying and len(staying) == len(places):
            return done  # nothing to gain
        moved, lost, size = self._take_over(path.name, staying, kept, dry_run)
        if not dry_run:
            self._let_go(path.name, places, moved)
        freed = path.stat().st_size - size
        if not dry_run and not self._points_to(path.name):
            path.unlink()
        return replace(
            done,
            raw_files=done.raw_files + 1,
            raw_pages=done.raw_pages + len(places) - len(staying),
            raw_pages_kept=done.raw_pages_kept + len(staying) - lost,
            raw_pages_lost=done.raw_pages_lost + lost,
            raw_bytes=done.raw_bytes + freed,
        )

    def _take_over(
        self, name: str, staying: list[RawPlace], kept: Archive, dry_run: bool
    ) -> tuple[Mapping[int, tuple[str, int]], int, int]:
        """Copies of these pages: where they are now, how many could not be read, and how many bytes they take."""
        moved: dict[int, tuple[str, int]] = {}
        copied: dict[int, tuple[str, int]] = {}
        lost = size = 0
        for place in staying:
            if place.offset not in copied:
                try:
                    record = self._archive.read_record(name, place.offset)
                except NotFoundError:
                    lost += 1
                    continue
                size += len(record)
                moment = self._archive.read(name, place.offset).fetched_at
                copied[place.offset] = ("", 0) if dry_run else kept.append_record(record, moment)
            moved[place.article_id] = copied[place.offset]
        return moved, lost, size

    def _let_go(self, name: str, places: tuple[RawPlace, ...], moved: Mapping[int, tuple[str, int]]) -> None:
        for at in range(0, len(places), _CHUNK):
            chunk = [place.article_id for place in places[at : at + _CHUNK]]
            with self._store.transaction() as unit:
                unit.retained.move_raw(name, {number: moved[number] for number in chunk if number in moved})
                unit.retained.clear_raw(name, [number for number in chunk if number not in moved])

    def _points_to(self, name: str) -> bool:
        with self._store.reading() as unit:
            return bool(unit.retained.raw_places(name))

    def _contacts(self, dry_run: bool) -> int:
        count = 0
        for table in Retained.cleanable():
            after = None
            while True:
                with (self._store.reading if dry_run else self._store.transaction)() as unit:
                    after, changed = unit.retained.clean(
                        table, json_without_contacts, after=after, limit=_CHUNK, write=not dry_run
                    )
                count += changed
                if after is None or self._halted.is_set():
                    break
        return count


def _days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this process is the only one that prunes or backs up these raw pages, for as long as the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
