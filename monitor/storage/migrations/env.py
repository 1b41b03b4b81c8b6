"""Alembic's entry: migrations run on the connection that `monitor.storage.schema` hands over."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import monitor.storage.delivery_tables
import monitor.storage.following_tables
import monitor.storage.frontier_tables
import monitor.storage.index
import monitor.storage.poll_tables
import monitor.storage.replay_tables
import monitor.storage.tables
import monitor.storage.websub_tables  # noqa: F401  (all define tables)

connection = context.config.attributes["connection"]
# SQLite rolls tables back like rows; the caller holds the transaction.
context.configure(
    connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
