"""The period that a page about costs shows: an April year or two dates, and the day as at which it was known.

Everything comes with the address, so that a page can be kept and sent on:
``?year=2024``, or ``?from=2024-04-01&to=2024-06-30``, and ``&as-at=2024-07-01``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from costing.calendar import month_first, return_year
from costing.closing import is_year_end, month_of_period
from web.design.formats import month_name, uk_date
from web.design.widgets import DateProblem, read_date

__all__ = ["Asked", "Period", "ask_period", "period_words", "year_text"]

ALL = "all"
_NAMES = {"from": "From", "to": "To", "as-at": "As known on"}


@dataclass(frozen=True)
class Period:
    """The days from ``first`` to ``last``, both included, as known now or at the end of ``as_at``."""

    first: date
    last: date
    as_at: date | None = None

    def query(self, **more: str | int | None) -> dict[str, Any]:
        """What an address says of it, for ``url_for``."""
        said: dict[str, str | int | None] = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        said |= {"as-at": self.as_at.isoformat() if self.as_at else None}
        return {name: str(value) for name, value in (said | more).items() if value is not None}

    @property
    def words(self) -> str:
        """1 April 2024 to 31 March 2025."""
        if self.first == self.last:
            return uk_date(self.first)
        return f"{uk_date(self.first)} to {uk_date(self.last)}"


@dataclass(frozen=True)
class Asked:
    """What was asked for. Where it cannot be read or shown, ``errors`` says why and ``period`` is the usual one."""

    period: Period
    year: str
    typed: dict[str, str]
    years: tuple[tuple[str, str], ...]
    field_errors: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> list[dict[str, str]]:
        """For the error summary."""
        return [{"text": text, "href": f"#{name}"} for name, text in self.field_errors.items()]


def year_text(year: int) -> str:
    """The April year that begins in a calendar year: 2024/25."""
    return f"{year}/{(year + 1) % 100:02d}"


def ask_period(args: Mapping[str, str], years: Sequence[int], horizon: date, *, usual: int | None = None) -> Asked:
    """The period in an address. ``years`` are those on offer, the latest first; ``usual`` is shown where none is named.

    Dates go before a year. A period that ends after ``horizon``, the last ended day, is refused in words.
    """
    offered = tuple((str(year), year_text(year)) for year in years)
    if len(years) > 1:
        offered += ((ALL, "All years"),)
    typed = {name: args.get(name, "").strip() for name in _NAMES}
    wrong: dict[str, str] = {}
    dates = {name: _read(name, typed[name], wrong) for name in _NAMES}
    usual = usual or (years[0] if years else horizon.year - (horizon.month < 4))
    year = args.get("year", "")
    if year not in {value for value, _ in offered}:
        year = "" if typed["from"] or typed["to"] else str(usual)
    as_at = dates["as-at"]
    base = _of_year(year or str(usual), years, horizon)
    first = dates["from"] or (
        base.first if year or not dates["to"] else date(years[-1] if years else base.first.year, 4, 1)
    )
    last = dates["to"] or (base.last if year else horizon)
    if dates["from"] or dates["to"]:
        year = ""
    if not wrong and first > last:
        wrong["to"] = "The period must end on or after the day it starts"
    if last > horizon and "to" not in wrong:
        wrong["to"] = f"Costs can be worked out up to {uk_date(horizon)}, the last day that has ended"
    period = Period(base.first, base.last, None) if wrong else Period(first, last, as_at)
    shown = typed | ({} if year else {"from": typed["from"] or _short(first), "to": typed["to"] or _short(last)})
    shown |= {name: _short(day) for name, day in dates.items() if day is not None}
    return Asked(period, year, shown, offered, wrong)


def _of_year(year: str, years: Sequence[int], horizon: date) -> Period:
    if year == ALL and years:
        return Period(date(years[-1], 4, 1), max(horizon, date(years[-1], 4, 1)))
    first = date(int(year), 4, 1)
    return Period(first, max(first, min(date(int(year) + 1, 3, 31), horizon)))


def _read(name: str, text: str, wrong: dict[str, str]) -> date | None:
    try:
        day = read_date((text, "", ""), "Date") if text else None
    except DateProblem:
        wrong[name] = f"“{_NAMES[name]}” must be a real date, like 1/4/2024"
        return None
    return day


def _short(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def period_words(period: int) -> str:
    """An accounting period in words: `March 2024`, or `period 13 of 2023/24`."""
    if is_year_end(period):
        return f"period 13 of {return_year(month_first(month_of_period(period)))}"
    return month_name(period)
