"""The pages of the method: each view lies with its subject, and this puts them under their addresses."""

from __future__ import annotations

from flask import Blueprint

from web.method import price_form, price_pages, standard_form, standard_page, time_page, year_page

__all__ = ["blueprint"]

blueprint = Blueprint("method", __name__, template_folder="templates")
blueprint.add_url_rule("/method/prices", "prices", price_pages.prices)
blueprint.add_url_rule("/method/prices/of/<worker_type>/<contract>", "price_history", price_pages.history)
blueprint.add_url_rule("/method/prices/new", "new_price", price_form.ask)
blueprint.add_url_rule("/method/prices/new", "send_price", price_form.send, methods=["POST"])
blueprint.add_url_rule("/method/working-year", "working_year", year_page.calculator)
blueprint.add_url_rule("/method/standard-times", "standard_times", standard_page.standard_times)
blueprint.add_url_rule("/method/standard-times/new", "new_time", standard_form.ask)
blueprint.add_url_rule("/method/standard-times/new", "send_time", standard_form.send, methods=["POST"])
blueprint.add_url_rule("/method/standard-times/sheet", "send_sheet", standard_form.send_sheet, methods=["POST"])
blueprint.add_url_rule("/method/time", "time", time_page.time_page)
blueprint.add_url_rule("/method/time.csv", "time_csv", time_page.time_csv)
