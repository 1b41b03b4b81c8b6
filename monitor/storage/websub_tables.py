"""Table of subscriptions with WebSub hubs. No secret stands in it: those are made from the operator's key (`websub.signing`)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from monitor.storage.tables import stored_time


class WebsubRow(SQLModel, table=True):
    """One feed at one hub (`monitor.websub.Subscription`)."""

    __tablename__ = "websub"

    token: str = Field(primary_key=True)
    source_name: str = Field(index=True)
    feed: str = Field(sa_column=Column(Text, nullable=False))
    topic: str = Field(sa_column=Column(Text, nullable=False))
    hub: str = Field(sa_column=Column(Text, nullable=False))
    state: str
    mark: str
    next_at: dt.datetime = stored_time()
    created_at: dt.datetime = stored_time()
    asked_at: dt.datetime | None = stored_time(nullable=True)
    lease_until: dt.datetime | None = stored_time(nullable=True)
    failures: int
    problem: str = Field(sa_column=Column(Text, nullable=False))
    pings: int
    refused: int
    last_ping_at: dt.datetime | None = stored_time(nullable=True)
