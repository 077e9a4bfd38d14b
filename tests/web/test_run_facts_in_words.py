"""What a line of a child's report rests on, in words: one row of each kind of fact, and what no table holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Date, Integer, LargeBinary, Table, create_engine, insert

from projections import tables as t
from web.runs.rested import facts_in_words

DAY, LATER = date(2025, 6, 2), date(2025, 9, 30)
# id, the row, and what is said of it
FACTS: dict[str, tuple[dict[str, Any], str]] = {
    "episode:1": ({"decom": DAY, "dec": LATER, "place": "U6"}, "Episode of care 2 June 2025 to 30 September 2025: "),
    "episode:2": ({"decom": DAY, "dec": None, "place": "K2"}, "Episode of care from 2 June 2025: "),
    "episode:3": ({"decom": DAY, "place": "U6", "withdrawn": True}, "Episode of care from 2 June 2025: "),
    "review:4": ({"held_on": DAY}, "Review held on 2 June 2025"),
    "review:5": ({"held_on": DAY, "withdrawn": True}, "Review held on 2 June 2025 (withdrawn since)"),
    "activity:6": ({"kind": "D1H", "service_date": DAY}, "Visit at home or placement on 2 June 2025"),
    "fee:7": ({"weekly_pence": 700_50, "valid_from": DAY, "valid_to": None}, "Fee of £700.50 a week, from 2 June 2025"),
    "referral:8": ({"referred_on": DAY}, "Referral of 2 June 2025"),
    "assessment:9": ({"starts": DAY}, "Assessment of 2 June 2025"),
    "section47:10": ({"starts": DAY}, "Section 47 enquiry of 2 June 2025"),
    "cin_plan:11": ({"starts": DAY}, "Child in need plan of 2 June 2025"),
    "cp_plan:12": ({"starts": DAY}, "Child protection plan of 2 June 2025"),
    "need:13": ({"starts": DAY}, "Need of 2 June 2025"),
    "early_help:14": ({"intended": DAY}, "Early help of 2 June 2025"),
}


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    t.metadata.create_all(engine)
    with engine.connect() as connection:
        for name, (said, _) in FACTS.items():
            kind, number = name.split(":")
            table = t.metadata.tables[kind]
            connection.execute(insert(table), _row(table, said | {f"{kind}_no": int(number)}))
        yield connection
    engine.dispose()


def _row(table: Table, said: dict[str, Any]) -> dict[str, Any]:
    """A row with something in every column that must not be empty."""
    row = dict(said)
    for column in table.c:
        if column.name in row or column.nullable:
            continue
        row[column.name] = _something(column.type, said)
    return row


def _something(kind: Any, said: dict[str, Any]) -> Any:
    if isinstance(kind, Date):
        return LATER
    if isinstance(kind, LargeBinary):
        return str(sorted(said.items(), key=str)).encode()
    return False if isinstance(kind, Boolean) else 0 if isinstance(kind, Integer) else ""


def test_each_kind_of_fact_is_told(connection: Connection):
    said = facts_in_words(connection, FACTS)
    for name, (_, words) in FACTS.items():
        if name.startswith("episode"):
            assert said[name].startswith(words), name
        else:
            assert said[name] == words, name
    assert said["episode:3"].endswith(" (withdrawn since)")
    assert said["episode:1"] != said["episode:2"].replace("from 2 June 2025", "2 June 2025 to 30 September 2025")


def test_what_no_table_holds_stays_what_it_is_called(connection: Connection):
    said = facts_in_words(connection, ["review:99", "section47:98", "weather:3", "posting:x", "alone"])
    assert said == {
        "review:99": "Review 99", "section47:98": "Section 47 enquiry 98", "weather:3": "Weather 3",
        "posting:x": "Posting x", "alone": "Alone",
    }  # fmt: skip


def test_nothing_is_asked_of_the_database_for_nothing(connection: Connection):
    assert facts_in_words(connection, []) == {}
