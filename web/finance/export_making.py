"""Making an export: its rows as they stood at a position, its file, and the manifest that says what it is.

The same request at the same position gives the same file and the same manifest, byte for byte, whenever it is made:
the run's id follows from the request, and nothing says when it was made.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from projections import tables as t
from projections.database import ProjectionDatabase
from projections.earlier import earlier_tables
from projections.exports import METHOD, ExportRequest, export_rows
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.store.log import EventLog, from_micros, to_micros
from web.finance.export_files import Form, write_file

__all__ = ["Made", "file_name", "folder_of", "make_export", "run_id", "settled"]

Step = Callable[[int, int | None], None]
_ROUNDING = (
    "amount is in pounds: each row takes the rounded running sum less the one before it, so that rows re-add to the "
    "rounded total; amount_units is exact, in 1/420 of a penny"
)
_EACH = "amounts are in pounds, each rounded on its own from its exact sum"


@dataclass(frozen=True)
class Made:
    """An export that was made: its file, and what its manifest says."""

    path: Path
    manifest: dict[str, Any]


def run_id(asked: ExportRequest, form: Form) -> UUID:
    """The id of a settled request: the same request has the same."""
    return derived_id(AUTHORITY, "export", f"{form} {METHOD} {asked.text()}")


def file_name(asked: ExportRequest, form: Form) -> str:
    """What the file of a settled request is called."""
    return f"daybook-{asked.what}-{asked.first}-{asked.last}-{str(run_id(asked, form))[-12:]}.{form}"


def folder_of(data: Path) -> Path:
    """The folder in which a site keeps the files it made; any of them can be made again."""
    folder = data / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def settled(log: EventLog, projections: ProjectionDatabase, asked: ExportRequest) -> ExportRequest:
    """The request at the position that the tables show, unless it names one."""
    if asked.position:
        return asked.at(min(asked.position, log.position()))
    with projections.reader().connect() as connection:
        return asked.at(connection.scalar(select(t.follower.c.position)) or 0)


def make_export(
    log: EventLog, projections: ProjectionDatabase, asked: ExportRequest, form: Form, folder: Path, step: Step
) -> Made:
    """Make the file of a settled request, and its manifest beside it; what was begun before is begun afresh.

    Raises ``FormRefused`` where the form does not hold the rows.
    """
    path = folder / file_name(asked, form)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
    os.close(descriptor)
    unfinished = Path(name)
    try:
        with _tables_of(log, projections, asked, step) as connection:
            rows = export_rows(connection, asked)
            said = _said(log, asked, form, rows.count, list(rows.schema))
            about = [(name, _text(value)) for name, value in said.items()]
            write_file(form, rows, unfinished, about, step)
        manifest = said | {"file": path.name, "bytes": unfinished.stat().st_size, "sha256": _digest(unfinished)}
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    path.with_name(path.name + ".manifest.json").write_text(text, encoding="utf-8")
    return Made(path, manifest)


@contextmanager
def _tables_of(
    log: EventLog, projections: ProjectionDatabase, asked: ExportRequest, step: Step
) -> Iterator[Connection]:
    """A connection to the tables as they stood: the live ones where they stand there still, in one snapshot."""
    if asked.known is None:
        snapshot = {"isolation_level": "REPEATABLE READ"} if projections.engine().dialect.name == "postgresql" else {}
        with projections.reader().connect().execution_options(**snapshot) as connection:
            if connection.scalar(select(t.follower.c.position)) == asked.position:
                yield connection
                return
    known = None if asked.known is None else to_micros(asked.known)
    with (
        earlier_tables(log, asked.position, known, step) as database,
        database.reader().connect() as connection,
    ):
        yield connection


def _said(log: EventLog, asked: ExportRequest, form: Form, count: int, columns: list[str]) -> dict[str, Any]:
    last = log.rows_after(asked.position - 1, 1) if asked.position else []
    recorded = from_micros(last[0].recorded_at) if last else None
    instant = asked.known or recorded
    months = "month of service" if asked.by == "service" else "period booked"
    return {
        "run_id": str(run_id(asked, form)),
        "export": asked.what,
        "months": f"{asked.first} to {asked.last}, by {months}",
        "goes_by": list(asked.dimensions),
        "books": "as they stand" if asked.known is None else "as known then, no month closed",
        "as_at": instant.isoformat(timespec="seconds") if instant else None,
        "log_position": asked.position,
        "method": METHOD,
        "request": asked.text(),
        "form": form,
        "rows": count,
        "columns": columns,
        "rounding": _EACH if asked.what == "s251" else _ROUNDING,
    }


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()
