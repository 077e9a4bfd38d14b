"""The pages of runs: each view lies with its subject, and this puts them under their addresses."""

from __future__ import annotations

from flask import Blueprint

from web.runs import (
    child_page,
    children_page,
    comparison_page,
    files,
    groups_page,
    kept_page,
    making_page,
    months_page,
    new_page,
    outcomes_page,
    report_page,
    what_if_page,
)
from web.runs.frame import person_name
from web.runs.versions import versions_words
from web.runs.words import settings_words

__all__ = ["blueprint"]

blueprint = Blueprint("runs", __name__, template_folder="templates")
blueprint.context_processor(
    lambda: {"settings_words": settings_words, "versions_words": versions_words, "person_name": person_name}
)
blueprint.add_url_rule("/runs", "kept", kept_page.kept)
blueprint.add_url_rule("/runs/compare", "pick", kept_page.pick)
blueprint.add_url_rule("/runs/new", "new", new_page.ask)
blueprint.add_url_rule("/runs/new", "send", new_page.send, methods=["POST"])
blueprint.add_url_rule("/runs/new/settings.toml", "typed_file", new_page.typed_file, methods=["POST"])
blueprint.add_url_rule("/runs/making/<uuid:job_id>", "making", making_page.making)
blueprint.add_url_rule("/runs/making/<uuid:job_id>", "again", making_page.again, methods=["POST"])
blueprint.add_url_rule("/runs/<uuid:run_id>/check", "check", making_page.check, methods=["POST"])
blueprint.add_url_rule("/runs/<uuid:run_id>/settings.toml", "settings_file", new_page.settings_file)
blueprint.add_url_rule("/runs/<uuid:run_id>", "report", report_page.report)
blueprint.add_url_rule("/runs/<uuid:run_id>/children", "children", children_page.children)
blueprint.add_url_rule("/runs/<uuid:run_id>/children/<int:child_no>", "child", child_page.child)
blueprint.add_url_rule("/runs/<uuid:run_id>/groups", "groups", groups_page.groups)
blueprint.add_url_rule("/runs/<uuid:run_id>/months", "months", months_page.months)
blueprint.add_url_rule("/runs/<uuid:run_id>/months.csv", "months_file", months_page.months_file)
blueprint.add_url_rule("/runs/<uuid:run_id>/outcomes", "outcomes", outcomes_page.outcomes)
blueprint.add_url_rule("/runs/<uuid:run_id>/outcomes.csv", "outcomes_file", outcomes_page.outcomes_file)
blueprint.add_url_rule("/runs/<uuid:run_id>/compare", "comparison", comparison_page.comparison)
blueprint.add_url_rule("/runs/<uuid:run_id>/compare.csv", "comparison_file", comparison_page.comparison_file)
blueprint.add_url_rule("/runs/<uuid:run_id>/what-if", "what_if", what_if_page.what_if)
blueprint.add_url_rule("/runs/<uuid:run_id>/what-if", "add_change", what_if_page.add_change, methods=["POST"])
blueprint.add_url_rule("/runs/<uuid:run_id>/what-if/run", "make_what_if", what_if_page.make_what_if, methods=["POST"])
blueprint.add_url_rule("/runs/<uuid:run_id>/lines.csv", "lines_file", files.lines_file)
blueprint.add_url_rule("/runs/<uuid:run_id>/children.csv", "children_file", files.children_file)
blueprint.add_url_rule("/runs/<uuid:run_id>/groups.csv", "groups_file", files.groups_file)
blueprint.add_url_rule("/runs/<uuid:run_id>/report.xlsx", "workbook", files.workbook)
blueprint.add_url_rule("/runs/<uuid:run_id>/children/<int:child_no>/report.xlsx", "child_file", files.child_file)
