"""The shape of a posting, whatever prices it: one order of columns, one type each."""

import polars as pl

STAFF, TRAVEL, PLACEMENT, SERVICE, STANDARD = "staff", "travel", "placement", "service", "standard"
ALLOWANCE = "allowance"
RECORDED, AVERAGE = "recorded", "average"
ACTUAL, ACCRUAL = "actual", "accrual"
FUNDERS = ("social_care", "education", "health")
COMPONENTS = ("pay", "oncosts", "qualifications", "overheads", "capital", "travel")

# Money is int64 in 1/420 of a penny; a null amount is unpriced, which is never the same as zero.
POSTING_SCHEMA: dict[str, type[pl.DataType]] = {
    "child_no": pl.Int32,
    "cost_kind": pl.String,
    "item_no": pl.Int64,
    "line_no": pl.Int64,
    "funder": pl.String,
    "service_month": pl.Int32,
    "ordinal": pl.Int32,
    "service_from": pl.Date,
    "service_to": pl.Date,
    "process": pl.String,
    "worker_type": pl.String,
    "place_type": pl.String,
    "place": pl.String,
    "provider": pl.String,
    "sector": pl.String,
    "s251_line": pl.String,
    "direct": pl.Boolean,
    "seconds": pl.Int64,
    "nights": pl.Int32,
    "rate_no": pl.Int64,
    "rate_pence": pl.Int64,
    "amount": pl.Int64,
    "pay": pl.Int64,
    "oncosts": pl.Int64,
    "qualifications": pl.Int64,
    "overheads": pl.Int64,
    "capital": pl.Int64,
    "travel": pl.Int64,
    "basis": pl.String,
    "entry_kind": pl.String,
    "assumed_open": pl.Boolean,
}

# What a posting says where whatever prices it has nothing to say.
_DEFAULTS: dict[str, object] = {
    "ordinal": 0,
    "process": "",
    "worker_type": "",
    "place_type": "",
    "place": "",
    "provider": "",
    "sector": "",
    "s251_line": "",
    **dict.fromkeys(COMPONENTS, 0),
    "basis": RECORDED,
    "entry_kind": ACTUAL,
    "assumed_open": False,
}


def as_postings(lines: pl.LazyFrame, **columns: pl.Expr) -> pl.LazyFrame:
    """`lines` with exactly the columns of a posting: those given, else the usual value, else null."""
    chosen = [
        columns.get(name, pl.lit(_DEFAULTS.get(name), dtype=kind)).cast(kind).alias(name)
        for name, kind in POSTING_SCHEMA.items()
    ]
    return lines.select(chosen)


def no_postings() -> pl.DataFrame:
    """No postings, in the shape of some."""
    return pl.DataFrame(schema=POSTING_SCHEMA)
