"""The needs of children as the method takes them: recorded flags, and what returns and the census say of a year."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from costing.calendar import return_year_first, return_year_last
from costing.care_facts import Need, ProtectionPlan, SdqScore
from costing.predicates import NEED_FLAGS

__all__ = ["convictions", "disabilities", "plan_need", "recorded_needs", "sdq_scores"]

_NO_DISABILITY = "NONE"
_YES = "1"
_ONE_DAY = timedelta(days=1)
_Row = Mapping[str, Any]


def recorded_needs(rows: Iterable[_Row]) -> Iterator[tuple[int, Need]]:
    """Needs by the child's number from rows of the table of needs.

    A row with an end is the ending of the need that began before it.
    """
    running: dict[tuple[int, str], Need] = {}
    known = [row for row in rows if row["need"] in NEED_FLAGS]
    for row in sorted(known, key=lambda each: (each["starts"], each["ends"] is not None, each["need_no"])):
        key = row["child_no"], row["need"]
        if row["ends"] is None:
            running.setdefault(key, Need(f"need:{row['need_no']}", row["need"], row["starts"]))
        elif key in running:
            yield row["child_no"], replace(running.pop(key), ends=row["ends"])
    yield from ((child, need) for (child, _), need in running.items())


def disabilities(rows: Iterable[_Row]) -> Iterator[tuple[int, Need]]:
    """The census states codes and no date: they hold from the start of its year."""
    for row in rows:
        if set(row["codes"].split()) - {_NO_DISABILITY} and row["return_year"]:
            starts = return_year_first(row["return_year"])
            yield row["child_no"], Need(f"disabilities:{row['disabilities_no']}", "disability", starts)


def sdq_scores(outcomes: Iterable[_Row]) -> Iterator[tuple[int, SdqScore]]:
    """Scores of the return's rows of outcomes (OC2), each from 1 April of its year."""
    for row, said in _said(outcomes):
        if (score := said.get("SDQ_SCORE", "")).isdecimal():
            on = return_year_first(row["return_year"])
            yield row["child_no"], SdqScore(f"return_row:{row['return_row_no']}", on, int(score))


def convictions(outcomes: Iterable[_Row]) -> Iterator[tuple[int, Need]]:
    """A child convicted or cautioned in a return year (OC2) offends for that year: the return gives no date."""
    for row, said in _said(outcomes):
        if said.get("CONVICTED") == _YES:
            year = row["return_year"]
            days = return_year_first(year), return_year_last(year) + _ONE_DAY
            yield row["child_no"], Need(f"return_row:{row['return_row_no']}", "offending", *days)


def plan_need(plan: ProtectionPlan) -> Need:
    """The need that a protection plan is, where the plan belongs to no known referral."""
    return Need(plan.id, "cp_plan", plan.starts, plan.ends)


def _said(outcomes: Iterable[_Row]) -> Iterator[tuple[_Row, dict[str, str]]]:
    for row in outcomes:
        if row["return_year"]:
            yield row, {name.upper(): value for name, value in json.loads(row["columns"]).items()}
