"""What became of children in a period, band by band, from the returns and the care history, live or as at an instant.

Where several returns of the period speak, the last one does; an offence or misuse in any of them is a yes, and a no
only where none of them is blank.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from costing.calendar import month_first, months, return_year, return_year_first, return_year_last
from costing.care_facts import ChildFacts
from costing.outcomes import (
    MOST_COUNTED,
    NOT_KNOWN,
    NOT_RETURNED,
    count_band,
    leaving_band,
    moves_band,
    sdq_band,
    yes_no_band,
)
from costing.pathway_settings import PathwaySettings
from projections import tables as t
from projections.queries.cost_lines import CostSource
from recorder.intake.ssda903.codes import codes_of
from recorder.intake.ssda903.findings import shipped_table

__all__ = ["MEASURES", "Measure", "outcome_bands"]

_YES_NO = ("yes", "no")
_SDQ = tuple(sdq_band(score) for score in ("0", "14", "17"))
_COUNTS = ("0", "1", "2", "3 or more")
_LEAVING = (
    "did not leave care",
    "went home and stayed 12 months",
    "went home and came back within 12 months",
    "went home, 12 months not over yet",
    "left care, not to go home",
)


@dataclass(frozen=True)
class Measure:
    """An outcome: its code, its words, its bands in order, and the return's table and column it lies in, if any."""

    code: str
    words: str
    order: tuple[str, ...]
    table: str = ""
    column: str = ""
    any_year: bool = False


def _of_codes(code: str, words: str, column: str) -> Measure:
    order = tuple(dict.fromkeys(row["meaning"] for row in shipped_table("codes.csv") if row["code_set"] == column))
    return Measure(code, words, order, "oc3", column)


MEASURES = {
    each.code: each
    for each in (
        Measure("sdq", "Strengths and difficulties score (SDQ)", _SDQ, "oc2", "SDQ_SCORE"),
        Measure("moves", "Placement moves in the period", _COUNTS),
        Measure("leaving", "Going home, and coming back into care", _LEAVING),
        _of_codes("activity", "Main activity at the 17th to 21st birthday", "ACTIV"),
        _of_codes("accommodation", "Accommodation at the 17th to 21st birthday", "ACCOM"),
        Measure("health-check", "Health promotion checks up to date (under 5)", _YES_NO, "oc2", "HEALTH_CHECK"),
        Measure("health-assessment", "Health assessment in the year", _YES_NO, "oc2", "HEALTH_ASSESSMENT"),
        Measure("dental", "Teeth checked in the year", _YES_NO, "oc2", "TEETH_CHECK"),
        Measure("immunisations", "Immunisations up to date", _YES_NO, "oc2", "IMMUNISATIONS"),
        Measure("missing", "Missing episodes in the period", _COUNTS, "missing"),
        Measure("offending", "Convicted or cautioned in the year", _YES_NO, "oc2", "CONVICTED", any_year=True),
        Measure("substances", "Substance misuse found", _YES_NO, "oc2", "SUBSTANCE_MISUSE", any_year=True),
    )
}


def outcome_bands(
    source: CostSource, children: Iterable[ChildFacts], measure: str, first: date, last: date, settings: PathwaySettings
) -> dict[int, str]:
    """The band of each child that has one, by its number. Raises KeyError for a measure that is not in `MEASURES`."""
    asked = MEASURES[measure]
    if not asked.table:
        horizon = source.horizon or last
        band: Callable[..., str] = moves_band if measure == "moves" else leaving_band
        return {int(each.child): band(each, first, last, horizon, settings) for each in children}
    if asked.table == "missing":
        return _missing(source, children, first, last)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for child, year, said in _returned(source, asked.table, first, last):
        found[child].append((said.get(asked.column, "").strip(), year))
    return {child: _band_of(asked, codes) for child, codes in found.items()}


def _band_of(asked: Measure, said: list[tuple[str, str]]) -> str:
    if asked.any_year and any(code == "1" for code, _ in said):
        return yes_no_band("1")
    if asked.any_year and any(not code for code, _ in said):
        return NOT_KNOWN
    code, year = said[-1]
    if asked.column == "SDQ_SCORE":
        return sdq_band(code)
    return _meaning(asked.column, code, year) if asked.table == "oc3" else yes_no_band(code)


def _meaning(code_set: str, code: str, year: str) -> str:
    """The words of a code; one that the list of that year does not hold is unknown."""
    if code in {"", "0"}:
        return NOT_KNOWN
    for row in shipped_table("codes.csv"):
        if (row["code_set"], row["code"]) == (code_set, code) and code in codes_of(code_set, year):
            return row["meaning"]
    return f"unknown code {code}"


def _missing(source: CostSource, children: Iterable[ChildFacts], first: date, last: date) -> dict[int, str]:
    """A return lists only those who went missing: the others have none, but only where each year has such a return.

    Where a year of the period has none, no more is known of a child than that it went missing at least as often as
    the other years say.
    """
    rows = list(_returned(source, "missing", first, last))
    if not rows:
        return {int(each.child): NOT_RETURNED for each in children}
    all_years = {return_year(month_first(month)) for month in months(first, last)} <= {year for _, year, _ in rows}
    found: dict[int, set[date]] = defaultdict(set)
    unread: set[int] = set()
    for child, _, said in rows:
        starts, ends = _day(said.get("MIS_START", "")), _day(said.get("MIS_END", ""))
        if starts is None:
            unread.add(child)
        elif starts <= last and (ends is None or ends >= first):
            found[child].add(starts)
    bands = {}
    for number in (int(each.child) for each in children):
        least = len(found.get(number, ()))
        sure = least >= MOST_COUNTED or (all_years and number not in unread)
        bands[number] = count_band(least) if sure else NOT_KNOWN
    return bands


def _returned(source: CostSource, table: str, first: date, last: date) -> list[tuple[int, str, Mapping[str, str]]]:
    """Child, return year and columns of the returns of years that touch the days, in order of the years."""
    frame = source.frame(t.return_row).filter(pl.col("table_name").str.to_lowercase() == table)
    ordered = frame.sort("return_year", "return_row_no").select("child_no", "return_year", "columns")
    return [
        (child, year, {name.upper(): value for name, value in json.loads(columns).items()})
        for child, year, columns in ordered.iter_rows()
        if year and return_year_first(year) <= last and return_year_last(year) >= first
    ]


def _day(text: str) -> date | None:
    for written in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), written).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None
