"""The pages of a child: find one, its costs, a figure taken apart, and what happened."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from costing.calendar import months
from costing.money import exact_text
from projections import tables as t
from projections.queries.children import ChildRows, team_children
from projections.queries.explain import explain
from projections.queries.ledger import child_ledger
from projections.queries.my_day import caseload, worker_number
from projections.queries.names import child_names
from projections.queries.team import members, team_of
from projections.queries.timeline import timeline
from recorder.children import SYSTEMS
from recorder.desk import log_reads
from web.account.access import allow
from web.account.people import Person, signed_in
from web.children.explanation import explained
from web.children.history import in_words
from web.children.ledger_page import balance_chart, cautions, ledger_table, placements_ribbon, stats_of
from web.children.reading import header, open_child
from web.design.widgets import Form, TextField
from web.period import Asked, ask_period
from web.state import Opened, state
from web.words import process_words

__all__ = ["blueprint"]

blueprint = Blueprint("children", __name__, template_folder="templates")
READERS = ("social_worker", "team_leader", "finance", "administrator")
NOT_FOUND = "No child is known by this identifier. Check it against the return or the case system"


class FindForm(Form):
    """Find a child by an identifier, exactly. It is posted, so that no address holds an identifier."""

    identifier = TextField(
        "Identifier",
        required="Enter an identifier",
        hint="The child’s identifier in the return, its UPN, or its identifier in the census of children in need",
        width="20",
        autocomplete="off",
        spellcheck=False,
    )


@blueprint.route("/children", methods=["GET", "POST"])
@allow(*READERS)
def index() -> ResponseReturnValue:
    """The caseload, and a search for any other child. Both are logged."""
    here, person, form = state(), signed_in(), FindForm()
    if request.method == "POST" and form.validate():
        found = _find(here, form.identifier.data or "")
        if found is not None:
            log_reads(here.desk, person.username, "search", [found], here.recorder.clock.now())
            return redirect(url_for("children.costs", child=found), 303)
        form.identifier.errors = [NOT_FOUND]
    errors = form.error_list() if request.method == "POST" else []
    page = render_template(
        "children/index.html", form=form, errors=errors, children=_mine(here, person), role=person.role
    )
    return make_response(page, 422 if errors else 200)


def _find(here: Opened, identifier: str) -> UUID | None:
    pairs = [(system, identifier) for system in SYSTEMS]
    found = here.recorder.keys.find_many(pairs)
    return next((found[pair] for pair in pairs if pair in found), None)


def _mine(here: Opened, person: Person) -> list[Any]:
    """The children allocated to this person, or for a leader to anybody in the team; nobody's for others."""
    if person.role not in {"social_worker", "team_leader"} or person.worker is None:
        return []
    today = here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        number = worker_number(connection, person.worker)
        if number is None:
            return []
        numbers = caseload(connection, number, today)
        if person.role == "team_leader":
            numbers = team_children(connection, _colleagues(connection, person, number, today), today)
        named = sorted(child_names(connection, here.recorder.keys, numbers).values(), key=lambda each: each.sort_key)
    log_reads(here.desk, person.username, "list", [each.child_id for each in named], here.recorder.clock.now())
    return named


def _colleagues(connection: Connection, person: Person, number: int, today: date) -> list[int]:
    team = team_of(connection, person.team, person.worker, today)
    return [number] if team is None else members(connection, team, today)


@blueprint.get("/children/<uuid:child>")
@allow(*READERS)
def costs(child: UUID) -> ResponseReturnValue:
    """What the child cost, month by month and process by process."""
    here, person = state(), signed_in()
    with here.projections.reader().connect() as connection:
        rows, asked = _opened(here, connection, person, child, "costs")
        context = _frame(here, connection, person, rows, asked, "costs")
    if asked is None:
        return render_template("children/nothing_yet.html", **context)
    ledger = child_ledger(rows, asked.period.first, asked.period.last)
    page = render_template(
        "children/costs.html",
        **context,
        ledger=ledger,
        figures=stats_of(ledger),
        cautions=cautions(ledger, rows),
        table=ledger_table(ledger, rows, asked.period),
        chart=balance_chart(ledger),
        ribbon=placements_ribbon(ledger, rows),
    )
    return make_response(page, 422 if asked.errors else 200)


