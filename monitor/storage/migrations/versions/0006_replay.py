"""What a replay has done: its frontier, so that it goes on where it was stopped, and what it changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.storage.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "replay",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("through_article", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("unplaced", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_replay_asked", "replay", ["asked"])
    op.create_table(
        "replay_change",
        sa.Column("replay_id", NUMBER, sa.ForeignKey("replay.id", ondelete="CASCADE"), nullable=False),
        sa.Column("article_id", NUMBER, sa.ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("replay_id", "article_id"),
    )
    op.create_index("ix_replay_change_article_id", "replay_change", ["article_id"])
    op.create_table(
        "replay_thread",
        sa.Column("replay_id", NUMBER, sa.ForeignKey("replay.id", ondelete="CASCADE"), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("replay_id", "thread_id"),
    )


def downgrade() -> None:
    op.drop_table("replay_thread")
    op.drop_table("replay_change")
    op.drop_table("replay")
