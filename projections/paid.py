"""Allowances and services as rows and postings: stated by facts, priced again where a fact or a day made them stale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, or_, select

from costing.closing import ADJUSTMENT, REVERSAL
from costing.payments import price_payments
from costing.postings import ALLOWANCE, SERVICE
from projections import tables as t
from projections.database import frame_of, read_frame
from projections.derive import Prices, posting_rows
from projections.fact_rows import FactRows

__all__ = ["PAID", "derive_payments", "refresh_payments"]

PAID = (ALLOWANCE, SERVICE)
CHUNK = 20_000
Repost = Callable[[Connection, Any, Sequence[int], ColumnElement[bool], pl.DataFrame, int | None], None]


def derive_payments(payments: pl.DataFrame, rates: pl.DataFrame, prices: Prices) -> pl.DataFrame:
    """Postings of these rows of ``payment`` at these of ``allowance_rate``; none before the first day has ended."""
    if prices.horizon is None:
        return frame_of(t.posting, [])
    held = payments.filter(~pl.col("withdrawn")).rename({"kind": "cost_kind"})
    return posting_rows(price_payments(held, rates, prices.horizon), prices.coding)


def refresh_payments(
    connection: Connection, facts: FactRows, prices: Prices, books: int | None, repost: Repost
) -> None:
    """The postings of payments again for the children whose payments, rates, days or books changed."""
    children = sorted(_stale(connection, facts))
    if not children:
        return
    rates = read_frame(connection, t.allowance_rate)
    for start in range(0, len(children), CHUNK):
        chunk = children[start : start + CHUNK]
        postings = derive_payments(read_frame(connection, t.payment, t.payment.c.child_no, chunk), rates, prices)
        repost(connection, t.posting.c.child_no, chunk, t.posting.c.cost_kind.in_(PAID), postings, books)


def _stale(connection: Connection, facts: FactRows) -> set[int]:
    dirty, c = facts.dirty, t.payment.c
    found = set(dirty.payments)
    which: list[ColumnElement[bool]] = []
    if dirty.allowances:
        which.append(c.pence.is_(None) & c.what.in_(sorted(dirty.allowances)))
    if dirty.horizon:
        before = facts.horizon_before
        reaching = c.ends.is_(None) if before is None else or_(c.ends.is_(None), c.ends > before, c.starts > before)
        which.append(c.starts.isnot(None) if before is None else reaching)
    if which:
        found |= set(connection.scalars(select(c.child_no).where(or_(*which)).distinct()))
    if dirty.reopened:
        p = t.posting.c
        loose = or_(p.accounting_month.in_(sorted(dirty.reopened)), p.entry_kind.in_([ADJUSTMENT, REVERSAL]))
        found |= set(connection.scalars(select(p.child_no).where(loose, p.cost_kind.in_(PAID)).distinct()))
    return found
