"""Which children a run is of, and the needs that each had in its period."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import polars as pl

from costing.calculator_facts import RunFacts
from costing.calculator_settings import RunSettings
from costing.care_facts import ChildFacts, Episode
from costing.pathway_dates import ONE_DAY, years_after
from costing.pathway_settings import PathwaySettings
from costing.pathway_standing import Needs
from costing.postings import PLACEMENT
from costing.predicates import NEEDS_TOLD

UNALLOCATED = "unallocated"
IN_AREA, OUT_OF_AREA = "IN", "OUT"


def needs_in(child: ChildFacts, first: date, last: date, settings: PathwaySettings) -> tuple[str, ...]:
    """The needs a child had on some day of a period, in the order of `NEEDS_TOLD`."""
    needs = Needs(child, settings)
    days = [first, *needs.changes(first, last + ONE_DAY)]
    held = frozenset().union(*(needs.on(day).holds for day in days))
    return tuple(flag for flag in NEEDS_TOLD if flag in held)


def chosen_children(facts: RunFacts, settings: RunSettings) -> list[ChildFacts]:
    """The children of the run's population (see `Population`), in order of their number."""
    chosen, found = settings.population, list(facts.children)
    if chosen.needs:
        pathway = settings.pathway_settings
        held = {c.child: set(needs_in(c, settings.first, settings.last, pathway)) for c in found}
        found = [each for each in found if held[each.child] & chosen.needs]
    if chosen.age_from is not None or chosen.age_to is not None:
        found = [each for each in found if _of_age(each, settings)]
    if chosen.teams:
        in_team = facts.teams.filter((pl.col("start") <= settings.last) & (pl.col("stop") > settings.first))
        named = in_team.with_columns(pl.col("team").fill_null(UNALLOCATED))
        numbers = set(named.filter(pl.col("team").is_in(chosen.teams))["child_no"])
        if UNALLOCATED in chosen.teams:
            numbers |= {int(each.child) for each in found} - set(facts.teams["child_no"])
        found = _among(found, numbers)
    for column, codes in (("place_type", chosen.placement_types), ("sector", chosen.sectors)):
        if codes:
            inside = (pl.col("service_from") <= settings.last) & (pl.col("service_to") >= settings.first)
            nights = facts.postings.filter((pl.col("cost_kind") == PLACEMENT) & inside & pl.col(column).is_in(codes))
            found = _among(found, set(nights["child_no"]))
    if chosen.legal_statuses:
        found = [each for each in found if any(map(_under(settings), _episodes(each, settings, facts.horizon)))]
    if chosen.districts:
        found = [each for each in found if any(map(_in_district(settings), _episodes(each, settings, facts.horizon)))]
    return sorted(found, key=lambda each: int(each.child))


def _among(children: Iterable[ChildFacts], numbers: set[int]) -> list[ChildFacts]:
    return [each for each in children if int(each.child) in numbers]


def _of_age(child: ChildFacts, settings: RunSettings) -> bool:
    """Whether the child has one of the ages on some day of the period."""
    if child.birth_date is None:
        return False
    chosen = settings.population
    old_enough = years_after(child.birth_date, chosen.age_from or 0) <= settings.last
    young_enough = chosen.age_to is None or years_after(child.birth_date, chosen.age_to + 1) > settings.first
    return old_enough and young_enough


def _episodes(child: ChildFacts, settings: RunSettings, horizon: date) -> Iterator[Episode]:
    """The episodes of care with a day in the period."""
    last = min(settings.last, horizon)
    for each in child.episodes:
        ended = each.dec is not None and each.dec <= settings.first
        stopped = each.stops_on is not None and each.stops_on < settings.first
        if each.decom <= last and not ended and not stopped:
            yield each


def _under(settings: RunSettings) -> Callable[[Episode], bool]:
    codes = tuple(settings.population.legal_statuses)
    return lambda each: each.ls.startswith(codes)


def _in_district(settings: RunSettings) -> Callable[[Episode], bool]:
    """Whether an episode's placement lies in a chosen district; what is not known is in none."""
    codes = {each.upper() for each in settings.population.districts}
    sides = {True: IN_AREA, False: OUT_OF_AREA, None: ""}
    return lambda each: each.district in codes or sides[each.in_area] in codes
