"""Replays in the database: the stream of articles in the order in which they were placed, and what was done of it.

A verdict, what it changes and how far the replay is are written in one transaction, so that a replay killed anywhere goes on
where it was and does every article once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Text, and_, cast, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from monitor.model import Article
from monitor.records import ArticleFilter, Settlement, Status, StoredArticle
from monitor.replay_records import Change, Effect, Frontier, Placed, ReplayRecord, ReplayState, ToldBefore
from monitor.storage.articles import filtered, stored
from monitor.storage.delivery_tables import OutboxRow
from monitor.storage.following_tables import AcknowledgementRow
from monitor.storage.index import SignatureRow
from monitor.storage.replay_tables import ReplayChangeRow, ReplayRow, ReplayThreadRow
from monitor.storage.tables import ArticleRow, MatchRow

_SIGNATURE: Any = SignatureRow.__dict__["__table__"]
_ARTICLE: Any = ArticleRow.__dict__["__table__"]
_MATCH: Any = MatchRow.__dict__["__table__"]
_WALKED = col(ArticleRow.id) == cast(_SIGNATURE.c.article_id, BigInteger)
"""From signatures to their articles, whose numbers stand there as text: for walking in order."""


def _placed(article: Any) -> Any:
    """From articles to their signatures, by the index on the text."""
    return _SIGNATURE.c.article_id == cast(article, Text)


_CHUNK = 500
"""Names in one query: databases bound the number of parameters."""

ARTICLE_ALERTS = ("news", "update")
"""Kinds of alerts that an article causes; reminders have an article, too, but time causes them."""


class Replays:
    """Replay rows, and the articles that a replay walks through, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self, asked: str) -> ReplayRecord | None:
        """The latest replay of this identity; None where there was none."""
        query = select(ReplayRow).where(col(ReplayRow.asked) == asked).order_by(col(ReplayRow.id).desc()).limit(1)
        row = self._session.scalars(query).first()
        return _record(row) if row else None

    def begin(
        self,
        asked: str,
        *,
        since: dt.datetime | None,
        until: dt.datetime | None,
        through: int,
        through_article: int,
        now: dt.datetime,
    ) -> ReplayRecord:
        """A new replay of this identity, whatever there was before."""
        row = ReplayRow(
            asked=asked,
            since=since,
            until=until,
            through=through,
            through_article=through_article,
            state=ReplayState.ARTICLES.value,
            started_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return _record(row)

    def advance(
        self, number: int, state: ReplayState, frontier: Frontier, counts: Mapping[str, int], now: dt.datetime
    ) -> None:
        """Note how far a replay is. `now` is when it ended, where it did."""
        row = self._session.get_one(ReplayRow, number)
        row.state, row.number, row.unplaced = state.value, frontier.number, frontier.unplaced
        row.counts = dict(counts)
        row.finished_at = now if state is ReplayState.DONE else None
        self._session.add(row)
        self._session.flush()

    def end(self) -> tuple[int, int]:
        """The last place in the index and the last article as yet: what comes later is not of a replay that begins now."""
        place = self._session.scalar(select(func.max(_SIGNATURE.c.id))) or 0
        return place, self._session.scalar(select(func.max(_ARTICLE.c.id))) or 0

    def count(self, wanted: ArticleFilter, *, through: int, through_article: int) -> tuple[int, int]:
        """How many articles a replay of this filter walks through; and how many fit and have no verdict yet, so that they are
        left to the daemon."""
        matching: Any = filtered(wanted).with_only_columns(col(ArticleRow.id), col(ArticleRow.status)).subquery()
        placed = select(func.count()).select_from(matching.join(_SIGNATURE, _placed(matching.c.id)))
        settled = self._session.scalar(placed.where(_SIGNATURE.c.id <= through, matching.c.status != Status.NEW.value))
        unplaced = self._session.scalar(
            select(func.count())
            .select_from(matching.outerjoin(_SIGNATURE, _placed(matching.c.id)))
            .where(_SIGNATURE.c.id.is_(None), matching.c.id <= through_article, matching.c.status != Status.NEW.value)
        )
        pending = self._session.scalar(
            select(func.count()).select_from(matching).where(matching.c.status == Status.NEW.value)
        )
        return (settled or 0) + (unplaced or 0), pending or 0

    def chunk(self, wanted: ArticleFilter, frontier: Frontier, *, through: int, limit: int) -> tuple[Placed, ...]:
        """The next articles after the frontier in the order in which they were placed; empty where none is left."""
        query = (
            filtered(wanted)
            .join(_SIGNATURE, _WALKED)
            .add_columns(*_SIGNATURE.c)
            .where(
                _SIGNATURE.c.id > frontier.number,
                _SIGNATURE.c.id <= through,
                col(ArticleRow.status) != Status.NEW.value,
            )
            .order_by(_SIGNATURE.c.id)
            .limit(limit)
        )
        names = tuple(column.name for column in _SIGNATURE.c)
        found = [(stored(row[0]), dict(zip(names, row[1:], strict=True))) for row in self._session.execute(query).all()]
        self._session.expunge_all()
        told = self.told([article.id for article, _ in found])
        return tuple(
            Placed(stored=article, number=signature["id"], remembered=signature, told=told.get(article.id))
            for article, signature in found
        )

    def unplaced_chunk(
        self, wanted: ArticleFilter, frontier: Frontier, *, through_article: int, limit: int
    ) -> tuple[Placed, ...]:
        """The next articles with a verdict and without a place: those that nobody could understand."""
        query = (
            filtered(wanted)
            .outerjoin(_SIGNATURE, _placed(col(ArticleRow.id)))
            .where(
                _SIGNATURE.c.id.is_(None),
                col(ArticleRow.id) > frontier.unplaced,
                col(ArticleRow.id) <= through_article,
                col(ArticleRow.status) != Status.NEW.value,
            )
            .order_by(col(ArticleRow.id))
            .limit(limit)
        )
        found = tuple(Placed(stored=stored(row), number=None, remembered={}) for row in self._session.scalars(query))
        self._session.expunge_all()
        return found

    def told(self, articles: Collection[int]) -> Mapping[int, ToldBefore]:
        """The alert that each article caused, for those that did; the last where an article caused several."""
        query = select(OutboxRow).where(col(OutboxRow.article_id).in_(articles)).order_by(col(OutboxRow.id))
        return {
            row.article_id: ToldBefore(key=row.alert_key, payload=row.payload, at=row.created_at)
            for row in self._session.scalars(query)
            if row.article_id is not None and row.payload.get("kind", "news") in ARTICLE_ALERTS
        }

    def teller(self, key: str) -> tuple[int, int | None] | None:
        """The article that caused the alert of this key, and its place in the index; None where none did."""
        query = (
            select(col(OutboxRow.article_id), _SIGNATURE.c.id)
            .select_from(OutboxRow)
            .outerjoin(_SIGNATURE, _placed(col(OutboxRow.article_id)))
            .where(col(OutboxRow.alert_key) == key)
        )
        found = self._session.execute(query).first()
        return (found[0], found[1]) if found is not None and found[0] is not None else None

    def members(self, event_id: str, since: int, before: int | None) -> tuple[tuple[int, bool, str], ...]:
        """(article, silent, relevance) of what was placed on an event from one place to before another; None: to the end."""
        query = (
            select(col(ArticleRow.id), col(ArticleRow.silent), col(ArticleRow.relevance))
            .join(_SIGNATURE, _placed(col(ArticleRow.id)))
            .where(col(ArticleRow.event_id) == event_id, _SIGNATURE.c.id >= since)
        )
        if before is not None:
            query = query.where(_SIGNATURE.c.id < before)
        return tuple((a, s, r) for a, s, r in self._session.execute(query))

    def thread(self, ident: str, since: int = 0, before: int | None = None) -> tuple[Placed, ...]:
        """The alerting articles followed under this name, in the order in which they were placed, between two places."""
        query = (
            select(ArticleRow, _SIGNATURE.c.id)
            .join(_SIGNATURE, _placed(col(ArticleRow.id)))
            .where(
                col(ArticleRow.relevance) == "alert",
                _SIGNATURE.c.id >= since,
                or_(
                    col(ArticleRow.thread_id) == ident,
                    and_(col(ArticleRow.thread_id) == "", col(ArticleRow.event_id) == ident),
                ),
            )
            .order_by(_SIGNATURE.c.id)
        )
        if before is not None:
            query = query.where(_SIGNATURE.c.id < before)
        found = [(stored(row), place) for row, place in self._session.execute(query).all()]
        told = self.told([article.id for article, _ in found]) if found else {}
        return tuple(
            Placed(stored=article, number=place, remembered={}, told=told.get(article.id)) for article, place in found
        )

    def resettle(self, settlement: Settlement, now: dt.datetime) -> None:
        """Store another verdict on an article, with its matches."""
        values = {
            "status": settlement.status.value,
            "status_reason": settlement.reason,
            "relevance": settlement.relevance,
            "topics": list(settlement.topics),
            "stage": settlement.stage,
            "update": settlement.update,
            "story_id": settlement.story_id,
            "event_id": settlement.event_id,
            "thread_id": settlement.thread_id,
            "trail": dict(settlement.trail),
            "processed_at": now,
        }
        number = settlement.article_id
        self._session.execute(update(_ARTICLE).where(_ARTICLE.c.id == number).values(values))
        self._session.execute(delete(_MATCH).where(_MATCH.c.article_id == number))
        matches = [
            {
                "article_id": number,
                "topic": topic,
                "relevance": relevance,
                "stage": settlement.stage if topic == "gov_tender" else "",
                "update": settlement.update if topic == "huiminbao" else "",
                "score": score,
                "facts": dict(settlement.facts),
                "created_at": now,
            }
            for topic, relevance, score in settlement.matches
        ]
        if matches:
            self._session.execute(insert(_MATCH), matches)

    def rewrite(self, number: int, article: Article, content_hash: str) -> None:
        """Store what was read anew from an article's raw page."""
        values = {
            "title": article.title,
            "text": article.text,
            "lang": article.lang,
            "published": article.published,
            "publisher": article.source,
            "stock_codes": list(article.stock_codes),
            "content_hash": content_hash,
        }
        self._session.execute(update(_ARTICLE).where(_ARTICLE.c.id == number).values(values))

    def note(self, replay: int, changes: Iterable[Change], threads: Iterable[str]) -> None:
        """Keep what was changed, and which threads are to be made up again."""
        rows = [
            {
                "replay_id": replay,
                "article_id": change.article_id,
                "effect": change.effect.value,
                "key": change.key,
                "change": change.to_json(),
            }
            for change in changes
        ]
        table: Any = ReplayChangeRow.__dict__["__table__"]
        if rows:
            self._session.execute(insert(table), rows)
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        names: Any = ReplayThreadRow.__dict__["__table__"]
        for ident in dict.fromkeys(threads):
            new = dialect.insert(names).values(replay_id=replay, thread_id=ident)
            self._session.execute(new.on_conflict_do_nothing())

    def changes(self, replay: int) -> tuple[Change, ...]:
        """All that a replay changed, in the order in which the articles were stored."""
        query = select(col(ReplayChangeRow.change)).where(col(ReplayChangeRow.replay_id) == replay)
        return tuple(
            Change.from_json(values)
            for values in self._session.scalars(query.order_by(col(ReplayChangeRow.article_id)))
        )

    def keys(self, replay: int) -> Mapping[int, str]:
        """Article → the key of the alert that it would cause by the rules of a replay, for all that it changed."""
        query = select(col(ReplayChangeRow.article_id), col(ReplayChangeRow.key)).where(
            col(ReplayChangeRow.replay_id) == replay,
            col(ReplayChangeRow.effect) != Effect.UNREADABLE.value,
        )
        return {int(article): str(key) for article, key in self._session.execute(query)}

    def events_before(self, article: int) -> tuple[str, ...]:
        """The events that an article was on before replays put it on others."""
        query = select(col(ReplayChangeRow.change)).where(col(ReplayChangeRow.article_id) == article)
        pairs = (change["differences"].get("event") for change in self._session.scalars(query))
        return tuple(pair[0] for pair in pairs if pair and pair[0])

    def threads_left(self, replay: int, limit: int) -> tuple[str, ...]:
        """Threads that are still to be made up again."""
        query = select(col(ReplayThreadRow.thread_id)).where(col(ReplayThreadRow.replay_id) == replay)
        return tuple(self._session.scalars(query.order_by(col(ReplayThreadRow.thread_id)).limit(limit)))

    def thread_done(self, replay: int, ident: str) -> None:
        """A thread was made up again."""
        self._session.execute(
            delete(ReplayThreadRow).where(
                col(ReplayThreadRow.replay_id) == replay, col(ReplayThreadRow.thread_id) == ident
            )
        )

    def articles(self, numbers: Sequence[int]) -> tuple[StoredArticle, ...]:
        """Articles by number, as many as there are."""
        found: list[StoredArticle] = []
        for at in range(0, len(numbers), _CHUNK):
            query = select(ArticleRow).where(col(ArticleRow.id).in_(numbers[at : at + _CHUNK]))
            found += [stored(row) for row in self._session.scalars(query.order_by(col(ArticleRow.id)))]
        return tuple(found)

    def matching(self, wanted: ArticleFilter, numbers: Sequence[int]) -> tuple[StoredArticle, ...]:
        """Those of these articles that fit a filter."""
        found: list[StoredArticle] = []
        for at in range(0, len(numbers), _CHUNK):
            query = filtered(wanted).where(col(ArticleRow.id).in_(numbers[at : at + _CHUNK]))
            found += [stored(row) for row in self._session.scalars(query.order_by(col(ArticleRow.id)))]
        return tuple(found)

    def taken(self) -> tuple[tuple[int, str, str], ...]:
        """(article, alert key, who) of every alert that somebody took and did not wave off afterwards."""
        query = (
            select(col(OutboxRow.article_id), AcknowledgementRow)
            .join(OutboxRow, col(OutboxRow.alert_key) == col(AcknowledgementRow.alert_key))
            .where(col(OutboxRow.article_id).is_not(None))
            .order_by(col(AcknowledgementRow.id))
        )
        last: dict[tuple[str, str], tuple[int, str, str, str]] = {}
        for article, row in self._session.execute(query):
            last[row.alert_key, row.receiver] = (article, row.alert_key, row.by, row.verdict)
        return tuple((article, key, by) for article, key, by, verdict in last.values() if verdict == "taken")


def _record(row: ReplayRow) -> ReplayRecord:
    assert row.id is not None, "a flushed row has its number"
    return ReplayRecord(
        id=row.id,
        asked=row.asked,
        since=row.since,
        until=row.until,
        through=row.through,
        through_article=row.through_article,
        state=ReplayState(row.state),
        frontier=Frontier(number=row.number, unplaced=row.unplaced),
        counts=row.counts,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
