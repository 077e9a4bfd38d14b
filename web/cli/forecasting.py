"""``daybook forecast``: children in placement and what they will cost, from what had happened by a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from costing.forecast.back_test import BackTest, back_test, origins
from costing.forecast.files import forecast_csv
from costing.forecast.run import forecast
from costing.forecast.scenario_file import Suppositions, read_suppositions
from costing.forecast.settings import ForecastProblems, ForecastSettings
from costing.forecast.summary import Forecast
from projections.queries.cost_lines import CostSource, LiveCosts, costs_as_at
from projections.queries.forecasting import authority_settings, check_origin, forecast_facts, origin_warning
from recorder.store.log import to_micros
from web.cli.terminal import House, catch_up, known_instant, opened, progress_bar, typed_date

__all__ = ["forecast_ahead"]

_ASKED = ForecastSettings(until=date.max)


@click.command("forecast")
@click.option("--origin", callback=typed_date, required=True, help="The last day whose facts are seen.")
@click.option("--until", callback=typed_date, required=True, help="The last day of the forecast.")
@click.option("--uplift", type=float, default=0.0, show_default=True, help="Per cent on fees every 1 April ahead.")
@click.option("--simulations", type=int, default=_ASKED.simulations, show_default=True)
@click.option("--seed", type=int, default=_ASKED.seed, show_default=True, help="Another seed is another draw.")
@click.option(
    "--scenario",
    "scenario_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Suppositions and dated uplifts, as TOML (docs/forecast.md).",
)
@click.option("--as-at", "as_at", help="As it was known at an instant; a bare date is the end of that day in London.")
@click.option("--back-test", "judge", is_flag=True, help="Say how well it would have done at earlier days.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows to this file.")
def forecast_ahead(
    origin: date, until: date, uplift: float, simulations: int, seed: int,
    scenario_file: Path | None, as_at: str | None, judge: bool, csv_file: Path | None,
) -> None:  # fmt: skip
    """Forecast children in placement by day and placement cost by month.

    Only what had happened by the end of the origin is seen, whatever is known by now; --as-at looks at what was
    known then as well. The same request gives the same bytes.
    """
    supposed = _supposed(scenario_file)
    settings = ForecastSettings(
        until, simulations, seed=seed, yearly_uplift=uplift, uplifts=supposed.uplifts, scenarios=supposed.scenarios
    )
    known = known_instant(as_at)
    with opened() as house:
        catch_up(house)
        try:
            made, found = _made(house, settings, origin, known, judge=judge)
        except ForecastProblems as wrong:
            raise click.UsageError("\n".join(wrong.problems)) from wrong
        instant = (known or house.recorder.clock.now()).astimezone(UTC).isoformat(timespec="seconds")
    if csv_file is not None:
        csv_file.write_text(forecast_csv(made), encoding="utf-8", newline="")
    _show(made)
    if found is not None:
        _show_back_test(found)
    if supposed.title:
        click.echo(f"It supposes: {supposed.title}.")
    click.echo(f"Seen up to {origin:%d/%m/%Y}; {made.simulations:,} simulations, seed {seed}; as known at {instant}.")


def _supposed(file: Path | None) -> Suppositions:
    """What the file supposes; a usage error with every problem otherwise."""
    if file is None:
        return Suppositions()
    try:
        return read_suppositions(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as wrong:
        message = f"{file}: this is not a text file in UTF-8."
        raise click.UsageError(message) from wrong
    except ForecastProblems as wrong:
        raise click.UsageError("\n".join([f"{file}:", *wrong.problems])) from wrong


def _made(
    house: House, settings: ForecastSettings, origin: date, known: datetime | None, *, judge: bool
) -> tuple[Forecast, BackTest | None]:
    if known is None:
        with house.projections.reader().connect() as connection:
            return _of(LiveCosts(connection), house, settings, origin, judge=judge)
    with progress_bar("Going back") as step:
        source = costs_as_at(house.recorder.log_store, to_micros(known), None, step)
    return _of(source, house, settings, origin, judge=judge)


def _of(
    source: CostSource, house: House, settings: ForecastSettings, origin: date, *, judge: bool
) -> tuple[Forecast, BackTest | None]:
    check_origin(source, origin)
    if warning := origin_warning(source, origin):
        click.echo(warning)
    facts = forecast_facts(source, house.recorder.keys)
    asked = authority_settings(source, settings, origin)
    with progress_bar("Simulating") as step:
        made = forecast(facts, asked, origin, step)
    if not judge:
        return made, None
    with progress_bar("Looking back") as step:
        return made, back_test(facts, asked, origins(facts, origin), origin, progress=step)


def _show(made: Forecast) -> None:
    for row in made.years.iter_rows(named=True):
        first = row["year"]
        said = {name: f"£{Decimal(row[name]):,.0f}" for name in made.years.columns if name != "year"}
        click.echo(f"{first.year}/{(first.year + 1) % 100:02d}: placements cost {said['mean']}.")
        click.echo(f"  Actual {said['actual']}, committed {said['committed']}, simulated {said['simulated']}.")
        click.echo(f"  80% between {said['p10']} and {said['p90']}, 95% between {said['p2_5']} and {said['p97_5']}.")
    children = made.rows.filter(measure="children", placement_type="total").tail(1).row(0, named=True)
    click.echo(
        f"Children in placement on {children['date']:%d/%m/%Y}: {children['mean']:,.0f}, "
        f"95% between {children['p2_5']:,.0f} and {children['p97_5']:,.0f}."
    )
    if made.unpriced_children:
        click.echo(f"Without a fee or an average, counted at nothing: {made.unpriced_children:,} children.")


def _show_back_test(found: BackTest) -> None:
    if found.summary.is_empty():
        click.echo("There is not yet a year of history to judge it by.")
        return
    click.echo("How well it would have done at earlier days, in per cent:")
    table = Table("", box=None)
    for heading in ("months", "times", "bias", "MAPE", "in 80%", "in 95%", "naive", "trend"):
        table.add_column(heading, justify="right")
    names = ("bias", "mape", "within_80", "within_95", "naive_mape", "trend_mape")
    for row in found.summary.iter_rows(named=True):
        figures = ("" if row[name] is None else f"{row[name]:.1f}" for name in names)
        table.add_row(row["measure"], str(row["months_ahead"]), str(row["forecasts"]), *figures)
    Console(highlight=False).print(table)
    click.echo("Naive: today's children stay at today's fees. Trend: as the year before. Both by their MAPE.")
