"""The frontier of backfills: every list page and link with its state, so that a run that is killed goes on where it was.

A page that was read, the links it showed and the pages after it are written in one transaction, an article and the state of its
link in another: whatever is killed when, what was finished is known to be, and what was not still waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from monitor.backfill_records import Account, BackfillRecord, FoundPage, HostPause, LinkState, ListState, Window
from monitor.storage.frontier_tables import BackfillLinkRow, BackfillListRow, BackfillRow, HostPauseRow
from monitor.storage.tables import ArticleKeyRow

_CHUNK = 500
"""Names in one query: databases bound the number of parameters."""

List = BackfillListRow
Link = BackfillLinkRow


class Frontier:
    """Backfill rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, source: str, asked: str) -> BackfillRecord | None:
        """The backfill of this name, None if it was never begun."""
        query = select(BackfillRow).where(col(BackfillRow.source_name) == source, col(BackfillRow.asked) == asked)
        row = self._session.scalar(query)
        return _record(row) if row else None

    def begin(self, window: Window, lists: Iterable[Mapping[str, Any]], now: dt.datetime) -> BackfillRecord:
        """A new backfill that waits to read `lists`; one of the same name is forgotten."""
        if (old := self.find(window.source, window.asked)) is not None:
            for table in (List, Link):
                self._session.execute(delete(table).where(col(table.backfill_id) == old.id))
            self._session.execute(delete(BackfillRow).where(col(BackfillRow.id) == old.id))
        row = BackfillRow(
            source_name=window.source,
            asked=window.asked,
            since=window.since,
            until=window.until,
            keywords=list(window.keywords),
            state="open",
            started_at=now,
        )
        self._session.add(row)
        self._session.flush()
        self._add_lists(_number(row), lists, ListState.WAITING)
        return _record(row)

    def tell(self, number: int, alert: str) -> None:
        """What is told of the articles that a backfill stores: nothing (empty), or `digest`."""
        self._session.execute(update(BackfillRow).where(col(BackfillRow.id) == number).values(alert=alert))

    def is_for_digest(self, article: int) -> bool:
        """Whether an article was stored by a backfill whose finds go into digests."""
        query = (
            select(col(Link.id))
            .join(BackfillRow, col(BackfillRow.id) == col(Link.backfill_id))
            .where(col(Link.article_id) == article, col(BackfillRow.alert) == "digest")
        )
        return self._session.scalar(query.limit(1)) is not None

    def conclude(self, number: int, *, problem: str, finished_at: dt.datetime | None) -> None:
        """How a run ended: finished, or with what keeps it from that."""
        row = self._session.get_one(BackfillRow, number)
        row.problem, row.finished_at = problem, finished_at
        row.state = "complete" if finished_at else "open"
        self._session.add(row)
        self._session.flush()

    def waiting_lists(self, number: int, limit: int) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """List pages to read, by number, in the order in which they were found."""
        query = select(List).where(col(List.backfill_id) == number, col(List.state) == ListState.WAITING.value)
        rows = self._session.scalars(query.order_by(col(List.id)).limit(limit))
        return tuple((_number(row), row.cursor) for row in rows)

    def waiting_links(self, number: int, limit: int) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Links to fetch, by canonical URL, in the order in which they were found."""
        query = select(Link).where(col(Link.backfill_id) == number, col(Link.state) == LinkState.WAITING.value)
        rows = self._session.scalars(query.order_by(col(Link.id)).limit(limit))
        return tuple((row.canonical_url, row.link) for row in rows)

    def seen(self, number: int, canonicals: Collection[str]) -> frozenset[str]:
        """Those of the links that this backfill has found already."""
        found: set[str] = set()
        for some in _chunks(canonicals):
            query = select(col(Link.canonical_url)).where(
                col(Link.backfill_id) == number, col(Link.canonical_url).in_(some)
            )
            found |= set(self._session.scalars(query))
        return frozenset(found)

    def known(self, names: Collection[str]) -> frozenset[str]:
        """Those of the names under which an article is stored, from whichever source."""
        found: set[str] = set()
        for some in _chunks(names):
            found |= set(self._session.scalars(select(col(ArticleKeyRow.key)).where(col(ArticleKeyRow.key).in_(some))))
        return frozenset(found)

    def list_read(self, number: int, state: ListState, *, detail: str = "") -> None:
        """A list page is done with."""
        self._session.execute(
            update(List).where(col(List.id) == number).values(state=state.value, cursor={}, detail=detail)
        )

    def add_lists(
        self, number: int, lists: Iterable[Mapping[str, Any]], held: Iterable[Mapping[str, Any]]
    ) -> tuple[int, ...]:
        """List pages found: to read, and held back. Returns the numbers of the first kind."""
        self._add_lists(number, held, ListState.HELD)
        return self._add_lists(number, lists, ListState.WAITING)

    def list_failed(self, number: int, kind: str, detail: str, *, attempts: int) -> None:
        """A list page could not be read; after `attempts` times (0: at once) it is given up."""
        row = self._session.get_one(List, number)
        row.attempts += 1
        row.reason, row.detail = kind, detail
        row.state = (ListState.RETRY if row.attempts < attempts else ListState.FAILED).value
        self._session.add(row)
        self._session.flush()

    def add_links(self, number: int, links: Sequence[FoundPage], articles: Mapping[str, int]) -> None:
        """Links that a page showed, settled or waiting; `articles` are the numbers of those that were stored."""
        for found in links:
            waits = found.state is LinkState.WAITING
            self._session.add(
                Link(
                    backfill_id=number,
                    canonical_url=found.canonical,
                    state=found.state.value,
                    reason=found.reason,
                    detail=found.detail,
                    article_id=articles.get(found.canonical),
                    link=dict(found.link) if waits or found.state is LinkState.RETRY else {},
                )
            )
        self._session.flush()

    def settle(self, number: int, found: FoundPage, article: int | None, *, attempts: int) -> None:
        """What became of a link that waited; one that may be tried again is given up after `attempts` times."""
        query = select(Link).where(col(Link.backfill_id) == number, col(Link.canonical_url) == found.canonical)
        row = self._session.scalars(query).one()
        row.state, row.reason, row.detail, row.article_id = found.state.value, found.reason, found.detail, article
        if found.state is LinkState.RETRY:
            row.attempts += 1
            row.state = (LinkState.RETRY if row.attempts < attempts else LinkState.FAILED).value
        if row.state != LinkState.RETRY.value:
            row.link = {}
        self._session.add(row)
        self._session.flush()

    def retry(self, number: int, *, attempts: int) -> int:
        """Let wait again what failed in passing fewer than `attempts` times; returns how much that is."""
        changed = 0
        for table, old, new in (
            (List, ListState.RETRY.value, ListState.WAITING.value),
            (Link, LinkState.RETRY.value, LinkState.WAITING.value),
        ):
            result = self._session.execute(
                update(table)
                .where(col(table.backfill_id) == number, col(table.state) == old, col(table.attempts) < attempts)
                .values(state=new)
            )
            changed += int(getattr(result, "rowcount", 0))
        return changed

    def release(self, number: int, max_pages: int) -> int:
        """Let wait what was held back and lies within `max_pages`; returns how many pages that are."""
        result = self._session.execute(
            update(List)
            .where(
                col(List.backfill_id) == number, col(List.state) == ListState.HELD.value, col(List.page) <= max_pages
            )
            .values(state=ListState.WAITING.value)
        )
        return int(getattr(result, "rowcount", 0))

    def account(self, number: int) -> Account:
        """How far a backfill is."""
        links: dict[LinkState, int] = {}
        skipped: dict[str, int] = {}
        failed: dict[str, int] = {}
        for state, reason, count in self._counted(Link, number):
            links[LinkState(state)] = links.get(LinkState(state), 0) + count
            if state == LinkState.SKIPPED.value:
                skipped[reason] = skipped.get(reason, 0) + count
            elif state in {LinkState.FAILED.value, LinkState.RETRY.value}:
                failed[reason] = failed.get(reason, 0) + count
        lists: dict[ListState, int] = {}
        lists_failed: dict[str, int] = {}
        for state, reason, count in self._counted(List, number):
            lists[ListState(state)] = lists.get(ListState(state), 0) + count
            if state in {ListState.FAILED.value, ListState.RETRY.value, ListState.CUT.value}:
                lists_failed[reason or state] = lists_failed.get(reason or state, 0) + count
        return Account(links=links, skipped=skipped, failed=failed, lists=lists, lists_failed=lists_failed)

    def articles(self, number: int) -> tuple[int, ...]:
        """Numbers of the articles that a backfill stored."""
        query = select(col(Link.article_id)).where(
            col(Link.backfill_id) == number, col(Link.state) == LinkState.STORED.value
        )
        return tuple(
            found for found in self._session.scalars(query.order_by(col(Link.article_id))) if found is not None
        )

    def pauses(self, now: dt.datetime) -> tuple[HostPause, ...]:
        """Hosts that are not to be asked yet; those whose time has come are forgotten."""
        self._session.execute(delete(HostPauseRow).where(col(HostPauseRow.until) <= now))
        rows = self._session.scalars(select(HostPauseRow).order_by(col(HostPauseRow.host)))
        return tuple(HostPause(host=r.host, until=r.until, reason=r.reason, blocked=r.blocked) for r in rows)

    def pause(self, pause: HostPause) -> None:
        """Leave a host alone; a shorter pause never shortens a longer one, and a turn never hides a rest."""
        row = self._session.get(HostPauseRow, pause.host)
        if row is not None and (row.until >= pause.until or (row.reason and not pause.reason)):
            return
        values = HostPauseRow(host=pause.host, until=pause.until, reason=pause.reason, blocked=pause.blocked)
        self._session.merge(values)
        self._session.flush()

    def _add_lists(self, number: int, lists: Iterable[Mapping[str, Any]], state: ListState) -> tuple[int, ...]:
        rows = [
            List(backfill_id=number, state=state.value, page=int(cursor["page"]), cursor=dict(cursor))
            for cursor in lists
        ]
        self._session.add_all(rows)
        self._session.flush()
        return tuple(map(_number, rows))

    def _counted(self, table: type[List] | type[Link], number: int) -> Iterable[tuple[str, str, int]]:
        query = (
            select(col(table.state), col(table.reason), func.count())
            .where(col(table.backfill_id) == number)
            .group_by(col(table.state), col(table.reason))
        )
        return [(state, reason, count) for state, reason, count in self._session.execute(query)]


def _chunks(names: Collection[str]) -> Iterable[list[str]]:
    ordered = sorted(names)
    return (ordered[at : at + _CHUNK] for at in range(0, len(ordered), _CHUNK))


def _number(row: BackfillRow | BackfillListRow | BackfillLinkRow) -> int:
    assert row.id is not None, "a flushed row has its number"
    return row.id


def _record(row: BackfillRow) -> BackfillRecord:
    window = Window(
        source=row.source_name, asked=row.asked, since=row.since, until=row.until, keywords=tuple(row.keywords)
    )
    return BackfillRecord(
        id=_number(row), window=window, started_at=row.started_at, finished_at=row.finished_at, problem=row.problem
    )
