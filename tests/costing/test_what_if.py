"""Runs that suppose something: each change does what it says, labels what it alters, and its effect re-adds."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_calculator import PRICES, YEAR, episode, hour, nights

from costing.calculator import RunFacts, RunPrices, RunProblems, RunReport, RunSettings, calculate
from costing.calculator_settings import RECORDED
from costing.care_facts import ChildFacts, Review
from costing.money import night_units, units_of_pence
from costing.standard_times import ADD, BASE, StandardTime
from costing.unit_cost_sheets import own_sheet
from costing.what_if import Change, change_words, read_change, read_changes, write_changes
from costing.what_if_added import NewProcess, NewService
from costing.what_if_changes import (
    CHILDREN,
    FeeChange,
    Frequency,
    PlacementMix,
    RemovedProcess,
    StaffingMix,
    StandardHours,
)
from tests.costing.any_changes import any_changes
from tests.costing.test_calculator import facts

PENNY = 420
J = {"social_worker": 60_00, "family_support_worker": 30_00}
START, STOP = date(2024, 4, 1), date(2024, 7, 10)
LA, AGENCY = 400_00, 800_00


def child(number: int, *, born: int = 2010) -> ChildFacts:
    reviews = (Review(f"review:{number}a", date(2024, 3, 20)), Review(f"review:{number}b", date(2024, 6, 1)))
    return ChildFacts(
        child=str(number),
        birth_date=date(born, 5, 5),
        episodes=(episode(number, date(2024, 3, 1), STOP),),
        reviews=reviews,
    )


def placed(number: int, kind: str, weekly: int | None) -> dict[str, object]:
    return nights(number, START, STOP, weekly=weekly) | {"place_type": kind, "sector": "private"}


def known() -> RunFacts:
    """Four children for 100 nights each: three with the authority's carers, one with an agency's."""
    posted = [placed(number, "la_foster", LA) for number in (1, 2, 3)] + [placed(4, "agency_foster", AGENCY)]
    return facts(*(child(number, born=2008 + number) for number in (1, 2, 3, 4)), posted=posted)


def with_providers() -> RunFacts:
    """The four children: one with the authority's carers is with SC000002, the others with SC000001."""
    held, urns = known(), ("SC000001", "SC000001", "SC000002", "SC000001")
    homes = [replace(c, episodes=(replace(c.episodes[0], urn=u),)) for c, u in zip(held.children, urns, strict=True)]
    return replace(held, children=tuple(homes))


def run(
    *changes: Change, prices: RunPrices = PRICES, asked: RunSettings = YEAR, of: RunFacts | None = None
) -> RunReport:
    return calculate(of or known(), replace(asked, changes=changes), prices)


def own_prices() -> RunPrices:
    agreed = date(2024, 1, 1), "the group"
    times = (
        StandardTime("CLA6", frozenset(), BASE, "social_worker", Fraction(4), 3, *agreed),
        StandardTime("CLA6", frozenset(), BASE, "family_support_worker", Fraction(1), 3, *agreed),
        StandardTime("CLA6", frozenset({"first_review"}), ADD, "social_worker", Fraction(1), 3, *agreed),
        StandardTime("CLA4", frozenset(), BASE, "social_worker", Fraction(2), 3, *agreed),
    )
    return RunPrices(own_sheet("Own", times, J, "2024/25"), hour_pence=J)


def of_process(report: RunReport, process: str) -> int:
    return next((row.amount for row in report.group("process") if row.key == process), 0)


def bases(report: RunReport) -> set[str]:
    return {line.basis for each in report.children for block in each.blocks for line in block.lines}


def test_a_run_without_changes_has_no_label_and_no_effect() -> None:
    assert run().effects == ()
    assert not any(each.startswith("what if") for each in bases(run()))


def test_a_dearer_fee_from_a_day_costs_more_for_its_nights_alone() -> None:
    before, after = run(), run(FeeChange(placement_type="la_foster", percent=Decimal(10), first=date(2024, 7, 1)))
    assert after.total - before.total == 3 * 9 * night_units(LA) // 10 == after.effects[0]
    lines = list(after.children[0].blocks[2].lines)
    assert [(line.quantity, line.basis) for line in lines] == [(91, "recorded"), (9, "what if: recorded")]
    assert after.nights == before.nights == 400


