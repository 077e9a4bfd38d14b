"""The versions of everything that a run used, by name: what has changed if it ever comes out otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from importlib.metadata import version

import polars as pl

from costing import vocabulary
from costing.calculator import COMPONENTS, RunPrices, RunSettings
from costing.placement_map import shipped_placement_map
from costing.processes import VERSION
from costing.unit_cost_sheets import SheetLine
from costing.uprating import IndexSeries
from costing.variations import Frameworks, shipped_frameworks
from projections import tables as t
from projections.queries.cost_lines import CostSource
from projections.queries.inference import inference_of

__all__ = ["VERSION_WORDS", "versions_of", "versions_words"]

VERSION_WORDS = {
    "product": "Daybook",
    "method": "Method",
    "frameworks": "Frameworks",
    "sheet": "Sheet of unit costs",
    "inflation": "Inflation",
    "vocabulary": "Kinds of work",
    "inference": "Work taken to be of a process",
    "placement_map": "Placement codes",
}
_SHORT = 12


def versions_of(settings: RunSettings, prices: RunPrices, source: CostSource) -> dict[str, str]:
    """What a run of these settings and prices used; what an authority may change carries a checksum of its rows."""
    return {
        "product": version("daybook"),
        "method": VERSION,
        "frameworks": _frameworks(prices.frameworks),
        "sheet": f"{prices.sheet.name} ({settings.sheet}), {_sum(map(_line, prices.sheet.lines))}",
        "inflation": _inflation(settings, prices),
        "vocabulary": vocabulary.VERSION,
        "inference": inference_of(source).version,
        "placement_map": _placement_map(source),
    }


def versions_words(held: Mapping[str, str]) -> list[tuple[str, str]]:
    """Versions that a run used with what each is of, in order; one that an older run does not name is left out."""
    known = [(words, held[name]) for name, words in VERSION_WORDS.items() if held.get(name)]
    return known + [(name, text) for name, text in held.items() if name not in VERSION_WORDS and text]


def _frameworks(used: Frameworks) -> str:
    if used == shipped_frameworks():
        return used.version
    rows = [repr((each.code, each)) for each in used.processes]
    rows += [repr((each.process, each.code, each.name, each.adds, each.aspect, each.when.text))
             for each in used.variations]  # fmt: skip
    return f"{used.version} with rows of the authority, {_sum(rows)}"


def _line(each: SheetLine) -> str:
    parts = [(part.worker_type, part.hours, part.hour_pence) for part in each.parts]
    return repr((each.process, sorted(each.variations), each.effect, each.counted_by, each.exact_pence,
                 each.price_year, each.origin, each.holds_fee, parts))  # fmt: skip


def _inflation(settings: RunSettings, prices: RunPrices) -> str:
    if not settings.price_base:
        return ""
    used = {each: prices.series_of(settings, each) for each in COMPONENTS}
    assumed = {each for each in COMPONENTS if isinstance(settings.rates.get(each), Decimal)}
    said = {series.name: "" if each in assumed else f", {_sum(_points(series))}" for each, series in used.items()}
    return "; ".join(f"{name}{checksum}" for name, checksum in said.items())


def _points(series: IndexSeries) -> Iterable[str]:
    return (f"{each.year} {each.value} {each.status}" for each in series.points.values())


def _placement_map(source: CostSource) -> str:
    own = source.frame(t.setting).filter(pl.col("name") == "placement_map").sort("valid_from")
    if own.height:
        return f"the authority’s own, {_sum([own['value'][-1]])}"
    return f"as it comes with Daybook, {_sum(map(repr, shipped_placement_map().iter_rows()))}"


def _sum(rows: Iterable[str]) -> str:
    """A short checksum of rows."""
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:_SHORT]
