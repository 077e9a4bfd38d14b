"""What all charts share: measures, round steps for an axis, the key, and series told apart without colour.

Charts are inline SVG under a policy that allows no style: attributes and classes only, with the colours in
`source/_figures.scss`. Widths are percentages and heights are pixels, so that a chart takes the width it is
given while its words keep their size.
"""

from collections.abc import Sequence
from math import floor, log10
from textwrap import wrap
from typing import Literal

from markupsafe import Markup

from web.design import formats

Measure = Literal["pounds", "hours", "count", "percent"]
"""What values are: pounds in units of 1/420 penny, hours in seconds, a count, or a share of one."""

SERIES = 6
_LABEL_WIDTH = 26  # characters of a label beside the value on a screen of 320 pixels
_LINE = 20
_SCALE = {"pounds": 42_000.0, "hours": 3_600.0, "count": 1.0, "percent": 0.01}
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LONG_POUNDS = 100_000 * 42_000
_DASHES = ("", "8 5", "2 5", "12 4 2 4", "5 3", "1 4")
# Cut out of the colour of a series, in a square of 8; the first series is plain.
_CUTS = (
    "",
    "M-2 2l4-4M0 8l8-8M6 10l4-4",
    "M2 2h1M6 6h1",
    "M2 0v8M6 0v8",
    "M0 0l8 8M8 0l-8 8",
    "M0 2h8M0 6h8",
)
_MARKERS = (
    "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
    "M-4-4h8v8h-8z",
    "M0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
    "M0-5l5 9h-10z",
    "M0 5l5-9h-10z",
    "M-4.5-1.5h3v-3h3v3h3v3h-3v3h-3v-3h-3z",
)


def value_text(value: float | None, measure: Measure) -> str:
    """A value as it stands beside its bar or in the tip of a point."""
    if value is None:
        return formats.NOT_KNOWN
    if measure == "pounds":
        return (formats.pounds_short if abs(value) >= _LONG_POUNDS else formats.pounds_whole)(round(value))
    if measure == "hours":
        return formats.hours(round(value))
    return (
        formats.percent(value) if measure == "percent" else formats.number(value, 0 if float(value).is_integer() else 1)
    )


def tick_text(value: float, measure: Measure) -> str:
    """A value on an axis, as short as it can be."""
    if measure == "pounds":
        return formats.pounds_short(round(value))
    if measure == "hours":
        return formats.number(value / 3600, 0 if (value / 3600).is_integer() else 1) + "h"
    return value_text(value, measure)


def ticks(low: float, high: float, measure: Measure, most: int = 5) -> list[float]:
    """Round values from at or under `low` to at or over `high`, at most `most` steps apart."""
    scale = _SCALE[measure]
    low, high = low / scale, high / scale
    if high <= low:
        high = low + 1
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    steps = (factor * size * power for size in (1.0, 10.0) for factor in _STEPS)
    for step in steps:
        first = floor(low / step + 1e-9)
        last = -floor(-high / step + 1e-9)
        if last - first <= most:
            break
    return [scale * step * count for count in range(first, last + 1)]


def text_of(number: float) -> str:
    """A coordinate with no more digits than a screen can show."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def swatches(chart_id: str, count: int) -> Markup:
    """The patterns of as many series, for the `<defs>` of a chart."""
    drawn = [
        Markup(
            '<pattern id="{}-fill-{}" class="db-series-{}" width="8" height="8" patternUnits="userSpaceOnUse">'
            '<rect width="8" height="8" fill="currentColor"/><path d="{}" stroke="#fff" stroke-width="{}"/></pattern>'
        ).format(chart_id, n, n, _CUTS[n - 1], "2" if n == 3 else "1.5")
        for n in range(2, count + 1)
    ]
    return Markup("<defs>{}</defs>").format(Markup("").join(drawn)) if drawn else Markup("")


def fill(chart_id: str, number: int) -> str:
    """What a shape of the series is filled with."""
    return "currentColor" if number == 1 else f"url(#{chart_id}-fill-{number})"


def dash(number: int) -> str:
    """The dashes of the line of a series, empty for a plain line."""
    return _DASHES[number - 1]


def marker(number: int) -> str:
    """The path of the mark of a series, about a middle of 0 0."""
    return _MARKERS[number - 1]


def key(chart_id: str, names: Sequence[str], *, lines: bool = False) -> Markup:
    """What each colour and pattern stands for; nothing for a single series, which the title names."""
    if len(names) < 2:
        return Markup("")
    items = []
    for number, name in enumerate(names, start=1):
        if lines:
            shape = Markup(
                '<path class="db-chart__line" d="M0 7h34" stroke="currentColor" stroke-dasharray="{}"/>'
                '<path d="{}" transform="translate(17 7)" fill="currentColor"/>'
            ).format(dash(number), marker(number))
        else:
            shape = Markup('<rect width="34" height="14" fill="{}"/>').format(fill(chart_id, number))
        items.append(
            Markup(
                '<li><svg class="db-series-{}" width="34" height="14" aria-hidden="true" focusable="false">{}</svg>'
                "{}</li>"
            ).format(number, shape, name)
        )
    return Markup('<ul class="db-chart__key" aria-hidden="true">{}</ul>').format(Markup("").join(items))


def drawing(chart_id: str, title: str, description: str, height: float, body: Markup) -> Markup:
    """The SVG of a chart, named and described for those who do not see it."""
    return Markup(
        '<svg class="db-chart__drawing" id="{id}-chart" role="img" width="100%" height="{height}" '
        'aria-labelledby="{id}-chart-title" aria-describedby="{id}-chart-desc" focusable="false">'
        '<title id="{id}-chart-title">{title}</title><desc id="{id}-chart-desc">{description}</desc>{body}</svg>'
    ).format(id=chart_id, title=title, description=description, height=text_of(height), body=body)


def check_series(count: int) -> None:
    """Raise ValueError for more series than can be told apart."""
    if not 1 <= count <= SERIES:
        raise ValueError(f"A chart can tell 1 to {SERIES} series apart, not {count}.")


def row_words(label: str, value: str, top: float) -> tuple[Markup, float]:
    """The words over a row of a chart, its label wrapped and its value at the right; and where the row begins."""
    lines = wrap(label, _LABEL_WIDTH) or [""]
    spans = Markup("").join(
        Markup('<tspan x="0" y="{}">{}</tspan>').format(text_of(top + _LINE * number + 15), line)
        for number, line in enumerate(lines)
    )
    drawn = Markup(
        '<text class="db-chart__label">{}</text>'
        '<text class="db-chart__value" x="100%" y="{}" text-anchor="end">{}</text>'
    ).format(spans, text_of(top + 15), value)
    return drawn, top + _LINE * len(lines) + 4
