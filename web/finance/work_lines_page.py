"""The lines of the section 251 outturn that work goes to, by process and from a month of service on."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calendar import month_after, month_first, month_of
from costing.s251 import WORK_LINE, WorkLine, s251_lines
from recorder.domain.facts import Provenance
from recorder.settings import change_setting, read_settings, setting_history
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import month_name
from web.finance.views import MAY_SEE, ask_wanted, blueprint, page_frame
from web.process_names import named_processes
from web.state import state

__all__: list[str] = []

MAY_STATE = ("finance",)
_NAME, _EVER = "work_lines", date(1900, 1, 1)
_ALL, _UNASSIGNED = "all", "unassigned"
_MONTHS_AHEAD, _MONTHS_BACK = 12, 60
Typed = dict[str, str]


@blueprint.get("/finance/exports/work-lines")
@allow(*MAY_SEE)
def work_lines() -> ResponseReturnValue:
    """What is stated, and the form that states another."""
    return _page({}, {})


@blueprint.post("/finance/exports/work-lines")
@allow(*MAY_STATE)
def state_work_line() -> ResponseReturnValue:
    """Work in a process goes to a line from a month of service on; the same process and month again is stated anew."""
    typed = {name: request.form.get(name, "").strip() for name in ("process", "line", "starts", "seen")}
    wrong: dict[str, str] = {}
    if typed["process"] not in _processes():
        wrong["process"] = "Select the work"
    if typed["line"] not in _lines():
        wrong["line"] = "Select a line of the statement"
    if typed["starts"] not in _months():
        wrong["starts"] = "Select the first month of service"
    held = _held()
    if typed["seen"] != _seen():
        wrong["process"] = "Somebody else stated a line just now. Check it and send it again"
    if wrong:
        return _page(typed, wrong, 422)
    process = "" if typed["process"] == _ALL else typed["process"]
    said = WorkLine(s251_line=typed["line"], process=process, valid_from=month_first(int(typed["starts"])))
    kept = [each for each in held if (each.process, each.valid_from) != (said.process, said.valid_from)]
    by = Provenance(by=signed_in().username, source="form")
    receipt = change_setting(state().recorder, _NAME, (*kept, said), _EVER, by)
    flash("It is stated.", "success")
    return redirect(url_for("finance.work_lines", at=receipt.position), 303)


def _held() -> tuple[WorkLine, ...]:
    return read_settings(state().recorder).work_lines


def _seen() -> str:
    return str(len(setting_history(state().recorder, _NAME)))


def _processes() -> dict[str, str]:
    return {_ALL: "All work", _UNASSIGNED: "Work in no process", **named_processes()}


def _lines() -> dict[str, str]:
    found = {}
    for line in s251_lines():
        if not line.is_total:
            found[line.code] = f"{line.code} {line.name}" + ("" if line.verified else " (code not verified)")
    return found


def _months() -> dict[str, str]:
    month, found = month_of(state().recorder.clock.today()), {}
    for _ in range(_MONTHS_AHEAD):
        month = month_after(month)
    for _ in range(_MONTHS_AHEAD + _MONTHS_BACK):
        found[str(month)] = month_name(month)
        month = month - 1 if month % 100 > 1 else month - 89
    return found


def _page(typed: Typed, wrong: dict[str, str], status: int = 200) -> ResponseReturnValue:
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
    if wanted is None:
        return render_template("finance/nothing_yet.html")
    processes, lines = _processes(), _lines()
    held = sorted(_held(), key=lambda each: (each.process, each.valid_from), reverse=True)
    frame = page_frame(wanted, "exports")
    frame["errors"] = [{"text": text, "href": f"#{field}"} for field, text in wrong.items()]
    shown = render_template(
        "finance/work_lines.html",
        **frame,
        typed={"process": _ALL, "line": WORK_LINE, "starts": str(month_of(state().recorder.clock.today()))} | typed,
        wrong=wrong,
        rows=[_row(each, processes, lines) for each in held],
        processes=list(processes.items()),
        lines=list(lines.items()),
        months=list(_months().items()),
        usual=lines[WORK_LINE],
        seen=_seen(),
        may_state=signed_in().role in MAY_STATE,
    )
    return make_response(shown, status)


def _row(each: WorkLine, processes: dict[str, str], lines: dict[str, str]) -> list[Any]:
    return [
        processes.get(each.process or _ALL, each.process),
        lines.get(each.s251_line, each.s251_line),
        month_name(month_of(each.valid_from)),
    ]
