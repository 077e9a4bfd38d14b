"""Allowances and services: what is paid for whom, files of it, and the authority's rates of allowances."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries.finance import child_ids
from projections.queries.identifiers import returns_of
from projections.queries.payments import allowance_rates, payments_page
from recorder.desk import log_reads
from recorder.domain.facts import Provenance
from recorder.intake.payments import (
    PAYMENT_COLUMNS,
    PaymentsRefused,
    read_payments,
)
from recorder.intake.reading import FileProblem
from recorder.payments import take_payments
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import pounds, uk_date_short
from web.design.paging import page_links
from web.finance.mapping_words import SECTOR_WORDS, cost_kind_words
from web.finance.views import MAY_SEE, ask_wanted, blueprint, page_frame
from web.state import state
from web.words import FUNDERS

__all__: list[str] = []

MAY_STATE = ("finance",)
PAGE = 50
_MOST_BYTES = 5_000_000
_PENNY = 420


@blueprint.get("/finance/payments")
@allow(*MAY_SEE)
def payments() -> ResponseReturnValue:
    """A page of payments, and every rate of an allowance."""
    return _page()


def _page(problems: Sequence[str] = (), field: str = "payments", status: int = 200) -> ResponseReturnValue:
    here, page = state(), max(request.args.get("page", 1, type=int), 1)
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        held, count = payments_page(connection, (page - 1) * PAGE, PAGE)
        numbers = [row.child_no for row in held]
        names, ids = returns_of(connection, here.recorder.keys, numbers), child_ids(connection, numbers)
        rates = allowance_rates(connection)
    log_reads(here.desk, signed_in().username, "finance list", ids.values(), here.recorder.clock.now())
    frame = page_frame(wanted, "payments")
    frame["errors"] = [{"text": text, "href": f"#{field}"} for text in problems]
    pages = max(1, -(-count // PAGE))
    shown = render_template(
        "finance/payments.html",
        **frame,
        rows=[_row(row, names[row.child_no], ids[row.child_no]) for row in held],
        count=count,
        pages=page_links(page, pages, lambda number: url_for("finance.payments", page=number)),
        rates=[_rate(row) for row in rates],
        may_state=signed_in().role in MAY_STATE,
        payment_columns=", ".join(PAYMENT_COLUMNS[0]),
        more_columns=", ".join(PAYMENT_COLUMNS[1]),
        wrong={field: "The file was not taken in"} if problems else {},
    )
    return make_response(shown, status)


def _row(row: Any, name: str, child: Any) -> list[Any]:
    amount = "at the rate" if row.pence is None else pounds(row.pence * _PENNY)
    days = uk_date_short(row.starts)
    if row.per == "week":
        days += f" to {uk_date_short(row.ends)}" if row.ends else " on"
        amount += " a week"
    rated = ", ".join(each for each in (row.region, row.age_band) if each)
    return [
        {"text": name, "href": url_for("children.costs", child=child)},
        cost_kind_words(row.kind),
        {"text": _words(row.what), "note": rated} if rated else _words(row.what),
        days,
        amount,
        FUNDERS.get(row.funder, row.funder),
        SECTOR_WORDS.get(row.sector, row.sector),
        row.s251_line or "none",
    ]


def _rate(row: Any) -> list[str]:
    return [
        _words(row.what),
        row.region,
        row.age_band,
        uk_date_short(row.valid_from),
        pounds(row.weekly_pence * _PENNY),
    ]


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()


@blueprint.post("/finance/payments/file")
@allow(*MAY_STATE)
def payments_file() -> ResponseReturnValue:
    """Take payments from a file; every row that is wrong is shown, and then nothing is taken."""

    def take(path: Path) -> int:
        taken = take_payments(state().recorder, read_payments(path, state().recorder.keys), _by())
        flash(
            f"Payments: {taken.new:,} new, {taken.changed:,} changed, {taken.withdrawn:,} withdrawn, "
            f"{taken.same:,} as they were.", "success",
        )  # fmt: skip
        return taken.position

    return _taken("payments", take)


def _taken(field: str, take: Callable[[Path], int]) -> ResponseReturnValue:
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        return _page(["Select a CSV file"], field, 422)
    content = sent.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        return _page(["The file is larger than 5 MB"], field, 422)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent.csv"
        path.write_bytes(content)
        try:
            position = take(path)
        except PaymentsRefused as refused:
            return _page(refused.problems, field, 422)
        except FileProblem as refused:
            return _page([each.message for each in refused.findings], field, 422)
    return redirect(url_for("finance.payments", at=position), 303)


def _by() -> Provenance:
    return Provenance(by=signed_in().username, source="file")
