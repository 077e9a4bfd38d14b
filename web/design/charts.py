"""Charts as accessible inline SVG: bars, lines over months, and a line small enough for a table.

A page shows a chart with the `figure` macro, which puts the numbers beside it as a table:

    {{ figure("Cost by process", chart, columns, rows, id="by-process", text="Care planning cost most.") }}
"""

from dataclasses import dataclass

from markupsafe import Markup

from web.design.chart_parts import Measure, check_series, drawing, fill, key, row_words, swatches, text_of, value_text
from web.design.line_charts import Line, LineChart, Sparkline, line_chart, sparkline

__all__ = ["Bar", "BarChart", "Line", "LineChart", "Measure", "Sparkline", "bar_chart", "line_chart", "sparkline"]

_THICK = 16
_GAP = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `values` has one for each series, None where it is not known. They add up along the bar."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, longest at a glance; `series` names the parts of each (one name: plain bars).

    `id` must differ from every other id of the page. `description` says in words what the chart shows.
    """

    id: str
    title: str
    description: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    measure: Measure = "count"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values to percentages of the width."""

    low: float
    high: float

    def at(self, value: float) -> float:
        return 100 * (value - self.low) / (self.high - self.low)


def bar_chart(chart: BarChart) -> Markup:
    """The chart as markup, its key above it. Raises ValueError where a bar and the series do not match."""
    check_series(len(chart.series))
    for bar in chart.bars:
        if len(bar.values) != len(chart.series):
            raise ValueError(f"The bar “{bar.label}” has {len(bar.values)} values for {len(chart.series)} series.")
    scale = _scale(chart)
    drawn, top = [swatches(chart.id, len(chart.series))], 0.0
    for bar in chart.bars:
        words, top = row_words(bar.label, _total_text(bar, chart.measure), top)
        drawn += [words, _segments(chart, bar, scale, top)]
        top += _THICK + _GAP
    height = max(top - _GAP, 0)
    svg = drawing(chart.id, chart.title, chart.description, height, Markup("").join(drawn))
    return Markup('<div class="db-chart">{}{}</div>').format(key(chart.id, chart.series), svg)


def _scale(chart: BarChart) -> _Scale:
    low = high = 0.0
    for bar in chart.bars:
        known = [value for value in bar.values if value is not None]
        low = min(low, sum(value for value in known if value < 0))
        high = max(high, sum(value for value in known if value > 0))
    return _Scale(low, high if high > low else low + 1)


def _total_text(bar: Bar, measure: Measure) -> str:
    known = [value for value in bar.values if value is not None]
    if not known:
        return value_text(None, measure)
    total = value_text(sum(known), measure)
    return total if len(known) == len(bar.values) else f"{total}, part not known"


def _segments(chart: BarChart, bar: Bar, scale: _Scale, top: float) -> Markup:
    drawn = [Markup('<rect class="db-chart__track" y="{}" width="100%" height="{}"/>').format(text_of(top), _THICK)]
    ends = {True: 0.0, False: 0.0}  # how far the positive and the negative parts reach
    for number, (name, value) in enumerate(zip(chart.series, bar.values, strict=True), start=1):
        if not value:
            continue
        start = ends[value > 0]
        ends[value > 0] = start + value
        left, right = sorted((scale.at(start), scale.at(start + value)))
        said = f"{bar.label}: {value_text(value, chart.measure)}"
        drawn.append(
            Markup(
                '<rect class="db-series-{} db-chart__gap" x="{}%" y="{}" width="{}%" height="{}" fill="{}">'
                "<title>{}</title></rect>"
            ).format(
                number,
                text_of(left),
                text_of(top),
                text_of(right - left),
                _THICK,
                fill(chart.id, number),
                said if len(chart.series) == 1 else f"{said} {name.lower()}",
            )
        )
    if scale.low < 0:
        drawn.append(
            Markup('<line class="db-chart__zero" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>').format(
                text_of(scale.at(0)), text_of(top - 3), text_of(top + _THICK + 3)
            )
        )
    return Markup("").join(drawn)
