"""Whether a worker's line on an entry is accepted by that worker

The tables are emptied: the follower fills them again from the facts, which have held it all along.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OF_ALEMBIC = {"alembic_version"}


def upgrade() -> None:
    connection = op.get_bind()
    for name in sorted(set(sa.inspect(connection).get_table_names()) - _OF_ALEMBIC):
        connection.execute(sa.delete(sa.table(name)))
    # SQLite adds no column without a default to a table as it stands; empty, it is made anew.
    recreate: Literal["always", "never"] = "always" if connection.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("activity_worker", schema=None, recreate=recreate) as batch_op:
        batch_op.add_column(sa.Column("accepted", sa.Boolean(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("activity_worker", schema=None) as batch_op:
        batch_op.drop_column("accepted")
