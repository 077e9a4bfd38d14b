"""What each setting changes, and what a pathway says that it left out or does not know."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from costing.care_facts import Assessment, Case, ChildFacts, Episode, Need, RecordedWork, SdqScore
from costing.pathway import Pathway, days_in, occurrences_in, pathway
from costing.pathway_settings import PathwaySettings
from costing.variations import frameworks
from tests.costing.test_variations import OWN

HORIZON = date(2024, 12, 31)
CARE = Episode(1, "e1", date(2024, 3, 1), date(2024, 6, 1), "S", "C1", "U6", "PR1", "E4A", "la_foster")
CHILD = ChildFacts(child="one", birth_date=date(2008, 1, 1), episodes=(CARE,))


def asked(child: ChildFacts = CHILD, **settings) -> Pathway:
    return pathway(child, HORIZON, PathwaySettings(**settings))


def on(found: Pathway, process: str) -> list[date]:
    return [each.starts for each in found.occurrences if each.process == process]


def with_episode(**changes) -> ChildFacts:
    return replace(CHILD, episodes=(replace(CARE, **changes),))


def test_plans_every_so_many_days() -> None:
    assert on(asked(), "CLA2") == [date(2024, 3, 1)]
    assert on(asked(plan_every_days=46), "CLA2") == [date(2024, 3, 1), date(2024, 4, 16)]
    assert on(asked(plan_every_days=92), "CLA2") == [date(2024, 3, 1)]  # the next would fall on the day care ends


def test_transition() -> None:
    assert on(asked(), "CLA8") == []
    assert on(asked(transition_on_later_start=True), "CLA8") == [date(2024, 3, 1)]
    early = replace(CHILD, birth_date=date(2009, 4, 1))
    assert on(asked(early, transition_age=15), "CLA8") == [date(2024, 4, 1)]
    disabled = replace(early, needs=(Need("n1", "disability", date(2024, 4, 1), date(2024, 4, 2)),))
    left_out = asked(disabled, transition_age=15, transition_left_out_for=frozenset({"disability"}))
    assert on(left_out, "CLA8") == []
    assert left_out.notes == ("Process 8 is left out by setting: disability.",)
    unknown = asked(replace(CHILD, birth_date=None))
    assert unknown.notes == ("The date of birth is not known, so process 8 and the age of the child are not.",)


def test_sdq_scores() -> None:
    def ebd(*scores: tuple[date, int], **settings) -> int:
        facts = tuple(SdqScore(f"s{number}", *score) for number, score in enumerate(scores))
        found = asked(replace(CHILD, sdq_scores=facts), **settings)
        return sum(each.days for each in found.days if "ebd" in each.variations)

    assert ebd((date(2024, 5, 1), 17)) == 31
    assert ebd((date(2024, 5, 1), 16)) == 0
    assert ebd((date(2024, 5, 1), 16), ebd_sdq_from=16) == 31
    assert ebd((date(2024, 5, 1), 17), (date(2024, 5, 21), 3)) == 20
    assert ebd((date(2023, 5, 1), 17)) == 61
    assert ebd((date(2023, 5, 1), 17), sdq_lasts_months=11) == 31


def test_orders() -> None:
    def order_days(status: str, **settings) -> dict[tuple[str, ...], int]:
        found = asked(with_episode(ls=status), **settings)
        return {each.variations: each.days for each in found.days if each.process == "CLA7"}

    assert order_days("C1") == {("interim_care",): 92}
    assert order_days("L3") == {("protection",): 92}
    assert order_days("D1") == {("freeing",): 92}
    assert order_days("E1") == {("placement",): 92}
    assert order_days("C9") == {(): 92}
    assert order_days("V2") == order_days("J1") == {}
    assert order_days("J1", order_statuses="J") == {(): 92}


def test_short_breaks_are_left_out_and_said() -> None:
    breaks = with_episode(ls="V4")
    assert asked(breaks).days == asked(breaks).occurrences == ()
    assert asked(breaks).notes == ("Episodes of short breaks, left out by setting: 1.",)
    assert asked(breaks, short_break_statuses=frozenset()).occurrences == tuple(
        each for each in asked(with_episode(ls="V2")).occurrences
    )


def test_care_that_stops_without_a_word() -> None:
    found = asked(with_episode(dec=None, rec="", stops_on=date(2024, 3, 31)))
    assert [each.days for each in found.days if each.process == "CLA3"] == [31]
    assert on(found, "CLA4") == []
    assert found.notes == ("Nobody said how care ended after 31 March 2024: process 4 is not counted.",)


def test_support_while_looked_after() -> None:
    case = Case(
        id="c1", referred_on=date(2024, 1, 1), assessments=(Assessment("a1", date(2024, 1, 2), date(2024, 2, 1)),)
    )
    child = replace(CHILD, cases=(case,))

    def support(**settings) -> list[int]:
        return [each.days for each in asked(child, **settings).days if each.process == "CIN3"]

    assert support() == [29, 214]
    assert support(support_while_looked_after=True) == [29 + 92 + 214]


def test_long_work_is_shared_over_its_days_or_not() -> None:
    assessment = Assessment("a1", date(2024, 3, 22), date(2024, 4, 10))
    child = replace(CHILD, cases=(Case(id="c1", referred_on=date(2024, 3, 20), assessments=(assessment,)),))

    def shares(**settings) -> list[Fraction]:
        found = asked(child, **settings)
        months = [(date(2024, 3, 1), date(2024, 3, 31)), (date(2024, 4, 1), date(2024, 4, 30))]
        parts = [part for period in months for part in occurrences_in(found, *period)]
        return [part.share for part in parts if part.occurrence.process == "CIN2"]

    assert shares() == [Fraction(1, 2), Fraction(1, 2)]
    assert shares(spread_over_days=False) == [1]


def test_work_for_processes() -> None:
    days = [date(2024, 5, 1), date(2024, 5, 7), date(2024, 5, 30)]
    work = [RecordedWork(f"w{number}", "CLA9", day) for number, day in enumerate(days)]
    work += [RecordedWork("x", "CLA77", days[0]), RecordedWork("y", "CLA3", days[0])]
    child = replace(CHILD, work=tuple(work))
    own = frameworks([{**OWN, "counted_from": "recorded_work"}])
    found = pathway(child, HORIZON, frameworks=own)
    assert [each.facts for each in found.occurrences if each.process == "CLA9"] == [("w0", "w1"), ("w2",)]
    assert found.unattached == ("x",)
    assert found.notes == ("Work is recorded for “CLA77”, which is not a process of these frameworks.",)


def test_an_authoritys_process_is_counted_along_the_pathway() -> None:
    own = frameworks(
        [
            {**OWN, "counted_from": "care_starts"},
            {**OWN, "code": "CIN9", "framework": "CIN", "unit": "month", "counted_from": "night_in_care"},
        ]
    )
    found = pathway(CHILD, HORIZON, frameworks=own)
    assert on(found, "CLA9") == [CARE.decom]
    assert [each.days for each in found.days if each.process == "CIN9"] == [92]


def test_nothing_known_is_nothing_counted() -> None:
    empty = pathway(ChildFacts(child="none"), HORIZON)
    assert (empty.occurrences, empty.expected, empty.days, empty.unattached, empty.notes) == ((), (), (), (), ())
    assert days_in(empty, date.min, HORIZON) == []
