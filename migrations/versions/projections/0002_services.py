"""Services for children in need and early help"""

# One statement a table: long, and plain.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "assessment",
        sa.Column(
            "assessment_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("assessment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("review_point", sa.Date(), nullable=True),
        sa.Column("authorised", sa.Date(), nullable=True),
        sa.Column("factors", sa.String(), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("assessment_no"),
        sa.UniqueConstraint("assessment_id"),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_child_no"), ["child_no"], unique=False)

    op.create_table(
        "cin_plan",
        sa.Column(
            "cin_plan_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("cin_plan_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cin_plan_no"),
        sa.UniqueConstraint("cin_plan_id"),
    )
    with op.batch_alter_table("cin_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cin_plan_child_no"), ["child_no"], unique=False)

    op.create_table(
        "cp_plan",
        sa.Column(
            "cp_plan_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("cp_plan_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("initial_category", sa.String(), nullable=False),
        sa.Column("latest_category", sa.String(), nullable=False),
        sa.Column("previous_plans", sa.Integer(), nullable=True),
        sa.Column("reviews", sa.String(), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cp_plan_no"),
        sa.UniqueConstraint("cp_plan_id"),
    )
    with op.batch_alter_table("cp_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cp_plan_child_no"), ["child_no"], unique=False)

    op.create_table(
        "disabilities",
        sa.Column(
            "disabilities_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("disabilities_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("disabilities_no"),
        sa.UniqueConstraint("disabilities_id"),
    )
    with op.batch_alter_table("disabilities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disabilities_child_no"), ["child_no"], unique=False)

    op.create_table(
        "early_help",
        sa.Column(
            "early_help_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("early_help_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("intended", sa.Date(), nullable=False),
        sa.Column("assessment_starts", sa.Date(), nullable=True),
        sa.Column("assessed", sa.Date(), nullable=True),
        sa.Column("meetings", sa.String(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("closure_reason", sa.String(), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("early_help_no"),
        sa.UniqueConstraint("early_help_id"),
    )
    with op.batch_alter_table("early_help", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_early_help_child_no"), ["child_no"], unique=False)

    op.create_table(
        "pre_proceedings",
        sa.Column(
            "pre_proceedings_no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("pre_proceedings_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("letter_sent", sa.Date(), nullable=True),
        sa.Column("family_meeting_offered", sa.Boolean(), nullable=True),
        sa.Column("family_meeting_held", sa.Boolean(), nullable=True),
        sa.Column("first_meeting", sa.Date(), nullable=True),
        sa.Column("review_meetings", sa.Integer(), nullable=True),
        sa.Column("decided", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("court_application", sa.Date(), nullable=True),
        sa.Column("initial_letter", sa.Date(), nullable=True),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pre_proceedings_no"),
        sa.UniqueConstraint("pre_proceedings_id"),
    )
    with op.batch_alter_table("pre_proceedings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pre_proceedings_child_no"), ["child_no"], unique=False)

    op.create_table(
        "referral",
        sa.Column(
            "referral_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("referral_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("primary_need", sa.String(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("closure_reason", sa.String(), nullable=False),
        sa.Column("no_further_action", sa.Boolean(), nullable=True),
        sa.Column("conference", sa.Date(), nullable=True),
        sa.Column("stops_on", sa.Date(), nullable=True),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("referral_no"),
        sa.UniqueConstraint("referral_id"),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_child_no"), ["child_no"], unique=False)

    op.create_table(
        "section47",
        sa.Column(
            "section47_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("section47_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("strategy_on", sa.Date(), nullable=True),
        sa.Column("conference_target", sa.Date(), nullable=True),
        sa.Column("conference", sa.Date(), nullable=True),
        sa.Column("conference_not_required", sa.Boolean(), nullable=True),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("section47_no"),
        sa.UniqueConstraint("section47_id"),
    )
    with op.batch_alter_table("section47", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_section47_child_no"), ["child_no"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("section47", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_section47_child_no"))

    op.drop_table("section47")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_child_no"))

    op.drop_table("referral")
    with op.batch_alter_table("pre_proceedings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pre_proceedings_child_no"))

    op.drop_table("pre_proceedings")
    with op.batch_alter_table("early_help", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_early_help_child_no"))

    op.drop_table("early_help")
    with op.batch_alter_table("disabilities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disabilities_child_no"))

    op.drop_table("disabilities")
    with op.batch_alter_table("cp_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cp_plan_child_no"))

    op.drop_table("cp_plan")
    with op.batch_alter_table("cin_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cin_plan_child_no"))

    op.drop_table("cin_plan")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_child_no"))

    op.drop_table("assessment")
