"""The tables of what is done for children in need and in early help: one row a thing, as last known.

The columns of each are the fields of its statement in ``recorder.domain.services``, under the same names.
``factors``, ``codes`` and the days of ``reviews`` and ``meetings`` are parted by blanks, days as yyyy-mm-dd.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table

__all__ = ["SERVICES", "service_tables"]

_DAY: dict[str, type[Any]] = {"referred_on": Date, "starts": Date, "ends": Date}
# The fields of each kind that have a column, in order. A field named in _NEEDED is never blank.
SERVICES: dict[str, dict[str, type[Any]]] = {
    "referral": {
        "referred_on": Date,
        "source": String,
        "primary_need": String,
        "closed": Date,
        "closure_reason": String,
        "no_further_action": Boolean,
        "conference": Date,
    },
    "assessment": {
        "referred_on": Date,
        "starts": Date,
        "review_point": Date,
        "authorised": Date,
        "factors": String,
    },
    "section47": {
        "referred_on": Date,
        "starts": Date,
        "strategy_on": Date,
        "conference_target": Date,
        "conference": Date,
        "conference_not_required": Boolean,
    },
    "cin_plan": _DAY,
    "cp_plan": {
        **_DAY,
        "initial_category": String,
        "latest_category": String,
        "previous_plans": Integer,
        "reviews": String,
    },
    "pre_proceedings": {
        "referred_on": Date,
        "starts": Date,
        "letter_sent": Date,
        "family_meeting_offered": Boolean,
        "family_meeting_held": Boolean,
        "first_meeting": Date,
        "review_meetings": Integer,
        "decided": Date,
        "outcome": String,
        "court_application": Date,
        "initial_letter": Date,
    },
    "disabilities": {"codes": String},
    "early_help": {
        "reference": String,
        "intended": Date,
        "assessment_starts": Date,
        "assessed": Date,
        "meetings": String,
        "closed": Date,
        "closure_reason": String,
    },
}
_NEEDED = frozenset(
    {("referral", "referred_on"), ("early_help", "intended")}
    | {(name, "starts") for name in ("assessment", "section47", "cin_plan", "cp_plan")}
)


def service_tables(metadata: MetaData) -> tuple[Table, ...]:
    """The tables, in the order of ``SERVICES``. ``stops_on`` of a referral: the day it ends as a census left it out."""
    return tuple(_table(metadata, name, columns) for name, columns in SERVICES.items())


def _table(metadata: MetaData, name: str, columns: dict[str, type[Any]]) -> Table:
    number = BigInteger().with_variant(Integer, "sqlite")
    held = [Column(c, kind, nullable=_may_be_blank(name, c, kind)) for c, kind in columns.items()]
    left_out = [Column("stops_on", Date)] if name == "referral" else []
    return Table(
        name,
        metadata,
        Column(f"{name}_no", number, primary_key=True, autoincrement=False),
        Column(f"{name}_id", LargeBinary(16), nullable=False, unique=True),
        Column("child_no", Integer, nullable=False, index=True),
        *held,
        *left_out,
        Column("return_year", String(8), nullable=False),
        Column("withdrawn", Boolean, nullable=False),
        Column("known_at", BigInteger, nullable=False),
        Column("source_position", BigInteger, nullable=False),
    )


def _may_be_blank(table: str, column: str, kind: type[Any]) -> bool:
    """A text is blank as ''; a date, a number or a yes or no that is not known is null."""
    return kind is not String and (table, column) not in _NEEDED
