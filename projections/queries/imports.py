"""The imports so far, as the tables hold them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from projections import tables as t
from recorder.store.log import from_micros

__all__ = ["PastImport", "past_imports"]


@dataclass(frozen=True)
class PastImport:
    """One file or folder that was taken in. ``counts`` and ``findings`` are numbers by name."""

    what: str
    return_year: str
    known_at: datetime
    recorded_at: datetime
    counts: dict[str, int]
    findings: dict[str, int]


def past_imports(connection: Connection, limit: int = 200) -> list[PastImport]:
    """The latest imports, newest first."""
    query = select(t.import_batch).order_by(t.import_batch.c.batch_no.desc()).limit(limit)
    found = []
    for row in connection.execute(query):
        said = json.loads(row.counts)
        at = (from_micros(row.known_at), from_micros(row.recorded_at))
        found.append(PastImport(row.what, row.return_year, *at, said["counts"], said["findings"]))
    return found
