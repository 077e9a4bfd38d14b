"""Reconciling with payroll and the general ledger: files in, month by month beside what Daybook holds, signed off."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from projections.queries.cost_lines import LiveCosts
from projections.queries.reconciliation import payroll, placements
from recorder.application import Conflict
from recorder.domain.facts import Event, Provenance, Refused
from recorder.domain.ids import new_id
from recorder.domain.reconciliation import ReconciliationSigned, What
from recorder.intake.ledger_totals import COLUMNS, TotalsRefused, read_totals
from recorder.intake.reading import FileProblem, Finding
from recorder.reconciliation import Month, Outdated, reconciled_months, sign_off, state_totals, stated_month
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import month_name, pounds, uk_instant
from web.finance.reconciliation_book import reconciliation_workbook
from web.finance.reconciliation_tables import Side, payroll_side, placements_side
from web.finance.views import MAY_SEE, ask_wanted, blueprint, page_frame
from web.state import state

__all__: list[str] = []

MAY_SIGN = ("finance",)
WORDS: dict[What, str] = {"payroll": "Payroll", "placements": "Placement ledger"}
_STALE = (("file", "Other totals were sent in meanwhile. Look again"),)
_RACE = (("note", "Somebody else signed it off just now. Look again"),)
_SHOWN = 50
Problems = tuple[tuple[str, str], ...]


@blueprint.get("/finance/reconciliation")
@allow(*MAY_SEE)
def reconciliation() -> ResponseReturnValue:
    """The months of which payroll or the ledger said something, and where a file is sent in."""
    return _months({"what": "", "rows": ""}, [])


@blueprint.post("/finance/reconciliation")
@allow(*MAY_SIGN)
def state_ledger() -> ResponseReturnValue:
    """Take a file in, whole or not at all; what is wrong is said row by row, and nothing sent is lost."""
    here = state()
    typed = {"what": request.form.get("what", ""), "rows": request.form.get("rows", "").strip()}
    what = next((each for each in get_args(What) if each == typed["what"]), None)
    content = _sent(typed)
    problems = [] if what else [("what", "Select what the file is from")]
    if not content:
        problems.append(("file", "Choose a CSV file"))
    if what is None or problems:
        return _months(typed, problems, status=422)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "totals.csv"
        path.write_bytes(content)
        try:
            stated, _ = read_totals(path, what, here.recorder.keys)
        except (FileProblem, TotalsRefused) as refused:
            return _months(typed, [("rows", _row_words(each)) for each in refused.findings], status=422)
    new, receipt = state_totals(here.recorder, stated, _by())
    said = "the same as before, so nothing changed" if not new else f"{new} of them new"
    months = f"{len(stated)} month{'s' if len(stated) != 1 else ''}"
    flash(f"{WORDS[what]}: {months} taken in, {said}.", "success")
    if len(stated) == 1:
        return redirect(_month_url(stated[0].month, receipt.position if receipt else None), 303)
    return redirect(url_for("finance.reconciliation"), 303)


@blueprint.get("/finance/reconciliation/<int:month>")
@allow(*MAY_SEE)
def reconciled(month: int) -> ResponseReturnValue:
    """One month: payroll beside recorded time, the ledger beside placements, and who signed it off."""
    return _month(month)


@blueprint.get("/finance/reconciliation/<int:month>.xlsx")
@allow(*MAY_SEE)
def reconciled_workbook(month: int) -> ResponseReturnValue:
    """The same as a workbook."""
    _check_month(month)
    with state().projections.reader().connect() as connection:
        sides = _sides(connection, month)
        known = LiveCosts(connection).known_upto
    answer = Response(
        io.BytesIO(reconciliation_workbook(month_name(month), sides, known)),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="reconciliation-{month}.xlsx"'
    return answer


@blueprint.post("/finance/reconciliation/<int:month>/sign")
@allow(*MAY_SIGN)
def sign(month: int) -> ResponseReturnValue:
    """Sign a side of a month off as it was shown."""
    _check_month(month)
    here, what = state(), next((each for each in get_args(What) if each == request.form.get("what")), None)
    if what is None:
        abort(400)
    note = request.form.get("note", "")
    with here.projections.reader().connect() as connection:
        side = next(each for each in _sides(connection, month) if each.what == what)
        position = LiveCosts(connection).position
    shown = (request.form.get("ours", ""), request.form.get("theirs", ""))
    if shown != (str(side.ours_pence), str(side.theirs_pence)):
        changed = ((f"{what}-note", "The figures changed since the page was shown. Look again before you sign"),)
        return _month(month, changed, {what: note}, 409)
    try:
        receipt = sign_off(
            here.recorder, _event_id(), what, month, totals=request.form.get("totals", 0, type=int), position=position,
            ours_pence=side.ours_pence, theirs_pence=side.theirs_pence, note=note, by=_by(),
        )  # fmt: skip
    except Refused as refused:
        return _month(month, tuple((f"{what}-{field}", text) for field, text in refused.problems), {what: note}, 422)
    except (Conflict, Outdated) as late:
        said = _RACE if isinstance(late, Conflict) else _STALE
        return _month(month, tuple((f"{what}-note", text) for _, text in said), {what: note}, 409)
    flash(f"{WORDS[what]} of {month_name(month)} is signed off.", "success")
    return redirect(_month_url(month, receipt.position), 303)


def _months(typed: dict[str, str], problems: list[tuple[str, str]], status: int = 200) -> ResponseReturnValue:
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        found = reconciled_months(state().recorder)
        rows = [_month_row(connection, month, found) for month in sorted({month for _, month in found}, reverse=True)]
    frame = page_frame(wanted, "reconciliation")
    frame["errors"] = [{"text": text, "href": f"#{field}"} for field, text in problems[:_SHOWN]]
    wrong: dict[str, str] = {}
    for field, text in problems:
        wrong.setdefault(field, text)
    page = render_template(
        "finance/reconciliation.html",
        **frame,
        rows=rows,
        typed=typed,
        wrong=wrong,
        more=max(len(problems) - _SHOWN, 0),
        choices=[{"value": what, "text": words, "hint": _columns(what)} for what, words in WORDS.items()],
        may_sign=signed_in().role in MAY_SIGN,
    )
    return make_response(page, status)


def _columns(what: What) -> str:
    required, optional = COLUMNS[what]
    return f"Columns: {', '.join(required)}; and if you like {', '.join(optional)}"


def _month_row(connection: Connection, month: int, found: dict[tuple[What, int], Month]) -> list[Any]:
    cells: list[Any] = [{"text": month_name(month), "href": _month_url(month)}]
    for side in _sides(connection, month):
        of = found.get((side.what, month))
        if of is None or of.totals is None:
            cells += ["", "Not sent in"]
        else:
            cells += [pounds(side.theirs - side.ours), "Signed off" if of.signed else "Open"]
    return cells


def _month(
    month: int, problems: Problems = (), notes: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    _check_month(month)
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        sides = _sides(connection, month)
    frame = page_frame(wanted, "reconciliation")
    frame["errors"] = [{"text": text, "href": f"#{field}"} for field, text in problems]
    page = render_template(
        "finance/reconciled.html",
        **frame,
        month=month,
        name=month_name(month),
        sides=sides,
        notes=notes or {},
        wrong=dict(reversed(problems)),
        may_sign=signed_in().role in MAY_SIGN,
        event_ids={side.what: str(new_id()) for side in sides},
    )
    return make_response(page, status)


def _sides(connection: Connection, month: int) -> list[Side]:
    """Both sides of a month as they are now."""
    here = state()
    of_pay, of_places = (stated_month(here.recorder, what, month) for what in WORDS)
    return [
        payroll_side(payroll(connection, month, of_pay.totals), of_pay.version, _signings(of_pay)),
        placements_side(
            connection, here, placements(connection, month, of_places.totals), of_places.version, _signings(of_places),
            signed_in().username,
        ),
    ]  # fmt: skip


def _signings(of: Month) -> list[dict[str, Any]]:
    """Every sign-off, the latest first; of an earlier statement it no longer holds."""
    return [_signing(event, of) for event in reversed(of.events) if isinstance(event.body, ReconciliationSigned)]


def _signing(event: Event, of: Month) -> dict[str, Any]:
    body = event.body
    assert isinstance(body, ReconciliationSigned)
    return {
        "when": uk_instant(event.recorded_at),
        "by": event.provenance.by,
        "ours": f"£{body.ours_pence / 100:,.2f}",
        "theirs": f"£{body.theirs_pence / 100:,.2f}",
        "note": body.note,
        "holds": body.totals == of.version,
        "ours_pence": body.ours_pence,
    }


def _sent(typed: dict[str, str]) -> bytes:
    """The bytes of the file that came along, or of the rows that were corrected on the page."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return typed["rows"].encode()
    content: bytes = given.read()
    typed["rows"] = content.decode("utf-8-sig", errors="replace").strip()
    return content


def _row_words(found: Finding) -> str:
    row = f"Row {found.row}: " if found.row > 1 else ""
    field = f"{found.field}: " if found.field and found.row > 1 else ""
    return f"{row}{field}{found.message}"


def _month_url(month: int, at: int | None = None) -> str:
    return url_for("finance.reconciled", month=month, at=at)


def _check_month(month: int) -> None:
    if not (1900 <= month // 100 <= 9999 and 1 <= month % 100 <= 12):
        abort(404)


def _event_id() -> UUID:
    try:
        return UUID(request.form.get("event_id", ""))
    except ValueError:
        abort(400)


def _by() -> Provenance:
    return Provenance(by=signed_in().username, source="form")
