"""Which recorded work is an occurrence itself, which belongs to one, and which belongs to none."""

from datetime import date

import pytest
from hypothesis import given, settings

from costing.care_facts import ChildFacts, EarlyHelp, Episode, RecordedWork, Review
from costing.pathway import Pathway, pathway
from costing.variations import Frameworks, frameworks
from costing.vocabulary import kind, kinds, occurrences_of, shown_by
from tests.costing.test_pathway_properties import HORIZON as UNTIL
from tests.costing.test_pathway_properties import children
from tests.costing.test_variations import OWN

HORIZON = date(2024, 12, 31)
CARE = Episode(1, "e1", date(2024, 1, 8), None, "S", "C2", "U6", "PR1", "", "la_foster")
HELP = EarlyHelp(id="h1", agreed_on=date(2024, 1, 8), meetings=(date(2024, 3, 4),))

# Work recorded as `kind process day`, beside a review held on 30 September, a plan taken to be made every 183
# days and a meeting of the team around the child on 4 March; then the days on which the process is counted, and
# what of the work belongs to none of them.
TABLE = """
work                                     | counted                              | unattached
D6R CLA6 2024-09-30                      | 2024-09-30                           |
D6R CLA6 2024-10-07                      | 2024-09-30                           |
D6R CLA6 2024-10-08                      | 2024-09-30 2024-10-08                |
I4R CLA6 2024-04-01                      | 2024-09-30                           |
I4R CLA6 2024-03-30                      | 2024-09-30                           | 2024-03-30
I4R CLA6 2024-10-01                      | 2024-09-30                           | 2024-10-01
I3 CLA6 2024-10-01, D6R CLA6 2024-11-20  | 2024-09-30 2024-11-20                |
D6C CLA6 2024-06-03                      | 2024-09-30                           |
I4P CLA2 2024-02-05                      | 2024-02-05 2024-08-06                |
I4A CLA2 2024-02-05                      | 2024-01-08 2024-07-09                |
D6C CLA2 2024-07-10                      | 2024-01-08 2024-07-09                | 2024-07-10
I5 CLA1 2024-01-02                       | 2024-01-08                           |
I5 CLA1 2024-01-09                       | 2024-01-08                           | 2024-01-09
I5 CLA5 2024-02-05                       |                                      | 2024-02-05
D6S CIN7 2024-05-01, D4E CIN7 2024-05-03 | 2024-05-01                           |
I4A CIN7 2024-05-01                      |                                      | 2024-05-01
I3 CIN7 2024-02-01, D6S CIN7 2024-05-03  | 2024-05-03                           |
I3 CIN7 2024-01-31, D6S CIN7 2024-05-03  | 2024-05-03                           | 2024-01-31
D6R CIN6 2024-05-20                      | 2024-05-20                           |
D6C CIN6 2024-05-20                      |                                      | 2024-05-20
D6 CAF4 2024-05-20                       | 2024-05-20                           |
D6C CAF4 2024-05-20                      | 2024-05-20                           |
D6 CAF3 2024-03-05                       | 2024-03-04                           |
I1 CAF4 2024-05-20                       |                                      | 2024-05-20
D1H CLA3 2024-05-20                      |                                      |
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


def recorded(text: str) -> RecordedWork:
    code, process, on = text.split()
    return RecordedWork(text, process, date.fromisoformat(on), shown_by(code), occurrences_of(code))


def known(work: list[RecordedWork], using: Frameworks | None = None) -> Pathway:
    facts = ChildFacts(
        child="one",
        birth_date=date(2012, 1, 1),
        episodes=(CARE,),
        reviews=(Review("r1", date(2024, 9, 30)),),
        early_help=(HELP,),
        work=tuple(work),
    )
    return pathway(facts, HORIZON, frameworks=using)


@pytest.mark.parametrize(("work", "counted", "unattached"), ROWS, ids=[row[0] for row in ROWS])
def test_given_work_then_what_is_counted_and_what_belongs_to_none(work: str, counted: str, unattached: str) -> None:
    pieces = [recorded(each.strip()) for each in work.split(",")]
    found = known(pieces)
    process = pieces[0].process
    assert [f"{each.starts}" for each in found.occurrences if each.process == process] == counted.split()
    assert [each.split()[2] for each in found.unattached] == unattached.split()


def test_work_that_is_a_review_is_among_what_the_review_rests_on_and_a_report_for_it_is_not() -> None:
    found = known([recorded("D6R CLA6 2024-10-01"), recorded("I4R CLA6 2024-09-29")])
    (review,) = (each for each in found.occurrences if each.process == "CLA6")
    assert (review.evidence, review.facts) == ("recorded", ("r1", "D6R CLA6 2024-10-01"))


@pytest.mark.parametrize("code", ["I3", "D6R", "D1H"])
def test_work_of_any_kind_counts_for_a_process_counted_from_its_work_alone(code: str) -> None:
    own = frameworks([{**OWN, "counted_from": "recorded_work"}])
    found = known([recorded(f"{code} CLA9 2024-05-20")], own)
    assert [each.starts for each in found.occurrences if each.process == "CLA9"] == [date(2024, 5, 20)]
    assert found.unattached == ()


def test_an_own_process_counted_from_reviews_is_counted_from_reviews_held_alone() -> None:
    own = frameworks([{**OWN, "counted_from": "review_held"}])
    found = known([recorded("I4R CLA9 2024-05-20"), recorded("D6R CLA9 2024-06-03")], own)
    for process in ("CLA6", "CLA9"):
        days = [each.starts for each in found.occurrences if each.process == process]
        assert days == [date(2024, 6, 3), date(2024, 9, 30)]


def test_no_writing_is_a_meeting() -> None:
    meetings = [each for each in kinds() if each.occurrence_of and each.code != "I4P"]
    assert {each.kind_class for each in meetings} == {"direct"}
    assert kind("I4P").occurrence_of == ("planning",)


@settings(max_examples=60, deadline=None)
@given(children())
def test_work_that_is_no_occurrence_changes_nothing_of_the_pathway(child: ChildFacts) -> None:
    work = tuple(RecordedWork(each.id, each.process, each.on) for each in child.work)
    other = ChildFacts(**{name: getattr(child, name) for name in child.__slots__} | {"work": work})
    without = ChildFacts(**{name: getattr(child, name) for name in child.__slots__} | {"work": ()})
    one, two = pathway(other, UNTIL), pathway(without, UNTIL)
    assert (one.occurrences, one.expected, one.days) == (two.occurrences, two.expected, two.days)
    assert set(one.unattached) <= {each.id for each in work}
