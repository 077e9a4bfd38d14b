"""A chart of two sources: for each row the recorded mean with its interval, what was agreed, and both combined."""

from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from web.design.chart_parts import drawing, marker, text_of, tick_text, ticks, value_text

__all__ = ["Sources", "SourcesChart", "sources_chart"]

_LABEL_WIDTH = 34  # characters of a label on a screen of 320 pixels: nothing stands beside it
_LINE, _TALL, _GAP, _AXIS = 20, 36, 16, 22
_UPPER, _LOWER = 10, 26  # the records lie above what was agreed and the combined figure
_NAMES = ("Recorded mean", "Focus group", "Combined")
_SAID = ("recorded", "focus group", "combined")


@dataclass(frozen=True, slots=True)
class Sources:
    """One row, in seconds; None is not known, and is not drawn."""

    label: str
    recorded: float | None
    interval: tuple[int, int] | None
    agreed: float | None
    combined: float | None


@dataclass(frozen=True, slots=True)
class SourcesChart:
    """Rows on one axis of hours from nothing. `id` must differ from every other id of the page."""

    id: str
    title: str
    description: str
    rows: tuple[Sources, ...]


def sources_chart(chart: SourcesChart) -> Markup:
    """The chart as markup, its key above it. An interval that runs past every figure is cut at the edge."""
    known = [value for each in chart.rows for value in _values(each) if value is not None]
    ends = [each.interval[1] for each in chart.rows if each.interval]
    widest = max(known, default=0.0)
    axis = ticks(0.0, max(widest, min(max(ends, default=0), widest * 1.5)), "hours", 4)
    high = axis[-1]
    drawn, top = [], 0.0
    for each in chart.rows:
        lines = wrap(each.label, _LABEL_WIDTH) or [""]
        drawn.append(_label(lines, top))
        top += _LINE * len(lines) + 4
        drawn.append(_row(each, high, top))
        top += _TALL + _GAP
    grid = Markup("").join(_tick(value, high, top) for value in axis)
    svg = drawing(chart.id, chart.title, chart.description, top + _AXIS, Markup("").join(drawn) + grid)
    return Markup('<div class="db-chart">{}{}</div>').format(_key(), svg)


def _values(each: Sources) -> tuple[float | None, float | None, float | None]:
    return each.recorded, each.agreed, each.combined


def _key() -> Markup:
    items = Markup("").join(
        Markup(
            '<li><svg class="db-series-{}" width="34" height="16" aria-hidden="true" focusable="false">'
            '{}<path d="{}" transform="translate(17 8) scale(1.4)" fill="currentColor"/></svg>{}</li>'
        ).format(number, _BAR if number == 1 else "", marker(number), name)
        for number, name in enumerate(_NAMES, 1)
    )
    return Markup('<ul class="db-chart__key" aria-hidden="true">{}</ul>').format(items)


_BAR = Markup('<path d="M1 8h32M1 3v10M33 3v10" stroke="currentColor" stroke-width="2" fill="none"/>')


def _label(lines: list[str], top: float) -> Markup:
    spans = Markup("").join(
        Markup('<tspan x="0" y="{}">{}</tspan>').format(text_of(top + _LINE * place + 15), line)
        for place, line in enumerate(lines)
    )
    return Markup('<text class="db-chart__label">{}</text>').format(spans)


def _row(each: Sources, high: float, top: float) -> Markup:
    upper, lower = text_of(top + _UPPER), text_of(top + _LOWER)
    drawn = [Markup('<rect class="db-chart__track" y="{}" width="100%" height="{}"/>').format(text_of(top), _TALL)]
    if each.interval is not None:
        low, up = (100 * min(end, high) / high for end in each.interval)
        drawn.append(
            Markup('<line class="db-series-1" x1="{}%" x2="{}%" y1="{}" y2="{}" stroke="currentColor" '
                   'stroke-width="2"/>').format(text_of(low), text_of(up), upper, upper)
        )  # fmt: skip
        drawn += [_end(end, top) for end in (low, up) if end < 100]
    values = zip(_values(each), _SAID, strict=True)
    for number, (value, said) in enumerate(values, 1):
        if value is not None:
            drawn.append(
                Markup('<svg class="db-series-{}" x="{}%" y="{}" overflow="visible"><path d="{}" '
                       'transform="scale(1.4)" fill="currentColor" stroke="#fff" stroke-width="0.8">'
                       "<title>{}: {} {}</title></path></svg>").format(
                    number, text_of(100 * value / high), (upper, lower)[number > 1], marker(number), each.label, said,
                    value_text(value, "hours"),
                )
            )  # fmt: skip
    return Markup("").join(drawn)


def _end(at: float, top: float) -> Markup:
    return Markup(
        '<line class="db-series-1" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" stroke="currentColor" stroke-width="2"/>'
    ).format(text_of(at), text_of(top + _UPPER - 6), text_of(top + _UPPER + 6))


def _tick(value: float, high: float, top: float) -> Markup:
    anchor = "start" if not value else "end" if value == high else "middle"
    return Markup('<text class="db-chart__tick" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
        text_of(100 * value / high), text_of(top + 12), anchor, tick_text(value, "hours")
    )
