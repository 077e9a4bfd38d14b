"""A small authority for tests of forecasts, by rule and not by chance."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from costing.forecast.facts import CHILDREN, FEES, PLACEMENTS, ForecastFacts

ORIGIN = date(2024, 3, 31)
UNTIL = date(2025, 3, 31)
POUND = 42_000
WEEKLY = {"la_foster": 500 * POUND, "agency_foster": 1_000 * POUND, "residential": 5_000 * POUND}


def authority() -> ForecastFacts:
    """A child comes every nine days, aged 1 to 15, and stays some two years; every eighth moves after a year."""
    placements, children, fees = [], [], []
    for child in range(160):
        starts = date(2020, 4, 1) + timedelta(days=9 * child)
        ends = starts + timedelta(days=500 + 37 * child % 460)
        kind = ("la_foster", "agency_foster", "la_foster", "residential")[child % 4]
        stays = [(starts, ends, kind)]
        if child % 8 == 0:
            moved = starts + timedelta(days=365)
            stays = [(starts, moved, kind), (moved, ends, "residential")]
        for number, (first, last, of) in enumerate(stays):
            sector = "private" if of == "agency_foster" else "own"
            placements.append((child, 2 * child + number, first, last, of, sector, "", "C2"))
            fees.append((child, WEEKLY[of], first, last))
        children.append((child, starts - timedelta(days=365 * (1 + child % 15)), ""))
    return ForecastFacts(
        pl.DataFrame(placements, schema=PLACEMENTS, orient="row"),
        pl.DataFrame(children, schema=CHILDREN, orient="row"),
        pl.DataFrame(fees, schema=FEES, orient="row"),
        date(2020, 4, 1),
    )
