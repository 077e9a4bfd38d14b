"""The tables the log is turned into. All can be dropped and rebuilt to the same rows.

Numbers (``child_no``, ``worker_no``, ``team_no``) are given in log order, so they are the same in
every rebuild of one log. Other ``_no`` columns are the log position of the first fact of the thing.
Amounts are whole units of 1/420 of a penny; time is whole seconds; instants microseconds since 1970.
Personal values stay encrypted here, and lie in ``child`` and ``child_identifier`` only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)

from projections.service_tables import service_tables

__all__ = ["DERIVED", "FACTS", "SERVICES", "metadata"]

metadata = MetaData()


def _key(name: str, kind: type[Integer] | type[BigInteger] = BigInteger) -> Column[int]:
    return Column(name, kind().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


follower = Table(
    "follower",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("horizon", Date),
    Column("last_return_end", Date),
)
child = Table(
    "child",
    metadata,
    _key("child_no", Integer),
    Column("child_id", LargeBinary(16), nullable=False, unique=True),
    Column("sex", String(1), nullable=False),
    Column("ethnicity", String(8), nullable=False),
    Column("personal", String),
    Column("known_at", BigInteger, nullable=False),
)
child_identifier = Table(
    "child_identifier",
    metadata,
    _key("link_no"),
    Column("child_no", Integer, nullable=False, index=True),
    Column("system", String(20), nullable=False),
    Column("personal", String, nullable=False),
)
need = Table(
    "need",
    metadata,
    _key("need_no"),
    Column("child_no", Integer, nullable=False, index=True),
    Column("need", String(20), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
)
team = Table(
    "team",
    metadata,
    _key("team_no", Integer),
    Column("team_id", LargeBinary(16), nullable=False, unique=True),
    Column("name", String, nullable=False),
)
worker = Table(
    "worker",
    metadata,
    _key("worker_no", Integer),
    Column("worker_id", LargeBinary(16), nullable=False, unique=True),
    Column("reference", String, nullable=False),
    Column("name", String, nullable=False),
)
post = Table(
    "post",
    metadata,
    _key("post_no"),
    Column("post_id", LargeBinary(16), nullable=False, unique=True),
    Column("worker_no", Integer, nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("worker_type", String, nullable=False),
    Column("team_no", Integer),
    Column("grade", String, nullable=False),
    Column("contract", String(20), nullable=False),
    Column("fte_hundredths", Integer),
    Column("weekly_minutes", Integer),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("known_at", BigInteger, nullable=False),
)
# Every statement of an absence; of those of a worker, day and kind the last one holds. Seconds null: the whole day.
absence = Table(
    "absence",
    metadata,
    _key("absence_no"),
    Column("worker_no", Integer, nullable=False, index=True),
    Column("on_day", Date, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("seconds", Integer),
    Column("known_at", BigInteger, nullable=False),
)
# Weeks marked as done or opened again; of a worker and Monday the last one holds.
week_done = Table(
    "week_done",
    metadata,
    _key("week_no"),
    Column("worker_no", Integer, nullable=False, index=True),
    Column("monday", Date, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
rate = Table(
    "rate",
    metadata,
    _key("rate_no"),
    Column("worker_type", String, nullable=False),
    Column("contract", String(20), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("price_base", String, nullable=False),
    Column("salary", BigInteger, nullable=False),
    Column("oncosts", BigInteger, nullable=False),
    Column("qualifications", BigInteger),
    Column("overheads", BigInteger, nullable=False),
    Column("capital", BigInteger, nullable=False),
    Column("travel", BigInteger),
    Column("hours_hundredths", Integer, nullable=False),
    Column("indirect_ratio_hundredths", Integer),
    Column("j_pence", Integer, nullable=False),
    Column("source", String, nullable=False),
    # By item in JSON, as the fact has them: where its figure is from, and of when it is.
    Column("sources", String, nullable=False, server_default="{}"),
    Column("dated", String, nullable=False, server_default="{}"),
    Column("known_at", BigInteger, nullable=False),
)
standard_time = Table(
    "standard_time",
    metadata,
    _key("standard_time_no"),
    Column("process", String(12), nullable=False),
    Column("variations", String, nullable=False),
    Column("effect", String(10), nullable=False),
    Column("worker_type", String, nullable=False),
    Column("hours", String),
    Column("n", Integer),
    Column("agreed_on", Date, nullable=False),
    Column("agreed_by", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("withdrawn", String),
)
unit_cost_sheet = Table(
    "unit_cost_sheet",
    metadata,
    _key("sheet_no"),
    Column("name", String, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("note", String, nullable=False),
    Column("lines", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
own_framework = Table(
    "own_framework",
    metadata,
    _key("own_framework_no"),
    Column("topic", String(40), nullable=False),
    Column("said", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
own_kind = Table(
    "own_kind",
    metadata,
    _key("own_kind_no"),
    Column("topic", String(40), nullable=False),
    Column("said", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
inference_rule = Table(
    "inference_rule",
    metadata,
    _key("rule_no"),
    Column("topic", String(40), nullable=False),
    Column("said", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
payment = Table(
    "payment",
    metadata,
    _key("payment_no"),
    Column("payment_id", LargeBinary(16), nullable=False, unique=True),
    Column("child_no", Integer, nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("what", String, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("per", String(8), nullable=False),
    Column("pence", BigInteger),
    Column("region", String, nullable=False),
    Column("age_band", String, nullable=False),
    Column("process", String(12), nullable=False),
    Column("provider", String(8), nullable=False),
    Column("sector", String(30), nullable=False),
    Column("s251_line", String(12), nullable=False),
    Column("funder", String(12), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("source_position", BigInteger, nullable=False),
)
allowance_rate = Table(
    "allowance_rate",
    metadata,
    _key("allowance_rate_no"),
    Column("what", String, nullable=False),
    Column("region", String, nullable=False),
    Column("age_band", String, nullable=False),
    Column("weekly_pence", BigInteger, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
# Every statement of the mapping of postings to codes, whole; the one known last holds.
ledger_mapping = Table(
    "ledger_mapping",
    metadata,
    _key("mapping_no"),
    Column("said", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
fee = Table(
    "fee",
    metadata,
    _key("fee_no"),
    Column("fee_id", LargeBinary(16), nullable=False, unique=True),
    Column("child_no", Integer, nullable=False, index=True),
    Column("placement_ref", String, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("place", String(8), nullable=False),
    Column("provider", String(8), nullable=False),
    Column("weekly_pence", BigInteger, nullable=False),
    Column("social_care_pence", BigInteger, nullable=False),
    Column("education_pence", BigInteger, nullable=False),
    Column("health_pence", BigInteger, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("source_position", BigInteger, nullable=False),
)
episode = Table(
    "episode",
    metadata,
    _key("episode_no"),
    Column("episode_id", LargeBinary(16), nullable=False, unique=True),
    Column("child_no", Integer, nullable=False, index=True),
    Column("decom", Date, nullable=False),
    Column("dec", Date),
    Column("rne", String(8), nullable=False),
    Column("ls", String(8), nullable=False),
    Column("cin", String(8), nullable=False),
    Column("place", String(8), nullable=False),
    Column("provider", String(8), nullable=False),
    Column("rec", String(8), nullable=False),
    Column("urn", String(12), nullable=False),
    Column("return_year", String(8), nullable=False),
    Column("change", String(12), nullable=False),
    Column("stops_on", Date),
    Column("withdrawn", Boolean, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("source_position", BigInteger, nullable=False),
    Column("reason_place_change", String(8), nullable=False),
    Column("pl_location", String(8), nullable=False),
    Column("pl_la", String(12), nullable=False),
)
allocation = Table(
    "allocation",
    metadata,
    _key("allocation_no"),
    Column("allocation_id", LargeBinary(16), nullable=False, unique=True),
    Column("child_no", Integer, nullable=False, index=True),
    Column("worker_no", Integer, nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("known_at", BigInteger, nullable=False),
)
review = Table(
    "review",
    metadata,
    _key("review_no"),
    Column("review_id", LargeBinary(16), nullable=False, unique=True),
    Column("child_no", Integer, nullable=False, index=True),
    Column("held_on", Date, nullable=False),
    Column("participation", String(8), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
)
return_row = Table(
    "return_row",
    metadata,
    _key("return_row_no"),
    Column("return_row_id", LargeBinary(16), nullable=False, unique=True),
    Column("child_no", Integer, nullable=False, index=True),
    Column("table_name", String(20), nullable=False),
    Column("return_year", String(8), nullable=False),
    Column("columns", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
referral, assessment, section47, cin_plan, cp_plan, pre_proceedings, disabilities, early_help = SERVICES = (
    service_tables(metadata)
)
setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("value", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
description = Table(
    "description",
    metadata,
    Column("phrase", String, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("known_at", BigInteger, nullable=False),
)
import_batch = Table(
    "import_batch",
    metadata,
    _key("batch_no"),
    Column("what", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("return_year", String(8), nullable=False),
    Column("counts", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
# Closings and reopenings of accounting periods, in log order; of them the books follow.
closing = Table(
    "closing",
    metadata,
    _key("closing_no"),
    Column("period", Integer, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
activity = Table(
    "activity",
    metadata,
    _key("activity_no"),
    Column("activity_id", LargeBinary(16), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("service_date", Date, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("contact", String(10), nullable=False),
    Column("source", String(20), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
activity_worker = Table(
    "activity_worker",
    metadata,
    _key("activity_no"),
    _key("worker_no", Integer),
    Column("service_date", Date, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("seconds", Integer),
    Column("travel_seconds", Integer),
    Column("miles_tenths", Integer),
    # Whether the worker says so too; a colleague's line is not accepted until its owner sees it.
    Column("accepted", Boolean, nullable=False),
    Index("work_of_a_worker", "worker_no", "service_date"),
    sqlite_with_rowid=False,
)
activity_child = Table(
    "activity_child",
    metadata,
    _key("activity_no"),
    _key("child_no", Integer),
    Column("rank", Integer, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("seen", Boolean),
    Column("seen_alone", Boolean),
    Column("chosen_process", String(12)),
    Column("process", String(12), nullable=False),
    # The version of the rule that gave the process; none where somebody chose it.
    Column("rule", String(24)),
    Index("work_for_a_child", "child_no"),
    sqlite_with_rowid=False,
)
placement = Table(
    "placement",
    metadata,
    _key("episode_no"),
    Column("starts", Date, primary_key=True),
    Column("child_no", Integer, nullable=False, index=True),
    Column("placement_no", BigInteger, nullable=False),
    Column("place", String(8), nullable=False),
    Column("provider", String(8), nullable=False),
    Column("place_type", String(30), nullable=False),
    Column("ls", String(8), nullable=False),
    Column("ends", Date, nullable=False),
    Column("open", Boolean, nullable=False),
)
type_average = Table(
    "type_average",
    metadata,
    Column("placement_type", String(30), primary_key=True),
    Column("return_year", String(8), primary_key=True),
    Column("weekly_pence", BigInteger, nullable=False),
)
posting = Table(
    "posting",
    metadata,
    Column("cost_kind", String(10), primary_key=True),
    _key("item_no"),
    _key("line_no"),
    _key("child_no", Integer),
    Column("funder", String(12), primary_key=True),
    Column("service_from", Date, primary_key=True),
    _key("ordinal", Integer),
    Column("service_to", Date, nullable=False),
    Column("service_month", Integer, nullable=False),
    Column("accounting_month", Integer, nullable=False),
    Column("process", String(12), nullable=False),
    Column("worker_type", String, nullable=False),
    Column("place_type", String(30), nullable=False),
    Column("place", String(8), nullable=False),
    Column("provider", String(8), nullable=False),
    Column("sector", String(30), nullable=False),
    Column("s251_line", String(12), nullable=False),
    Column("cost_centre", String(20), nullable=False),
    Column("subjective", String(20), nullable=False, server_default=""),
    Column("direct", Boolean),
    Column("seconds", Integer),
    Column("nights", Integer),
    Column("rate_no", BigInteger),
    Column("rate_pence", BigInteger),
    Column("amount", BigInteger),
    Column("pay", BigInteger, nullable=False),
    Column("oncosts", BigInteger, nullable=False),
    Column("qualifications", BigInteger, nullable=False),
    Column("overheads", BigInteger, nullable=False),
    Column("capital", BigInteger, nullable=False),
    Column("travel", BigInteger, nullable=False),
    Column("basis", String(10), nullable=False),
    Column("entry_kind", String(10), nullable=False),
    Column("assumed_open", Boolean, nullable=False),
    Column("reverses", String),
    Index("postings_of_a_child", "child_no", "service_from"),
    Index(
        "uncoded_postings",
        "service_month",
        sqlite_where=text("cost_centre = ''"),
        postgresql_where=text("cost_centre = ''"),
    ),
    Index(
        "unpriced_postings", "cost_kind", sqlite_where=text("amount IS NULL"), postgresql_where=text("amount IS NULL")
    ),
    sqlite_with_rowid=False,
)
process_time = Table(
    "process_time",
    metadata,
    _key("child_no", Integer),
    Column("process", String(12), primary_key=True),
    _key("month", Integer),
    Column("worker_type", String, primary_key=True),
    Column("direct", Boolean, primary_key=True),
    Column("seconds", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    sqlite_with_rowid=False,
)
ledger_month = Table(
    "ledger_month",
    metadata,
    _key("child_no", Integer),
    _key("month", Integer),
    # The period it is booked in: the month itself, or a later one where the month was closed.
    _key("accounting_month", Integer),
    Column("process", String(12), primary_key=True),
    Column("cost_kind", String(10), primary_key=True),
    Column("place_type", String(30), primary_key=True),
    Column("sector", String(30), primary_key=True),
    Column("basis", String(10), primary_key=True),
    Column("entry_kind", String(10), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("nights", BigInteger, nullable=False),
    Column("unpriced", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Index("ledger_by_month", "month"),
    sqlite_with_rowid=False,
)
# The same over all children, by everything else that a summary can go by: a few thousand rows, so that no page or
# file that adds the ledger up has to read the postings.
ledger_sum = Table(
    "ledger_sum",
    metadata,
    _key("service_month", Integer),
    _key("accounting_month", Integer),
    Column("cost_kind", String(10), primary_key=True),
    Column("process", String(12), primary_key=True),
    Column("place_type", String(30), primary_key=True),
    Column("sector", String(30), primary_key=True),
    Column("provider", String(8), primary_key=True),
    Column("worker_type", String, primary_key=True),
    Column("s251_line", String(12), primary_key=True),
    Column("cost_centre", String(20), primary_key=True),
    Column("subjective", String(20), primary_key=True),
    Column("funder", String(12), primary_key=True),
    Column("basis", String(10), primary_key=True),
    Column("entry_kind", String(10), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("nights", BigInteger, nullable=False),
    Column("unpriced", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    sqlite_with_rowid=False,
)

FACTS = (
    child,
    child_identifier,
    need,
    team,
    worker,
    post,
    absence,
    week_done,
    rate,
    standard_time,
    unit_cost_sheet,
    own_framework,
    own_kind,
    inference_rule,
    ledger_mapping,
    payment,
    allowance_rate,
    fee,
    episode,
    allocation,
    review,
    return_row,
    *SERVICES,
    setting,
    description,
    import_batch,
    closing,
    activity,
    activity_worker,
)
DERIVED = (activity_child, placement, type_average, posting, process_time, ledger_month, ledger_sum)
