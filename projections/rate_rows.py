"""A published worker schema as a row: the components, and the price of an hour they come to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from costing.money import round_half_up
from recorder.domain.rates import SchemaPublished
from recorder.store.log import LogRow

__all__ = ["rate_row"]


def rate_row(row: LogRow, body: SchemaPublished) -> dict[str, Any]:
    """The row of ``rate``. J = (A + ... + F) / H, rounded to the penny once (methodology section 3)."""
    parts = (body.salary, body.oncosts, body.qualifications, body.overheads, body.capital, body.travel)
    total = sum(part or 0 for part in parts)
    return {
        "rate_no": row.position,
        "worker_type": body.worker_type,
        "contract": body.contract,
        "valid_from": body.valid_from,
        "price_base": body.price_base,
        "salary": body.salary,
        "oncosts": body.oncosts,
        "qualifications": body.qualifications,
        "overheads": body.overheads,
        "capital": body.capital,
        "travel": body.travel,
        "hours_hundredths": body.hours_hundredths,
        "indirect_ratio_hundredths": body.indirect_ratio_hundredths,
        "j_pence": round_half_up(Fraction(total * 100, body.hours_hundredths)),
        "source": body.provenance,
        "known_at": row.known_at,
    }
