"""Prices of one year brought to those of another by a named inflation series.

`new = old x index(target) / index(base)`, in exact fractions; rounded only where `nearest` says so, half-up.
A series that is published as yearly changes alone becomes an index that is 100 in the year before its first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Literal

from costing.money import round_half_up
from costing.shipped import shipped_rows

CHECKS_SERIES = "GDP_DEFLATOR_UCD_v1.2"
OUTTURN = "outturn"
STATUSES = (OUTTURN, "provisional", "forecast")
# Before the name of a series that the authority states itself.
OWN_INDEX = "own:"
Nearest = Literal["exact", "penny", "pound"]
_PARTS_OF_A_POUND: Mapping[str, int] = {"penny": 100, "pound": 1}


class UpratingRefused(ValueError):
    """A series or a year that is not held, in the words of whoever asked for it."""


class SeriesProblems(ValueError):
    """Every problem of a table of indices, one each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class IndexPoint:
    """The index of one year; `status` is `outturn`, `provisional` or `forecast`."""

    year: str
    value: Fraction
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIndex:
    """A year of a series that the authority states, as a row that `read_series` reads; `index_value` as it is typed."""

    series: str
    year: str
    index_value: str
    status: str = OUTTURN
    source_title: str = ""


@dataclass(frozen=True, slots=True)
class IndexSeries:
    """An inflation series by year (`2013/14` or `2013`, as the source writes it), with its source."""

    name: str
    points: Mapping[str, IndexPoint]
    source: str
    note: str

    def point(self, year: str) -> IndexPoint:
        """The index of a year. Raises UpratingRefused, saying which years there are."""
        found = self.points.get(year)
        if found is None:
            years = list(self.points)
            raise UpratingRefused(f"{self.name} has no index for {year}: it runs from {years[0]} to {years[-1]}.")
        return found

    def factor(self, base: str, target: str) -> Fraction:
        """index(target) / index(base), exactly. Raises UpratingRefused for a year not held."""
        return self.point(target).value / self.point(base).value

    def unsettled(self, *years: str) -> tuple[str, ...]:
        """Those of the years whose index is a forecast or provisional, to be said beside the figure."""
        return tuple(year for year in years if self.point(year).status != OUTTURN)


def uprate(
    amount: Fraction | Decimal | int, base: str, target: str, series: IndexSeries, nearest: Nearest = "exact"
) -> Fraction:
    """An amount of pounds at the prices of `base`, at those of `target`.

    `nearest` declares the rounding: none, or half-up to the penny or the pound. Raises UpratingRefused
    for a year that the series does not hold; the same year gives the amount back even so, unless rounded.
    """
    exact = Fraction(amount) if base == target else Fraction(amount) * series.factor(base, target)
    return rounded_to(exact, nearest)


def rounded_to(amount: Fraction, nearest: Nearest) -> Fraction:
    """Pounds to the nearest penny or pound, half-up, or as they are."""
    if nearest == "exact":
        return amount
    parts = _PARTS_OF_A_POUND[nearest]
    return Fraction(round_half_up(amount * parts), parts)


@cache
def shipped_series() -> Mapping[str, IndexSeries]:
    """The series that come with the product, by name."""
    return read_series(shipped_rows("inflation_index.csv"))


def index_series(name: str, held: Mapping[str, IndexSeries] | None = None) -> IndexSeries:
    """The series of a name among `held` (the shipped ones unless given). Raises UpratingRefused."""
    known = shipped_series() if held is None else held
    if name not in known:
        raise UpratingRefused(f"There is no inflation series “{name}”. There are: {', '.join(known)}.")
    return known[name]


def read_series(rows: Iterable[Mapping[str, str | None]]) -> dict[str, IndexSeries]:
    """Series from rows with `series, year, index_value, pct_change, status, source_title, note`.

    Years come in order. A row without an index takes the year before it by its percentage change, the
    first such year on 100. Raises SeriesProblems, all at once.
    """
    problems: list[str] = []
    points: dict[str, dict[str, IndexPoint]] = {}
    told: dict[str, tuple[str, str]] = {}
    for number, row in enumerate(rows, start=2):
        name, year = (row.get("series") or "").strip(), (row.get("year") or "").strip()
        if not name or not year:
            problems.append(f"Row {number}: say which series and which year.")
            continue
        held = points.setdefault(name, {})
        try:
            value = _value(row, held)
        except ValueError as wrong:
            problems.append(f"Row {number}, {name} {year}: {wrong}")
            continue
        if year in held:
            problems.append(f"Row {number}: {name} has {year} twice.")
        held[year] = IndexPoint(year, value, (row.get("status") or OUTTURN).strip())
        told.setdefault(name, ((row.get("source_title") or "").strip(), (row.get("note") or "").strip()))
    if problems:
        raise SeriesProblems(problems)
    return {name: IndexSeries(name, held, *told[name]) for name, held in points.items()}


def _value(row: Mapping[str, str | None], before: Mapping[str, IndexPoint]) -> Fraction:
    index, change = (row.get("index_value") or "").strip(), (row.get("pct_change") or "").strip()
    if not index and not change:
        raise ValueError("give an index or a yearly change.")
    try:
        number = Decimal(index or change)
    except InvalidOperation:
        raise ValueError(f"“{index or change}” is not a number.") from None
    if not number.is_finite():
        raise ValueError(f"“{index or change}” is not a number.")
    if index:
        value = Fraction(number)
    else:
        last = list(before.values())[-1].value if before else Fraction(100)
        value = last * (1 + Fraction(number) / 100)
    if value <= 0:
        raise ValueError("an index must be more than zero.")
    return value
