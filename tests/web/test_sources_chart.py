"""The chart of two sources: every figure that is known is drawn, and said; what is not known is not."""

from __future__ import annotations

import re

from web.design.sources_chart import Sources, SourcesChart, sources_chart


def drawn(*rows: Sources) -> str:
    return str(sources_chart(SourcesChart("two", "Two sources", "In words.", rows)))


def test_each_known_figure_is_drawn_where_it_lies_and_said() -> None:
    made = drawn(Sources("CLA 6: Review", 3600.0, (1800, 5400), 14400.0, 7200.0))
    assert re.findall(r"<title>(CLA[^<]*)", made) == [
        "CLA 6: Review: recorded 1h", "CLA 6: Review: focus group 4h", "CLA 6: Review: combined 2h"
    ]  # fmt: skip
    assert re.findall(r'<svg class="db-series-\d" x="([\d.]+)%', made) == ["25", "100", "50"]
    assert 'x1="12.5%" x2="37.5%"' in made


def test_what_is_not_known_is_not_drawn_as_nothing() -> None:
    made = drawn(Sources("Own & new", None, None, 3600.0, 3600.0))
    assert "Own &amp; new" in made
    assert "recorded" not in made
    assert "db-series-1" not in made[made.index("db-chart__drawing") :]


def test_an_interval_that_runs_far_out_does_not_squeeze_the_figures() -> None:
    made = drawn(Sources("Few", 3600.0, (0, 360_000), 3600.0, 3600.0))
    assert 'x2="100%"' in made
    assert 'x="66.67%"' in made
