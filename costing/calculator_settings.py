"""What a run of the calculator is asked for: every choice that a cost depends on, checked all at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from costing.pathway_settings import PathwaySettings
from costing.placement_map import PLACEMENT_TYPES
from costing.predicates import NEEDS_TOLD
from costing.processes import FRAMEWORKS
from costing.uprating import OWN_INDEX, UpratingRefused, index_series

if TYPE_CHECKING:
    from costing.what_if_changes import Change

RECORDED, STANDARD, COMBINED = "recorded", "standard", "combined"
RECORDED_WHERE_COVERED = "recorded_where_covered"
BASES = (RECORDED, STANDARD, COMBINED, RECORDED_WHERE_COVERED)
PROCESSES, PLACEMENTS, STAFF, TRAVEL = "processes", "placements", "staff", "travel"
COMPONENTS = (PROCESSES, PLACEMENTS, STAFF, TRAVEL)
DEFAULT_SERIES = "GDP_DEFLATOR_FY_SECONDARY"
OLDEST = 25
LEAST_PERCENT, MOST_PERCENT = -50, 100


class RunProblems(ValueError):
    """Every reason why a run cannot be made, one line each in `problems`, in the user's words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Population:
    """Which children a run is of; empty or None takes everybody.

    A child is in where each choice fits on some day of the period: `needs`, any of them held; `age_from`
    and `age_to`, both included, in whole years; `teams`, allocated to one of them (`unallocated` for none);
    `placement_types`, `sectors`, `legal_statuses` (a code, or the letter it starts with) and `districts` on a
    night in care: a district is the code of the local authority that the placement lies in (PL_LA), or `IN` or
    `OUT` for in or out of the area where only that is known. The whole of a chosen child's cost in the period
    counts. An unknown age fits no choice of age, an unknown area no choice of district.
    """

    needs: frozenset[str] = frozenset()
    age_from: int | None = None
    age_to: int | None = None
    placement_types: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    legal_statuses: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()

    @property
    def everybody(self) -> bool:
        """Whether nothing is chosen."""
        return self == Population()


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """The settings of a run. Raises RunProblems, all problems at once.

    `first` and `last` are both included. `sheet` names a sheet of unit costs: `london`, `out_of_london`, or
    an authority's own. `price_base` is the April year to whose prices everything is brought (`2024/25`);
    blank leaves fees and recorded work as paid and unit costs as printed. `inflation` names a series;
    `rates` gives a component of `COMPONENTS` another one, or a yearly change in per cent. `basis` is one of
    `BASES`; with `recorded_where_covered` a team's month counts as recorded from `coverage_percent` on.
    `frameworks` are those whose processes count; `with_placements` counts the nights. `changes` are what the run
    supposes otherwise than it was (`costing.what_if`), one applied after another.
    """

    first: date
    last: date
    sheet: str = "out_of_london"
    price_base: str = ""
    inflation: str = DEFAULT_SERIES
    rates: Mapping[str, str | Decimal] = field(default_factory=lambda: MappingProxyType({}))
    leave_out_p8_disabled: bool = False
    leave_out_p8_uasc: bool = False
    basis: str = STANDARD
    population: Population = Population()
    expected_reviews: bool = False
    frameworks: tuple[str, ...] = FRAMEWORKS
    with_placements: bool = True
    coverage_percent: int = 80
    pathway: PathwaySettings = field(default_factory=PathwaySettings)
    changes: "tuple[Change, ...]" = ()

    def __post_init__(self) -> None:
        if problems := [*self._own_problems(), *_price_problems(self), *_population_problems(self.population)]:
            raise RunProblems(problems)

    def _own_problems(self) -> Iterator[str]:
        if self.first > self.last:
            yield "The period ends before it starts."
        if not self.sheet:
            yield "Name the sheet of unit costs."
        if self.basis not in BASES:
            yield f"“{self.basis}” is not a basis. Use {', '.join(BASES)}."
        if not 0 <= self.coverage_percent <= MOST_PERCENT:
            yield f"The coverage of a recorded month is from 0 to 100 per cent, not {self.coverage_percent}."
        for each in sorted(set(self.frameworks) - set(FRAMEWORKS)):
            yield f"“{each}” is not a framework. Use {', '.join(FRAMEWORKS)}."
        if not self.frameworks and not self.with_placements:
            yield "Choose a framework, or count the placements: there is nothing to cost."

    @property
    def pathway_settings(self) -> PathwaySettings:
        """The pathway's settings with what this run says of process 8 and of expected reviews."""
        chosen = {"disability": self.leave_out_p8_disabled, "uasc": self.leave_out_p8_uasc}
        left_out = self.pathway.transition_left_out_for | {need for need, left_out in chosen.items() if left_out}
        expected = self.expected_reviews or self.pathway.count_expected_reviews
        return replace(self.pathway, transition_left_out_for=left_out, count_expected_reviews=expected)

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.last + timedelta(days=1)

    @property
    def standard_basis(self) -> str:
        """What a line of work priced from a sheet is labelled with."""
        return COMBINED if self.basis == COMBINED else STANDARD

    @property
    def prices(self) -> str:
        """At whose prices the amounts are, in words."""
        return f"prices of {self.price_base}" if self.price_base else "prices as paid and as printed"


def _price_problems(settings: RunSettings) -> Iterator[str]:
    wanted: list[str | Decimal] = [settings.inflation]
    for component, rate in settings.rates.items():
        if component not in COMPONENTS:
            yield f"“{component}” has no rate of its own. Use {', '.join(COMPONENTS)}."
        wanted.append(rate)
    if not settings.price_base and settings.rates:
        yield "Rates of inflation need a price base to bring prices to."
    for rate in wanted:
        if isinstance(rate, Decimal):
            if not rate.is_finite() or not LEAST_PERCENT <= rate <= MOST_PERCENT:
                yield f"A yearly change of {rate} per cent is not between {LEAST_PERCENT} and {MOST_PERCENT}."
            continue
        if rate.startswith(OWN_INDEX):
            continue  # looked for where the prices of the run are: it is the authority's to state
        try:
            series = index_series(rate)
            if settings.price_base:
                series.point(settings.price_base)
        except UpratingRefused as refused:
            yield str(refused)


def _population_problems(chosen: Population) -> Iterator[str]:
    for what, codes, known in (
        ("need", chosen.needs, NEEDS_TOLD),
        ("placement type", chosen.placement_types, PLACEMENT_TYPES),
    ):
        for each in sorted(codes - set(known)):
            yield f"“{each}” is not a {what}. Use {', '.join(known)}."
    for age in (chosen.age_from, chosen.age_to):
        if age is not None and not 0 <= age <= OLDEST:
            yield f"An age is from 0 to {OLDEST}, not {age}."
    if chosen.age_from is not None and chosen.age_to is not None and chosen.age_from > chosen.age_to:
        yield "The ages are the wrong way round."
