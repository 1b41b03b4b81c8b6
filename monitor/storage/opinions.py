"""Answers of language models, kept for reuse, and the tokens spent on them by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from monitor.model import Relevance, Topic
from monitor.second_opinion.model import Opinion
from monitor.storage.tables import OpinionRow, TokenDayRow


class Opinions:
    """Opinion and token rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stored(self, content_hashes: Collection[str], *, prompt_version: str, model: str) -> Mapping[str, Opinion]:
        """Content hash → the answer that this model gave to this version of the question."""
        query = select(OpinionRow).where(
            col(OpinionRow.content_hash).in_(content_hashes),
            col(OpinionRow.prompt_version) == prompt_version,
            col(OpinionRow.model) == model,
        )
        return {row.content_hash: _opinion(row) for row in self._session.scalars(query)}

    def keep(self, content_hash: str, opinion: Opinion, *, prompt_version: str, tokens: int, now: dt.datetime) -> None:
        """Store a valid answer; the first one stays where two processes asked at the same time."""
        values = {
            "content_hash": content_hash,
            "prompt_version": prompt_version,
            "model": opinion.model,
            "relevance": opinion.relevance.value,
            "topic": opinion.topic.value if opinion.topic else "",
            "quote": opinion.quote,
            "tokens": tokens,
            "at": now,
        }
        self._session.execute(self._insert(OpinionRow).values(**values).on_conflict_do_nothing())

    def reserve(self, day: dt.date, tokens: int, *, limit: int) -> bool:
        """Count tokens before they are spent; False, and nothing counted, where the day's limit would be passed.

        The condition stands in the UPDATE itself, so that processes on PostgreSQL together keep the limit.
        """
        self._session.execute(self._insert(TokenDayRow).values(day=day, tokens=0).on_conflict_do_nothing())
        taken = self._session.execute(
            update(TokenDayRow)
            .where(col(TokenDayRow.day) == day, col(TokenDayRow.tokens) <= limit - tokens)
            .values(tokens=col(TokenDayRow.tokens) + tokens)
            .returning(col(TokenDayRow.day))
        )
        return taken.first() is not None

    def settle(self, day: dt.date, *, reserved: int, spent: int) -> None:
        """Replace what was reserved by what the call cost."""
        self._session.execute(
            update(TokenDayRow)
            .where(col(TokenDayRow.day) == day)
            .values(tokens=col(TokenDayRow.tokens) + (spent - reserved))
        )

    def tokens_on(self, day: dt.date) -> int:
        """Tokens counted on one day in China."""
        return int(self._session.scalar(select(col(TokenDayRow.tokens)).where(col(TokenDayRow.day) == day)) or 0)

    def _insert(self, table: type[OpinionRow] | type[TokenDayRow]) -> sqlite.Insert | postgresql.Insert:
        """Both databases say ON CONFLICT DO NOTHING alike; SQLAlchemy has a class for each."""
        if self._session.get_bind().dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)


def _opinion(row: OpinionRow) -> Opinion:
    return Opinion(
        relevance=Relevance(row.relevance),
        topic=Topic(row.topic) if row.topic else None,
        quote=row.quote,
        model=row.model,
    )
