"""Codes of the general ledger on postings

No mapping was stated before this, so the postings that are there have no code, which is what the default says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_mapping",
        sa.Column(
            "mapping_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mapping_no"),
    )
    op.add_column("posting", sa.Column("subjective", sa.String(length=20), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("posting", "subjective")
    op.drop_table("ledger_mapping")
