"""Sheets of unit costs that an authority publishes, and standard times withdrawn"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "unit_cost_sheet",
        sa.Column(
            "sheet_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sheet_no"),
    )
    with op.batch_alter_table("standard_time", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdrawn", sa.String(), nullable=True))


def downgrade() -> None:

    with op.batch_alter_table("standard_time", schema=None) as batch_op:
        batch_op.drop_column("withdrawn")
    op.drop_table("unit_cost_sheet")
