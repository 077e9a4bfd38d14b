"""Budget monitoring in figures: the sentence that explains the month, the lines, the children and their money."""

from __future__ import annotations

from typing import Any

import polars as pl
from markupsafe import Markup

from costing.calendar import month_of
from costing.forecast.summary import TOTAL
from costing.money import UNITS_PER_POUND
from web.design.charts import Line as ChartLine
from web.design.charts import LineChart, line_chart
from web.design.formats import month_name, number, uk_date
from web.design.waterfall_chart import Step, WaterfallChart, waterfall_chart
from web.forecasts.amounts import children_are, shortly, signed, whole
from web.forecasts.budget import Line, Watched
from web.period import year_text
from web.words import placement_type_words

__all__ = ["change_chart", "children_table", "lines_table", "sentence", "year_chart"]

_NUMERIC = {"numeric": True}
_JOINED = "\N{WORD JOINER}"  # a line may otherwise end between a sign and its amount
CAUSES = (("Volume", "volume", "more nights or fewer"), ("Mix", "mix", "other placement types"),
          ("Price", "price", "another price of the same"))  # fmt: skip


def sentence(found: Watched, lines: list[Line]) -> str:
    """The month in words: the outturn against the budget, and what the month changed."""
    expected = sum(line.expected for line in lines)
    budgeted = [line for line in lines if line.budget is not None]
    over = "is" if found.ahead is None else "is expected to be"
    text = f"The cost of {year_text(found.year.year)} {over} {shortly(expected)}"
    if budgeted:
        budget = sum(line.budget or 0 for line in budgeted)
        variance = sum(line.variance or 0 for line in budgeted)
        against = f"{shortly(abs(variance))} {'over' if variance > 0 else 'under'} the budget of {shortly(budget)}"
        text += f", {against}" if len(budgeted) == len(lines) else f"; the lines with a budget are {against}"
    return f"{text}. {_changed(found)}"


def _changed(found: Watched) -> str:
    """What the month changed in the outturn of placements, the largest cause first."""
    if found.change is None:
        return ""
    total = found.change.after - found.change.before
    if not total:
        return f"Since {uk_date(found.before)} nothing changed in what placements are expected to cost."
    parts = sorted(((getattr(found.change, key), said) for _, key, said in CAUSES), key=lambda part: -abs(part[0]))
    said = ", ".join(f"{signed(units / UNITS_PER_POUND)} {words}" for units, words in parts if units)
    way = "rose" if total > 0 else "fell"
    amount = shortly(abs(total) / UNITS_PER_POUND)
    text = f"Since {uk_date(found.before)} what placements are expected to cost {way} by {amount}: {said}."
    return text.replace("+£", f"+{_JOINED}£").replace("−£", f"−{_JOINED}£")


def lines_table(lines: list[Line]) -> dict[str, Any]:
    """Budget, actual, committed, simulated, the outturn with its range, and the variance, line by line."""
    names = ("Budget", "Actual", "Committed", "Simulated", "Outturn", "8 in 10: from", "to", "Variance")
    total = [
        sum(getattr(line, name) or 0 for line in lines)
        for name in ("budget", "actual", "committed", "simulated", "expected")
    ]
    variance = sum(line.variance or 0 for line in lines)
    has_budget = any(line.budget is not None for line in lines)
    footer = ["All", whole(total[0]) if has_budget else "", *map(whole, total[1:]), "", "",
              signed(variance) if has_budget else ""]  # fmt: skip
    return {
        "columns": ["Line", *({"text": name} | _NUMERIC for name in names)],
        "rows": [_row(line) for line in lines],
        "footer": footer,
    }


def _row(line: Line) -> list[str]:
    figures = (line.budget, line.actual, line.committed, line.simulated, line.expected, line.low, line.high)
    variance = "" if line.variance is None else signed(line.variance)
    return [line.name, *("" if each is None else whole(each) for each in figures), variance]


def change_chart(found: Watched) -> tuple[Markup, list[list[str]], list[str]] | None:
    """What changed since the month before, taken apart; None where there was nothing to compare with."""
    if found.change is None:
        return None
    parts = [(name, float(getattr(found.change, key)), said) for name, key, said in CAUSES]
    total = (found.change.after - found.change.before) / UNITS_PER_POUND
    text = f"What placements are expected to cost changed by {signed(total)} since {uk_date(found.before)}."
    steps = tuple(Step(name, units) for name, units, _ in parts)
    drawn = waterfall_chart(WaterfallChart("change", "What the month changed", text, steps))
    rows = [[name, said, signed(units / UNITS_PER_POUND)] for name, units, said in parts]
    return drawn, rows, ["Change", "", signed(total)]


