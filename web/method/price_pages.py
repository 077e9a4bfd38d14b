"""Prices of an hour: those in force, and every one published for a worker type, item by item."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from projections.queries import prices as queries
from projections.queries.prices import Price
from web.account.access import allow
from web.design.formats import number, uk_date
from web.method.frame import MAY_SEE, pounds_of_pence, tabs
from web.state import state
from web.words import worker_type_words

__all__ = ["history", "in_words", "items", "prices"]

_ITEMS = (
    ("A  Salary", "salary"),
    ("B  Oncosts", "oncosts"),
    ("C  Qualifications", "qualifications"),
    ("D  Overheads", "overheads"),
    ("E  Capital", "capital"),
    ("F  Travel", "travel"),
)


@allow(*MAY_SEE)
def prices() -> ResponseReturnValue:
    """What an hour of each worker type costs today, and what is published for later."""
    here = state()
    today = here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        published = queries.prices(connection)
    held = queries.in_force(published, today)
    later = [each for each in published if each.valid_from > today]
    return render_template(
        "method/prices.html", tabs=tabs("prices"), held=held, later=later, today=today, words=in_words,
        pounds_of=pounds_of_pence,
    )  # fmt: skip


@allow(*MAY_SEE)
def history(worker_type: str, contract: str) -> ResponseReturnValue:
    """Every price published for a worker type and contract, side by side, the latest first."""
    here = state()
    with here.projections.reader().connect() as connection:
        published = queries.prices(connection, worker_type, contract)
    if not published:
        abort(404)
    today = here.recorder.clock.today()
    now = queries.in_force(published, today)
    standing = [_standing(each, published, now) for each in published]
    return render_template(
        "method/price_history.html",
        tabs=tabs("prices"),
        title=in_words(worker_type, contract),
        worker_type=worker_type,
        contract=contract,
        columns=["Item", *({"text": f"From {uk_date(each.valid_from)}", "numeric": True} for each in published)],
        rows=[["In force", *standing], *items(published)],
    )


def in_words(worker_type: str, contract: str) -> str:
    """A worker type and how it is employed: "Social worker, agency"."""
    return f"{worker_type_words(worker_type)}, {contract}"


def items(published: list[Price]) -> list[list[Any]]:
    """The rows A to J of a table with a column for each price."""
    rows: list[list[Any]] = [["Prices of", *(each.price_base for each in published)]]
    for title, name in _ITEMS:
        rows.append([title, *(_of_item(each, name, _pounds(getattr(each, name))) for each in published)])
    rows.append(["G  Cost of a year, A to F", *(pounds_of_pence(each.year_pence) for each in published)])
    rows.append(["H  Hours worked in a year", *(_of_item(each, "hours_per_year", number(each.hours_hundredths / 100, 2))
                                              for each in published)])  # fmt: skip
    ratios = [_of_item(each, "indirect_ratio", _ratio(each)) for each in published]
    rows.append(["I  Indirect hours for each direct hour", *ratios])
    rows.append(["J  Cost of an hour, G ÷ H", *(pounds_of_pence(each.j_pence) for each in published)])
    rows.append(["J without qualifications", *(pounds_of_pence(each.hour_without_pence) for each in published)])
    with_client = [pounds_of_pence(each.client_hour_pence) or "no ratio" for each in published]
    rows.append(["Hour with the client, J × (1 + I)", *with_client])
    rows.append(["Source", *(each.source or "not given" for each in published)])
    return rows


def _pounds(pence: int | None) -> str:
    return pounds_of_pence(pence) or "left out"


def _of_item(each: Price, item: str, shown: str) -> dict[str, Any] | str:
    """The figure of an item with its source and date beneath, where it has its own."""
    said = ", ".join(filter(None, each.origin(item)))
    return {"text": shown, "note": said} if said else shown


def _ratio(each: Price) -> str:
    ratio = each.indirect_ratio_hundredths
    return "left out" if ratio is None else f"1 : {number(ratio / 100, 2)}"


def _standing(each: Price, published: list[Price], now: list[Price]) -> str:
    if each in now:
        return "now"
    same_day = [other for other in published if other.valid_from == each.valid_from]
    if same_day[0] is not each:
        return "replaced"
    return "later" if not now or each.valid_from > now[0].valid_from else "until the next"
