"""An authority's own rules for the process of work, and which rule gave it

The tables are emptied: the follower fills them again from the facts, which have held it all along.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OF_ALEMBIC = {"alembic_version"}


def upgrade() -> None:
    connection = op.get_bind()
    for name in sorted(set(sa.inspect(connection).get_table_names()) - _OF_ALEMBIC):
        connection.execute(sa.delete(sa.table(name)))
    op.create_table(
        "inference_rule",
        sa.Column("rule_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule_no"),
    )
    recreate: Literal["always", "never"] = "always" if connection.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("activity_child", schema=None, recreate=recreate) as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=24), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("activity_child", schema=None) as batch_op:
        batch_op.drop_column("rule")
    op.drop_table("inference_rule")
