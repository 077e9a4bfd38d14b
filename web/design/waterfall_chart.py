"""A chart of how a difference comes about: step after step, each from where the one before it ended."""

from dataclasses import dataclass

from markupsafe import Markup

from web.design.chart_parts import drawing, fill, key, row_words, swatches, text_of, value_text

__all__ = ["Step", "WaterfallChart", "waterfall_chart"]

_TALL, _GAP = 16, 16
_MORE, _LESS, _ALL = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the difference in units of 1/420 penny, below 0 where it makes it less."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class WaterfallChart:
    """Steps from nothing to the difference, which is the last bar. `id` must differ from every other id of the page."""

    id: str
    title: str
    description: str
    steps: tuple[Step, ...]
    total_label: str = "Difference"


def waterfall_chart(chart: WaterfallChart) -> Markup:
    """The chart as markup, its key above it."""
    spans, reached = list[tuple[str, float, float, int]](), 0.0
    for each in chart.steps:
        spans.append((each.label, reached, reached + each.value, _MORE if each.value >= 0 else _LESS))
        reached += each.value
    spans.append((chart.total_label, 0.0, reached, _ALL))
    low = min(0.0, *(min(start, stop) for _, start, stop, _ in spans))
    high = max(0.0, *(max(start, stop) for _, start, stop, _ in spans))
    wide = high - low or 1.0
    drawn, top = [swatches(chart.id, _ALL)], 0.0
    for label, start, stop, series in spans:
        words, top = row_words(label, _signed(stop - start), top)
        left, right = (100 * (at - low) / wide for at in sorted((start, stop)))
        bar = _bar(chart.id, series, (left, right), top, f"{label}: {_signed(stop - start)}")
        drawn += [words, bar, _zero(-100 * low / wide, top)]
        top += _TALL + _GAP
    svg = drawing(chart.id, chart.title, chart.description, top - _GAP, Markup("").join(drawn))
    names = key(chart.id, ("More", "Less", chart.total_label))
    return Markup('<div class="db-chart">{}{}</div>').format(names, svg)


def _bar(chart_id: str, series: int, ends: tuple[float, float], top: float, said: str) -> Markup:
    # A step of nothing is still seen, as a thin mark where it is.
    left, wide = min(ends[0], 99.5), max(ends[1] - ends[0], 0.5)
    return Markup(
        '<rect class="db-chart__track" y="{0}" width="100%" height="{1}"/>'
        '<rect class="db-series-{2}" x="{3}%" y="{0}" width="{4}%" height="{1}" fill="{5}"><title>{6}</title></rect>'
    ).format(text_of(top), _TALL, series, text_of(left), text_of(wide), fill(chart_id, series), said)


def _zero(at: float, top: float) -> Markup:
    return Markup('<line class="db-chart__zero" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>').format(
        text_of(at), text_of(top - 3), text_of(top + _TALL + 3)
    )


def _signed(value: float) -> str:
    text = value_text(value, "pounds")
    return f"+{text}" if value > 0 else text
