"""What a forecast supposes: until when, how many simulations, the uplift of fees, the priors, and scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from costing.forecast.scenarios import Scenario

__all__ = ["ForecastProblems", "ForecastSettings", "Uplift"]

# Days times simulations, all of which are held at once: five years by day at 10,000 simulations.
_MOST = 18_300_000


class ForecastProblems(ValueError):
    """What is wrong with what was asked, each in words; ``problems`` holds them all."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Uplift:
    """All fees rise by so many per cent from a day on."""

    starts: date
    percent: float


@dataclass(frozen=True)
class ForecastSettings:
    """The choices of a forecast.

    ``yearly_uplift`` per cent on every 1 April after the origin for which ``uplifts`` names no rise of its own.
    ``staff_rates``: process code to what a child in care costs a month in that process, in units.
    ``simulations`` are shared out over ``draws`` draws of the parameters. ``shrinkage`` is how many events the
    pattern common to all placements counts for against a single cell's own. ``price_missing``: a placement without
    a fee takes its type's average; otherwise it is left unpriced, and told of in ``Forecast.unpriced_nights``.
    """

    until: date
    simulations: int = 10_000
    draws: int = 200
    seed: int = 1
    yearly_uplift: float = 0.0
    uplifts: tuple[Uplift, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    staff_rates: Mapping[str, int] = field(default_factory=dict)
    free_types: frozenset[str] = frozenset({"parents", "adoption"})
    price_missing: bool = True
    shrinkage: float = 10.0
    recent_days: int = 730

    def checked(self, origin: date) -> ForecastSettings:
        """Itself. Raises ForecastProblems with everything that is wrong."""
        problems: list[str] = []
        if self.until <= origin:
            problems.append("The last day of the forecast must be after the day it is made from.")
        elif (self.until - origin).days > 3_660:
            problems.append("The last day of the forecast must be within ten years of the day it is made from.")
        elif (self.until - origin).days * self.simulations > _MOST:
            most = _MOST // (self.until - origin).days // 100 * 100
            problems.append(f"So many days ahead can be simulated {most:,} times at the most.")
        if self.simulations < 1 or self.draws < 1:
            problems.append("There must be at least one simulation.")
        if self.yearly_uplift <= -100 or any(each.percent <= -100 for each in self.uplifts):
            problems.append("An uplift must be more than -100 per cent.")
        for each in self.scenarios:
            problems += each.problems()
        if problems:
            raise ForecastProblems(problems)
        return self
