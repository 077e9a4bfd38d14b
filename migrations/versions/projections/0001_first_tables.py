"""The first tables of the projections database"""

# One statement a table: long, and plain.
# ruff: noqa: PLR0915
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column(
            "activity_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("activity_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("activity_no"),
        sa.UniqueConstraint("activity_id"),
    )
    op.create_table(
        "activity_child",
        sa.Column(
            "activity_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("child_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=True),
        sa.Column("seen_alone", sa.Boolean(), nullable=True),
        sa.Column("chosen_process", sa.String(length=12), nullable=True),
        sa.Column("process", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("activity_no", "child_no"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("activity_child", schema=None) as batch_op:
        batch_op.create_index("work_for_a_child", ["child_no"], unique=False)

    op.create_table(
        "activity_worker",
        sa.Column(
            "activity_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("worker_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("travel_seconds", sa.Integer(), nullable=True),
        sa.Column("miles_tenths", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("activity_no", "worker_no"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("activity_worker", schema=None) as batch_op:
        batch_op.create_index("work_of_a_worker", ["worker_no", "service_date"], unique=False)

    op.create_table(
        "allocation",
        sa.Column(
            "allocation_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("allocation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("worker_no", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("allocation_no"),
        sa.UniqueConstraint("allocation_id"),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_child_no"), ["child_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_worker_no"), ["worker_no"], unique=False)

    op.create_table(
        "child",
        sa.Column("child_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("child_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("ethnicity", sa.String(length=8), nullable=False),
        sa.Column("personal", sa.String(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("child_no"),
        sa.UniqueConstraint("child_id"),
    )
    op.create_table(
        "child_identifier",
        sa.Column("link_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("personal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("link_no"),
    )
    with op.batch_alter_table("child_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_identifier_child_no"), ["child_no"], unique=False)

    op.create_table(
        "description",
        sa.Column("phrase", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("phrase"),
    )
    op.create_table(
        "episode",
        sa.Column(
            "episode_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("episode_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("decom", sa.Date(), nullable=False),
        sa.Column("dec", sa.Date(), nullable=True),
        sa.Column("rne", sa.String(length=8), nullable=False),
        sa.Column("ls", sa.String(length=8), nullable=False),
        sa.Column("cin", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("provider", sa.String(length=8), nullable=False),
        sa.Column("rec", sa.String(length=8), nullable=False),
        sa.Column("urn", sa.String(length=12), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.Column("stops_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("episode_no"),
        sa.UniqueConstraint("episode_id"),
    )
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_episode_child_no"), ["child_no"], unique=False)

    op.create_table(
        "fee",
        sa.Column("fee_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("fee_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("placement_ref", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("provider", sa.String(length=8), nullable=False),
        sa.Column("weekly_pence", sa.BigInteger(), nullable=False),
        sa.Column("social_care_pence", sa.BigInteger(), nullable=False),
        sa.Column("education_pence", sa.BigInteger(), nullable=False),
        sa.Column("health_pence", sa.BigInteger(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fee_no"),
        sa.UniqueConstraint("fee_id"),
    )
    with op.batch_alter_table("fee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_child_no"), ["child_no"], unique=False)

    op.create_table(
        "follower",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.Date(), nullable=True),
        sa.Column("last_return_end", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "import_batch",
        sa.Column(
            "batch_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_no"),
    )
    op.create_table(
        "ledger_month",
        sa.Column("child_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("process", sa.String(length=12), nullable=False),
        sa.Column("cost_kind", sa.String(length=10), nullable=False),
        sa.Column("place_type", sa.String(length=30), nullable=False),
        sa.Column("sector", sa.String(length=30), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("entry_kind", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("nights", sa.BigInteger(), nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "child_no", "month", "process", "cost_kind", "place_type", "sector", "basis", "entry_kind"
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ledger_month", schema=None) as batch_op:
        batch_op.create_index("ledger_by_month", ["month"], unique=False)

    op.create_table(
        "need",
        sa.Column("need_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=20), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("need_no"),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_child_no"), ["child_no"], unique=False)

    op.create_table(
        "placement",
        sa.Column(
            "episode_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("placement_no", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("provider", sa.String(length=8), nullable=False),
        sa.Column("place_type", sa.String(length=30), nullable=False),
        sa.Column("ls", sa.String(length=8), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("episode_no", "starts"),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_child_no"), ["child_no"], unique=False)

    op.create_table(
        "post",
        sa.Column("post_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_no", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("worker_type", sa.String(), nullable=False),
        sa.Column("team_no", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("contract", sa.String(length=20), nullable=False),
        sa.Column("fte_hundredths", sa.Integer(), nullable=True),
        sa.Column("weekly_minutes", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post_no"),
        sa.UniqueConstraint("post_id"),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_worker_no"), ["worker_no"], unique=False)

    op.create_table(
        "posting",
        sa.Column("cost_kind", sa.String(length=10), nullable=False),
        sa.Column("item_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("line_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("child_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("funder", sa.String(length=12), nullable=False),
        sa.Column("service_from", sa.Date(), nullable=False),
        sa.Column("ordinal", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("service_to", sa.Date(), nullable=False),
        sa.Column("service_month", sa.Integer(), nullable=False),
        sa.Column("accounting_month", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(length=12), nullable=False),
        sa.Column("worker_type", sa.String(), nullable=False),
        sa.Column("place_type", sa.String(length=30), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("provider", sa.String(length=8), nullable=False),
        sa.Column("sector", sa.String(length=30), nullable=False),
        sa.Column("s251_line", sa.String(length=12), nullable=False),
        sa.Column("cost_centre", sa.String(length=20), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("nights", sa.Integer(), nullable=True),
        sa.Column("rate_no", sa.BigInteger(), nullable=True),
        sa.Column("rate_pence", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("pay", sa.BigInteger(), nullable=False),
        sa.Column("oncosts", sa.BigInteger(), nullable=False),
        sa.Column("qualifications", sa.BigInteger(), nullable=False),
        sa.Column("overheads", sa.BigInteger(), nullable=False),
        sa.Column("capital", sa.BigInteger(), nullable=False),
        sa.Column("travel", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("entry_kind", sa.String(length=10), nullable=False),
        sa.Column("assumed_open", sa.Boolean(), nullable=False),
        sa.Column("reverses", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("cost_kind", "item_no", "line_no", "child_no", "funder", "service_from", "ordinal"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index("postings_of_a_child", ["child_no", "service_from"], unique=False)
        batch_op.create_index(
            "unpriced_postings",
            ["cost_kind"],
            unique=False,
            sqlite_where=sa.text("amount IS NULL"),
            postgresql_where=sa.text("amount IS NULL"),
        )

    op.create_table(
        "process_time",
        sa.Column("child_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("process", sa.String(length=12), nullable=False),
        sa.Column("month", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("worker_type", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("child_no", "process", "month", "worker_type", "direct"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rate",
        sa.Column("rate_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("worker_type", sa.String(), nullable=False),
        sa.Column("contract", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("price_base", sa.String(), nullable=False),
        sa.Column("salary", sa.BigInteger(), nullable=False),
        sa.Column("oncosts", sa.BigInteger(), nullable=False),
        sa.Column("qualifications", sa.BigInteger(), nullable=True),
        sa.Column("overheads", sa.BigInteger(), nullable=False),
        sa.Column("capital", sa.BigInteger(), nullable=False),
        sa.Column("travel", sa.BigInteger(), nullable=True),
        sa.Column("hours_hundredths", sa.Integer(), nullable=False),
        sa.Column("indirect_ratio_hundredths", sa.Integer(), nullable=True),
        sa.Column("j_pence", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rate_no"),
    )
    op.create_table(
        "return_row",
        sa.Column(
            "return_row_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("return_row_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=20), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("return_row_no"),
        sa.UniqueConstraint("return_row_id"),
    )
    with op.batch_alter_table("return_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_row_child_no"), ["child_no"], unique=False)

    op.create_table(
        "review",
        sa.Column(
            "review_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("review_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("child_no", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("participation", sa.String(length=8), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("review_no"),
        sa.UniqueConstraint("review_id"),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_child_no"), ["child_no"], unique=False)

    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from"),
    )
    op.create_table(
        "team",
        sa.Column("team_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("team_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("team_no"),
        sa.UniqueConstraint("team_id"),
    )
    op.create_table(
        "type_average",
        sa.Column("placement_type", sa.String(length=30), nullable=False),
        sa.Column("return_year", sa.String(length=8), nullable=False),
        sa.Column("weekly_pence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("placement_type", "return_year"),
    )
    op.create_table(
        "worker",
        sa.Column("worker_no", sa.Integer().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("worker_no"),
        sa.UniqueConstraint("worker_id"),
    )


def downgrade() -> None:
    op.drop_table("worker")
    op.drop_table("type_average")
    op.drop_table("team")
    op.drop_table("setting")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_child_no"))

    op.drop_table("review")
    with op.batch_alter_table("return_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_row_child_no"))

    op.drop_table("return_row")
    op.drop_table("rate")
    op.drop_table("process_time")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index(
            "unpriced_postings", sqlite_where=sa.text("amount IS NULL"), postgresql_where=sa.text("amount IS NULL")
        )
        batch_op.drop_index("postings_of_a_child")

    op.drop_table("posting")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_worker_no"))

    op.drop_table("post")
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_child_no"))

    op.drop_table("placement")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_child_no"))

    op.drop_table("need")
    with op.batch_alter_table("ledger_month", schema=None) as batch_op:
        batch_op.drop_index("ledger_by_month")

    op.drop_table("ledger_month")
    op.drop_table("import_batch")
    op.drop_table("follower")
    with op.batch_alter_table("fee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_child_no"))

    op.drop_table("fee")
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_episode_child_no"))

    op.drop_table("episode")
    op.drop_table("description")
    with op.batch_alter_table("child_identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_child_identifier_child_no"))

    op.drop_table("child_identifier")
    op.drop_table("child")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_worker_no"))
        batch_op.drop_index(batch_op.f("ix_allocation_child_no"))

    op.drop_table("allocation")
    with op.batch_alter_table("activity_worker", schema=None) as batch_op:
        batch_op.drop_index("work_of_a_worker")

    op.drop_table("activity_worker")
    with op.batch_alter_table("activity_child", schema=None) as batch_op:
        batch_op.drop_index("work_for_a_child")

    op.drop_table("activity_child")
    op.drop_table("activity")
