"""Which visits a piece of work counts as: by kind, contact, outcome, and who was seen."""

from dataclasses import replace

import pytest

from costing.visit_rules import (
    CLOCKS,
    IN_NEED,
    LOOKED_AFTER,
    PROTECTION,
    Answer,
    Work,
    answer,
    clocks_running,
    never_a_visit,
)
from costing.vocabulary import kind, kinds

SEEN = Work(seen=True)


@pytest.mark.parametrize(
    ("code", "work", "because"),
    [
        ("D1H", Work(seen=True, seen_alone=True), "+seen_alone"),
        ("D1H", SEEN, "+seen"),
        ("D1O", SEEN, "+seen"),
        ("D4", Work(seen=True, contact="in_person"), "+seen"),
        ("D1H", Work(seen=False), "not_seen"),
        ("D1H", Work(), "seen_not_said"),
        ("D1H", Work(outcome="not_in", seen=True), "not_in"),
        ("D1H", Work(outcome="cancelled"), "cancelled"),
        ("D1H", Work(contact="phone", seen=True), "contact"),
        ("D1H", Work(contact="written", seen=True), "contact"),
        ("D1H", Work(contact="virtual", seen=True), "virtual"),
        ("D2", SEEN, "policy_not_stated"),
        ("D3", SEEN, "kind"),
        ("D6C", SEEN, "kind"),
        ("D7", SEEN, "kind"),
        ("I3", SEEN, "kind"),
    ],
)
def test_the_shipped_kinds_count_as_what_came_of_the_work(code: str, work: Work, because: str) -> None:
    expected = Answer(because.startswith("+"), because.removeprefix("+"))
    assert {answer(clock, kind(code), work, stated=False) for clock in CLOCKS} == {expected}


def test_what_local_policy_says_counts_for_its_own_intervals_and_not_for_those_of_the_law() -> None:
    virtual = kind("D2")
    found = {clock.code: answer(clock, virtual, SEEN, stated=True) for clock in CLOCKS}
    assert found == {
        "looked_after": Answer(counts=False, because="policy_only"),
        "protection": Answer(counts=True, because="seen"),
        "in_need": Answer(counts=True, because="seen"),
    }
    said = replace(virtual, may_satisfy_visit_rule="if_seen")
    assert answer(LOOKED_AFTER, said, Work(contact="virtual", seen=True), stated=True).counts


def test_a_core_group_is_no_visit_whatever_is_said_of_its_kind() -> None:
    own = replace(kind("D6C.OWN"), may_satisfy_visit_rule="if_seen")
    assert answer(PROTECTION, own, SEEN, stated=True) == Answer(counts=False, because="kind")
    assert never_a_visit("D6S.X")
    assert never_a_visit("Z9")
    assert {each.code for each in kinds() if each.may_satisfy_visit_rule != "no" and never_a_visit(each.code)} == set()


@pytest.mark.parametrize(
    ("looked_after", "on_plan", "in_need", "running"),
    [
        (True, True, True, (LOOKED_AFTER, PROTECTION)),
        (True, False, True, (LOOKED_AFTER,)),
        (False, True, True, (PROTECTION,)),
        (False, False, True, (IN_NEED,)),
        (False, False, False, ()),
    ],
)
def test_the_clocks_of_a_day(*, looked_after: bool, on_plan: bool, in_need: bool, running: tuple[object, ...]) -> None:
    assert clocks_running(looked_after=looked_after, on_plan=on_plan, in_need=in_need) == running
