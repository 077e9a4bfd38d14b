"""A forecast as a file: one row for each day of children and each month of cost, by placement type and in total."""

from __future__ import annotations

import csv
import io

from costing.forecast.summary import COLUMNS, Forecast

__all__ = ["forecast_csv"]

_PLACES = {"children": 2, "cost": 2}


def forecast_csv(forecast: Forecast) -> str:
    """The rows as CSV with the columns ``date,measure,placement_type,mean,p2_5,p10,p50,p90,p97_5``.

    ``children`` by day; ``cost`` by month in pounds, dated the first of the month, of the days after the origin.
    Every figure has two decimals; the placement type of all together is ``total``. The same forecast is the same
    bytes.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for day, measure, placement_type, *figures in forecast.rows.select(COLUMNS).iter_rows():
        places = _PLACES[measure]
        writer.writerow([day.isoformat(), measure, placement_type, *(f"{each:.{places}f}" for each in figures)])
    return text.getvalue()