def test_a_stated_fee_prices_nights_that_had_no_price() -> None:
    of = facts(child(1), posted=[placed(1, "la_foster", None)])
    after = run(FeeChange(placement_type="la_foster", weekly=Decimal("70.00"), sector="private"), of=of)
    assert after.placement_total == 100 * 10 * 100 * PENNY
    assert not [each for each in after.unpriced if each.unit == "night"]
    with pytest.raises(RunProblems, match="no night in local authority foster care"):
        run(FeeChange(placement_type="la_foster", weekly=Decimal(70), sector="voluntary"), of=of)


def test_nights_move_at_the_average_of_the_other_type_and_stay_whole() -> None:
    before = run()
    after = run(PlacementMix(from_type="agency_foster", to_type="la_foster", percent=Decimal(25)))
    assert after.total - before.total == 25 * (night_units(LA) - night_units(AGENCY))
    assert after.nights == before.nights
    by_type = {row.key: row.nights for row in after.group("placement-type") if row.nights}
    assert by_type == {"agency_foster": 75, "la_foster": 325}


def test_children_move_whole() -> None:
    change = PlacementMix(
        from_type="la_foster", to_type="residential", percent=Decimal(34), share_of=CHILDREN, weekly=Decimal(3500)
    )
    after = run(change)
    assert [each.placement_type for each in after.children].count("residential") == 1
    assert after.effects[0] == 100 * (500_00 * PENNY - night_units(LA))
    with pytest.raises(RunProblems, match="say what such a placement costs"):
        run(replace(change, weekly=None))


def test_reviews_twice_as_often_cost_twice_and_a_process_not_done_costs_nothing() -> None:
    before = run()
    for often in (Frequency(process="CLA6", factor=Decimal(2)), Frequency(process="CLA6", months=3)):
        assert of_process(run(often), "CLA6") == 2 * of_process(before, "CLA6") > 0
    without = run(RemovedProcess(process="CLA6"))
    assert before.total - without.total == of_process(before, "CLA6")
    assert of_process(without, "CLA6") == 0


def test_plans_every_so_many_days_are_read_from_the_pathways() -> None:
    of = facts(replace(child(1), episodes=(episode(1, date(2024, 3, 1), None),)), posted=[placed(1, "la_foster", LA)])
    before, after = run(of=of), run(Frequency(process="CLA2", days=61), of=of)
    count = {
        report.total: sum(line.quantity for each in report.children for line in each.blocks[1].lines)
        for report in (before, after)
    }
    # Plans on 31 August and 2 March; every 61 days: 1 May, 1 July, 31 August, 31 October, 31 December, 2 March.
    assert list(count.values()) == [2, 6]
    assert after.total - before.total == after.effects[0] == 2 * of_process(before, "CLA2")
    with pytest.raises(RunProblems, match="counted otherwise"):
        run(Frequency(process="CLA6", days=61))


@pytest.mark.parametrize(
    ("every", "amount", "each"),
    [("once", "120.00", 120_00), ("week", "70.00", 1010_00), ("year", "365.00", 101_00)],
)
def test_a_service_is_for_those_who_fit_on_the_days_in_the_run(every: str, amount: str, each: int) -> None:
    # 100 nights, and the day on which the child left: care ends on it, so the run has something of the child.
    change = NewService(name="Mentor", amount=Decimal(amount), every=every, age_from=14)
    after = run(change)
    old_enough = 2  # born in May 2009 and 2010: 14 by the end of the year; 2011, 13
    assert after.effects == (sum(_added(after)),)
    assert len(_added(after)) == old_enough
    assert {abs(one - each * PENNY) for one in _added(after)} <= {0}
    placed_only = run(replace(change, placement_types=frozenset({"residential"})))
    assert placed_only.effects == (0,)


def _added(report: RunReport) -> list[int]:
    return [block.total for each in report.children for block in each.blocks if block.process == "what_if"]


