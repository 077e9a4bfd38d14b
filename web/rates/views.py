"""The pages of rates, each at its address."""

from __future__ import annotations

from flask import Blueprint

from web.rates.fee_form import ask_fee, send_fee
from web.rates.fees_page import fees
from web.rates.file_form import ask_file, send_file
from web.rates.limits_page import limits, set_limits
from web.rates.overview_page import overview
from web.rates.proposal_page import approve, proposed, refuse, waiting
from web.rates.provider_form import ask_provider, send_provider

__all__ = ["blueprint"]

blueprint = Blueprint("rates", __name__, template_folder="templates")

_GET = (
    ("/rates", overview),
    ("/rates/fees", fees),
    ("/rates/fees/new", ask_fee),
    ("/rates/fees/provider", ask_provider),
    ("/rates/file", ask_file),
    ("/rates/approval", waiting),
    ("/rates/approval/<uuid:proposal_id>", proposed),
    ("/rates/limits", limits),
)
_POST = (
    ("/rates/fees/new", send_fee),
    ("/rates/fees/provider", send_provider),
    ("/rates/file", send_file),
    ("/rates/approval/<uuid:proposal_id>/approve", approve),
    ("/rates/approval/<uuid:proposal_id>/refuse", refuse),
    ("/rates/limits", set_limits),
)
for rule, view in _GET:
    blueprint.add_url_rule(rule, view_func=view)
for rule, view in _POST:
    blueprint.add_url_rule(rule, view_func=view, methods=["POST"])
