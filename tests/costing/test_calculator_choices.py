"""What a run is asked for, one choice at a time: whom it is of, at whose prices, and what it leaves out."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from test_calculator import CAME, LEFT, PRICES, YEAR, episode, facts, hour, nights, one_child, shown

from costing.calculator import Population, RunProblems, calculate
from costing.calculator_compare import compare
from costing.calculator_facts import ALLOCATED
from costing.calculator_settings import RECORDED
from costing.care_facts import Case, ChildFacts, Enquiry, Need, RecordedWork
from costing.money import pounds
from costing.uprating import index_series
from costing.vocabulary import occurrences_of, shown_by


def of_whom(chosen: Population) -> list[int]:
    """Child 7 is fostered by the authority and with Ash House until May; 8, born in 2020, lives in a private home
    and is with Elm House from May; 9 was with Elm House before the year."""
    small = ChildFacts(child="8", birth_date=date(2020, 6, 1), episodes=(episode(8, CAME, LEFT),))
    third = ChildFacts(child="9", birth_date=date(2009, 1, 1), episodes=(episode(9, CAME, LEFT),))
    home = nights(8, CAME, LEFT) | {"place_type": "residential", "sector": "private"}
    known = facts(one_child(), small, third, posted=[nights(7, CAME, LEFT), home, nights(9, CAME, LEFT)])
    may, spring = date(2024, 5, 1), date(2024, 4, 1)
    teams = [(7, date.min, may, "Ash House"), (8, may, date.max, "Elm House"), (9, date.min, spring, "Elm House")]
    known = replace(known, teams=pl.DataFrame(teams, schema=ALLOCATED, orient="row"))
    return [each.child_no for each in calculate(known, replace(YEAR, population=chosen), PRICES).children]


@pytest.mark.parametrize(
    ("chosen", "children"),
    [
        (Population(teams=frozenset({"Ash House"})), [7]),
        (Population(teams=frozenset({"Elm House"})), [8]),
        (Population(teams=frozenset({"Ash House", "Elm House"})), [7, 8]),
        (Population(placement_types=frozenset({"residential"})), [8]),
        (Population(placement_types=frozenset({"la_foster"})), [7, 9]),
        (Population(sectors=frozenset({"private"})), [8]),
        (Population(sectors=frozenset({"own"})), [7, 9]),
        (Population(needs=frozenset({"under_six"})), [8]),
        (Population(needs=frozenset({"under_six", "disability"})), [7, 8]),
    ],
)
def test_those_chosen_are_counted_and_nobody_else(chosen: Population, children: list[int]) -> None:
    assert of_whom(chosen) == children


def test_a_child_is_under_six_until_the_day_of_the_birthday() -> None:
    on_the_first, a_day_later = date(2018, 4, 1), date(2018, 4, 2)
    for born, counted in ((on_the_first, 0), (a_day_later, 1)):
        child = ChildFacts(child="8", birth_date=born, episodes=(episode(8, CAME, LEFT),))
        chosen = replace(YEAR, population=Population(needs=frozenset({"under_six"})))
        assert len(calculate(facts(child, posted=[]), chosen, PRICES).children) == counted


def test_a_need_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(RunProblems, match=r"“tall” is not a need.*under_six"):
        replace(YEAR, population=Population(needs=frozenset({"tall"})))


def test_staff_and_travel_each_rise_at_their_own_rate() -> None:
    drive = hour(7, date(2024, 4, 4)) | {
        "cost_kind": "travel", "worker_type": "", "seconds": None, "amount": 20_00 * 420
    }  # fmt: skip
    known = facts(one_child(), posted=[hour(7, date(2024, 4, 3)), drive])
    asked = replace(
        YEAR, basis=RECORDED, price_base="2025/26", rates={"staff": Decimal(10), "travel": Decimal("2.5")}
    )  # fmt: skip
    assert shown(calculate(known, asked, PRICES)).splitlines() == [
        "7 CLA6 | social_worker | 3/2 hour | 99.00",
        "7 CLA6 |  | 1 entry | 20.50",
    ]


def test_one_series_brings_everything_to_its_year() -> None:
    known = facts(one_child(), posted=[nights(7, CAME, LEFT), hour(7, date(2024, 4, 3))])
    plain = replace(YEAR, basis=RECORDED)
    as_paid = calculate(known, plain, PRICES)
    brought = calculate(known, replace(plain, price_base="2025/26"), PRICES)
    factor = index_series(plain.inflation).factor("2024/25", "2025/26")
    assert factor > 1
    for before, after in zip(as_paid.children[0].blocks, brought.children[0].blocks, strict=True):
        assert abs(Fraction(before.total) * factor - after.total) <= 1


@pytest.mark.parametrize(
    ("switch", "left_out"),
    [("leave_out_p8_disabled", "disability"), ("leave_out_p8_uasc", "uasc")],
)
def test_process_8_is_left_out_for_whom_the_switch_says(switch: str, left_out: str) -> None:
    def counted(flag: str, **chosen: bool) -> int:
        needs = (Need("need:1", flag, date(2024, 1, 1), None),) if flag else ()
        child = ChildFacts(
            child="7", birth_date=date(2008, 10, 1), episodes=(episode(7, CAME, None),), needs=needs
        )  # fmt: skip
        report = calculate(facts(child, posted=[]), replace(YEAR, **chosen), PRICES)
        return sum(len(block.lines) for block in report.children[0].blocks if block.process == "CLA8")

    for flag in ("disability", "uasc", ""):
        assert counted(flag) == 1
        assert counted(flag, **{switch: True}) == (0 if flag == left_out else 1)


def test_more_children_in_dearer_care_are_mix() -> None:
    def two(kind: str) -> list[dict[str, object]]:
        dear = nights(8, CAME, LEFT, weekly=300_000) | {"place_type": "residential"}
        return [nights(7, CAME, LEFT), dear if kind == "residential" else nights(8, CAME, LEFT), dear | {"child_no": 9}]

    plain = [
        ChildFacts(child=str(n), birth_date=date(2010, 5, 5), episodes=(episode(n, CAME, LEFT),)) for n in (7, 8, 9)
    ]
    alone = replace(YEAR, frameworks=())
    before, after = (calculate(facts(*plain, posted=two(kind)), alone, PRICES) for kind in ("foster", "residential"))
    found = compare(before, after)
    # One child of three goes from 500.01 to 3,000.00 a week, for seventy nights.
    assert found.difference == 70 * (300_000 - 50_001) * 60
    assert (found.population, found.mix, found.practice, found.price) == (0, found.difference, 0, 0)


def test_a_strategy_meeting_and_an_interview_go_from_the_facts_to_their_lines() -> None:
    def enquiry(starts: date, **said: bool) -> Case:
        held = Enquiry(f"enquiry:{starts}", starts, starts + timedelta(days=14), **said)
        return Case(id=f"case:{starts}", referred_on=starts - timedelta(days=1), enquiries=(held,))

    def meeting(kind: str, on: date) -> RecordedWork:
        return RecordedWork(f"activity:{kind}", "CIN7", on, shown_by(kind), occurrences_of(kind))

    child = ChildFacts(
        child="7",
        birth_date=date(2010, 5, 5),
        cases=(
            enquiry(date(2024, 4, 10)),
            enquiry(date(2024, 6, 10), strategy_meeting=True),
            enquiry(date(2024, 8, 12)),
            enquiry(date(2024, 10, 14)),
        ),
        work=(meeting("D6S", date(2024, 8, 12)), meeting("D4E", date(2024, 10, 14))),
    )
    report = calculate(facts(child, posted=[]), YEAR, PRICES)
    (block,) = (each for each in report.children[0].blocks if each.process == "CIN7")
    lines = {line.variation: (line.quantity, pounds(line.product), line.rests_on) for line in block.lines}
    # Published for outside London: 511, with a strategy meeting 661, with an interview for best evidence 889.
    assert lines == {
        "base case": (1, 511, ("enquiry:2024-04-10",)),
        "Strategy meeting": (2, 2 * 661, ("enquiry:2024-06-10", "enquiry:2024-08-12", "activity:D6S")),
        "Achieving Best Evidence interview": (1, 889, ("enquiry:2024-10-14", "activity:D4E")),
    }
