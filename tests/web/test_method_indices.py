"""Price indices on their page: the authority's own are stated, offered to sheets and runs, and refused in words."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from costing.calculator import RunProblems, RunSettings
from projections.queries.cost_lines import LiveCosts
from projections.queries.run_prices import run_prices
from tests.web.pages import Browser
from tests.web.test_finance import shown
from tests.web.village import Village

ADDRESS = "/method/indices"
OURS = {"name": "Pay award", "source": "Pay policy", "rows": "2024/25, 100\n2025/26, 104.2\n2026/27, 107, forecast"}


def test_an_index_of_our_own_is_stated_and_brings_a_sheet_to_its_prices(fin: Browser, village: Village) -> None:
    # given: typed first, and then put right by a file
    assert fin.send(fin.get(ADDRESS), {**OURS, "rows": "2024/25, 99"}).status_code == 303
    file = (io.BytesIO(b"year,index,status\n2024/25,100,\n2025/26,104.2,outturn\n2026/27,107,forecast\n"), "i.csv")
    sent = {**fin.get(ADDRESS).fields().to_dict(), **OURS, "rows": "", "file": file}
    assert fin.client.post(ADDRESS, data=sent).status_code == 303
    village.catch_up()
    # then
    rows = shown(fin.get(ADDRESS), "index-own-pay-award")
    assert rows == [["2026/27", "107.0000", "forecast"], ["2025/26", "104.2000", "outturn"],
                    ["2024/25", "100.0000", "outturn"]]  # fmt: skip
    page = fin.get("/method/sheets/lines?sheet=own&year=2026/27&series=own:Pay award")
    assert "Pay award, our own" in page.main
    assert "Pay award, our own" in fin.get("/runs/new").main
    recorder = village.house.recorder
    asked = RunSettings(first=date(2025, 4, 1), last=date(2026, 3, 30), price_base="2026/27", inflation="own:Pay award")
    with village.house.tables.reader().connect() as connection:
        prices = run_prices(LiveCosts(connection), asked, recorder.keys)
    factor = prices.series_of(asked, "placements").factor("2025/26", "2026/27")
    assert factor == Fraction(1070, 1042)


def test_a_run_that_names_an_index_or_year_that_is_not_stated_is_refused_in_words(village: Village) -> None:
    asked = RunSettings(first=date(2025, 4, 1), last=date(2026, 3, 30), price_base="2026/27", inflation="own:Pay award")
    with village.house.tables.reader().connect() as connection, pytest.raises(RunProblems) as told:
        run_prices(LiveCosts(connection), asked, village.house.recorder.keys)
    assert "There is no inflation series “own:Pay award”" in told.value.problems[0]


def test_everything_wrong_with_an_index_is_told_and_nothing_typed_is_lost(fin: Browser) -> None:
    page = fin.get(ADDRESS)
    typed = {"name": "", "source": "", "rows": "twenty, 100\n2025/26, much\n2025/26, 0, guess"}
    wrong = fin.submit(page, typed, status=422)
    assert [href for _, href in wrong.errors()] == ["#name", "#source", "#rows", "#rows", "#rows", "#rows"]
    assert "guess" in wrong.fields()["rows"]
    assert fin.send(page, OURS).status_code == 303
    late = fin.submit(page, OURS, status=422)
    assert "Somebody else stated an index just now" in late.errors()[0][0]


def test_only_finance_and_administrators_see_indices(ada: Browser, signed_in: Callable[[str], Browser]) -> None:
    ada.get(ADDRESS, 403)
    assert "State an index of your own" in signed_in("max").get(ADDRESS).main
