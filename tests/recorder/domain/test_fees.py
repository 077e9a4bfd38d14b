"""A placement fee: what may be agreed, and what is refused in which words."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from recorder.domain.rates import FeeAgreed, FeeDetails, decide_fee
from tests.recorder.domain.given import given_nothing

LESS_THAN_NOTHING = ("total_weekly_cost", "The weekly cost cannot be less than nothing")
NOT_ADDING_UP = ("total_weekly_cost", "The shares of social care, education and health do not add up to it")
BACKWARDS = ("valid_to", "The fee ends before it starts")
STARTS = date(2026, 2, 1)


def share_of(funder: str) -> str:
    return f"The share of {funder} cannot be less than nothing"


def said(**other: Any) -> dict[str, Any]:
    """480.00 a week, a quarter of it paid by education."""
    fee = {"child": UUID(int=1), "valid_from": STARTS, "weekly": 48_000, "social_care": 36_000, "education": 12_000}
    return fee | other


def agreeing(**other: Any):
    return lambda _: decide_fee(FeeDetails(**said(**other)))


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"valid_to": date(2026, 2, 2)},
        {"weekly": 0, "social_care": 0, "education": 0},
        {"placement_ref": "P1", "place": "U6", "provider": "PR1", "urn": "SC1", "health": 1, "weekly": 48_001},
    ],
)
def test_a_fee_is_agreed_as_it_was_said(other: dict[str, Any]):
    given_nothing().when(agreeing(**other)).then(FeeAgreed(**said(**other)))


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"weekly": 48_001}, [NOT_ADDING_UP]),
        ({"health": -1}, [("health", share_of("health")), NOT_ADDING_UP]),
        ({"social_care": -1, "education": 48_001}, [("social_care", share_of("social care"))]),
        ({"social_care": 48_001, "education": -1}, [("education", share_of("education"))]),
        ({"valid_to": STARTS}, [BACKWARDS]),
        ({"valid_to": date(2026, 1, 31)}, [BACKWARDS]),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any], problems: list[tuple[str, str]]):
    given_nothing().when(agreeing(**wrong)).refused(*problems)


def test_every_problem_is_said_at_once():
    wrong = {"weekly": -1, "social_care": -2, "education": 0, "valid_to": STARTS}
    given_nothing().when(agreeing(**wrong)).refused(
        LESS_THAN_NOTHING, ("social_care", share_of("social care")), NOT_ADDING_UP, BACKWARDS
    )
