"""Rows for files of the ledger: those of the tables, in one order, and those of an earlier position again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from costing.money import cumulative_pence
from costing.s251 import WorkLine, work_line
from projections import exports
from projections import tables as t
from projections.database import read_frame
from projections.earlier import earlier_tables
from projections.exports import DIMENSIONS, ExportRefused, ExportRequest, export_rows, read_request
from projections.queries.finance import trial
from recorder.domain.ids import new_id
from recorder.periods import close_month
from recorder.settings import change_setting
from recorder.store.log import to_micros
from tests.house import House, open_house
from tests.projections.stories import SAID, Story
from tests.stores import DATABASES

STARTS = date(2020, 4, 1)
WHOLE = ExportRequest(what="postings", first=202601, last=202603)
STEPS = (
    ("schema", "social_worker", STARTS, 40_001),
    ("post", 0, date(2026, 1, 20), "social_worker"),
    ("activity", 0, [0], [0, 1], date(2026, 1, 21), 61, "D1H"),
    ("activity", 1, [0, 1], [0], date(2026, 2, 10), 30, "D1H"),
    ("episode", 0, 0, date(2026, 1, 20), 40, "U6"),
    ("fee", 0, 0, date(2026, 1, 20), None, 70_001),
)


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    found = open_house(request.param, tmp_path)
    story = Story.cast()
    story.begin(found.recorder)
    for step in STEPS:
        story.live(found.recorder, step, found.end_days)
    found.end_days(date(2026, 4, 1))
    found.follower.catch_up()
    found.story = story  # type: ignore[attr-defined]
    yield found
    found.close()


def rows(house: House, asked: ExportRequest = WHOLE) -> pl.DataFrame:
    with house.tables.reader().connect() as connection:
        return pl.concat(export_rows(connection, asked).parts)


def test_postings_come_whole_in_the_order_of_their_keys(house: House, monkeypatch: pytest.MonkeyPatch):
    whole = rows(house)
    with house.tables.reader().connect() as connection:
        stored = read_frame(connection, t.posting)
        found = export_rows(connection, WHOLE)
        assert found.count == stored.height == whole.height > 4
        assert found.schema == whole.schema
    assert whole["posting_id"].n_unique() == whole.height
    assert whole["amount_units"].sum() == stored["amount"].sum()
    # Cut into parts of two the rows, their order and their rounding are the same.
    monkeypatch.setattr(exports, "PART", 2)
    assert rows(house).equals(whole)
    pence = [None if value is None else int(value * 100) for value in whole["amount"]]
    assert [each or 0 for each in pence] == cumulative_pence([each or 0 for each in whole["amount_units"]])
    assert None in pence


def test_a_posting_names_both_its_accounts(house: House):
    named = rows(house).select("cost_kind", "debit_account", "credit_account").unique()
    assert set(named.iter_rows()) == {
        ("staff", "staff_cost", "staff_pool:social_worker"),
        ("staff", "staff_cost", "staff_pool:unknown"),
        ("placement", "placement_cost", "placement_payable:own_provision"),
    }


@pytest.mark.parametrize("names", [("cost_kind",), ("process", "sector", "child_no"), DIMENSIONS])
def test_a_summary_by_any_columns_adds_up_to_the_postings(house: House, names: tuple[str, ...]):
    whole = rows(house)
    asked = ExportRequest(what="summary", first=202601, last=202603, dimensions=names)
    found = rows(house, asked)
    assert found.columns[: len(names)] == list(names)
    assert found.select(names).is_unique().all()
    assert found["amount_units"].sum() == whole["amount_units"].sum()
    assert found["amount"].sum() == whole["amount"].sum()
    assert found["postings"].sum() == whole.height
    assert found["unpriced"].sum() == whole["amount"].null_count() > 0


def test_a_summary_by_team_cuts_nights_where_the_child_comes_to_a_team_and_re_adds(house: House):
    # given: from 10 February on the child in placement is allocated to somebody of the team
    story: Story = house.story  # type: ignore[attr-defined]
    asked = ExportRequest(what="summary", first=202601, last=202603, dimensions=("cost_kind", "team"))
    none = {(row["cost_kind"], row["team"]) for row in rows(house, asked).to_dicts()}
    assert none == {("placement", "unallocated"), ("staff", "unallocated")}
    story.live(house.recorder, ("allocation", 0, 0, date(2026, 2, 10)), house.end_days)
    house.follower.catch_up()
    # then: 40 nights from 20 January, 21 of them before 10 February
    whole, found = rows(house), rows(house, asked)
    placed = {row["team"]: row["nights"] for row in found.to_dicts() if row["cost_kind"] == "placement"}
    assert len(placed) == 2
    assert placed["unallocated"] == 21
    assert sum(placed.values()) == whole["nights"].sum()
    assert found["amount_units"].sum() == whole["amount_units"].sum()
    assert found["amount"].sum() == whole["amount"].sum()
    assert found["staff_seconds"].sum() == whole.filter(pl.col("cost_kind") == "staff")["seconds"].sum()


def test_months_are_of_service_or_of_the_books(house: House):
    close_month(house.recorder, new_id(), 202601, SAID)
    late = ("activity", 2, [0], [0], date(2026, 1, 22), 30, "D1H")
    story: Story = house.story  # type: ignore[attr-defined]
    story.live(house.recorder, late, house.end_days)
    house.follower.catch_up()
    served = rows(house, ExportRequest(what="postings", first=202601, last=202601))
    booked = rows(house, ExportRequest(what="postings", first=202601, last=202601, by="booked"))
    assert set(served["posting_id"]) - set(booked["posting_id"]) == set(
        served.filter(pl.col("entry_kind") == "adjustment")["posting_id"]
    )
    assert set(booked["accounting_month"]) == {202601}


def test_an_earlier_position_gives_the_rows_of_then_whatever_came_since(house: House, tmp_path: Path):
    """Closed months and their adjustments among them."""
    story: Story = house.story  # type: ignore[attr-defined]
    close_month(house.recorder, new_id(), 202601, SAID)
    story.live(house.recorder, ("activity", 0, [0], [0, 1], date(2026, 1, 21), 90, "D1H"), house.end_days)
    house.follower.catch_up()
    then, position = rows(house), house.recorder.log_store.position()
    assert {"reversal", "adjustment"} <= set(then["entry_kind"])
    story.live(house.recorder, ("withdraw", 0), house.end_days)
    close_month(house.recorder, new_id(), 202602, SAID)
    house.follower.catch_up()
    assert not rows(house).equals(then)
    log = house.recorder.log_store
    with earlier_tables(log, position, None, within=tmp_path) as tables, tables.reader().connect() as connection:
        again = pl.concat(export_rows(connection, WHOLE).parts)
    assert again.equals(then)
    assert not list(tmp_path.glob("earlier-*"))


def test_as_known_before_anything_was_known_there_is_nothing(house: House):
    before = to_micros(datetime(2010, 1, 1, tzinfo=UTC))
    log = house.recorder.log_store
    with earlier_tables(log, log.position(), before) as tables, tables.reader().connect() as connection:
        assert export_rows(connection, WHOLE).count == 0


def test_the_trial_balance_is_zero_at_every_position_and_instant_and_holds_every_posting(house: House):
    close_month(house.recorder, new_id(), 202601, SAID)
    story: Story = house.story  # type: ignore[attr-defined]
    story.live(house.recorder, ("fee", 0, 0, date(2026, 1, 25), None, 80_003), house.end_days)
    house.follower.catch_up()
    log, debits = house.recorder.log_store, []
    last = log.position()
    for position, known in [*((last - back, None) for back in (0, 1, 2)), (last, to_micros(house.clock.now()))]:
        with earlier_tables(log, position, known) as tables, tables.reader().connect() as connection:
            accounts = trial(connection, 202601, 202603)
            held = pl.concat(export_rows(connection, WHOLE).parts)["amount_units"].sum()
        assert accounts["balance"].sum() == 0
        assert accounts["debit"].sum() == accounts["credit"].sum() == held > 0
        debits.append(held)
    assert len(set(debits)) > 1, "the fee changed what the accounts hold"


def test_the_outturn_holds_every_pound_once(house: House):
    found = rows(house, ExportRequest(what="s251", first=202601, last=202603))
    lines = found.filter(~pl.col("is_total"))
    total = rows(house)["amount_units"].sum()
    assert abs(float(lines["total_expenditure"].sum()) - total / 42_000) < 0.1
    by_line = {row["line_code"]: row for row in found.to_dicts()}
    assert by_line["3.1.2a"]["mark"] == ""
    assert by_line["3.1.3"]["mark"] == "code not verified"
    assert by_line["3.3.1"]["own_provision"] == by_line["3.3.1"]["of_it_work"] > 0
    assert by_line["3.1.2"]["total_expenditure"] == by_line["3.1.2b"]["total_expenditure"] > 0
    assert by_line["3.1.2b"]["income"] > 0


def test_work_goes_to_the_line_that_the_authority_states_from_its_month_on(house: House):
    asked = ExportRequest(what="s251", first=202601, last=202603)
    before = {row["line_code"]: row["of_it_work"] for row in rows(house, asked).to_dicts()}
    stated = (
        WorkLine(s251_line="3.1.8", process="", valid_from=date(2026, 2, 1)),
        WorkLine(s251_line="3.2.1", process="", valid_from=date(2026, 4, 1)),
    )
    change_setting(house.recorder, "work_lines", stated, date(1900, 1, 1), SAID)
    house.follower.catch_up()
    after = {row["line_code"]: row["of_it_work"] for row in rows(house, asked).to_dicts()}
    january = rows(house, ExportRequest(what="s251", first=202601, last=202601)).to_dicts()
    assert after["3.3.1"] == next(row["of_it_work"] for row in january if row["line_code"] == "3.3.1") > 0
    assert after["3.1.8"] == before["3.3.1"] - after["3.3.1"] > 0
    assert before["TOTAL"] == after["TOTAL"]
    # made again at the position before it was stated, the file is what it was
    log = house.recorder.log_store
    with earlier_tables(log, log.position() - 1, None) as tables, tables.reader().connect() as connection:
        earlier = pl.concat(export_rows(connection, asked).parts)
    assert {row["line_code"]: row["of_it_work"] for row in earlier.to_dicts()} == before


@pytest.mark.parametrize(
    ("process", "month", "line"),
    [("LAC2", 202603, "3.1.9"), ("LAC2", 202604, "3.1.8"), ("LAC3", 202604, "3.3.1"), ("LAC3", 202606, "3.4.1")],
)
def test_the_line_of_work_is_that_of_its_process_then_of_all_work_then_the_usual(process: str, month: int, line: str):
    stated = [
        WorkLine(s251_line="3.1.8", process="LAC2", valid_from=date(2026, 4, 1)),
        WorkLine(s251_line="3.1.9", process="LAC2", valid_from=date(2025, 4, 1)),
        WorkLine(s251_line="3.4.1", valid_from=date(2026, 6, 1)),
    ]
    assert work_line(stated, process, month) == line


def test_a_request_is_a_line_that_can_be_read_again():
    known = datetime(2026, 4, 1, 9, tzinfo=UTC)
    asked = ExportRequest(
        what="summary",
        first=202601,
        last=202603,
        by="booked",
        dimensions=("process", "sector"),
        known=known,
        position=7,
    )
    assert read_request(asked.text()) == asked


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ("what=summary&from=202601&to=202512&by=never", {"to", "by", "rows"}),
        ("what=summary&from=1&to=202512&rows=name", {"from", "rows"}),
        ("what=everything&from=202601&to=202602", {""}),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_every_problem(line: str, problems: set[str]):
    with pytest.raises(ExportRefused) as refused:
        read_request(line)
    assert {field for field, _ in refused.value.problems} == problems