def test_a_new_process_costs_its_hours_and_needs_the_cost_of_an_hour() -> None:
    change = NewProcess(name="Conference", worker_hours=(("social_worker", Decimal("2.5")),), last=date(2024, 6, 30))
    after = run(change, prices=own_prices())
    assert _added(after) == [150_00 * PENNY] * 4
    with pytest.raises(RunProblems, match="Change 1: There is no cost of an hour of iro"):
        run(replace(change, worker_hours=(("iro", Decimal(1)),)), prices=own_prices())


def test_hours_worked_by_another_cost_the_other_hour() -> None:
    change = StaffingMix(
        process="CLA6", from_worker="social_worker", to_worker="family_support_worker", percent=Decimal(50)
    )
    before, after = run(prices=own_prices()), run(change, prices=own_prices())
    # 2 of 4 hours of each of four reviews at £30 less an hour; the day's variation has 1 hour more on none of them.
    assert after.total - before.total == -4 * 2 * 30_00 * PENNY
    assert "what if: standard" in bases(after)
    with pytest.raises(RunProblems, match="hours of social worker"):
        run(change)  # a published sheet is not made of hours
    with pytest.raises(RunProblems, match="recorded work"):
        run(change, prices=own_prices(), asked=replace(YEAR, basis=RECORDED))


def test_standard_hours_are_set_where_a_line_has_hours_and_added_where_it_is_printed() -> None:
    set_to = StandardHours(process="CLA6", worker_type="social_worker", hours=Decimal(5))
    added = StandardHours(process="CLA6", worker_type="social_worker", added=Decimal(1))
    hour_more = 4 * 60_00 * PENNY
    before = run(prices=own_prices()).total
    assert (
        run(set_to, prices=own_prices()).total - before == run(added, prices=own_prices()).total - before == hour_more
    )
    printed = replace(PRICES, hour_pence=J)
    assert run(added, prices=printed).total - run(prices=printed).total == hour_more
    with pytest.raises(RunProblems, match="not made of hours"):
        run(set_to, prices=printed)


def test_recorded_work_happens_more_often_too() -> None:
    asked = replace(YEAR, basis=RECORDED)
    of = facts(child(1), posted=[hour(1, date(2024, 5, 1))])
    assert run(Frequency(process="CLA6", factor=Decimal("1.5")), asked=asked, of=of).total == units_of_pence(13500)


NOTHING = [
    FeeChange(placement_type="la_foster", percent=Decimal(0)),
    PlacementMix(from_type="la_foster", to_type="agency_foster", percent=Decimal(0)),
    PlacementMix(from_type="la_foster", to_type="agency_foster", percent=Decimal(0), share_of=CHILDREN),
    Frequency(process="CLA6", factor=Decimal(1)),
    Frequency(process="CLA6", months=6),
    Frequency(process="CLA2", days=183),
    StaffingMix(process="CLA6", from_worker="social_worker", to_worker="iro", percent=Decimal(0)),
    StandardHours(process="CLA6", worker_type="social_worker", hours=Decimal(4)),
    StandardHours(process="CLA6", worker_type="social_worker", added=Decimal(0)),
]


@pytest.mark.parametrize("change", NOTHING, ids=lambda each: each.kind)
def test_a_change_of_nothing_gives_the_same_bytes(change: Change) -> None:
    prices = replace(own_prices(), hour_pence={**J, "iro": 70_00})
    assert run(change, prices=prices).csv_bytes == run(prices=prices).csv_bytes


@given(st.integers(-90, 300), st.dates(date(2024, 3, 1), date(2025, 3, 31)))
@settings(deadline=None, max_examples=25)
def test_a_fee_raised_and_put_back_nets_out_within_a_unit_a_line(percent: int, first: date) -> None:
    up = FeeChange(placement_type="la_foster", percent=Decimal(percent), first=first)
    factor = 1 + Fraction(percent, 100)
    back = Decimal(round(100 * (1 / factor - 1) * 10_000)) / 10_000
    after = run(up, replace(up, percent=back))
    raised_by = abs(run(up).effects[0])
    lines = sum(len(block.lines) for each in after.children for block in each.blocks)
    slip = raised_by / 1_000_000 * 2 + 3 * 100 * night_units(LA) * float(factor) / 2_000_000
    assert abs(after.total - run().total) <= lines + slip


