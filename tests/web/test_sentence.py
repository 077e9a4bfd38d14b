"""A sentence about a piece of work is taken apart as the worker meant it, or says what it did not understand."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from costing.vocabulary import kinds
from web.record.sentence import Named, Sentence, read_sentence

TODAY = date(2026, 11, 23)  # a Monday
KINDS = tuple(each for each in kinds() if each.offered)


def named(number: int, name: str, *others: str) -> Named:
    return Named(UUID(int=number), name, others)


A, B = named(1, "Child A"), named(2, "Child B")
ASHA, BEN, ASHA_K = named(3, "Asha Patel"), named(4, "Ben Patel"), named(5, "Asha King")
MAY = named(6, "May Monday")
CHILDREN = (A, B, ASHA, BEN, ASHA_K, MAY)
SAM, JO = named(10, "Sam Okoro"), named(11, "Jo Field")


def read(text: str, children: tuple[Named, ...] = CHILDREN) -> Sentence:
    return read_sentence(text, KINDS, children, (SAM, JO), TODAY)


def said(text: str) -> tuple[str, list[int], int | None, int | None, date | None]:
    found = read(text)
    return (
        found.kind.code if found.kind else "",
        [c.int for c in found.children],
        found.minutes,
        found.travel_minutes,
        found.on,
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("home visit Child A and B 50m travel 20m yesterday", ("D1H", [1, 2], 50, 20, date(2026, 11, 22))),
        ("HV Child A 75", ("D1H", [1], 75, None, None)),
        ("h/v Ben 1h15", ("D1H", [4], 75, None, None)),
        ("T/C Asha King 10 min", ("D3", [5], 10, None, None)),
        ("20m travel, dw with Ben Patel 1:15", ("D4", [4], 75, 20, None)),
        ("case notes Ben 1.25h friday", ("I3", [4], 75, None, date(2026, 11, 20))),
        ("court Child A 3 hours 3 November", ("D9", [1], 180, None, date(2026, 11, 3))),
        ("core group Child B 90 19/11", ("D6C", [2], 90, None, date(2026, 11, 19))),
        ("hmoe vsit Ben 30m", ("D1H", [4], 30, None, None)),
        ("CLA review Child A 1 hour 30 travel 45 minutes", ("D6R", [1], 90, 45, None)),
    ],
)
def test_a_sentence_fills_the_form(text: str, meant: object) -> None:
    assert said(text) == meant


def test_a_family_is_all_its_children() -> None:
    assert {c.int for c in read("HV the Patels 1h").children} == {3, 4}
    assert {c.int for c in read("HV Patel children 1h").children} == {3, 4}


def test_a_first_name_of_two_children_is_a_question() -> None:
    found = read("HV Asha 1h")
    assert not found.children
    assert [{c.id.int for c in question.candidates} for question in found.questions] == [{3, 5}]


def test_a_colleague_comes_after_with_and_has_no_child_s_place() -> None:
    found = read("home visit Ben with Sam and Jo Field 45m")
    assert [c.int for c in found.children] == [4]
    assert [c.int for c in found.colleagues] == [10, 11]


def test_nobody_in_and_seen_alone() -> None:
    assert read("HV Ben no reply 20m").outcome == "not_in"
    assert read("HV Ben 20m seen alone").seen == "alone"
    assert read("HV Ben 20m cancelled").outcome == "cancelled"


def test_miles_are_no_minutes() -> None:
    found = read("HV Ben 40m travel 25m 12 miles")
    assert (found.minutes, found.travel_minutes, found.miles) == (40, 25, "12")


def test_what_is_not_understood_is_said() -> None:
    found = read("HV Ben 20m zebra")
    assert found.left == ("zebra",)
    assert read("").kind is None


def test_a_time_that_is_not_given_is_not_known() -> None:
    assert read("HV Ben").minutes is None


def test_a_child_named_like_a_day_needs_the_whole_name() -> None:
    assert [c.int for c in read("HV May Monday 20m").children] == [6]
