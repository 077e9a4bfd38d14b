"""How a folder is named, and what tells its return year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recorder.intake.ssda903 import IntakeError, folder_from_argument, return_year_from

from .returns import EPISODES, HEADER, ONE_EPISODE, write


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2020", "2020/21"),
        ("2020/21", "2020/21"),
        ("2020-21", "2020/21"),
        ("SSDA903_2020", "2020/21"),
        ("903 return 2020_2021 final", "2020/21"),
        ("202021", "2020/21"),
        ("1999", None),
        ("ssda903", None),
        ("2020 and 2022", None),
        ("2021-03", None),
        ("made 2021-06-30", None),
        ("20210630", None),
    ],
)
def test_names_that_tell_the_year(name: str, year: str | None) -> None:
    assert return_year_from(name) == year


def test_a_folder_with_the_day_it_was_known(tmp_path: Path) -> None:
    folder = tmp_path / "2021-22"
    folder.mkdir()
    write(folder, "h.csv", HEADER)
    assert folder_from_argument(f"{folder}=2022-06-30") == (folder, "2021/22", date(2022, 6, 30), False)
    assert folder_from_argument(f"{folder}=30/06/2022").known_on == date(2022, 6, 30)
    assert folder_from_argument(str(folder)).known_on is None
    assert folder_from_argument(str(folder), "2019").return_year == "2019/20"


def test_a_folder_of_two_levels(tmp_path: Path) -> None:
    folder = tmp_path / "2020" / "21"
    folder.mkdir(parents=True)
    write(folder, "h.csv", HEADER)
    assert folder_from_argument(str(folder)).return_year == "2020/21"


def test_a_name_that_does_not_tell_is_helped_by_the_dates(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    write(folder, "e.csv", EPISODES, ONE_EPISODE, ONE_EPISODE.replace("A1", "A2"))
    assert folder_from_argument(str(folder))[1:] == ("2023/24", None, True)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("nowhere", "There is no folder “nowhere”."),
        ("{}=soon", "“soon” is not a date. Write the day the return was made like 2021-06-30."),
        ("{}=2021-02-30", "“2021-02-30” is not a date."),
        ("{}", "tell the return year"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, argument: str, message: str) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    write(folder, "h.csv", HEADER)
    with pytest.raises(IntakeError, match="“") as problem:
        folder_from_argument(argument.format(folder))
    assert message in str(problem.value)


def test_an_empty_folder_and_a_year_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="holds no CSV or XML file"):
        folder_from_argument(str(tmp_path))
    write(tmp_path, "h.csv", HEADER)
    with pytest.raises(IntakeError, match="is not a return year"):
        folder_from_argument(str(tmp_path), "last")
