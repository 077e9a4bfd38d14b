"""A census is read as a stream: its first children are there long before its end has been looked at."""

from __future__ import annotations

from pathlib import Path

from bench.census import write_census
from recorder.intake.cin_census import CensusFile, stage_census
from recorder.intake.cin_census.xml_stream import READ_AT_ONCE, read_nodes


def test_the_first_child_is_handed_out_before_the_end_of_the_file_is_read(tmp_path: Path) -> None:
    path = write_census(tmp_path / "c.xml", 500)
    read = [0]
    nodes = read_nodes(path, read.append)

    assert [next(nodes).name, next(nodes).name] == ["Header", "Child"]
    assert read[-1] <= READ_AT_ONCE < path.stat().st_size / 4
    assert sum(1 for _ in nodes) == 499
    assert read[-1] == path.stat().st_size


def test_the_census_that_is_measured_has_rows_of_every_kind_and_nothing_broken(tmp_path: Path) -> None:
    with stage_census(CensusFile(write_census(tmp_path / "c.xml", 200))) as staged:
        referrals = [each for child in staged.children() for each in child.referrals]

        assert (staged.child_count, staged.rows_kept_out) == (200, 0)
        assert {f.severity for f in staged.findings} <= {"warning", "note"}
    for kind in ("assessments", "cin_plans", "enquiries", "cp_plans"):
        assert any(getattr(each, kind) for each in referrals), kind
