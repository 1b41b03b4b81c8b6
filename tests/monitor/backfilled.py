"""Backfills of the catalogue's entries from their replicas, with a fuse in every transaction and an account of requests."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from crawler import CrawlSettings, Manners, SourceSpec, crawl, run_with_reactor
from crawler.catalogue import EntryState, entries
from monitor.archive import Archive
from monitor.backfill import Backfilling, BackfillReport, Order
from monitor.backfill_crawl import BackfillCrawler
from monitor.backfill_records import FoundPage, LinkState
from monitor.config import Config
from monitor.records import ArticleFilter
from monitor.storage import Database, Store, UnitOfWork
from tests.fakeweb import FakeRequest

LIVE = [found for found in entries() if found.state is not EntryState.OFF]
FAST = CrawlSettings(delay=0.0, timeout=5.0, max_body=2_000_000, deadline=30.0)

Asked = tuple[str, str, bytes]
"""A request as a replica sees it: method, address, body."""


class KilledError(Exception):
    """Stands for the end of the process: nothing is written any more."""


class FusedStore(Store):
    """A store with a step before and after each commit: `step` may end everything there."""

    def __init__(self, database: Database, step: Callable[[], None]) -> None:
        super().__init__(database)
        self._step = step

    @contextlib.contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        with super().transaction() as unit:
            yield unit
            self._step()  # all is written, nothing is committed
        self._step()  # committed


@dataclass
class Fuse:
    """Burns down a step at a time; from zero on it raises, unless it is told what to do instead."""

    left: int
    burnt: Callable[[], None] | None = None

    def __call__(self) -> None:
        self.left -= 1
        if self.left <= 0:
            if self.burnt is None:
                raise KilledError
            self.burnt()


@dataclass
class OneSource:
    """What a backfill wants of a configuration: whether there is a source of this name, and whether it is watched."""

    name: str
    enabled: bool = True

    def source(self, name: str) -> object | None:
        return self if name == self.name else None


def backfill(
    store: Store,
    spec: SourceSpec,
    proxy: str,
    window: tuple[dt.datetime, dt.datetime | None],
    clock: Callable[[], dt.datetime],
    *,
    archive: Archive | None = None,
    enabled: bool = True,
    **order: Any,
) -> BackfillReport:
    """One run of a backfill, as the command would run it, with new manners: like a new process. `proxy` is the fake web's."""
    settings = replace(FAST, proxy=proxy)
    manners = Manners()
    crawler = BackfillCrawler(
        crawl=lambda job: crawl(job, manners=manners), settings=settings, specs={spec.name: spec}, archive=archive
    )
    config = cast(Config, OneSource(spec.name, enabled))
    backfilling = Backfilling(config=config, store=store, crawler=crawler, clock=clock)
    wanted = Order(**{"source": spec.name, "asked": "test", "since": window[0], "until": window[1], **order})
    return run_with_reactor(lambda: backfilling.backfill(wanted))


@dataclass
class Watch:
    """Records which request each list page and link of the frontier stands for; in a file too, which outlives a kill."""

    file: Path | None = None
    lists: dict[int, Asked] = field(default_factory=dict)
    links: dict[str, Asked] = field(default_factory=dict)

    def note(self, key: int | str, asked: Asked) -> None:
        if isinstance(key, int):
            self.lists[key] = asked
        else:
            self.links[key] = asked
        if self.file is not None:
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([key, asked[0], asked[1], asked[2].decode()]) + "\n")

    @classmethod
    def read(cls, file: Path) -> Watch:
        """What processes wrote that may be dead by now. Of a page they did not live to store, nothing is looked up."""
        watch = cls()
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            key, method, url, body = json.loads(line)
            watch.note(key, (method, url, body.encode()))
        return watch

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """While the block runs."""
        from monitor.storage.frontier import Frontier

        add_rows, add_links, watch = Frontier._add_lists, Frontier.add_links, self

        def lists(self: Frontier, number: int, lists: Sequence[Mapping[str, Any]], state: Any) -> tuple[int, ...]:
            lists = tuple(lists)
            numbers = add_rows(self, number, lists, state)
            for of_list, cursor in zip(numbers, lists, strict=True):
                watch.note(of_list, (cursor["method"], cursor["url"], cursor["body"].encode()))
            return numbers

        def links(self: Frontier, number: int, found: Sequence[FoundPage], articles: Mapping[str, int]) -> None:
            for page in found:
                if page.state is LinkState.WAITING:
                    watch.note(page.canonical, ("GET", page.link.get("text_url") or page.link["url"], b""))
            add_links(self, number, found, articles)

        Frontier._add_lists, Frontier.add_links = lists, links  # type: ignore[assignment]
        try:
            yield
        finally:
            Frontier._add_lists, Frontier.add_links = add_rows, add_links  # type: ignore[method-assign]


def asked(request: FakeRequest) -> Asked:
    """A request as the frontier names it."""
    query = f"?{request.query}" if request.query else ""
    return request.method, f"http://{request.host}{request.path}{query}", request.body


def finished(store: Store, watch: Watch) -> frozenset[Asked]:
    """Requests of list pages and links that are finished; none for which another page waits under the same request."""
    from sqlalchemy import select
    from sqlmodel import col

    from monitor.storage.frontier_tables import BackfillLinkRow, BackfillListRow

    with store.reading() as unit:
        lists = unit.session.execute(select(col(BackfillListRow.id), col(BackfillListRow.state))).all()
        links = unit.session.execute(select(col(BackfillLinkRow.canonical_url), col(BackfillLinkRow.state))).all()
    waiting = {watch.lists[number] for number, state in lists if state in {"waiting", "retry"}}
    done = {watch.lists[number] for number, state in lists if state in {"read", "cut", "beyond"}}
    done |= {watch.links[url] for url, state in links if state != "waiting" and url in watch.links}
    return frozenset(done - waiting)


def repeated(requests: Sequence[FakeRequest], done: frozenset[Asked], before: Watch, after: Watch) -> list[Asked]:
    """Requests for what was finished before, save for lists that the site gave a reason to read once more: such a reading is
    a list page of its own, found since."""
    found_since = {one for number, one in after.lists.items() if number > max(before.lists, default=0)}
    return [one for one in map(asked, requests) if one in done and one not in found_since]


def stored(store: Store) -> frozenset[str]:
    """Canonical addresses of everything stored."""
    with store.reading() as unit:
        return frozenset(article.canonical_url for article in unit.articles.in_order(ArticleFilter()))
