from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from costing_samples import FIGURES, needs_samples, table
from hypothesis import given
from hypothesis import strategies as st

from costing.apportion import split
from costing.money import minute_units, round_half_up
from costing.unit_costs import COMPONENTS, LETTERS, Schema, SchemaProblems


def schema(hours: str = "1636", ratio: str | None = None, **parts: str) -> Schema:
    amounts = {name: Decimal(parts[name]) if name in parts else None for name in COMPONENTS}
    return Schema(
        worker_type="social_worker",
        contract="employed",
        valid_from=date(2024, 4, 1),
        price_base="2024/25",
        hours=Decimal(hours),
        indirect_ratio=None if ratio is None else Decimal(ratio),
        **amounts,
    )


WORKED = schema(
    hours="1600", ratio="2.5", pay="40000", oncosts="9000.40", qualifications="6000", overheads="12000",
    capital="3000", travel="1500",
)  # fmt: skip


def test_a_worked_schema() -> None:
    """71,500.40 over 1,600 hours is 44.68775; 65,500.40 without qualifications is 40.93775."""
    assert WORKED.annual_cost() == Decimal("71500.40")
    assert WORKED.hour_pence() == 4469
    assert WORKED.hour_pence(with_qualifications=False) == 4094
    assert WORKED.client_hour_pence() == 15641  # 44.68775 x 3.5 = 156.407125
    assert WORKED.weights()["oncosts"] == 900_040
    assert schema(pay="1").client_hour_pence() is None


def test_the_parts_of_an_hour_re_add() -> None:
    hour = minute_units(WORKED.hour_pence()) * 60
    assert sum(split(hour, list(WORKED.weights().values()))) == hour


def test_a_component_finer_than_a_penny_keeps_its_weight() -> None:
    fine = schema(pay="100.005", oncosts="50")
    assert fine.weights()["pay"] * 50_000 == fine.weights()["oncosts"] * 100_005


@needs_samples
def test_published_schemas_tie() -> None:
    rows = table(FIGURES / "staff_unit_cost_schema.csv").filter(pl.col("schema_id").str.starts_with("HRB"))
    published: dict[str, dict[str, str | None]] = {}
    for schema_id, letter, value in rows.select("schema_id", "item_code", "value").iter_rows():
        published.setdefault(schema_id, {})[letter] = value
    assert len(published) == 4
    for items in published.values():
        parts = {name: value for name, letter in LETTERS.items() if (value := items[letter]) is not None}
        built = schema(hours=str(items["H"]), **parts)
        assert abs(built.annual_cost() - Decimal(str(items["G"]))) <= 1
        assert round_half_up(built.exact_hour() / 100) == int(str(items["J"]))
        assert round_half_up(Fraction(built.hour_pence(), 100)) == int(str(items["J"]))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SchemaProblems) as caught:
        Schema(
            worker_type=" ",
            contract="zero hours",
            valid_from=date(2024, 4, 1),
            price_base="",
            pay=Decimal(-1),
            oncosts=Decimal("NaN"),
            qualifications=None,
            overheads=None,
            capital=None,
            travel=None,
            hours=Decimal(0),
            indirect_ratio=Decimal(-2),
        )
    assert len(caught.value.problems) == 8
    assert "A, pay, must be an amount of pounds a year, zero or more." in caught.value.problems


@given(st.lists(st.decimals(0, 10**6, places=2), min_size=6, max_size=6).filter(any), st.integers(1, 3000))
def test_j_is_g_over_h_to_the_penny(amounts: list[Decimal], hours: int) -> None:
    parts = {name: str(amount) for name, amount in zip(COMPONENTS, amounts, strict=True)}
    built = schema(hours=str(hours), **parts)
    assert abs(Fraction(built.hour_pence()) - Fraction(sum(amounts)) * 100 / hours) <= Fraction(1, 2)
    assert list(built.weights().values()) == [int(amount * 100) for amount in amounts]