_CHANGES = st.lists(
    st.one_of(
        st.builds(FeeChange, placement_type=st.just("la_foster"), percent=st.decimals(-100, 200, places=2),
                  first=st.none() | st.dates(START, STOP)),
        st.builds(FeeChange, urn=st.sampled_from(["SC000001", "SC000002"]), percent=st.decimals(-100, 200, places=2)),
        st.builds(PlacementMix, from_type=st.just("la_foster"), to_type=st.just("agency_foster"),
                  percent=st.decimals(0, 100, places=1), share_of=st.sampled_from(["nights", "children"]),
                  weekly=st.just(Decimal(500))),
        st.builds(Frequency, process=st.sampled_from(["CLA4", "CLA6"]), factor=st.decimals(0, 5, places=2)),
        st.builds(NewService, name=st.just("Mentor"), amount=st.decimals(0, 500, places=2),
                  every=st.sampled_from(["once", "week", "month"])),
        st.builds(StandardHours, process=st.just("CLA6"), worker_type=st.just("social_worker"),
                  added=st.decimals(0, 5, places=2)),
    ),
    max_size=4,
)  # fmt: skip


@given(_CHANGES)
@settings(deadline=None, max_examples=40)
def test_whatever_is_supposed_the_parts_re_add(changes: list[Change]) -> None:
    try:
        after = run(*changes, prices=own_prices(), of=with_providers())
    except RunProblems:
        return  # all nights have moved away, so that none is left to change
    assert run(prices=own_prices()).total + sum(after.effects) == after.total
    assert sum(each.total for each in after.children) == after.total
    for rows in after.groups.values():
        assert sum(row.amount for row in rows) == after.total
        assert sum(row.nights for row in rows) == after.nights
    for each in after.children:
        for block in each.blocks:
            assert sum(line.product for line in block.lines) == block.total
    assert after.csv_bytes == run(*changes, prices=own_prices(), of=with_providers()).csv_bytes


@given(_CHANGES)
@settings(deadline=None, max_examples=25)
def test_only_what_is_labelled_differs_from_the_run_as_it_was(changes: list[Change]) -> None:
    try:
        after = run(*changes, prices=own_prices())
    except RunProblems:
        return
    as_it_was = set(run(prices=own_prices()).csv_bytes.decode().splitlines())
    for row in after.csv_bytes.decode().splitlines():
        # Nights that part of moved away keep their fee: such a line is as it was, of fewer nights.
        assert row in as_it_was or "what if" in row or "Placement nights" in row


@given(any_changes())
@settings(deadline=None)
def test_what_is_written_is_read_back_equal_and_has_words(changes: tuple[Change, ...]) -> None:
    said = tomllib.loads(write_changes(changes), parse_float=Decimal).get("change", [])
    assert read_changes(said) == changes
    assert all(change_words(each) for each in changes)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"kind": "weather"}, "not a kind of change"),
        ({"kind": "fee", "placement_type": "castle", "percent": 5}, "castle"),
        ({"kind": "fee", "placement_type": "residential"}, "one of the two"),
        ({"kind": "fee", "urn": "SC-1/2", "percent": 5}, "reference of a provider is letters and figures"),
        ({"kind": "fee", "urn": "", "percent": 5}, "Choose the type of placement"),
        ({"kind": "fee", "placement_type": "residential", "percent": "five"}, "percent: write a number"),
        (
            {"kind": "placement_mix", "from_type": "residential", "to_type": "residential", "percent": 5},
            "two different",
        ),
        ({"kind": "frequency", "process": "CLA6"}, "how often"),
        ({"kind": "new_service", "name": "", "amount": 5, "colour": "red"}, "no such setting"),
        ({"kind": "new_process", "name": "A"}, "at least one worker type"),
        ({"kind": "new_service", "name": "A", "amount": Decimal("1.005")}, "whole pence"),
    ],
)
def test_what_is_wrong_is_said_in_words(table: dict[str, object], problem: str) -> None:
    with pytest.raises(RunProblems, match=problem):
        read_change(table)


def test_a_service_from_a_day_on_is_charged_from_that_day() -> None:
    late = NewService(name="Mentor", amount=Decimal(70), every="week", first=STOP - timedelta(days=7))
    assert _added(run(late)) == [80_00 * PENNY] * 4