@blueprint.get("/children/<uuid:child>/timeline")
@allow(*READERS)
def happened(child: UUID) -> ResponseReturnValue:
    """What happened to the child, the latest first."""
    here, person = state(), signed_in()
    with here.projections.reader().connect() as connection:
        rows, asked = _opened(here, connection, person, child, "timeline")
        context = _frame(here, connection, person, rows, asked, "timeline")
    moments = timeline(rows, here.recorder.log_store)
    as_at = asked.period.as_at if asked else None
    years = in_words(moments, pseudonymous=person.role == "finance", horizon=rows.horizon)
    page = render_template("children/timeline.html", **context, years=years, as_at=as_at)
    return make_response(page, 422 if asked and asked.errors else 200)


@blueprint.get("/children/<uuid:child>/explain")
@allow(*READERS)
def taken_apart(child: UUID) -> ResponseReturnValue:
    """One figure of the ledger: its postings, and for each the fact, the price and the split."""
    month, process = request.args.get("month", type=int), request.args.get("process", "")
    here, person = state(), signed_in()
    if month is None or not 190001 <= month <= 999912 or not 1 <= month % 100 <= 12:
        abort(404)
    with here.projections.reader().connect() as connection:
        rows, asked = _opened(here, connection, person, child, "explanation")
        context = _frame(here, connection, person, rows, asked, "costs")
    if asked is None or asked.errors or month not in months(asked.period.first, asked.period.last):
        abort(404)
    postings = explain(rows, here.recorder.log_store, month, process, asked.period.first, asked.period.last)
    if not postings:
        abort(404)
    total = sum(posting.amount or 0 for posting in postings)
    return render_template(
        "children/explain.html",
        **context,
        month=month,
        process=process_words(process),
        total=total,
        exact=exact_text(total),
        unpriced=sum(posting.amount is None for posting in postings),
        parts=[explained(posting) for posting in postings],
    )


def _opened(
    here: Opened, connection: Connection, person: Person, child: UUID, what: str
) -> tuple[ChildRows, Asked | None]:
    """The child's rows, and the period asked about; None where nothing was ever posted for the child."""
    rows = open_child(here, connection, person, child, f"child, {what}", None)
    posted = rows.frame(t.posting)["service_from"]
    low, high = posted.min(), posted.max()
    if rows.horizon is None or low is None or high is None:
        return rows, None
    asked = ask_period(request.args, _years(low, high), rows.horizon)
    if asked.period.as_at is not None:
        rows = open_child(
            here, connection, person, child, f"child, {what} as at {asked.period.as_at}", asked.period.as_at
        )
    return rows, asked


def _years(low: Any, high: Any) -> list[int]:
    """The April years from one day to another, the latest first."""
    first, last = (day.year - (day.month < 4) for day in (low, high))
    return list(range(last, first - 1, -1))


def _frame(
    here: Opened, connection: Connection, person: Person, rows: ChildRows, asked: Asked | None, tab: str
) -> dict[str, Any]:
    """What every page of a child shows round its content."""
    day = (asked.period.as_at if asked else None) or here.recorder.clock.today()
    query = asked.period.query() if asked and not asked.errors else {}
    tabs = [("costs", "Costs", "children.costs"), ("timeline", "Timeline", "children.happened")]
    return {
        "child": header(here, connection, person, rows, day),
        "asked": asked,
        "errors": asked.errors if asked else [],
        "here": url_for("children.costs", child=rows.child_id, **query),
        "tabs": [
            {"href": url_for(endpoint, child=rows.child_id, **query), "text": text, "current": name == tab}
            for name, text, endpoint in tabs
        ],
    }
