"""The forecast: children and cost ahead with their ranges, and how well the method did on the past."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.forecast.files import forecast_csv
from projections.queries.cost_lines import LiveCosts
from web.account.access import allow
from web.forecasts import figures
from web.forecasts.asked import MAY_SEE, AskedForecast, ask_forecast, tabs
from web.forecasts.making import MadeForecast, judged, made
from web.state import state
from web.working import Working, looking_again

__all__ = ["file", "overview", "waiting"]


@allow(*MAY_SEE)
def overview() -> ResponseReturnValue:
    """What is ahead, from what had happened by a day."""
    here = state()
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        asked, position = ask_forecast(request.args, source), source.position
    if asked is None:
        return render_template("forecasts/nothing_yet.html", tabs=tabs("overview"))
    if asked.errors:
        page = render_template(
            "forecasts/overview.html", asked=asked, errors=asked.errors, made=None, tabs=tabs("overview")
        )
        return make_response(page, 422)
    going = made(here, position, asked)
    if going.found is None:
        return waiting(going, asked)
    trial = judged(here, position, asked)
    children, cost = figures.children_chart(going.found), figures.cost_chart(going.found)
    return render_template(
        "forecasts/overview.html",
        asked=asked,
        errors=[],
        tabs=tabs("overview"),
        made=going.found,
        headline=figures.headline(going.found),
        years=figures.year_table(going.found),
        children=children,
        cost=cost,
        types=figures.type_table(going.found),
        staff=figures.staff_table(going.found),
        trial=trial,
        judged=figures.back_test_table(trial.found.test) if trial.found else None,
        file=url_for("forecasts.file", **asked.query()),
        again=url_for("forecasts.overview", **asked.query()),
    )


@allow(*MAY_SEE)
def file() -> ResponseReturnValue:
    """The forecast as a file: children by day, cost by month, each with its ranges."""
    here = state()
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        asked, position = ask_forecast(request.args, source), source.position
    if asked is None or asked.errors:
        abort(404)
    going = made(here, position, asked)
    if going.found is None:
        return waiting(going, asked)
    answer = Response(forecast_csv(going.found.forecast), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="forecast-from-{asked.origin.isoformat()}.csv"'
    return answer


def waiting(going: Working[MadeForecast], asked: AskedForecast) -> ResponseReturnValue:
    """How far a forecast is, or why there is none."""
    page = render_template(
        "forecasts/waiting.html", going=going, asked=asked, here=request.full_path.rstrip("?"), tabs=tabs("overview")
    )
    return looking_again(page, going)
