"""The rates of a form or a proposal as a table: whose, from when, before and after."""

from __future__ import annotations

from typing import Any

from projections.queries.identifiers import returns_of
from projections.queries.names import child_numbers
from recorder.desk import log_reads
from recorder.domain.rate_changes import ALLOWANCE, HOUR, WEEK, Change, RateProposed
from web.account.people import signed_in
from web.design.formats import uk_date
from web.rates.words import last_day, pounds_of_pence, worker_words
from web.state import state

__all__ = ["LISTED", "rates_listed"]

LISTED = 50


def rates_listed(rates: RateProposed, changes: list[Change]) -> dict[str, Any]:
    """Rows of the first rates, and how many more there are. The children named are noted as read."""
    here, person = state(), signed_in()
    fees, weeks = rates.fees[:LISTED], [each for each in changes if each.what == WEEK]
    hours = [each for each in changes if each.what == HOUR]
    paid = [each for each in changes if each.what == ALLOWANCE]
    with here.projections.reader().connect() as connection:
        numbers = child_numbers(connection, {fee.child for fee in fees})
        names = returns_of(connection, here.recorder.keys, numbers.values())
    if fees:
        log_reads(here.desk, person.username, "rates", numbers, here.recorder.clock.now())
    rows = [
        [
            names.get(numbers.get(fee.child, 0), "Not shown yet"),
            " ".join(filter(None, (fee.provider, fee.place))) or "not given",
            uk_date(fee.valid_from),
            last_day(fee.valid_to),
            *_before_after(change),
        ]
        for fee, change in zip(fees, weeks, strict=False)
    ]
    prices = [
        [worker_words(body.worker_type, body.contract), uk_date(body.valid_from), *_before_after(change)]
        for body, change in zip(rates.schemas, hours, strict=False)
    ]
    allowances = [
        [body.what.replace("_", " ").capitalize(), body.region, body.age_band, uk_date(body.valid_from),
         *_before_after(change)]
        for body, change in zip(rates.allowances, paid, strict=False)
    ]  # fmt: skip
    more = max(len(rates.fees) - LISTED, 0)
    return {"fees": rows, "more": more, "prices": prices, "allowances": allowances}


def _before_after(change: Change) -> list[str]:
    before = "none" if change.before is None else pounds_of_pence(change.before)
    difference = change.after - (change.before or 0)
    sign = "−" if difference < 0 else "+"
    return [before, pounds_of_pence(change.after), f"{sign}{pounds_of_pence(abs(difference))}"]
