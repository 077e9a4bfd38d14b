"""An authority's own kinds of work: what may be stated of them, and what holds on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from costing.vocabulary import kind, kinds
from recorder.domain.facts import Refused
from recorder.domain.kinds import KindDefined, KindFact, KindRetired, KindsByDay, decide_kind, kinds_on

START = date(2026, 4, 1)
RETIRED = date(2026, 9, 1)
SIBLINGS = KindDefined(
    code="D1H.SIB",
    parent="D1H",
    label="Visit with siblings",
    definition="All seen together",
    valid_from=START,
    synonyms=("SV",),
    asks_seen=True,
    may_satisfy_visit_rule="if_seen",
)
NO_MORE = KindRetired(code="D1H.SIB", valid_from=RETIRED, reason="Not used")


def problems(stated: list[KindFact], fact: KindFact) -> list[str]:
    """The fields that are wrong with a statement."""
    with pytest.raises(Refused) as refused:
        decide_kind(stated, fact)
    return [field for field, _ in refused.value.problems]


def test_given_nothing_when_a_kind_is_defined_then_it_holds_from_its_day() -> None:
    stated = [decide_kind([], SIBLINGS)]
    assert "D1H.SIB" not in {each.code for each in kinds_on(stated, START - timedelta(days=1))}
    held = next(each for each in kinds_on(stated, START) if each.code == "D1H.SIB")
    assert (held.label, held.kind_class, held.offered, held.direct) == ("Visit with siblings", "direct", True, True)


def test_given_a_kind_when_it_is_retired_then_it_is_not_offered_and_keeps_its_words() -> None:
    stated: list[KindFact] = [SIBLINGS, NO_MORE]
    assert decide_kind([SIBLINGS], NO_MORE) == NO_MORE
    before, after = (KindsByDay(stated).kind("D1H.SIB", day) for day in (RETIRED - timedelta(days=1), RETIRED))
    assert before is not None
    assert after is not None
    assert (before.offered, after.offered) == (True, False)
    assert after.label == before.label == "Visit with siblings"
    assert after.may_satisfy_visit_rule == "if_seen"


def test_given_a_retired_kind_when_it_is_defined_again_then_it_is_offered_again() -> None:
    again = replace(SIBLINGS, valid_from=date(2026, 10, 1))
    stated: list[KindFact] = [SIBLINGS, NO_MORE, again]
    assert decide_kind([SIBLINGS, NO_MORE], again) == again
    days = (date(2026, 8, 31), date(2026, 9, 1), date(2026, 10, 1))
    assert [KindsByDay(stated).on(day)["D1H.SIB"].offered for day in days] == [True, False, True]


def test_given_own_words_for_a_shipped_kind_then_its_class_and_place_stay() -> None:
    own = replace(SIBLINGS, code="D1H", parent="D1", label="Stat visit")
    held = KindsByDay([decide_kind([], own)]).on(START)["D1H"]
    assert (held.label, held.kind_class, held.parent) == ("Stat visit", "direct", "D1")
    assert problems([], replace(own, parent="D2")) == ["parent"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"parent": "Z9", "code": "Z9.SIB"}, ["parent"]),
        ({"code": "D1H.sib"}, ["mark"]),
        ({"code": "D1H.NINEMARKS"}, ["mark"]),
        ({"label": " "}, ["label"]),
        ({"label": "x" * 81}, ["label"]),
        ({"label": "court HEARING"}, ["label"]),
        ({"definition": ""}, ["definition"]),
        ({"synonyms": ("x" * 41,)}, ["synonyms"]),
        ({"may_satisfy_visit_rule": "often"}, ["may_satisfy_visit_rule"]),
        ({"asks_seen": False}, ["asks_seen"]),
        ({"asks_seen": False, "may_satisfy_visit_rule": "local"}, ["asks_seen"]),
        ({"code": "I3.OWN", "parent": "I3"}, ["may_satisfy_visit_rule"]),
        ({"code": "D6C.OWN", "parent": "D6C"}, ["may_satisfy_visit_rule"]),
        ({"code": "A1.OWN", "parent": "A1", "may_satisfy_visit_rule": "no"}, ["parent"]),
        ({"label": "", "definition": "", "synonyms": ("x" * 41,)}, ["label", "definition", "synonyms"]),
    ],
)
def test_a_kind_that_cannot_be_is_refused_with_every_problem(changes: dict[str, object], wrong: list[str]) -> None:
    assert problems([], replace(SIBLINGS, **changes)) == wrong


def test_only_what_is_offered_can_be_retired_and_for_a_reason() -> None:
    assert problems([SIBLINGS], replace(NO_MORE, reason=" ")) == ["reason"]
    assert problems([SIBLINGS], replace(NO_MORE, valid_from=date(2026, 3, 31))) == ["code"]
    assert problems([SIBLINGS, NO_MORE], NO_MORE) == ["code"]
    assert problems([], replace(NO_MORE, code="D7")) == ["code"]
    assert problems([], replace(NO_MORE, code="A1")) == ["code"]


def test_a_code_is_read_on_days_before_it_was_defined_and_one_that_never_was_is_not() -> None:
    held = KindsByDay([SIBLINGS])
    early = held.kind("D1H.SIB", date(2020, 1, 1))
    assert early is not None
    assert early.may_satisfy_visit_rule == kind("D1H").may_satisfy_visit_rule
    assert held.kind("Z9", START) is None


_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
_STATED = st.lists(
    st.builds(lambda day, label: replace(SIBLINGS, valid_from=day, label=label), _DAYS, st.sampled_from("ABC"))
    | st.builds(lambda day: replace(NO_MORE, valid_from=day), _DAYS),
    max_size=6,
)


@given(_STATED, _DAYS)
def test_each_day_by_itself_is_as_the_days_together(stated: list[KindFact], day: date) -> None:
    assert tuple(KindsByDay(stated).on(day).values()) == kinds_on(stated, day)
    assert {each.code for each in kinds()} <= set(KindsByDay(stated).on(day))
