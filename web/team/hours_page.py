"""A team's hours as a page shows them: by worker, by week, and as bars in the order of the weeks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from projections.queries.team import Hours, TeamWeeks
from web.design.charts import Bar, BarChart, bar_chart
from web.design.formats import hours, number, percent, uk_date_short

__all__ = ["Chart", "hours_chart", "people_table", "weeks_table"]

_NUMERIC = ("Direct", "Indirect", "Travel", "Recorded", "Direct share", "Contracted", "Coverage")


@dataclass(frozen=True)
class Chart:
    """A chart and the sentence over it."""

    drawn: Markup
    text: str


def people_table(found: TeamWeeks) -> dict[str, Any]:
    """A worker a row, by name, over all the weeks."""
    rows = [[{"text": worker.name, "note": _unknown(worker.total)}, *_cells(worker.total)] for worker in found.workers]
    return {"columns": _columns("Worker"), "rows": rows, "footer": ["Team", *_cells(found.total)]}


def weeks_table(found: TeamWeeks, done: Collection[tuple[int, date]]) -> dict[str, Any]:
    """A worker a row and a week a column: recorded hours, and whether the worker said that the week is done."""
    columns = ["Worker", *({"text": f"{monday.day}/{monday.month}", "numeric": True} for monday in found.mondays)]
    rows = [
        [worker.name, *(_week_of(worker.weeks[day], (worker.worker_no, day) in done) for day in found.mondays)]
        for worker in found.workers
    ]
    footer = ["Team", *(hours(found.weeks[monday].recorded) for monday in found.mondays)]
    return {"columns": columns, "rows": rows, "footer": footer}


def hours_chart(found: TeamWeeks) -> dict[str, Any] | None:
    """Direct, indirect and travel week by week; None where nothing was recorded."""
    if not found.total.entries:
        return None
    total = found.total
    share = percent(Fraction(total.direct, total.recorded)) if total.recorded else "none"
    weeks = len(found.mondays)
    text = f"{hours(total.recorded)} recorded in {weeks} weeks, {share} of it with the child, family or carer."
    bars = tuple(
        Bar(_week(monday), (float(week.direct), float(week.indirect), float(week.travel)))
        for monday, week in found.weeks.items()
    )
    chart = BarChart("hours", "Hours by week", text, ("Direct", "Indirect", "Travel"), bars, measure="hours")
    rows = [[_week(monday), *_cells(week)] for monday, week in found.weeks.items()]
    footer = ["All weeks", *_cells(total)]
    return {"drawn": bar_chart(chart), "text": text, "columns": _columns("Week"), "rows": rows, "footer": footer}


def _columns(first: str) -> list[Any]:
    return [first, *({"text": text, "numeric": True} for text in _NUMERIC)]


def _cells(week: Hours) -> list[str | None]:
    known = week.contracted is not None
    direct = percent(Fraction(week.direct, week.recorded)) if week.recorded else "none recorded"
    return [
        hours(week.direct),
        hours(week.indirect),
        hours(week.travel),
        hours(week.recorded),
        direct,
        hours(week.contracted) if known else None,
        percent(week.coverage) if week.coverage is not None else None,
    ]


def _week_of(week: Hours, done: bool) -> Any:
    note = ", ".join(words for words in (_unknown(week), "done" if done else None) if words)
    return {"text": hours(week.recorded), "note": note} if note else hours(week.recorded)


def _unknown(week: Hours) -> str | None:
    return f"{number(week.unknown)} with no time" if week.unknown else None


def _week(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    return (
        f"{monday.day} to {uk_date_short(sunday)}"
        if monday.month == sunday.month
        else f"{_day(monday)} to {_day(sunday)}"
    )


def _day(day: date) -> str:
    return " ".join(uk_date_short(day).split()[:2])
