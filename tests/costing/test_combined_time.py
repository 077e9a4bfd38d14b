"""Two sources of time: exact figures on small tables, and simulated teams for what the method promises."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.combined_time import (
    CANDIDATES,
    DEFAULT_K,
    Cell,
    CombinedTime,
    combined_time,
    fit_k,
    mean_interval,
    recorded_time,
    t_quantile,
)

Draws = Callable[[np.random.Generator, int], np.ndarray]
TRUE_MEAN = 7200
# Skewed times with a mean of two hours: log-normal (as long as activity times are found to be) and gamma.
SKEWED: dict[str, Draws] = {
    "log-normal, sigma 0.6": lambda rng, n: rng.lognormal(-0.18, 0.6, n),
    "log-normal, sigma 0.8": lambda rng, n: rng.lognormal(-0.32, 0.8, n),
    "gamma, shape 2": lambda rng, n: rng.gamma(2, 0.5, n),
    "exponential": lambda rng, n: rng.exponential(1, n),
}
DRAWS = 500
BIASES = (-0.3, -0.15, 0.0, 0.15, 0.3, 0.45, 0.6)


def seconds(draw: Draws, rng: np.random.Generator, n: int) -> list[int]:
    return np.rint(draw(rng, n) * TRUE_MEAN).astype(int).tolist()


def test_what_records_say() -> None:
    found = recorded_time([600, None, 1200, 1800, 3600, 600, 900, 1500, 2400, 1200, 36000, None])
    assert (found.n, found.unknown) == (10, 2)
    assert found.mean == 4980
    assert found.median == 1350
    assert found.trimmed_mean == 1650  # 600 and 36,000 left out
    assert (found.lower_quartile, found.upper_quartile) == (975, 2250)
    low, high = found.interval or (0, 0)
    assert 0 <= low < 4980 < high


def test_nothing_known_is_not_zero() -> None:
    nothing = recorded_time([None, None])
    assert (nothing.n, nothing.unknown, nothing.mean, nothing.interval) == (0, 2, None, None)
    assert recorded_time([900]).interval is None
    assert recorded_time([900, 900, 900]).interval is None


# n, mean, estimate, k, combined, weight of the records
COMBINED = """\
4    3600  7200  12   6300   1/4
12   3600  7200  12   5400   1/2
36   3600  7200  12   4500   3/4
3    3600  7200  0    3600   1
2    3600  5000  1/2  3880   4/5
"""


@pytest.mark.parametrize("row", COMBINED.splitlines())
def test_the_record_mean_is_drawn_toward_the_estimate(row: str) -> None:
    n, mean, estimate, k, expected, weight = map(Fraction, row.split())
    made = combined_time(recorded_time([int(mean)] * int(n)), estimate, k)
    assert (made.mean, made.weight, made.k) == (expected, weight, k)


def test_one_source_alone_is_its_own_figure() -> None:
    records = recorded_time([600, 1200])
    none = recorded_time([])
    assert (combined_time(records, None).mean, combined_time(records, None).weight) == (900, 1)
    assert (combined_time(none, Fraction(600)).mean, combined_time(none, Fraction(600)).weight) == (600, 0)
    assert (combined_time(none, None).mean, combined_time(none, None).weight) == (None, None)
    with pytest.raises(ValueError, match="zero or more"):
        combined_time(records, Fraction(600), Fraction(-1))


def test_an_estimate_that_the_records_speak_against_is_told() -> None:
    records = recorded_time([3000, 3300, 3600, 3900, 4200] * 4)
    assert combined_time(records, Fraction(3500)).estimate_fits is True
    assert combined_time(records, Fraction(9000)).estimate_fits is False


@given(st.lists(st.integers(1, 10**5), min_size=1, max_size=40), st.integers(1, 10**5), st.sampled_from(CANDIDATES))
def test_the_combined_figure_lies_between_its_sources(times: list[int], estimate: int, k: Fraction) -> None:
    records = recorded_time(times)
    made = combined_time(records, Fraction(estimate), k)
    assert records.mean is not None
    assert made.mean is not None
    assert min(records.mean, estimate) <= made.mean <= max(records.mean, estimate)
    assert min(times) <= (records.lower_quartile or 0) <= (records.median or 0) <= (records.upper_quartile or 0)
    assert min(times) <= (records.trimmed_mean or 0) <= max(times)
    assert records.interval is None or records.interval[0] <= records.interval[1]


@given(st.lists(st.integers(1, 10**5), min_size=1, max_size=60))
def test_quantiles_are_those_of_numpy(times: list[int]) -> None:
    found = recorded_time(times)
    ours = [found.lower_quartile, found.median, found.upper_quartile]
    assert [float(each or 0) for each in ours] == pytest.approx(np.quantile(times, [0.25, 0.5, 0.75]).tolist())


# freedom, the 95th and 99th percentile of Student's t as printed in tables
T_TABLE = """\
1    6.314  31.821
2    2.920  6.965
3    2.353  4.541
4    2.132  3.747
9    1.833  2.821
10   1.812  2.764
30   1.697  2.457
120  1.658  2.358
"""


@pytest.mark.parametrize("row", T_TABLE.splitlines())
def test_t_quantiles_are_the_printed_ones(row: str) -> None:
    freedom, *printed = row.split()
    worked = [t_quantile(probability, int(freedom)) for probability in (0.95, 0.99)]
    assert [f"{each:.3f}" for each in worked] == printed


def test_t_quantiles_run_on_without_a_step() -> None:
    """One below the change of method and at it: the difference is that of one degree of freedom."""
    before, at, after = (t_quantile(0.95, freedom) for freedom in (199, 200, 201))
    assert math.isclose(before - at, at - after, rel_tol=0.02)


@pytest.mark.parametrize("name", SKEWED)
@pytest.mark.parametrize("n", [10, 15, 20, 30, 50, 100, 200])
def test_the_interval_covers_the_true_mean_in_85_to_95_of_100(name: str, n: int) -> None:
    rng = np.random.default_rng([20_260_401, n, list(SKEWED).index(name)])
    covered = 0
    for _ in range(DRAWS):
        low, high = mean_interval(seconds(SKEWED[name], rng, n)) or (0, 0)
        covered += low <= TRUE_MEAN <= high
    assert 0.85 <= covered / DRAWS <= 0.95


@dataclass
class Simulated:
    """One cell of a simulated authority: its combined figure beside its two sources."""

    n: int
    bias: float
    made: CombinedTime


def simulated(seed: int) -> Iterator[Simulated]:
    """500 cells of four teams, n from 2 to 200 and biases from -30% to +60% in turn, k fitted from them all."""
    rng = np.random.default_rng(seed)
    sizes = np.unique(np.geomspace(2, 200, 25).astype(int))
    names = list(SKEWED)
    drawn = []
    for index in range(DRAWS):
        n, bias = int(sizes[index % len(sizes)]), BIASES[index % len(BIASES)]
        times = seconds(SKEWED[names[index % len(names)]], rng, n)
        drawn.append((n, bias, Fraction(round(TRUE_MEAN * (1 + bias))), times))
    fitted = fit_k([Cell(estimate, tuple(times[team::4] for team in range(4))) for _, _, estimate, times in drawn])
    assert fitted.fitted
    for n, bias, estimate, times in drawn:
        yield Simulated(n, bias, combined_time(recorded_time(times), estimate, fitted.k))


def squared(figures: list[Fraction | None]) -> float:
    return float(np.mean([(float(each or 0) / TRUE_MEAN - 1) ** 2 for each in figures]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_combined_figure_errs_less_than_either_source(seed: int) -> None:
    cells = list(simulated(seed))
    combined = squared([each.made.mean for each in cells])
    assert combined < squared([each.made.recorded.mean for each in cells])
    assert combined < squared([each.made.estimate for each in cells])


def test_the_interval_holds_whatever_the_focus_group_is_out_by() -> None:
    cells = [each for seed in (1, 2, 3) for each in simulated(seed) if each.n >= 10]
    for bias in BIASES:
        held = [each.made.interval for each in cells if each.bias == bias]
        covered = [low <= TRUE_MEAN <= high for low, high in filter(None, held)]
        assert len(covered) >= 100
        assert 0.8 <= np.mean(covered) <= 0.98  # some 130 draws each; the 500 of each size are above


def test_k_trusts_a_good_focus_group_more_than_a_bad_one() -> None:
    rng = np.random.default_rng(7)

    def cells(bias: float) -> list[Cell]:
        draw = SKEWED["log-normal, sigma 0.8"]
        return [
            Cell(Fraction(round(TRUE_MEAN * (1 + bias))), tuple(seconds(draw, rng, 5) for _ in range(4)))
            for _ in range(60)
        ]

    good, bad = fit_k(cells(0.02)), fit_k(cells(0.9))
    assert good.k > DEFAULT_K > bad.k
    assert min(error for _, error in good.errors) == dict(good.errors)[good.k]


def test_with_one_team_there_is_nothing_to_fit_from() -> None:
    assert fit_k([Cell(Fraction(600), ([600, 900],)), Cell(Fraction(0), ([1], [2]))]).k == DEFAULT_K
    lone = fit_k([Cell(Fraction(600), ([600], []))], Fraction(4))
    assert (lone.k, lone.fitted, lone.teams) == (4, False, 0)
