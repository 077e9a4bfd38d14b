"""Cost by month in care: which month it is, how costs are spread, and what is withheld."""

from __future__ import annotations

from datetime import date

import polars as pl

from costing.months_in_care import months_in_care

PIECES = {"child_no": pl.Int64, "month": pl.Int64, "amount": pl.Int64}


def spread(pieces: list[tuple[int, int, int | None]], periods: dict[int, list[tuple[date, date]]]) -> list[tuple]:  # type: ignore[type-arg]
    groups = dict.fromkeys(periods, "foster")
    return months_in_care(pl.DataFrame(pieces, schema=PIECES, orient="row"), periods, groups).rows()


def test_the_month_in_which_care_began_is_the_first():
    periods = {child: [(date(2024, 11, 20), date(2026, 1, 1))] for child in range(1, 6)}
    pieces = [(child, month, child * 100) for child in periods for month in (202411, 202412, 202501)]
    assert spread(pieces, periods) == [("foster", n, 5, 200.0, 300.0, 400.0) for n in (1, 2, 3)]


def test_fewer_than_five_children_say_nothing_but_how_many():
    periods = {child: [(date(2024, 11, 20), date(2026, 1, 1))] for child in range(1, 5)}
    assert spread([(child, 202411, 100) for child in periods], periods) == [("foster", 1, 4, None, None, None)]


def test_pieces_of_a_month_add_up_and_what_has_no_price_is_left_out():
    periods = {child: [(date(2025, 1, 1), date(2026, 1, 1))] for child in range(1, 6)}
    pieces = [(child, 202501, 60) for child in periods] + [(child, 202501, 40) for child in periods]
    assert spread([*pieces, (1, 202502, None)], periods) == [("foster", 1, 5, 100.0, 100.0, 100.0)]


def test_a_second_period_of_care_begins_again_and_months_outside_care_are_left_out():
    periods = {
        child: [(date(2024, 1, 5), date(2024, 12, 10)), (date(2024, 12, 20), date(2026, 1, 1))] for child in range(1, 6)
    }
    pieces = [(child, month, 100) for child in periods for month in (202311, 202411, 202412, 202501)]
    assert [(row[1], row[2]) for row in spread(pieces, periods)] == [(1, 5), (2, 5), (11, 5)]


def test_later_months_than_two_years_and_children_who_are_not_in_the_run_are_left_out():
    periods = {child: [(date(2020, 1, 5), date(2026, 1, 1))] for child in range(1, 6)}
    assert spread([(child, 202501, 100) for child in periods], periods) == []
    pieces = pl.DataFrame([(1, 202001, 5)], schema=PIECES, orient="row")
    assert months_in_care(pieces, periods, {}).is_empty()
