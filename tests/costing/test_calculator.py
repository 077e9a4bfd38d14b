"""Runs over hand-written children: facts in, lines and totals out, as text tables."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from costing.calculator import Population, RunFacts, RunPrices, RunProblems, RunReport, RunSettings, calculate
from costing.calculator_facts import ALLOCATED, COVERED, PLACED, POSTED
from costing.calculator_settings import RECORDED, RECORDED_WHERE_COVERED
from costing.care_facts import ChildFacts, Episode, Need, Review
from costing.money import night_units, pounds, units_of_pence
from costing.unit_cost_sheets import published_sheet

YEAR = RunSettings(first=date(2024, 4, 1), last=date(2025, 3, 31))
PRICES = RunPrices(published_sheet("out_of_london"))
CAME, LEFT = date(2024, 3, 1), date(2024, 6, 10)
WEEKLY = 50001


def episode(number: int, decom: date, dec: date | None, ls: str = "C2", rec: str = "E4A") -> Episode:
    return Episode(number, f"episode:{number}", decom, dec, "S", ls, "U4", "PR1", rec if dec else "", "la_foster")


def nights(child: int, start: date, stop: date, *, weekly: int | None = WEEKLY) -> dict[str, object]:
    count = (stop - start).days
    return {
        "child_no": child, "cost_kind": "placement", "item_no": child, "line_no": 9, "service_from": start,
        "service_to": stop - timedelta(days=1), "process": "CLA3", "worker_type": "", "place_type": "la_foster",
        "sector": "own", "nights": count, "seconds": None, "rate_pence": weekly,
        "amount": None if weekly is None else count * night_units(weekly), "basis": "recorded",
    }  # fmt: skip


def hour(child: int, on: date, process: str = "CLA6") -> dict[str, object]:
    return {
        "child_no": child, "cost_kind": "staff", "item_no": 77, "line_no": 1, "service_from": on, "service_to": on,
        "process": process, "worker_type": "social_worker", "place_type": "", "sector": "", "nights": None,
        "seconds": 5400, "rate_pence": 6000, "amount": units_of_pence(9000), "basis": "recorded",
    }  # fmt: skip


def facts(*children: ChildFacts, posted: list[dict[str, object]], teams: bool = False, share: int = 90) -> RunFacts:
    placed = [(int(c.child), e.decom, e.dec or date(2025, 4, 1), "la_foster") for c in children for e in c.episodes]
    in_team = [(int(c.child), date.min, date.max, "Ash House") for c in children] if teams else []
    months = [("Ash House", 202404, share, 100), ("Ash House", 202405, 10, 100)] if teams else []
    return RunFacts(
        children,
        date(2025, 3, 31),
        pl.DataFrame(posted, schema=POSTED),
        pl.DataFrame(placed, schema=PLACED, orient="row"),
        pl.DataFrame(in_team, schema=ALLOCATED, orient="row"),
        pl.DataFrame(months, schema=COVERED, orient="row"),
    )


def one_child() -> ChildFacts:
    return ChildFacts(
        child="7",
        birth_date=date(2010, 5, 5),
        episodes=(episode(7, CAME, LEFT),),
        reviews=(Review("review:1", date(2024, 3, 20)), Review("review:2", date(2024, 6, 1))),
        needs=(Need("need:1", "disability", date(2024, 5, 1), date(2024, 5, 2)),),
    )


def shown(report: RunReport) -> str:
    return "\n".join(
        f"{child.child_no} {block.process} | {line.variation} | {line.quantity} {line.unit} | {pounds(line.product)}"
        for child in report.children
        for block in child.blocks
        for line in block.lines
    )


def test_a_child_through_eight_blocks() -> None:
    report = calculate(facts(one_child(), posted=[nights(7, CAME, LEFT)]), YEAR, PRICES)
    assert [block.process for block in report.children[0].blocks] == [f"CLA{number}" for number in range(1, 9)]
    assert shown(report) == "\n".join(
        [
            "7 CLA3 | la_foster | 70 night | 5000.10",
            "7 CLA4 | base case | 1 occurrence | 288.00",
            "7 CLA6 | base case | 1 occurrence | 446.00",
            "7 CLA7 | Full care order | 70/101 period of care | 2097.23",
        ]
    )
    assert report.total == report.children[0].total == sum(block.total for block in report.children[0].blocks)
    assert {(each.process, each.reason) for each in report.unpriced} == {
        ("CLA3", "the published amount has the fee in it, and the nights carry the fee")
    }
    assert report.children[0].needs == ("disability",)


def test_every_line_is_its_unit_cost_times_its_quantity_and_says_its_facts() -> None:
    report = calculate(facts(one_child(), posted=[nights(7, CAME, LEFT)]), YEAR, PRICES)
    for block in report.children[0].blocks:
        for line in block.lines:
            assert abs(line.unit_cost * line.quantity - line.product) <= Fraction(1, 2)
            assert line.rests_on


def test_reviews_expected_and_not_recorded_are_shown_and_counted_only_by_setting() -> None:
    stays = ChildFacts(child="7", birth_date=date(2010, 5, 5), episodes=(episode(7, date(2024, 3, 1), None),))
    quiet = calculate(facts(stays, posted=[]), YEAR, PRICES)
    counting = calculate(facts(stays, posted=[]), replace(YEAR, expected_reviews=True), PRICES)
    # The first, 20 working days after 1 March (Easter between), is due on 2 April; the second 3 months on; then 6.
    due = (date(2024, 4, 2), date(2024, 7, 2), date(2025, 1, 2))
    assert quiet.children[0].expected == counting.children[0].expected == due
    reviews = [
        sum(line.quantity for block in each.children[0].blocks if block.process == "CLA6" for line in block.lines)
        for each in (quiet, counting)
    ]
    assert reviews == [0, 3]
    assert quiet.checksum != counting.checksum
    only_cin = calculate(facts(stays, posted=[nights(7, CAME, LEFT)]), replace(YEAR, frameworks=("CIN",)), PRICES)
    assert only_cin.children[0].expected == ()


@pytest.mark.parametrize("cut", [date(2024, 4, 1), date(2024, 4, 29), date(2024, 6, 9), date(2024, 6, 10)])
def test_periods_that_follow_each_other_re_add(cut: date) -> None:
    known = facts(one_child(), posted=[nights(7, CAME, LEFT)])
    whole = calculate(known, YEAR, PRICES)
    before = calculate(known, replace(YEAR, last=cut), PRICES)
    after = calculate(known, replace(YEAR, first=cut + timedelta(days=1)), PRICES)
    assert before.nights + after.nights == whole.nights
    assert before.placement_total + after.placement_total == whole.placement_total
    assert abs(before.total + after.total - whole.total) <= 1


def test_every_grouping_adds_up_to_the_total() -> None:
    report = calculate(facts(one_child(), posted=[nights(7, CAME, LEFT)]), YEAR, PRICES)
    for rows in report.groups.values():
        assert sum(row.amount for row in rows) == report.total
        assert sum(row.nights for row in rows) == report.nights


def test_recorded_work_takes_the_place_of_standard_work() -> None:
    work = [hour(7, date(2024, 4, 3)), hour(7, date(2024, 5, 3), "unassigned")]
    report = calculate(facts(one_child(), posted=work), replace(YEAR, basis=RECORDED), PRICES)
    assert shown(report) == "\n".join(
        ["7 CLA6 | social_worker | 3/2 hour | 90.00", "7 unassigned | social_worker | 3/2 hour | 90.00"]
    )


def test_a_month_is_wholly_recorded_or_wholly_standard() -> None:
    work = [hour(7, date(2024, 4, 3)), hour(7, date(2024, 5, 3))]
    chosen = replace(YEAR, basis=RECORDED_WHERE_COVERED)
    covered = calculate(facts(one_child(), posted=work, teams=True), chosen, PRICES)
    assert shown(covered) == "\n".join(
        [
            "7 CLA4 | base case | 1 occurrence | 288.00",
            "7 CLA6 | base case | 1 occurrence | 446.00",
            "7 CLA6 | social_worker | 3/2 hour | 90.00",
            "7 CLA7 | Full care order | 40/101 period of care | 1198.42",
        ]
    )
    neither = calculate(facts(one_child(), posted=work, teams=True, share=79), chosen, PRICES)
    assert neither.total == calculate(facts(one_child(), posted=work), YEAR, PRICES).total


def test_what_has_no_price_is_counted_and_in_no_total() -> None:
    report = calculate(facts(one_child(), posted=[nights(7, CAME, LEFT, weekly=None)]), YEAR, PRICES)
    found = {each.unit: each for each in report.unpriced}
    assert (found["night"].quantity, found["night"].children) == (70, 1)
    assert report.placement_total == 0


def test_one_price_base_with_a_rate_for_each_component() -> None:
    posted = [nights(7, CAME, LEFT)]
    plain = calculate(facts(one_child(), posted=posted), YEAR, PRICES)
    based = replace(YEAR, price_base="2025/26", rates={"placements": Decimal(10), "processes": Decimal(0)})
    dearer = calculate(facts(one_child(), posted=posted), based, PRICES)
    assert dearer.placement_total == Fraction(plain.placement_total) * Fraction(11, 10)
    assert dearer.total - dearer.placement_total == plain.total - plain.placement_total


@pytest.mark.parametrize(
    ("chosen", "children"),
    [
        (Population(needs=frozenset({"disability"})), 1),
        (Population(needs=frozenset({"uasc"})), 0),
        (Population(age_from=14, age_to=14), 1),
        (Population(age_to=12), 0),
        (Population(placement_types=frozenset({"la_foster"})), 1),
        (Population(sectors=frozenset({"private"})), 0),
        (Population(teams=frozenset({"unallocated"})), 1),
        (Population(legal_statuses=frozenset({"C"})), 1),
        (Population(legal_statuses=frozenset({"V"})), 0),
    ],
)
def test_population(chosen: Population, children: int) -> None:
    known = facts(one_child(), posted=[nights(7, CAME, LEFT)])
    assert len(calculate(known, replace(YEAR, population=chosen), PRICES).children) == children


@pytest.mark.parametrize(
    ("districts", "children"),
    [
        ({"E08000025"}, ["7"]),
        ({"e08000025"}, ["7"]),
        ({"OUT"}, ["7"]),
        ({"IN"}, ["8"]),
        ({"IN", "E08000025"}, ["7", "8"]),
        ({"E06000019"}, []),
    ],
)
def test_population_by_district(districts: set[str], children: list[str]) -> None:
    """Child 7 is out of the area in a known district, 8 in the area, of 9 nothing is known; 7 left E06000019 before."""
    before = replace(episode(1, date(2023, 1, 1), CAME), district="E06000019", in_area=True)
    out = replace(episode(2, CAME, LEFT), district="E08000025", in_area=False)
    known = facts(
        ChildFacts(child="7", episodes=(before, out)),
        ChildFacts(child="8", episodes=(replace(episode(3, CAME, LEFT), in_area=True),)),
        ChildFacts(child="9", episodes=(episode(4, CAME, LEFT),)),
        posted=[],
    )
    report = calculate(known, replace(YEAR, population=Population(districts=frozenset(districts))), PRICES)
    assert [str(each.child_no) for each in report.children] == children


def test_a_period_past_the_last_ended_day_is_refused() -> None:
    with pytest.raises(RunProblems, match="31/03/2025"):
        calculate(facts(one_child(), posted=[]), replace(YEAR, last=date(2025, 4, 1)), PRICES)


def test_the_same_bytes_in_any_order_of_the_facts() -> None:
    other = replace(one_child(), child="3")
    posted = [nights(7, CAME, LEFT), nights(3, CAME, LEFT)]
    one = calculate(facts(one_child(), other, posted=posted), YEAR, PRICES)
    two = calculate(facts(other, one_child(), posted=posted[::-1]), YEAR, PRICES)
    assert one.csv_bytes == two.csv_bytes
    assert one.checksum == two.checksum
