"""The pages of finance. A figure opens: from a month to its types, to the children behind one, to a child's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from costing.calendar import month_of
from projections.queries import finance as queries
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import BY, By, CostReport, PeriodRefused, cost_csv, cost_rows
from projections.queries.finance import child_ids
from projections.queries.identifiers import return_identifiers
from recorder.desk import log_reads
from web.account.access import allow
from web.account.people import signed_in
from web.design.paging import page_links
from web.finance.figures import breakdown, cautions, headline, month_chart, share_chart, words_of
from web.period import Asked, ask_period
from web.state import Opened, state
from web.words import placement_type_words, process_words

__all__ = ["MAY_SEE", "Wanted", "ask_wanted", "blueprint", "page_frame"]

blueprint = Blueprint("finance", __name__, template_folder="templates")
MAY_SEE = ("finance", "administrator")
PAGE = 50
_FILTERED = {"overview", "children", "restated"}
_FILTERS = {"type": "place_type", "process": "process"}


@dataclass(frozen=True)
class Wanted:
    """The period and the lines asked about."""

    asked: Asked
    filters: dict[str, str]
    horizon: date
    last_return_end: date | None

    @property
    def first(self) -> date:
        """The first day."""
        return self.asked.period.first

    @property
    def last(self) -> date:
        """The last day, included."""
        return self.asked.period.last

    @property
    def where(self) -> dict[str, str]:
        """The filters as columns of the ledger; "none" stands for what is no placement."""
        return {_FILTERS[name]: "" if value == "none" else value for name, value in self.filters.items()}

    def url(self, endpoint: str, **more: Any) -> str:
        """The address of another page about the same, with these changes."""
        return url_for(endpoint, **(self.asked.period.query() | self.filters | more))

    @property
    def words(self) -> list[str]:
        """The filters in words."""
        said = {"type": placement_type_words, "process": process_words}
        return [said[name](value) for name, value in self.filters.items()]


@blueprint.get("/finance")
@allow(*MAY_SEE)
def overview() -> ResponseReturnValue:
    """What a period cost: by month, placement type and process."""
    here = state()
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        found = queries.overview(connection, wanted.first, wanted.last, wanted.where)
    page = render_template(
        "finance/overview.html",
        **page_frame(wanted, "overview"),
        found=found,
        figures=headline(found, wanted),
        cautions=cautions(found.total, wanted),
        months=breakdown(found.by_month, wanted),
        types=breakdown(found.by_type, wanted),
        processes=breakdown(found.by_process, wanted),
        month_chart=month_chart(found.by_month),
        type_chart=share_chart(found.by_type, "by-type", "Cost by placement type"),
        process_chart=share_chart(found.by_process, "by-process", "Cost by process"),
    )
    return make_response(page, 422 if wanted.asked.errors else 200)


@blueprint.get("/finance/children")
@allow(*MAY_SEE)
def children() -> ResponseReturnValue:
    """The children behind a figure, the costliest first, by the identifier of the return."""
    here, person = state(), signed_in()
    page = max(request.args.get("page", 1, type=int), 1)
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        shown, report = queries.children_behind(
            connection, here.recorder.keys, wanted.first, wanted.last, wanted.where, (page - 1) * PAGE, PAGE
        )
    log_reads(here.desk, person.username, "finance list", [c.child_id for c in shown], here.recorder.clock.now())
    pages = max(1, -(-len(report.rows) // PAGE))
    return make_response(
        render_template(
            "finance/children.html",
            **page_frame(wanted, "children"),
            children=shown,
            report=report,
            cautions=cautions(report.total, wanted),
            start=(page - 1) * PAGE,
            pages=page_links(page, pages, lambda number: wanted.url("finance.children", page=number)),
        ),
        422 if wanted.asked.errors else 200,
    )


@blueprint.get("/finance/teams")
@allow(*MAY_SEE)
def teams() -> ResponseReturnValue:
    """What a period cost by the team each child was allocated to that day."""
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        report = cost_rows(LiveCosts(connection), wanted.first, wanted.last, "team")
    return make_response(
        render_template(
            "finance/teams.html",
            **page_frame(wanted, "teams"),
            report=report,
            cautions=cautions(report.total, wanted),
            table=breakdown(report, wanted),
            chart=share_chart(report, "by-team", "Cost by team", ranked=False),
        ),
        422 if wanted.asked.errors else 200,
    )


@blueprint.get("/finance/trial-balance")
@allow(*MAY_SEE)
def trial_balance() -> ResponseReturnValue:
    """The accounts of the months of a period; what they hold adds up to zero."""
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        accounts = queries.trial(connection, month_of(wanted.first), month_of(wanted.last)).to_dicts()
    sums = {name: sum(row[name] for row in accounts) for name in ("debit", "credit", "balance")}
    return make_response(
        render_template("finance/trial_balance.html", **page_frame(wanted, "trial"), accounts=accounts, sums=sums),
        422 if wanted.asked.errors else 200,
    )


@blueprint.get("/finance/costs.csv")
@allow(*MAY_SEE)
def costs_csv() -> ResponseReturnValue:
    """The rows of a page as a file: the same rows, rounded the same way."""
    here, person = state(), signed_in()
    by = next((each for each in BY if each == request.args.get("by")), None)
    if by is None:
        abort(404)
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=by != "team")
        if wanted is None or wanted.asked.errors:
            abort(404)
        report = _report(here, connection, wanted, by)
        if by == "child":
            ids = child_ids(connection, [row.number for row in report.rows])
            log_reads(here.desk, person.username, "finance file", ids.values(), here.recorder.clock.now())
    name = f"costs-by-{by}-{wanted.first.isoformat()}-to-{wanted.last.isoformat()}.csv"
    answer = Response(cost_csv(report), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _report(here: Opened, connection: Connection, wanted: Wanted, by: By) -> CostReport:
    source = LiveCosts(connection, wanted.where)
    try:
        return cost_rows(source, wanted.first, wanted.last, by, return_identifiers(source, here.recorder.keys))
    except PeriodRefused:
        abort(404)


def ask_wanted(connection: Connection, *, filters: bool = True) -> Wanted | None:
    """What the address asks about; None while nothing has been posted or no day has ended."""
    source, years = LiveCosts(connection), queries.ledger_years(connection)
    horizon = source.horizon
    if horizon is None or not years:
        return None
    years = [year for year in years if date(year, 4, 1) <= horizon]
    if not years:
        return None
    chosen = {name: value for name in _FILTERS if filters and (value := request.args.get(name, ""))}
    return Wanted(ask_period(request.args, years, horizon), chosen, horizon, source.last_return_end)


def page_frame(wanted: Wanted, tab: str) -> dict[str, Any]:
    """What every page of finance shows round its content."""
    keep = wanted.filters if tab in _FILTERED else {}
    period = wanted.asked.period.query()
    tabs = [
        ("overview", "Overview", "finance.overview"),
        ("children", "Children", "finance.children"),
        ("teams", "Teams", "finance.teams"),
        ("trial", "Trial balance", "finance.trial_balance"),
        ("books", "Months", "finance.months"),
        ("restated", "Then and now", "finance.restated"),
        ("reconciliation", "Reconciliation", "finance.reconciliation"),
        ("payments", "Allowances and services", "finance.payments"),
        ("mapping", "Codes", "finance.mapping"),
        ("exports", "Exports", "finance.exports"),
    ]
    return {
        "wanted": wanted,
        "asked": wanted.asked,
        "errors": wanted.asked.errors,
        "filters": wanted.words if keep else [],
        "keep": keep,
        "unfiltered": url_for(f"finance.{tab if tab in _FILTERED else 'overview'}", **period),
        "words_of": words_of,
        "tabs": [
            {
                "href": url_for(endpoint, **(period | (keep if name in _FILTERED else {}))),
                "text": text,
                "current": name == tab,
            }
            for name, text, endpoint in tabs
        ],
    }
