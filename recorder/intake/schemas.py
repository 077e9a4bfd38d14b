"""Schemas of unit costs: what a year of a type of worker costs, item by item, from a day on.

Columns: worker_type, contract, valid_from, price_base, salary, oncosts, qualifications, overheads, capital,
travel (pounds a year, A to F), hours_per_year (H), indirect_ratio (I), source. A blank qualifications or
travel is left out of the schema, which is not the same as nothing spent. Where items have sources and dates of their
own: salary_source, salary_date and so on for each of A to F, H and I.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine

from costing.unit_costs import Schema, SchemaProblems
from recorder.application import Recorder
from recorder.domain.facts import Body
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.rates import SCHEMA_ITEMS, SchemaPublished
from recorder.intake.batches import Batch, Progress, no_progress, run_import
from recorder.intake.cells import Cells
from recorder.intake.reading import Finding, Row, open_csv
from recorder.intake.staff_terms import contract_of, worker_type_of
from recorder.intake.statements import Statement, Summary
from recorder.intake.taking import chunks

__all__ = ["OPTIONAL", "REQUIRED", "import_schemas", "read_schema"]

REQUIRED = ("worker_type", "contract", "valid_from", "price_base", "salary", "oncosts", "overheads", "capital")
_ORIGINS = tuple(f"{item}_{what}" for item in SCHEMA_ITEMS for what in ("source", "date"))
OPTIONAL = ("qualifications", "travel", "indirect_ratio", "source", *_ORIGINS)


def import_schemas(
    recorder: Recorder,
    desk: Engine,
    path: Path,
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """Publish the schemas of a file. One stated again with other amounts is published anew, never overwritten."""
    return run_import(recorder, desk, "schemas", path, _take, known_at=known_at, by=by, progress=progress, again=again)


def _take(batch: Batch) -> None:
    source = open_csv(batch.path, (*REQUIRED, "hours_per_year"), OPTIONAL)
    for odd in source.odd:
        batch.add(odd)
    said: dict[object, tuple[int, Body]] = {}
    for chunk in chunks(source.rows()):
        batch.summary.read += len(chunk)
        batch.state([s for row in chunk if (s := _published(batch, row, said))])
        batch.progress(batch.summary.read, max(source.lines - 1, batch.summary.read))


def _published(batch: Batch, row: Row, said: dict[object, tuple[int, Body]]) -> Statement | None:
    cells = Cells(row.values)
    body = read_schema(cells)
    if body is None:
        batch.refuse(row.number, cells.problems)
        return None
    stream = derived_id(AUTHORITY, "schema", f"{body.worker_type}/{body.contract}/{body.valid_from.isoformat()}")
    number, before = said.setdefault(stream, (row.number, body))
    if before != body:
        message = f"Row {number} gives other amounts for the same worker type, contract and day. This row is not taken"
        batch.refuse(row.number, [("stated_twice", "", message)])
        return None
    return Statement(stream, None, body, lambda known: None if known == body else body)


def read_schema(cells: Cells) -> SchemaPublished | None:
    """The schema that the cells of a row, or of a form of the same names, state; None where they have problems."""
    worker_type = worker_type_of(cells.needed("worker_type", "the type of worker"))[0]
    contract = contract_of(cells.needed("contract", "employed or agency"))
    if contract is None:
        cells.problem("bad_contract", "contract", f"“{cells.text('contract')}” is neither employed nor agency")
    starts = cells.day("valid_from", "the day from which the schema holds")
    price_base = cells.needed("price_base", "the year of the prices, like 2024/25")
    money = {n: cells.pence(n, f"{n} a year, or 0") for n in ("salary", "oncosts", "overheads", "capital")}
    money |= {name: cells.pence(name) for name in ("qualifications", "travel")}
    hours = cells.hundredths("hours_per_year", "the hours worked in a year")
    ratio = cells.hundredths("indirect_ratio")
    if cells.problems or starts is None or contract is None or hours is None:
        return None
    for problem in _method_problems(worker_type, contract, starts, price_base, money, hours, ratio):
        cells.problem("bad_schema", "", problem)
    if cells.problems:
        return None
    return SchemaPublished(
        worker_type=worker_type,
        contract=contract,
        valid_from=starts,
        price_base=price_base,
        salary=money["salary"] or 0,
        oncosts=money["oncosts"] or 0,
        qualifications=money["qualifications"],
        overheads=money["overheads"] or 0,
        capital=money["capital"] or 0,
        travel=money["travel"],
        hours_hundredths=hours,
        indirect_ratio_hundredths=ratio,
        provenance=cells.text("source"),
        sources=_origins(cells, "source"),
        dated=_origins(cells, "date"),
    )


def _origins(cells: Cells, what: str) -> dict[str, str]:
    return {item: said for item in SCHEMA_ITEMS if (said := cells.text(f"{item}_{what}"))}


def _method_problems(
    worker_type: str,
    contract: str,
    starts: date,
    price_base: str,
    money: dict[str, int | None],
    hours: int,
    ratio: int | None,
) -> list[str]:
    """What the method itself says against such a schema."""
    pounds = {name: None if pence is None else Decimal(pence) / 100 for name, pence in money.items()}
    pounds["pay"] = pounds.pop("salary")
    try:
        Schema(
            worker_type=worker_type,
            contract=contract,
            valid_from=starts,
            price_base=price_base,
            hours=Decimal(hours) / 100,
            indirect_ratio=None if ratio is None else Decimal(ratio) / 100,
            **pounds,
        )
    except SchemaProblems as wrong:
        return wrong.problems
    return []
