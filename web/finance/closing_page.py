"""What stands beside a period's books: the checklist of closing, what reopening moves, its trial balance and files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

import polars as pl
from flask import Response, abort, current_app, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from costing.calendar import month_last
from costing.closing import month_of_period
from costing.money import pounds as exact_pounds
from projections.queries.closing_checks import (
    TeamCoverage,
    effect_of_reopening,
    month_coverage,
    period_trial,
    trial_csv,
)
from projections.queries.periods import BookedLine, PeriodSums, booked_lines
from recorder.rate_changes import proposals
from recorder.settings import read_settings
from web.account.access import allow, roles_of
from web.account.people import signed_in
from web.design.formats import hours, month_name, number, percent, pounds, signed_pounds
from web.design.workbook import COUNT, MONEY, Book
from web.finance.views import MAY_SEE, blueprint
from web.period import period_words
from web.state import state

__all__ = ["account_words", "checklist", "coverage_table", "reopening", "trial_table"]

_COLUMNS = ("Month of service", "Kind of cost", "Process", "Placement type", "Sector", "Basis", "Kind of entry",
            "Amount", "Staff minutes", "Nights", "Unpriced")  # fmt: skip
_KINDS = ("text",) * 7 + (MONEY, COUNT, COUNT, COUNT)
_MATCH = {"child", "worker", "match"}


@blueprint.get("/finance/months/<int:period>.xlsx")
@allow(*MAY_SEE)
def month_xlsx(period: int) -> ResponseReturnValue:
    """What is booked in a period as a workbook, and its trial balance; of a closed one the same bytes for ever."""
    with state().projections.reader().connect() as connection:
        lines = booked_lines(connection, period)
        accounts = period_trial(connection, period)
    if not lines:
        abort(404)
    answer = Response(_workbook(period, lines, accounts), mimetype=_XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="booked-{period}.xlsx"'
    return answer


@blueprint.get("/finance/months/<int:period>/trial-balance.csv")
@allow(*MAY_SEE)
def month_trial_csv(period: int) -> ResponseReturnValue:
    """The trial balance of what is booked in a period as a file."""
    with state().projections.reader().connect() as connection:
        accounts = period_trial(connection, period)
    if accounts.is_empty():
        abort(404)
    answer = Response(trial_csv(accounts, period), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="trial-balance-{period}.csv"'
    return answer


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def checklist(
    found: PeriodSums, lines: list[BookedLine], over: str, waiting: Mapping[tuple[str, str], int]
) -> list[dict[str, Any]]:
    """What to look at before closing: nothing here forbids it, all of it would come as an adjustment later."""
    average = sum(line.amount for line in lines if line.basis == "average")
    unmatched = sum(count for (_, reason), count in waiting.items() if reason in _MATCH)
    phrases = sum(waiting.values()) - unmatched
    rates = sum(each.standing == "waiting" for each in proposals(state().recorder))
    return [
        {"key": "Its last day is over", "value": over},
        {"key": "Postings without a price", "value": number(found.unpriced)},
        {"key": "At the average of their type, without a fee", "value": pounds(average)},
        _linked("Rows of files that wait for what they mean to be settled", phrases, "intake.waiting"),
        _linked("Rows of files whose child or worker is not matched", unmatched, "intake.matches"),
        _linked("Rates that wait for approval", rates, "rates.waiting"),
    ]


def _linked(key: str, count: int, view: str) -> dict[str, Any]:
    row: dict[str, Any] = {"key": key, "value": number(count)}
    if count and signed_in().role in roles_of(current_app.view_functions[view]):
        row["actions"] = [{"text": "Look", "hidden": f"at: {key.lower()}", "href": url_for(view)}]
    return row


def coverage_table(connection: Connection, period: int) -> dict[str, Any]:
    """Recorded against contracted hours by team, and how many teams are below what counts as covered."""
    rows = month_coverage(connection, month_of_period(period))
    least = read_settings(state().recorder).coverage_percent
    below = [each for each in rows if each.share is not None and each.share * 100 < least]
    recorded, contracted = sum(each.recorded for each in rows), sum(each.contracted for each in rows)
    whole = TeamCoverage("All", recorded, contracted)
    return {
        "rows": [_covered(each) for each in rows],
        "footer": _covered(whole) if rows else None,
        "said": f"{number(len(below))} of {number(len(rows))} teams recorded less than {least}% of their hours."
        if rows
        else "",
    }


def _covered(each: TeamCoverage) -> list[str]:
    share = "nobody contracted" if each.share is None else percent(each.share)
    return [each.team, hours(each.recorded), hours(each.contracted), share]


def reopening(connection: Connection, period: int) -> dict[str, Any]:
    """What opening the period again moves: by the period where it is booked, and the month it is for."""
    effect = effect_of_reopening(connection, period)
    sums: dict[tuple[int, int], int] = {}
    for line in effect.lines:
        sums[line.period, line.month] = sums.get((line.period, line.month), 0) + line.amount
    rows = [[period_words(at), month_name(month), signed_pounds(units)] for (at, month), units in sorted(sums.items())]
    back = signed_pounds(sum(units for (at, _), units in sums.items() if at == period))
    return {"rows": rows, "postings": number(effect.postings), "back": back, "any": bool(effect.postings)}


def trial_table(connection: Connection, period: int) -> dict[str, Any]:
    """The trial balance of a period as rows and their sums."""
    accounts = period_trial(connection, period)
    names = ("debit", "credit", "balance")
    rows = [
        [account_words(name), *map(pounds, amounts)] for name, *amounts in accounts.select("account", *names).rows()
    ]
    return {"rows": rows, "footer": ["Sum", *(pounds(int(accounts[name].sum())) for name in names)]}


def account_words(name: str) -> str:
    """An account in words: "Staff pool: social worker"."""
    return name.replace("_", " ").replace(":", ": ").capitalize()


def _workbook(period: int, lines: list[BookedLine], accounts: pl.DataFrame) -> bytes:
    # It bears the last day of the month rather than the time it was made: a closed month's bytes never change.
    made = datetime.combine(month_last(month_of_period(period)), time(), UTC)
    name = period_words(period)
    book = Book(f"Books of {name}", made)
    sheet = book.sheet("Booked", (16, 12, 16, 18, 16, 12, 14, 16, 14, 10, 10), frozen=1, landscape=True)
    book.row(sheet, 0, _COLUMNS, ["head"] * len(_COLUMNS))
    for place, line in enumerate(lines, start=1):
        texts = [month_name(line.month), line.cost_kind, line.process, line.place_type, line.sector, line.basis]
        values = [*texts, line.entry_kind, _number(line.amount), round(line.seconds / 60), line.nights, line.unpriced]
        book.row(sheet, place, values, _KINDS)
    sums = [_number(sum(line.amount for line in lines)), round(sum(line.seconds for line in lines) / 60)]
    sums += [sum(line.nights for line in lines), sum(line.unpriced for line in lines)]
    book.row(sheet, len(lines) + 1, ["All", *[""] * 6, *sums], ["total"] * 7 + ["total money"] + ["total count"] * 3)
    trial = book.sheet("Trial balance", (36, 18, 18, 18), frozen=1)
    book.row(trial, 0, ("Account", "Debit", "Credit", "Balance"), ["head"] * 4)
    names = ("debit", "credit", "balance")
    for place, (account, *amounts) in enumerate(accounts.select("account", *names).rows(), start=1):
        book.row(trial, place, [account_words(account), *map(_number, amounts)], ["text", MONEY, MONEY, MONEY])
    totals = [_number(int(accounts[each].sum())) for each in names]
    book.row(trial, accounts.height + 1, ["Sum", *totals], ["total"] + ["total money"] * 3)
    return book.content()


def _number(units: int) -> float:
    """Units as pounds, rounded half-up to the penny once."""
    return float(exact_pounds(units))
