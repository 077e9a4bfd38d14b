"""What runs are priced from: each sheet, line by line, live and as at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import cast

import pytest

from costing.calculator import RunProblems, RunSettings
from costing.standard_times import StandardTime
from costing.unit_cost_sheets import UnitCostSheet, UnknownSheet
from costing.variations import Frameworks
from projections.queries.cost_lines import CostSource, costs_as_at
from projections.queries.run_prices import run_prices, sheet_choices, sheet_of
from projections.queries.sheets import stated_line
from projections.queries.standard_times import standard_times_of, stated_times
from recorder.domain.facts import Body
from recorder.domain.rates import SchemaPublished, StandardTimeAgreed, StandardTimeWithdrawn
from recorder.domain.sheets import SheetLineStated, UnitCostSheetPublished
from recorder.personal import KeyStore
from recorder.store.log import to_micros
from tests.projections.small_authority import RECORDED, Fact, log_of, schema

LAST = date(2026, 3, 31)
LATER = RECORDED + timedelta(days=30)
NO_KEYS = cast("KeyStore", None)  # only combined times are read with keys


def time(process: str, hours: str | None, *, on: date = date(2026, 2, 3), **more: str) -> StandardTimeAgreed:
    worker = more.pop("worker_type", "social_worker")
    return StandardTimeAgreed(
        process=process, worker_type=worker, hours=hours, agreed_on=on, agreed_by="North team", **more
    )


def hour(pounds: int, *, starts: date = date(2020, 4, 1), contract: str = "employed", year: str = "2025/26",
         worker_type: str = "social_worker") -> SchemaPublished:  # fmt: skip
    """A schema whose J is so many pounds."""
    return SchemaPublished(
        worker_type=worker_type, contract=contract, valid_from=starts, price_base=year, salary=pounds * 100 * 1600,
        oncosts=0, overheads=0, capital=0, hours_hundredths=160_000,
    )  # fmt: skip


def known(*bodies: Body, later: Iterable[Body] = (), when: int = 0) -> CostSource:
    """Tables as at an instant, of facts known at the start, and of those `later` a month after."""
    facts = [*(Fact(body) for body in bodies), *(Fact(body, LATER) for body in later)]
    return costs_as_at(log_of(*facts), to_micros(RECORDED + timedelta(days=when)))


def amounts(sheet: UnitCostSheet, *codes: str) -> list[tuple[str, int | None, str]]:
    lines = (sheet.line(code) for code in codes)
    return [(line.process, line.pence, line.origin) for line in lines if line]


def test_own_is_hours_times_j_of_an_employed_worker_on_the_last_day() -> None:
    source = known(
        hour(30), hour(40, starts=date(2026, 3, 31)), hour(99, starts=date(2026, 4, 1)), hour(80, contract="agency"),
        time("CLA6", "5/4"), time("CLA2", "2", worker_type="iro"),
    )  # fmt: skip
    sheet = sheet_of(source, "own", LAST)
    assert amounts(sheet, "CLA2", "CLA6") == [("CLA2", None, "own"), ("CLA6", 50_00, "own")]
    missing = sheet.line("CLA2")
    assert missing is not None
    assert missing.missing == ("no cost of an hour for iro",)


def test_mixed_is_own_where_its_amount_is_known_and_published_elsewhere() -> None:
    source = known(hour(40), time("CLA6", "1"), time("CLA2", None))
    mixed = sheet_of(source, "mixed:out_of_london", LAST)
    published = sheet_of(source, "out_of_london", LAST)
    assert amounts(mixed, "CLA6") == [("CLA6", 40_00, "own")]
    assert amounts(mixed, "CLA2") == amounts(published, "CLA2")
    assert (mixed.origin, published.origin) == ("mixed", "published")


def test_prices_as_at_an_instant_stay_what_they_were() -> None:
    facts = (hour(40), time("CLA6", "1"))
    more = (hour(50), time("CLA6", "2", on=date(2026, 2, 4)))
    before, after = (known(*facts, later=more, when=days) for days in (0, 60))
    settings = RunSettings(first=date(2025, 4, 1), last=LAST, sheet="own")
    assert run_prices(before, settings, NO_KEYS) == run_prices(known(*facts), settings, NO_KEYS)
    assert amounts(run_prices(before, settings, NO_KEYS).sheet, "CLA6") == [("CLA6", 40_00, "own")]
    assert amounts(run_prices(after, settings, NO_KEYS).sheet, "CLA6") == [("CLA6", 100_00, "own")]


def test_a_line_says_of_which_years_its_costs_of_an_hour_are() -> None:
    source = known(
        hour(40), hour(60, year="2024/25", worker_type="team_manager"),
        time("CLA6", "1"), time("CLA6", "1", worker_type="team_manager"),
    )  # fmt: skip
    line = sheet_of(source, "own", LAST).line("CLA6")
    assert line is not None
    assert (line.pence, line.price_year) == (100_00, "2025/26")
    assert line.note == "costs of an hour at prices of 2024/25 and 2025/26"


def test_combined_times_price_what_they_cover_and_each_line_says_so() -> None:
    def combined(*_: object) -> list[StandardTime]:
        return [StandardTime("CLA6", frozenset(), "base", "social_worker", Fraction(3), 9, LAST, "records and group")]

    settings = RunSettings(first=date(2025, 4, 1), last=LAST, sheet="mixed:out_of_london", basis="combined")
    source = known(hour(40), time("CLA6", "1"), time("CLA2", "1"))
    sheet = run_prices(source, settings, NO_KEYS, combined=combined).sheet
    assert amounts(sheet, "CLA6", "CLA2", "CIN2") == [
        ("CLA6", 120_00, "combined"),
        ("CLA2", 40_00, "own"),
        ("CIN2", 271_00, "published"),
    ]


def test_combined_times_without_a_cost_of_an_hour_are_refused() -> None:
    def none(source: CostSource, keys: KeyStore, frameworks: Frameworks, first: date, last: date) -> list[StandardTime]:
        assert (source, keys, first, last) == (empty, NO_KEYS, date(2025, 4, 1), LAST)
        assert frameworks.processes
        return []

    empty = known(schema())
    settings = RunSettings(first=date(2025, 4, 1), last=LAST, basis="combined")
    with pytest.raises(RunProblems, match="no combined time"):
        run_prices(empty, settings, NO_KEYS, combined=none)


def test_a_sheet_that_there_is_not_is_refused_with_those_there_are() -> None:
    source = known()
    settings = RunSettings(first=date(2025, 4, 1), last=LAST, sheet="wales")
    with pytest.raises(RunProblems) as refused:
        run_prices(source, settings, NO_KEYS)
    for code, _ in sheet_choices(source):
        assert code in refused.value.problems[0]


def test_a_published_sheet_holds_from_its_day_and_is_never_overwritten() -> None:
    def sheet(pence: str, starts: date) -> UnitCostSheetPublished:
        line = SheetLineStated(process="CLA6", pence=pence, price_year="2025/26", source="Cabinet paper")
        return UnitCostSheetPublished(name="Our sheet", valid_from=starts, lines=(line,))

    source = known(sheet("10000/3", date(2025, 4, 1)), sheet("5000", date(2026, 4, 1)))
    code = "published:Our sheet"
    assert code in dict(sheet_choices(source))
    assert amounts(sheet_of(source, code, LAST), "CLA6") == [("CLA6", 33_33, "own")]
    assert amounts(sheet_of(source, code, date(2026, 4, 1)), "CLA6") == [("CLA6", 50_00, "own")]
    with pytest.raises(UnknownSheet, match="holds from 01/04/2025"):
        sheet_of(source, code, date(2025, 3, 31))
    assert amounts(sheet_of(source, f"mixed:{code}", LAST), "CLA6") == [("CLA6", 33_33, "own")]


def test_a_line_is_the_same_frozen_as_it_was_live() -> None:
    live = known(hour(40), time("CLA6", "1/3"), time("CLA2", None), time("CLA6", "1", variations="first", effect="add"))
    made = sheet_of(live, "own", LAST)
    frozen = UnitCostSheetPublished(name="x", valid_from=LAST, lines=tuple(map(stated_line, made.lines)))
    assert sheet_of(known(frozen), "published:x", LAST).lines == made.lines


def test_a_time_withdrawn_gives_way_to_the_one_before_and_is_kept() -> None:
    first, second = time("CLA6", "1"), time("CLA6", "2", on=date(2026, 2, 4))
    gone = StandardTimeWithdrawn(
        process="CLA6", worker_type="social_worker", agreed_on=date(2026, 2, 4), reason="typed wrong"
    )
    source = known(first, second, later=[gone], when=60)
    assert [each.hours for each in standard_times_of(source)] == [Fraction(1)]
    assert [each.withdrawn for each in stated_times(source)] == ["", "", "typed wrong"]
    again = known(first, second, gone, second)
    assert [each.hours for each in standard_times_of(again)] == [Fraction(2)]
    before = known(first, second, later=[gone])
    assert [each.hours for each in standard_times_of(before)] == [Fraction(2)]
