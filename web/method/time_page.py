"""Time per process: recorded time beside what focus groups agreed, as a page and as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from costing.standard_times import StandardTime, counted_by
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import defused
from projections.queries.finance import ledger_years
from projections.queries.standard_times import standard_times
from projections.queries.time_per_process import MAINTAIN, ProcessTime, TimeReport, time_per_process
from web.account.access import allow
from web.design.charts import Bar, BarChart, bar_chart
from web.design.formats import hours, number, percent
from web.method.frame import MAY_SEE, tabs
from web.period import Asked, ask_period
from web.state import state
from web.words import process_words, worker_type_words

__all__ = ["time_csv", "time_page"]

SMALL = 5
_COLUMNS = ("process", "worker_type", "counted_by", "n", "n_with_time", "mean_minutes", "trimmed_mean_minutes",
            "lower_quartile_minutes", "median_minutes", "upper_quartile_minutes", "direct_share", "entries",
            "entries_without_time", "total_minutes", "standard_hours", "note")  # fmt: skip
_FIGURES = ("mean", "trimmed", "lower", "median", "upper")
Agreed = dict[tuple[str, str], StandardTime]


@allow(*MAY_SEE)
def time_page() -> ResponseReturnValue:
    """What was recorded in a period, and what focus groups agreed, for each process and worker type."""
    with state().projections.reader().connect() as connection:
        asked = _asked(connection)
        if asked is None:
            return render_template("method/no_time.html", tabs=tabs("time"))
        report, agreed = time_per_process(connection, asked.period.first, asked.period.last), _agreed(connection)
    counted = [each for each in report.rows if each.n is not None]
    page = render_template(
        "method/time.html",
        tabs=tabs("time"),
        asked=asked,
        errors=asked.errors,
        report=report,
        counted=[_counted(each, agreed) for each in counted],
        totals=[_total(each, agreed) for each in report.rows],
        chart=_chart(counted, agreed),
        file=url_for("method.time_csv", **asked.period.query()),
    )
    return make_response(page, 422 if asked.errors else 200)


@allow(*MAY_SEE)
def time_csv() -> ResponseReturnValue:
    """The rows as a file, small cells suppressed."""
    with state().projections.reader().connect() as connection:
        asked = _asked(connection)
        if asked is None or asked.errors:
            abort(404)
        report, agreed = time_per_process(connection, asked.period.first, asked.period.last), _agreed(connection)
    answer = Response(_file(report, agreed), mimetype="text/csv")
    name = f"time-per-process-{report.first.isoformat()}-to-{report.last.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(connection: Connection) -> Asked | None:
    horizon = LiveCosts(connection).horizon
    if horizon is None:
        return None
    years = [year for year in ledger_years(connection) if date(year, 4, 1) <= horizon]
    return ask_period(request.args, years, horizon) if years else None


def _agreed(connection: Connection) -> Agreed:
    base = (each for each in standard_times(connection) if not each.variations)
    return {(each.process, each.worker_type): each for each in base}


def _counted(each: ProcessTime, agreed: Agreed) -> list[Any]:
    unit = "a month in care" if each.process == MAINTAIN else "a review"
    figures = [_time(getattr(each, name)) for name in _FIGURES]
    known = (each.n or 0) - each.not_known
    return [
        {"text": process_words(each.process), "note": f"{worker_type_words(each.worker_type)}, {unit}"},
        {"text": number(each.n), "note": f"{number(each.not_known)} not known" if each.not_known else ""},
        {"text": number(each.with_time), "note": percent(Fraction(each.with_time or 0, max(known, 1)))},
        *figures,
        _standard(each, agreed),
    ]


def _total(each: ProcessTime, agreed: Agreed) -> list[Any]:
    share = percent(Fraction(each.direct, each.seconds)) if each.seconds else None
    note = f"{number(each.unknown)} without a time" if each.unknown else ""
    return [
        {"text": process_words(each.process), "note": worker_type_words(each.worker_type)},
        {"text": number(each.entries), "note": note},
        hours(each.seconds),
        share,
        _standard(each, agreed),
    ]


def _standard(each: ProcessTime, agreed: Agreed) -> Any:
    found = agreed.get((each.process, each.worker_type))
    if found is None:
        return "none agreed"
    if found.hours is None:
        return None
    return {"text": _time(found.hours * 3600), "note": f"a {counted_by(found.process)}, n {found.n or 'not known'}"}


def _time(seconds: float | Fraction | None) -> str | None:
    return None if seconds is None else hours(round(seconds))


def _chart(counted: list[ProcessTime], agreed: Agreed) -> Any:
    """A bar for the recorded mean and, under it, one for the focus group's figure."""
    bars = []
    for each in counted:
        what = f"{each.process[:3]} {each.process[3:]}, {worker_type_words(each.worker_type).lower()}"
        bars.append(Bar(f"{what}: recorded", (each.mean,)))
        found = agreed.get((each.process, each.worker_type))
        if found is not None and found.hours is not None:
            bars.append(Bar(f"{what}: agreed", (float(found.hours * 3600),)))
    if not bars:
        return None
    text = "Mean recorded time of a month in care or of a review, and under it what a focus group agreed, if it did."
    return bar_chart(BarChart("two-sources", "Recorded and agreed time", text, ("Time",), tuple(bars), "hours"))


def _file(report: TimeReport, agreed: Agreed) -> str:
    """Every figure of a row with fewer than five occurrences, or entries, is suppressed; there are no totals
    over rows, so that none can be worked out from the others."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for each in report.rows:
        found = agreed.get((each.process, each.worker_type))
        standard = "" if found is None or found.hours is None else f"{float(found.hours):.4f}"
        unit = "" if each.n is None else ("month" if each.process == MAINTAIN else "occurrence")
        named = [each.process, defused(each.worker_type), unit]
        cells = [each.entries] if each.with_time is None else [each.entries, each.with_time]
        if min(cells) < SMALL:
            writer.writerow([*named, *[""] * 11, standard, f"suppressed: fewer than {SMALL}"])
            continue
        figures = [_minutes(getattr(each, name)) for name in _FIGURES]
        share = f"{each.direct / each.seconds:.2f}" if each.seconds else ""
        # A few entries without a time could be told apart from the others.
        unknown = "" if 0 < each.unknown < SMALL else each.unknown
        counts = ["" if each.n is None else each.n, "" if each.with_time is None else each.with_time]
        writer.writerow([*named, *counts, *figures, share, each.entries, unknown, _minutes(each.seconds), standard, ""])
    return text.getvalue()


def _minutes(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / 60:.1f}"
