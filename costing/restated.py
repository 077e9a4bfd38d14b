"""A period's cost as it was known then and as it is known now: the difference taken apart by cause, re-adding exactly.

Work and nights are compared piece by piece; a piece is one activity or placement for one child in one month.

* *late fact*: nothing was known then of the activity or placement;
* *correction*: it was known, with another time, other nights, another child or month, or has been withdrawn since;
* *repricing*: the same work or nights at another price, or priced only since;
* *reclassification*: the same amount under another process, placement type, provider sector or payer: what one
  loses another gains, so all of it together comes to nothing;
* *days since*: days that had not ended when the cost was known then.

A piece that changed in several ways goes from then to now in steps: first the amount of then is classed as now,
then it is taken to the time or nights of now at the price of then, and the rest is price. Amounts are units of
1/420 penny; a posting without a price holds none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from costing.apportion import split
from costing.money import round_half_up
from costing.postings import STAFF
from costing.summaries import clip

__all__ = [
    "CAUSES",
    "CLASSED_BY",
    "CORRECTION",
    "DAYS_SINCE",
    "LATE",
    "NEEDED",
    "PIECE",
    "RECLASSIFICATION",
    "REPRICING",
    "Restated",
    "restated",
]

LATE, CORRECTION, REPRICING, RECLASSIFICATION, DAYS_SINCE = (
    "late_fact",
    "correction",
    "repricing",
    "reclassification",
    "days_since",
)
CAUSES = (LATE, CORRECTION, REPRICING, RECLASSIFICATION, DAYS_SINCE)
# One activity or placement for one child in one month.
PIECE = ("cost_kind", "item_no", "child_no", "service_month")
CLASSED_BY = ("process", "place_type", "sector", "funder")
NEEDED = (
    *PIECE, *CLASSED_BY, "service_from", "service_to", "rate_pence", "amount", "seconds", "nights",
)  # fmt: skip
_ITEM = ["cost_kind", "item_no"]
_KEY = [*PIECE, *CLASSED_BY]
_SCHEMA: dict[str, type[pl.DataType]] = {
    "cause": pl.String,
    "cost_kind": pl.String,
    "item_no": pl.Int64,
    "child_no": pl.Int32,
    "service_month": pl.Int32,
    **dict.fromkeys(CLASSED_BY, pl.String),
    "amount": pl.Int64,
}
_Class = tuple[str, ...]
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Restated:
    """The cost of the days from first to last, both included, then and now, in units.

    ``steps`` has a row for each piece, class and cause with an amount other than zero: cause, the columns of
    ``PIECE`` and of ``CLASSED_BY``, amount. ``before`` + all steps = ``after``; likewise within each class.
    """

    before: int
    after: int
    steps: pl.DataFrame

    def by_cause(self) -> dict[str, int]:
        """What each cause comes to, in the order of ``CAUSES``."""
        sums = dict(self.steps.group_by("cause").agg(pl.col("amount").sum()).iter_rows())
        return {cause: sums.get(cause, 0) for cause in CAUSES}


def restated(
    then: pl.DataFrame, now: pl.DataFrame, first: date, last: date, ended_then: date, where: Mapping[str, str]
) -> Restated:
    """The difference between two states of the ledger over the days from ``first`` to ``last``, by cause.

    ``then`` and ``now`` are all postings that stand in each state, in the columns of ``NEEDED``; ``ended_then`` is
    the last day that had ended then. ``where`` takes only what has these values in these columns of ``CLASSED_BY``.
    """
    known = then.select(_ITEM).unique()
    reach = min(last, ended_then)
    old = _pieces(then, first, reach)
    new = _pieces(now, first, reach)
    since = _pieces(now, max(first, reach + timedelta(days=1)), last)
    rows = [pl.DataFrame(_steps(old, new, known), schema=_SCHEMA, orient="row")]
    rows.append(since.with_columns(cause=pl.lit(DAYS_SINCE)).select(list(_SCHEMA)).cast(pl.Schema(_SCHEMA)))
    steps = _only(pl.concat(rows), where).filter(pl.col("amount") != 0)
    before, after = (int(_only(each, where)["amount"].sum()) for each in (old, pl.concat([new, since])))
    return Restated(before, after, steps.sort(list(_SCHEMA)))


def _only(frame: pl.DataFrame, where: Mapping[str, str]) -> pl.DataFrame:
    return frame.filter([pl.col(name) == value for name, value in where.items()]) if where else frame


def _pieces(postings: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Sums by piece and class: amount, seconds or nights, the rates, and whether everything has a price."""
    if first > last:
        postings = postings.clear()
    of_work = pl.col("cost_kind").first() == STAFF
    return (
        clip(postings.select(NEEDED).cast({"nights": pl.Int32}), first, last)
        .group_by(_KEY)
        .agg(
            pl.col("amount").sum(),
            pl.when(of_work)
            .then(pl.col("seconds").sum())
            .otherwise(pl.col("nights").cast(pl.Int64).sum())
            .alias("measure"),
            pl.col("rate_pence").unique().sort().cast(pl.String).str.join("+").alias("rates"),
            pl.col("amount").is_not_null().all().alias("priced"),
        )
        .cast({name: kind for name, kind in _SCHEMA.items() if name != "cause"})
    )


