"""What one return says of one child: each rule where it holds, and the neighbours that it must leave alone."""

from __future__ import annotations

from datetime import date

import pytest

from recorder.intake.ssda903 import ChildReturn, EpisodeRow, Finding, ReviewRow, check_child

from .returns import YEAR, child_of, episode, header, rules_in


def check(*episodes: EpisodeRow) -> list[Finding]:
    return check_child(child_of(*episodes), None, YEAR)


@pytest.mark.parametrize(
    "episodes",
    [
        [episode(2, "01/05/2023")],
        [episode(2, "01/05/2023", "01/06/2023"), episode(3, "01/06/2023", rne="P")],
        [episode(2, "01/05/2023", "01/06/2023", rec="E4A"), episode(3, "01/09/2023")],
        [episode(2, "01/05/2023", "01/05/2023"), episode(3, "01/05/2023", rne="P")][1:],
        # Short breaks are a series: the days between are at home.
        [
            episode(2, "01/05/2023", "03/05/2023", ls="V3", rec="X1"),
            episode(3, "08/05/2023", "10/05/2023", ls="V3", rec="E8"),
        ],
    ],
)
def test_ordinary_care_is_not_found_fault_with(episodes: list[EpisodeRow]) -> None:
    assert check(*episodes) == []


def test_an_overlap_has_the_nights_in_both() -> None:
    (found,) = check(episode(2, "01/05/2023", "06/06/2023"), episode(3, "01/06/2023", rne="P"))
    assert (found.rule, found.row, found.decom) == ("overlap", 2, date(2023, 5, 1))
    assert (found.first_night, found.last_night_exclusive) == (date(2023, 6, 1), date(2023, 6, 6))
    assert "ends on 06/06/2023, after another began on 01/06/2023" in found.message


def test_an_overlap_reaches_past_the_next_episode() -> None:
    found = check(
        episode(2, "01/05/2023", "01/09/2023"),
        episode(3, "01/06/2023", "01/07/2023", rne="P"),
        episode(4, "01/08/2023", rne="P"),
    )
    assert [(f.rule, f.row, f.nights_at_stake) for f in found] == [("overlap", 2, 30), ("overlap", 2, 31)]


@pytest.mark.parametrize(("rec", "rne"), [("X1", "P"), ("E4A", "P"), ("X1", "S")])
def test_a_gap_where_either_side_says_care_went_on(rec: str, rne: str) -> None:
    (found,) = check(episode(2, "01/05/2023", "28/05/2023", rec=rec), episode(3, "01/06/2023", rne=rne))
    assert (found.rule, found.row, found.nights_at_stake) == ("gap", 2, 4)


def test_ends_before_it_starts_is_said_once_and_no_gap_with_it() -> None:
    found = check(
        episode(2, "01/04/2023", "01/06/2023"),
        episode(3, "01/06/2023", "30/05/2022", rne="P"),
        episode(4, "01/07/2023", rne="P"),
    )
    assert [(f.rule, f.row, f.nights_at_stake) for f in found] == [("ends_before_start", 3, 30)]


def test_never_closed() -> None:
    (found,) = check(episode(2, "01/05/2023"), episode(3, "01/03/2024", rne="P"))
    assert (found.rule, found.row, found.nights_at_stake) == ("never_closed", 2, 31)


def test_rows_twice_count_once_and_the_later_of_two_that_differ_holds() -> None:
    twice = [episode(2, "01/05/2023"), episode(3, "01/05/2023")]
    (found,) = check(*twice)
    assert (found.rule, found.row, found.nights_at_stake) == ("row_twice", 3, 336)
    differ = child_of(episode(2, "01/05/2023"), episode(3, "01/05/2023", place="K2"))
    assert rules_in(check_child(differ, None, YEAR)) == ["start_twice"]
    assert [row.row for row in differ.episodes_once] == [3]


def test_rows_twice_in_another_table() -> None:
    reviews = tuple(ReviewRow(row=n, child="A1", dob=None, review=date(2023, 5, 1), review_code="PN1") for n in (2, 3))
    (found,) = check_child(ChildReturn(child="A1", header=header(), reviews=reviews), None, YEAR)
    assert (found.rule, found.table, found.row) == ("row_twice", "reviews", 3)


def test_ends_and_reasons_that_do_not_go_together() -> None:
    assert rules_in(check(episode(2, "01/05/2023", "01/06/2023", rec=""))) == ["end_without_reason"]
    assert rules_in(check(episode(2, "01/05/2023", rec="E4A"))) == ["reason_without_end"]
    assert rules_in(check(episode(2, "01/05/2023", "01/06/2023"))) == ["goes_on_nowhere"]


def test_dates_outside_the_year() -> None:
    assert rules_in(check(episode(2, "01/04/2024"))) == ["starts_after_year"]
    assert rules_in(check(episode(2, "01/05/2023", "01/04/2024", rec="E4A"))) == ["ends_after_year"]
    assert rules_in(check(episode(2, "01/05/2022", "31/03/2023", rec="E4A"))) == ["ended_before_year"]


def test_episodes_without_header_unless_the_return_has_none_at_all() -> None:
    child = ChildReturn(child="A1", episodes=(episode(7, "01/05/2023", "01/06/2023", rec="E4A"),))
    (found,) = check_child(child, None, YEAR)
    assert (found.rule, found.row, found.nights_at_stake) == ("no_header", 7, 31)
    assert check_child(child, None, YEAR, header_table=False) == []


def test_a_header_that_differs_and_a_birth_date_at_odds() -> None:
    other = header(dob=date(2011, 1, 1))
    review = ReviewRow(row=2, child="A1", dob=date(2010, 2, 2), review=date(2023, 5, 1), review_code="PN1")
    child = ChildReturn(child="A1", header=header(), other_headers=(other,), reviews=(review,))
    found = check_child(child, None, YEAR)
    assert rules_in(found) == ["dob_differs", "header_twice"]
    assert not [f for f in found if "2010" in f.message]


def test_rows_kept_out_are_not_taken_for_gaps() -> None:
    rows = (episode(2, "01/05/2023", "01/06/2023"), episode(4, "01/07/2023", rne="P"))
    child = ChildReturn(child="A1", header=header(), episodes=rows, rows_kept_out=1)
    assert check_child(child, None, YEAR) == []
