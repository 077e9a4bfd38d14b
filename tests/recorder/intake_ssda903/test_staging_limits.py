"""Staging holds little in memory whatever the size, and no file makes it fail."""

from __future__ import annotations

import tempfile
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.intake.ssda903 import IntakeError, check_child, check_history, folder_from_argument, stage

from .returns import EPISODES, HEADER, ONE_EPISODE, YEAR, folder_of, write


def peak_for(folder: Path, episodes: int) -> int:
    """The most memory that Python holds while a return of so many episodes is read and checked, in bytes."""
    first = date(2023, 4, 1)
    with (folder / "episodes.csv").open("w", encoding="utf-8") as handle:
        handle.write(EPISODES + "\n")
        for number in range(episodes // 2):
            start, move = first + timedelta(number % 90), first + timedelta(100 + number % 90)
            child = f"C{number * 7919 % 1_000_003:07d}"
            handle.write(f"{child},{start:%d/%m/%Y},S,C2,N1,U6,PR1,{move:%d/%m/%Y},X1,CARPL,,,SC{number:06d}\n")
            handle.write(f"{child},{move:%d/%m/%Y},P,C2,N1,U4,PR4,,,,,,SC{number:06d}\n")
    tracemalloc.start()
    try:
        with stage(folder_of(folder)) as staged:
            children = sum(1 for child in staged.children() if not check_child(child, None, YEAR, header_table=False))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert children == episodes // 2
    return peak


def test_four_times_the_episodes_take_no_more_memory(tmp_path: Path) -> None:
    peak_for(tmp_path, 100)
    small, large = peak_for(tmp_path, 5_000), peak_for(tmp_path, 20_000)
    assert large < 1.5 * small


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(scratch))
    folder = tmp_path / "2023"
    folder.mkdir()
    write(folder, "e.csv", EPISODES, *[ONE_EPISODE.replace("A1", f"A{n}") for n in range(3_000)])
    with stage(folder_of(folder)) as staged:
        assert next(staged.children()).child == "A0"
        assert list(scratch.iterdir()) == []
    assert list(scratch.iterdir()) == []


_VALUES = st.sampled_from(
    ["A1", "05/04/2023", "2023-04-05", "X1", "U6", "K3", "", " ", "é", '"', "\n", "1.0", "\0", "S"]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(_VALUES, max_size=15), max_size=6), st.sampled_from([EPISODES, HEADER]), st.binary(max_size=40)
)
def test_whatever_stands_in_a_file_becomes_findings(rows: list[list[str]], heading: str, more: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, "a.csv", heading, *[",".join(row) for row in rows])
        (folder / "b.csv").write_bytes(heading.encode() + b"\n" + more)
        (folder / "c.xml").write_bytes(b"<R><CHILD><HEADER><CHILDID>A1</CHILDID>" + more)
        assert all(f.message for f in check_history([folder_of(folder)]))


def test_folders_are_read_in_the_order_of_their_years(tmp_path: Path) -> None:
    for year in ("2021", "2020"):
        (tmp_path / year).mkdir()
        write(tmp_path / year, "e.csv", EPISODES, ONE_EPISODE)
    folders = [folder_from_argument(str(tmp_path / year)) for year in ("2021", "2020")]
    years = [f.return_year for f in check_history(folders) if f.rule == "starts_after_year"]
    assert years == ["2020/21", "2021/22"]
    with pytest.raises(IntakeError):
        folder_from_argument(str(tmp_path / "2022"))
