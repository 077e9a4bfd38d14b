"""Needs and marks from stored facts: what the census, the return's outcomes and recorded work show of a child."""

from __future__ import annotations

from datetime import date

import pytest

from costing.care_facts import ChildFacts
from costing.pathway import occurrences_in, pathway
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import LiveCosts, costs_as_at
from recorder.activities import RecordActivity, record
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.care import ReturnRowStated
from recorder.domain.facts import Body
from recorder.domain.ids import new_id, worker_id
from recorder.domain.services import CpPlanStated, DisabilitiesStated, ReferralStated, Section47Stated
from recorder.domain.staff import WorkerJoined
from recorder.store.log import to_micros
from tests.house import NOW, House
from tests.projections.test_care_facts import BY, register, state

FIRST, HORIZON = date(2024, 4, 1), date(2025, 3, 31)
REFERRED, ENQUIRY = date(2024, 5, 1), date(2024, 5, 10)


def one_child(house: House, *bodies: Body, work: tuple[tuple[str, date, str], ...] = ()) -> ChildFacts:
    """The facts of a child of whom this is stated and this work (kind, day, outcome) recorded."""
    child = register(house, "one", "2012-02-29")
    for body in bodies:
        said = type(body)(**{name: getattr(body, name) for name in body.__struct_fields__} | {"child": child})
        state(house.recorder, said, subject=child)
    state(house.recorder, WorkerJoined(reference="W1", name="Worker"), worker_id("W1"))
    for kind, on, outcome in work:
        details = ActivityDetails(
            kind=kind, direct=True, on=on, outcome=outcome, workers=(WorkerLine(worker=worker_id("W1"), minutes=60),),
            children=(ChildLine(child=child),),
        )  # fmt: skip
        record(house.recorder, RecordActivity(activity_id=new_id(), details=details, provenance=BY))
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        (found,), _ = child_facts(LiveCosts(connection), house.recorder.keys)
    assert child_facts(costs_as_at(house.recorder.log_store, to_micros(NOW)), house.recorder.keys)[0] == (found,)
    return found


ANY = new_id()
CASE = ReferralStated(child=ANY, referred_on=REFERRED)
SECTION47 = Section47Stated(child=ANY, referred_on=REFERRED, starts=ENQUIRY)


@pytest.mark.parametrize(
    ("work", "picked"),
    [
        ((), ()),
        ((("D6S", ENQUIRY, "held"),), ("strategy",)),
        ((("D4E", date(2024, 5, 13), "held"),), ("abe",)),
        ((("D6S", ENQUIRY, "held"), ("D4E", date(2024, 5, 13), "held")), ("abe",)),
        # A meeting that was called off shows nothing, nor does one weeks before.
        ((("D6S", ENQUIRY, "cancelled"),), ()),
        ((("D6S", date(2024, 4, 10), "held"),), ()),
    ],
)
def test_recorded_work_shows_what_an_enquiry_had(
    house: House, work: tuple[tuple[str, date, str], ...], picked: tuple[str, ...]
) -> None:
    facts = one_child(house, CASE, SECTION47, work=work)
    found = [part.occurrence for part in occurrences_in(pathway(facts, HORIZON), FIRST, HORIZON)]
    (enquiry,) = [each for each in found if each.process == "CIN7" and each.starts == ENQUIRY]
    assert tuple(each.split("_")[0] for each in enquiry.variations) == picked
    assert len(enquiry.facts) == 1 + len(work) * bool(picked)


@pytest.mark.parametrize(("target", "met"), [(None, None), (date(2024, 5, 31), True)])
def test_a_target_for_the_conference_shows_a_strategy_discussion(
    house: House, target: date | None, met: bool | None
) -> None:
    aimed = Section47Stated(child=ANY, referred_on=REFERRED, starts=ENQUIRY, conference_target=target)
    (enquiry,) = one_child(house, CASE, aimed).cases[0].enquiries
    assert enquiry.strategy_meeting is met


def test_a_conviction_counts_for_its_return_year(house: House) -> None:
    rows = [
        ReturnRowStated(child=ANY, table="oc2", return_year=year, values={"CONVICTED": said})
        for year, said in (("2022/23", "0"), ("2023/24", "1"), ("2024/25", ""))
    ]
    (need,) = one_child(house, *rows).needs
    assert (need.flag, need.starts, need.ends) == ("offending", date(2023, 4, 1), date(2024, 4, 1))
    assert need.id.startswith("return_row:")


@pytest.mark.parametrize(("codes", "flags"), [(("NONE",), []), (("HAND", "VIS"), ["disability"])])
def test_disabilities_of_the_census(house: House, codes: tuple[str, ...], flags: list[str]) -> None:
    facts = one_child(house, DisabilitiesStated(child=ANY, codes=codes, return_year="2024/25"))
    assert [(each.flag, each.starts) for each in facts.needs] == [(flag, FIRST) for flag in flags]


def test_a_protection_plan_is_a_need_with_its_referral_and_without(house: House) -> None:
    plan = CpPlanStated(child=ANY, starts=date(2024, 5, 20), ends=date(2024, 6, 30))
    before = CpPlanStated(child=ANY, starts=date(2023, 5, 20), ends=date(2023, 6, 30))
    facts = one_child(house, CASE, plan, before)
    assert [(each.flag, each.starts, each.ends) for each in facts.needs] == [
        ("cp_plan", date(2023, 5, 20), date(2023, 7, 1))
    ]
    assert [each.starts for each in facts.cases[0].protection_plans] == [date(2024, 5, 20)]
