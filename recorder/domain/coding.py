"""The fact of the ledger's codes: the whole mapping of postings to cost centres and subjective codes, as stated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from costing.coding import CodeRow, clashes
from costing.ledger import COST_ACCOUNTS

from .facts import Body, Refused, topic

__all__ = ["CODE_LENGTH", "LedgerMappingSet", "MappingRow", "code_rows", "decide_mapping", "mapping_problems"]

CODE_LENGTH = 20


class MappingRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Postings of these values have these codes, on days of service from one to another, included; blank is any."""

    cost_kind: str = ""
    process: str = ""
    place_type: str = ""
    sector: str = ""
    worker_type: str = ""
    team: str = ""
    s251_line: str = ""
    cost_centre: str
    subjective: str = ""
    valid_from: date
    valid_to: date | None = None


@topic("ledger_mapping.set.v1")
class LedgerMappingSet(Body, frozen=True, kw_only=True):
    """The whole mapping, in order; the one known last holds. Empty: no posting has a code."""

    rows: tuple[MappingRow, ...] = ()


def code_rows(rows: Sequence[MappingRow]) -> tuple[CodeRow, ...]:
    """The rows as the ledger's rule takes them."""
    return tuple(CodeRow(**{name: getattr(row, name) for name in MappingRow.__struct_fields__}) for row in rows)


def mapping_problems(rows: Sequence[MappingRow]) -> list[tuple[int, str, str]]:
    """What keeps these rows from being stated: (place of the row from 0, field, problem), all at once."""
    found = [(place, field, text) for place, row in enumerate(rows) for field, text in _row_problems(row)]
    for first, second in clashes(code_rows(rows)):
        found.append((second, "valid_from", f"It names the same as row {first + 1}, from the same day"))
    return sorted(found)


def _row_problems(row: MappingRow) -> list[tuple[str, str]]:
    found = []
    if not row.cost_centre:
        found.append(("cost_centre", "Enter a cost centre"))
    for field, name in (("cost_centre", "cost centre"), ("subjective", "subjective code")):
        if len(getattr(row, field)) > CODE_LENGTH:
            found.append((field, f"The {name} must be {CODE_LENGTH} characters or fewer"))
    if row.cost_kind and row.cost_kind not in COST_ACCOUNTS:
        kinds = ", ".join(COST_ACCOUNTS)
        found.append(("cost_kind", f"“{row.cost_kind}” is not a kind of cost. Kinds of cost are {kinds}"))
    if row.valid_to is not None and row.valid_to < row.valid_from:
        found.append(("valid_to", "The last day is before the first"))
    return found


def decide_mapping(rows: Sequence[MappingRow]) -> LedgerMappingSet:
    """May this mapping be stated? Raises ``Refused`` with every problem of every row."""
    problems = mapping_problems(rows)
    if problems:
        raise Refused(*((field, f"Row {place + 1}: {text}") for place, field, text in problems))
    return LedgerMappingSet(rows=tuple(rows))
