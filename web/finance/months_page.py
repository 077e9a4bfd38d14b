"""The books: every accounting period, what is booked in it, and its closing and reopening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calendar import month_last
from costing.closing import is_closed, is_year_end, month_of_period, period_after
from projections.queries.periods import BookedLine, PeriodSums, booked_csv, booked_lines, period_sums
from recorder.application import Conflict
from recorder.domain.facts import Event, Provenance, Refused
from recorder.domain.ids import new_id
from recorder.domain.periods import Books, MonthClosed, MonthReopened
from recorder.periods import close_month, closings, reopen_month
from recorder.waiting import waiting_counts
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import month_name, pounds, uk_date, uk_instant
from web.design.paging import page_links
from web.finance.closing_page import checklist, coverage_table, reopening, trial_table
from web.finance.views import MAY_SEE, ask_wanted, blueprint, page_frame
from web.period import period_words
from web.state import state
from web.words import placement_type_words, process_words

__all__: list[str] = []

MAY_CLOSE = ("finance",)
PAGE = 24
_RACE = (("period", "Somebody else closed or reopened a month just now. Look again."),)
_KINDS = {
    "staff": "Staff time",
    "travel": "Miles",
    "placement": "Placements",
    "service": "Services",
    "allowance": "Allowances",
}
_ENTRIES = {"actual": "Of the month", "accrual": "Accrual", "adjustment": "Put right", "reversal": "Reversal"}


@dataclass(frozen=True)
class _Books:
    """What was closed so far, and which period could be closed next."""

    past: list[Event]
    end: int | None
    horizon: Any

    def state_words(self, period: int) -> str:
        """Whether a period is closed, open, or still running."""
        if is_closed(period, self.end):
            return "Closed"
        return "Open" if self.over(period) else "Running"

    def over(self, period: int) -> bool:
        """Whether the last day of a period has ended."""
        return self.horizon is not None and month_last(month_of_period(period)) <= self.horizon

    def over_words(self, period: int) -> str:
        """Whether its last day is over, for the checklist."""
        return f"Yes, up to {uk_date(self.horizon)}" if self.over(period) else "Not yet"

    def may_close(self, period: int) -> bool:
        """Whether a period is the next to be closed; before the first closing, any month that is over."""
        if self.end is None:
            return self.over(period) and not is_year_end(period)
        return period == period_after(self.end) and self.over(period)


@blueprint.get("/finance/months")
@allow(*MAY_SEE)
def months() -> ResponseReturnValue:
    """Every period: its state, what is booked in it, and what is known of it now."""
    page = max(request.args.get("page", 1, type=int), 1)
    with state().projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        sums = period_sums(connection)
    books = _books(wanted.horizon)
    sums = _with_next(sums, books)
    pages = max(1, -(-len(sums) // PAGE))
    return render_template(
        "finance/months.html",
        **page_frame(wanted, "books"),
        rows=[_row(each, books) for each in sums[(page - 1) * PAGE : page * PAGE]],
        pages=page_links(page, pages, lambda number: url_for("finance.months", page=number)),
        history=[_said(event) for event in reversed(books.past)],
        due=_due(books),
    )


@blueprint.get("/finance/months/<int:period>")
@allow(*MAY_SEE)
def month(period: int) -> ResponseReturnValue:
    """One period: what is booked in it, and what of it came late."""
    return _month(period)


@blueprint.get("/finance/months/<int:period>.csv")
@allow(*MAY_SEE)
def month_csv(period: int) -> ResponseReturnValue:
    """What is booked in a period as a file; of a closed one the same bytes for ever."""
    with state().projections.reader().connect() as connection:
        lines = booked_lines(connection, period)
    if not lines:
        abort(404)
    answer = Response(booked_csv(lines, period), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="booked-{period}.csv"'
    return answer


@blueprint.post("/finance/months/<int:period>/close")
@allow(*MAY_CLOSE)
def close(period: int) -> ResponseReturnValue:
    """Close it; a refusal is shown on its page."""
    try:
        receipt = close_month(state().recorder, _event_id(), period, _by())
    except Refused as refused:
        return _month(period, refused.problems, status=422)
    except Conflict:
        return _month(period, _RACE, status=409)
    flash(f"The books of {period_words(period)} are closed.", "success")
    return redirect(url_for("finance.month", period=period, at=receipt.position), 303)


@blueprint.post("/finance/months/<int:period>/reopen")
@allow(*MAY_CLOSE)
def reopen(period: int) -> ResponseReturnValue:
    """Open it again with a reason; without one it is asked for, and nothing typed is lost."""
    reason = request.form.get("reason", "")
    try:
        receipt = reopen_month(state().recorder, _event_id(), period, reason, _by())
    except Refused as refused:
        return _month(period, refused.problems, reason, 422)
    except Conflict:
        return _month(period, _RACE, reason, 409)
    flash(f"The books of {period_words(period)} are open again.", "success")
    return redirect(url_for("finance.month", period=period, at=receipt.position), 303)


def _month(
    period: int, problems: tuple[tuple[str, str], ...] = (), reason: str = "", status: int = 200
) -> ResponseReturnValue:
    here = state()
    with here.projections.reader().connect() as connection:
        wanted = ask_wanted(connection, filters=False)
        if wanted is None:
            return render_template("finance/nothing_yet.html")
        sums = period_sums(connection)
        lines = booked_lines(connection, period)
        books = _books(wanted.horizon)
        found = next((each for each in _with_next(sums, books) if each.period == period), None)
        if found is None:
            abort(404)
        may_close = books.may_close(period) and signed_in().role in MAY_CLOSE
        may_reopen = books.end == period and signed_in().role in MAY_CLOSE
        coverage = coverage_table(connection, period) if may_close else None
        moves = reopening(connection, period) if may_reopen else None
        trial = trial_table(connection, period)
    frame = page_frame(wanted, "books")
    frame["errors"] = [{"text": text, "href": f"#{field}"} for field, text in problems]
    page = render_template(
        "finance/month.html",
        **frame,
        found=found,
        period=period,
        name=period_words(period),
        standing=books.state_words(period),
        table=_table(lines),
        late=_late(lines, period),
        checklist=checklist(found, lines, books.over_words(period), waiting_counts(here.desk)),
        coverage=coverage,
        moves=moves,
        trial=trial,
        may_close=may_close,
        may_reopen=may_reopen,
        next_open=None if books.end is None else period_words(period_after(books.end)),
        reason=reason,
        wrong=next((text for field, text in problems if field == "reason"), None),
        event_id=str(new_id()),
        has_lines=bool(lines),
    )
    return make_response(page, status)


def _books(horizon: Any) -> _Books:
    past = closings(state().recorder)
    return _Books(past, Books([event.body for event in past]).end, horizon)


def _with_next(sums: list[PeriodSums], books: _Books) -> list[PeriodSums]:
    """The periods that hold something, and those closed or next in turn that hold nothing."""
    held = {each.period for each in sums}
    named = {event.body.period for event in books.past if isinstance(event.body, MonthClosed | MonthReopened)}
    if books.end is not None:
        named.add(period_after(books.end))
    more = [PeriodSums(period, 0, 0, None if is_year_end(period) else 0, 0) for period in named - held]
    return sorted([*sums, *more], key=lambda each: (month_of_period(each.period), each.period), reverse=True)


def _row(each: PeriodSums, books: _Books) -> list[Any]:
    words = period_words(each.period)
    return [
        {"text": words[:1].upper() + words[1:], "href": url_for("finance.month", period=each.period)},
        books.state_words(each.period),
        pounds(each.booked),
        pounds(each.late),
        "" if each.restated is None else pounds(each.restated),
        "" if each.restated is None else pounds(each.difference),
    ]


def _due(books: _Books) -> dict[str, str] | None:
    """The period to close next, where its last day is over."""
    if books.end is None or not books.over(due := period_after(books.end)):
        return None
    return {"words": period_words(due), "href": url_for("finance.month", period=due)}


def _said(event: Event) -> list[str]:
    body = event.body
    assert isinstance(body, MonthClosed | MonthReopened)
    what = "Closed" if isinstance(body, MonthClosed) else f"Opened again: {body.reason}"
    return [uk_instant(event.recorded_at), period_words(body.period), what, event.provenance.by]


def _table(lines: list[BookedLine]) -> list[list[str]]:
    """What is booked by kind of cost, and why it is booked here."""
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.cost_kind, line.entry_kind)
        sums[key] = sums.get(key, 0) + line.amount
    return [
        [_KINDS.get(kind, kind), _ENTRIES.get(entry, entry), pounds(sums[kind, entry])] for kind, entry in sorted(sums)
    ]


def _late(lines: list[BookedLine], period: int) -> list[list[str]]:
    """What is booked here of other months, line by line."""
    return [
        [
            month_name(line.month), _KINDS.get(line.cost_kind, line.cost_kind), process_words(line.process),
            placement_type_words(line.place_type) if line.place_type else "",
            _ENTRIES.get(line.entry_kind, line.entry_kind), pounds(line.amount),
        ]
        for line in lines
        if line.month != period
    ]  # fmt: skip


def _event_id() -> UUID:
    try:
        return UUID(request.form.get("event_id", ""))
    except ValueError:
        abort(400)


def _by() -> Provenance:
    return Provenance(by=signed_in().username, source="form")
