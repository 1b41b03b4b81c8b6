"""Backfills that resume: what was asked for, its list pages and links, and hosts that are to be left alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.storage.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "backfill",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_name", "asked"),
    )
    op.create_table(
        "backfill_list",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("backfill_id", number, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["backfill_id"], ["backfill.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_backfill_list_state", "backfill_list", ["backfill_id", "state"], unique=False)
    op.create_table(
        "backfill_link",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("backfill_id", number, nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("article_id", number, nullable=True),
        sa.Column("link", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["backfill_id"], ["backfill.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("backfill_id", "canonical_url"),
    )
    op.create_index("ix_backfill_link_state", "backfill_link", ["backfill_id", "state"], unique=False)
    op.create_index("ix_backfill_link_article", "backfill_link", ["article_id"], unique=False)
    op.create_table(
        "host_pause",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )
