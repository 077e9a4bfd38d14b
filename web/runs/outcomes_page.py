"""What a run came to by what became of the children: a measure at a time, and the same as an extract."""

from __future__ import annotations

import csv
import io
import threading
from collections import OrderedDict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calculator import RunReport
from costing.money import pounds as plain_pounds
from costing.money import round_half_up
from costing.outcomes import FEW, ChildCost, OutcomeRow, cost_by_outcome, hidden_bands
from projections.queries.costs import defused
from projections.queries.outcomes import MEASURES, outcome_bands
from web.account.access import allow
from web.design.formats import number, pounds, pounds_whole
from web.design.spread_chart import Spread, SpreadChart, spread_chart
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import HeldRun, facts_of, held_run
from web.runs.making import source_at
from web.state import state

__all__ = ["outcomes", "outcomes_csv", "outcomes_file"]

_COLUMNS = ("measure", "band", "children", "nights", "total_gbp", "mean_gbp", "median_gbp", "a_night_gbp")
_WITHHELD = "withheld"
_EXTENSION, _KEPT_RUNS = "daybook_run_outcomes", 8
_lock = threading.Lock()


@allow(*MAY_SEE)
def outcomes(run_id: UUID) -> ResponseReturnValue:
    """Children, nights, cost, mean, quartiles and cost a night of each band of one measure."""
    held, measure = held_run(run_id), _measure()
    rows = _rows(held, measure)
    words = MEASURES[measure].words
    shown = [Spread(_said(row), float(row.lower), float(row.median), float(row.upper), few=row.few) for row in rows]
    chart = SpreadChart(
        "outcomes", f"Cost of a child by: {words}",
        "For each band a dot at the median cost of a child, and a bar over the middle half of its children.",
        tuple(shown),
    )  # fmt: skip
    return render_template(
        "runs/outcomes.html",
        held=held,
        tabs=run_tabs(held, "outcomes"),
        measure=measure,
        words=words,
        choices=[{"value": each.code, "text": each.words} for each in MEASURES.values()],
        chart=spread_chart(chart) if rows else None,
        rows=[_cells(row) for row in rows],
        footer=["All children", number(len(held.report.children)), number(sum(each.nights for each in rows)),
                "", "", "", pounds(held.report.total)],
        few=FEW,
        any_few=any(row.few for row in rows),
        file=url_for("runs.outcomes_file", run_id=run_id, measure=measure),
    )  # fmt: skip


@allow(*MAY_SEE)
def outcomes_file(run_id: UUID) -> ResponseReturnValue:
    """The rows of one measure as CSV; small groups are withheld, and whatever would tell of them."""
    held, measure = held_run(run_id), _measure()
    answer = Response(outcomes_csv(MEASURES[measure].words, _rows(held, measure)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="cost-by-{measure}.csv"'
    return answer


def outcomes_csv(words: str, rows: Sequence[OutcomeRow]) -> bytes:
    """A row a band and one for the whole; `withheld` in every figure of a band that is hidden."""
    hidden, total_too = hidden_bands(rows)
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(_COLUMNS)
    for row in rows:
        figures = [_WITHHELD] * 6
        if row.band not in hidden:
            night = "" if row.a_night is None else str(plain_pounds(round_half_up(row.a_night)))
            means = [str(plain_pounds(round_half_up(each))) for each in (row.mean, row.median)]
            figures = [str(row.children), str(row.nights), str(plain_pounds(row.total)), *means, night]
        out.writerow((words, defused(row.band), *figures))
    sums = [sum(each.children for each in rows), sum(each.nights for each in rows)]
    whole = [*(str(each) for each in sums), plain_pounds(sum(each.total for each in rows)), "", "", ""]
    out.writerow((words, "all children", *([_WITHHELD] * 6 if total_too else whole)))
    return text.getvalue().encode()


def _measure() -> str:
    measure = request.args.get("measure", "sdq")
    if measure not in MEASURES:
        abort(404)
    return measure


def _rows(held: HeldRun, measure: str) -> list[OutcomeRow]:
    """The rows of a measure. A run never changes, so that those of the runs opened last are kept in this process."""
    kept: OrderedDict[UUID, dict[str, list[OutcomeRow]]]
    kept = current_app.extensions.setdefault(_EXTENSION, OrderedDict())
    with _lock:
        found = kept.get(held.run_id)
    if found is None:
        found = _all_rows(held)
        with _lock:
            kept[held.run_id] = found
            while len(kept) > _KEPT_RUNS:
                kept.popitem(last=False)
    return found[measure]


def _all_rows(held: HeldRun) -> dict[str, list[OutcomeRow]]:
    """Every measure's rows at once, for what takes time is the tables as they were at the run's instant."""
    settings, made = held.settings, held.made
    chosen = {each.child_no for each in held.report.children}
    costs, asked = _costs(held.report), (settings.first, settings.last, settings.pathway_settings)
    with source_at(state(), made.known_upto, made.position) as (source, _, __):
        children = [each for each in facts_of(held, source).children if int(each.child) in chosen]
        return {
            code: cost_by_outcome(costs, outcome_bands(source, children, code, *asked), measure.order)
            for code, measure in MEASURES.items()
        }


def _costs(report: RunReport) -> list[ChildCost]:
    return [ChildCost(each.child_no, each.nights, each.total) for each in report.children]


def _said(row: OutcomeRow) -> str:
    return row.band[:1].upper() + row.band[1:]


def _cells(row: OutcomeRow) -> list[Any]:
    name = (
        {"text": _said(row), "note": f"fewer than {FEW} children: too few to say anything"} if row.few else _said(row)
    )
    night = pounds(round_half_up(row.a_night)) if row.a_night is not None else "no nights"
    return [name, number(row.children), number(row.nights), _whole(row.mean), _whole(row.median),
            night, pounds(row.total)]  # fmt: skip


def _whole(units: Fraction) -> str:
    return pounds_whole(round_half_up(units))
