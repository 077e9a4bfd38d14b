"""Standard times"""

# One statement a table: long, and plain.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "standard_time",
        sa.Column(
            "standard_time_no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("process", sa.String(length=12), nullable=False),
        sa.Column("variations", sa.String(), nullable=False),
        sa.Column("effect", sa.String(length=10), nullable=False),
        sa.Column("worker_type", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("standard_time_no"),
    )


def downgrade() -> None:

    op.drop_table("standard_time")
