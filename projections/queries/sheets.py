"""The sheets of unit costs that an authority has published, and lines as facts hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import msgspec

from costing.standard_times import variations_of_text, variations_text
from costing.unit_cost_sheets import SheetLine, TimePart, UnitCostSheet
from projections import tables as t
from projections.queries.cost_lines import CostSource
from recorder.domain.sheets import SheetLineStated, SheetPart

__all__ = ["PublishedSheet", "published_sheets", "sheet_in_force", "stated_line"]

_LINES = msgspec.json.Decoder(tuple[SheetLineStated, ...])


@dataclass(frozen=True)
class PublishedSheet:
    """A sheet as it was published: its number (a log position), name, first day, note and frozen lines."""

    sheet_no: int
    name: str
    valid_from: date
    note: str
    known_at: int
    sheet: UnitCostSheet


def published_sheets(source: CostSource) -> list[PublishedSheet]:
    """Every sheet published, by name, the latest to start first and the last published first."""
    rows = source.frame(t.unit_cost_sheet).sort("name", "valid_from", "sheet_no", descending=[False, True, True])
    return [
        PublishedSheet(
            row["sheet_no"], row["name"], row["valid_from"], row["note"], row["known_at"],
            UnitCostSheet(row["name"], tuple(map(_line, _LINES.decode(row["lines"])))),
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def sheet_in_force(published: list[PublishedSheet], name: str, day: date) -> PublishedSheet | None:
    """The sheet of a name that holds on a day: the last to start, and of one day the last published."""
    return next((each for each in published if each.name == name and each.valid_from <= day), None)


def stated_line(line: SheetLine) -> SheetLineStated:
    """A line as a fact holds it: its amount and hours exactly."""
    return SheetLineStated(
        process=line.process,
        variations=variations_text(line.variations),
        effect=line.effect,
        counted_by=line.counted_by,
        pence=None if line.exact_pence is None else str(line.exact_pence),
        price_year=line.price_year,
        origin=line.origin,
        source=line.source,
        note=line.note,
        holds_fee=line.holds_fee,
        parts=tuple(
            SheetPart(
                worker_type=part.worker_type,
                hours=None if part.hours is None else str(part.hours),
                hour_pence=part.hour_pence,
            )
            for part in line.parts
        ),
    )


def _line(stated: SheetLineStated) -> SheetLine:
    parts = tuple(
        TimePart(part.worker_type, None if part.hours is None else Fraction(part.hours), part.hour_pence)
        for part in stated.parts
    )
    missing = [f"no time for {part.worker_type}" for part in parts if part.hours is None]
    missing += [f"no cost of an hour for {part.worker_type}" for part in parts if part.hour_pence is None]
    if stated.pence is None and not missing:
        missing = ["no amount was given"]
    return SheetLine(
        process=stated.process,
        variations=variations_of_text(stated.variations),
        effect=stated.effect,
        counted_by=stated.counted_by,
        exact_pence=None if stated.pence is None else Fraction(stated.pence),
        price_year=stated.price_year,
        origin=stated.origin,
        source=stated.source,
        note=stated.note,
        holds_fee=stated.holds_fee,
        parts=parts,
        missing=() if stated.pence is not None else tuple(missing),
    )
