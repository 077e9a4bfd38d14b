"""Given the sample authority, when its recorded work is attached, then no second is lost or counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from costing.variations import shipped_frameworks
from projections import tables as t
from projections.queries.cost_lines import LiveCosts
from projections.queries.recorded_times import AttachedWork, attached_work
from projections.rebuild import rebuild
from tests.house import open_house
from tests.projections.la_dev_authority import LA_DEV, state_authority

pytestmark = pytest.mark.skipif(not LA_DEV.is_dir(), reason="the samples do not lie beside the checkout")
ENDED = date(2025, 6, 14)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AttachedWork, int]]:
    """All work with its occurrences, and the seconds posted to the processes of the frameworks."""
    house = open_house("sqlite", Path(tmp_path_factory.mktemp("authority")))
    state_authority(house.recorder)
    house.end_days(ENDED)
    rebuild(house.recorder.log_store, house.tables)
    frameworks = shipped_frameworks()
    codes = [each.code for each in frameworks.processes]
    with house.tables.reader().connect() as connection:
        source = LiveCosts(connection)
        found = attached_work(source, house.recorder.keys, frameworks)
        posted = source.frame(t.posting).filter((pl.col("cost_kind") == "staff") & pl.col("process").is_in(codes))
    yield found, int(posted["seconds"].sum())
    house.close()


def test_attached_left_out_and_unattached_add_up_to_what_is_posted(worked: tuple[AttachedWork, int]) -> None:
    everything, posted = worked
    found = everything.within(date(2015, 1, 1), ENDED)
    sums = [found.times["seconds"].sum(), found.times["left_out"].sum(), found.unattached["seconds"].sum()]
    assert min(sums) > 0
    assert sum(sums) == posted


def test_years_apart_hold_the_same_occurrences_as_all_together(worked: tuple[AttachedWork, int]) -> None:
    everything, _ = worked
    years = [everything.within(date(year, 4, 1), date(year + 1, 3, 31)) for year in range(2015, 2026)]
    whole = everything.within(date(2015, 4, 1), date(2026, 3, 31))
    assert sum(each.counts["n"].sum() for each in years) == whole.counts["n"].sum() > 0
    assert sum(each.unattached["seconds"].sum() for each in years) == whole.unattached["seconds"].sum()
