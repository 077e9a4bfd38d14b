"""The time of one process and worker type on a page of its own: how it spreads, and what its figures rest on."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from projections.queries.time_per_process import TimeRow
from web.account.access import allow
from web.design.chart_parts import ticks
from web.design.charts import Bar, BarChart, bar_chart
from web.design.formats import hours, number, percent, uk_date
from web.design.sources_chart import Sources, SourcesChart, sources_chart
from web.method.frame import MAY_SEE, tabs
from web.method.time_book import TimeAsked, ask_time, unit_of
from web.method.time_page import amount, k_words, row_words, still_working
from web.state import state
from web.words import process_words
from web.working import Working

__all__ = ["time_of"]

_BINS = 8


@allow(*MAY_SEE)
def time_of() -> ResponseReturnValue:
    """One row, with its distribution, its sources and their words."""
    with state().projections.reader().connect() as connection:
        found = ask_time(connection)
    if isinstance(found, Working):
        return still_working(found)
    row = None if found is None else _row(found)
    if found is None or row is None:
        abort(404)
    unit, fitted = unit_of(found.book.frameworks, row.process), found.report("").fitted
    bins = _bins(row)
    return render_template(
        "method/time_of.html",
        tabs=tabs("time"),
        found=found,
        row=row,
        unit=unit,
        title=process_words(row.process),
        words=row_words(row),
        sources=_sources(row) if row.time.mean is not None else None,
        combined=_combined(row, unit, k_words(fitted)),
        means=[amount(each) or "none" for each in (row.time.recorded.mean, row.time.estimate, row.time.mean)],
        figures=_figures(row),
        rests=_rests(row, unit),
        chart=_histogram(bins, unit) if bins else None,
        bins=[[label, number(count)] for label, count in bins],
        back=url_for("method.time", **found.asked.period.query(process=row.process)),
        by_variation=url_for("method.time", **found.asked.period.query(process=row.process, split="variations")),
        by_team=url_for("method.time", **found.asked.period.query(process=row.process, split="team")),
    )


def _row(found: TimeAsked) -> TimeRow | None:
    variations, team = request.args.get("variations"), request.args.get("team")
    split = {(False, False): "", (True, False): "variations", (False, True): "team", (True, True): "both"}[
        variations is not None, team is not None
    ]
    rows = found.report(split).rows
    key = (found.process, variations, found.worker_type, team)
    return next((row for row in rows if (row.process, row.variations, row.worker_type, row.team) == key), None)


def _sources(row: TimeRow) -> Markup:
    time = row.time
    known = [None if each is None else float(each) for each in (time.recorded.mean, time.estimate, time.mean)]
    one = Sources(row_words(row), known[0], time.interval, known[1], known[2])
    text = "The recorded mean with its 90% interval, the time a focus group agreed, and both combined."
    return sources_chart(SourcesChart("sources", "The two sources", text, (one,)))


def _combined(row: TimeRow, unit: str, fitted: str) -> list[str]:
    """How the combined figure comes about, sentence by sentence."""
    time, said = row.time, []
    if time.estimate is None:
        said.append("No focus group has agreed a time to combine with: the figure is that of the records alone.")
    elif not time.recorded.n:
        said.append("Nothing is recorded: the figure is what the focus group agreed.")
    else:
        said.append(
            f"{number(time.recorded.n)} records with a mean of {amount(time.recorded.mean)} and an agreed time of "
            f"{amount(time.estimate)} combine to {amount(time.mean)}. The records weigh {percent(time.weight or 0)} "
            f"and the focus group {percent(1 - (time.weight or 0))}."
        )
        said.append(fitted)
    if time.interval is not None:
        said.append(
            f"From these records the true mean of one {unit} lies between {hours(time.interval[0])} and "
            f"{hours(time.interval[1])} (90% interval: such an interval holds the true mean about nine times in ten). "
            "It rests on the records alone, and is as good as they are typical."
        )
    if time.estimate_fits is not None:
        said.append(
            "What the focus group agreed lies within it."
            if time.estimate_fits
            else "What the focus group agreed lies outside it: ask both why before you rely on either."
        )
    return said


def _figures(row: TimeRow) -> list[dict[str, Any]]:
    recorded = row.time.recorded
    named = (
        ("Mean", amount(recorded.mean)),
        ("Median: half take less, half more", amount(recorded.median)),
        ("Trimmed mean: a tenth left out at each end", amount(recorded.trimmed_mean)),
        ("Lower quartile", amount(recorded.lower_quartile)),
        ("Upper quartile", amount(recorded.upper_quartile)),
        ("Face to face or other direct work", _share(row.direct_share)),
    )
    return [{"key": key, "value": value} for key, value in named]


def _rests(row: TimeRow, unit: str) -> list[dict[str, Any]]:
    recorded = row.time.recorded
    took = (
        []
        if row.took_place is None
        else [{"key": f"{unit.capitalize()}s that took place", "value": number(row.took_place)}]
    )
    left = f"{number(recorded.unknown)}, with {hours(row.left_out)} known" if recorded.unknown else "none"
    lag = None if row.lag is None else f"{number(row.lag, 0 if float(row.lag).is_integer() else 1)} days"
    dates = "none" if row.starts is None else f"{uk_date(row.starts[0])} to {uk_date(row.starts[1])}"
    return [
        *took,
        {"key": "With recorded work of the process (n)", "value": number(recorded.n)},
        {"key": "Of these with time of this type of worker", "value": number(row.with_time)},
        {"key": "Left out: an entry has no time", "value": left},
        {"key": "All time recorded", "value": hours(row.seconds)},
        {"key": "They began", "value": dates},
        {"key": "Coverage: share of contracted time that these teams recorded", "value": _share(row.coverage)},
        {"key": "From the work to its entry, median", "value": lag},
        {"key": "Focus group", "value": _group(row)},
    ]  # fmt: skip


def _group(row: TimeRow) -> str:
    """What was agreed, by whom and when."""
    agreed = row.agreed
    if agreed is None:
        return "none agreed"
    people = f"{number(agreed.n)} practitioners" if agreed.n else "how many is not known"
    figure = amount(None if agreed.hours is None else agreed.hours * 3600) or "not known"
    return f"{figure}, agreed by {agreed.agreed_by} on {uk_date(agreed.agreed_on)} ({people})"


def _share(share: Fraction | None) -> str | None:
    return None if share is None else percent(share)


def _bins(row: TimeRow) -> list[tuple[str, int]]:
    """How many records lie between round times; those with none of this worker type on their own."""
    some = [each for each in row.times if each]
    found = [("None of this type of worker", len(row.times) - len(some))] if len(some) < len(row.times) else []
    if not some:
        return found
    edges = ticks(0.0, float(max(some)), "hours", _BINS)
    for low, high in pairwise(edges):
        label = f"Over {hours(round(low))}, up to {hours(round(high))}" if low else f"Up to {hours(round(high))}"
        found.append((label, sum(1 for each in some if low < each <= high)))
    return found


def _histogram(bins: list[tuple[str, int]], unit: str) -> Markup:
    bars = tuple(Bar(label, (float(count),)) for label, count in bins)
    text = f"How many {unit}s took how long, from the records."
    return bar_chart(BarChart("spread", "How the records spread", text, (f"{unit.capitalize()}s",), bars, "count"))
