"""Tables of replays: what was begun, what it changed, and which threads are still to be made up again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Text
from sqlmodel import Field, SQLModel

from monitor.storage.tables import BIG_ID, stored_time


class ReplayRow(SQLModel, table=True):
    """A replay that writes. `asked` is its identity; it is no longer looked for by it once it is begun again."""

    __tablename__ = "replay"

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    asked: str = Field(sa_column=Column(Text, nullable=False, index=True))
    since: dt.datetime | None = stored_time(nullable=True)
    until: dt.datetime | None = stored_time(nullable=True)
    through: int = Field(sa_column=Column(BigInteger, nullable=False))
    through_article: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str
    number: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    unplaced: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    started_at: dt.datetime = stored_time()
    finished_at: dt.datetime | None = stored_time(nullable=True)


class ReplayChangeRow(SQLModel, table=True):
    """What a replay changed for one article; written with the verdict itself."""

    __tablename__ = "replay_change"

    replay_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("replay.id", ondelete="CASCADE"), primary_key=True))
    article_id: int = Field(
        sa_column=Column(BIG_ID, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    effect: str
    key: str = Field(default="", sa_column=Column(Text, nullable=False))
    change: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class ReplayThreadRow(SQLModel, table=True):
    """A thread of which an article was changed: what is known of it is to be made up again, then the row is deleted."""

    __tablename__ = "replay_thread"

    replay_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("replay.id", ondelete="CASCADE"), primary_key=True))
    thread_id: str = Field(sa_column=Column(Text, primary_key=True))