def year_chart(found: Watched) -> tuple[Markup, dict[str, Any]]:
    """What placements cost in each month of the year: as it came, then as expected with its range."""
    came = dict(found.costs.group_by("month").agg(pl.col("units").sum()).iter_rows())
    actual = {month_of(month): float(units) for month, units in sorted(came.items())}
    rows: dict[int, dict[str, Any]] = {}
    if found.ahead is not None:
        wanted = (pl.col("measure") == "cost") & (pl.col("placement_type") == TOTAL)
        rows = {month_of(row["date"]): row for row in found.ahead.rows.filter(wanted).iter_rows(named=True)}
        rows = {month: row for month, row in rows.items() if month not in actual}
    months = (*actual, *rows)
    past: list[float | None] = [*actual.values(), *[None] * len(rows)]
    coming: list[float | None] = [None] * len(actual) + [row["mean"] * UNITS_PER_POUND for row in rows.values()]
    bands: list[tuple[float, float] | None] = [None] * len(actual)
    bands += [(row["p10"] * UNITS_PER_POUND, row["p90"] * UNITS_PER_POUND) for row in rows.values()]
    if actual and rows:
        joint = len(actual) - 1
        coming[joint], bands[joint] = past[joint], (past[joint] or 0.0, past[joint] or 0.0)
    title = f"What placements cost each month of {year_text(found.year.year)}"
    text = f"Actual up to {uk_date(found.origin)}, then expected; 8 futures of 10 lie in the shaded range."
    lines = [ChartLine("Actual", tuple(past))]
    if rows:
        lines.append(ChartLine("Expected; 8 in 10 lie in this", tuple(coming), tuple(bands)))
    drawn = line_chart(LineChart("year", title, text, months, tuple(lines), "pounds", from_zero=False))
    table = [[month_name(month), whole(units / UNITS_PER_POUND), "", ""] for month, units in actual.items()]
    table += [[month_name(month), *(whole(row[key]) for key in ("mean", "p10", "p90"))] for month, row in rows.items()]
    names = ("Actual or expected", "8 in 10: from", "to")
    return drawn, {"columns": ["Month", *({"text": name} | _NUMERIC for name in names)], "rows": table, "text": text}


def children_table(found: Watched) -> dict[str, Any]:
    """The children in placement on the day, by what their night rests on, beside the month's nights and cost."""
    month = found.origin.replace(day=1)
    of_month = {
        name: (int(nights), float(units or 0) / UNITS_PER_POUND)
        for name, nights, units in found.costs.filter(pl.col("month") == month)
        .select("placement_type", "nights", "units")
        .iter_rows()
    }
    rows = []
    for each in sorted(found.children, key=lambda row: -row.children):
        own_nights, own_cost = of_month.get(each.placement_type, (0, 0.0))
        weekly = whole(own_cost / own_nights * 7) if own_nights else ""
        counts = (each.children, each.own, each.average, each.free, each.unpriced, own_nights)
        rows.append([placement_type_words(each.placement_type), *map(number, counts), whole(own_cost), weekly])
    sums = [
        sum(getattr(each, name) for each in found.children)
        for name in ("children", "own", "average", "free", "unpriced")
    ]
    nights, cost = sum(each[0] for each in of_month.values()), sum(each[1] for each in of_month.values())
    footer = ["All", *map(number, (*sums, nights)), whole(cost), whole(cost / nights * 7) if nights else ""]
    names = (
        "Children",
        "Own fee",
        "Type’s average",
        "No charge",
        "Without a price",
        "Nights in the month",
        "Cost of the month",
        "A week",
    )
    counted = ", ".join(
        f"{number(count)} {said}"
        for count, said in zip(
            sums[1:],
            ("with a fee of their own", "at the average of their type", "at no charge", "without a price"),
            strict=True,
        )
        if count
    )
    text = f"{children_are(sums[0])} in placement on {uk_date(found.origin)}: {counted}."
    return {
        "columns": ["Placement type", *({"text": name} | _NUMERIC for name in names)],
        "rows": rows,
        "footer": footer,
        "text": text,
    }
