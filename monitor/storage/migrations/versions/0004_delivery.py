"""Deliveries that are held, bundled and proven: who is to get an alert and when, what carried it, what became of it.

Alerts that were delivered before keep their receipts, and get the deliveries that these prove.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.storage.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=True),
        sa.Column("max_copies", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("alert_key", "receiver", "channel"),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "receiver", "channel", "due_at"])
    op.create_index("ix_delivery_group", "delivery", ["receiver", "channel", "group"])
    op.create_table(
        "message",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=True),
        sa.Column("max_copies", sa.Integer(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", "receiver", "channel"),
    )
    op.create_index("ix_message_due", "message", ["is_open", "receiver", "channel", "due_at"])
    op.create_table(
        "message_item",
        sa.Column("message_id", NUMBER, sa.ForeignKey("message.id"), nullable=False),
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "alert_key"),
    )
    op.create_index("ix_message_item_alert_key", "message_item", ["alert_key"])
    op.create_table(
        "lane",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "silence",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("matchers", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_silence_ends_at", "silence", ["ends_at"])
    _outbox()
    _receipts()
    _deliveries_of_before()


def _outbox() -> None:
    op.drop_index("ix_outbox_next_attempt_at", "outbox")
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("admitted_at", UtcDateTime(), nullable=True))
        table.alter_column("article_id", existing_type=NUMBER, nullable=True)
        table.drop_column("next_attempt_at")
    op.create_index("ix_outbox_admitted_at", "outbox", ["admitted_at"])
    op.execute("update outbox set admitted_at = created_at where state <> 'pending'")


def _receipts() -> None:
    op.drop_index("ix_receipt_target", "receipt")
    with op.batch_alter_table("receipt") as table:
        table.alter_column("alert_key", new_column_name="message_key", existing_type=sa.Text(), existing_nullable=False)
    op.create_index("ix_receipt_attempted_at", "receipt", ["attempted_at"])


def _deliveries_of_before() -> None:
    """An alert was its own message until now; what its receipts say is the state of its delivery.

    A delivery of an alert that is still pending has no final receipt: it waits, and its attempts so far count as
    history (what may have arrived is marked, what was accepted is not sent again).
    """
    op.execute(
        """
        insert into delivery (alert_key, receiver, channel, state, due_at, created_at, form, urgent, alone,
                              "group", reason, message, closed_at)
        select r.message_key, r.receiver, r.channel,
               case when max(case when r.outcome = 'accepted' then 1 else 0 end) = 1 then 'accepted'
                    when o.state = 'pending' then 'waiting'
                    when max(case when r.outcome = 'unknown' then 1 else 0 end) = 1 then 'unknown'
                    else 'refused' end,
               min(r.attempted_at), min(r.attempted_at), 'single', false, false, '', '', r.message_key, o.closed_at
        from receipt r join outbox o on o.alert_key = r.message_key
        group by r.message_key, r.receiver, r.channel, o.state, o.closed_at
        """
    )
    op.execute(
        """
        insert into message (key, receiver, channel, form, urgent, is_open, opened_at, due_at)
        select alert_key, receiver, channel, 'single', false, false, due_at, due_at from delivery
        """
    )
    op.execute("insert into message_item (message_id, alert_key, place) select id, key, 0 from message")
