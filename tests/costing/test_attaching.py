"""To which occurrence recorded work belongs, as tables: given what took place, when work is recorded, then where."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from costing.attaching import OCCURRED, WORKED, attached, months_in_process

WAITS = {"CLA6": 183, "CLA3": 0}


def day(text: str) -> date:
    return date.fromisoformat(text)


def where(process: str, took_place: str, worked: str, child: int = 1) -> str | None:
    rows = [(1, process, "", *(day(each) for each in span.split("/"))) for span in took_place.split()]
    occurred = pl.DataFrame(rows, schema=dict(OCCURRED), orient="row")
    work = pl.DataFrame(
        [(child, process, day(worked), "social_worker", "North", 60)], schema=dict(WORKED), orient="row"
    )
    starts = attached(work, occurred, WAITS)["starts"][0]
    return None if starts is None else starts.isoformat()


TWO = "2025-01-10/2025-01-11 2025-07-01/2025-07-02"


@pytest.mark.parametrize(
    ("process", "took_place", "worked", "then"),
    [
        ("CLA6", TWO, "2025-01-10", "2025-01-10"),  # the day itself
        ("CLA6", TWO, "2025-01-11", "2025-07-01"),  # the next, never the one before
        ("CLA6", TWO, "2024-07-11", "2025-01-10"),  # 183 days before
        ("CLA6", TWO, "2024-07-10", None),  # 184 days before
        ("CLA6", TWO, "2025-07-02", None),  # none follows
        ("CIN2", "2025-03-01/2025-03-20", "2025-03-19", "2025-03-01"),  # under way
        ("CIN2", "2025-06-01/2025-06-02", "2025-03-01", "2025-06-01"),  # 92 days, where none is stated
        ("CIN2", "2025-06-02/2025-06-03", "2025-03-01", None),
        ("CLA3", "2025-02-01/2025-03-01", "2025-02-28", "2025-02-01"),
        ("CLA3", "2025-02-01/2025-03-01", "2025-01-31", None),  # a month does not wait for work
    ],
)
def test_work_attaches_to_what_is_under_way_or_comes_next(
    process: str, took_place: str, worked: str, then: str | None
) -> None:
    assert where(process, took_place, worked) == then


def test_work_for_another_child_attaches_to_nothing() -> None:
    assert where("CLA6", TWO, "2025-01-10", child=2) is None


def test_whole_months_count_and_stretches_that_follow_each_other_are_one() -> None:
    days = [
        (day("2025-01-15"), day("2025-02-10"), "agency_foster"),
        (day("2025-02-10"), day("2025-04-01"), "residential"),
        (day("2025-05-02"), day("2025-06-30"), "residential"),
    ]
    assert [row[2:4] for row in months_in_process(1, "CLA3", days)] == [
        ("agency_foster", day("2025-02-01")),
        ("residential", day("2025-03-01")),
    ]
