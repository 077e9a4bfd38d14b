"""The rules of the ledger: counter-accounts, the key of a posting, and the month in which it is booked.

Every posting debits a cost account and credits the account it is owed to or taken from, so a trial balance
is zero; what stays in the staff pool, against the payroll, is unrecorded time.
"""

from collections.abc import Set as AbstractSet

import polars as pl

from costing.calendar import month_after
from costing.postings import ALLOWANCE, PLACEMENT, SERVICE, STAFF, STANDARD, TRAVEL

KEY = ("cost_kind", "child_no", "item_no", "line_no", "funder", "service_month", "ordinal")
COST_ACCOUNTS = {
    STAFF: "staff_cost",
    TRAVEL: "travel_cost",
    PLACEMENT: "placement_cost",
    SERVICE: "service_cost",
    ALLOWANCE: "allowance_cost",
    STANDARD: "standard_cost",
}
COUNTER_ACCOUNTS = {
    STAFF: "staff_pool",
    TRAVEL: "mileage_payable",
    PLACEMENT: "placement_payable",
    SERVICE: "service_payable",
    ALLOWANCE: "allowance_payable",
    STANDARD: "standard_cost_applied",
}
_UNKNOWN = "unknown"


class UnknownCostKind(ValueError):
    """A kind of cost for which there are no accounts."""


def accounts(cost_kind: str, sector: str, worker_type: str) -> tuple[str, str]:
    """The account debited and the account credited by a posting.

    The staff pool is kept by worker type, what is owed for placements and services by provider sector:
    `("staff_cost", "staff_pool:social_worker")`. Raises UnknownCostKind.
    """
    if cost_kind not in COST_ACCOUNTS:
        raise UnknownCostKind(f"“{cost_kind}” is not a kind of cost.")
    counter = COUNTER_ACCOUNTS[cost_kind]
    if cost_kind == STAFF:
        counter = f"{counter}:{worker_type or _UNKNOWN}"
    elif cost_kind in {PLACEMENT, SERVICE}:
        counter = f"{counter}:{sector or _UNKNOWN}"
    return COST_ACCOUNTS[cost_kind], counter


def trial_balance(postings: pl.DataFrame) -> pl.DataFrame:
    """What each account holds: account, debit, credit, balance (units); the balances add up to zero.

    Postings without a price hold no amount and move no account; they are counted elsewhere, never here.
    Raises UnknownCostKind.
    """
    facets = ["cost_kind", "sector", "worker_type"]
    moved = postings.filter(pl.col("amount").is_not_null()).group_by(facets).agg(pl.col("amount").sum())
    rows = []
    for cost_kind, sector, worker_type, amount in moved.select(*facets, "amount").iter_rows():
        debit, credit = accounts(cost_kind, sector, worker_type)
        rows += [(debit, amount, 0), (credit, 0, amount)]
    schema = {"account": pl.String, "debit": pl.Int64, "credit": pl.Int64}
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .group_by("account")
        .agg(pl.col("debit", "credit").sum())
        .with_columns(balance=pl.col("debit") - pl.col("credit"))
        .sort("account")
    )


def posting_key(
    *,
    cost_kind: str,
    child_no: int,
    item_no: int,
    line_no: int,
    funder: str,
    service_month: int,
    ordinal: int,
) -> str:
    """The id of a posting as text: the same cause gives the same id and so never posts twice."""
    return f"{cost_kind}-{child_no}-{item_no}-{line_no}-{funder}-{service_month}-{ordinal}"


def posting_key_column() -> pl.Expr:
    """The column form of `posting_key`, over the columns named in `KEY`."""
    return pl.concat_str([pl.col(name).cast(pl.String) for name in KEY], separator="-").alias("posting_key")


def accounting_month(service_month: int, closed: AbstractSet[int]) -> int:
    """The month yyyymm in which a service month is booked: itself if open, else the next that is open."""
    month = service_month
    while month in closed:
        month = month_after(month)
    return month


def accounting_month_column(postings: pl.DataFrame, closed: AbstractSet[int]) -> pl.Series:
    """`accounting_month` of each posting's service month, as int32."""
    months = {month: accounting_month(month, closed) for month in postings["service_month"].unique()}
    booked = postings["service_month"].replace_strict(months, return_dtype=pl.Int32)
    return booked.alias("accounting_month")
