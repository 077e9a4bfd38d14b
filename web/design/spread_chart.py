"""A chart of how costs spread: for each row a bar over the middle half, a dot at the median, and its pounds."""

from dataclasses import dataclass

from markupsafe import Markup

from web.design.chart_parts import drawing, row_words, text_of, tick_text, ticks, value_text

__all__ = ["Spread", "SpreadChart", "spread_chart"]

_TALL, _GAP, _AXIS = 16, 16, 22


@dataclass(frozen=True, slots=True)
class Spread:
    """One row: lower quartile, median and upper quartile in units of 1/420 penny. `few`: only the dot is drawn."""

    label: str
    lower: float
    median: float
    upper: float
    few: bool = False


@dataclass(frozen=True, slots=True)
class SpreadChart:
    """Rows on one axis of pounds from nothing. `id` must differ from every other id of the page."""

    id: str
    title: str
    description: str
    rows: tuple[Spread, ...]


def spread_chart(chart: SpreadChart) -> Markup:
    """The chart as markup."""
    axis = ticks(0.0, max((each.upper for each in chart.rows), default=0.0), "pounds", 4)
    high = axis[-1]
    drawn, top = [], 0.0
    for each in chart.rows:
        words, top = row_words(each.label, value_text(each.median, "pounds"), top)
        drawn += [words, _row(each, high, top)]
        top += _TALL + _GAP
    grid = Markup("").join(_tick(value, high, top) for value in axis)
    body = Markup("").join(drawn) + grid
    svg = drawing(chart.id, chart.title, chart.description, top + _AXIS, body)
    return Markup('<div class="db-chart">{}</div>').format(svg)


def _row(each: Spread, high: float, top: float) -> Markup:
    middle = text_of(top + _TALL / 2)
    track = Markup('<rect class="db-chart__track" y="{}" width="100%" height="{}"/>').format(text_of(top), _TALL)
    said = f"{each.label}: median {value_text(each.median, 'pounds')}"
    bar = Markup("")
    if not each.few:
        said += f", middle half {value_text(each.lower, 'pounds')} to {value_text(each.upper, 'pounds')}"
        bar = Markup(
            '<rect class="db-series-1" x="{}%" y="{}" width="{}%" height="6" fill="currentColor">'
            "<title>{}</title></rect>"
        ).format(
            text_of(100 * each.lower / high), text_of(top + 5), text_of(100 * (each.upper - each.lower) / high), said
        )
    dot = Markup(
        '<circle class="db-series-1" cx="{}%" cy="{}" r="7" fill="{}" stroke="currentColor" stroke-width="2">'
        "<title>{}</title></circle>"
    ).format(text_of(100 * each.median / high), middle, "#fff" if each.few else "currentColor", said)
    return track + bar + dot


def _tick(value: float, high: float, top: float) -> Markup:
    at, anchor = text_of(100 * value / high), "start" if not value else "end" if value == high else "middle"
    return Markup('<text class="db-chart__tick" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
        at, text_of(top + 12), anchor, tick_text(value, "pounds")
    )
