"""A chart of what each month cost, with where somebody was placed as a ribbon under it, on one scale of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from costing.calendar import month_first, month_last
from web.design import formats
from web.design.chart_parts import SERIES, drawing, fill, key, swatches, text_of, tick_text, ticks, value_text

__all__ = ["RibbonChart", "Stretch", "ribbon_chart"]

_TOP, _HEIGHT, _WORDS, _RIBBON, _FOOT = 26, 150, 28, 24, 6
_LEFT, _RIGHT = 10.0, 2.0  # percent left free for the words of the axis and the last bar
_COST = "Cost of the month"
_MANY, _FEW = 12, 4  # months named on a large screen, and on a small one


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `start` up to `stop`, which is no longer part of it; `name` is the series it belongs to."""

    start: date
    stop: date
    name: str


@dataclass(frozen=True, slots=True)
class RibbonChart:
    """What each of `months` (yyyymm, one after the other) cost in units of 1/420 penny, None where there is none.

    `stretches` lie under the bars; those of the names with most days are told apart, the others are one series.
    """

    id: str
    title: str
    description: str
    months: tuple[int, ...]
    values: tuple[float | None, ...]
    stretches: tuple[Stretch, ...]


def ribbon_chart(chart: RibbonChart) -> Markup:
    """The chart as markup, the key of its ribbon above it. Raises ValueError where months and values do not match."""
    if not chart.months or len(chart.months) != len(chart.values):
        raise ValueError("A ribbon needs a value for each of at least one month.")
    first, last = month_first(chart.months[0]), month_last(chart.months[-1])
    names = _names(chart.stretches, first, last)
    known = [value for value in chart.values if value is not None]
    axis = ticks(min(0.0, *known) if known else 0.0, max(0.0, *known) if known else 0.0, "pounds", most=3)
    body = Markup("").join([
        swatches(chart.id, len(names) + 1),
        _grid(axis),
        _bars(chart, axis, first, last),
        _months(chart, first, last),
        _ribbon(chart, names, first, last),
    ])  # fmt: skip
    svg = drawing(chart.id, chart.title, chart.description, _TOP + _HEIGHT + _WORDS + _RIBBON + _FOOT, body)
    return Markup('<div class="db-chart">{}{}</div>').format(key(chart.id, [_COST, *names]), svg)


def _names(stretches: Sequence[Stretch], first: date, last: date) -> list[str]:
    """The series of the ribbon, those with most days first; what is beyond the series goes together."""
    days: dict[str, int] = {}
    for each in stretches:
        shown = (min(each.stop, last) - max(each.start, first)).days
        if shown > 0:
            days[each.name] = days.get(each.name, 0) + shown
    names = sorted(days, key=lambda name: (-days[name], name))
    # The bars are a series of their own, so that one less is left for the ribbon.
    return names if len(names) < SERIES else [*names[: SERIES - 2], "Other"]


def _x(day: date, first: date, last: date) -> float:
    """Percent from the left."""
    return _LEFT + (100 - _LEFT - _RIGHT) * (day - first).days / ((last - first).days + 1)


def _y(value: float, axis: Sequence[float]) -> float:
    return _TOP + _HEIGHT * (axis[-1] - value) / (axis[-1] - axis[0])


def _grid(axis: Sequence[float]) -> Markup:
    drawn = []
    for value in axis:
        place = text_of(_y(value, axis))
        shape = "db-chart__zero" if value == 0 else "db-chart__grid"
        drawn.append(Markup('<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"/>').format(shape, place, place))
        words = Markup('<text class="db-chart__tick" x="0" y="{}">{}</text>')
        drawn.append(words.format(text_of(_y(value, axis) - 5), tick_text(value, "pounds")))
    return Markup("").join(drawn)


def _bars(chart: RibbonChart, axis: Sequence[float], first: date, last: date) -> Markup:
    drawn = []
    zero = _y(0.0, axis)
    for month, value in zip(chart.months, chart.values, strict=True):
        if value is None:
            continue
        left, right = _x(month_first(month), first, last), _x(month_last(month), first, last)
        top = min(_y(value, axis), zero)
        drawn.append(
            Markup(
                '<rect x="{}%" y="{}" width="{}%" height="{}" fill="currentColor"><title>{}: {}</title></rect>'
            ).format(
                text_of(left), text_of(top), text_of(max(right - left, 0.3)), text_of(abs(_y(value, axis) - zero)),
                formats.month_name(month), value_text(value, "pounds"),
            )
        )  # fmt: skip
    return Markup('<g class="db-series-1">{}</g>').format(Markup("").join(drawn))


def _months(chart: RibbonChart, first: date, last: date) -> Markup:
    count = len(chart.months)
    many = -(-count // _MANY)
    few = many * -(-count // (many * _FEW))
    drawn = []
    for place in range(0, count, many):
        month = chart.months[place]
        drawn.append(
            Markup('<text class="db-chart__tick{}" x="{}%" y="{}">{}</text>').format(
                "" if place % few == 0 else " db-chart__tick--wide", text_of(_x(month_first(month), first, last)),
                _TOP + _HEIGHT + 18, formats.month_short(month),
            )
        )  # fmt: skip
    return Markup("").join(drawn)


def _ribbon(chart: RibbonChart, names: Sequence[str], first: date, last: date) -> Markup:
    top = _TOP + _HEIGHT + _WORDS
    drawn = []
    for each in chart.stretches:
        start, stop = max(each.start, first), min(each.stop, date.fromordinal(last.toordinal() + 1))
        if start >= stop:
            continue
        number = (names.index(each.name) if each.name in names else len(names) - 1) + 2
        left, right = _x(start, first, last), _x(stop, first, last)
        said = (
            f"{each.name}: {formats.uk_date(each.start)} to {formats.uk_date(date.fromordinal(stop.toordinal() - 1))}"
        )
        drawn.append(
            Markup(
                '<rect class="db-series-{}" x="{}%" y="{}" width="{}%" height="{}" fill="{}"><title>{}</title></rect>'
                '<line class="db-chart__gap" x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
            ).format(
                number, text_of(left), top, text_of(max(right - left, 0.3)), _RIBBON, fill(chart.id, number), said,
                text_of(left), text_of(left), top, top + _RIBBON,
            )
        )  # fmt: skip
    return Markup("").join(drawn)
