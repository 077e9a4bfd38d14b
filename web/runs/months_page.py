"""Cost by month in care: a small chart for each placement type, the middle half of the children and their median."""

from __future__ import annotations

import csv
import io
import threading
from collections import OrderedDict
from typing import Any
from uuid import UUID

import polars as pl
from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from costing.money import pounds as plain_pounds
from costing.months_in_care import MOST_MONTHS, months_in_care
from costing.outcomes import FEW
from costing.pathway_care import periods_of_care
from web.account.access import allow
from web.design.charts import Line, LineChart, line_chart
from web.design.formats import number, pounds_whole
from web.runs.figures import group_words
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import HeldRun, apart_words, facts_of, held_run, pieces_of

__all__ = ["months", "months_file"]

_EXTENSION = "daybook_run_months"
_KEPT_RUNS = 4
_lock = threading.Lock()
_WITHHELD = "withheld"


@allow(*MAY_SEE)
def months(run_id: UUID) -> ResponseReturnValue:
    """How the cost of a month is spread over children, by their month in care."""
    held = held_run(run_id)
    spread = _spread(held)
    names = spread.group_by("group").agg(pl.col("children").sum()).sort("children", "group", descending=[True, False])
    groups = [_group(place, name, spread.filter(pl.col("group") == name)) for place, name in enumerate(names["group"])]
    return render_template(
        "runs/months.html",
        held=held,
        tabs=run_tabs(held, "months"),
        groups=[each for each in groups if each["chart"]],
        small=[each["title"] for each in groups if not each["chart"]],
        few=FEW,
        departs=apart_words(held),
        most=MOST_MONTHS,
        file=url_for("runs.months_file", run_id=run_id),
    )


@allow(*MAY_SEE)
def months_file(run_id: UUID) -> ResponseReturnValue:
    """The same as CSV; months of fewer than five children are withheld."""
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("placement_type", "month_in_care", "children", "lower_quartile", "median", "upper_quartile"))
    for group, month, children, *figures in _spread(held_run(run_id)).iter_rows():
        told = (
            [children, *(plain_pounds(round(units)) for units in figures)]
            if figures[0] is not None
            else [_WITHHELD] * 4
        )
        out.writerow((group or "none", month, *told))
    answer = Response(text.getvalue().encode(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="cost-by-month-in-care.csv"'
    return answer


def _spread(held: HeldRun) -> pl.DataFrame:
    """The figures of a run. A run never changes, so that those of the runs opened last are kept in this process."""
    kept: OrderedDict[UUID, pl.DataFrame] = current_app.extensions.setdefault(_EXTENSION, OrderedDict())
    with _lock:
        found = kept.get(held.run_id)
    if found is None:
        found = _worked_out(held)
        with _lock:
            kept[held.run_id] = found
            while len(kept) > _KEPT_RUNS:
                kept.popitem(last=False)
    return found


def _worked_out(held: HeldRun) -> pl.DataFrame:
    pieces, facts, settings = pieces_of(held), facts_of(held), held.settings.pathway_settings
    groups = {each.child_no: each.placement_type for each in held.report.children}
    periods = {
        int(child.child): [
            (each.starts, each.ends) for each in periods_of_care(child.episodes, facts.horizon, settings)
        ]
        for child in facts.children
        if int(child.child) in groups
    }
    return months_in_care(pieces, periods, groups)


def _group(place: int, name: str, spread: pl.DataFrame) -> dict[str, Any]:
    """One small chart with its sentence and its table; no chart where every month has too few children."""
    title = group_words("placement-type", name) if name else "No night in a placement"
    rows = {row["month_in_care"]: row for row in spread.iter_rows(named=True)}
    told = [month for month, row in rows.items() if row["median"] is not None]
    if not told:
        return {"title": title, "chart": None}
    last = max(told)
    shown = range(1, last + 1)
    medians = tuple(rows[n]["median"] if n in told else None for n in shown)
    bands = tuple((rows[n]["lower"], rows[n]["upper"]) if n in told else None for n in shown)
    text = _words(rows, told[0], last)
    lines = (Line("Median, and the middle half of the children", medians, bands),)
    heading, labels = f"{title}: cost of a month by month in care", tuple(str(n) for n in shown)
    chart = LineChart(
        f"care-{place}", heading, text, tuple(shown), lines, "pounds", labels=labels, label_word="Month"
    )  # fmt: skip
    table = [
        [str(n), number(rows[n]["children"]) if n in rows else "0", *_figures(rows.get(n))] for n in shown
    ]  # fmt: skip
    return {"title": title, "chart": line_chart(chart), "text": text, "rows": table, "id": f"care-{place}-table"}


def _words(rows: dict[int, dict[str, Any]], first: int, last: int) -> str:
    """The first month with enough children, and the last."""

    def half(month: int) -> str:
        children, median = rows[month]["children"], pounds_whole(round(rows[month]["median"]))
        return f"half of {number(children)} children cost {median} or less"

    text = f"In month {first} in care {half(first)}"
    return f"{text}; in month {last} {half(last)}." if last != first else f"{text}."


def _figures(row: dict[str, Any] | None) -> list[str]:
    if row is None or row["median"] is None:
        return ["", "too few" if row else "", ""]
    return [pounds_whole(round(row[name])) for name in ("lower", "median", "upper")]
