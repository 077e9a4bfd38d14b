"""Lines over months, with ranges for what is not certain, and small lines for a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.design import formats
from web.design.chart_parts import (
    Measure,
    check_series,
    dash,
    drawing,
    key,
    marker,
    text_of,
    tick_text,
    ticks,
    value_text,
)

_TOP = 26
_HEIGHT = 220
_FOOT = 30
_LEFT = 10  # percent left free for the words of the axis
_RIGHT = 2  # percent left free, so that the last mark stays whole
_WIDE = 1000.0  # width of the box that stretches
_MOST_MARKS = 40
_FEW_MONTHS = 4  # named on a small screen
_MANY_MONTHS = 12  # named on a large one


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a value for each month, None where there is none (the line breaks there).

    `band` gives a lowest and highest for each month, or None. From the month number `expected_from` on (counted
    from 0) the line is drawn thin and dotted, because it is expected and not known.
    """

    name: str
    values: tuple[float | None, ...]
    band: tuple[tuple[float, float] | None, ...] = ()
    expected_from: int | None = None


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over months yyyymm. `area` fills under the first line; `from_zero` makes the axis begin at nought.

    With `labels` the points are no months but what these say, each a `label_word` (Month 1, Month 2).
    """

    id: str
    title: str
    description: str
    months: tuple[int, ...]
    lines: tuple[Line, ...]
    measure: Measure = "count"
    area: bool = False
    from_zero: bool = True
    labels: tuple[str, ...] = ()
    label_word: str = ""

    def short(self, index: int) -> str:
        """What stands under a point."""
        return self.labels[index] if self.labels else formats.month_short(self.months[index])

    def long(self, index: int) -> str:
        """What a point is called in its tip."""
        return f"{self.label_word} {self.labels[index]}" if self.labels else formats.month_name(self.months[index])


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The course of a figure in the space of a few words; `description` says it in words."""

    description: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class _Plot:
    count: int
    low: float
    high: float

    def x(self, index: int) -> float:
        """Percent from the left."""
        return 50.0 if self.count == 1 else _LEFT + (100 - _LEFT - _RIGHT) * index / (self.count - 1)

    def y(self, value: float) -> float:
        """Pixels from the top of the plot."""
        return _HEIGHT * (self.high - value) / (self.high - self.low)

    def point(self, index: int, value: float) -> str:
        return f"{text_of(self.x(index) / 100 * _WIDE)} {text_of(self.y(value))}"


def line_chart(chart: LineChart) -> Markup:
    """The chart as markup, its key above it. Raises ValueError where a line and the months do not match."""
    check_series(len(chart.lines))
    if not chart.months:
        raise ValueError("A line needs at least one month.")
    for line in chart.lines:
        if len(line.values) != len(chart.months) or len(line.band) not in {0, len(chart.months)}:
            raise ValueError(f"The line “{line.name}” does not have {len(chart.months)} values.")
    axis = _axis(chart)
    plot = _Plot(len(chart.months), axis[0], axis[-1])
    shapes = [_shapes(chart, plot, number) for number in range(len(chart.lines), 0, -1)]
    stretched = Markup(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">{}</svg>'
    ).format(_TOP, _HEIGHT, text_of(_WIDE), _HEIGHT, Markup("").join(shapes))
    marks = [_marks(chart, plot, number) for number in range(len(chart.lines), 0, -1)]
    body = Markup("").join([_grid(chart, plot, axis), stretched, *marks, _axis_words(chart, plot, axis)])
    svg = drawing(chart.id, chart.title, chart.description, _TOP + _HEIGHT + _FOOT, body)
    return Markup('<div class="db-chart">{}{}</div>').format(
        key(chart.id, [line.name for line in chart.lines], lines=True), svg
    )


def _axis(chart: LineChart) -> list[float]:
    known = [value for line in chart.lines for value in line.values if value is not None]
    known += [end for line in chart.lines for span in line.band if span is not None for end in span]
    known += [0.0] if chart.from_zero or not known else []
    return ticks(min(known), max(known), chart.measure, most=4)


def _grid(chart: LineChart, plot: _Plot, axis: Sequence[float]) -> Markup:
    lines = [
        Markup('<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"/>').format(
            "db-chart__zero" if value == 0 else "db-chart__grid", *[text_of(_TOP + plot.y(value))] * 2
        )
        for value in axis
    ]
    return Markup("").join(lines)


