"""Codes of the general ledger: which row of the mapping a posting takes, over columns as one by one."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from costing.coding import CONDITIONS, CodeRow, best_row, clashes, with_codes

FIRST = date(2025, 4, 1)
days = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
kinds, sectors, teams = (st.sampled_from(["", *each]) for each in (["staff", "placement"], ["private"], ["North"]))


def row(
    starts: date = FIRST, ends: date | None = None, centre: str = "C1", subjective: str = "", **named: str
) -> CodeRow:
    values = dict.fromkeys(CONDITIONS, "") | named
    return CodeRow(**values, cost_centre=centre, subjective=subjective, valid_from=starts, valid_to=ends)


def facets(**named: str) -> dict[str, str]:
    return dict.fromkeys(CONDITIONS, "") | named


def centre(rows: list[CodeRow], day: date = FIRST, **named: str) -> str | None:
    found = best_row(rows, facets(**named), day)
    return found and found.cost_centre


def test_the_row_that_names_most_wins():
    rows = [
        row(centre="ALL"),
        row(centre="WORK", cost_kind="staff"),
        row(centre="NORTH", cost_kind="staff", team="North"),
    ]
    assert centre(rows, cost_kind="staff", team="North") == "NORTH"
    assert centre(rows, cost_kind="staff", team="South") == "WORK"
    assert centre(rows, cost_kind="placement") == "ALL"


def test_of_two_that_name_as_many_the_earlier_condition_wins():
    rows = [row(centre="TEAM", team="North"), row(centre="KIND", cost_kind="staff")]
    assert centre(rows, cost_kind="staff", team="North") == "KIND"


def test_a_row_holds_from_its_first_day_to_its_last():
    rows = [row(FIRST, FIRST + timedelta(days=2), "OLD"), row(FIRST + timedelta(days=1), None, "NEW")]
    asked = [centre(rows, FIRST + timedelta(days=n)) for n in (-1, 0, 1, 5)]
    assert asked == [None, "OLD", "NEW", "NEW"]


def test_rows_that_cannot_be_told_apart_are_named():
    assert clashes([row(centre="A"), row(centre="B", cost_kind="staff"), row(centre="C")]) == [(0, 2)]


def any_row(kind: str, sector: str, team: str, starts: date, lasts: int | None, number: str) -> CodeRow:
    ends = None if lasts is None else starts + timedelta(days=lasts)
    return row(starts, ends, number, cost_kind=kind, sector=sector, team=team)


numbers = st.sampled_from(["1", "2", "3"])
any_rows = st.builds(any_row, kinds, sectors, teams, days, st.none() | st.integers(0, 9), numbers)


@given(rows=st.lists(any_rows, max_size=6), postings=st.lists(st.tuples(kinds, sectors, teams, days), max_size=8))
def test_columns_take_the_codes_that_each_posting_takes_alone(
    rows: list[CodeRow], postings: list[tuple[str, str, str, date]]
):
    said = [facets(cost_kind=k, sector=s, team=t) | {"service_from": day} for k, s, t, day in postings]
    frame = pl.DataFrame(said, schema={**dict.fromkeys(CONDITIONS, pl.String), "service_from": pl.Date})
    coded = with_codes(frame, rows)
    alone = [best_row(rows, facets(cost_kind=k, sector=s, team=t), day) for k, s, t, day in postings]
    assert coded["cost_centre"].to_list() == [each.cost_centre if each else "" for each in alone]
    assert coded["subjective"].to_list() == [each.subjective if each else "" for each in alone]
    assert coded.select(frame.columns).equals(frame)
