"""Absence, and weeks that are done"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column(
            "absence_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("worker_no", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("absence_no"),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_worker_no"), ["worker_no"], unique=False)

    op.create_table(
        "week_done",
        sa.Column("week_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("worker_no", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("week_no"),
    )
    with op.batch_alter_table("week_done", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_week_done_worker_no"), ["worker_no"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("week_done", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_week_done_worker_no"))

    op.drop_table("week_done")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_worker_no"))

    op.drop_table("absence")
