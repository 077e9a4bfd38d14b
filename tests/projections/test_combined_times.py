"""Combined times: given recorded times and what was agreed, then one figure with both in it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import polars as pl

from costing.standard_times import StandardTime
from costing.variations import shipped_frameworks
from projections.queries.combined_times import combined_rows, combined_standard_times
from projections.queries.cost_lines import costs_as_at
from projections.queries.recorded_times import RecordedTimes, recorded_times
from recorder.domain.rates import StandardTimeAgreed
from recorder.store.log import to_micros
from tests.projections.small_authority import RECORDED, Fact, log_of
from tests.projections.test_run_prices import NO_KEYS

ON = date(2025, 4, 1)
LAST = date(2026, 3, 31)
Row = tuple[str, str, str, str, int | None]


def agreed(process: str, hours: int, variation: str = "", effect: str = "base") -> StandardTime:
    variations = frozenset({variation} if variation else ())
    return StandardTime(process, variations, effect, "social_worker", Fraction(hours), 6, ON, "North team")


def times(*rows: Row) -> RecordedTimes:
    """Process, variations, worker type, team and minutes, a day apart."""
    schema = {"child_no": pl.Int64, "process": pl.String, "variations": pl.String, "starts": pl.Date,
              "worker_type": pl.String, "team": pl.String, "seconds": pl.Int64}  # fmt: skip
    held = [
        (number, process, variations, ON, worker, team, None if minutes is None else minutes * 60)
        for number, (process, variations, worker, team, minutes) in enumerate(rows)
    ]
    empty = pl.DataFrame()
    return RecordedTimes(pl.DataFrame(held, schema=schema, orient="row"), empty, empty)


def one(minutes: int | None, variation: str = "", team: str = "North") -> Row:
    return ("CLA6", variation, "social_worker", team, minutes)


def table(found: RecordedTimes, *standard: StandardTime) -> list[tuple[str, int, int, int | None, str]]:
    """Variations, n, not known, minutes and weight."""
    return [
        (each.variations, each.time.recorded.n, each.time.recorded.unknown,
         None if each.time.mean is None else round(each.time.mean / 60), str(each.time.weight))
        for each in combined_rows(found, standard)
    ]  # fmt: skip


def test_records_of_one_team_are_drawn_toward_the_estimate_that_counts_as_ten() -> None:
    assert table(times(one(60), one(120), one(None)), agreed("CLA6", 3)) == [("", 2, 1, 165, "1/6")]


def test_a_variation_without_a_time_of_its_own_is_drawn_toward_the_base_case() -> None:
    assert table(times(one(60), one(240, "out_of_area")), agreed("CLA6", 3)) == [
        ("", 1, 0, 169, "1/11"),
        ("out_of_area", 1, 0, 185, "1/11"),
    ]


def test_what_adds_to_the_base_case_is_not_read_from_records() -> None:
    more = agreed("CLA6", 1, "out_of_area", "add")
    assert table(times(one(60), one(240, "out_of_area")), agreed("CLA6", 3), more) == [("", 1, 0, 169, "1/11")]


def test_teams_that_foretell_each_other_outweigh_a_focus_group_that_is_out() -> None:
    found = times(*(one(60 + step, team=team) for team in ("North", "South") for step in range(10)))
    (row,) = combined_rows(found, [agreed("CLA6", 5)])
    assert row.time.k == 0
    assert row.time.mean == row.time.recorded.mean


def test_what_was_agreed_and_never_recorded_stays_as_agreed() -> None:
    body = StandardTimeAgreed(
        process="CLA6", worker_type="social_worker", hours="3", agreed_on=ON, agreed_by="North team"
    )
    source = costs_as_at(log_of(Fact(body)), to_micros(RECORDED))
    frameworks = shipped_frameworks()
    assert recorded_times(source, NO_KEYS, frameworks, ON, LAST).times.is_empty()
    (found,) = combined_standard_times(source, NO_KEYS, frameworks, ON, LAST)
    assert (found.process, found.hours) == ("CLA6", 3)
