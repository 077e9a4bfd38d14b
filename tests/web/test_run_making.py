"""Making a run, on either database: kept whole, the same again, and told what cannot be costed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from costing.calculator import RunProblems
from costing.calculator_file import read_run_settings
from projections.database import ProjectionDatabase
from recorder.application import Recorder
from recorder.issued_reports import issued_report
from recorder.runs import kept_run
from tests.house import open_house
from tests.stores import DATABASES
from tests.web.priced import correct_visit, price
from tests.web.village import Village, people_village, settings_for
from web.runs.making import made_run, make_run

ASKED = '[period]\nfirst = 2025-04-01\nlast = 2026-03-31\n[work]\nbasis = "recorded"\n'


@dataclass
class Opened:
    """The village's stores, as a page or a command has them open."""

    village: Village
    recorder: Recorder
    projections: ProjectionDatabase
    desk: Engine


@pytest.fixture(params=DATABASES)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    house = open_house(request.param, tmp_path)
    settings = settings_for(tmp_path / "data")
    people_village(house, settings)
    village = Village(house, settings)
    price(village)
    desk = house.where.engine("desk")
    yield Opened(village, house.recorder, house.tables, desk)
    desk.dispose()
    house.close()


def test_a_run_is_kept_whole_and_comes_out_the_same_from_tables_and_log(here: Opened) -> None:
    settings = read_run_settings(ASKED)
    live = made_run(here, settings)
    run_id = make_run(here, ASKED, title="Kept", by="fin")
    assert issued_report(here.desk, run_id, settings) == live.report
    fact = kept_run(here.recorder, run_id)
    assert fact is not None
    assert (fact.checksum, fact.position, fact.versions) == (live.report.checksum, live.position, live.versions)
    correct_visit(here.village, 120)
    assert made_run(here, settings).report.total != live.report.total
    again = made_run(here, settings, known=fact.known_upto, position=fact.position)
    assert again.report == live.report
    assert again.versions == live.versions


def test_what_was_settled_makes_the_same_run(here: Opened) -> None:
    settled = []
    first = make_run(here, ASKED, by="fin", settled=lambda instant, position: settled.append((instant, position)))
    correct_visit(here.village, 120)
    ((instant, position),) = settled
    assert make_run(here, ASKED, known=instant, position=position, by="max") == first


def test_an_instant_before_anything_was_known_is_told(here: Opened) -> None:
    long_ago = here.recorder.clock.now() - timedelta(days=5_000)
    with pytest.raises(RunProblems, match="No day has ended yet"):
        make_run(here, ASKED, known=long_ago, by="fin")


def test_a_period_past_the_last_day_is_told(here: Opened) -> None:
    with pytest.raises(RunProblems, match="the last day that has ended"):
        make_run(here, ASKED.replace("2026-03-31", "2030-03-31"), by="fin")
