"""Closings of accounting periods, and monthly sums by the period in which they are booked

The tables are emptied: the follower fills them again from the facts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OF_ALEMBIC = {"alembic_version"}


def upgrade() -> None:
    _empty()
    op.create_table(
        "closing",
        sa.Column(
            "closing_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("closing_no"),
    )
    _sums("accounting_month")


def downgrade() -> None:
    _empty()
    op.drop_table("closing")
    _sums()


def _empty() -> None:
    connection = op.get_bind()
    for name in sorted(set(sa.inspect(connection).get_table_names()) - _OF_ALEMBIC):
        connection.execute(sa.delete(sa.table(name)))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _sums(*booked: str) -> None:
    """The monthly sums, empty, with these numbers besides in their key: no database adds to a key as it stands."""
    op.drop_table("ledger_month")
    texts = {"process": 12, "cost_kind": 10, "place_type": 30, "sector": 30, "basis": 10, "entry_kind": 10}
    numbers = ["child_no", "month", *booked]
    op.create_table(
        "ledger_month",
        *(_number(name) for name in numbers),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in texts.items()),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("amount", "seconds", "nights")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("unpriced", "entries")),
        sa.PrimaryKeyConstraint(*numbers, *texts),
        sqlite_with_rowid=False,
    )
    op.create_index("ledger_by_month", "ledger_month", ["month"])
