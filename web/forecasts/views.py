"""The pages of forecasts: each view lies with its subject, and this puts them under their addresses."""

from __future__ import annotations

from flask import Blueprint

from web.forecasts import budget_page, overview_page, scenario_form, scenario_page

__all__ = ["blueprint"]

blueprint = Blueprint("forecasts", __name__, template_folder="templates")
blueprint.add_url_rule("/forecasts", "overview", overview_page.overview)
blueprint.add_url_rule("/forecasts/forecast.csv", "file", overview_page.file)
blueprint.add_url_rule("/forecasts/scenarios", "scenarios", scenario_page.scenarios)
blueprint.add_url_rule("/forecasts/scenarios/new", "new_scenario", scenario_form.ask)
blueprint.add_url_rule("/forecasts/scenarios/new", "keep", scenario_form.keep, methods=["POST"])
blueprint.add_url_rule("/forecasts/scenarios/<uuid:scenario>", "scenario", scenario_page.scenario)
blueprint.add_url_rule("/forecasts/budget", "budget", budget_page.budget)
blueprint.add_url_rule("/forecasts/budget/director", "director", budget_page.director)
blueprint.add_url_rule("/forecasts/budget/<int:year>", "ask_budget", budget_page.ask_budget)
blueprint.add_url_rule("/forecasts/budget/<int:year>", "keep_budget", budget_page.keep_budget, methods=["POST"])
