"""One return against earlier ones: what ends, what is recoded, what is put right, who is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recorder.intake.ssda903 import (
    ChildReturn,
    EpisodeFacts,
    PreviousChild,
    check_across,
    check_child,
    check_history,
    check_omitted,
    difference,
    left_out_episodes,
    next_previous,
    stage,
)

from .returns import (
    EPISODES,
    HEADER,
    ONE_EPISODE,
    ONE_HEADER,
    child_of,
    episode,
    facts,
    folder_of,
    header,
    of_rule,
    rules_in,
    write,
)

UPN, OTHER_UPN = "A123456789012", "B123456789012"


def known(*episodes: EpisodeFacts, upn: str = UPN, sex: str = "1", **more: object) -> PreviousChild:
    return PreviousChild("A1", upn, sex, date(2010, 2, 1), episodes, "2022/23", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "year", "kind"),
    [
        (facts("01/05/2022"), facts("01/05/2022"), "2023/24", "same"),
        (facts("01/05/2022"), facts("01/05/2022", "01/06/2023", reason_place_change="CARPL"), "2023/24", "ending"),
        (facts("01/05/2022", place="H5"), facts("01/05/2022", place="K3"), "2024/25", "recoding"),
        (facts("01/05/2022", place="P2"), facts("01/05/2022", "01/06/2024", place="K3"), "2024/25", "recoding"),
        (facts("01/05/2022", place="H5"), facts("01/05/2022", place="K3", urn="SC1"), "2024/25", "recoding"),
        (facts("01/05/2022", place="Z1"), facts("01/05/2022", place="Z12"), "2025/26", "recoding"),
        # Not every return says where a placement lies.
        (facts("01/05/2022"), facts("01/05/2022", pl_location="IN", pl_la="E08000025"), "2023/24", "same"),
        (facts("01/05/2022", pl_location="IN"), facts("01/05/2022"), "2023/24", "same"),
        (facts("01/05/2022", pl_location="IN"), facts("01/05/2022", pl_location="OUT"), "2023/24", "amendment"),
        # The new list is not yet in force, or the change is another one.
        (facts("01/05/2022", place="H5"), facts("01/05/2022", place="K3"), "2023/24", "amendment"),
        (facts("01/05/2022", place="H5"), facts("01/05/2022", place="K3", provider="PR4"), "2024/25", "amendment"),
        (facts("01/05/2022", place="K2"), facts("01/05/2022", "01/06/2023", place="U6"), "2023/24", "amendment"),
        (facts("01/05/2022", place=""), facts("01/05/2022"), "2023/24", "amendment"),
        (facts("01/05/2022", "01/06/2022"), facts("01/05/2022"), "2023/24", "amendment"),
        (facts("01/05/2022", "01/06/2022"), facts("01/05/2022", "02/06/2022"), "2023/24", "amendment"),
    ],
)
def test_what_a_later_return_does_to_an_episode(
    before: EpisodeFacts, after: EpisodeFacts, year: str, kind: str
) -> None:
    assert difference(before, after, year) == kind


def test_endings_and_changes_of_list_are_no_findings() -> None:
    previous = known(facts("01/05/2023"), facts("01/05/2022", "01/05/2023", place="H5"))
    current = child_of(episode(2, "01/05/2023", "01/06/2024", rec="E4A"), head=header(sex="M"))
    assert check_child(current, previous, "2024/25") == []
    previous = known(facts("01/05/2023", place="H5"))
    assert check_child(child_of(episode(2, "01/05/2023", place="K3")), previous, "2024/25") == []


def test_a_placement_put_right_is_noted_for_the_return_that_had_it_wrong() -> None:
    (found,) = check_child(child_of(episode(2, "01/05/2022")), known(facts("01/05/2022", place="K2")), "2023/24")
    assert (found.rule, found.severity, found.return_year, found.row) == ("put_right", "note", "2022/23", None)
    assert "placement K2, then U6" in found.message
    assert found.nights_at_stake == (date(2023, 4, 1) - date(2022, 5, 1)).days
    (found,) = check_child(child_of(episode(2, "01/05/2022")), known(facts("01/05/2022", place="")), "2023/24")
    assert (found.rule, found.return_year) == ("filled_in", "2022/23")


def test_an_area_stated_otherwise_is_noted_and_the_authority_is_not_named() -> None:
    before = facts("01/05/2022", pl_location="IN", pl_la="OURTOWN")
    later = episode(2, "01/05/2022", pl_location="OUT", pl_la="THEIRTOWN")
    (found,) = check_child(child_of(later), known(before), "2023/24")
    assert ": area IN, then OUT; authority it lies in." in found.message


def test_a_code_in_no_list_is_not_repeated_in_the_message() -> None:
    (found,) = check_child(child_of(episode(2, "01/05/2022")), known(facts("01/05/2022", place="SMITHSON")), "2023/24")
    assert "a code not in the list, then U6" in found.message


def test_open_last_year_and_not_in_this_return() -> None:
    previous = known(facts("01/05/2021", "01/05/2022"), facts("01/05/2022"))
    (found,) = check_omitted(previous, "2023/24")
    assert (found.rule, found.decom, found.row) == ("left_out", date(2022, 5, 1), None)
    assert (found.first_night, found.last_night_exclusive) == (date(2023, 4, 1), date(2024, 4, 1))
    here = child_of(episode(2, "01/06/2023"))
    assert rules_in(check_child(here, previous, "2023/24")) == ["left_out"]
    assert [e.decom for e in left_out_episodes(here, previous)] == [date(2022, 5, 1)]
    assert check_omitted(known(facts("01/05/2022"), left_out=(date(2022, 5, 1),)), "2023/24") == []
    assert left_out_episodes(ChildReturn(child="A1", rows_kept_out=1), previous) == ()


def test_an_episode_that_the_last_return_should_have_held() -> None:
    current = child_of(episode(5, "01/05/2022"))
    (found,) = check_child(current, None, "2023/24", earlier_return="2022/23")
    assert (found.rule, found.return_year, found.nights_at_stake) == ("came_late", "2022/23", 335)
    assert "(row 5)" in found.message
    assert check_child(current, None, "2023/24", earlier_return="2021/22") == []
    assert check_child(current, None, "2023/24") == []


def test_an_episode_that_was_left_out_and_is_there_again() -> None:
    previous = known(facts("01/05/2022"), left_out=(date(2022, 5, 1),))
    assert rules_in(check_child(child_of(episode(5, "01/05/2022")), previous, "2023/24")) == ["back_again"]


@pytest.mark.parametrize(
    ("earlier", "last", "now", "rule", "year"),
    [
        ((), UPN, UPN, None, ""),
        ((), "UN1", UPN, None, ""),
        ((UPN,), UPN, OTHER_UPN, "upn_changed", "2023/24"),
        (("UN1",), UPN, OTHER_UPN, "upn_changed", "2022/23"),
        ((), UPN, OTHER_UPN, "upn_changed", "2022/23"),
        ((UPN, UPN), OTHER_UPN, UPN, "upn_put_right", "2022/23"),
        ((), UPN, "UN3", "upn_lost", "2023/24"),
        ((), "UN2", "UN1", None, ""),
    ],
)
def test_upns(earlier: tuple[str, ...], last: str, now: str, rule: str | None, year: str) -> None:
    previous = known(facts("01/05/2022"), upn=last, earlier_upns=earlier)
    found = check_child(child_of(episode(2, "01/05/2022"), head=header(now)), previous, "2023/24")
    assert [(f.rule, f.return_year) for f in found] == ([(rule, year)] if rule else [])
    assert not [f for f in found if UPN in f.message or OTHER_UPN in f.message]


def test_a_upn_for_a_child_too_young_for_school() -> None:
    for born, rules in ((date(2021, 4, 1), ["upn_before_school"]), (date(2021, 3, 31), [])):
        previous = PreviousChild("A1", "UN1", "1", born, (), "2022/23")
        assert rules_in(check_child(child_of(head=header(dob=born)), previous, "2023/24")) == rules


def test_sex_goes_by_meaning_and_birth_dates_are_compared() -> None:
    same = child_of(head=header(sex="M", dob=None))
    assert check_child(same, known(), "2024/25") == []
    other = child_of(head=header(sex="F", dob=date(2010, 2, 2)))
    assert rules_in(check_child(other, known(), "2024/25")) == ["dob_changed", "sex_changed"]
    assert check_child(child_of(head=header(sex="U")), known(), "2024/25") == []


def test_one_upn_on_two_children_and_on_one_of_an_earlier_return(tmp_path: Path) -> None:
    rows = [ONE_HEADER, ONE_HEADER.replace("A1,", "A2,"), "A3,1,01/02/2010,WBRI,UN1,,", "A4,1,01/02/2010,WBRI,UN1,,"]
    write(tmp_path, "h.csv", HEADER, *rows)
    with stage(folder_of(tmp_path)) as staged:
        assert list(staged.upn_owners()) == [(UPN, {"A1": 2, "A2": 3})]
        found = check_across(staged)
        assert [(f.rule, f.child, f.row) for f in found] == [("upn_shared", "A1", 2), ("upn_shared", "A2", 3)]
        assert "child A2" in found[0].message
        assert "child A2, Z9" in check_across(staged, lambda upn: ("Z9", "A1"))[0].message


def test_what_is_known_after_a_return() -> None:
    first = next_previous(child_of(episode(2, "01/05/2022"), head=header("UN1")), None, "2022/23")
    assert (first.upn, first.earlier_upns, first.return_year) == ("UN1", (), "2022/23")
    second = next_previous(child_of(episode(2, "01/06/2023"), head=header(UPN)), first, "2023/24")
    assert (second.upn, second.earlier_upns) == (UPN, ("UN1",))
    assert [e.decom for e in second.episodes] == [date(2022, 5, 1), date(2023, 6, 1)]
    assert second.left_out == (date(2022, 5, 1),)
    third = next_previous(child_of(episode(2, "01/05/2022")), second, "2024/25")
    assert third.left_out == (date(2023, 6, 1),)


def test_a_child_left_out_is_said_once_and_a_return_without_episodes_leaves_nobody_out(tmp_path: Path) -> None:
    folders = []
    for year, lines in ((2020, [ONE_EPISODE]), (2021, [ONE_EPISODE.replace("A1", "A2")]), (2022, []), (2023, [])):
        folder = tmp_path / str(year)
        folder.mkdir()
        write(folder, "h.csv", HEADER, ONE_HEADER)
        if lines:
            write(folder, "e.csv", EPISODES, *lines)
        folders.append(folder_of(folder, f"{year}/{year - 1999}"))
    found = list(check_history(folders))
    assert [(f.return_year, f.child) for f in of_rule(found, "left_out")] == [("2021/22", "A1")]
    assert len(of_rule(found, "no_episodes")) == 2
