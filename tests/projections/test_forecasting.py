"""Forecasts through the whole product, over the made-up authority: what they rest on, and the same bytes again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from costing.forecast.fees import actual_nights
from costing.forecast.run import actual_children
from costing.forecast.settings import ForecastSettings
from costing.money import pounds
from projections.queries.cost_lines import LiveCosts, costs_as_at
from projections.queries.forecasting import authority_settings, forecast_facts, staff_rates
from projections.rebuild import rebuild
from recorder.store.log import to_micros
from tests.house import NOW, House, open_house
from tests.projections.la_dev_authority import LA_DEV, state_authority
from web.cli.forecasting import forecast_ahead

LAST = date(2025, 3, 31)
ORIGIN = date(2024, 3, 31)
COST_2024 = "25936654.21"

pytestmark = pytest.mark.skipif(not LA_DEV.is_dir(), reason="la_dev does not lie beside this checkout")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = open_house("sqlite", tmp_path_factory.mktemp("forecast"))
    state_authority(made.recorder)
    made.end_days(LAST)
    rebuild(made.recorder.log_store, made.tables)
    yield made
    made.close()


@pytest.fixture(scope="module", autouse=True)
def data(house: House) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAYBOOK_DATA", str(house.where.folder))
        yield


def run(*arguments: object) -> Result:
    few = ["--simulations", "200", "--uplift", "3.8"]
    return CliRunner().invoke(forecast_ahead, [*map(str, arguments), *few])


def test_the_facts_are_the_children_nights_and_cost_of_the_authority(house: House) -> None:
    with house.tables.reader().connect() as connection:
        source = LiveCosts(connection)
        facts = forecast_facts(source, house.recorder.keys)
        settings = authority_settings(source, ForecastSettings(until=LAST), ORIGIN)
        rates = staff_rates(source, LAST)
    assert facts.observed_from == date(2020, 4, 1)
    assert settings.free_types >= {"parents", "adoption"}
    assert set(rates) >= {"CLA3", "CLA6"}
    assert settings.staff_rates == {}, "nobody's time was recorded before that day"
    spent = actual_nights(facts, settings, date(2024, 4, 1), LAST)
    assert f"{pounds(int(spent['units'].sum()))}" == COST_2024
    true = pl.read_csv(LA_DEV / "truth" / "population_daily.csv", try_parse_dates=True)
    everyone = true.select("date", count=pl.sum_horizontal(pl.exclude("date"))).filter(pl.col("date") <= LAST)
    found = actual_children(facts, date(2020, 4, 1), LAST).group_by("date").agg(pl.col("children").sum()).sort("date")
    assert found["children"].to_list() == everyone.sort("date")["count"].to_list()


def test_facts_as_at_an_instant_are_those_of_the_tables(house: House) -> None:
    with house.tables.reader().connect() as connection:
        live = forecast_facts(LiveCosts(connection), house.recorder.keys)
    then = forecast_facts(costs_as_at(house.recorder.log_store, to_micros(NOW)), house.recorder.keys)
    assert then.placements.equals(live.placements)
    assert then.fees.equals(live.fees)


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    for file in (first, again):
        said = run("--origin", ORIGIN, "--until", "2025-09-30", "--csv", file)
        assert said.exit_code == 0, said.output
    assert first.read_bytes() == again.read_bytes()
    frame = pl.read_csv(first, try_parse_dates=True)
    assert frame.columns == ["date", "measure", "placement_type", "mean", "p2_5", "p10", "p50", "p90", "p97_5"]
    days = frame.filter(measure="children", placement_type="total")
    assert (days["date"].min(), days["date"].max(), days.height) == (date(2024, 4, 1), date(2025, 9, 30), 548)
    assert frame.filter(measure="cost", placement_type="total").height == 18
    parts = frame.filter(pl.col("placement_type") != "total").group_by("date", "measure").agg(pl.col("mean").sum())
    beside = parts.join(frame.filter(placement_type="total"), on=["date", "measure"])
    assert beside.select((pl.col("mean") - pl.col("mean_right")).abs().max()).item() < 0.06
    assert "2024/25" in said.output
    assert "2025/26" in said.output


def test_what_was_known_then_is_a_forecast_of_its_own(tmp_path: Path) -> None:
    """By now all is known as it is in the tables; on 29 June 2023 not even the return of 2022/23 was there."""
    files = {name: tmp_path / f"{name}.csv" for name in ("live", "now", "then")}
    asked: dict[str, list[str]] = {"live": [], "now": ["--as-at", NOW.isoformat()], "then": ["--as-at", "2023-06-29"]}
    for name, file in files.items():
        said = run("--origin", "2023-06-01", "--until", "2023-12-31", "--csv", file, *asked[name])
        assert said.exit_code == 0, said.output
    assert files["now"].read_bytes() == files["live"].read_bytes()
    assert files["then"].read_bytes() != files["live"].read_bytes()
    assert "The last return ends on 31/03/2022" in said.output, "that of 2022/23 came at the end of June"


def test_a_supposition_is_taken_from_a_file(tmp_path: Path) -> None:
    file, csv = tmp_path / "fewer.toml", tmp_path / "fewer.csv"
    file.write_text('title = "Nobody comes"\n[[scenario]]\nkind = "entrants"\nstarts = 2024-04-01\npercent = -100\n')
    said = run("--origin", ORIGIN, "--until", LAST, "--scenario", file, "--csv", csv)
    assert said.exit_code == 0, said.output
    assert "Nobody comes" in said.output
    everyone = pl.read_csv(csv).filter(measure="children", placement_type="total")["mean"].to_list()
    assert everyone == sorted(everyone, reverse=True)


def test_how_well_it_would_have_done_is_said_when_asked() -> None:
    said = run("--origin", "2021-12-31", "--until", "2022-01-31", "--back-test")
    assert said.exit_code == 0, said.output
    assert "Naive: today's children stay" in said.output
    assert [line.split()[1:3] for line in said.output.splitlines() if line.startswith(" children ")] == [
        ["1", "3"], ["3", "2"], ["6", "1"],
    ]  # fmt: skip
    early = run("--origin", "2021-01-31", "--until", "2021-03-31", "--back-test")
    assert "There is not yet a year of history" in early.output


def test_everything_that_is_wrong_is_said(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text("[[scenario]]\nkind = 'magic'\n[[scenario]]\nkind = 'new_home'\nstarts = 2024-04-01\nbeds = 0.5\n")
    said = run("--origin", ORIGIN, "--until", LAST, "--scenario", file)
    assert said.exit_code == 2
    for words in ("kind must be one of", "beds must be a whole number", "weekly_pounds is missing"):
        assert words in said.output
    late = run("--origin", "2027-04-01", "--until", "2028-03-31")
    assert late.exit_code == 2
    assert "is not over yet" in late.output
