"""H, the hours worked in the year: 52 weeks less leave, training, sickness and bank holidays, times hours a week.

Days of leave, training and sickness are the worker's own working days, so they are divided by the worker's
days a week. A bank holiday is a fifth of a week for everybody: who works fewer days has fewer of them.
The unit-cost schemas of the field state H; the parts here are those its notes give it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from costing.calendar import bank_holidays, return_year_first, return_year_last
from costing.money import round_half_up

WEEKS = 52
_WEEKDAYS = 5
_SATURDAY = 5
_MOST_HOURS_A_WEEK = 80
_HUNDREDTHS = 100


class WorkingYearProblems(ValueError):
    """Every problem of a working year, one each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the year: what it is, its days (None for the whole year), and what it makes in weeks and hours.

    Weeks and hours of what is taken off are below zero, so that the parts add up to what is worked.
    """

    name: str
    days: Fraction | None
    weeks: Fraction
    hours: Fraction


@dataclass(frozen=True, slots=True)
class WorkingYear:
    """The parts of a year in order, and what is left of it: exact, and as a schema holds it."""

    year: str
    parts: tuple[Part, ...]
    holidays: tuple[date, ...]

    @property
    def weeks(self) -> Fraction:
        """The weeks worked, exactly."""
        return sum((part.weeks for part in self.parts), Fraction(0))

    @property
    def hours(self) -> Fraction:
        """The hours worked, exactly."""
        return sum((part.hours for part in self.parts), Fraction(0))

    @property
    def schema_hours(self) -> Decimal:
        """H for a schema: the hours rounded once, half-up, to a hundredth."""
        return Decimal(round_half_up(self.hours * _HUNDREDTHS)) / _HUNDREDTHS


def weekday_bank_holidays(first: date, last: date) -> tuple[date, ...]:
    """The bank holidays of England and Wales from `first` to `last`, both included, that fall on a weekday."""
    found = (day for year in range(first.year, last.year + 1) for day in bank_holidays(year))
    return tuple(sorted(day for day in found if first <= day <= last and day.weekday() < _SATURDAY))


def working_year(
    year: str,
    *,
    hours_a_week: Decimal,
    leave_days: Decimal,
    training_days: Decimal,
    sickness_days: Decimal,
    days_a_week: Decimal = Decimal(_WEEKDAYS),
) -> WorkingYear:
    """The hours worked in a year written `2024/25`, part by part.

    Bank holidays are those of the calendar from 1 April to 31 March, so their number differs with Easter.
    Raises WorkingYearProblems, all at once.
    """
    taken = {"Leave": leave_days, "Training": training_days, "Sickness": sickness_days}
    if problems := list(_problems(year, hours_a_week, days_a_week, taken)):
        raise WorkingYearProblems(problems)
    holidays = weekday_bank_holidays(return_year_first(year), return_year_last(year))
    hours = Fraction(hours_a_week)
    parts = [Part("The year", None, Fraction(WEEKS), WEEKS * hours)]
    for name, days in taken.items():
        weeks = -Fraction(days) / Fraction(days_a_week)
        parts.append(Part(name, Fraction(days), weeks, weeks * hours))
    weeks = Fraction(-len(holidays), _WEEKDAYS)
    parts.append(Part("Bank holidays", Fraction(len(holidays)), weeks, weeks * hours))
    made = WorkingYear(year, tuple(parts), holidays)
    if made.hours <= 0:
        raise WorkingYearProblems(["Nothing is left of the year: fewer days must be taken off."])
    return made


def _problems(year: str, hours: Decimal, days_a_week: Decimal, taken: dict[str, Decimal]) -> Iterator[str]:
    try:
        return_year_first(year)
    except ValueError as wrong:
        yield str(wrong)
    if not hours.is_finite() or not 0 < hours <= _MOST_HOURS_A_WEEK:
        yield f"Hours a week must be more than 0 and at most {_MOST_HOURS_A_WEEK}."
    if not days_a_week.is_finite() or not 0 < days_a_week <= 7:
        yield "Days a week must be more than 0 and at most 7."
    for name, days in taken.items():
        if not days.is_finite() or days < 0:
            yield f"{name} must be a number of days, zero or more."
