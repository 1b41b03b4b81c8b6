"""Tables of polls: what became of each check of a source, kept for as long as `storage.retention` says."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel

from monitor.storage.tables import BIG_ID, stored_time


class PollRow(SQLModel, table=True):
    """One check of one source, or one that did not happen."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_source_ended", "source_name", "ended_at"), Index("ix_poll_ended", "ended_at"))

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    source_name: str
    outcome: str
    planned_at: dt.datetime = stored_time()
    started_at: dt.datetime = stored_time()
    ended_at: dt.datetime = stored_time()
    found: int = 0
    stored: int = 0
    failed: int = 0
    requests: int = 0
    problem: str = Field(default="", sa_column=Column(Text, nullable=False))


class PollTallyRow(SQLModel, table=True):
    """How many checks of a source ever ended so: counted with each, and never less when old polls are forgotten."""

    __tablename__ = "poll_tally"

    source_name: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    polls: int = Field(sa_column=Column(BigInteger, nullable=False))
    requests: int = Field(sa_column=Column(BigInteger, nullable=False))
