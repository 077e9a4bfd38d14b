"""Each figure of time per process, worked out by hand from five reviews and a stay of three months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest

from costing.attaching import INTERVALS, OCCURRED, attached, months_in_process
from costing.calculator_facts import COVERED
from projections.queries.recorded_times import AttachedWork
from projections.queries.time_per_process import TimeReport, TimeRow, time_report

FIRST, LAST = date(2024, 4, 1), date(2025, 3, 31)
WAITS: Mapping[str, int] = {"CLA6": INTERVALS["review_held"], "CLA3": 0}
# child, day of the review, team, minutes, face to face, days until it was written down
REVIEWS = (
    (1, date(2024, 4, 20), "Ash", 10, True, 0),
    (2, date(2024, 5, 20), "Ash", 20, False, 1),
    (3, date(2024, 6, 20), "Ash", 40, False, 9),
    (4, date(2024, 7, 20), "Elm", 60, True, 3),
    (5, date(2024, 8, 20), "Elm", 120, False, None),
)
# One child in placement from 10 May to 20 August 2024: the whole months June and July, begun in May.
DAYS = ((date(2024, 6, 3), 30), (date(2024, 6, 17), 15), (date(2024, 7, 1), 60))
COVERAGE = pl.DataFrame(
    [("Ash", 202404, 30, 100), ("Ash", 202408, 60, 200), ("Elm", 202404, 90, 300), ("Ash", 202504, 999, 999),
     ("Oak", 202404, 7, 7)],
    schema=COVERED, orient="row",
)  # fmt: skip


def report(by: frozenset[str] = frozenset()) -> TimeReport:
    """The report of a year over all of this."""
    reviews = [(child, "CLA6", "", on, on + timedelta(days=1)) for child, on, *_ in REVIEWS]
    stays = months_in_process(9, "CLA3", [(date(2024, 5, 10), date(2024, 8, 21), "")])
    occurred = pl.DataFrame([*reviews, *stays], schema=dict(OCCURRED), orient="row")
    did = [
        *((child, "CLA6", on, "social_worker", team, 60 * minutes, direct, lag)
          for child, on, team, minutes, direct, lag in REVIEWS),
        *((9, "CLA3", day, "social_worker", "Ash", 60 * minutes, True, 2) for day, minutes in DAYS),
    ]  # fmt: skip
    schema = {"child_no": pl.Int64, "process": pl.String, "day": pl.Date, "worker_type": pl.String,
              "team": pl.String, "seconds": pl.Int64, "direct": pl.Boolean, "lag": pl.Int64}  # fmt: skip
    work = pl.DataFrame(did, schema=schema, orient="row")
    return time_report(AttachedWork(occurred, attached(work, occurred, WAITS)).within(FIRST, LAST), (), COVERAGE,
                       FIRST, LAST, by)  # fmt: skip


def row(process: str, team: str | None = None) -> TimeRow:
    """The only row of a process, or of a process and a team."""
    by = frozenset({"team"}) if team else frozenset[str]()
    (found,) = (each for each in report(by).rows if each.process == process and each.team == team)
    return found


def test_of_five_reviews() -> None:
    found = row("CLA6")
    minutes = [Fraction(each or 0, 60) for each in (
        found.time.recorded.mean, found.time.recorded.median, found.time.recorded.lower_quartile,
        found.time.recorded.upper_quartile,
    )]  # fmt: skip
    assert minutes == [50, 40, 20, 60]
    assert (found.time.recorded.n, found.took_place, found.with_time) == (5, 5, 5)
    assert found.direct_share == Fraction(70, 250)
    # 0, 1, 3 and 9 days; of one entry it is not known.
    assert found.lag == 2
    assert found.starts == (date(2024, 4, 20), date(2024, 8, 20))


def test_coverage_is_of_the_teams_in_the_row_and_the_months_of_the_period() -> None:
    assert row("CLA6", "Ash").coverage == Fraction(30 + 60, 100 + 200)
    assert row("CLA6", "Elm").coverage == Fraction(90, 300)
    assert row("CLA6").coverage == Fraction(30 + 60 + 90, 100 + 200 + 300)


def test_a_process_that_goes_on_is_counted_by_whole_months() -> None:
    found = row("CLA3")
    months = 2
    assert (found.took_place, found.time.recorded.n) == (months, months)
    assert found.starts == (date(2024, 6, 1), date(2024, 7, 1))
    assert found.time.recorded.mean == Fraction((45 + 60) * 60, months)
    assert found.lag == 2


@pytest.mark.parametrize(("team", "n", "mean", "lag"), [("Ash", 3, Fraction(70, 3), 1), ("Elm", 2, Fraction(90), 3)])
def test_each_team_has_its_own(team: str, n: int, mean: Fraction, lag: int) -> None:
    found = row("CLA6", team)
    assert (found.time.recorded.n, found.time.recorded.mean, found.lag) == (n, mean * 60, lag)
    assert found.took_place is None
