"""The tables, as SQLModel classes. They never leave `monitor.storage`: domain values go in and out.

Times are aware UTC in Python and stored as UTC. JSON columns hold values that are only ever read whole.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

BIG_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only in INTEGER primary keys; PostgreSQL wants 64 bits said."""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware UTC in and out; refuses naive values. SQLite keeps no zone, so it is put back when reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: every stored time is aware UTC")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def stored_time(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime(), nullable=nullable, index=index))


class SourceRow(SQLModel, table=True):
    """A polled source: what it said last, when it is due, how it fares."""

    __tablename__ = "source"

    name: str = Field(primary_key=True)
    state: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    next_check_at: dt.datetime = stored_time(index=True)
    last_checked_at: dt.datetime | None = stored_time(nullable=True)
    last_success_at: dt.datetime | None = stored_time(nullable=True)
    last_new_at: dt.datetime | None = stored_time(nullable=True)
    baseline_at: dt.datetime | None = stored_time(nullable=True)
    failures: int = 0
    last_problem: str = Field(default="", sa_column=Column(Text, nullable=False))
    pacing: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: dt.datetime = stored_time()


class ArticleRow(SQLModel, table=True):
    """One URL's text, and the verdict on it."""

    __tablename__ = "article"
    # Covers the question which files of raw pages are old, which else reads every article's text on its way.
    __table_args__ = (Index("ix_article_raw_file", "raw_file", "fetched_at"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    canonical_url: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    url: str = Field(sa_column=Column(Text, nullable=False))
    content_hash: str = Field(index=True)
    source_name: str = Field(index=True)
    publisher: str = ""
    author: str = ""
    title: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    lang: str = ""
    published: dt.datetime | None = stored_time(nullable=True, index=True)
    published_precision: str = ""
    origin_url: str = Field(default="", sa_column=Column(Text, nullable=False))
    stock_codes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    attachments: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    page: str = ""
    fetched_at: dt.datetime = stored_time()
    first_seen_at: dt.datetime = stored_time(index=True)
    raw_file: str = ""
    raw_offset: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    silent: bool = False
    status: str = Field(index=True)
    status_reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    attempts: int = 0
    processed_at: dt.datetime | None = stored_time(nullable=True)
    relevance: str = Field(default="", index=True)
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    stage: str = ""
    update: str = ""
    story_id: str = Field(default="", index=True)
    event_id: str = Field(default="", index=True)
    thread_id: str = Field(default="", index=True)
    trail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class ArticleKeyRow(SQLModel, table=True):
    """Every name under which an article is known: canonical URL and site id keys."""

    __tablename__ = "article_key"

    key: str = Field(sa_column=Column(Text, primary_key=True))
    article_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("article.id"), nullable=False, index=True))


class MatchRow(SQLModel, table=True):
    """One topic's verdict on one article: what an analyst queries."""

    __tablename__ = "match"
    __table_args__ = (UniqueConstraint("article_id", "topic"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    article_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("article.id"), nullable=False, index=True))
    topic: str = Field(index=True)
    relevance: str
    stage: str = ""
    update: str = ""
    score: float = 0.0
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: dt.datetime = stored_time(index=True)


class JudgementRow(SQLModel, table=True):
    """What a user said of an article."""

    __tablename__ = "judgement"

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    article_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("article.id"), nullable=False, index=True))
    relevance: str
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    by: str
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: dt.datetime = stored_time()


class ModelRow(SQLModel, table=True):
    """A model trained on judgements; at most one is active."""

    __tablename__ = "learned_model"

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    features_version: int
    weights: dict[str, float] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    calibration: list[float] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    raise_at: float
    lower_at: float
    judgements: int
    metrics: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    trained_at: dt.datetime = stored_time()
    active: bool = False


class OpinionRow(SQLModel, table=True):
    """A language model's valid answer, kept so that the same words are never asked about twice."""

    __tablename__ = "opinion"

    content_hash: str = Field(primary_key=True)
    prompt_version: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    relevance: str
    topic: str = ""
    quote: str = Field(default="", sa_column=Column(Text, nullable=False))
    tokens: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: dt.datetime = stored_time()


class TokenDayRow(SQLModel, table=True):
    """Tokens that language models were asked for on one day in China."""

    __tablename__ = "token_day"

    day: dt.date = Field(primary_key=True)
    tokens: int = Field(sa_column=Column(BigInteger, nullable=False))
