"""Tables of following: what was told of each thread, who took it or waved it off, and what troubles the program itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.storage.tables import BIG_ID, stored_time


class ThreadStateRow(SQLModel, table=True):
    """A thread as it was last told; `facts` are statements with their proof."""

    __tablename__ = "thread_state"
    __table_args__ = (Index("ix_thread_state_open", "ended", "deadline"),)

    thread_id: str = Field(sa_column=Column(Text, primary_key=True))
    title: str = Field(sa_column=Column(Text, nullable=False))
    article_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("article.id"), nullable=False, index=True))
    at: dt.datetime = stored_time()
    stage: str = ""
    update: str = ""
    events: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    past_events: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    facts: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    deadline: dt.datetime | None = stored_time(nullable=True)
    deadline_told_at: dt.datetime | None = stored_time(nullable=True)
    ended: bool = False
    first_told_at: dt.datetime | None = stored_time(nullable=True)
    alert_key: str = Field(default="", sa_column=Column(Text, nullable=False))
    retold: int = 0


class AcknowledgementRow(SQLModel, table=True):
    """What somebody said of a thread: append-only. `token` is the place of a signed one-time link."""

    __tablename__ = "acknowledgement"

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    thread_id: str = Field(sa_column=Column(Text, nullable=False, index=True))
    alert_key: str = Field(sa_column=Column(Text, nullable=False))
    verdict: str
    by: str
    receiver: str = ""
    at: dt.datetime = stored_time()
    token: str | None = Field(default=None, sa_column=Column(Text, nullable=True, unique=True))


class ConditionRow(SQLModel, table=True):
    """Something wrong with the program or what it depends on, from its first look to its end."""

    __tablename__ = "condition"
    __table_args__ = (UniqueConstraint("kind", "subject", "started_at"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    kind: str
    subject: str
    facts: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    started_at: dt.datetime = stored_time()
    last_seen_at: dt.datetime = stored_time()
    count: int = 1
    clear_looks: int = 0
    announced_at: dt.datetime | None = stored_time(nullable=True)
    ended_at: dt.datetime | None = stored_time(nullable=True, index=True)
