"""Polls are remembered: what became of each check of a source, those that did not happen, and why the next is when it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.storage.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_poll_source_ended", "poll", ["source_name", "ended_at"])
    op.create_index("ix_poll_ended", "poll", ["ended_at"])
    # Added empty, then without a default, so that the schema is the same as one made anew.
    with op.batch_alter_table("source") as table:
        table.add_column(sa.Column("pacing", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    with op.batch_alter_table("source") as table:
        table.alter_column("pacing", server_default=None)
    op.create_table(
        "poll_tally",
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("polls", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source_name", "outcome"),
    )


def downgrade() -> None:
    op.drop_table("poll_tally")
    with op.batch_alter_table("source") as table:
        table.drop_column("pacing")
    op.drop_table("poll")
