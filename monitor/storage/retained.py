"""What is old or personal in the database: raw pages' places, texts of what was not relevant, polls, and strings to go through.

Queries only; what is kept how long is decided by `monitor.care`. Each method is one short step, so that a long piece of
work is many small transactions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, SQLModel, col

from monitor.model import Relevance
from monitor.records import Status
from monitor.storage.delivery_tables import OutboxRow
from monitor.storage.following_tables import ThreadStateRow
from monitor.storage.poll_tables import PollRow
from monitor.storage.tables import ArticleRow, JudgementRow, MatchRow, OpinionRow

Clean = Callable[[Any], Any]

_WORTH_PROOF = (Relevance.ALERT.value, Relevance.DIGEST.value)

_TOLD: tuple[tuple[type[SQLModel], tuple[str, ...]], ...] = (
    (ArticleRow, ("title", "text", "trail")),
    (MatchRow, ("facts",)),
    (OutboxRow, ("payload",)),
    (ThreadStateRow, ("title", "facts")),
    (OpinionRow, ("quote",)),
)
"""Columns that repeat what pages say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RawFile:
    """A file of raw pages as the articles see it: how many point into it, and when the newest of these was fetched."""

    name: str
    pages: int
    newest: dt.datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPlace:
    """Where one article's raw page is. `proof`: the article is worth an alert or a digest, or a user judged it."""

    article_id: int
    offset: int
    proof: bool


class Retained:
    """What may go, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def raw_files(self) -> tuple[RawFile, ...]:
        """Every file that an article points into, by name."""
        query = (
            select(col(ArticleRow.raw_file), func.count(), func.max(col(ArticleRow.fetched_at)))
            .where(col(ArticleRow.raw_file) != "")
            .group_by(col(ArticleRow.raw_file))
            .order_by(col(ArticleRow.raw_file))
        )
        return tuple(RawFile(name=n, pages=p, newest=at) for n, p, at in self._session.execute(query))

    def raw_ends(self) -> dict[str, int]:
        """Every file that an article points into, and the last place there that one points to."""
        query = (
            select(col(ArticleRow.raw_file), func.max(col(ArticleRow.raw_offset)))
            .where(col(ArticleRow.raw_file) != "")
            .group_by(col(ArticleRow.raw_file))
        )
        return {name: last for name, last in self._session.execute(query)}  # noqa: C416  rows are no pairs to a type checker

    def raw_places(self, name: str) -> tuple[RawPlace, ...]:
        """The pages of one file, in the order in which they stand in it."""
        judged = select(col(JudgementRow.article_id))
        proof = or_(col(ArticleRow.relevance).in_(_WORTH_PROOF), col(ArticleRow.id).in_(judged))
        query = (
            select(col(ArticleRow.id), col(ArticleRow.raw_offset), proof)
            .where(col(ArticleRow.raw_file) == name)
            .order_by(col(ArticleRow.raw_offset), col(ArticleRow.id))
        )
        return tuple(RawPlace(article_id=n, offset=at, proof=bool(p)) for n, at, p in self._session.execute(query))

    def move_raw(self, name: str, moved: Mapping[int, tuple[str, int]]) -> None:
        """Articles (by number) whose page stood in file `name` find it elsewhere from now on."""
        for number, (file, offset) in moved.items():
            self._session.execute(
                update(ArticleRow)
                .where(col(ArticleRow.id) == number, col(ArticleRow.raw_file) == name)
                .values(raw_file=file, raw_offset=offset)
            )

    def clear_raw(self, name: str, numbers: Collection[int]) -> None:
        """These articles have no raw page in file `name` any more."""
        self._session.execute(
            update(ArticleRow)
            .where(col(ArticleRow.id).in_(numbers), col(ArticleRow.raw_file) == name)
            .values(raw_file="", raw_offset=0)
        )

    def rename_raw(self, name: str, new: str) -> None:
        """Every article that points into file `name` points into `new`."""
        self._session.execute(update(ArticleRow).where(col(ArticleRow.raw_file) == name).values(raw_file=new))

    def polls_before(self, moment: dt.datetime) -> int:
        """How many polls ended before this."""
        return self._session.scalar(select(func.count()).where(col(PollRow.ended_at) < moment)) or 0

    def irrelevant_texts(self, before: dt.datetime, limit: int) -> tuple[int, ...]:
        """Articles that were judged irrelevant, by the program and by nobody else, first seen before this, with a text."""
        judged = select(col(JudgementRow.article_id))
        query = (
            select(col(ArticleRow.id))
            .where(
                col(ArticleRow.status) == Status.IRRELEVANT.value,
                col(ArticleRow.first_seen_at) < before,
                col(ArticleRow.text) != "",
                col(ArticleRow.id).not_in(judged),
            )
            .order_by(col(ArticleRow.id))
            .limit(limit)
        )
        return tuple(self._session.scalars(query))

    def drop_texts(self, numbers: Sequence[int]) -> None:
        """Forget the texts of these articles; title, address and verdict stay."""
        self._session.execute(update(ArticleRow).where(col(ArticleRow.id).in_(numbers)).values(text=""))

    def clean(self, table: str, clean: Clean, *, after: Any, limit: int, write: bool) -> tuple[Any, int]:
        """Send what pages say through `clean` in the next `limit` rows of a table; nothing is changed unless `write`.

        Returns the last row's key, None where none was left, and how many rows differ. Begin with `after` None.
        """
        kind, columns = next((k, c) for k, c in _TOLD if k.__tablename__ == table)
        keys = list(kind.__table__.primary_key.columns)  # type: ignore[attr-defined]
        query = select(kind).order_by(*keys).limit(limit)
        if after is not None:
            query = query.where(_behind(keys, after))
        changed, last = 0, None
        for row in self._session.scalars(query):
            last = tuple(getattr(row, key.name) for key in keys)
            values = {name: getattr(row, name) for name in columns}
            cleaned = {name: clean(value) for name, value in values.items()}
            if cleaned != values:
                changed += 1
                for name, value in cleaned.items() if write else ():
                    setattr(row, name, value)
        self._session.flush()
        self._session.expunge_all()
        return last, changed

    @staticmethod
    def cleanable() -> tuple[str, ...]:
        """Names of the tables that repeat what pages say."""
        return tuple(str(kind.__tablename__) for kind, _ in _TOLD)


def _behind(keys: Sequence[Any], after: Sequence[Any]) -> Any:
    """Rows whose key comes after this one, column by column."""
    first, *others = zip(keys, after, strict=True)
    clause = first[0] > first[1]
    if not others:
        return clause
    return or_(clause, (first[0] == first[1]) & _behind([k for k, _ in others], [a for _, a in others]))
