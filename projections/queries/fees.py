"""Placement fees in force: whose, where, and how much a week, on a day or from it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl
from sqlalchemy import Connection, or_, select

from costing.placement_map import with_meaning
from projections import tables as t
from projections.database import frame_of, read_frame
from projections.derive import prices_of

__all__ = ["HeldFee", "ProviderFees", "by_provider", "fee_of_child", "fees_held"]


@dataclass(frozen=True)
class HeldFee:
    """A fee that holds: its fact's stream, its child's number and id, and its weekly amounts in pence."""

    fee_id: UUID
    child_no: int
    child_id: UUID
    placement_ref: str
    valid_from: date
    valid_to: date | None
    place: str
    provider: str
    placement_type: str
    weekly: int
    social_care: int
    education: int
    health: int


@dataclass(frozen=True)
class ProviderFees:
    """The fees of one provider and placement type: how many children, and pence a week in all."""

    provider: str
    placement_type: str
    children: int
    weekly: int


_COLUMNS = ("fee_id", "child_no", "child_id", "placement_ref", "valid_from", "valid_to", "place", "provider",
            "placement_type", "weekly_pence", "social_care_pence", "education_pence", "health_pence")  # fmt: skip


def fees_held(connection: Connection, day: date, *, later: bool = False) -> list[HeldFee]:
    """The fee of each child in care on a day that holds on it, by child; with ``later`` those that start after it too.

    Of two fees the one that starts last holds. A fee whose placement is over by that day is left out.
    """
    fees = read_frame(connection, t.fee).sort("child_no", "valid_from", "fee_no")
    until = pl.min_horizontal("valid_to", pl.col("valid_from").shift(-1).over("child_no"))
    holds = (pl.col("valid_from") <= day) & (until.is_null() | (until > day))
    p = t.placement.c
    in_care = select(p.child_no).where(p.starts <= day, or_(p.open, p.ends > day))
    inside = pl.col("child_no").is_in(list(connection.scalars(in_care.distinct())))
    wanted = (holds & inside) | (pl.col("valid_from") > day) if later else holds & inside
    found = with_meaning(fees.filter(wanted), _placement_map(connection), day="valid_from")
    ids = read_frame(connection, t.child).select("child_no", "child_id")
    rows = found.join(ids, on="child_no").sort("child_no", "valid_from").select(_COLUMNS)
    return [HeldFee(UUID(bytes=row[0]), row[1], UUID(bytes=row[2]), *row[3:]) for row in rows.iter_rows()]


def fee_of_child(connection: Connection, child: UUID, day: date) -> HeldFee | None:
    """The fee of one child that holds on a day, or the last that did."""
    query = (
        select(t.fee, t.child.c.child_id)
        .join(t.child, t.child.c.child_no == t.fee.c.child_no)
        .where(t.child.c.child_id == child.bytes, t.fee.c.valid_from <= day)
        .order_by(t.fee.c.valid_from.desc(), t.fee.c.fee_no.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return HeldFee(
        UUID(bytes=bytes(row.fee_id)), row.child_no, child, row.placement_ref, row.valid_from, row.valid_to, row.place,
        row.provider, "", row.weekly_pence, row.social_care_pence, row.education_pence, row.health_pence,
    )  # fmt: skip


def by_provider(held: list[HeldFee]) -> list[ProviderFees]:
    """The fees added up by provider and placement type, the dearest first."""
    sums: dict[tuple[str, str], tuple[set[int], int]] = {}
    for each in held:
        children, weekly = sums.get((each.provider, each.placement_type), (set(), 0))
        sums[each.provider, each.placement_type] = (children | {each.child_no}, weekly + each.weekly)
    found = [ProviderFees(*key, len(children), weekly) for key, (children, weekly) in sums.items()]
    return sorted(found, key=lambda each: (-each.weekly, each.provider, each.placement_type))


def _placement_map(connection: Connection) -> pl.DataFrame:
    empty = [frame_of(table, []) for table in (t.rate, t.post, t.fee)]
    settings = read_frame(connection, t.setting)
    return prices_of(empty[0], empty[1], settings, empty[2], None, None).placement_map
