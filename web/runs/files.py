"""A run as files: lines, groups and children as CSV, and workbooks. Children go by their number; each file is noted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from uuid import UUID

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from costing.calculator_csv import groups_csv
from costing.money import pounds
from projections.queries.costs import defused
from projections.queries.finance import child_ids
from recorder.desk import log_reads
from web.account.access import allow
from web.account.people import signed_in
from web.runs.child_page import child_of
from web.runs.children_page import asked_for, wanted
from web.runs.frame import MAY_SEE
from web.runs.held import HeldRun, held_run
from web.runs.shares import ChildShare, part_words, shares
from web.runs.words import settings_file_name, settings_words
from web.runs.workbook import WorkbookOf, child_workbook, run_workbook
from web.state import state

__all__ = ["child_file", "children_csv", "children_file", "groups_file", "lines_file", "workbook"]

_CSV = "text/csv"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHILD_COLUMNS = ("child", "needs", "placement_type", "nights", "total_gbp", "total_units")
_PART_COLUMNS = ("part_nights", "part_gbp", "part_units")


@allow(*MAY_SEE)
def lines_file(run_id: UUID) -> ResponseReturnValue:
    """Every line of every child: the bytes that the checksum of the run is of."""
    held = held_run(run_id)
    _noted(_numbers(held))
    return _file(held.report.csv_bytes, _CSV, _name(held, "lines.csv"))


@allow(*MAY_SEE)
def children_file(run_id: UUID) -> ResponseReturnValue:
    """A row a child: those that the page shows under the same address, in its order; all of them without a filter."""
    held, here = held_run(run_id), state()
    with here.projections.reader().connect() as connection:
        asked = asked_for()
        found = wanted(shares(held, asked), asked, here, connection, signed_in())
    _noted([each.child.child_no for each in found])
    return _file(children_csv(found, parts=bool(part_words(asked))), _CSV, _name(held, "children.csv"))


@allow(*MAY_SEE)
def groups_file(run_id: UUID) -> ResponseReturnValue:
    """The rows of one grouping."""
    held, by = held_run(run_id), request.args.get("by", "")
    if by not in held.report.groups:
        abort(404)
    return _file(groups_csv(by, held.report.group(by)), _CSV, _name(held, f"by-{by}.csv"))


@allow(*MAY_SEE)
def workbook(run_id: UUID) -> ResponseReturnValue:
    """The run as a workbook."""
    held = held_run(run_id)
    _noted(_numbers(held))
    return _file(run_workbook(_of(held)), _XLSX, _name(held, "report.xlsx"))


@allow(*MAY_SEE)
def child_file(run_id: UUID, child_no: int) -> ResponseReturnValue:
    """The report of one child as a workbook."""
    held = held_run(run_id)
    found = child_of(held, child_no)
    _noted([child_no])
    return _file(child_workbook(_of(held), found), _XLSX, _name(held, f"child-{child_no}.xlsx"))


def children_csv(children: Iterable[ChildShare], *, parts: bool = False) -> bytes:
    """A row a child; `total_units` (1/420 p) is exact. With ``parts`` also what is of the part that was asked for."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((*_CHILD_COLUMNS, *(_PART_COLUMNS if parts else ())))
    for share in children:
        each = share.child
        said = (defused(each.need_combination), defused(each.placement_type))
        of_part = (share.nights, pounds(share.amount), share.amount) if parts else ()
        rows.writerow((each.child_no, *said, each.nights, pounds(each.total), each.total, *of_part))
    return text.getvalue().encode()


def _of(held: HeldRun) -> WorkbookOf:
    settings = [(words, str(value)) for words, value in settings_words(held.settings)]
    return WorkbookOf(held.title, held.made_at, held.made.checksum, held.report, settings)


def _numbers(held: HeldRun) -> list[int]:
    return [each.child_no for each in held.report.children]


def _noted(numbers: Iterable[int]) -> None:
    here = state()
    with here.projections.reader().connect() as connection:
        ids = child_ids(connection, list(numbers))
    log_reads(here.desk, signed_in().username, "run file", ids.values(), here.recorder.clock.now())


def _name(held: HeldRun, what: str) -> str:
    return f"{settings_file_name(held.title).removesuffix('.toml')}-{what}"


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
