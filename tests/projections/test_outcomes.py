"""What returns and care say became of children: read from the tables as they stand and as at an instant, alike."""

from __future__ import annotations

from datetime import date

import pytest

from costing.outcomes import NOT_KNOWN, NOT_RETURNED
from costing.pathway_settings import PathwaySettings
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import LiveCosts, costs_as_at
from projections.queries.outcomes import MEASURES, _band_of, outcome_bands
from recorder.domain.care import ReturnRowStated
from recorder.store.log import to_micros
from tests.house import NOW, House
from tests.projections.la_dev_authority import rows
from tests.projections.test_care_facts import register, state

YEAR = "2024/25"
FIRST, LAST = date(2024, 4, 1), date(2025, 3, 31)


def bands(
    house: House, measure: str, *said: tuple[str, str, dict[str, str]], first: date = FIRST, last: date = LAST
) -> list[str]:
    """The bands of a child a row (table, year, columns), and of one without a row, in the order of their numbers."""
    for place, (table, year, columns) in enumerate(said):
        child = register(house, f"child {place}", "2007-02-02")
        state(
            house.recorder, ReturnRowStated(child=child, table=table, return_year=year, values=columns), subject=child
        )
    register(house, "no row", "2007-02-02")
    house.follower.catch_up()
    then = costs_as_at(house.recorder.log_store, to_micros(NOW))
    with house.tables.reader().connect() as connection:
        live = LiveCosts(connection)
        children, _ = child_facts(live, house.recorder.keys)
        found = outcome_bands(live, children, measure, first, last, PathwaySettings())
    assert outcome_bands(then, children, measure, first, last, PathwaySettings()) == found
    return [found.get(int(each.child), NOT_RETURNED) for each in children]


def oc2(**columns: str) -> tuple[str, str, dict[str, str]]:
    return "oc2", YEAR, columns


def oc3(code: str, year: str = YEAR) -> tuple[str, str, dict[str, str]]:
    return "oc3", year, {"ACTIV": code, "IN_TOUCH": "YES"}


def test_scores(house: House) -> None:
    found = bands(house, "sdq", oc2(SDQ_SCORE="12"), oc2(SDQ_SCORE="", SDQ_REASON="SDQ2"), oc2(SDQ_SCORE="99"))
    assert found == ["normal (0 to 13)", NOT_KNOWN, "unknown code 99", NOT_RETURNED]


def test_a_code_is_known_by_its_year(house: House) -> None:
    # F3 was training or employment until 2020/21.
    found = bands(house, "activity", oc3("F1"), oc3("F3"), oc3("0"), oc3("Q9"), oc3("F1", "2019/20"))
    words = ["Higher education, full time", "unknown code F3", NOT_KNOWN, "unknown code Q9", NOT_RETURNED, NOT_RETURNED]
    assert found == words


def test_blank_is_not_no(house: House) -> None:
    found = bands(house, "dental", oc2(TEETH_CHECK="0"), oc2(TEETH_CHECK=""), oc2(TEETH_CHECK="1"))
    assert found == ["no", NOT_KNOWN, "yes", NOT_RETURNED]


def test_missing_is_none_only_where_there_is_a_return(house: House) -> None:
    row = {"MISSING": "M", "MIS_START": "10/04/2024", "MIS_END": "12/04/2024"}
    assert bands(house, "missing", ("missing", YEAR, row)) == ["1", "0"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (FIRST, LAST, ["1", "0"]),
        (date(2024, 3, 31), LAST, [NOT_KNOWN, NOT_KNOWN]),  # no return of 2023/24
        (FIRST, date(2025, 4, 1), [NOT_KNOWN, NOT_KNOWN]),  # none of 2025/26
    ],
)
def test_missing_is_not_known_where_a_year_has_no_return(
    house: House, first: date, last: date, expected: list[str]
) -> None:
    row = {"MISSING": "M", "MIS_START": "10/04/2024", "MIS_END": "12/04/2024"}
    assert bands(house, "missing", ("missing", YEAR, row), first=first, last=last) == expected


def test_an_offence_left_blank_in_any_year_is_not_a_no() -> None:
    assert _band_of(MEASURES["offending"], [("", "2023/24"), ("0", YEAR)]) == NOT_KNOWN
    assert _band_of(MEASURES["offending"], [("1", "2023/24"), ("", YEAR)]) == "yes"
    assert _band_of(MEASURES["offending"], [("0", "2023/24"), ("0", YEAR)]) == "no"


def test_without_a_return_nobody_is_known_not_to_have_gone_missing(house: House) -> None:
    assert bands(house, "missing") == [NOT_RETURNED]


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_each_measure_reads_the_sample_authority(house: House, measure: str) -> None:
    asked = MEASURES[measure]
    said = rows("ssda903", "2024", f"{asked.table}.csv")[:12] if asked.table else []
    found = bands(house, measure, *((asked.table, YEAR, row) for row in said))
    assert len(found) == len(said) + 1
    assert not [band for band in found if band.startswith("unknown")]
