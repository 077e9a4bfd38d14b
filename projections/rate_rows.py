"""Prices as rows: a worker schema with the price of an hour it comes to, a standard time, a sheet of unit costs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec

from costing.money import round_half_up
from recorder.domain.coding import LedgerMappingSet
from recorder.domain.frameworks import FrameworkFact
from recorder.domain.inference import RuleFact
from recorder.domain.kinds import KindFact
from recorder.domain.rates import SchemaPublished, StandardTimeAgreed, StandardTimeWithdrawn
from recorder.domain.sheets import UnitCostSheetPublished
from recorder.store.log import LogRow

__all__ = ["framework_row", "kind_row", "mapping_row", "rate_row", "rule_row", "sheet_row", "time_row"]


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
        "sources": msgspec.json.encode(body.sources).decode(),
        "dated": msgspec.json.encode(body.dated).decode(),
        "known_at": row.known_at,
    }


def time_row(row: LogRow, body: StandardTimeAgreed | StandardTimeWithdrawn) -> dict[str, Any]:
    """The row of ``standard_time``: one for what was agreed, and one for its withdrawal, with the reason."""
    own = {
        "standard_time_no": row.position,
        "process": body.process,
        "variations": body.variations,
        "worker_type": body.worker_type,
        "agreed_on": body.agreed_on,
        "known_at": row.known_at,
    }
    if isinstance(body, StandardTimeWithdrawn):
        return {**own, "effect": "", "hours": None, "n": None, "agreed_by": "", "withdrawn": body.reason}
    said = {"effect": body.effect, "hours": body.hours, "n": body.n, "agreed_by": body.agreed_by}
    return {**own, **said, "withdrawn": None}


def sheet_row(row: LogRow, body: UnitCostSheetPublished) -> dict[str, Any]:
    """The row of ``unit_cost_sheet``, its lines as the fact holds them."""
    return {
        "sheet_no": row.position,
        "name": body.name,
        "valid_from": body.valid_from,
        "note": body.note,
        "lines": msgspec.json.encode(body.lines).decode(),
        "known_at": row.known_at,
    }


def framework_row(row: LogRow, body: FrameworkFact) -> dict[str, Any]:
    """The row of ``own_framework``: what was stated of the authority's own frameworks, as the fact holds it."""
    said = msgspec.json.encode(body).decode()
    return {"own_framework_no": row.position, "topic": row.topic, "said": said, "known_at": row.known_at}


def kind_row(row: LogRow, body: KindFact) -> dict[str, Any]:
    """The row of ``own_kind``: what was stated of a kind of work, as the fact holds it."""
    said = msgspec.json.encode(body).decode()
    return {"own_kind_no": row.position, "topic": row.topic, "said": said, "known_at": row.known_at}


def rule_row(row: LogRow, body: RuleFact) -> dict[str, Any]:
    """The row of ``inference_rule``: what was stated of the process of work where nobody chose one."""
    said = msgspec.json.encode(body).decode()
    return {"rule_no": row.position, "topic": row.topic, "said": said, "known_at": row.known_at}


def mapping_row(row: LogRow, body: LedgerMappingSet) -> dict[str, Any]:
    """The row of ``ledger_mapping``: the whole mapping as the fact holds it."""
    return {"mapping_no": row.position, "said": msgspec.json.encode(body).decode(), "known_at": row.known_at}
