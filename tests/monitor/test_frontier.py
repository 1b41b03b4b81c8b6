"""The frontier of backfills in the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitor.backfill_records import BackfillRecord, FoundPage, HostPause, LinkState, ListState, Window
from monitor.storage import Store
from tests.conftest import START
from tests.monitor.test_storage import new_article

WINDOW = Window(source="news", asked="30d", since=START - dt.timedelta(days=30), until=START, keywords=("词",))


def cursor(page: int) -> dict[str, Any]:
    return {"page": page, "url": f"http://x.example/{page}"}


def begun(store: Store) -> BackfillRecord:
    with store.transaction() as unit:
        return unit.frontier.begin(WINDOW, [cursor(1)], START)


def link(number: int, state: LinkState = LinkState.WAITING, reason: str = "") -> FoundPage:
    return FoundPage(canonical=f"https://x.example/{number}", state=state, link={"url": f"http://x.example/{number}"},
                     reason=reason)  # fmt: skip


def test_a_page_is_read_with_what_it_leads_to(store: Store) -> None:
    """Its links and the lists after it wait; what was settled at once is counted; links are found once."""
    record = begun(store)
    with store.transaction() as unit:
        ((number, where),) = unit.frontier.waiting_lists(record.id, 9)
        assert where == cursor(1)
        unit.frontier.add_links(
            record.id, [link(1), link(2, LinkState.SKIPPED, "too_old"), link(3, LinkState.KNOWN)], {}
        )
        (second,) = unit.frontier.add_lists(record.id, [cursor(2)], [cursor(9)])
        unit.frontier.list_read(number, ListState.READ)
    with store.reading() as unit:
        assert unit.frontier.waiting_lists(record.id, 9) == ((second, cursor(2)),)
        assert unit.frontier.waiting_links(record.id, 9) == (("https://x.example/1", {"url": "http://x.example/1"}),)
        assert unit.frontier.seen(record.id, ["https://x.example/2", "https://x.example/7"]) == {"https://x.example/2"}
        account = unit.frontier.account(record.id)
    assert (account.found, account.done, account.left, account.skipped) == (3, 2, 2, {"too_old": 1})
    assert account.lists == {ListState.READ: 1, ListState.WAITING: 1, ListState.HELD: 1}


def test_an_article_and_its_link_are_settled_together(store: Store) -> None:
    """The link knows its article, forgets how it was fetched, and the article's names are known from then on."""
    record = begun(store)
    with store.transaction() as unit:
        unit.frontier.add_links(record.id, [link(1)], {})
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1), START)
        unit.frontier.settle(record.id, link(1, LinkState.STORED), number, attempts=3)
    with store.reading() as unit:
        assert unit.frontier.articles(record.id) == (number,)
        assert unit.frontier.known(["https://news.example/1", "site:1", "site:2"]) == {
            "https://news.example/1",
            "site:1",
        }
        assert unit.frontier.waiting_links(record.id, 9) == ()


def test_what_fails_in_passing_waits_again_so_many_times(store: Store) -> None:
    """Lists and links; then they are given up, and say why."""
    record = begun(store)
    with store.transaction() as unit:
        unit.frontier.add_links(record.id, [link(1)], {})
    for left in (2, 2, 0):
        with store.transaction() as unit:
            for number, _ in unit.frontier.waiting_lists(record.id, 9):
                unit.frontier.list_failed(number, "unreachable", "refused", attempts=3)
            unit.frontier.settle(record.id, link(1, LinkState.RETRY, "http_error"), None, attempts=3)
            assert unit.frontier.retry(record.id, attempts=3) == left
    with store.reading() as unit:
        account = unit.frontier.account(record.id)
    assert (account.left, account.failed, account.lists_failed) == (0, {"http_error": 1}, {"unreachable": 1})


def test_held_pages_are_released_up_to_a_number(store: Store) -> None:
    """And no further."""
    record = begun(store)
    with store.transaction() as unit:
        unit.frontier.add_lists(record.id, [], [cursor(3), cursor(5)])
        assert unit.frontier.release(record.id, 4) == 1
        assert unit.frontier.release(record.id, 4) == 0


def test_a_backfill_is_found_by_what_was_asked(store: Store) -> None:
    """Concluded it has an end; begun again it has lost everything but its name."""
    record = begun(store)
    with store.transaction() as unit:
        unit.frontier.add_links(record.id, [link(1)], {})
        unit.frontier.conclude(record.id, problem="", finished_at=START)
        assert unit.frontier.find("news", "31d") is None
        found = unit.frontier.find("news", "30d")
        assert found is not None
        assert (found.window, found.finished_at) == (WINDOW, START)
    again = begun(store)
    with store.reading() as unit:
        assert unit.frontier.account(again.id).found == 0
        found = unit.frontier.find("news", "30d")
    assert found is not None
    assert (found.id, found.finished_at) == (again.id, None)


def test_what_is_for_digests(store: Store) -> None:
    """Articles of a backfill that was asked to tell, and no others."""
    record = begun(store)
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1), START)
        assert number is not None
        unit.frontier.add_links(record.id, [link(1, LinkState.STORED)], {"https://x.example/1": number})
        assert not unit.frontier.is_for_digest(number)
        unit.frontier.tell(record.id, "digest")
        assert unit.frontier.is_for_digest(number)
        assert not unit.frontier.is_for_digest(number + 1)


def test_pauses_are_kept_until_they_are_over(store: Store) -> None:
    """A shorter one never shortens a longer one, and a turn never hides a rest."""

    def pause(host: str, minutes: int, reason: str = "") -> HostPause:
        return HostPause(host=host, until=START + dt.timedelta(minutes=minutes), reason=reason, blocked=bool(reason))

    with store.transaction() as unit:
        for one in (pause("a", 60, "ban"), pause("a", 30, "ban"), pause("a", 90), pause("b", 1), pause("b", 2)):
            unit.frontier.pause(one)
        assert unit.frontier.pauses(START) == (pause("a", 60, "ban"), pause("b", 2))
        assert unit.frontier.pauses(START + dt.timedelta(minutes=5)) == (pause("a", 60, "ban"),)
    with store.reading() as unit:
        assert unit.frontier.pauses(START) == (pause("a", 60, "ban"),)
