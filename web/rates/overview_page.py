"""Rates at a glance: what waits for a second person, the fees in force by provider, the prices of an hour."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from projections.queries import prices as price_queries
from projections.queries.fees import by_provider, fees_held
from web.account.access import allow
from web.design.formats import number, uk_date
from web.rates.frame import MAY_SEE, tabs, waiting
from web.rates.words import pounds_of_pence, worker_words
from web.state import state
from web.words import placement_type_words

__all__ = ["overview"]


@allow(*MAY_SEE)
def overview() -> ResponseReturnValue:
    """What holds today, and what waits."""
    here = state()
    today = here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        held = by_provider(fees_held(connection, today))
        prices = price_queries.in_force(price_queries.prices(connection), today)
    weekly = sum(each.weekly for each in held)
    children = sum(each.children for each in held)
    fees: list[list[Any]] = [
        [
            {
                "text": each.provider or "not given",
                "href": url_for("rates.fees", provider=each.provider, type=each.placement_type),
            },
            placement_type_words(each.placement_type),
            number(each.children),
            pounds_of_pence(each.weekly),
            pounds_of_pence(round(each.weekly / each.children)),
        ]
        for each in held
    ]  # fmt: skip
    return render_template(
        "rates/overview.html",
        tabs=tabs("overview"),
        today=today,
        waiting=len(waiting()),
        fees=fees,
        footer=["All", "", number(children), pounds_of_pence(weekly), ""] if fees else None,
        prices=[
            [
                {"text": worker_words(each.worker_type, each.contract),
                 "href": url_for("method.price_history", worker_type=each.worker_type, contract=each.contract)},
                uk_date(each.valid_from),
                pounds_of_pence(each.j_pence),
            ]
            for each in prices
        ],
    )  # fmt: skip
