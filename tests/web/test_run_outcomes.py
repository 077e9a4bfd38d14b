"""Cost by outcome on a page and as an extract: each measure adds up, and small groups are withheld."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from costing.outcomes import ChildCost, cost_by_outcome
from projections.queries.outcomes import MEASURES
from recorder.runs import kept_runs
from tests.web.pages import Browser
from tests.web.priced import price
from tests.web.village import Village
from web.runs.outcomes_page import outcomes_csv


@pytest.fixture
def run(village: Village, signed_in: Callable[[str], Browser]) -> tuple[Browser, UUID]:
    price(village)
    fin = signed_in("fin")
    fin.submit(fin.get("/runs/new"), {"title": "All of 2025/26", "basis": "recorded"})
    (event,) = kept_runs(village.house.recorder)
    return fin, UUID(str(event.originator_id))


def test_every_measure_has_its_page_and_its_extract(run: tuple[Browser, UUID]) -> None:
    fin, run_id = run
    for code, measure in MEASURES.items():
        page = fin.get(f"/runs/{run_id}/outcomes?measure={code}")
        assert measure.words in page.main
        assert "does not show that one led to the other" in page.main
        assert "too few to say anything" in page.main  # the village has fewer than five children
        answer = fin.raw(f"/runs/{run_id}/outcomes.csv?measure={code}").get_data(as_text=True)
        assert "withheld" in answer
        assert "£" not in answer


def test_the_tables_of_the_instant_are_read_once_for_all_measures(
    run: tuple[Browser, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    fin, run_id = run
    first = fin.get(f"/runs/{run_id}/outcomes?measure=moves").main
    monkeypatch.setattr("web.runs.outcomes_page.source_at", None)
    assert fin.get(f"/runs/{run_id}/outcomes?measure=moves").main == first
    assert MEASURES["dental"].words in fin.get(f"/runs/{run_id}/outcomes?measure=dental").main


def test_a_measure_there_is_not_is_not_found(run: tuple[Browser, UUID]) -> None:
    fin, run_id = run
    fin.get(f"/runs/{run_id}/outcomes?measure=weather", 404)


def test_an_extract_withholds_a_second_band_with_a_small_one() -> None:
    costs = [ChildCost(number, 1, 42_000) for number in range(20)]
    bands = {number: "a" if number < 2 else "b" if number < 8 else "c" for number in range(20)}
    rows = outcomes_csv("Words", cost_by_outcome(costs, bands, ())).decode().splitlines()
    assert rows[1:] == [
        "Words,a" + ",withheld" * 6,
        "Words,b" + ",withheld" * 6,
        "Words,c,12,12,12.00,1.00,1.00,1.00",
        "Words,all children,20,20,20.00,,,",
    ]
