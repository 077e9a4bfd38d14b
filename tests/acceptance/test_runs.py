"""Runs over the made-up authority: nights are the ledger's, bases never add up, and bytes come again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from costing.calculator import RunFacts, RunPrices, RunReport, RunSettings, calculate
from costing.calculator_settings import RECORDED, RECORDED_WHERE_COVERED, STANDARD
from costing.money import pounds
from costing.unit_cost_sheets import published_sheet
from projections import tables as t
from projections.queries.cost_lines import LiveCosts, costs_as_at
from projections.queries.runs import run_facts
from projections.rebuild import rebuild
from recorder.domain.runs import RunMade
from recorder.runs import kept_runs
from recorder.store.log import to_micros
from tests.house import NOW, House, open_house
from tests.projections.la_dev_authority import LA_DEV, state_authority
from web.cli.calculate import calculate_run

LAST = date(2025, 3, 31)
YEAR = RunSettings(first=date(2024, 4, 1), last=LAST)
FIVE_YEARS = replace(YEAR, first=date(2020, 4, 1))
PRICES = RunPrices(published_sheet("out_of_london"))
LEDGER_2024 = "25936654.21"
# Twice what it may take: other work on the machine must not fail a test that is not about the machine.
LONGEST_SECONDS = 4.0
WEEK = 7

pytestmark = pytest.mark.skipif(not LA_DEV.is_dir(), reason="la_dev does not lie beside this checkout")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = open_house("sqlite", tmp_path_factory.mktemp("runs"))
    state_authority(made.recorder)
    made.end_days(LAST)
    rebuild(made.recorder.log_store, made.tables)
    yield made
    made.close()


@pytest.fixture(scope="module")
def facts(house: House) -> RunFacts:
    with house.tables.reader().connect() as connection:
        return run_facts(LiveCosts(connection), house.recorder.keys)


def test_nights_cost_what_the_ledger_says_to_the_penny(facts: RunFacts) -> None:
    for basis in (RECORDED, STANDARD, RECORDED_WHERE_COVERED):
        report = calculate(facts, replace(YEAR, basis=basis), PRICES)
        assert (f"{pounds(report.placement_total)}", report.nights) == (LEDGER_2024, 167_375)
        for rows in report.groups.values():
            assert sum(row.amount for row in rows) == report.total


def test_where_everything_or_nothing_is_covered_it_is_the_one_or_the_other(facts: RunFacts) -> None:
    mixed = replace(YEAR, basis=RECORDED_WHERE_COVERED)
    nothing = calculate(facts, replace(mixed, coverage_percent=100), PRICES)
    assert nothing.total == calculate(facts, replace(YEAR, basis=STANDARD), PRICES).total
    some = calculate(facts, replace(mixed, coverage_percent=0), PRICES)
    assert nothing.total != some.total


def test_years_add_up_to_five(facts: RunFacts) -> None:
    report = calculate(facts, FIVE_YEARS, PRICES)
    assert len(report.children) == 1_199
    assert [row.key for row in report.group("year")] == ["2020/21", "2021/22", "2022/23", "2023/24", "2024/25"]
    assert sum(child.total for child in report.children) == report.total


def test_from_the_tables_and_from_the_log_the_same_bytes(house: House, facts: RunFacts) -> None:
    source = costs_as_at(house.recorder.log_store, to_micros(NOW))
    again = run_facts(source, house.recorder.keys)
    one, two = calculate(facts, YEAR, PRICES), calculate(again, YEAR, PRICES)
    assert one.csv_bytes == two.csv_bytes
    assert one.checksum == two.checksum == calculate(facts, YEAR, PRICES).checksum


def test_every_line_rests_on_facts_of_its_own_child_that_the_tables_hold(house: House, facts: RunFacts) -> None:
    with house.tables.reader().connect() as connection:
        source = LiveCosts(connection)
        held = {
            f"{name}:{number}": child
            for name in ("episode", "review", "need", "fee")
            for number, child in source.frame(t.metadata.tables[name]).select(f"{name}_no", "child_no").iter_rows()
        }
        shares = source.frame(t.activity_child).select("activity_no", "child_no").rows()
    activities = {(f"activity:{number}", child) for number, child in shares}
    seen = set()
    for basis in (STANDARD, RECORDED):
        for child in calculate(facts, replace(FIVE_YEARS, basis=basis), PRICES).children:
            for line in (line for block in child.blocks for line in block.lines):
                assert line.rests_on
                for fact in line.rests_on:
                    assert held.get(fact) == child.child_no or (fact, child.child_no) in activities, fact
                    seen.add(fact.partition(":")[0])
    assert seen == {"episode", "review", "need", "fee", "activity"}


def test_reviews_that_nobody_recorded_are_shown_and_never_counted_in_silence(facts: RunFacts) -> None:
    plain = calculate(facts, YEAR, PRICES)
    counting = calculate(facts, replace(YEAR, expected_reviews=True), PRICES)
    shown = sum(len(child.expected) for child in plain.children)
    assert shown == sum(len(child.expected) for child in counting.children) > 0
    assert _reviews(counting) - _reviews(plain) == shown


def test_reviews_counted_are_those_recorded_and_those_shown_only_by_a_review_held(
    house: House, facts: RunFacts
) -> None:
    with house.tables.reader().connect() as connection:
        source = LiveCosts(connection)
        held = source.frame(t.activity).filter((pl.col("kind") == "D6R") & (pl.col("outcome") == "held"))
        shares = source.frame(t.activity_child).filter(pl.col("process") == "CLA6")
        shown = _days(shares.join(held, on="activity_no").select("child_no", "service_date"))
    recorded = {int(each.child): {review.held_on for review in each.reviews} for each in facts.children}
    only_shown = 0
    for child, days in shown.items():
        last = None
        for day in sorted(days):
            near = any(abs((day - one).days) <= WEEK for one in [*recorded[child], *([last] if last else [])])
            last = last if near else day
            only_shown += not near and YEAR.first <= day <= YEAR.last
    in_year = sum(YEAR.first <= day <= YEAR.last for days in recorded.values() for day in days)
    report = calculate(facts, YEAR, PRICES)
    assert (in_year, only_shown) == (1_120, 307)
    assert _reviews(report) == in_year + only_shown
    (said,) = (each for each in report.notes if "unattached" in each)
    assert said.endswith(" follows in time): 405.")
    by_child = [each for child in report.children for each in child.notes if "unattached" in each]
    assert sum(int(each.rpartition(" ")[2].rstrip(".")) for each in by_child) == 405


def _days(rows: pl.DataFrame) -> dict[int, set[date]]:
    found: dict[int, set[date]] = {}
    for child, day in rows.iter_rows():
        found.setdefault(child, set()).add(day)
    return found


def _reviews(report: RunReport) -> Fraction:
    blocks = (block for child in report.children for block in child.blocks if block.process == "CLA6")
    return sum((line.quantity for block in blocks for line in block.lines), Fraction())


def test_five_years_are_quick_once_the_facts_are_read(facts: RunFacts) -> None:
    started = time.perf_counter()
    calculate(facts, FIVE_YEARS, PRICES)
    assert time.perf_counter() - started < LONGEST_SECONDS


def test_the_command(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_DATA", str(house.where.folder))
    file, csv = tmp_path / "run.toml", tmp_path / "run.csv"
    file.write_text("[period]\nfirst = 2024-04-01\nlast = 2025-03-31\n")
    said = CliRunner().invoke(calculate_run, ["--settings", str(file), "--by", "placement-type"])
    assert said.exit_code == 0, said.output
    assert "Of it placements £25,936,654.21 for 167,375 nights." in said.output
    first = CliRunner().invoke(calculate_run, ["--settings", str(file), "--by", "child", "--csv", str(csv)])
    bytes_before = csv.read_bytes()
    CliRunner().invoke(calculate_run, ["--settings", str(file), "--by", "child", "--csv", str(csv)])
    assert csv.read_bytes() == bytes_before
    assert first.output.splitlines()[-1] == said.output.splitlines()[-1]


def test_a_run_that_is_kept_can_be_made_again(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_DATA", str(house.where.folder))
    file = tmp_path / "run.toml"
    file.write_text("[period]\nfirst = 2024-04-01\nlast = 2025-03-31\n")
    said = CliRunner().invoke(calculate_run, ["--settings", str(file), "--as-at", "2026-04-01", "--record"])
    assert said.exit_code == 0, said.output
    (event,) = kept_runs(house.recorder)
    assert isinstance(event.body, RunMade)
    assert event.body.checksum in said.output
    (tmp_path / "again.toml").write_text(event.body.settings)
    arguments = ["--settings", str(tmp_path / "again.toml"), "--as-at", event.body.known_upto.isoformat()]
    again = CliRunner().invoke(
        calculate_run,
        [*arguments, "--recorded-by", str(event.body.position), "--csv", str(tmp_path / "c"), "--by", "child"],
    )
    assert again.exit_code == 0, again.output
    assert hashlib.sha256((tmp_path / "c").read_bytes()).hexdigest() == event.body.checksum
    house.follower.catch_up()


def test_the_command_says_everything_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text("[period]\nfirst = 2024-04-01\n[work]\nbasis = 'guessed'\n")
    said = CliRunner().invoke(calculate_run, ["--settings", str(file)])
    assert said.exit_code == 2
    assert "last day" in said.output
    assert "guessed" in said.output
