"""Payments and allowance rates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allowance_rate",
        _number("allowance_rate_no"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("what", "region", "age_band")),
        sa.Column("weekly_pence", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("allowance_rate_no"),
    )
    op.create_table(
        "payment",
        _number("payment_no"),
        sa.Column("payment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("per", sa.String(length=8), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=True),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("process", sa.String(length=12), nullable=False),
        sa.Column("provider", sa.String(length=8), nullable=False),
        sa.Column("sector", sa.String(length=30), nullable=False),
        sa.Column("s251_line", sa.String(length=12), nullable=False),
        sa.Column("funder", sa.String(length=12), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("payment_no"),
        sa.UniqueConstraint("payment_id"),
    )
    op.create_index("ix_payment_child_no", "payment", ["child_no"])


def downgrade() -> None:
    op.drop_index("ix_payment_child_no", "payment")
    op.drop_table("payment")
    op.drop_table("allowance_rate")


def _number(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=False, nullable=False)
