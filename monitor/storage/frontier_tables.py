"""The tables of backfills: what was asked for, its list pages and links with their states, and hosts to be left alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.storage.tables import BIG_ID, UtcDateTime


def _time(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime(), nullable=nullable))


class BackfillRow(SQLModel, table=True):
    """A window of one source's past that was asked for. `asked` names it: the same words again mean the same row.

    `alert` is empty where nothing is told of what is found, `digest` where it goes into digests.
    """

    __tablename__ = "backfill"
    __table_args__ = (UniqueConstraint("source_name", "asked"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    source_name: str
    asked: str = Field(sa_column=Column(Text, nullable=False))
    since: dt.datetime = _time()
    until: dt.datetime = _time()
    keywords: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    alert: str = ""
    state: str
    problem: str = Field(default="", sa_column=Column(Text, nullable=False))
    started_at: dt.datetime = _time()
    finished_at: dt.datetime | None = _time(nullable=True)


class BackfillListRow(SQLModel, table=True):
    """One list page of a backfill: where it stands (`cursor`, the crawler's, as JSON values) and what became of it."""

    __tablename__ = "backfill_list"
    __table_args__ = (Index("ix_backfill_list_state", "backfill_id", "state"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    backfill_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("backfill.id", ondelete="CASCADE"), nullable=False))
    state: str
    page: int
    cursor: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    detail: str = Field(default="", sa_column=Column(Text, nullable=False))
    attempts: int = 0


class BackfillLinkRow(SQLModel, table=True):
    """One link that a backfill found, and what became of it. `link` (the crawler's) is emptied once it is settled."""

    __tablename__ = "backfill_link"
    __table_args__ = (
        UniqueConstraint("backfill_id", "canonical_url"),
        Index("ix_backfill_link_state", "backfill_id", "state"),
        Index("ix_backfill_link_article", "article_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    backfill_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("backfill.id", ondelete="CASCADE"), nullable=False))
    canonical_url: str = Field(sa_column=Column(Text, nullable=False))
    state: str
    reason: str = ""
    detail: str = Field(default="", sa_column=Column(Text, nullable=False))
    attempts: int = 0
    article_id: int | None = Field(default=None, sa_column=Column(BIG_ID, ForeignKey("article.id"), nullable=True))
    link: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class HostPauseRow(SQLModel, table=True):
    """A host that is not to be asked before `until`: it banned us, asked for rest, or is asked seldom on purpose."""

    __tablename__ = "host_pause"

    host: str = Field(sa_column=Column(Text, primary_key=True))
    until: dt.datetime = _time()
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    blocked: bool = False
