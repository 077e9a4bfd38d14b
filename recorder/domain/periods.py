"""Facts of the books: an accounting period is closed, or opened again with a reason."""

from __future__ import annotations

from datetime import date

from costing.calendar import month_first, month_last
from costing.closing import closed_periods_end, is_year_end, month_of_period, period_after

from .facts import Body, Refused, topic

__all__ = ["Books", "MonthClosed", "MonthReopened", "decide_close", "decide_reopen"]

REASON_LENGTH = 200


@topic("month.closed.v1")
class MonthClosed(Body, frozen=True, kw_only=True):
    """An accounting period is closed: what is booked in it stays. yyyymm, or yyyy13 for period 13."""

    period: int


@topic("month.reopened.v1")
class MonthReopened(Body, frozen=True, kw_only=True):
    """The last closed period is open again, and why."""

    period: int
    reason: str


class Books:
    """Which periods are closed after what was stated so far, oldest first."""

    def __init__(self, stated: list[Body]) -> None:
        said = [each for each in stated if isinstance(each, MonthClosed | MonthReopened)]
        self.end = closed_periods_end((each.period, isinstance(each, MonthClosed)) for each in said)


def decide_close(books: Books, period: int, horizon: date | None) -> MonthClosed:
    """May this period be closed? `horizon`: the last day that has ended. Raises ``Refused`` with every problem."""
    problems = []
    if not _is_period(period):
        raise Refused(("period", "Select a month"))
    if books.end is not None and period != (due := period_after(books.end)):
        problems.append(("period", f"Periods are closed one after the other: the next is {_words(due)}"))
    if books.end is None and is_year_end(period):
        problems.append(("period", "The first period to be closed is a month"))
    if horizon is None or month_last(month_of_period(period)) > horizon:
        problems.append(("period", "A month can be closed once its last day is over"))
    if problems:
        raise Refused(*problems)
    return MonthClosed(period=period)


def decide_reopen(books: Books, period: int, reason: str) -> MonthReopened:
    """May this period be opened again? Raises ``Refused`` with every problem."""
    problems = []
    if books.end != period:
        last = "" if books.end is None else f"Only {_words(books.end)}, the last closed, can be opened again"
        problems.append(("period", last or "No month is closed"))
    said = " ".join(reason.split())
    if not said:
        problems.append(("reason", "Enter why it is opened again"))
    elif len(said) > REASON_LENGTH:
        problems.append(("reason", f"The reason must be {REASON_LENGTH} characters or fewer"))
    if problems:
        raise Refused(*problems)
    return MonthReopened(period=period, reason=said)


def _is_period(period: int) -> bool:
    return 1900 <= period // 100 <= 9999 and 1 <= period % 100 <= 13


def _words(period: int) -> str:
    """A period in words, as in refusals: `March 2024` or `period 13 of the year to March 2024`."""
    month = f"{month_first(month_of_period(period)):%B %Y}"
    return f"period 13 of the year to {month}" if is_year_end(period) else month
