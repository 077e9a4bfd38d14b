"""Recorded time against the payroll, and placements against the general ledger, so that a difference is explained.

The payroll reconciles on pay and oncosts over paid hours (worked, absence, not case-related, unrecorded). A post's pay
of a month is a twelfth of its year's pay and oncosts at its part of full time, for the days it is held. Paid hours are
the contracted hours of every weekday, bank holidays and leave among them. The pay is shared over what the paid hours
went on, by time, so that case time + other work + absence + unrecorded = pay, to the unit. Whoever recorded more than
the paid hours is paid no more for it: the time beyond is told, and nothing is unrecorded.

Amounts are units of 1/420 penny, times seconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from costing.apportion import split
from costing.money import round_half_up, units_of_pence

__all__ = ["Compared", "PaidTime", "TeamPay", "compared", "month_pay", "team_pay"]

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class PaidTime:
    """A worker's paid time with one team in a month, and what is recorded of it.

    ``pay`` is None where no price of an hour holds or the post does not say its hours: then nothing of it is in any
    amount. ``paid`` is the contracted time; ``case``, ``other`` and ``absence`` what is recorded.
    """

    team: str
    worker_no: int
    pay: int | None
    paid: int
    case: int = 0
    other: int = 0
    absence: int = 0


@dataclass(frozen=True, slots=True)
class TeamPay:
    """A team's pay of a month: what it went on, in units and in seconds; ``case`` + ... + ``unrecorded`` = ``pay``.

    ``beyond`` is recorded time above the paid hours of those who recorded it; ``without_pay`` counts workers whose pay
    is not known.
    """

    team: str
    workers: int
    pay: int
    case: int
    other: int
    absence: int
    unrecorded: int
    case_seconds: int
    other_seconds: int
    absence_seconds: int
    unrecorded_seconds: int
    beyond: int
    without_pay: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of Daybook beside the same line of the ledger, in units; None: not in it at all."""

    key: tuple[str, ...]
    ours: int | None
    theirs: int | None

    @property
    def difference(self) -> int:
        """What the ledger has above Daybook."""
        return (self.theirs or 0) - (self.ours or 0)


def month_pay(year_pence: int, full_time: Fraction, held_days: int, days: int) -> int:
    """The units of a post's pay in a month: a twelfth of the year's, at its part of full time, for the days held.

    ``year_pence`` is pay and oncosts (A + B) of a full-time post. Rounded half-up to the unit, once.
    """
    return round_half_up(Fraction(units_of_pence(year_pence) * held_days, _MONTHS * days) * full_time)


def team_pay(workers: Iterable[PaidTime]) -> list[TeamPay]:
    """A line for each team, by name; the units of each re-add to its pay."""
    teams: dict[str, list[PaidTime]] = {}
    for each in workers:
        teams.setdefault(each.team, []).append(each)
    return [_team(team, teams[team]) for team in sorted(teams, key=lambda name: (name == "", name.casefold()))]


def _team(team: str, workers: list[PaidTime]) -> TeamPay:
    pay = [0, 0, 0, 0]
    time = [0, 0, 0, 0]
    beyond = 0
    for each in workers:
        if each.pay is None:
            continue
        seconds, over = _went_on(each)
        shares = split(each.pay, seconds) if sum(seconds) else [0, 0, 0, each.pay]
        pay = [a + b for a, b in zip(pay, shares, strict=True)]
        time = [a + b for a, b in zip(time, seconds, strict=True)]
        beyond += over
    return TeamPay(
        team=team,
        workers=len({each.worker_no for each in workers}),
        pay=sum(pay),
        case=pay[0],
        other=pay[1],
        absence=pay[2],
        unrecorded=pay[3],
        case_seconds=time[0],
        other_seconds=time[1],
        absence_seconds=time[2],
        unrecorded_seconds=time[3],
        beyond=beyond,
        without_pay=sum(each.pay is None for each in workers),
    )


def _went_on(each: PaidTime) -> tuple[tuple[int, int, int, int], int]:
    """What the paid time went on (case, other, absence, unrecorded), and the time recorded beyond it."""
    recorded = each.case + each.other + each.absence
    return (each.case, each.other, each.absence, max(each.paid - recorded, 0)), max(recorded - each.paid, 0)


def compared(ours: Mapping[tuple[str, ...], int], theirs: Mapping[tuple[str, ...], int]) -> list[Compared]:
    """Every line of either, the largest difference first; of equal ones by key."""
    lines = [Compared(key, ours.get(key), theirs.get(key)) for key in {**ours, **theirs}]
    return sorted(lines, key=lambda line: (-abs(line.difference), line.key))
