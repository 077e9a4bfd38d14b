"""Files of the ledger: asked for, in the making, made; each with its manifest, and who took it noted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, abort, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, func, select

from costing.calendar import midnight_after, month_after, month_of
from projections import tables as t
from projections.exports import DIMENSIONS, ExportRequest, exported_children, request_problems
from projections.queries.finance import child_ids
from recorder.desk import Job, job, log_reads, recent_jobs
from recorder.domain.ids import new_id
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import month_name, number, uk_instant
from web.design.widgets import DateProblem, read_date
from web.finance.export_files import FORMS
from web.finance.export_jobs import EXPORT, asked_of, begin_export, export_again, export_path
from web.finance.export_making import settled
from web.finance.export_words import BY_WORDS, DIMENSION_WORDS, FORM_WORDS, WHAT_WORDS
from web.finance.views import MAY_SEE, ask_wanted, blueprint, page_frame
from web.runs.jobs import interrupted
from web.runs.making_page import GLANCE_SECONDS, LOOK_AGAIN_SECONDS, wait_for_job
from web.state import state, stores

__all__: list[str] = []

_BOXES = ("known-day", "known-month", "known-year")
_LATEST, _SHOWN = 200, 20
Typed = dict[str, Any]


def _data() -> Path:
    return Path(stores().settings.data)


@blueprint.get("/finance/exports")
@allow(*MAY_SEE)
def exports() -> ResponseReturnValue:
    """Ask for a file; and those that were asked for lately."""
    return _page({}, [])


@blueprint.post("/finance/exports")
@allow(*MAY_SEE)
def ask_export() -> ResponseReturnValue:
    """Start to make a file; what is wrong with the request is shown all at once."""
    here, typed = state(), _typed()
    asked, problems = _read(typed)
    if problems or asked is None:
        return _page(typed, problems, 422)
    form = next((each for each in FORMS if each == typed["form"]), None)
    if form is None:
        return _page(typed, [("form", "Select the form of the file")], 422)
    asked = settled(here.recorder.log_store, here.projections, asked)
    try:
        job_id = UUID(request.form.get("event_id", ""))
    except ValueError:
        job_id = new_id()
    begin_export(here, _data(), job_id, asked, form, signed_in().username)
    wait_for_job(job_id)
    return redirect(url_for("finance.export_made", job_id=job_id, at=asked.position), 303)


def _typed() -> Typed:
    names = ("what", "from", "to", "by", "form", *_BOXES)
    typed: Typed = {name: " ".join(request.form.get(name, "").split()) for name in names}
    return typed | {"rows": request.form.getlist("rows")}


def _read(typed: Typed) -> tuple[ExportRequest | None, list[tuple[str, str]]]:
    problems: list[tuple[str, str]] = []
    known: datetime | None = None
    try:
        day = read_date([typed[name] for name in _BOXES], "As known on")
        known = midnight_after(day) if day else None
        if known is not None and known > state().recorder.clock.now():
            problems.append(("known", "As known on must be a day that is over"))
    except DateProblem as wrong:
        problems.append(("known", str(wrong)))
    months = [int(typed[name]) if typed[name].isdecimal() else 0 for name in ("from", "to")]
    what: Any = typed["what"]
    if what not in WHAT_WORDS:
        return None, [("what", "Select what the file is of"), *problems]
    rows = tuple(name for name in DIMENSIONS if name in typed["rows"]) if what == "summary" else ()
    asked = ExportRequest(what=what, first=months[0], last=months[1], by=typed["by"], dimensions=rows, known=known)
    return asked, [*request_problems(asked), *problems]


def _page(typed: Typed, problems: list[tuple[str, str]], status: int = 200) -> ResponseReturnValue:
    here = state()
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        months = _months(connection)
    usual = {"what": "postings", "by": "service", "form": "csv", "rows": [], **dict.fromkeys(_BOXES, "")}
    usual |= {"from": str(month_of(wanted.first)), "to": str(month_of(wanted.last))}
    frame = page_frame(wanted, "exports")
    places = {"known": "known-day"}
    frame["errors"] = [{"text": text, "href": f"#{places.get(name, name)}"} for name, text in problems]
    now = here.recorder.clock.now()
    made = [each for each in recent_jobs(here.desk, _LATEST) if each.what == EXPORT][:_SHOWN]
    page = render_template(
        "finance/exports.html",
        **frame,
        typed=usual | typed,
        wrong=dict(reversed(problems)),
        months=[(str(month), month_name(month)) for month in months],
        what=_items(WHAT_WORDS),
        by=_items(BY_WORDS),
        forms=_items(FORM_WORDS),
        dimensions=_items(DIMENSION_WORDS),
        event_id=str(new_id()),
        made=[_row(each, now) for each in made],
    )
    return make_response(page, status)


def _items(words: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"value": value, "text": said} if isinstance(said, str) else {"value": value, "text": said[0], "hint": said[1]}
        for value, said in words.items()
    ]


def _months(connection: Connection) -> Iterator[int]:
    c = t.ledger_sum.c.service_month
    first, last = connection.execute(select(func.min(c), func.max(c))).one()
    found, month = [], int(first)
    while month <= int(last):
        found.append(month)
        month = month_after(month)
    return iter(reversed(found))


def _row(found: Job, now: datetime) -> list[Any]:
    asked, form = asked_of(found)
    standing = {"done": "Made", "failed": "Stopped"}.get(found.state, "In the making")
    if interrupted(found, now):
        standing = "Interrupted"
    words = {"text": _words(asked), "href": url_for("finance.export_made", job_id=found.job_id)}
    rows = number(found.result["rows"]) if found.state == "done" else ""
    return [words, FORM_WORDS[form][0], rows, standing, found.asked_by, uk_instant(found.created_at)]


def _words(asked: ExportRequest) -> str:
    months = month_name(asked.first)
    if asked.last != asked.first:
        months = f"{months} to {month_name(asked.last)}"
    return f"{WHAT_WORDS[asked.what][0]}, {months}"


@blueprint.get("/finance/exports/<uuid:job_id>")
@allow(*MAY_SEE)
def export_made(job_id: UUID) -> ResponseReturnValue:
    """How far a file is; once it is made, what it is and where to take it."""
    here = state()
    found = _job(wait_for_job(job_id, GLANCE_SECONDS))
    asked, form = asked_of(found)
    stopped = found.state == "failed" or interrupted(found, here.recorder.clock.now())
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
    if wanted is None:
        abort(404)
    page = render_template(
        "finance/export_made.html",
        **page_frame(wanted, "exports"),
        job=found,
        name=_words(asked),
        form=FORM_WORDS[form][0],
        stopped=stopped,
        problem=found.note or "It was interrupted before it was done.",
        said=_said(asked, found) if found.state == "done" else [],
        kept=found.state == "done" and export_path(_data(), asked, form) is not None,
    )
    answer = make_response(page)
    if found.state == "running" and not stopped:
        answer.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


def _said(asked: ExportRequest, found: Job) -> list[dict[str, str]]:
    manifest = found.result
    goes_by = ", ".join(DIMENSION_WORDS[name] for name in asked.dimensions)
    rows = {
        "Months": BY_WORDS[asked.by],
        "Goes by": goes_by,
        "As at": uk_instant(datetime.fromisoformat(manifest["as_at"])) if manifest["as_at"] else "",
        "Books": manifest["books"].capitalize(),
        "Position of the log": number(manifest["log_position"]),
        "Method": manifest["method"],
        "Rows": number(manifest["rows"]),
        "Size": f"{number(manifest['bytes'])} bytes",
        "Run": manifest["run_id"],
        "SHA-256": manifest["sha256"],
    }
    return [{"key": key, "value": value} for key, value in rows.items() if value]


def _job(found: Job | None) -> Job:
    if found is None or found.what != EXPORT:
        abort(404)
    return found


@blueprint.post("/finance/exports/<uuid:job_id>/again")
@allow(*MAY_SEE)
def remake_export(job_id: UUID) -> ResponseReturnValue:
    """Make one that stopped again; one whose file is no longer kept is made anew, with the same bytes."""
    here, found = state(), _job(job(state().desk, job_id))
    if found.state == "done":
        asked, form = asked_of(found)
        job_id = begin_export(here, _data(), new_id(), asked, form, signed_in().username)
    else:
        export_again(here, _data(), found)
    wait_for_job(job_id)
    return redirect(url_for("finance.export_made", job_id=job_id), 303)


@blueprint.get("/finance/exports/<uuid:job_id>/file")
@allow(*MAY_SEE)
def export_file(job_id: UUID) -> ResponseReturnValue:
    """The file; that somebody took it is noted for each child that is in it."""
    here, found = state(), _job(job(state().desk, job_id))
    asked, form = asked_of(found)
    path = export_path(_data(), asked, form) if found.state == "done" else None
    if path is None:
        abort(404)
    with here.projections.reader().connect() as connection:
        ids = child_ids(connection, exported_children(connection, asked))
    log_reads(here.desk, signed_in().username, "finance export", ids.values(), here.recorder.clock.now())
    return send_file(path.resolve(), as_attachment=True, download_name=path.name, mimetype=_TYPES[form], max_age=0)


_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


@blueprint.get("/finance/exports/<uuid:job_id>/manifest")
@allow(*MAY_SEE)
def export_manifest(job_id: UUID) -> ResponseReturnValue:
    """What the file is: asked for, as at, run, rows, SHA-256."""
    found = _job(job(state().desk, job_id))
    asked, form = asked_of(found)
    path = export_path(_data(), asked, form) if found.state == "done" else None
    if path is None:
        abort(404)
    beside = path.with_name(path.name + ".manifest.json")
    answer = Response(beside.read_bytes(), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{beside.name}"'
    return answer
