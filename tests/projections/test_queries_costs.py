"""The cost summary: to the penny over the sample authority, cut at both ends, by team, and as it was known."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from sqlalchemy import select

from costing.calendar import london_day_end, return_year
from costing.money import pounds
from projections import tables as t
from projections.queries.cost_lines import LiveCosts, costs_as_at
from projections.queries.costs import BY, CostReport, CostRow, PeriodRefused, cost_csv, cost_rows
from projections.queries.identifiers import return_identifiers, returns_of
from projections.queries.teams import by_team, cut_by_team, team_spans
from projections.rebuild import rebuild
from recorder.store.log import to_micros
from tests.house import House, open_house
from tests.projections.la_dev_authority import LA_DEV, rows, state_authority

needs_samples = pytest.mark.skipif(not LA_DEV.is_dir(), reason="the samples do not lie beside the checkout")
YEAR = (date(2024, 4, 1), date(2025, 3, 31))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The sample authority, its days ended to 14 June 2025."""
    house = open_house("sqlite", tmp_path_factory.mktemp("authority"))
    state_authority(house.recorder)
    house.end_days(date(2025, 6, 14))
    rebuild(house.recorder.log_store, house.tables)
    yield house
    house.close()


@pytest.fixture
def live(authority: House) -> Iterator[LiveCosts]:
    with authority.tables.reader().connect() as connection:
        yield LiveCosts(connection)


@needs_samples
def test_each_child_s_year_is_the_truth_to_the_penny(authority: House, live: LiveCosts):
    identify = return_identifiers(live, authority.recorder.keys)
    truth = {(r["child"], r["return_year"]): r for r in rows("truth", "cost_by_child_year.csv")}
    found = {}
    for year in range(2020, 2025):
        report = cost_rows(live, date(year, 4, 1), date(year + 1, 3, 31), "child", identify)
        found |= {(row.key, return_year(report.first)): row for row in report.rows if row.nights}
    assert found.keys() == truth.keys()
    for key, row in found.items():
        assert row.nights == int(truth[key]["nights"]), key
        assert pounds(row.placement_cost) == Decimal(truth[key]["placement_cost"]), key


@needs_samples
def test_the_year_as_a_file(authority: House, live: LiveCosts):
    report = cost_rows(live, *YEAR, "child", return_identifiers(live, authority.recorder.keys))
    lines = list(csv.DictReader(io.StringIO(cost_csv(report))))
    columns = "child,nights,placement_cost,staff_minutes,staff_cost,travel_cost,service_cost,total"
    assert list(lines[0]) == columns.split(",")
    assert [line["child"] for line in lines] == sorted(line["child"] for line in lines)
    assert pounds(report.total.placement_cost) == Decimal("25936654.21")
    assert sum(Decimal(line["total"]) for line in lines) == report.rows_as_shown
    assert report.total.nights == sum(int(line["nights"]) for line in lines) == 167_375


@needs_samples
@pytest.mark.parametrize(("first", "last"), [YEAR, (date(2024, 4, 11), date(2025, 3, 9)), (date(2024, 7, 4),) * 2])
def test_every_way_of_adding_up_gives_the_same(live: LiveCosts, first: date, last: date):
    totals = {by: cost_rows(live, first, last, by).total for by in BY}
    assert len({(t.total, t.nights, t.staff_seconds, t.unpriced, t.average) for t in totals.values()}) == 1


@needs_samples
def test_the_parts_of_a_period_re_add(live: LiveCosts):
    cuts = [date(2024, 4, 1), date(2024, 5, 17), date(2024, 5, 18), date(2024, 11, 30), date(2025, 4, 1)]
    parts = [
        cost_rows(live, a, date.fromordinal(b.toordinal() - 1), "team").total.total for a, b in itertools.pairwise(cuts)
    ]
    assert sum(parts) == cost_rows(live, *YEAR, "team").total.total


