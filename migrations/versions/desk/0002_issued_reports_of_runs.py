"""Issued reports of runs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_asked",
        sa.Column("job_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("settings", sa.String(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("known_upto", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("settled_upto", sa.BigInteger(), nullable=True),
        sa.Column("settled_position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_table(
        "run_child",
        sa.Column("run_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "child_no"),
    )
    op.create_table(
        "run_report",
        sa.Column("run_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )


def downgrade() -> None:
    op.drop_table("run_report")
    op.drop_table("run_child")
    op.drop_table("run_asked")
