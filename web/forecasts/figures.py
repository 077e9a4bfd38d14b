"""A forecast in figures: sentences, fan charts that start where the actuals end, and the tables beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from markupsafe import Markup

from costing.calendar import month_of
from costing.forecast.back_test import BackTest
from costing.forecast.summary import TOTAL
from costing.money import UNITS_PER_POUND
from web.design.charts import Line, LineChart, line_chart
from web.design.formats import month_name, number, percent, uk_date
from web.forecasts.amounts import children_are, shortly, whole
from web.forecasts.making import MadeForecast
from web.period import year_text
from web.words import placement_type_words, process_words

__all__ = [
    "back_test_table",
    "children_chart",
    "cost_chart",
    "headline",
    "staff_table",
    "type_table",
    "year_table",
]

_NUMERIC = {"numeric": True}
EIGHT, NINETEEN = "8 in 10 lie in this", "19 in 20 lie in this"


def headline(made: MadeForecast) -> str:
    """The forecast in two sentences."""
    year = made.forecast.years.row(0, named=True)
    last = _children(made, TOTAL).tail(1).row(0, named=True)
    now = int(made.children.filter(pl.col("date") == made.forecast.origin)["children"].sum())
    return (
        f"In {year_text(year['year'].year)} placements are expected to cost {shortly(year['mean'])}, and in 8 futures "
        f"of 10 between {shortly(year['p10'])} and {shortly(year['p90'])}. {children_are(now)} in placement on "
        f"{uk_date(made.forecast.origin)}; on {uk_date(last['date'])} {number(last['mean'])} are expected, and in 8 of "
        f"10 between {number(last['p10'])} and {number(last['p90'])}."
    )


def year_table(made: MadeForecast) -> dict[str, Any]:
    """Each financial year: what is actual, committed and simulated of it, and its ranges."""
    names = ("Actual", "Committed", "Simulated", "Expected", "8 in 10: from", "to", "19 in 20: from", "to")
    keys = ("actual", "committed", "simulated", "mean", "p10", "p90", "p2_5", "p97_5")
    rows = [
        [year_text(row["year"].year), *(whole(row[key]) for key in keys)]
        for row in made.forecast.years.iter_rows(named=True)
    ]
    return {"columns": ["Year", *({"text": name} | _NUMERIC for name in names)], "rows": rows}


def children_chart(made: MadeForecast) -> tuple[Markup, dict[str, Any]]:
    """Children in placement at the end of each month, before and ahead."""
    before = made.children.group_by("date").agg(pl.col("children").sum()).sort("date")
    ends = _children(made, TOTAL).filter(
        (pl.col("date") == pl.col("date").dt.month_end()) | (pl.col("date") == made.forecast.until)
    )
    actual = [(month_of(day), float(count)) for day, count in before.iter_rows()]
    ahead = [(month_of(row["date"]), row) for row in ends.iter_rows(named=True)]
    title = "Children in placement at the end of each month"
    return _fan("children", title, actual, ahead, "count", 1.0), _fan_table(actual, ahead, number)


def cost_chart(made: MadeForecast) -> tuple[Markup, dict[str, Any]]:
    """What placements cost each month, before and ahead; months cut by the origin are left out."""
    before = made.costs.group_by("month").agg(pl.col("units").sum()).sort("month")
    cut = made.forecast.origin.replace(day=1) if not _ends_month(made.forecast.origin) else None
    actual = [(month_of(month), float(units) / UNITS_PER_POUND) for month, units in before.iter_rows() if month != cut]
    rows = made.forecast.rows.filter((pl.col("measure") == "cost") & (pl.col("placement_type") == TOTAL))
    ahead = [
        (month_of(row["date"]), row)
        for row in rows.iter_rows(named=True)
        if row["date"] != cut
        and (_ends_month(made.forecast.until) or month_of(row["date"]) != month_of(made.forecast.until))
    ]
    title = "What placements cost each month"
    return _fan("cost", title, actual, ahead, "pounds", UNITS_PER_POUND), _fan_table(actual, ahead, whole)


def _fan(
    chart_id: str, title: str, actual: list[tuple[int, float]], ahead: list[tuple[int, dict[str, Any]]],
    measure: Any, scale: float,
) -> Markup:  # fmt: skip
    """Actuals as a line; from its last point on the expected line with two ranges."""
    held = dict(actual)
    rows = {month: row for month, row in ahead if month not in held}
    months = [*held, *rows]
    joint = len(held) - 1
    past: list[float | None] = [held[month] * scale for month in held] + [None] * len(rows)
    coming: list[float | None] = [None] * len(held) + [row["mean"] * scale for row in rows.values()]
    if held:
        coming[joint] = past[joint]

    def band(low: str, high: str) -> tuple[tuple[float, float] | None, ...]:
        spans: list[tuple[float, float] | None] = [None] * len(held)
        if held:
            spans[joint] = (past[joint] or 0.0, past[joint] or 0.0)
        return (*spans, *((row[low] * scale, row[high] * scale) for row in rows.values()))

    nothing: tuple[float | None, ...] = (None,) * len(months)
    lines = (
        Line("Actual", tuple(past)),
        Line(f"Expected; {EIGHT}", tuple(coming), band("p10", "p90")),
        Line(NINETEEN, nothing, band("p2_5", "p97_5")),
    )
    text = f"The line of what came ends where the expected one begins, in {month_name(months[max(joint, 0)])}."
    return line_chart(LineChart(chart_id, title, text, tuple(months), lines, measure, from_zero=False))


def _fan_table(actual: list[tuple[int, float]], ahead: list[tuple[int, dict[str, Any]]], words: Any) -> dict[str, Any]:
    rows = [[month_name(month), words(value), "", "", "", ""] for month, value in actual]
    for month, row in ahead:
        rows.append([month_name(month), *(words(row[key]) for key in ("mean", "p10", "p90", "p2_5", "p97_5"))])
    names = ("Actual or expected", "8 in 10: from", "to", "19 in 20: from", "to")
    return {"columns": ["Month", *({"text": name} | _NUMERIC for name in names)], "rows": rows}


def type_table(made: MadeForecast) -> dict[str, Any]:
    """Children of each placement type at the origin and at the end, and what the months ahead cost."""
    forecast = made.forecast
    now = dict(made.children.filter(pl.col("date") == forecast.origin).select("placement_type", "children").iter_rows())
    costs = forecast.rows.filter(pl.col("measure") == "cost").group_by("placement_type").agg(pl.col("mean").sum())
    expected = dict(costs.iter_rows())
    rows = []
    for name in sorted((each for each in expected if each != TOTAL), key=lambda each: -expected[each]):
        last = _children(made, name).tail(1).row(0, named=True)
        children = (number(last["mean"], 1), f"{number(last['p10'])} to {number(last['p90'])}")
        rows.append([placement_type_words(name), number(now.get(name, 0)), *children, whole(expected[name])])
    last = _children(made, TOTAL).tail(1).row(0, named=True)
    counts = (number(last["mean"], 1), f"{number(last['p10'])} to {number(last['p90'])}")
    footer = ["All", number(sum(now.values())), *counts, whole(expected[TOTAL])]
    names = (f"On {uk_date(forecast.origin)}", f"Expected on {uk_date(forecast.until)}", "8 in 10", "Cost ahead")
    return {
        "columns": ["Placement type", *({"text": name} | _NUMERIC for name in names)],
        "rows": rows,
        "footer": footer,
    }


def staff_table(made: MadeForecast) -> dict[str, Any] | None:
    """Staff time by process over the months ahead; None where none was recorded."""
    staff = made.forecast.staff
    if staff.is_empty():
        return None
    sums = staff.group_by("process").agg(pl.col("mean", "p10", "p90").sum()).sort("process")
    rows = [[process_words(name), *map(whole, figures)] for name, *figures in sums.iter_rows()]
    return {
        "columns": ["Process", *({"text": name} | _NUMERIC for name in ("Expected", "8 in 10: from", "to"))],
        "rows": rows,
    }


def back_test_table(test: BackTest) -> dict[str, Any]:
    """How the method did on the past, beside the naive forecast and last year's trend."""
    words = {"children": "Children", "cost": "Cost"}
    rows = [
        [
            f"{words[row['measure']]}, {row['months_ahead']} month{'s' if row['months_ahead'] != 1 else ''} ahead",
            number(row["forecasts"]), *(_share(row[key]) for key in _JUDGED),
        ]
        for row in test.summary.iter_rows(named=True)
    ]  # fmt: skip
    names = ("Times tried", "Too high (+) or low", "Usually off by", "Within 8 in 10", "Within 19 in 20",
             "Naive: off by", "Trend: off by")  # fmt: skip
    return {"columns": ["What", *({"text": name} | _NUMERIC for name in names)], "rows": rows}


_JUDGED = ("bias", "mape", "within_80", "within_95", "naive_mape", "trend_mape")


def _share(value: float | None) -> str:
    return "" if value is None else percent(value / 100, 1)


def _children(made: MadeForecast, placement_type: str) -> pl.DataFrame:
    wanted = (pl.col("measure") == "children") & (pl.col("placement_type") == placement_type)
    return made.forecast.rows.filter(wanted).sort("date")


def _ends_month(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1
