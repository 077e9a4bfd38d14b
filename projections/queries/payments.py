"""Payments and rates of allowances as they stand, for pages that list them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from projections import tables as t

__all__ = ["allowance_rates", "payments_page"]


def payments_page(connection: Connection, start: int, size: int) -> tuple[list[Row[Any]], int]:
    """A page of the payments that are not withdrawn, the latest first day first, and how many there are."""
    c = t.payment.c
    held = c.withdrawn.is_(False)
    count = connection.scalar(select(func.count()).select_from(t.payment).where(held)) or 0
    query = select(t.payment).where(held).order_by(c.starts.desc(), c.payment_no.desc()).limit(size).offset(start)
    return list(connection.execute(query)), count


def allowance_rates(connection: Connection) -> list[Row[Any]]:
    """Every rate that holds or held, by allowance, region and age band, the latest first; superseded ones left out."""
    c = t.allowance_rate.c
    order = (c.what, c.region, c.age_band, c.valid_from.desc(), c.known_at.desc(), c.allowance_rate_no.desc())
    rows = connection.execute(select(t.allowance_rate).order_by(*order))
    found: dict[tuple[Any, ...], Row[Any]] = {}
    for row in rows:
        found.setdefault((row.what, row.region, row.age_band, row.valid_from), row)
    return list(found.values())
