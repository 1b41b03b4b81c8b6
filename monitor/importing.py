"""Files of the past: WARC archives and article records are stored as if they had been crawled, silently.

What is broken in a file is told in one line a file and costs nothing that can be read. Importing a file again stores nothing new:
articles are known by their names.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from monitor.analyse import read_lines
from monitor.archive import Archive, ArchivedPage
from monitor.backfill_crawl import article_of_page, article_of_record
from monitor.clock import Clock
from monitor.errors import InputError
from monitor.model import Article
from monitor.records import NewArticle
from monitor.storage import Store
from monitor.warc import BrokenRecord, OtherRecord, read_warc

BATCH = 50
"""Articles stored in one transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pageless:
    """A page without a readable article."""

    problem: str


Find = NewArticle | OtherRecord | Pageless | BrokenRecord | InputError
"""An article, a record that is none of ours, a page without one, or bytes that cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What a file brought: found = stored + known + skipped + failed. `problem` says what is broken; empty if nothing is."""

    file: str
    found: int
    stored: int
    known: int
    skipped: Mapping[str, int]
    """By reason."""
    failed: Mapping[str, int]
    """By kind: `extraction`, a page without a readable article; `broken`, bytes that are no record."""
    problem: str


class Importing:
    """Stores the articles of files. `archive` keeps the pages of WARC files, None keeps none; the window passes over what was
    published outside of it."""

    def __init__(self, *, store: Store, archive: Archive | None, clock: Clock) -> None:
        self._store, self._archive, self._clock = store, archive, clock

    async def warc(self, path: Path, since: dt.datetime | None, until: dt.datetime | None) -> ImportReport:
        """Store the pages of a WARC file. Never raises for what the file holds, or for a file that is not there."""
        return await asyncio.to_thread(self._import, path, self._pages(path), since, until)

    async def jsonl(self, path: Path, since: dt.datetime | None, until: dt.datetime | None) -> ImportReport:
        """Store records of the form that `analyse` reads, one a line."""
        return await asyncio.to_thread(self._import, path, self._records(path), since, until)

    def _pages(self, path: Path) -> Iterator[Find]:
        for found in read_warc(path):
            yield self._article(found) if isinstance(found, ArchivedPage) else found

    def _article(self, page: ArchivedPage) -> Find:
        try:
            return article_of_page(page, self._archive)
        except InputError as exc:
            return Pageless(problem=str(exc))

    def _records(self, path: Path) -> Iterator[Find]:
        now = self._clock()
        for found in read_lines(path):
            yield article_of_record(found, now) if isinstance(found, Article) else found

    def _import(
        self, path: Path, finds: Iterable[Find], since: dt.datetime | None, until: dt.datetime | None
    ) -> ImportReport:
        count = _Count()
        articles = count.articles(finds, lambda article: _outside(article, since, until))
        try:
            while batch := list(islice(articles, BATCH)):
                with self._store.transaction() as unit:
                    stored = sum(unit.articles.add(article, self._clock()) is not None for article in batch)
                count.stored, count.known = count.stored + stored, count.known + len(batch) - stored
        except InputError as exc:  # the file itself
            count.broken.append(str(exc))
        return count.report(path)


class _Count:
    """The account of one file."""

    def __init__(self) -> None:
        self.found = self.stored = self.known = 0
        self.skipped: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.broken: list[str] = []

    def articles(self, finds: Iterable[Find], outside: Callable[[NewArticle], str]) -> Iterator[NewArticle]:
        """The articles among what was found, within the window; all else is counted."""
        for find in finds:
            self.found += 1
            match find:
                case NewArticle():
                    if reason := outside(find):
                        self.skipped[reason] += 1
                    else:
                        yield find
                case OtherRecord():
                    self.skipped[find.reason] += 1
                case Pageless():
                    self.failed["extraction"] += 1
                case BrokenRecord():
                    self.failed["broken"] += 1
                    self.broken.append(f"near byte {find.offset}: {find.problem}")
                case InputError():
                    self.failed["broken"] += 1
                    self.broken.append(str(find))

    def report(self, path: Path) -> ImportReport:
        """One line says what is broken: how much, and the first of it."""
        problem = ""
        if self.broken:
            more = f" (and {len(self.broken) - 1} more)" if len(self.broken) > 1 else ""
            problem = f"{path.name}: {self.broken[0]}{more}"
        elif not self.found:
            problem = f"{path.name}: holds no articles"
        return ImportReport(
            file=str(path), found=self.found, stored=self.stored, known=self.known, skipped=dict(self.skipped),
            failed=dict(self.failed), problem=problem,
        )  # fmt: skip


def _outside(article: NewArticle, since: dt.datetime | None, until: dt.datetime | None) -> str:
    """`too_old` or `too_new` for the window; empty for inside and for undated. `until` is not included."""
    if article.published is None:
        return ""
    if since is not None and article.published < since:
        return "too_old"
    return "too_new" if until is not None and article.published >= until else ""
