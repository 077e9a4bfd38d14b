"""The pages of runs: each view lies with its subject, and this puts them under their addresses."""

from __future__ import annotations

from flask import Blueprint

from web.runs import kept_page, new_page, report_page

__all__ = ["blueprint"]

blueprint = Blueprint("runs", __name__, template_folder="templates")
blueprint.add_url_rule("/runs", "kept", kept_page.kept)
blueprint.add_url_rule("/runs/new", "new", new_page.ask)
blueprint.add_url_rule("/runs/new", "send", new_page.send, methods=["POST"])
blueprint.add_url_rule("/runs/<uuid:run_id>", "report", report_page.report)
