"""Articles in the database: stored once under all their names, settled once with their verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from monitor.model import Article
from monitor.records import ArticleFilter, NewArticle, Settlement, Status, StoredArticle
from monitor.storage.screen import Screen, unscreened
from monitor.storage.tables import ArticleKeyRow, ArticleRow, MatchRow


class Articles:
    """Article rows within one transaction."""

    def __init__(self, session: Session, screen: Screen = unscreened) -> None:
        self._session, self._screen = session, screen

    def add(self, article: NewArticle, now: dt.datetime) -> int | None:
        """Store an article and return its number; None where one of its names is known already (idempotent)."""
        known = select(col(ArticleKeyRow.key)).where(col(ArticleKeyRow.key).in_(article.keys)).limit(1)
        if self._session.scalar(known) is not None:
            return None
        row = ArticleRow(
            canonical_url=article.canonical_url,
            url=article.url,
            content_hash=article.content_hash,
            source_name=article.source_name,
            publisher=article.publisher,
            author=article.author,
            title=self._screen(article.title),
            text=self._screen(article.text),
            lang=article.lang,
            published=article.published,
            published_precision=article.published_precision,
            origin_url=article.origin_url,
            stock_codes=list(article.stock_codes),
            attachments=[list(a) for a in article.attachments],
            page=article.page,
            fetched_at=article.fetched_at,
            first_seen_at=now,
            raw_file=article.raw_file,
            raw_offset=article.raw_offset,
            silent=article.silent,
            status=Status.NEW.value,
        )
        self._session.add(row)
        self._session.flush()
        number = _number(row)
        self._session.add_all(ArticleKeyRow(key=key, article_id=number) for key in dict.fromkeys(article.keys))
        self._session.flush()
        return number

    def pending(self) -> tuple[int, ...]:
        """Numbers of the articles without a verdict, in order of publication, so that an original comes before those
        that reprint it."""
        moment = func.coalesce(col(ArticleRow.published), col(ArticleRow.first_seen_at))
        query = select(col(ArticleRow.id)).where(col(ArticleRow.status) == Status.NEW.value)
        return tuple(self._session.scalars(query.order_by(moment, col(ArticleRow.id))))

    def get_many(self, numbers: Sequence[int]) -> tuple[StoredArticle, ...]:
        """The articles of these numbers, in this order; those that do not exist are left out."""
        rows = {_number(r): r for r in self._session.scalars(select(ArticleRow).where(col(ArticleRow.id).in_(numbers)))}
        return tuple(stored(rows[n]) for n in numbers if n in rows)

    def get(self, number: int) -> StoredArticle | None:
        row = self._session.get(ArticleRow, number)
        return stored(row) if row else None

    def is_pending(self, number: int) -> bool:
        """True while nobody settled it; asked inside the settling transaction, so that two workers never both do."""
        query = select(col(ArticleRow.status)).where(col(ArticleRow.id) == number)
        return bool(self._session.scalar(query) == Status.NEW.value)

    def settle(self, settlement: Settlement, now: dt.datetime) -> None:
        """Store the verdict on an article and one match row a topic, replacing an earlier verdict."""
        row = self._session.get_one(ArticleRow, settlement.article_id)
        row.status = settlement.status.value
        row.status_reason = settlement.reason
        row.relevance = settlement.relevance
        row.topics = list(settlement.topics)
        row.stage = settlement.stage
        row.update = settlement.update
        row.story_id = settlement.story_id
        row.event_id = settlement.event_id
        row.thread_id = settlement.thread_id
        row.trail = self._screen(dict(settlement.trail))
        row.processed_at = now
        self._session.add(row)
        for old in self._session.scalars(select(MatchRow).where(col(MatchRow.article_id) == settlement.article_id)):
            self._session.delete(old)
        self._session.flush()
        for topic, relevance, score in settlement.matches:
            self._session.add(
                MatchRow(
                    article_id=settlement.article_id,
                    topic=topic,
                    relevance=relevance,
                    stage=settlement.stage if topic == "gov_tender" else "",
                    update=settlement.update if topic == "huiminbao" else "",
                    score=score,
                    facts=self._screen(dict(settlement.facts)),
                    created_at=now,
                )
            )
        self._session.flush()

    def failed(self, number: int, problem: str, *, max_attempts: int, now: dt.datetime) -> Status:
        """Count a failed attempt at understanding; after the last one the article is quarantined."""
        row = self._session.get_one(ArticleRow, number)
        row.attempts += 1
        row.status_reason = problem
        if row.attempts >= max_attempts:
            row.status = Status.QUARANTINED.value
            row.processed_at = now
        self._session.add(row)
        self._session.flush()
        return Status(row.status)

    def event_members(self, event_id: str) -> tuple[StoredArticle, ...]:
        """All articles on one event, in the order in which they were stored."""
        query = select(ArticleRow).where(col(ArticleRow.event_id) == event_id).order_by(col(ArticleRow.id))
        return tuple(stored(row) for row in self._session.scalars(query)) if event_id else ()

    def members_of_events(self, event_ids: Sequence[str]) -> Mapping[str, tuple[StoredArticle, ...]]:
        """The articles on each of these events, in the order in which they were stored."""
        query = select(ArticleRow).where(col(ArticleRow.event_id).in_(event_ids)).order_by(col(ArticleRow.id))
        found: dict[str, list[StoredArticle]] = {}
        for row in self._session.scalars(query):
            found.setdefault(row.event_id, []).append(stored(row))
        return {event_id: tuple(members) for event_id, members in found.items()}

    def search(self, wanted: ArticleFilter) -> tuple[StoredArticle, ...]:
        """Stored articles, latest publication first."""
        moment = func.coalesce(col(ArticleRow.published), col(ArticleRow.first_seen_at))
        query = filtered(wanted).order_by(moment.desc(), col(ArticleRow.id).desc()).limit(wanted.limit)
        return tuple(stored(row) for row in self._session.scalars(query))

    def in_order(self, wanted: ArticleFilter, *, chunk: int = 500) -> Iterator[StoredArticle]:
        """All articles that fit, oldest first, fetched a chunk at a time (`limit` is ignored)."""
        last = 0
        while True:
            query = filtered(wanted).where(col(ArticleRow.id) > last).order_by(col(ArticleRow.id)).limit(chunk)
            rows = tuple(stored(row) for row in self._session.scalars(query))
            self._session.expunge_all()  # a replay of years must not keep every row alive
            yield from rows
            if len(rows) < chunk:
                return
            last = rows[-1].id

    def seen_since(self, moment: dt.datetime) -> tuple[int, int]:
        """How many articles were stored since `moment`, and how many of them are worth an alert."""
        seen = select(func.count()).where(col(ArticleRow.first_seen_at) >= moment)
        matched = seen.where(col(ArticleRow.relevance) == "alert")
        return self._session.scalar(seen) or 0, self._session.scalar(matched) or 0

    def count(self, wanted: ArticleFilter) -> int:
        """How many articles fit (`limit` is ignored)."""
        return self._session.scalar(select(func.count()).select_from(filtered(wanted).subquery())) or 0


def filtered(wanted: ArticleFilter) -> Any:
    """The query for the article rows that fit (`limit` is ignored)."""
    query: Any = select(ArticleRow)  # its type differs between SQLAlchemy 2.0 and 2.1
    if wanted.topic:
        # A topic stands in a short JSON list; the match table is for queries that need more.
        query = query.where(
            col(ArticleRow.id).in_(select(col(MatchRow.article_id)).where(col(MatchRow.topic) == wanted.topic))
        )
    for column, value in (
        (col(ArticleRow.relevance), wanted.relevance),
        (col(ArticleRow.status), wanted.status),
        (col(ArticleRow.source_name), wanted.source),
        (col(ArticleRow.stage), wanted.stage),
        (col(ArticleRow.update), wanted.update),
        (col(ArticleRow.event_id), wanted.event_id),
    ):
        if value:
            query = query.where(col(column) == value)
    if wanted.words:
        query = query.where(
            or_(
                col(ArticleRow.title).contains(wanted.words, autoescape=True),
                col(ArticleRow.text).contains(wanted.words, autoescape=True),
            )
        )
    seen = func.coalesce(col(ArticleRow.published), col(ArticleRow.first_seen_at))
    if wanted.since:
        query = query.where(seen >= wanted.since)
    if wanted.until:
        query = query.where(seen < wanted.until)
    return query


def _number(row: ArticleRow) -> int:
    assert row.id is not None, "a flushed row has its number"
    return row.id


def stored(row: ArticleRow) -> StoredArticle:
    """The domain value of a row: rows never leave the storage."""
    number = _number(row)
    trail: Mapping[str, Any] = row.trail
    return StoredArticle(
        id=number,
        article=Article(
            id=str(number),
            url=row.url,
            source=row.publisher,
            published=row.published,
            lang=row.lang,
            title=row.title,
            text=row.text,
            stock_codes=tuple(row.stock_codes),
        ),
        canonical_url=row.canonical_url,
        source_name=row.source_name,
        author=row.author,
        origin_url=row.origin_url,
        attachments=tuple((a[0], a[1]) for a in row.attachments),
        page=row.page,
        fetched_at=row.fetched_at,
        first_seen_at=row.first_seen_at,
        raw_file=row.raw_file,
        raw_offset=row.raw_offset,
        silent=row.silent,
        status=Status(row.status),
        status_reason=row.status_reason,
        attempts=row.attempts,
        relevance=row.relevance,
        topics=tuple(row.topics),
        stage=row.stage,
        update=row.update,
        story_id=row.story_id,
        event_id=row.event_id,
        thread_id=row.thread_id,
        trail=trail,
    )
