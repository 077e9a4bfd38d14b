"""How often the follower looks for facts: often while people record, seldom while nobody does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.cli.authority import LONGEST_NAP, SHORTEST_NAP, nap_after


@pytest.mark.parametrize(
    ("quiet", "nap"),
    [
        (0.0, 0.004),  # a fact has just come: others come with it
        (0.25, 0.004),  # forty people who record every ten seconds
        (1.0, 0.010),  # ten of them
        (3.0, 0.030),
        (5.0, 0.050),
        (36_000.0, 0.050),  # a night
    ],
)
def test_the_nap_is_a_hundredth_of_the_quiet_within_its_bounds(quiet: float, nap: float) -> None:
    assert nap_after(quiet) == pytest.approx(nap)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_longer_it_is_quiet_the_longer_the_nap(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert SHORTEST_NAP <= nap_after(shorter) <= nap_after(longer) <= LONGEST_NAP
