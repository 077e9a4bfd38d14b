"""A period's cost as known at an earlier instant beside what it is now, and the difference by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from costing.money import cumulative_pence
from costing.restated import CAUSES, CLASSED_BY, NEEDED, RECLASSIFICATION, Restated, restated
from projections import tables as t
from projections.queries.cost_lines import CostSource, costs_as_at
from projections.rebuild import Progress
from recorder.store.log import EventLog

__all__ = ["Changed", "KnownThen", "cause_pence", "changed_pieces", "known_then", "restated_costs"]

_ITEM = ["cost_kind", "item_no", "child_no"]
_MONTHS = (
    pl.col("service_month").min().alias("first_month"), pl.col("service_month").max().alias("last_month"),
)  # fmt: skip


@dataclass(frozen=True)
class KnownThen:
    """What stood in the ledger at an instant. ``ended`` is the last day that had ended, None before the first."""

    postings: pl.DataFrame
    ended: date | None


@dataclass(frozen=True)
class Changed:
    """An activity or placement whose amount for one child changed for one cause; ``amount`` in units.

    ``first_month`` and ``last_month`` (yyyymm) are those in which it changed.

    Of a reclassification ``amount`` is what moved, and ``left`` and ``joined`` say where from and where to:
    process, placement type, provider sector, payer.
    """

    cause: str
    cost_kind: str
    item_no: int
    child_no: int
    first_month: int
    last_month: int
    process: str
    place_type: str
    amount: int
    left: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()


def known_then(log: EventLog, known_upto: int, upto: int | None = None, progress: Progress | None = None) -> KnownThen:
    """The ledger as known at an instant (microseconds) and at a log position (default: now)."""
    source = costs_as_at(log, known_upto, upto, progress)
    return KnownThen(source.frame(t.posting, NEEDED), source.horizon)


def restated_costs(
    then: KnownThen, now: CostSource, first: date, last: date, where: Mapping[str, str] | None = None
) -> Restated:
    """The cost of the days from ``first`` to ``last``, both included, by service date, then and now, by cause.

    ``where``: only what has these values in these columns of ``costing.restated.CLASSED_BY``.
    """
    ended = then.ended or first - timedelta(days=1)
    return restated(then.postings, now.frame(t.posting, NEEDED), first, last, ended, where or {})


def cause_pence(found: Restated) -> dict[str, int]:
    """What each cause comes to in pence, such that then and all causes re-add to now as they are shown.

    Each cause takes the rounded running sum less the one before it (ruling 9).
    """
    amounts = found.by_cause()
    return dict(zip(CAUSES, cumulative_pence([found.before, *amounts.values()])[1:], strict=True))


def changed_pieces(found: Restated, cause: str) -> list[Changed]:
    """The activities and placements behind a cause, child by child, the largest first."""
    steps = found.steps.filter(pl.col("cause") == cause)
    if cause == RECLASSIFICATION:
        sums = steps.group_by(*_ITEM, *CLASSED_BY).agg(pl.col("amount").sum(), *_MONTHS)
        pieces = [_moved(rows.to_dicts()) for rows in sums.sort(_ITEM + list(CLASSED_BY)).partition_by(_ITEM)]
    else:
        sums = steps.group_by(_ITEM).agg(pl.col("amount").sum(), pl.col("process", "place_type").first(), *_MONTHS)
        pieces = [_changed(row, cause, row["amount"]) for row in sums.to_dicts()]
    return sorted(pieces, key=lambda each: (-abs(each.amount), each.cost_kind, each.item_no, each.child_no))


def _changed(row: Mapping[str, object], cause: str, amount: int, **more: tuple[str, ...]) -> Changed:
    return Changed(
        cause=cause,
        cost_kind=str(row["cost_kind"]),
        item_no=_number(row["item_no"]),
        child_no=_number(row["child_no"]),
        first_month=_number(row["first_month"]),
        last_month=_number(row["last_month"]),
        process=str(row["process"]),
        place_type=str(row["place_type"]),
        amount=amount,
        **more,
    )


def _moved(rows: Sequence[Mapping[str, object]]) -> Changed:
    """What of a piece left some classes and joined others."""
    gains = [row for row in rows if _number(row["amount"]) > 0]
    losses = [row for row in rows if _number(row["amount"]) < 0]
    moved = sum(_number(row["amount"]) for row in gains) or sum(_number(row["amount"]) for row in losses)
    return _changed(
        (gains or losses)[0], RECLASSIFICATION, moved, left=_classes(losses), joined=_classes(gains)
    )  # fmt: skip


def _classes(rows: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    largest = max(rows, key=lambda row: abs(_number(row["amount"])), default=None)
    return () if largest is None else tuple(str(largest[name]) for name in CLASSED_BY)


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