def _steps(old: pl.DataFrame, new: pl.DataFrame, known: pl.DataFrame) -> list[tuple[object, ...]]:
    """The steps of every piece that is not the same in both."""
    said = [*_KEY, "amount", "measure", "rates", "priced"]
    pairs = [(old, new), (new, old)]
    changed = pl.concat(
        [one.join(other, on=said, how="anti", nulls_equal=True).select(PIECE) for one, other in pairs]
    ).unique()
    items = set(known.iter_rows())
    sides = [_by_piece(each.join(changed, on=list(PIECE), how="semi").sort(_KEY)) for each in (old, new)]
    found: list[tuple[object, ...]] = []
    for piece in changed.sort(list(PIECE)).iter_rows():
        was, is_now = (side.get(piece, []) for side in sides)
        if not was:
            cause = CORRECTION if piece[:2] in items else LATE
            found += [(cause, *piece, *_class(row), row["amount"]) for row in is_now]
            continue
        found += [
            (cause, *piece, *classed, amount)
            for cause, amounts in _ladder(was, is_now)
            for classed, amount in amounts.items()
        ]
    return found


def _ladder(was: Sequence[_Row], now: Sequence[_Row]) -> Iterable[tuple[str, dict[_Class, int]]]:
    """The steps of one piece, each by class: classed anew, measured anew, priced anew."""
    before, after = _amounts(was), _amounts(now)
    if not now:
        return [(CORRECTION, {classed: -amount for classed, amount in before.items()})]
    classed = _classed(before, after)
    measured = _measured(was, now, classed, after)
    return [
        (RECLASSIFICATION, _less(classed, before)),
        (CORRECTION, _less(measured, classed)),
        (REPRICING, _less(after, measured)),
    ]


def _classed(before: Mapping[_Class, int], after: Mapping[_Class, int]) -> dict[_Class, int]:
    """The amounts of then in the classes of now: what a class that is gone held goes to those that came, or grew."""
    gone = sum(amount for classed, amount in before.items() if classed not in after)
    kept = {classed: amount for classed, amount in before.items() if classed in after}
    if len(kept) == len(before):
        return kept
    grown = {classed: max(amount - kept.get(classed, 0), 0) for classed, amount in after.items()}
    came = {classed: amount for classed, amount in grown.items() if classed not in kept} or grown
    weights = list(came.values()) if sum(came.values()) else [1] * len(came)
    for classed, share in zip(came, split(gone, weights), strict=True):
        kept[classed] = kept.get(classed, 0) + share
    return kept


def _measured(
    was: Sequence[_Row], now: Sequence[_Row], classed: dict[_Class, int], after: dict[_Class, int]
) -> dict[_Class, int]:
    """The amounts of then, classed as now, for the time or nights of now."""
    held, holds = (sum(int(row["measure"]) for row in rows) for rows in (was, now))
    if not all(row["priced"] for row in was):
        return classed
    if _rates(was) == _rates(now):
        return after
    total = sum(classed.values())
    if held == holds or not held or not total:
        return classed
    grown = round_half_up(Fraction(total * holds, held))
    return dict(zip(classed, split(grown, list(classed.values())), strict=True))


def _rates(rows: Sequence[_Row]) -> list[str]:
    return sorted(row["rates"] for row in rows)


def _amounts(rows: Sequence[_Row]) -> dict[_Class, int]:
    return {_class(row): int(row["amount"]) for row in rows}


def _less(these: Mapping[_Class, int], those: Mapping[_Class, int]) -> dict[_Class, int]:
    return {classed: these.get(classed, 0) - those.get(classed, 0) for classed in {**these, **those}}


def _by_piece(rows: pl.DataFrame) -> dict[tuple[object, ...], list[_Row]]:
    grouped: dict[tuple[object, ...], list[_Row]] = {}
    for row in rows.iter_rows(named=True):
        grouped.setdefault(tuple(row[name] for name in PIECE), []).append(row)
    return grouped


def _class(row: _Row) -> _Class:
    return tuple(str(row[name]) for name in CLASSED_BY)
