"""Rates above the authority's limits wait for a second person: proposed, approved by another, or refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recorder.application import Conflict, Recorder
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import AUTHORITY, derived_id, new_id
from recorder.domain.payments import AllowanceRateSet
from recorder.domain.rate_changes import Change, Limits, RateProposed, exceeded
from recorder.domain.rates import FeeAgreed, FeeAmended, FeeDetails, SchemaPublished
from recorder.rate_changes import (
    approve_rates,
    limits_in_force,
    proposal,
    proposals,
    propose_rates,
    refuse_rates,
    state_rates,
)
from recorder.settings import change_setting
from tests.recorder.desk_store import Office

ANN, BEA = (Provenance(by=name, source="form") for name in ("ann", "bea"))
CHILD = derived_id(new_id(), "child", "one")
FEE = FeeDetails(child=CHILD, placement_ref="P1", valid_from=date(2026, 2, 1), weekly=90_000, social_care=90_000)
PRICE = SchemaPublished(
    worker_type="social_worker", contract="employed", valid_from=date(2026, 4, 1), price_base="2026/27",
    salary=4_000_000, oncosts=1, overheads=2, capital=3, hours_hundredths=150_000,
)  # fmt: skip
BOTH = RateProposed(fees=(FEE,), schemas=(PRICE,), above=("week",), note="New contract")
FEE_STREAM = derived_id(CHILD, "fee", "P1 2026-02-01")


@pytest.fixture
def recorder(any_office: Office) -> Recorder:
    return any_office.recorder


def bodies(recorder: Recorder, stream: Any) -> list[Any]:
    return [event.body for event in recorder.history(stream)]


def test_a_proposal_states_no_rate_until_somebody_else_approves_it(recorder: Recorder):
    # given
    number = new_id()
    propose_rates(recorder, number, BOTH, ANN)
    assert bodies(recorder, FEE_STREAM) == []
    assert [each.standing for each in proposals(recorder)] == ["waiting"]
    # when
    approve_rates(recorder, number, new_id(), BEA)
    # then
    (fee,) = recorder.history(FEE_STREAM)
    assert isinstance(fee.body, FeeAgreed)
    assert (fee.body.weekly, fee.provenance.by, fee.subject) == (90_000, "bea", CHILD)
    held = proposal(recorder, number)
    assert held is not None
    assert (held.standing, held.said.provenance.by) == ("approved", "ann")
    (price,) = [each for page in recorder.log_store.pages(0, 100, [SchemaPublished.topic]) for each in page]
    assert price.version == 1


def test_who_proposed_rates_cannot_approve_them(recorder: Recorder):
    number = new_id()
    propose_rates(recorder, number, BOTH, ANN)
    with pytest.raises(Refused, match="Somebody else has to approve them"):
        approve_rates(recorder, number, new_id(), ANN)
    with pytest.raises(Refused, match="Somebody else"):
        approve_rates(recorder, number, new_id(), Provenance())
    assert bodies(recorder, FEE_STREAM) == []


def test_approved_once_they_are_settled_however_often_it_is_sent(recorder: Recorder):
    number, sent = new_id(), new_id()
    propose_rates(recorder, number, BOTH, ANN)
    approve_rates(recorder, number, sent, BEA)
    assert approve_rates(recorder, number, sent, BEA).repeated
    for act in (lambda: approve_rates(recorder, number, new_id(), BEA),
                lambda: refuse_rates(recorder, number, new_id(), "late", BEA)):  # fmt: skip
        with pytest.raises(Refused, match="approved already"):
            act()
    assert len(bodies(recorder, FEE_STREAM)) == 1


def test_refused_rates_never_hold_and_the_reason_is_needed(recorder: Recorder):
    number = new_id()
    propose_rates(recorder, number, BOTH, ANN)
    with pytest.raises(Refused, match="Enter why"):
        refuse_rates(recorder, number, new_id(), "  ", BEA)
    refuse_rates(recorder, number, new_id(), "Not what was agreed", ANN)
    with pytest.raises(Refused, match="refused already"):
        approve_rates(recorder, number, new_id(), BEA)
    assert bodies(recorder, FEE_STREAM) == []


def test_rates_within_the_limits_are_stated_at_once_and_once(recorder: Recorder):
    sent = new_id()
    first = state_rates(recorder, sent, BOTH, ANN)
    assert state_rates(recorder, sent, BOTH, ANN) == first._replace(repeated=True)
    assert len(bodies(recorder, FEE_STREAM)) == 1
    with pytest.raises(Conflict):
        state_rates(recorder, sent, RateProposed(fees=(FEE,), schemas=(msg_with(PRICE, salary=5),)), ANN)


def test_the_same_fee_from_the_same_day_again_amends_it(recorder: Recorder):
    state_rates(recorder, new_id(), RateProposed(fees=(FEE,)), ANN)
    state_rates(recorder, new_id(), RateProposed(fees=(msg_with(FEE, weekly=95_000, social_care=95_000),)), ANN)
    first, second = bodies(recorder, FEE_STREAM)
    assert isinstance(second, FeeAmended)
    assert (first.weekly, second.weekly) == (90_000, 95_000)


def test_every_problem_of_every_rate_is_told_at_once(recorder: Recorder):
    bad = msg_with(FEE, weekly=1, social_care=90_000, valid_to=date(2026, 1, 1))
    with pytest.raises(Refused) as told:
        propose_rates(recorder, new_id(), RateProposed(fees=(bad, bad), note="x" * 201), ANN)
    said = [text for _, text in told.value.problems]
    assert len(said) == 4
    with pytest.raises(Refused, match="no rate"):
        state_rates(recorder, new_id(), RateProposed(), ANN)


RATE = AllowanceRateSet(what="adoption", region="London", age_band="5-10", pence=70_00, valid_from=date(2026, 1, 1))
RATES = derived_id(AUTHORITY, "allowances", "rates")


def test_rates_of_allowances_follow_each_other_in_one_stream_once_approved(recorder: Recorder):
    state_rates(recorder, new_id(), RateProposed(allowances=(RATE,)), ANN)
    both = tuple(msg_with(RATE, pence=pence, age_band=band) for pence, band in ((140_00, "5-10"), (90_00, "11-15")))
    number = new_id()
    propose_rates(recorder, number, RateProposed(allowances=both), ANN)
    assert bodies(recorder, RATES) == [RATE]
    approve_rates(recorder, number, new_id(), BEA)
    assert bodies(recorder, RATES) == [RATE, *both]
    held = proposal(recorder, number)
    assert held is not None
    assert held.settled is not None
    assert held.settled.body.stated == 2


def test_a_rate_of_an_allowance_is_refused_with_every_problem(recorder: Recorder):
    with pytest.raises(Refused) as told:
        state_rates(recorder, new_id(), RateProposed(allowances=(msg_with(RATE, region=""), RATE, RATE)), ANN)
    said = [text for _, text in told.value.problems]
    assert said == ["Row 1: Enter the region", "The same rate is given twice from the same day"]


LIMITS = Limits(week_pence=50_000, hour_pence=500, effect_units=1_000, allowance_pence=2_000)


@pytest.mark.parametrize(
    ("changes", "moved", "above"),
    [
        ([Change("week", 100_000, 150_000)], 0, ()),
        ([Change("week", 100_000, 150_001)], 0, ("week",)),
        ([Change("week", 150_001, 100_000)], 0, ("week",)),
        ([Change("week", None, 50_001)], 0, ("week",)),
        ([Change("hour", 4_000, 4_500)], 0, ()),
        ([Change("hour", 4_000, 4_501)], 1_001, ("effect", "hour")),
        ([Change("hour", None, 4_501)], 1_000, ()),
        ([Change("allowance", 20_000, 22_000)], 0, ()),
        ([Change("allowance", 20_000, 17_999)], 0, ("allowance",)),
        ([Change("allowance", None, 20_000)], 0, ()),
    ],
)
def test_a_change_above_a_limit_needs_a_second_person(changes: list[Change], moved: int, above: tuple[str, ...]):
    assert exceeded(LIMITS, changes, moved) == above
    assert exceeded(Limits(None, None, None), changes, moved) == ()


def test_the_limits_are_settings_with_a_date(recorder: Recorder):
    assert limits_in_force(recorder) == Limits(500_00, 5_00, 10_000 * 42_000, 50_00)
    change_setting(recorder, "approval_week_pence", None, date(2026, 1, 1), ANN)
    change_setting(recorder, "approval_hour_pence", 1_00, date(2099, 1, 1), ANN)
    assert limits_in_force(recorder) == Limits(None, 5_00, 10_000 * 42_000, 50_00)


def msg_with(body: Any, **changes: Any) -> Any:
    """The same body with other values."""
    return type(body)(**{name: getattr(body, name) for name in body.__struct_fields__} | changes)
