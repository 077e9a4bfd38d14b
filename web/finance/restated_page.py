"""What a period cost as it was known then and as it is known now, and the difference taken apart by cause."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from costing.calendar import london_day_end, month_first, month_last
from costing.money import cumulative_pence, pounds
from costing.postings import PLACEMENT
from costing.restated import CAUSES, CLASSED_BY, RECLASSIFICATION, Restated
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import defused
from projections.queries.finance import child_ids
from projections.queries.identifiers import returns_of
from projections.queries.restated import Changed, KnownThen, cause_pence, changed_pieces, restated_costs
from recorder.desk import log_reads
from recorder.store.log import to_micros
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import month_name, uk_date
from web.design.formats import pounds as pounds_shown
from web.design.paging import page_links
from web.design.waterfall_chart import Step, WaterfallChart, waterfall_chart
from web.finance.going_back import go_back
from web.finance.views import MAY_SEE, Wanted, ask_wanted, blueprint, page_frame
from web.state import state
from web.words import FUNDERS, placement_type_words, process_words
from web.working import Working, looking_again

__all__: list[str] = []

PAGE = 50
CAUSE_WORDS = {
    "late_fact": "Late fact",
    "correction": "Correction",
    "repricing": "Repricing",
    "reclassification": "Reclassification",
    "days_since": "Days since",
}
CAUSE_NOTES = {
    "late_fact": "a visit or placement that nobody had recorded then",
    "correction": "other times, nights, dates or children, or withdrawn since",
    "repricing": "the same work or nights at another price, or priced only since",
    "reclassification": "the same amount under another process, placement type, sector or payer",
    "days_since": "days of the period that had not ended then",
}
_KINDS = {"staff": "Staff time", "travel": "Miles", "placement": "Placement", "service": "Service",
          "allowance": "Allowance"}  # fmt: skip


@blueprint.get("/finance/restated")
@allow(*MAY_SEE)
def restated() -> ResponseReturnValue:
    """A period's cost then and now by cause; with a cause, the pieces behind it."""
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        frame = page_frame(wanted, "restated")
        if wanted.asked.period.as_at is None or wanted.asked.errors:
            page = render_template("finance/restated.html", **frame, found=None)
            return make_response(page, 422 if wanted.asked.errors else 200)
        going = _going_back(wanted, connection)
        if going.found is None:
            return _waiting(frame, going)
        found = restated_costs(going.found, LiveCosts(connection), wanted.first, wanted.last, wanted.where)
        shown = _pieces_page(connection, wanted, found)
    return render_template(
        "finance/restated.html",
        **frame,
        found=found,
        **_figures(wanted, found, going),
        **shown,
    )


@blueprint.get("/finance/restated.csv")
@allow(*MAY_SEE)
def restated_csv() -> ResponseReturnValue:
    """Every step from then to now as a file: rounded so that then and all rows re-add to now."""
    here, person = state(), signed_in()
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection)
        if wanted is None or wanted.asked.errors or wanted.asked.period.as_at is None:
            abort(404)
        going = _going_back(wanted, connection, patience=600.0)
        if going.found is None:
            abort(503)
        found = restated_costs(going.found, LiveCosts(connection), wanted.first, wanted.last, wanted.where)
        numbers = sorted(set(found.steps["child_no"]))
        names, ids = returns_of(connection, here.recorder.keys, numbers), child_ids(connection, numbers)
    log_reads(here.desk, person.username, "finance file", ids.values(), here.recorder.clock.now())
    answer = Response(_file(found, names), mimetype="text/csv")
    name = f"then-and-now-{wanted.first}-to-{wanted.last}-as-known-on-{wanted.asked.period.as_at}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _going_back(wanted: Wanted, connection: Connection, patience: float | None = None) -> Working[KnownThen]:
    """The ledger at the end of the day asked about, by the facts that the tables show."""
    assert wanted.asked.period.as_at is not None
    known = to_micros(london_day_end(wanted.asked.period.as_at))
    return go_back(state().recorder.log_store, known, LiveCosts(connection).position, patience)


def _waiting(frame: Mapping[str, Any], going: Working[KnownThen]) -> ResponseReturnValue:
    page = render_template("finance/going_back.html", **frame, going=going, here=request.full_path)
    return looking_again(page, going)


