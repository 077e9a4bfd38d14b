"""Scenarios: those kept, and one beside the forecast without it, the difference taken apart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.forecast.scenario_file import Suppositions, read_suppositions
from costing.forecast.scenarios import EdgeOfCare, EntrantsChange, FeeNegotiation, NewHome, Scenario, StepDown
from costing.money import UNITS_PER_POUND
from projections.queries.cost_lines import LiveCosts
from recorder.domain.facts import Event
from recorder.domain.forecasts import ScenarioKept
from recorder.forecasts import kept_scenario, kept_scenarios
from web.account.access import allow
from web.design.formats import number, uk_date, uk_instant
from web.forecasts import compared
from web.forecasts.asked import MAY_SEE, ask_forecast, tabs
from web.forecasts.making import made
from web.forecasts.overview_page import waiting
from web.state import state
from web.words import placement_type_words

__all__ = ["scenario", "scenarios"]


@allow(*MAY_SEE)
def scenarios() -> ResponseReturnValue:
    """Every scenario kept, the latest first."""
    rows = [_row(event) for event in kept_scenarios(state().recorder)]
    return render_template("forecasts/scenarios.html", tabs=tabs("scenarios"), rows=rows)


@allow(*MAY_SEE)
def scenario(scenario: UUID) -> ResponseReturnValue:
    """A scenario beside the forecast without it."""
    here, event = state(), kept_scenario(state().recorder, scenario)
    if event is None or not isinstance(event.body, ScenarioKept):
        abort(404)
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        asked, position = ask_forecast(request.args, source), source.position
    if asked is None:
        return render_template("forecasts/nothing_yet.html", tabs=tabs("scenarios"))
    supposed = read_suppositions(event.body.supposed)
    common: dict[str, Any] = {
        "asked": asked, "errors": asked.errors, "tabs": tabs("scenarios"), "title": event.body.title,
        "said": [_words(each) for each in supposed.scenarios],
        "kept": f"{event.provenance.by}, {uk_instant(event.recorded_at)}", "scenario": scenario,
    }  # fmt: skip
    if asked.errors:
        return make_response(render_template("forecasts/scenario.html", **common, found=None), 422)
    without, given = (
        made(here, position, asked),
        made(here, position, asked, Suppositions(scenarios=supposed.scenarios)),
    )
    for going in (without, given):
        if going.found is None:
            return waiting(going, asked)
    assert without.found is not None
    assert given.found is not None
    return render_template(
        "forecasts/scenario.html", **common, found=compared.comparison(without.found, given.found)
    )  # fmt: skip


def _row(event: Event) -> list[Any]:
    body = event.body
    assert isinstance(body, ScenarioKept)
    said = "; ".join(_words(each) for each in read_suppositions(body.supposed).scenarios)
    href = url_for("forecasts.scenario", scenario=event.originator_id)
    return [{"text": body.title, "href": href}, said, event.provenance.by, uk_instant(event.recorded_at)]


def _words(each: Scenario) -> str:
    """A supposition in words."""
    start = f"from {uk_date(each.starts)}"
    if isinstance(each, EntrantsChange):
        return f"{_more(each.percent)} children come into care {start}"
    if isinstance(each, EdgeOfCare):
        ages = f"aged {each.from_age} to {each.to_age}"
        return f"{each.percent_fewer:g}% fewer children {ages} come into care {start}"
    if isinstance(each, StepDown):
        price = "at the usual price" if each.weekly_units is None else f"at {_weekly(each.weekly_units)} a week"
        types = f"{placement_type_words(each.from_type)} to {placement_type_words(each.to_type)}"
        return f"{number(each.children)} children step down from {types} {price} on {uk_date(each.starts)}"
    if isinstance(each, FeeNegotiation):
        of = placement_type_words(each.placement_type) if each.placement_type else "all placements"
        return f"fees of {of} change by {each.percent:+g}% {start}"
    assert isinstance(each, NewHome)
    of = placement_type_words(each.placement_type)
    empty = f", and {_weekly(each.empty_units)} while empty," if each.empty_units else ""
    return f"a new home ({of}) with {each.beds} beds at {_weekly(each.weekly_units)} a week{empty} {start}"


def _more(share: float) -> str:
    return f"{abs(share):g}% {'more' if share >= 0 else 'fewer'}"


def _weekly(units: int) -> str:
    return f"£{units / UNITS_PER_POUND:,.2f}"
