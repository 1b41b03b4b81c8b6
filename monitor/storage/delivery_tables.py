"""Tables of delivery: the outbox, each alert's deliveries, the messages that carry them, and every attempt's receipt."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.storage.tables import BIG_ID, stored_time


class OutboxRow(SQLModel, table=True):
    """An alert to deliver, written in the transaction that stores what it is about (the outbox pattern)."""

    __tablename__ = "outbox"

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    alert_key: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    thread: str = Field(default="", index=True)
    article_id: int | None = Field(
        default=None, sa_column=Column(BIG_ID, ForeignKey("article.id"), nullable=True, index=True)
    )
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str = Field(index=True)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    created_at: dt.datetime = stored_time()
    admitted_at: dt.datetime | None = stored_time(nullable=True, index=True)
    closed_at: dt.datetime | None = stored_time(nullable=True)


class DeliveryRow(SQLModel, table=True):
    """One alert on its way to one channel of one receiver: unique for ever, so that nothing is told twice."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("alert_key", "receiver", "channel"),
        Index("ix_delivery_due", "state", "receiver", "channel", "due_at"),
        Index("ix_delivery_group", "receiver", "channel", "group"),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    alert_key: str = Field(sa_column=Column(Text, nullable=False))
    receiver: str
    channel: str
    state: str
    due_at: dt.datetime = stored_time()
    created_at: dt.datetime = stored_time()
    form: str
    urgent: bool = False
    alone: bool = False
    group: str = Field(default="", sa_column=Column(Text, nullable=False))
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    lang: str | None = None
    max_copies: int | None = None
    message: str = Field(default="", sa_column=Column(Text, nullable=False))
    closed_at: dt.datetime | None = stored_time(nullable=True)


class MessageRow(SQLModel, table=True):
    """What is sent in one piece to one channel; open until it is concluded."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("key", "receiver", "channel"),
        Index("ix_message_due", "is_open", "receiver", "channel", "due_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False))
    receiver: str
    channel: str
    form: str
    lang: str | None = None
    max_copies: int | None = None
    urgent: bool = False
    is_open: bool
    opened_at: dt.datetime = stored_time()
    due_at: dt.datetime = stored_time()


class MessageItemRow(SQLModel, table=True):
    """That a message carries an alert, in which place."""

    __tablename__ = "message_item"

    message_id: int = Field(sa_column=Column(BIG_ID, ForeignKey("message.id"), primary_key=True))
    alert_key: str = Field(sa_column=Column(Text, primary_key=True, index=True))
    place: int


class ReceiptRow(SQLModel, table=True):
    """One attempt to send one message: begun first, its outcome recorded after."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("message_key", "receiver", "channel", "attempt"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    message_key: str = Field(sa_column=Column(Text, nullable=False))
    receiver: str
    channel: str
    attempt: int
    outcome: str
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    attempted_at: dt.datetime = stored_time(index=True)
    retry_at: dt.datetime | None = stored_time(nullable=True)


class LaneRow(SQLModel, table=True):
    """How a channel's far side fares. `key` is a digest of its address and tells nothing of it."""

    __tablename__ = "lane"

    key: str = Field(primary_key=True)
    state: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class SilenceRow(SQLModel, table=True):
    """Who asked for silence about what, why, and until when; never deleted."""

    __tablename__ = "silence"

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    matchers: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    author: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    starts_at: dt.datetime = stored_time()
    ends_at: dt.datetime = stored_time(index=True)
    ended_by: str = ""
