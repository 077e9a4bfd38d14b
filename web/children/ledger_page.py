"""The ledger of a child as a page shows it: figures, a table whose every figure opens, and the balance as a line."""

from __future__ import annotations

from typing import Any

from flask import url_for

from costing.calendar import month_first, month_last, months
from projections import tables as t
from projections.queries.children import ChildRows
from projections.queries.ledger import Cell, Ledger, LedgerMonth
from web.design.charts import Line, LineChart, line_chart
from web.design.formats import hours, month_name, number, pounds, pounds_whole, uk_date
from web.period import Period
from web.placements_ribbon import ribbon
from web.words import process_words

__all__ = ["balance_chart", "cautions", "ledger_table", "marks", "placements_ribbon", "stats_of"]


def marks(cell: Cell) -> str | None:
    """What a figure rests on besides recorded prices: accrual, averages, what has no price."""
    said = []
    if cell.assumed:
        said.append("assumed open")
    if cell.accrual:
        said.append("accrual")
    if cell.average:
        said.append("average price")
    if cell.unpriced:
        said.append(f"{cell.unpriced} unpriced")
    return ", ".join(said) or None


def stats_of(ledger: Ledger) -> list[dict[str, Any]]:
    """The big figures over the ledger."""
    total = ledger.total
    return [
        {"figure": pounds(total.amount), "label": "Cost in this period", "note": f"{number(total.entries)} postings"},
        {"figure": pounds(ledger.balance), "label": "Running balance", "note": f"All costs to {uk_date(ledger.last)}"},
        {"figure": number(total.nights), "label": "Nights placed"},
        {"figure": hours(total.seconds), "label": "Staff time", "note": "This child’s part of it"},
    ]


def cautions(ledger: Ledger, rows: ChildRows) -> list[dict[str, Any]]:
    """What to know before the figures are used: what has no price, rests on an average, or is not final."""
    total = ledger.total
    note = "postings without a time, rate or fee, in no amount here" if total.unpriced else "everything has a price"
    shown: list[dict[str, Any]] = [
        {"figure": number(total.unpriced), "label": "Unpriced", "note": note, "attention": bool(total.unpriced)}
    ]
    if total.average:
        note = "for nights without a fee, at their type’s average"
        shown.append({"figure": pounds(total.average), "label": "At average price", "note": note, "attention": True})
    if total.assumed and rows.last_return_end:
        note = f"for nights after the last return ({uk_date(rows.last_return_end)}): the placement is assumed open"
        shown.append({"figure": pounds(total.assumed), "label": "Assumed open", "note": note, "attention": True})
    if total.accrual:
        note = "for the running month of an open placement"
        shown.append({"figure": pounds(total.accrual), "label": "Accrual", "note": note, "attention": True})
    return shown


def ledger_table(ledger: Ledger, rows: ChildRows, period: Period) -> dict[str, Any]:
    """Columns, rows and footer of the ledger: a month a row, a process a column, the balance last."""
    numeric = [*(process_words(code) for code in ledger.processes), "All of the month", "Balance"]
    columns: list[Any] = ["Month", *({"text": text, "numeric": True} for text in numeric)]
    body: list[list[Any]] = []
    if ledger.brought_forward:
        body.append(["Brought forward", *[""] * (len(ledger.processes) + 1), pounds(ledger.brought_forward)])
    body += [_row(ledger, month, rows, period) for month in ledger.months]
    sums = [pounds(ledger.by_process[code].amount) for code in ledger.processes]
    footer = ["Total", *sums, pounds(ledger.total.amount), pounds(ledger.balance)]
    return {"columns": columns, "rows": body, "footer": footer}


def _row(ledger: Ledger, month: LedgerMonth, rows: ChildRows, period: Period) -> list[Any]:
    cells: list[Any] = [month_name(month.month)]
    for code in ledger.processes:
        cell = month.cells.get(code)
        if cell is None:
            cells.append("")
            continue
        query = period.query(month=month.month, process=code)
        href = url_for("children.taken_apart", child=rows.child_id, **query)
        cells.append({"text": _figure(cell), "href": href, "note": marks(cell)})
    return [*cells, pounds(month.total.amount), pounds(month.balance)]


def _figure(cell: Cell) -> str:
    return "unpriced" if cell.unpriced == cell.entries else pounds(cell.amount)


def placements_ribbon(ledger: Ledger, rows: ChildRows) -> dict[str, Any] | None:
    """What each month cost above where the child was placed; None for a single month."""
    if not ledger.months:
        return None
    costs = {
        month.month: None if month.total.unpriced == month.total.entries else month.total.amount
        for month in ledger.months
    }
    placed = rows.frame(t.placement).select("starts", "ends", "place_type").iter_rows()
    first = max(ledger.first, month_first(ledger.months[0].month))
    last = min(ledger.last, month_last(ledger.months[-1].month))
    return ribbon(costs, placed, first, last)


def balance_chart(ledger: Ledger) -> dict[str, Any] | None:
    """The running balance month by month; None for fewer than two months."""
    if len(ledger.months) < 2:
        return None
    last = ledger.months[-1]
    balances = _balances(ledger)
    text = (
        f"From {pounds_whole(ledger.brought_forward)} brought forward to {pounds_whole(last.balance)} at the end of "
        f"{month_name(last.month)}."
    )
    drawn = line_chart(
        LineChart(
            id="balance",
            title="Running balance",
            description=text,
            months=tuple(balances),
            lines=(Line("Running balance", tuple(float(balance) for balance in balances.values())),),
            measure="pounds",
            area=True,
        )
    )
    rows = [[month_name(m.month), pounds(m.total.amount), pounds(m.balance)] for m in ledger.months]
    columns = ["Month", {"text": "Cost", "numeric": True}, {"text": "Balance", "numeric": True}]
    return {"drawn": drawn, "text": text, "rows": rows, "columns": columns}


def _balances(ledger: Ledger) -> dict[int, int]:
    """The balance at the end of each month, also of those in which nothing was posted."""
    held = {month.month: month.balance for month in ledger.months}
    found: dict[int, int] = {}
    balance = ledger.brought_forward
    for month in months(month_first(ledger.months[0].month), month_first(ledger.months[-1].month)):
        balance = held.get(month, balance)
        found[month] = balance
    return found
