"""What placements cost, in worked tables: fees, averages, funders, months, and open placements."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from costing.placement_cost import price_nights, type_averages
from costing.placement_map import MAP_SCHEMA, PLACEMENT_TYPES, shipped_placement_map, with_meaning
from costing.placements import SEGMENT_SCHEMA
from costing.postings import POSTING_SCHEMA

FEES = {
    "fee_no": pl.Int64,
    "child_no": pl.Int32,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "place": pl.String,
    "provider": pl.String,
    "weekly_pence": pl.Int64,
    "social_care_pence": pl.Int64,
    "education_pence": pl.Int64,
    "health_pence": pl.Int64,
}
HORIZON = date(2025, 5, 10)
RETURN_END = date(2025, 3, 31)
# Averages of a night: la_foster 7.00 a week in 2023/24 and 14.00 in 2024/25, residential 70.00 in 2024/25.
AVERAGES = pl.DataFrame(
    {
        "placement_type": ["la_foster", "la_foster", "residential"],
        "return_year": ["2023/24", "2024/25", "2024/25"],
        "weekly_pence": [700, 1400, 7000],
    }
)


def day(text: str) -> date:
    return date.fromisoformat(f"20{text}")


def segment(text: str) -> dict[str, Any]:
    """`placement place/provider from..to` with to exclusive, or from.. for one still open."""
    number, code, span = text.split()
    place, _, provider = code.partition("/")
    start, _, end = span.partition("..")
    to = day(end) if end else date(2025, 5, 11)
    return dict(
        zip(SEGMENT_SCHEMA, (7, int(number), int(number), place, provider, "C2", day(start), to, not end), strict=True)
    )


def fee(text: str) -> tuple[Any, ...]:
    """`fee from..to social care+education+health` in pence a week."""
    number, span, amounts = text.split()
    start, _, end = span.partition("..")
    shares = [int(part) for part in amounts.split("+")]
    return (int(number), 7, day(start), day(end) if end else None, "U4", "PR1", sum(shares), *shares)


# segments ; fees -> month line funder nights rate pence(of the amount, exactly) basis marks
CASES = {
    "a fee over a month's end, three funders": """
        1 K2/PR4 24-04-29..24-05-03
        1 24-04-01..25-04-01 700+70+7
        = 202404 1 education   - 70  20  recorded
        = 202404 1 health      - 7   2   recorded
        = 202404 1 social_care 2 700 200 recorded
        = 202405 1 education   - 70  20  recorded
        = 202405 1 health      - 7   2   recorded
        = 202405 1 social_care 2 700 200 recorded""",
    "health pays all, so its posting carries the nights": """
        1 K2/PR4 24-04-29..24-05-01
        1 24-04-01..25-04-01 0+0+700
        = 202404 1 health 2 700 200 recorded""",
    "a fee of nothing is still a fee": """
        1 K2/PR4 24-04-29..24-05-01
        1 24-04-01..25-04-01 0+0+0
        = 202404 1 social_care 2 0 0 recorded""",
    "the next fee supersedes, and then runs until its placement ends": """
        1 U4/PR1 24-04-01..24-04-11
        2 P1/PR0 24-04-11..24-04-16
        1 24-04-01..25-04-01 700+0+0
        2 24-04-06.. 1400+0+0
        = 202404 1 social_care 5 700  500  recorded
        = 202404 2 social_care 5 1400 1000 recorded
        = 202404 0 social_care 5 -    0    recorded""",
    "a fee agreed ahead runs to the end of the next placement": """
        1 U4/PR1 24-04-03..24-04-06
        2 U4/PR1 24-04-10..24-04-11
        1 24-04-01.. 700+0+0
        = 202404 1 social_care 3 700  300 recorded
        = 202404 0 social_care 1 1400 200 average""",
    "a fee joins on the night, whatever the codes say": """
        1 P1/PR0 24-04-03..24-04-06
        1 24-04-04..24-04-05 700+0+0
        = 202404 0 social_care 2 -   0   recorded
        = 202404 1 social_care 1 700 100 recorded""",
    "averages of the night's year, the year before, the year after": """
        1 U4/PR1 23-03-31..23-04-02
        2 K2/PR4 24-03-31..24-04-02
        3 U6/PR1 25-04-01..25-04-02
        = 202303 0 social_care 1 700  100  average
        = 202304 0 social_care 1 700  100  average
        = 202403 0 social_care 1 7000 1000 average
        = 202404 0 social_care 1 7000 1000 average
        = 202504 0 social_care 1 1400 200  average""",
    "no average for the type, or a code unknown: unpriced": """
        1 H5/PR4 24-04-01..24-04-03
        2 ZZ/    24-04-03..24-04-04
        = 202404 0 social_care 2 - - recorded
        = 202404 0 social_care 1 - - recorded""",
    "an open placement goes on past the last return with its last fee": """
        1 U4/PR1 25-03-30..
        1 24-04-01..25-04-01 700+0+0
        = 202503 1 social_care 2  700 200  recorded
        = 202504 1 social_care 30 700 3000 recorded assumed
        = 202505 1 social_care 10 700 1000 recorded accrual assumed""",
    "an ended placement assumes nothing": """
        1 U4/PR1 25-03-30..25-05-03
        1 24-04-01..25-04-02 700+0+0
        = 202503 1 social_care 2  700  200  recorded
        = 202504 1 social_care 1  700  100  recorded
        = 202504 0 social_care 29 1400 5800 average
        = 202505 0 social_care 2  1400 400  average""",
    "a place recoded within a month is one posting of the later code": """
        1 H5/PR1 24-04-01..24-04-03
        1 U4/PR1 24-04-03..24-04-05
        1 24-04-01..25-04-01 700+0+0
        = 202404 1 social_care 4 700 400 recorded""",
}


def priced(case: str, *, price_missing: bool = True) -> tuple[pl.DataFrame, list[str]]:
    lines = [line.strip() for line in case.strip().splitlines()]
    segments = [segment(line) for line in lines if "/" in line]
    fees = [fee(line) for line in lines if "+" in line]
    found = price_nights(
        pl.DataFrame(segments, schema=SEGMENT_SCHEMA),
        pl.DataFrame(fees, schema=FEES, orient="row"),
        AVERAGES,
        shipped_placement_map(),
        HORIZON,
        RETURN_END,
        price_missing=price_missing,
    )
    return found, [" ".join(line[2:].split()) for line in lines if line.startswith("=")]


def shown(row: dict[str, Any]) -> str:
    amount = row["amount"]
    assert amount is None or amount % 420 == 0
    parts = [row["service_month"], row["line_no"], row["funder"], row["nights"], row["rate_pence"]]
    parts += [None if amount is None else amount // 420, row["basis"]]
    marks = (["accrual"] if row["entry_kind"] == "accrual" else []) + (["assumed"] if row["assumed_open"] else [])
    return " ".join("-" if part is None else str(part) for part in [*parts, *marks])


@pytest.mark.parametrize("name", CASES)
def test_worked_placements(name: str) -> None:
    found, wanted = priced(CASES[name])
    assert dict(found.schema) == POSTING_SCHEMA
    assert sorted(shown(row) for row in found.to_dicts()) == sorted(wanted)


def test_missing_fees_may_be_left_unpriced() -> None:
    found, _ = priced("1 U4/PR1 24-04-01..24-04-03\n2 P1/PR0 24-04-03..24-04-04", price_missing=False)
    assert found.select("nights", "amount", "rate_no").rows() == [(2, None, None), (1, 0, None)]


def test_a_posting_says_what_the_placement_was() -> None:
    found, _ = priced("1 U4/PR4 24-04-29..24-05-01\n1 24-04-01..25-04-01 700+0+0")
    row = found.row(0, named=True)
    assert (row["place_type"], row["sector"], row["s251_line"]) == ("agency_foster", "private", "3.1.2a")
    assert (row["place"], row["provider"], row["process"]) == ("U4", "PR4", "CLA3")
    assert (row["item_no"], row["rate_no"]) == (1, 1)
    assert (row["service_from"], row["service_to"]) == (date(2024, 4, 29), date(2024, 4, 30))


def test_no_segments_no_postings() -> None:
    found, _ = priced("")
    assert found.height == 0
    assert dict(found.schema) == POSTING_SCHEMA


def test_the_average_is_over_fee_versions_and_rounded_once() -> None:
    fees = [fee("1 24-04-01.. 700+0+0"), fee("2 24-06-01.. 701+0+0"), fee("3 25-04-01.. 900+0+1")]
    found = type_averages(pl.DataFrame(fees, schema=FEES, orient="row"), shipped_placement_map())
    assert found.rows() == [("la_foster", "2024/25", 701), ("la_foster", "2025/26", 901)]


def test_the_shipped_map_is_whole() -> None:
    shipped = shipped_placement_map()
    assert dict(shipped.schema) == MAP_SCHEMA
    assert set(shipped["placement_type"]) == set(PLACEMENT_TYPES)
    assert shipped.select("place", "provider").is_duplicated().sum() == 0
    assert set(shipped.filter("free")["place"]) == {"P1", "A3", "A4", "A5", "A6"}


def test_an_authority_s_later_row_takes_over_on_its_date() -> None:
    changed = pl.concat(
        [
            shipped_placement_map(),
            pl.DataFrame(
                [("U4", "PR1", "kinship", "own_provision", "3.1.7", False, date(2024, 4, 1))],
                schema=MAP_SCHEMA,
                orient="row",
            ),
        ]
    )
    asked = pl.DataFrame(
        {
            "place": ["U4", "U4", "U4", "U4", None],
            "provider": ["PR1", "PR1", "PR9", None, "PR1"],
            "on": [date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 1), date(2024, 4, 1), date(2024, 4, 1)],
        }
    )
    found = with_meaning(asked, changed, day="on")
    assert found["placement_type"].to_list() == ["la_foster", "kinship", "other", "other", "other"]
    assert found["sector"].to_list() == ["own_provision", "own_provision", *["unknown"] * 3]
