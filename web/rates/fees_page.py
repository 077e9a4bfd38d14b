"""The fees in force today, child by child, each with the way to change it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries.fees import HeldFee, fees_held
from projections.queries.identifiers import returns_of
from recorder.desk import log_reads
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import number, uk_date
from web.design.paging import page_links
from web.rates.frame import MAY_SEE, tabs
from web.rates.words import last_day, pounds_of_pence
from web.state import state
from web.words import placement_type_words

__all__ = ["fees"]

PAGE = 50


@allow(*MAY_SEE)
def fees() -> ResponseReturnValue:
    """A page of the fees that hold today, of one provider and placement type where they are named."""
    here, person = state(), signed_in()
    page = max(request.args.get("page", 1, type=int), 1)
    provider, placement_type = request.args.get("provider"), request.args.get("type", "")
    today = here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        everything = fees_held(connection, today)
        held = [
            each
            for each in everything
            if provider in {None, "", each.provider} and placement_type in {"", each.placement_type}
        ]
        shown = held[(page - 1) * PAGE : page * PAGE]
        names = returns_of(connection, here.recorder.keys, (each.child_no for each in shown))
    log_reads(here.desk, person.username, "rates", [each.child_id for each in shown], here.recorder.clock.now())
    keep: dict[str, Any] = {"provider": provider or None, "type": placement_type or None}
    return render_template(
        "rates/fees.html",
        tabs=tabs("fees"),
        today=today,
        rows=[_row(each, names.get(each.child_no, "")) for each in shown],
        footer=["All", "", "", "", number(len(held)), pounds_of_pence(sum(each.weekly for each in held))],
        pages=page_links(page, max(1, -(-len(held) // PAGE)), lambda to: url_for("rates.fees", page=to, **keep)),
        only=" and ".join(filter(None, (provider, placement_type_words(placement_type) if placement_type else ""))),
    )


def _row(each: HeldFee, name: str) -> list[Any]:
    return [
        {"text": name, "href": url_for("rates.ask_fee", child=name)},
        each.provider or "not given",
        placement_type_words(each.placement_type),
        uk_date(each.valid_from),
        last_day(each.valid_to),
        pounds_of_pence(each.weekly),
    ]
