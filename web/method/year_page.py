"""The working-year calculator: 52 weeks less leave, training, sickness and bank holidays, times hours a week."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from costing.working_year import WorkingYear, WorkingYearProblems, working_year
from recorder.intake.reading import read_decimal
from web.account.access import allow
from web.design.formats import number, uk_date
from web.method.frame import MAY_SEE, tabs
from web.period import year_text
from web.state import state

__all__ = ["calculator"]

_ASKED = {
    "hours": ("Hours a week", "37"),
    "days": ("Days a week", "5"),
    "leave": ("Days of leave", "29"),
    "training": ("Days of training", "8"),
    "sickness": ("Days of sickness", "8"),
}
_YEARS_BACK = 7


@allow(*MAY_SEE)
def calculator() -> ResponseReturnValue:
    """H for a year of work, part by part, from what is typed."""
    today = state().recorder.clock.today()
    this = today.year - (today.month < 4)
    years = [year_text(year) for year in range(this + 1, this - _YEARS_BACK, -1)]
    typed = {name: request.args.get(name, usual).strip() for name, (_, usual) in _ASKED.items()}
    year = request.args.get("year", year_text(this))
    made, wrong = _work_out(year if year in years else year_text(this), typed)
    page = render_template(
        "method/working_year.html",
        tabs=tabs("prices"),
        asked=_ASKED,
        typed=typed,
        year=year,
        years=[(each, each) for each in years],
        wrong=wrong,
        errors=[{"text": text, "href": f"#{name}"} for name, text in wrong.items()],
        made=made,
        rows=_rows(made) if made else [],
        holidays=", ".join(uk_date(day) for day in made.holidays) if made else "",
    )
    return make_response(page, 422 if wrong else 200)


def _work_out(year: str, typed: dict[str, str]) -> tuple[WorkingYear | None, dict[str, str]]:
    wrong: dict[str, str] = {}
    numbers: dict[str, Decimal] = {}
    for name, (words, _) in _ASKED.items():
        try:
            given = read_decimal(typed[name])
        except ValueError:
            wrong[name] = f"{words} must be a number, like {_ASKED[name][1]}"
            continue
        if given is None:
            wrong[name] = f"Enter {words[0].lower()}{words[1:]}"
        else:
            numbers[name] = given
    # A part that cannot be read is worked as usual for the while, so that what is wrong with the others is told too.
    parts = {name: numbers.get(name, Decimal(usual)) for name, (_, usual) in _ASKED.items()}
    try:
        made = working_year(
            year,
            hours_a_week=parts["hours"],
            days_a_week=parts["days"],
            leave_days=parts["leave"],
            training_days=parts["training"],
            sickness_days=parts["sickness"],
        )
    except WorkingYearProblems as problems:
        found = {_field_of(text): text.rstrip(".") for text in problems.problems} | wrong
        return None, {name: found[name] for name in _ASKED if name in found}
    return (None if wrong else made), wrong


def _field_of(problem: str) -> str:
    fields = {"Hours": "hours", "Days": "days", "Training": "training", "Sickness": "sickness"}
    return next((name for word, name in fields.items() if problem.startswith(word)), "leave")


def _rows(made: WorkingYear) -> list[list[Any]]:
    return [
        [
            part.name,
            "52 weeks" if part.days is None else number(part.days, 1),
            number(part.weeks, 2),
            number(part.hours, 2),
        ]
        for part in made.parts
    ]
