"""Postings derived and booked again as the follower would book them, and what that changes; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Connection

from costing.closing import ADJUSTMENT, REVERSAL, WORK_ITEM, book, is_closed_column, period_after
from projections import tables as t
from projections.database import frame_of, read_frame
from projections.derive import Prices, derive_placements, derive_work
from projections.paid import PAID, derive_payments
from projections.queries.cost_lines import LiveCosts
from projections.queries.teams import UNALLOCATED, cut_by_team, team_spans
from projections.service_rows import open_spans
from projections.stale import WORK_KINDS

__all__ = ["Changes", "EffectLine", "RateEffect", "nights_again", "payments_again", "summed", "work_again"]

_LATE = (ADJUSTMENT, REVERSAL)
_KEY = (*WORK_ITEM, "ordinal")
# Postings of open periods that would go, and those that would come.
Changes = list[tuple[pl.DataFrame, pl.DataFrame]]


@dataclass(frozen=True)
class EffectLine:
    """Postings of one accounting period, service month and team: how many change, and by how much in units."""

    period: int
    month: int
    team: str
    postings: int
    amount: int

    @property
    def adjusts(self) -> bool:
        """Whether the service month is closed, so that it is put right in another period."""
        return self.period != self.month


@dataclass(frozen=True)
class RateEffect:
    """What rates change in what is posted; amounts in units of 1/420 of a penny.

    ``restated``: postings of open months that change; ``adjusted``: reversals and postings that put closed
    months right. ``moved``: what each child's postings go up or down by, added without signs.
    """

    restated: int
    adjusted: int
    moved: int
    lines: tuple[EffectLine, ...]
    open_period: int | None

    @property
    def amount(self) -> int:
        """What the whole ledger changes by."""
        return sum(line.amount for line in self.lines)

    @property
    def postings(self) -> int:
        """How many postings change, go or come."""
        return self.restated + self.adjusted


def nights_again(
    connection: Connection, children: list[int], prices: Prices, books: int | None, more: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The nights of these children as they would be posted, with these fees in the place of those of their number."""
    fees = read_frame(connection, t.fee, t.fee.c.child_no, children)
    if more is not None:
        fees = pl.concat([fees.join(more.select("fee_no"), on="fee_no", how="anti"), more])
    episodes = read_frame(connection, t.episode, t.episode.c.child_no, children)
    _, implied = derive_placements(episodes, fees, prices)
    held = read_frame(connection, t.posting, t.posting.c.child_no, children)
    return _differing(held.filter(pl.col("cost_kind") == "placement"), implied, books)


def payments_again(
    connection: Connection, children: list[int], prices: Prices, books: int | None, rates: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The allowances and services of these children as they would be posted, at these rates or those that hold."""
    rates = read_frame(connection, t.allowance_rate) if rates is None else rates
    implied = derive_payments(read_frame(connection, t.payment, t.payment.c.child_no, children), rates, prices)
    held = read_frame(connection, t.posting, t.posting.c.child_no, children)
    return _differing(held.filter(pl.col("cost_kind").is_in(PAID)), implied, books)


def work_again(connection: Connection, numbers: list[int], prices: Prices, books: int | None) -> Changes:
    """The work of these activities as it would be posted."""
    work = read_frame(connection, t.activity_worker, t.activity_worker.c.activity_no, numbers)
    shares = read_frame(connection, t.activity_child, t.activity_child.c.activity_no, numbers)
    children = shares["child_no"].unique().to_list()
    care, referrals, early_help = (
        read_frame(connection, table, table.c.child_no, children) for table in (t.placement, t.referral, t.early_help)
    )
    shown, implied = derive_work(work, shares, care, open_spans(referrals, early_help), prices)
    unchosen = shown.filter(pl.col("rule").is_not_null()).select(pl.col("activity_no").alias("item_no"), "child_no")
    held = read_frame(connection, t.posting, t.posting.c.item_no, numbers)
    return [_differing(held.filter(pl.col("cost_kind").is_in(WORK_KINDS)), implied, books, unchosen)]


def _differing(
    held: pl.DataFrame, implied: pl.DataFrame, books: int | None, unchosen: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The postings of open periods that would go, and those that would come."""
    closed = is_closed_column(pl.col("accounting_month"), books)
    old = held.filter(~closed)
    new = book(implied, held.filter(closed), books, unchosen).select(held.columns).cast(held.schema)
    names = held.columns
    return (
        old.join(new, on=names, how="anti", nulls_equal=True),
        new.join(old, on=names, how="anti", nulls_equal=True),
    )


def summed(connection: Connection, changes: Changes, books: int | None) -> RateEffect:
    """What goes and comes, counted, and added up by accounting period, service month and team."""
    empty = frame_of(t.posting, [])
    gone, come = (pl.concat([empty, *parts]) for parts in zip(*changes, strict=True)) if changes else (empty, empty)
    signed = pl.concat([come.with_columns(sign=pl.lit(1)), gone.with_columns(sign=pl.lit(-1))])
    late = pl.col("entry_kind").is_in(_LATE)
    keys = signed.unique(_KEY)
    by_child = signed.group_by("child_no").agg((pl.col("amount").fill_null(0) * pl.col("sign")).sum().abs())
    spans = team_spans(LiveCosts(connection)) if signed.height else None
    return RateEffect(
        restated=keys.filter(~late).height,
        adjusted=keys.filter(late).height,
        moved=int(by_child["amount"].sum()),
        lines=() if spans is None else tuple(_lines(signed, spans)),
        open_period=None if books is None else period_after(books),
    )


def _lines(signed: pl.DataFrame, spans: pl.DataFrame) -> Iterator[EffectLine]:
    first, last = signed["service_from"].min(), signed["service_to"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    names = ["line", "sign", *_KEY, "accounting_month", "team", "amount"]
    cut = cut_by_team(signed.with_row_index("line"), spans, first, last).select(names)
    changed = pl.struct(_KEY).n_unique()
    amount = (pl.col("amount").fill_null(0) * pl.col("sign")).sum()
    sums = (
        cut.group_by("accounting_month", "service_month", "team")
        .agg(changed.alias("postings"), amount.alias("amount"))
        .with_columns(pl.col("team").fill_null(UNALLOCATED))
        .sort("service_month", "accounting_month", "team")
    )
    for period, month, team, postings, units in sums.iter_rows():
        yield EffectLine(period, month, team, postings, int(units))
