"""The pages of the method: each view lies with its subject, and this puts them under their addresses."""

from __future__ import annotations

from flask import Blueprint

from web.method import (
    framework_withdraw,
    frameworks_page,
    indices_page,
    inference_form,
    inference_page,
    kind_form,
    kind_page,
    kinds_page,
    price_form,
    price_pages,
    process_form,
    sheet_form,
    sheet_page,
    standard_form,
    standard_page,
    time_file,
    time_page,
    time_row_page,
    variation_form,
    withdraw_page,
    year_page,
)

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
blueprint.add_url_rule("/method/time.csv", "time_csv", time_file.time_csv)
blueprint.add_url_rule("/method/time/of", "time_of", time_row_page.time_of)
blueprint.add_url_rule("/method/standard-times/history", "time_history", withdraw_page.time_history)
blueprint.add_url_rule("/method/standard-times/withdraw", "withdraw_time", withdraw_page.ask)
blueprint.add_url_rule("/method/standard-times/withdraw", "send_withdrawal", withdraw_page.send, methods=["POST"])
blueprint.add_url_rule("/method/sheets", "sheets", sheet_page.sheets)
blueprint.add_url_rule("/method/sheets/lines", "sheet_lines", sheet_page.sheet_lines)
blueprint.add_url_rule("/method/sheets/lines.csv", "sheet_file", sheet_page.sheet_file)
blueprint.add_url_rule("/method/sheets/new", "new_sheet", sheet_form.ask)
blueprint.add_url_rule("/method/sheets/new", "send_sheet_of_costs", sheet_form.send, methods=["POST"])
blueprint.add_url_rule("/method/indices", "indices", indices_page.indices)
blueprint.add_url_rule("/method/indices", "state_index", indices_page.state_index, methods=["POST"])
blueprint.add_url_rule("/method/frameworks", "frameworks", frameworks_page.processes_page)
blueprint.add_url_rule("/method/frameworks/vocabulary", "vocabulary", frameworks_page.vocabulary)
blueprint.add_url_rule("/method/frameworks/of/<code>", "process", frameworks_page.process_page)
blueprint.add_url_rule("/method/frameworks/process", "new_process", process_form.ask)
blueprint.add_url_rule("/method/frameworks/process", "send_process", process_form.send, methods=["POST"])
blueprint.add_url_rule("/method/frameworks/variation", "new_variation", variation_form.ask)
blueprint.add_url_rule("/method/frameworks/variation", "send_variation", variation_form.send, methods=["POST"])
blueprint.add_url_rule("/method/frameworks/withdraw", "withdraw_framework", framework_withdraw.ask)
blueprint.add_url_rule(
    "/method/frameworks/withdraw", "send_framework_withdrawal", framework_withdraw.send, methods=["POST"]
)
blueprint.add_url_rule("/method/kinds", "kinds", kinds_page.kinds_page)
blueprint.add_url_rule("/method/kinds/of/<code>", "kind", kind_page.kind_page)
blueprint.add_url_rule("/method/kinds/new", "new_kind", kind_form.ask)
blueprint.add_url_rule("/method/kinds/new", "send_kind", kind_form.send, methods=["POST"])
blueprint.add_url_rule("/method/kinds/retire", "retire_kind", kind_form.ask_retirement)
blueprint.add_url_rule("/method/kinds/retire", "send_retirement", kind_form.send_retirement, methods=["POST"])
blueprint.add_url_rule("/method/inference", "inference", inference_page.inference_page)
blueprint.add_url_rule("/method/inference/new", "new_rule", inference_form.ask)
blueprint.add_url_rule("/method/inference/new", "send_rule", inference_form.send, methods=["POST"])
blueprint.add_url_rule("/method/inference/withdraw", "withdraw_rule", inference_form.ask_withdrawal)
blueprint.add_url_rule(
    "/method/inference/withdraw", "send_rule_withdrawal", inference_form.send_withdrawal, methods=["POST"]
)