@needs_samples
@pytest.mark.parametrize(("first", "last"), [YEAR, (date(2022, 4, 11), date(2025, 3, 9)), (date(2024, 7, 4),) * 2])
def test_costs_by_team_are_those_of_every_posting_cut_where_the_team_changes(
    authority: House, live: LiveCosts, first: date, last: date
):
    spans = team_spans(live)
    cut = cut_by_team(live.postings(first, last).with_row_index("line"), spans, first, last)
    key = ["team", "cost_kind", "basis", "entry_kind"]
    sums = ["amount", "seconds", "nights", "unpriced"]
    one_by_one = cut.group_by(key).agg(pl.col(name).sum().cast(pl.Int64) for name in sums).sort(key)
    assert one_by_one["team"].n_unique() > 3
    then = costs_as_at(authority.recorder.log_store, to_micros(london_day_end(date(2026, 4, 1))))
    for source in (live, then):
        lines = by_team(source, first, last)
        found = lines.group_by(key).agg(pl.col(name).sum().cast(pl.Int64) for name in sums).sort(key)
        assert found.filter(pl.any_horizontal(pl.col(sums) != 0)).equals(
            one_by_one.filter(pl.any_horizontal(pl.col(sums) != 0))
        )


@needs_samples
def test_as_at_shows_what_was_known(authority: House, live: LiveCosts):
    log = authority.recorder.log_store
    now = costs_as_at(log, to_micros(london_day_end(date(2026, 4, 1))))
    assert now.horizon == date(2025, 6, 14)
    for by in BY:
        mine, theirs = cost_rows(now, *YEAR, by), cost_rows(live, *YEAR, by)
        assert [(r.key, r.total, r.nights) for r in mine.rows] == [(r.key, r.total, r.nights) for r in theirs.rows]
    then = costs_as_at(log, to_micros(london_day_end(date(2024, 12, 1))))
    assert then.horizon == date(2024, 11, 30)  # 1 December was not over before its midnight
    with pytest.raises(PeriodRefused):
        cost_rows(then, *YEAR, "child")
    before = cost_rows(then, date(2023, 4, 1), date(2024, 3, 31), "child")
    assert before.total.nights > 0
    identify = return_identifiers(then, authority.recorder.keys)
    assert set(identify([row.number for row in before.rows]).values()) <= {
        r["child"] for r in rows("truth", "cost_by_child_year.csv")
    }


@needs_samples
def test_days_that_have_not_ended_are_refused(live: LiveCosts):
    with pytest.raises(PeriodRefused, match="14/06/2025"):
        cost_rows(live, date(2025, 4, 1), date(2025, 6, 15), "month")
    with pytest.raises(PeriodRefused, match="before it starts"):
        cost_rows(live, date(2025, 4, 2), date(2025, 4, 1), "month")


def test_an_empty_authority_says_why(tmp_path: Path):
    house = open_house("sqlite", tmp_path)
    with house.tables.reader().connect() as connection, pytest.raises(PeriodRefused, match="No day has been ended"):
        cost_rows(LiveCosts(connection), *YEAR, "child")
    house.close()


@needs_samples
def test_an_erased_child_keeps_its_cost_and_loses_its_identifier(authority: House, live: LiveCosts):
    number = cost_rows(live, *YEAR, "child").rows[0].number
    keys = authority.recorder.keys
    before = cost_rows(live, *YEAR, "child").total
    with authority.tables.reader().connect() as connection:
        assert returns_of(connection, keys, [number])[number].isdigit()
    child = _child_id(authority, number)
    keys.destroy(child, authority.clock.now())
    assert return_identifiers(live, keys)([number]) == {number: f"erased {number}"}
    assert cost_rows(live, *YEAR, "child").total == before


def test_a_key_is_never_a_formula():
    row = CostRow(
        key="=1+1", nights=1, placement_cost=42_000, staff_seconds=90, staff_cost=210, travel_cost=0, service_cost=0
    )
    text = cost_csv(CostReport("team", *YEAR, (row,)))
    assert text.splitlines()[1] == "'=1+1,1,1.00,2,0.01,0.00,0.00,1.01"


def _child_id(authority: House, number: int) -> UUID:
    with authority.tables.reader().connect() as connection:
        found = connection.scalar(select(t.child.c.child_id).where(t.child.c.child_no == number))
    assert found is not None
    return UUID(bytes=bytes(found))
