"""What the ledger holds of the children: nights of placements, and the work that was recorded."""

from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from costing.calculator_facts import RunFacts, RunPrices
from costing.calculator_lines import PIECE, Lines, OpenLine, cut, cut_by_month
from costing.calculator_report import ENTRY, HOUR, NIGHT, UNASSIGNED_BLOCK
from costing.calculator_settings import PLACEMENTS, RECORDED, RunSettings
from costing.calculator_settings import STAFF as STAFF_COMPONENT
from costing.calculator_settings import TRAVEL as TRAVEL_COMPONENT
from costing.calendar import return_year
from costing.money import round_half_up
from costing.placement_cost import MAINTAIN_PLACEMENT
from costing.postings import AVERAGE, PLACEMENT, STAFF, TRAVEL
from costing.summaries import clip
from costing.what_if_checks import reference_of

_SECONDS_AN_HOUR = 3600


def night_pieces(facts: RunFacts, settings: RunSettings, prices: RunPrices, lines: Lines) -> pl.DataFrame:
    """Pieces of the nights in the period, to the unit as the ledger has them; fills `lines`.

    One line for each placement, fee and basis: its unit cost is the product over its nights. A night
    without a price has a line of its own, with no amount.
    """
    held = facts.postings.filter(pl.col("cost_kind") == PLACEMENT).cast({"nights": pl.Int32})
    kept = clip(held, settings.first, settings.last).sort("child_no", "item_no", "line_no", "service_from")
    rows = []
    # A placement has the number of its first episode; in those that follow in it the legal status alone changed.
    urns = {each.number: reference_of(each.urn) for child in facts.children for each in child.episodes if each.urn}
    columns = ("child_no", "item_no", "line_no", "place_type", "basis", "service_from", "service_to")
    for row in kept.select(*columns, "nights", "amount", "sector").iter_rows():
        child, item, fee, kind, basis, start, last, nights, amount, sector = row
        shown = AVERAGE if basis == AVERAGE else RECORDED
        made = OpenLine(
            child, MAINTAIN_PLACEMENT, "Placement nights", kind, NIGHT, shown, None if amount is None else 0,
            sector=sector or "", urn=urns.get(item, ""),
        )  # fmt: skip
        rests_on = (f"episode:{item}", f"fee:{fee}") if fee else (f"episode:{item}",)
        place = lines.place((child, "nights", item, fee, kind, basis, amount is None), made, rests_on)
        lines.lines[place].quantity += nights or 0
        month = start.year * 100 + start.month
        amount = _uprated(amount, start, settings, prices, PLACEMENTS)
        rows.append((place, child, start, last + timedelta(days=1), month, kind, nights or 0, amount))
    return pl.DataFrame(rows, schema=PIECE, orient="row")


def work_pieces(
    facts: RunFacts,
    settings: RunSettings,
    prices: RunPrices,
    lines: Lines,
    placed: pl.DataFrame,
    recorded: pl.DataFrame | None,
) -> pl.DataFrame:
    """Pieces of staff time and travel recorded in the period; fills `lines`.

    `recorded`, where given, are the days of each child that are wholly recorded; work on others is left
    to the standard times. Work that belongs to no process of the frameworks has a block of its own.
    """
    inside = pl.col("service_from").is_between(settings.first, settings.last)
    held = facts.postings.filter(pl.col("cost_kind").is_in([STAFF, TRAVEL]) & inside)
    dated = held.with_columns(start=pl.col("service_from"), stop=pl.col("service_from") + timedelta(days=1))
    if recorded is not None:
        dated = cut(dated, recorded)
    dated = cut_by_month(cut(dated.drop("place_type"), placed)).sort("child_no", "start", "item_no", "line_no")
    processes = {each.code: each for each in prices.frameworks.processes}
    columns = ("child_no", "cost_kind", "item_no", "process", "worker_type", "seconds", "amount")
    rows = []
    for row in dated.select(*columns, "start", "stop", "month", "place_type").iter_rows():
        child, kind, item, code, worker, seconds, amount, start, stop, month, place_type = row
        process = processes.get(code)
        if process is not None and process.framework not in settings.frameworks:
            continue
        what = process.name if process else "Work assigned to no process"
        if kind == TRAVEL:
            what = f"{what}: miles"
        unit = HOUR if kind == STAFF and amount is not None else ENTRY
        made = OpenLine(
            child, code if process else UNASSIGNED_BLOCK, what, worker, unit, RECORDED,
            None if amount is None else 0,
        )  # fmt: skip
        key = (child, "work", made.process, kind, worker, amount is None)
        place = lines.place(key, made, (f"activity:{item}",))
        lines.lines[place].quantity += Fraction(seconds or 0, _SECONDS_AN_HOUR) if unit == HOUR else 1
        component = STAFF_COMPONENT if kind == STAFF else TRAVEL_COMPONENT
        rows.append(
            (place, child, start, stop, month, place_type, 0, _uprated(amount, start, settings, prices, component))
        )
    return pl.DataFrame(rows, schema=PIECE, orient="row")


def _uprated(amount: int | None, day: date, settings: RunSettings, prices: RunPrices, component: str) -> int | None:
    """An amount paid on a day at the run's price base, half-up to a unit. Raises UpratingRefused."""
    year = return_year(day)
    if amount is None or not settings.price_base or year == settings.price_base:
        return amount
    return round_half_up(amount * prices.series_of(settings, component).factor(year, settings.price_base))
