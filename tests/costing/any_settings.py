"""Any settings that a run can have, for laws about them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from costing.calculator import BASES, COMPONENTS, Population, RunSettings
from costing.pathway_settings import PathwaySettings
from costing.placement_map import PLACEMENT_TYPES
from costing.predicates import NEED_FLAGS
from costing.processes import FRAMEWORKS
from costing.uprating import shipped_series
from tests.costing.any_changes import any_changes

__all__ = ["any_settings", "plain_codes"]

SERIES = "GDP_DEFLATOR_FY_SECONDARY"
_letters = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters=",")
# Codes as they stand on a form: between commas, without blanks round them.
plain_codes = st.frozensets(st.text(_letters, min_size=1, max_size=8).map(str.strip).filter(bool), max_size=3)
_days = st.dates(date(2010, 4, 1), date(2025, 3, 31))
_rates = st.one_of(st.just(SERIES), st.decimals(Decimal(-50), Decimal(100), places=2))
_numbers = st.integers(1, 999)
_pathways = st.builds(
    PathwaySettings,
    plan_every_days=_numbers,
    transition_age=_numbers,
    transition_left_out_for=st.frozensets(st.sampled_from(("disability", "uasc"))),
    transition_on_later_start=st.booleans(),
    many_placements=_numbers,
    order_statuses=st.text("CDELV", max_size=4),
    short_break_statuses=plain_codes,
    count_expected_reviews=st.booleans(),
    support_while_looked_after=st.booleans(),
    spread_over_days=st.booleans(),
)


@st.composite
def _populations(draw: st.DrawFn, codes: st.SearchStrategy[frozenset[str]]) -> Population:
    ages = sorted(draw(st.lists(st.integers(0, 25), min_size=2, max_size=2)))
    known = draw(st.tuples(st.booleans(), st.booleans()))
    return Population(
        needs=draw(st.frozensets(st.sampled_from(NEED_FLAGS))),
        age_from=ages[0] if known[0] else None,
        age_to=ages[1] if known[1] else None,
        placement_types=draw(st.frozensets(st.sampled_from(PLACEMENT_TYPES))),
        sectors=draw(codes),
        teams=draw(codes),
        legal_statuses=draw(codes),
        districts=draw(codes),
    )


@st.composite
def any_settings(draw: st.DrawFn, codes: st.SearchStrategy[frozenset[str]] = plain_codes) -> RunSettings:
    """Settings with any choice; lists of codes as the strategy gives them."""
    first, last = sorted(draw(st.tuples(_days, _days)))
    base = draw(st.sampled_from(["", "2015/16", "2024/25"]))
    held = frozenset(each for each, series in shipped_series().items() if not base or base in series.points)
    frameworks = draw(st.lists(st.sampled_from(FRAMEWORKS), unique=True))
    return RunSettings(
        first=first,
        last=last,
        sheet=draw(st.sampled_from(["london", "out_of_london", "own", "mixed:london"])),
        price_base=base,
        inflation=draw(st.sampled_from(sorted(held))),
        rates=draw(st.dictionaries(st.sampled_from(COMPONENTS), _rates)) if base else {},
        leave_out_p8_disabled=draw(st.booleans()),
        leave_out_p8_uasc=draw(st.booleans()),
        basis=draw(st.sampled_from(BASES)),
        population=draw(_populations(codes)),
        expected_reviews=draw(st.booleans()),
        frameworks=tuple(frameworks),
        with_placements=True if not frameworks else draw(st.booleans()),
        coverage_percent=draw(st.integers(0, 100)),
        pathway=draw(_pathways),
        changes=draw(any_changes()),
    )
