"""The team's hours. A leader sees the own team, in the order of names: it is no ranking."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries.my_week import weeks_done
from projections.queries.team import TeamWeeks, last_entry, team_of, team_weeks, weeks_between
from web.account.access import allow
from web.account.people import signed_in
from web.design.widgets import DateProblem, read_date
from web.state import state
from web.team.hours_page import hours_chart, people_table, weeks_table
from web.team.visits_page import team_tabs, visits

__all__ = ["blueprint"]

blueprint = Blueprint("team", __name__, template_folder="templates")
blueprint.add_url_rule("/team/visits", "visits", visits)
WEEKS = 8
MOST_WEEKS = 26
_WEEK = timedelta(days=7)


@blueprint.get("/team")
@allow("team_leader")
def hours() -> ResponseReturnValue:
    """Hours by worker and week: the last eight weeks, or those of a period."""
    here, person = state(), signed_in()
    today = here.recorder.clock.today()
    mondays, typed, wrong = _weeks(today)
    with here.projections.reader().connect() as connection:
        number = team_of(connection, person.team, person.worker, today)
        if number is None:
            return render_template("team/no_team.html")
        found = team_weeks(connection, number, mondays)
        latest = last_entry(connection, number)
        done = weeks_done(connection, (worker.worker_no for worker in found.workers), mondays)
    page = render_template(
        "team/hours.html",
        team=found,
        tabs=team_tabs("team.hours"),
        first=mondays[0],
        last=mondays[-1] + timedelta(days=6),
        typed=typed,
        wrong=wrong,
        errors=[{"text": text, "href": f"#{name}"} for name, text in wrong.items()],
        elsewhere=_elsewhere(found, latest, today),
        chart=hours_chart(found),
        people=people_table(found),
        weeks=weeks_table(found, done),
    )
    return make_response(page, 422 if wrong else 200)


def _weeks(today: date) -> tuple[tuple[date, ...], dict[str, str], dict[str, str]]:
    """The weeks asked for, what was typed, and what is wrong with it."""
    typed = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    wrong: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name, text in typed.items():
        try:
            days[name] = read_date((text, "", ""), "Date") if text else None
        except DateProblem:
            wrong[name] = f"“{name.capitalize()}” must be a real date, like 1/4/2024"
    typed |= {name: f"{day.day}/{day.month}/{day.year}" for name, day in days.items() if day is not None}
    last = days.get("to") or today
    first = days.get("from") or last - _WEEK * (WEEKS - 1)
    if not wrong and first > last:
        wrong["to"] = "The period must end on or after the day it starts"
    if not wrong and (last - first).days > MOST_WEEKS * 7:
        wrong["from"] = f"Choose a period of {MOST_WEEKS} weeks or less"
    if wrong:
        first, last = today - _WEEK * (WEEKS - 1), today
    return weeks_between(first, last), typed, wrong


def _elsewhere(found: TeamWeeks, latest: date | None, today: date) -> dict[str, Any] | None:
    """Where nothing is recorded in these weeks: the weeks in which the team recorded last."""
    if found.total.entries or latest is None:
        return None
    latest = min(latest, today)
    since = latest - _WEEK * (WEEKS - 1)
    href = url_for("team.hours", **{"from": since.isoformat(), "to": latest.isoformat()})  # type: ignore[arg-type]
    return {"href": href, "latest": latest}
