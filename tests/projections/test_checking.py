"""The invariants of the ledger: they hold for what was lived, and each is named where the tables are broken by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from costing.ledger import posting_key
from costing.postings import STAFF
from projections import tables as t
from projections.checking import RULES, Break, check_log, check_postings, check_tables
from projections.queries.as_at import LogUpTo
from recorder.domain.ids import new_id
from recorder.periods import close_month
from recorder.store.log import LogRow
from tests.house import House, open_house
from tests.projections.stories import SAID, Story
from tests.stores import DATABASES

P = t.posting.c
JANUARY = date(2026, 1, 21)
STEPS = (
    ("schema", "social_worker", date(2020, 4, 1), 40_001),
    ("post", 0, date(2026, 1, 20), "social_worker"),
    ("activity", 0, [0], [0, 1], JANUARY, 61, "D1H"),
    ("activity", 1, [0], [2], date(2026, 2, 10), 30, "D1H"),
    ("episode", 0, 0, date(2026, 1, 20), None, "U6"),
    ("fee", 0, 0, date(2026, 1, 20), None, 70_001),
)


def quiet(_: int, __: int | None) -> None:
    return None


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """January closed, a visit of it corrected in February: actual, accrual, reversal and adjustment."""
    found, story = open_house(request.param, tmp_path), Story.cast()
    story.begin(found.recorder)
    for step in STEPS:
        story.live(found.recorder, step, found.end_days)
    found.end_days(date(2026, 2, 20))
    found.follower.catch_up()
    close_month(found.recorder, new_id(), 202601, SAID)
    story.live(found.recorder, ("activity", 0, [0], [0, 1], JANUARY, 90, "D1H"), found.end_days)
    found.follower.catch_up()
    yield found
    found.close()


def look(house: House) -> Break | None:
    with house.tables.reader().connect() as connection:
        log = house.recorder.log_store
        return check_postings(connection, quiet) or check_log(log, quiet) or check_tables(connection, log, quiet)


def a_posting(house: House, *which: Any) -> dict[str, Any]:
    with house.tables.reader().connect() as connection:
        query = select(t.posting).where(*which).order_by(*t.posting.primary_key.columns).limit(1)
        return dict(connection.execute(query).mappings().one())


def broken(house: House, which: list[Any], **values: Any) -> tuple[str, Break]:
    """A posting changed by hand: its id, and what is found."""
    row = a_posting(house, *which)
    key = [column == row[column.name] for column in t.posting.primary_key.columns]
    with house.tables.engine().begin() as connection:
        connection.execute(update(t.posting).where(*key).values(**values))
    names = ("cost_kind", "child_no", "item_no", "line_no", "funder", "service_month", "ordinal")
    found = look(house)
    assert found is not None
    return posting_key(**{name: (row | values)[name] for name in names}), found


def rule(place: int) -> str:
    return RULES[place].name


def test_what_was_lived_breaks_nothing(house: House):
    kinds = set()
    with house.tables.reader().connect() as connection:
        kinds |= set(connection.scalars(select(P.entry_kind).distinct()))
    assert kinds == {"actual", "accrual", "reversal", "adjustment"}
    assert look(house) is None


@pytest.mark.parametrize(
    ("number", "which", "values", "why"),
    [
        (0, [P.cost_kind == STAFF], {"cost_kind": "wages"}, "“wages” has no accounts"),
        (2, [P.cost_kind == STAFF, P.ordinal == 0], {"item_no": 999_999}, "no work was recorded at position 999999"),
        (2, [P.cost_kind == "placement"], {"item_no": 999_999}, "no placement was stated at position 999999"),
        (2, [P.cost_kind == STAFF], {"child_no": 77}, "nobody is child 77"),
        (3, [P.cost_kind == STAFF, P.ordinal == 0], {"pay": 1}, "its parts come to"),
        (6, [P.service_month == 202602], {"accounting_month": 202601}, "booked in 202601, before it"),
        (6, [P.entry_kind == "adjustment"], {"rate_no": 10**7, "accounting_month": 202601}, "after 202601 was closed"),
        (7, [P.entry_kind == "reversal"], {"process": "CLA9"}, "it does not net"),
        (7, [P.entry_kind == "reversal"], {"reverses": None}, "does not name"),
        (7, [P.entry_kind == "adjustment"], {"ordinal": 9}, "was not taken back"),
    ],
)  # fmt: skip
def test_a_posting_that_breaks_a_rule_is_named(
    house: House, number: int, which: list[Any], values: dict[str, Any], why: str
):
    key, found = broken(house, which, **values)
    assert found.rule == rule(number)
    assert why in found.text
    assert found.posting == key
    assert found.child_no is not None
    assert found.position == int(key.split("-")[2])


def test_two_postings_of_one_id_are_named(house: House):
    row = a_posting(house, P.cost_kind == "placement")
    again = row | {"service_from": date(2026, 1, 31) if row["service_month"] == 202601 else date(2026, 2, 27)}
    with house.tables.engine().begin() as connection:
        connection.execute(insert(t.posting), [again])
    found = look(house)
    assert found is not None
    assert (found.rule, found.text) == (rule(1), "2 postings have this id")


def test_parts_of_children_that_do_not_come_to_the_whole_are_named(house: House):
    row = a_posting(house, P.entry_kind == "adjustment")
    _, found = broken(house, [P.entry_kind == "adjustment"], amount=row["amount"] + 1, pay=row["pay"] + 1)
    assert found.rule == rule(4)
    assert found.position == row["item_no"]


def test_shares_of_payers_that_do_not_come_to_the_fee_are_named(house: House):
    row = a_posting(house, P.cost_kind == "placement", P.funder == "education")
    _, found = broken(house, [P.cost_kind == "placement", P.funder == "education"], amount=row["amount"] - 1)
    assert (found.rule, found.child_no) == (rule(5), row["child_no"])


def test_a_fee_whose_shares_do_not_come_to_it_is_named(house: House):
    with house.tables.engine().begin() as connection:
        connection.execute(update(t.fee).values(health_pence=1))
    found = look(house)
    assert found is not None
    assert found.rule == rule(5)
    assert found.text == "the shares of the fee come to 70002p, the fee is 70001p"


def test_standard_cost_beside_recorded_time_is_named(house: House):
    row = a_posting(house, P.cost_kind == STAFF, P.service_month == 202602, P.ordinal == 0)
    with house.tables.engine().begin() as connection:
        connection.execute(insert(t.posting), [row | {"cost_kind": "standard", "basis": "standard"}])
    found = look(house)
    assert found is not None
    assert (found.rule, found.child_no) == (rule(8), row["child_no"])


def test_a_monthly_ledger_that_does_not_add_up_is_named(house: House):
    with house.tables.engine().begin() as connection:
        connection.execute(update(t.ledger_month).values(amount=t.ledger_month.c.amount + 1))
    found = look(house)
    assert found is not None
    assert found.rule == rule(9)


def test_tables_that_are_not_what_the_log_says_are_named(house: House):
    """Nothing in the row itself is wrong: only the log tells."""
    key, found = broken(house, [P.cost_kind == STAFF, P.ordinal == 0], cost_centre="C9")
    assert (found.rule, found.posting) == ("The tables show what the log says", key) or found.rule == rule(7)
    with house.tables.engine().begin() as connection:
        connection.execute(update(t.follower).values(position=t.follower.c.position + 5))
    with house.tables.reader().connect() as connection:
        ahead = check_tables(connection, house.recorder.log_store, quiet)
    assert ahead is not None
    assert "the tables are at position" in ahead.text


def test_a_gap_in_the_log_is_named(house: House):
    class WithGap(LogUpTo):
        def rows_after(self, *asked: Any, **more: Any) -> list[LogRow]:
            return [row for row in super().rows_after(*asked, **more) if row.position != 3]

    log = house.recorder.log_store
    found = check_log(WithGap(log, log.position()), quiet)
    assert found == Break("The log has no gap", "after position 2 comes 4", position=4)
