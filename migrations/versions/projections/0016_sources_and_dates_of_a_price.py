"""Sources and dates of the items of a price"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sources", sa.String(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("dated", sa.String(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("rate", schema=None) as batch_op:
        batch_op.drop_column("dated")
        batch_op.drop_column("sources")
