"""The mapping of postings to codes of the general ledger: looked at, added to, ended row by row, sent as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calendar import month_of
from costing.ledger import COST_ACCOUNTS
from costing.placement_map import PLACEMENT_TYPES
from costing.s251 import s251_lines
from projections.queries.codes import Uncoded, named_teams, named_worker_types, uncoded
from recorder.application import Conflict
from recorder.coding import mapping_history, set_mapping, stated_mapping
from recorder.domain.coding import MappingRow
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from recorder.intake.ledger_mapping import MappingFileRefused, read_mapping, write_mapping
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import number, pounds, uk_date_short, uk_instant
from web.finance.mapping_words import SECTOR_WORDS, condition_words, cost_kind_words
from web.finance.views import MAY_SEE, ask_wanted, blueprint, page_frame
from web.process_names import named_processes
from web.state import state

__all__ = ["MAY_MAP", "Known", "event_id_of", "known_values", "say_mapping"]

MAY_MAP = ("finance",)
_SHOWN, _MOST_BYTES = 20, 2_000_000
_RACE = "Somebody else changed the mapping just now. Look at it again before you change it"


@dataclass(frozen=True)
class Known:
    """The values of each condition that Daybook knows."""

    values: dict[str, frozenset[str]]

    def strange(self, row: MappingRow) -> list[str]:
        """What a row names that nothing is called by: no reason to refuse it, but it may be a slip."""
        named = ((name, getattr(row, name)) for name in self.values)
        return [value for name, value in named if value and value not in self.values[name]]


def known_values() -> Known:
    """What rows may name, by condition."""
    with state().projections.reader().connect() as connection:
        teams, types = named_teams(connection), named_worker_types(connection)
    return Known(
        {
            "cost_kind": frozenset(COST_ACCOUNTS),
            "process": frozenset(named_processes()),
            "place_type": frozenset(PLACEMENT_TYPES),
            "sector": frozenset(SECTOR_WORDS),
            "worker_type": frozenset(types),
            "team": frozenset(teams),
            "s251_line": frozenset(line.code for line in s251_lines()),
        }
    )


@blueprint.get("/finance/mapping")
@allow(*MAY_SEE)
def mapping() -> ResponseReturnValue:
    """Every row of the mapping, and what of the period has no code."""
    return _page()


def _page(problems: Sequence[str] = (), status: int = 200) -> ResponseReturnValue:
    rows, version = stated_mapping(state().recorder)
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        without = uncoded(connection, month_of(wanted.first), month_of(wanted.last))
    known, may = known_values(), signed_in().role in MAY_MAP
    frame = page_frame(wanted, "mapping")
    frame["errors"] = [*frame["errors"], *({"text": text, "href": "#file"} for text in problems)]
    page = render_template(
        "finance/mapping.html",
        **frame,
        rows=[_row(place, row, known, may) for place, row in enumerate(rows)],
        columns=[*_COLUMNS, "End it"] if may else _COLUMNS,
        may_map=may,
        version=version,
        event_id=str(new_id()),
        counted=number(sum(each.postings for each in without)),
        amount=pounds(sum(each.amount for each in without)),
        groups=number(len(without)),
        uncoded=[_uncoded(each) for each in without[:_SHOWN]],
        left_over=max(0, len(without) - _SHOWN),
        wrong="The file was not taken in" if problems else None,
        history=[[uk_instant(event.recorded_at), number(len(event.body.rows)), event.provenance.by]  # type: ignore[attr-defined]
                 for event in reversed(mapping_history(state().recorder)[-20:])],
    )  # fmt: skip
    return make_response(page, status)


_COLUMNS = [
    "Row", "Kind of cost", "Process", "Placement type", "Sector", "Worker type", "Team", "S251 line", "Cost centre",
    "Subjective code", "Days of service",
]  # fmt: skip


def _row(place: int, row: MappingRow, known: Known, may: bool) -> list[Any]:
    strange = known.strange(row)
    named = []
    for name in known.values:
        value = getattr(row, name)
        cell: Any = condition_words(name, value) if value else "any"
        named.append({"text": value, "note": "not known to Daybook"} if value in strange else cell)
    days = f"from {uk_date_short(row.valid_from)}"
    if row.valid_to is not None:
        days = f"{uk_date_short(row.valid_from)} to {uk_date_short(row.valid_to)}"
    cells = [str(place + 1), *named, row.cost_centre, row.subjective or "none", days]
    if may:
        cells.append({"text": f"End row {place + 1}", "href": url_for("finance.ask_mapping_end", row=place + 1)})
    return cells


def _uncoded(each: Uncoded) -> list[str]:
    words = [condition_words(name, getattr(each, name)) if getattr(each, name) else ""
             for name in ("process", "place_type", "sector", "worker_type")]  # fmt: skip
    return [cost_kind_words(each.cost_kind), *words, each.s251_line, number(each.postings), pounds(each.amount)]


@blueprint.get("/finance/mapping.csv")
@allow(*MAY_SEE)
def mapping_csv() -> ResponseReturnValue:
    """The mapping as the file that can be sent back."""
    rows, _ = stated_mapping(state().recorder)
    answer = Response(write_mapping(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="ledger-mapping.csv"'
    return answer


@blueprint.post("/finance/mapping/file")
@allow(*MAY_MAP)
def mapping_file() -> ResponseReturnValue:
    """Take a whole mapping from a file; what keeps it from being taken is shown all at once."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(["Select a CSV file"], 422)
    content = sent.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        return _page(["The file is larger than 2 MB"], 422)
    try:
        rows = read_mapping(content)
    except MappingFileRefused as refused:
        return _page(refused.problems, 422)
    try:
        position = say_mapping(rows, request.form.get("version", -1, type=int), "file")
    except Conflict:
        return _page([_RACE], 409)
    known = known_values()
    strange = sorted({text for row in rows for text in known.strange(row)})
    more = f" Not known to Daybook: {', '.join(strange[:20])}." if strange else ""
    flash(f"The mapping has {len(rows):,} rows.{more}", "success")
    return redirect(url_for("finance.mapping", at=position), 303)


def say_mapping(rows: Sequence[MappingRow], version: int, source: str) -> int:
    """State the mapping after the version that was looked at; the position. Raises ``Refused`` and ``Conflict``."""
    by = Provenance(by=signed_in().username, source=source)
    return set_mapping(state().recorder, event_id_of(request.form.get("event_id", "")), rows, version, by).position


def event_id_of(text: str) -> UUID:
    """The id that a form was given when it was shown; 404 for what is none."""
    try:
        return UUID(text)
    except ValueError:
        abort(404)
