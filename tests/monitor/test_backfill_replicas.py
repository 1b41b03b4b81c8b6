"""Every live entry, backfilled from its replica, stopped between two transactions and taken up: nothing missing, nothing twice.

`python -m tests.monitor.test_backfill_replicas` prints the table of entries.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.catalogue import CatalogueEntry
from crawler.urls import canonicalise
from monitor import log
from monitor.clock import system_clock
from monitor.storage import Database, Store, upgrade
from tests.fakeweb import FakeWeb
from tests.fakeweb.catalogue import on_loopback, serve, window_of, with_few_words
from tests.monitor.backfilled import LIVE, Fuse, FusedStore, KilledError, Watch, backfill, finished, repeated, stored

NOW = dt.datetime.now(dt.UTC)
SEED = 20260930
PAGING = {"page", "page_url", "next", "page_param", "backfill"}
ONE_PAGE = {"cpic", "ecns", "scmp-china", "finews", "finews-feed", "sina-insurance", "xinhua-fortune", "xinhua-health",
            "gov-cn-news", "jiemian", "chinanews", "nbd", "bing-news", "bing-web"}  # fmt: skip
"""Entries whose site shows one page of each list and no way to older ones."""


@dataclass(frozen=True)
class Row:
    """One entry's line in the table."""

    name: str
    kind: str
    pages: int
    articles: int
    stopped_at: int
    pages_before: int
    articles_before: int
    asked_again: int


def stop_and_resume(found: CatalogueEntry, folder: Path) -> Row:
    """Backfill in two runs, the first stopped at a random step; asserts what must hold of the two together."""
    chance = random.Random(f"{SEED}/{found.name}")
    spec, watch = with_few_words(on_loopback(found)), Watch()
    database = Database(f"sqlite:///{folder}/{found.name}.sqlite3")
    upgrade(database, NOW)
    with FakeWeb() as web, watch.watching():
        replica = serve(web, found, NOW)
        window = window_of(found, replica)
        fuse = Fuse(chance.randrange(5, _steps(found, len(replica.all) if replica else 0)))
        stopped_at = fuse.left
        with pytest.raises(KilledError):
            backfill(FusedStore(database, fuse), spec, web.proxy, window, system_clock)
        store = Store(database)
        before, done, earlier = stored(store), finished(store, watch), Watch(lists=dict(watch.lists))
        pages_before = sum(1 for one in done if one in watch.lists.values())
        requests = len(web.requests)
        report = backfill(store, spec, web.proxy, window, system_clock)
        again = repeated(web.requests[requests:], done, earlier, watch)
    assert report.complete, report
    articles = stored(store)
    if replica is not None:
        assert articles == {canonicalise(golden.url) for golden in replica.all}
    assert before <= articles
    assert (report.found, report.waiting) == (
        report.stored + report.known + sum(report.skipped.values()) + sum(report.failed.values()), 0,
    )  # fmt: skip
    database.close()
    return Row(
        name=found.name, kind=found.kind, pages=report.pages, articles=len(articles), stopped_at=stopped_at,
        pages_before=pages_before, articles_before=len(before), asked_again=len(again),
    )  # fmt: skip


def _steps(found: CatalogueEntry, articles: int) -> int:
    """Fewer steps than a backfill takes: two for each transaction, one for each page and article beside the first two."""
    if found.name in ONE_PAGE:
        return 9
    lists = 50 if "split" in found.options else 3
    return 4 + 2 * (lists + (articles or 3))


@pytest.mark.parametrize("found", LIVE, ids=lambda found: found.name)
def test_stopped_and_taken_up(found: CatalogueEntry, tmp_path: Path) -> None:
    """The union of both runs is what the replica holds; what was finished before is not asked for after."""
    row = stop_and_resume(found, tmp_path)
    assert row.asked_again == 0
    assert row.articles > 0
    if found.name not in ONE_PAGE:
        assert row.pages >= 3


def test_no_entry_is_excused_that_pages() -> None:
    """An entry that knows its site's older pages is backfilled over three of them."""
    assert not [found.name for found in LIVE if found.name in ONE_PAGE and PAGING & set(found.options)]
    assert {found.name for found in LIVE} >= ONE_PAGE


def main() -> None:
    """Print the table."""
    log.set_up(as_json=True)
    print(
        f"{'entry':26} {'kind':8} {'pages':>5} {'articles':>8}  stopped at step (pages, articles by then), asked again"
    )
    with tempfile.TemporaryDirectory() as folder:
        for found in LIVE:
            row = stop_and_resume(found, Path(folder))
            print(f"{row.name:26} {row.kind:8} {row.pages:5} {row.articles:8}  {row.stopped_at} ({row.pages_before}, "
                  f"{row.articles_before}), {row.asked_again}")  # fmt: skip


if __name__ == "__main__":
    main()
