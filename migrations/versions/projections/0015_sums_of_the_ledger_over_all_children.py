"""Sums of the ledger over all children"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = {
        "cost_kind": 10, "process": 12, "place_type": 30, "sector": 30, "provider": 8, "worker_type": None,
        "s251_line": 12, "cost_centre": 20, "subjective": 20, "funder": 12, "basis": 10, "entry_kind": 10,
    }  # fmt: skip
    numbers = {
        "amount": sa.BigInteger(), "seconds": sa.BigInteger(), "nights": sa.BigInteger(),
        "unpriced": sa.Integer(), "entries": sa.Integer(),
    }  # fmt: skip
    months = ("service_month", "accounting_month")
    op.create_table(
        "ledger_sum",
        *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in months),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in texts.items()),
        *(sa.Column(name, kind, nullable=False) for name, kind in numbers.items()),
        sa.PrimaryKeyConstraint(*months, *texts),
        sqlite_with_rowid=False,
    )
    key = ", ".join((*months, *texts))
    stands = "CASE WHEN entry_kind = 'reversal' THEN -1 ELSE 1 END"
    op.execute(
        f"INSERT INTO ledger_sum ({key}, amount, seconds, nights, unpriced, entries)"
        f" SELECT {key}, COALESCE(SUM(amount), 0), COALESCE(SUM(seconds), 0), COALESCE(SUM(nights), 0),"
        f" SUM(CASE WHEN amount IS NULL THEN {stands} ELSE 0 END), SUM({stands}) FROM posting GROUP BY {key}"
    )


def downgrade() -> None:
    op.drop_table("ledger_sum")