def _figures(wanted: Wanted, found: Restated, going: Working[KnownThen]) -> dict[str, Any]:
    """The table and the chart: then, each cause, now. Rounded so that they re-add as they are shown."""
    day = uk_date(wanted.asked.period.as_at or wanted.last)
    pence = cause_pence(found)
    rows: list[list[Any]] = [[f"As known on {day}", "", pounds_shown(found.before)]]
    counted = dict(
        found.steps.select("cause", "cost_kind", "item_no", "child_no").unique()["cause"].value_counts().iter_rows()
    )
    for cause in CAUSES:
        first = {"text": CAUSE_WORDS[cause], "note": CAUSE_NOTES[cause]}
        if counted.get(cause):
            first["href"] = wanted.url("finance.restated", cause=cause)
        rows.append([first, f"{counted.get(cause, 0):,}", _signed(Decimal(pence[cause]).scaleb(-2))])
    steps = tuple(Step(CAUSE_WORDS[cause], float(amount)) for cause, amount in found.by_cause().items())
    largest = max(CAUSES, key=lambda cause: abs(pence[cause]))
    difference = _signed(pounds(found.after) - pounds(found.before))
    text = f"The cost as known now differs by {difference} from what was known on {day}."
    if pence[largest]:
        text += f" Most of it: {CAUSE_WORDS[largest].lower()}, {_signed(Decimal(pence[largest]).scaleb(-2))}."
    drawn = waterfall_chart(WaterfallChart("then-and-now", "From then to now", text, steps)) if pence[largest] else None
    ended = going.found.ended if going.found else None
    return {
        "rows": rows,
        "footer": ["As known now", "", pounds_shown(found.after)],
        "text": text,
        "chart": drawn,
        "ended": ended if ended is None or ended < wanted.last else None,
        "nothing_ended": ended is None,
        "as_at": day,
    }


def _pieces_page(connection: Connection, wanted: Wanted, found: Restated) -> dict[str, Any]:
    """The pieces behind the cause in the address, a page of them."""
    cause = request.args.get("cause", "")
    if cause not in CAUSES:
        return {"cause": None}
    here, pieces = state(), changed_pieces(found, cause)
    page = max(request.args.get("page", 1, type=int), 1)
    shown = pieces[(page - 1) * PAGE : page * PAGE]
    numbers = [piece.child_no for piece in shown]
    names, ids = returns_of(connection, here.recorder.keys, numbers), child_ids(connection, numbers)
    log_reads(here.desk, signed_in().username, "finance list", ids.values(), here.recorder.clock.now())
    pages = max(1, -(-len(pieces) // PAGE))
    return {
        "cause": CAUSE_WORDS[cause],
        "moves": cause == RECLASSIFICATION,
        "pieces": [_piece_row(piece, names, ids, wanted.horizon) for piece in shown],
        "counted": len(pieces),
        "pages": page_links(page, pages, lambda number: wanted.url("finance.restated", cause=cause, page=number)),
    }


def _piece_row(piece: Changed, names: Mapping[int, str], ids: Mapping[int, Any], horizon: date) -> list[Any]:
    month: dict[str, Any] = {
        "from": month_first(piece.first_month).isoformat(),
        "to": min(month_last(piece.last_month), horizon).isoformat(),
    }
    child = {
        "text": names[piece.child_no],
        "href": url_for("children.costs", child=ids[piece.child_no], **month),
    }
    what = placement_type_words(piece.place_type) if piece.cost_kind == PLACEMENT else process_words(piece.process)
    cells: list[Any] = [child, _months(piece), f"{_KINDS.get(piece.cost_kind, piece.cost_kind)}: {what}"]
    if piece.cause == RECLASSIFICATION:
        cells += [_class_words(piece.left, piece.joined), _class_words(piece.joined, piece.left)]
        return [*cells, pounds_shown(abs(piece.amount))]
    return [*cells, _signed(pounds(piece.amount))]


def _months(piece: Changed) -> str:
    first, last = month_name(piece.first_month), month_name(piece.last_month)
    return first if first == last else f"{first} to {last}"


def _class_words(said: Sequence[str], other: Sequence[str]) -> str:
    """Those of process, placement type, sector and payer that differ from the other side, in words."""
    if not said:
        return "outside what is shown"
    words: list[Callable[[str], str]] = [process_words, placement_type_words, str, lambda code: FUNDERS.get(code, code)]
    differ = [
        word(code) for word, code, against in zip(words, said, other or ("",) * len(said), strict=True)
        if code and code != against
    ]  # fmt: skip
    return ", ".join(differ) or "no type"


def _signed(amount: Decimal) -> str:
    """£1.00 more reads +£1.00."""
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}"


def _file(found: Restated, names: Mapping[int, str]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["cause", "child", "cost_kind", "item", "month", *CLASSED_BY, "amount"])
    rows = found.steps.to_dicts()
    pence = cumulative_pence([found.before, *(row["amount"] for row in rows)])
    writer.writerow(["then", *[""] * (len(CLASSED_BY) + 4), Decimal(pence[0]).scaleb(-2)])
    for row, amount in zip(rows, pence[1:], strict=True):
        said = [row["cause"], defused(names[row["child_no"]]), row["cost_kind"], row["item_no"], row["service_month"]]
        writer.writerow([*said, *(defused(row[name]) for name in CLASSED_BY), Decimal(amount).scaleb(-2)])
    writer.writerow(["now", *[""] * (len(CLASSED_BY) + 4), pounds(found.after)])
    return file.getvalue()
