"""Levels that are learned from counts: near the truth, following a change, and no surer than they may be."""

from __future__ import annotations

import numpy as np
import pytest

from costing.forecast.levels import SLOPES, drawn_levels

MONTHS = 60
SIZES = (2.0, 8.0, 64.0, 1e6)


def drawn(counts: list[float], slopes: tuple[float, ...] = (0.0,), steps: int = 12):
    rng = np.random.default_rng(1)
    months = np.full(len(counts), 30.0)
    return drawn_levels(np.array(counts), months, (0.5, 7.5), 1 / 12, SIZES, (4_000, steps), rng, slopes)


def test_a_steady_level_is_found_and_its_range_grows_ahead():
    found = drawn(np.random.default_rng(2).poisson(15, MONTHS).astype(float).tolist())
    assert found.level[:, 0].mean() * 30 == pytest.approx(15, rel=0.08)
    assert found.level[:, 11].std() > found.level[:, 0].std()
    assert found.level[:, 0].std() / found.level[:, 0].mean() < 0.12


def test_a_level_that_changed_a_year_ago_is_followed():
    counts = [15.0] * 48 + [24.0] * 12
    assert drawn(counts).level[:, 0].mean() * 30 > 21


def test_counts_that_jump_about_have_a_small_size_and_steady_ones_a_great_one():
    rng = np.random.default_rng(3)
    wild = rng.poisson(15 * rng.standard_gamma(2.0, MONTHS) / 2.0).astype(float).tolist()
    assert np.median(drawn(wild).size) <= 8
    assert np.median(drawn(rng.poisson(15, MONTHS).astype(float).tolist()).size) >= 64


def test_a_rise_of_years_goes_on_but_fades():
    counts = [round(12 * np.exp(0.08 * month / 12)) for month in range(MONTHS)]
    rising, level = drawn(counts, SLOPES, 36), drawn(counts, steps=36)
    assert rising.level[:, 11].mean() > level.level[:, 11].mean()
    first, third = (np.log(rising.level[:, n + 11] / rising.level[:, n]).mean() for n in (0, 24))
    assert third < first / 2


def test_without_history_the_level_is_hardly_known():
    few, many = drawn([12.0, 18.0]), drawn([12.0, 18.0] * 30)
    assert few.level[:, 0].std() > 2 * many.level[:, 0].std()


def test_days_without_exposure_tell_nothing():
    rng = np.random.default_rng(4)
    counts, days = np.array([15.0, 0.0, 15.0, 15.0]), np.array([30.0, 0.0, 30.0, 30.0])
    found = drawn_levels(counts, days, (0.5, 7.5), 1 / 12, SIZES, (2_000, 1), rng)
    assert found.level.mean() * 30 == pytest.approx(15, rel=0.15)
