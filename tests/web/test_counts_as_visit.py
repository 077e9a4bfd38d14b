"""An entry says whether it counts as a visit, and why; and it is one visit however many took part or corrected it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from msgspec.structs import replace

from costing.visit_rules import LOOKED_AFTER
from costing.vocabulary import kind
from projections.queries.names import child_numbers
from projections.queries.visits import Visit, clocks_on, visits_to
from recorder.domain.ids import derived_id, new_id
from recorder.domain.kinds import KindDefined, KindRetired
from recorder.domain.services import CpPlanStated, ReferralStated
from recorder.kinds import StateKind, state_kind
from tests.web.pages import Browser, Page, words
from tests.web.village import BEN, BY, RUBY, TOM, Village

SIBLINGS = KindDefined(
    code="D1H.SIB",
    parent="D1H",
    label="Visit with siblings",
    definition="All seen together",
    valid_from=date(2026, 3, 1),
    synonyms=("SV", "sib visit"),
    asks_seen=True,
    may_satisfy_visit_rule="if_seen",
)


def state(village: Village, *facts: KindDefined | KindRetired) -> None:
    for fact in facts:
        state_kind(village.house.recorder, StateKind(event_id=new_id(), fact=fact, provenance=BY))
    village.catch_up()


def record(ada: Browser, village: Village, kind: str, **answers: object) -> UUID:
    form = ada.get("/my-day")
    said = {"children": [str(RUBY)], "kind": kind, "minutes": "60", **answers}
    assert ada.send(form, said).status_code == 303
    village.catch_up()
    return UUID(form.fields()["activity_id"])


def said(page: Page) -> str:
    """What the page of an entry says to whether it counts."""
    keys = [words(each) for each in page.all("dt", class_="govuk-summary-list__key")]
    values = [words(each) for each in page.all("dd", class_="govuk-summary-list__value")]
    return dict(zip(keys, values, strict=True)).get("Counts as a visit", "")


def visits(village: Village, child: UUID) -> list[Visit]:
    with village.house.tables.reader().connect() as connection:
        number = child_numbers(connection, [child])[child]
        clocks = clocks_on(connection, [number], date(2026, 4, 2))
        return visits_to(connection, clocks, date(2026, 1, 1), date(2026, 4, 2))


@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        ("D1H", {f"seen-{RUBY}": "alone"},
         "Yes, as a visit to looked-after children, because the child was seen alone."),
        ("D1H", {f"seen-{RUBY}": "no"}, "No, because the child was not seen."),
        ("D1H", {}, "No, because it is not said whether the child was seen."),
        ("D1H", {"outcome": "not_in"}, "No, because nobody was in."),
        ("D2", {f"seen-{RUBY}": "seen"},
         "No, because work of this kind counts only where your authority’s own policy says so."),
        ("D3", {}, "No, because “Call or message with child or family” is no visit to a child."),
        ("I3", {}, ""),
    ],
)  # fmt: skip
def test_the_entry_says_whether_it_counts(
    ada: Browser, village: Village, kind: str, answers: dict[str, str], expected: str
) -> None:
    assert said(ada.get(f"/entries/{record(ada, village, kind, **answers)}")) == expected


def test_children_who_differ_are_told_apart(ada: Browser, village: Village) -> None:
    seen = {f"seen-{RUBY}": "seen", f"seen-{TOM}": "seen"}
    entry = record(ada, village, "D1H", children=[str(RUBY), str(TOM)], **seen)
    told = said(ada.get(f"/entries/{entry}"))
    assert "Ruby Ashworth: yes, as a visit to looked-after children, because the child was seen" in told
    assert "Tom Briar: no, because no visits are asked for" in told


def test_an_own_kind_counts_as_it_held_on_the_day_of_the_work(ada: Browser, village: Village) -> None:
    state(village, SIBLINGS, replace(SIBLINGS, valid_from=date(2026, 4, 2), may_satisfy_visit_rule="no"))
    seen = {f"seen-{RUBY}": "seen"}
    yesterday = record(ada, village, "D1H.SIB", when="yesterday", **seen)
    today = record(ada, village, "D1H.SIB", **seen)
    assert said(ada.get(f"/entries/{yesterday}")).startswith("Yes, as a visit to looked-after children")
    assert said(ada.get(f"/entries/{today}")) == "No, because “Visit with siblings” is no visit to a child."


def test_a_virtual_visit_counts_for_a_plan_once_the_authority_says_so(ada: Browser, village: Village) -> None:
    for number, body in enumerate((
        ReferralStated(child=TOM, referred_on=date(2026, 2, 1)),
        CpPlanStated(child=TOM, referred_on=date(2026, 2, 1), starts=date(2026, 2, 20)),
    )):  # fmt: skip
        recorder, stream = village.house.recorder, derived_id(TOM, "service", str(number))
        recorder.state_once(recorder.event(stream, 1, derived_id(stream, "fact", "1"), body, BY, subject=TOM))
    shipped = kind("D2")
    own = {name: getattr(shipped, name) for name in ("code", "parent", "label", "definition")}
    state(village, KindDefined(**own, asks_seen=True, may_satisfy_visit_rule="local", valid_from=date(2026, 4, 2)))
    both = {"children": [str(RUBY), str(TOM)], f"seen-{RUBY}": "seen", f"seen-{TOM}": "seen"}
    told = said(ada.get(f"/entries/{record(ada, village, 'D2', **both)}"))
    assert "Tom Briar: yes, as a visit to children on a child protection plan, because the child was seen" in told
    assert "Ruby Ashworth: no, because by your authority’s policy work of this kind counts only where the law" in told
    earlier = record(ada, village, "D2", when="yesterday", **both)
    assert said(ada.get(f"/entries/{earlier}")).startswith("No, because work of this kind counts only where your")


def test_two_workers_and_two_corrections_are_one_visit(ada: Browser, village: Village) -> None:
    state(village, SIBLINGS)
    entry = record(ada, village, "D1H.SIB", colleagues=[str(BEN)], **{f"seen-{RUBY}": "seen"})
    for minutes in ("70", "80"):
        form = ada.get(f"/entries/{entry}/change")
        assert ada.send(form, {"minutes": minutes, "reason": "wrong_time"}).status_code == 303
        village.catch_up()
    assert [(each.activity_id, each.clocks) for each in visits(village, RUBY)] == [(entry, (LOOKED_AFTER,))]
    assert said(ada.get(f"/entries/{entry}")).endswith("It is one visit, though 2 workers took part.")
    form = ada.get(f"/entries/{entry}/withdraw")
    assert ada.send(form, {"reason": "twice"}).status_code == 303
    village.catch_up()
    assert visits(village, RUBY) == []
    assert said(ada.get(f"/entries/{entry}")) == "No, because it is withdrawn."


def test_the_visit_before_is_named(ada: Browser, village: Village) -> None:
    seen = {f"seen-{RUBY}": "seen"}
    record(ada, village, "D1H", when="yesterday", **seen)
    record(ada, village, "D3")
    assert "(the one before: 1 April 2026)" in said(ada.get(f"/entries/{record(ada, village, 'D1O', **seen)}"))


@pytest.mark.parametrize("typed", ["SV", "sib visit", "visit with siblings", "D1H.SIB"])
def test_my_day_offers_an_own_kind_and_finds_it_by_its_names(ada: Browser, village: Village, typed: str) -> None:
    state(village, SIBLINGS)
    page = ada.get("/my-day")
    option = next(each for each in page.all("option") if each.get("value") == "D1H.SIB")
    names = [words(option), *(option.get("data-also") or "").split(";")]
    assert typed.casefold() in [each.casefold() for each in names]
    if typed != "D1H.SIB":
        assert said_to_be(ada, typed) == "D1H.SIB"


@pytest.mark.parametrize(("typed", "code"), [("T/C", "D3"), ("HV", "D1H"), ("h/v", "D1H"), ("DW", "D4")])
def test_a_shipped_kind_is_found_by_what_people_write(ada: Browser, typed: str, code: str) -> None:
    assert said_to_be(ada, typed) == code


def test_a_retired_kind_is_not_offered_and_its_entries_read_as_they_were(ada: Browser, village: Village) -> None:
    state(village, SIBLINGS)
    entry = record(ada, village, "D1H.SIB", when="yesterday", **{f"seen-{RUBY}": "seen"})
    state(village, KindRetired(code="D1H.SIB", valid_from=date(2026, 4, 2), reason="Not used"))
    assert "D1H.SIB" not in {each.get("value") for each in ada.get("/my-day").all("option")}
    page = ada.get(f"/entries/{entry}")
    assert "Visit with siblings" in page.main
    assert said(page).startswith("Yes")
    assert "Visit with siblings" in ada.get("/my-day?week=2026-04-01").main
    # Putting it right needs no other kind: the one it was recorded with stays chosen.
    assert ada.get(f"/entries/{entry}/change").fields()["other_kind"] == "D1H.SIB"


def said_to_be(ada: Browser, typed: str) -> str:
    """The kind that a sentence with these words fills in."""
    page = ada.get("/my-day")
    answer = ada.raw(
        "/my-day/say", method="POST", headers={"Accept": "application/json"},
        data={"csrf_token": page.fields()["csrf_token"], "say": f"{typed} ruby 50m"},
    )  # fmt: skip
    found: str = answer.get_json()["kind"]
    return found


def test_a_kind_said_of_nobody_counts_for_nobody(signed_in: Callable[[str], Browser], village: Village) -> None:
    ben = signed_in("ben")
    form = ben.get("/my-day")
    assert ben.send(form, {"kind": "N3", "minutes": "30"}).status_code == 303
    village.catch_up()
    assert said(ben.get(f"/entries/{form.fields()['activity_id']}")) == ""
