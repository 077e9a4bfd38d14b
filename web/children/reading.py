"""Opening a child's record for somebody: what their role may see, and a line in the read log for each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import Connection

from costing.calendar import midnight_after
from projections.queries.children import Allocated, ChildRows, allocated, child_known_at, child_now
from projections.queries.identifiers import returns_of
from projections.queries.my_day import caseload, worker_number
from projections.queries.names import child_numbers
from recorder.children import read_child
from recorder.desk import log_reads
from recorder.store.log import to_micros
from web.account.people import Person
from web.state import Opened

__all__ = ["Header", "header", "open_child"]


@dataclass(frozen=True)
class Header:
    """As much of a child as a page needs. ``name`` is the identifier of the return for finance."""

    child_id: UUID
    name: str
    identifier: str
    age: int | None
    allocated: Allocated | None
    erased: bool
    pseudonymous: bool


def open_child(
    here: Opened, connection: Connection, person: Person, child_id: UUID, what: str, as_at: date | None
) -> ChildRows:
    """The child's rows, as known now or at the end of a day; the reading is logged first. 404 for nobody."""
    rows = child_now(connection, child_id)
    if rows is None:
        abort(404)
    mine = _on_caseload(connection, rows, person, here.recorder.clock.today())
    said = what if mine else f"{what}, not on caseload"
    log_reads(here.desk, person.username, said, [child_id], here.recorder.clock.now())
    if as_at is None:
        return rows
    known = child_known_at(connection, here.recorder.log_store, child_id, to_micros(midnight_after(as_at)))
    if known is None:
        abort(404)
    return known


def _on_caseload(connection: Connection, rows: ChildRows, person: Person, today: date) -> bool:
    """Whether the child is allocated to this person's worker on a day."""
    number = worker_number(connection, person.worker) if person.worker else None
    return number is not None and rows.child_no in caseload(connection, number, today)


def header(here: Opened, connection: Connection, person: Person, rows: ChildRows, day: date) -> Header:
    """Who the child is, as far as this person may see. The name is today's, whatever day is asked about."""
    record = read_child(here.recorder, rows.child_id)
    number = child_numbers(connection, [rows.child_id])[rows.child_id]
    identifier = returns_of(connection, here.recorder.keys, [number])[number]
    hidden = person.role == "finance"
    return Header(
        child_id=rows.child_id,
        name=f"Child {identifier}" if hidden or not record.name else record.name,
        identifier=identifier,
        age=_age(record.personal.get("dob", ""), day),
        allocated=allocated(rows, day),
        erased=record.erased,
        pseudonymous=hidden,
    )


def _age(born: str, day: date) -> int | None:
    """Age in whole years on a day, where a date of birth is known."""
    try:
        birth = date.fromisoformat(born)
    except ValueError:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)) if birth <= day else None
