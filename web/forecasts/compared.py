"""Two forecasts side by side, and their difference taken apart into volume, mix and price."""

from __future__ import annotations

from typing import Any

import polars as pl

from costing.calendar import month_of
from costing.forecast.difference import PARTS, difference
from costing.forecast.summary import TOTAL
from costing.money import UNITS_PER_POUND
from web.design.charts import Line, LineChart, line_chart
from web.design.formats import month_name, number, uk_date
from web.design.waterfall_chart import Step, WaterfallChart, waterfall_chart
from web.forecasts.amounts import signed, whole
from web.forecasts.making import MadeForecast
from web.period import year_text
from web.words import placement_type_words

__all__ = ["comparison"]

_NUMERIC = {"numeric": True}


def comparison(without: MadeForecast, given: MadeForecast) -> dict[str, Any]:
    """What the page of a scenario shows: the sentence, years, causes, months and placement types."""
    found = difference(without.forecast, given.forecast).select("difference", *PARTS).sum().row(0, named=True)
    parts = (("Volume", found["volume"]), ("Mix", found["mix"]), ("Price", found["price"]))
    largest = max(parts, key=lambda part: abs(part[1]))
    until = uk_date(without.forecast.until)
    total = found["difference"]
    text = f"Placements cost {_change(total)} from the day after the origin to {until}"
    text += f", most of it {largest[0].lower()} ({signed(largest[1] / UNITS_PER_POUND)})." if largest[1] else "."
    steps = tuple(Step(name, float(amount)) for name, amount in parts)
    rows = [[name, signed(amount / UNITS_PER_POUND)] for name, amount in parts]
    causes = {
        "columns": ["Cause", {"text": "Part"} | _NUMERIC],
        "rows": rows,
        "footer": ["Difference", signed(total / UNITS_PER_POUND)],
    }
    return {
        "text": text,
        "until": until,
        "years": _years(without, given),
        "causes": causes,
        "chart": waterfall_chart(WaterfallChart("difference", "Why it differs", text, steps)),
        "months": _by_month(without, given, text),
        "types": _types(without, given),
    }


def _years(without: MadeForecast, given: MadeForecast) -> dict[str, Any]:
    pairs = zip(without.forecast.years.iter_rows(named=True), given.forecast.years.iter_rows(named=True), strict=True)
    rows, sums = [], [0.0, 0.0]
    for one, other in pairs:
        ahead = [each["mean"] - each["actual"] for each in (one, other)]
        sums = [a + b for a, b in zip(sums, ahead, strict=True)]
        rows.append([year_text(one["year"].year), *_three(ahead), f"{whole(other['p10'])} to {whole(other['p90'])}"])
    names = ("Without it", "With it", "Difference", "With it, the whole year, 8 in 10")
    return {
        "columns": ["Year", *({"text": name} | _NUMERIC for name in names)],
        "rows": rows,
        "footer": ["All", *_three(sums), ""],
    }


def _by_month(without: MadeForecast, given: MadeForecast, text: str) -> dict[str, Any]:
    wanted = (pl.col("measure") == "cost") & (pl.col("placement_type") == TOTAL)
    one, other = (each.forecast.rows.filter(wanted).sort("date") for each in (without, given))
    months = tuple(month_of(day) for day in one["date"])
    scaled = [tuple(value * UNITS_PER_POUND for value in each["mean"]) for each in (one, other)]
    bands = tuple(
        (low * UNITS_PER_POUND, high * UNITS_PER_POUND) for low, high in other.select("p10", "p90").iter_rows()
    )
    lines = (Line("Without it", scaled[0]), Line("With it; 8 in 10 lie in this", scaled[1], bands))
    title = "What placements cost each month, without and with it"
    drawn = line_chart(LineChart("by-month", title, text, months, lines, "pounds", from_zero=False))
    rows = [
        [month_name(month), *_three([a, b])] for month, a, b in zip(months, one["mean"], other["mean"], strict=True)
    ]
    names = ("Without it", "With it", "Difference")
    return {"chart": drawn, "columns": ["Month", *({"text": name} | _NUMERIC for name in names)], "rows": rows}


def _types(without: MadeForecast, given: MadeForecast) -> dict[str, Any]:
    """Children on the last day and the cost of all days ahead, by placement type."""
    children, costs = [], []
    for each in (without, given):
        rows = each.forecast.rows
        last = rows.filter((pl.col("measure") == "children") & (pl.col("date") == each.forecast.until))
        children.append(dict(last.select("placement_type", "mean").iter_rows()))
        spent = rows.filter(pl.col("measure") == "cost").group_by("placement_type").agg(pl.col("mean").sum())
        costs.append(dict(spent.iter_rows()))
    names = sorted(set(costs[0]) - {TOTAL}, key=lambda name: -costs[0][name])

    def row(name: str) -> list[str]:
        counts = [number(each.get(name, 0.0), 1) for each in children]
        return [*counts, *_three([each.get(name, 0.0) for each in costs])]

    heads = ("Children without", "Children with", "Cost without", "Cost with", "Difference")
    return {
        "columns": ["Placement type", *({"text": head} | _NUMERIC for head in heads)],
        "rows": [[placement_type_words(name), *row(name)] for name in names],
        "footer": ["All", *row(TOTAL)],
    }


def _three(pair: list[float]) -> list[str]:
    one, other = pair
    return [whole(one), whole(other), signed(other - one)]


def _change(units: int) -> str:
    if not units:
        return "the same"
    return f"{whole(abs(units) / UNITS_PER_POUND)} {'more' if units > 0 else 'less'}"
