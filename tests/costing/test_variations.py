"""The frameworks as data: what is shipped, what an authority adds, and which variation is picked."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.predicates import MARKS, NEED_FLAGS, PREDICATES, ConditionProblems, condition
from costing.processes import UnknownProcess, processes
from costing.variations import FrameworkProblems, Line, frameworks, shipped_frameworks
from tests.costing.costing_samples import FIGURES, needs_samples

OWN = {
    "code": "CLA9",
    "framework": "CLA",
    "number": "9",
    "name": "Life story work",
    "definition": "Putting together what happened",
    "starts": "The child moves",
    "ends": "The book is made",
    "repeats_by": "each move",
    "varies_by": "need",
    "unit": "occurrence",
    "counted_from": "placement_changes",
}
WAY = {"process": "CLA9", "code": "young", "name": "Young", "adds": "no", "aspect": "age", "when": "under_six"}

# process, standing, variations picked
PICKS = """
CIN3  -                             -
CIN3  under_six                     under_six
CIN3  under_six cp_plan             under_six_and_cp_plan
CIN3  cp_plan                       cp_plan
CIN3  ebd                           ebd
CIN3  ebd under_six cp_plan         ebd_and_another
CIN3  disability                    -
CIN7  strategy_meeting              strategy_meeting
CIN7  strategy_meeting abe_interview  abe_interview
CIN1  no_further_action known_before  no_further_action
CLA5  placement_type=residential out_of_area difficult_to_place ebd  residential out_of_area difficult_to_place
CLA3  placement_type=la_foster early ebd disability  la_foster disability ebd early
CLA6  first_review uasc             uasc first_review
CLA7  order=full_care placement_type=kinship  full_care
CLA4  ebd                           -
"""


@pytest.mark.parametrize("line", PICKS.strip().splitlines())
def test_what_is_picked(line: str) -> None:
    process, standing, picked = ([w for w in part.split() if w != "-"] for part in line.split("  ") if part.strip())
    assert shipped_frameworks().pick(process[0], frozenset(standing)).codes == tuple(picked)


def test_every_process_that_varies_has_variations() -> None:
    varied = {each.process for each in shipped_frameworks().variations}
    without = {each.code for each in processes() if each.varies_by} - varied
    assert without == {"CLA8"}  # left out by a setting, not dearer or cheaper
    assert varied <= {each.code for each in processes() if each.varies_by}


def test_what_is_shipped_is_without_problems_as_own_rows_too() -> None:
    shipped = shipped_frameworks()
    rows = [
        {
            "process": each.process,
            "code": each.code,
            "name": each.name,
            "adds": "yes" if each.adds else "no",
            "aspect": each.aspect,
            "when": each.when.text,
        }
        for each in shipped.variations
    ]
    assert frameworks((), rows) == shipped


def test_an_authority_adds_a_process_and_a_variation() -> None:
    own = frameworks([OWN], [WAY])
    assert [each.code for each in own.processes][7:10] == ["CLA8", "CLA9", "CIN1"]
    assert [each.code for each in own.counted_from("placement_changes")] == ["CLA5", "CLA9"]
    assert own.pick("CLA9", frozenset({"under_six"})).codes == ("young",)
    assert own.in_words("CLA9", ("young",)) == "Young"
    assert shipped_frameworks().counted_from("placement_changes") == (processes("CLA")[4],)
    with pytest.raises(UnknownProcess, match="CLA9"):
        shipped_frameworks().process("CLA9")


def test_own_rows_take_the_place_of_shipped_ones() -> None:
    ebd = {**WAY, "process": "CIN3", "code": "ebd", "aspect": "need", "when": "ebd or disability"}
    changed = frameworks([{**OWN, "code": "CLA8", "number": "8", "counted_from": "care_ends"}], [ebd])
    assert changed.process("CLA8").name == "Life story work"
    assert len(changed.processes) == len(processes())
    assert changed.pick("CIN3", frozenset({"disability", "cp_plan"})).codes == ("ebd",)


def test_all_problems_are_told_at_once() -> None:
    bad = {**OWN, "code": "CLA 9", "framework": "XXX", "number": "nine", "name": " ", "counted_from": "moon"}
    ways = [
        {**WAY, "process": "CLA99", "when": "ebd"},
        {**WAY, "process": "CLA2", "code": "a b", "name": "", "adds": "perhaps", "aspect": "", "when": "tall and =3"},
        {**WAY, "process": "CIN1", "when": "early"},
        {**WAY, "process": "CLA5", "when": "placement_type=castle"},
        {**WAY, "process": "CLA5", "when": "ebd=yes"},
        {**WAY, "process": "CLA6", "when": ""},
    ]
    with pytest.raises(FrameworkProblems) as caught:
        frameworks([bad, {**OWN, "unit": "day"}, {**OWN, "unit": "year"}], ways)
    told = "\n".join(caught.value.problems)
    for words in (
        "Process CLA9 is written 2 times",
        "write a code of letters and figures",
        "“XXX” is not a framework",
        "“nine” is not a number",
        "Process CLA 9: give it a name",
        "cannot be counted from “moon”",
        "has the unit of an occurrence",
        "“year” is not a unit",
        "Variation young of CLA5 is written 2 times",
        "there is no process “CLA99”",
        "like under_six",
        "say yes or no",
        "name its aspect",
        "“tall” is not in the vocabulary",
        "“early” is never known for this process",
        "“placement_type” needs one of",
        "“ebd” is so or not so",
        "Say when the variation applies",
    ):
        assert words in told
    with pytest.raises(FrameworkProblems, match="rests on “first_review”"):
        frameworks([{**OWN, "code": "CLA6", "number": "6"}])
    with pytest.raises(FrameworkProblems, match="has no column"):
        frameworks([{"code": "CLA9"}])
    with pytest.raises(FrameworkProblems, match=r"no frameworks 1999"):
        frameworks(version="1999")


def test_conditions() -> None:
    either = condition("ebd and not under_six or  placement_type=residential")
    assert either.holds(frozenset({"ebd"}))
    assert not either.holds(frozenset({"ebd", "under_six"}))
    assert either.holds(frozenset({"under_six", "placement_type=residential"}))
    assert either.mentions() == {"ebd", "under_six", "placement_type"}
    assert either.needs() == {"ebd"}
    assert either.words() == (
        "the child has emotional or behavioural difficulties and it is not so that the child is under six, "
        "or the placement is residential care"
    )
    assert condition("difficult_to_place").needs() == {"ebd", "disability"}
    assert PREDICATES.keys() >= MARKS
    assert set(NEED_FLAGS) <= PREDICATES.keys()
    with pytest.raises(ConditionProblems) as caught:
        condition("ebd and (disability or order)")
    assert len(caught.value.problems) == 2


def test_which_line_of_a_sheet_prices_an_occurrence() -> None:
    own = shipped_frameworks()
    sheet = [frozenset(each.split()) for each in ("", "residential", "out_of_area", "residential out_of_area")]
    sheet += [frozenset({"difficult_to_place"}), frozenset({"difficult_to_place", "residential"})]

    def line(*picked: str) -> Line | None:
        return own.line_for("CLA5", picked, sheet)

    assert line() == Line(frozenset(), ())
    assert line("kinship", "in_area") == Line(frozenset(), ())
    assert line("residential", "out_of_area") == Line(frozenset({"residential", "out_of_area"}), ())
    hard = line("residential", "difficult_to_place")
    assert hard == Line(frozenset({"residential"}), (frozenset({"residential", "difficult_to_place"}),))
    assert line("kinship", "difficult_to_place") == Line(frozenset(), (frozenset({"difficult_to_place"}),))
    assert own.line_for("CLA5", ("kinship",), [frozenset({"residential"})]) is None
    ties = [frozenset({"ebd"}), frozenset({"disability"}), frozenset()]
    both = own.line_for("CLA6", ("disability", "ebd"), ties)
    assert both == Line(frozenset({"disability"}), ())


@given(st.permutations(["", "ebd", "disability", "ebd offending", "ebd disability"]))
def test_the_order_of_a_sheet_says_nothing(rows: list[str]) -> None:
    sheet = [frozenset(each.split()) for each in rows]
    found = shipped_frameworks().line_for("CLA2", ("disability", "ebd", "offending"), sheet)
    assert found == Line(frozenset({"disability", "ebd"}), ())


@needs_samples
def test_the_published_sheet_varies_as_the_product_does() -> None:
    """The published CiN sheet has a standard line and one for each variation of a process."""
    with (FIGURES / "process_unit_costs.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["framework"] == "CiN"]
    for number in range(1, 9):
        published = {row["variation"] for row in rows if row["process_code"] == f"CiN{number}"}
        assert "standard" in published
        assert len(shipped_frameworks().variations_of(f"CIN{number}")) == len(published) - 1
