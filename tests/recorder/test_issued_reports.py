"""Issued reports: what is kept is read back equal, whatever a report holds, and damage is seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, update

from costing.calculator import (
    GROUPINGS,
    Block,
    ChildReport,
    GroupRow,
    Line,
    RunReport,
    RunSettings,
    TeamMonth,
    Unpriced,
)
from costing.calculator_csv import lines_csv
from migrations.run import upgrade
from recorder.desk_tables import run_child, run_report
from recorder.domain.ids import new_id
from recorder.issued_reports import ReportDamaged, issued_report, keep_report
from recorder.store import open_databases

ASKED = RunSettings(first=date(2024, 4, 1), last=date(2025, 3, 31))
NOW = datetime(2026, 4, 2, tzinfo=UTC)

words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
money = st.integers(-(2**60), 2**60)
counts = st.integers(0, 10**6)
exact = st.fractions()
lines = st.builds(Line, words, words, exact, exact, words, money, words, st.lists(words, max_size=3).map(tuple))
blocks = st.builds(Block, words, words, st.lists(lines, max_size=3).map(tuple), money)
children = st.lists(
    st.builds(
        ChildReport, st.integers(1, 10**6), st.lists(blocks, max_size=3).map(tuple), money,
        st.lists(words, max_size=3).map(tuple), words, st.lists(words, max_size=2).map(tuple),
    ),
    max_size=4,
    unique_by=lambda each: each.child_no,
).map(lambda found: tuple(sorted(found, key=lambda each: each.child_no)))  # fmt: skip
rows = st.lists(st.builds(GroupRow, words, counts, counts, money), max_size=3).map(tuple)


@st.composite
def reports(draw: st.DrawFn) -> RunReport:
    held = draw(children)
    content = lines_csv(held)
    return RunReport(
        settings=ASKED,
        horizon=draw(st.dates()),
        children=held,
        groups={name: draw(rows) for name in GROUPINGS},
        total=draw(money),
        nights=draw(counts),
        placement_total=draw(money),
        coverage=draw(
            st.lists(st.builds(TeamMonth, words, counts, counts, counts, st.booleans()), max_size=3).map(tuple)
        ),
        unpriced=draw(
            st.lists(st.builds(Unpriced, words, words, words, exact, words, counts, words), max_size=3).map(tuple)
        ),
        notes=draw(st.lists(words, max_size=3).map(tuple)),
        csv_bytes=content,
        checksum=hashlib.sha256(content).hexdigest(),
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    databases = open_databases(str(tmp_path_factory.mktemp("desk")))
    upgrade(databases, "desk")
    engine = databases.engine("desk")
    yield engine
    engine.dispose()


@given(reports())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_report_read_back_is_the_report_that_was_kept(desk: Engine, report: RunReport) -> None:
    run_id = new_id()
    keep_report(desk, run_id, report, NOW)
    assert issued_report(desk, run_id, ASKED) == report


def _small() -> RunReport:
    line = Line("Visit", "base case", Fraction(420), Fraction(1, 3), "month", 140, "standard", ("episode:1",))
    held = (ChildReport(1, (Block("CLA3", "Maintaining the placement", (line,), 140),), 140),)
    content = lines_csv(held)
    return RunReport(
        ASKED, ASKED.last, held, dict.fromkeys(GROUPINGS, ()), 140, 0, 0, (), (), (), content,
        hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def test_a_report_kept_twice_is_kept_once(desk: Engine) -> None:
    run_id, report = new_id(), _small()
    keep_report(desk, run_id, report, NOW)
    keep_report(desk, run_id, report, NOW)
    assert issued_report(desk, run_id, ASKED) == report


def test_a_report_that_is_not_there_is_none(desk: Engine) -> None:
    assert issued_report(desk, UUID(int=7), ASKED) is None


def test_damage_is_seen(desk: Engine) -> None:
    for change in (update(run_report).values(checksum="0" * 64), update(run_report).values(summary=b"x"),
                   delete(run_child)):  # fmt: skip
        run_id = new_id()
        keep_report(desk, run_id, _small(), NOW)
        with desk.begin() as connection:
            connection.execute(change)
        with pytest.raises(ReportDamaged):
            issued_report(desk, run_id, ASKED)


def test_a_later_version_that_writes_its_csv_otherwise_still_shows_what_was_issued(desk: Engine) -> None:
    run_id = new_id()
    content = b"other,columns\n"
    older = replace(_small(), csv_bytes=content, checksum=hashlib.sha256(content).hexdigest())
    keep_report(desk, run_id, older, NOW)
    assert issued_report(desk, run_id, ASKED) == older