def _axis_words(chart: LineChart, plot: _Plot, axis: Sequence[float]) -> Markup:
    words = [
        Markup('<text class="db-chart__tick" x="0" y="{}">{}</text>').format(
            text_of(_TOP + plot.y(value) - 5), tick_text(value, chart.measure)
        )
        for value in axis
    ]
    many = -(-plot.count // _MANY_MONTHS)
    few = many * -(-plot.count // (many * _FEW_MONTHS))  # a multiple, so that the few are among the many
    for index in range(0, plot.count, many):
        ends_the_plot = index == plot.count - 1 and plot.count > 1
        words.append(
            Markup('<text class="db-chart__tick{}" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
                "" if index % few == 0 else " db-chart__tick--wide",
                text_of(100 if ends_the_plot else plot.x(index)),
                _TOP + _HEIGHT + 20,
                "end" if ends_the_plot else "middle",
                chart.short(index),
            )
        )
    return Markup("").join(words)


def _shapes(chart: LineChart, plot: _Plot, number: int) -> Markup:
    line = chart.lines[number - 1]
    drawn = []
    for run in _runs([span is not None for span in line.band]):
        spans = [(index, span) for index in run if (span := line.band[index]) is not None]
        edge = [plot.point(index, high) for index, (_, high) in spans]
        edge += [plot.point(index, low) for index, (low, _) in reversed(spans)]
        drawn.append(Markup('<path class="db-chart__band" fill="currentColor" d="M{}z"/>').format("L".join(edge)))
    for run in _runs([value is not None for value in line.values]):
        points = {index: plot.point(index, value) for index in run if (value := line.values[index]) is not None}
        if chart.area and number == 1:
            foot = plot.y(max(plot.low, 0.0))
            ends = [f"{text_of(plot.x(index) / 100 * _WIDE)} {text_of(foot)}" for index in (run[-1], run[0])]
            outline = "L".join([*points.values(), *ends])
            drawn.append(Markup('<path class="db-chart__area" fill="currentColor" d="M{}z"/>').format(outline))
        turn = line.expected_from if line.expected_from is not None else plot.count
        known = [points[index] for index in run if index < turn]
        expected = [points[index] for index in run if index >= turn - 1]
        for part, dashes in ((known, dash(number)), (expected, "1 6")):
            if len(part) > 1:
                drawn.append(
                    Markup(
                        '<path class="db-chart__line" stroke="currentColor" stroke-dasharray="{}" '
                        'vector-effect="non-scaling-stroke" d="M{}"/>'
                    ).format(dashes or "none", "L".join(part))
                )
    return Markup('<g class="db-series-{}">{}</g>').format(number, Markup("").join(drawn))


def _marks(chart: LineChart, plot: _Plot, number: int) -> Markup:
    """A mark at each point, with its value as a tip; only on lone points where there are too many to tell apart."""
    line = chart.lines[number - 1]
    every = plot.count <= _MOST_MARKS
    drawn = []
    for index, value in enumerate(line.values):
        alone = all(
            near is None for near in (*line.values[max(index - 1, 0) : index], *line.values[index + 1 : index + 2])
        )
        if value is None or not (every or alone):
            continue
        drawn.append(
            Markup(
                '<svg x="{}%" y="{}" overflow="visible"><path fill="currentColor" d="{}"><title>{}</title></path></svg>'
            ).format(
                text_of(plot.x(index)),
                text_of(_TOP + plot.y(value)),
                marker(number),
                f"{line.name}, {chart.long(index)}: {value_text(value, chart.measure)}",
            )
        )
    return Markup('<g class="db-series-{}">{}</g>').format(number, Markup("").join(drawn))


def _runs(present: Sequence[bool]) -> list[list[int]]:
    """Runs of neighbours that are there."""
    runs: list[list[int]] = []
    for index, there in enumerate(present):
        if there and runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        elif there:
            runs.append([index])
    return runs


def sparkline(line: Sparkline) -> Markup:
    """The line as markup, 120 by 28, with a mark on its last value."""
    known = [value for value in line.values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    count = max(len(line.values) - 1, 1)

    def place(index: int) -> tuple[str, str]:
        value = line.values[index]
        up = 0.5 if high == low or value is None else (value - low) / (high - low)
        return text_of(4 + 112 * index / count), text_of(24 - 20 * up)

    drawn = [
        Markup('<polyline class="db-sparkline__line" points="{}"/>').format(" ".join(",".join(place(i)) for i in run))
        for run in _runs([value is not None for value in line.values])
    ]
    last = [index for index, value in enumerate(line.values) if value is not None][-1:]
    drawn += [Markup('<circle class="db-sparkline__end" cx="{}" cy="{}" r="4"/>').format(*place(i)) for i in last]
    return Markup(
        '<svg class="db-sparkline" role="img" viewBox="0 0 120 28" width="120" height="28" aria-label="{0}" '
        'focusable="false"><title>{0}</title>{1}</svg>'
    ).format(line.description, Markup("").join(drawn))
