"""The first tables of the keys database"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authority_secrets",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "child_keys",
        sa.Column("child", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("child"),
    )
    op.create_table(
        "destroyed_keys",
        sa.Column("child", sa.LargeBinary(length=16), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("child"),
    )
    op.create_table(
        "identifier_tokens",
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("child", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("identifier_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identifier_tokens_child"), ["child"], unique=False)

    op.create_table(
        "suppressions", sa.Column("token", sa.LargeBinary(length=32), nullable=False), sa.PrimaryKeyConstraint("token")
    )


def downgrade() -> None:
    op.drop_table("suppressions")
    with op.batch_alter_table("identifier_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identifier_tokens_child"))

    op.drop_table("identifier_tokens")
    op.drop_table("destroyed_keys")
    op.drop_table("child_keys")
    op.drop_table("authority_secrets")
