from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.inference import InferenceTable, Rule, RuleProblems, infer, infer_one, shipped_table, with_own_rules
from costing.processes import UnknownProcess, process, process_name, processes
from costing.vocabulary import kinds

DAY = date(2024, 6, 1)

# kind, open frameworks, process
READINGS = """
D1H   CLA          CLA3
D1H   CIN          CIN3
D1H   CAF          CAF5
D1H   CLA CIN      CLA3
D1H   CIN CAF      CIN3
D1H   -            unassigned
D6R   CLA          CLA6
D6R   CIN          CIN6
D6R   CAF          CAF4
D6C   CLA          CLA2
D6C   CIN          CIN6
D6S   CLA CIN      CIN7
D6S   -            CIN7
D4E   CLA CIN      CIN7
D4E   -            CIN7
D6L   CIN          CIN8
D6P   CLA          CLA5
D9    CLA CIN      CLA7
I4A   CLA CIN      CLA2
I4A   CIN          CIN2
I4P   CLA CIN      CLA2
I4A   CLA          CLA2
I4C   CLA          CLA7
I4R   CLA CIN      CLA6
I5    CLA          CLA5
I5    CIN          CLA1
I5    -            CLA1
I3    CIN          CIN3
T     CLA          CLA3
N1    CLA          none
A1    -            none
XX    CLA          unassigned
"""


def reading(line: str) -> tuple[str, set[str], str]:
    code, *frameworks, wanted = line.split()
    return code, set(frameworks), "" if wanted == "none" else wanted


@pytest.mark.parametrize("line", READINGS.strip().splitlines())
def test_the_shipped_table(line: str) -> None:
    code, frameworks, wanted = reading(line)
    flags = {f"{name.lower()}_open": name in frameworks for name in ("CLA", "CIN", "CAF")}
    assert infer_one(code, DAY, **flags) == wanted


CHANGED = InferenceTable(
    "test",
    (
        Rule("D", "CLA", "CLA3", valid_to=date(2024, 4, 1)),
        Rule("D", "CLA", "CLA2", valid_from=date(2024, 4, 1)),
        Rule("D", "any", "CIN1", valid_from=date(2025, 1, 1)),
    ),
)


def test_rules_change_on_a_date() -> None:
    def asked(day: date, *, cla_open: bool) -> str:
        return CHANGED.infer_one("D1H", day, cla_open=cla_open, cin_open=False, caf_open=False)

    assert asked(date(2024, 3, 31), cla_open=True) == "CLA3"
    assert asked(date(2024, 4, 1), cla_open=True) == "CLA2"
    assert asked(date(2024, 4, 1), cla_open=False) == "unassigned"
    assert asked(date(2025, 1, 1), cla_open=False) == "CIN1"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*(kind.code for kind in kinds()), "XX"]),
            st.dates(date(2024, 1, 1), date(2025, 12, 31)),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        )
    )
)
def test_columns_agree_with_one_by_one(rows: list[tuple[str, date, bool, bool, bool]]) -> None:
    schema = {
        "kind": pl.String,
        "service_date": pl.Date,
        "cla_open": pl.Boolean,
        "cin_open": pl.Boolean,
        "caf_open": pl.Boolean,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    for table in (CHANGED, shipped_table()):
        one_by_one = [
            table.infer_one(kind, day, cla_open=cla, cin_open=cin, caf_open=caf) for kind, day, cla, cin, caf in rows
        ]
        assert infer(frame, table).to_list() == one_by_one


def test_a_null_is_not_open() -> None:
    frame = pl.DataFrame(
        {"kind": ["D1H"], "service_date": [DAY], "cla_open": [None], "cin_open": [True], "caf_open": [None]},
        schema_overrides={"cla_open": pl.Boolean, "caf_open": pl.Boolean},
    )
    assert infer(frame).to_list() == ["CIN3"]


def test_all_problems_of_a_table_are_told_at_once() -> None:
    with pytest.raises(RuleProblems) as caught:
        InferenceTable(
            "test",
            (
                Rule("ZZ", "CLA", "CLA3"),
                Rule("D", "CLA", "CLA9"),
                Rule("D", "CPP", "CLA3"),
                Rule("I", "CLA", "CLA3", valid_from=date(2024, 1, 1)),
                Rule("I", "CLA", "CLA2"),
                Rule("T", "CLA", "CLA2", valid_from=date(2024, 1, 1), valid_to=date(2024, 1, 1)),
            ),
        )
    assert len(caught.value.problems) == 5


def test_three_frameworks() -> None:
    assert {name: len(processes(name)) for name in ("CLA", "CIN", "CAF")} == {"CLA": 8, "CIN": 8, "CAF": 6}
    assert {each.unit for each in processes()} == {"occurrence", "month", "day"}
    assert process("CIN3").unit == "month"
    assert process_name("unassigned") == "Not assigned to a process"
    with pytest.raises(UnknownProcess, match="CLA9"):
        process("CLA9")


def test_own_rules_hold_for_their_days_and_the_shipped_ones_before_and_after() -> None:
    table = with_own_rules([
        Rule("D", "CLA", "CLA2", date(2024, 4, 1), date(2024, 6, 1), "own 1"),
        Rule("D", "CLA", "OURS", date(2025, 4, 1), None, "own 2"),
    ])  # fmt: skip
    days = (date(2024, 3, 31), date(2024, 4, 1), date(2024, 6, 1), date(2025, 4, 1))
    asked = pl.DataFrame({"kind": ["D1H"] * 4, "service_date": days}).with_columns(
        cla_open=pl.lit(value=True), cin_open=pl.lit(value=True), caf_open=pl.lit(value=False)
    )
    found = table.infer_with_rule(asked)
    assert found["process"].to_list() == ["CLA3", "CLA2", "CLA3", "OURS"]
    assert found["rule"].to_list() == ["2026.1", "own 1", "2026.1", "own 2"]
    assert table.version.startswith("2026.1 with rules of the authority, ")


def test_own_rules_that_meet_are_refused() -> None:
    with pytest.raises(RuleProblems, match="two rules for the same days"):
        with_own_rules([Rule("D", "CLA", "CLA2", DAY, None, "own 1"), Rule("D", "CLA", "CLA6", DAY, None, "own 2")])
