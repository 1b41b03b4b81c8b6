"""Following: what was told of each thread, acknowledgements, and conditions of the program itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.storage.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "thread_state",
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("update", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("past_events", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("deadline", UtcDateTime(), nullable=True),
        sa.Column("deadline_told_at", UtcDateTime(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("first_told_at", UtcDateTime(), nullable=True),
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("retold", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("thread_id"),
    )
    op.create_index("ix_thread_state_article_id", "thread_state", ["article_id"])
    op.create_index("ix_thread_state_open", "thread_state", ["ended", "deadline"])

    op.create_table(
        "acknowledgement",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_acknowledgement_thread_id", "acknowledgement", ["thread_id"])

    op.create_table(
        "condition",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("clear_looks", sa.Integer(), nullable=False),
        sa.Column("announced_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", "started_at"),
    )
    op.create_index("ix_condition_ended_at", "condition", ["ended_at"])
