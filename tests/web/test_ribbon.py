"""The ribbon: bars by month, placements under them on the same scale, and its table."""

from __future__ import annotations

import re
from datetime import date

import pytest

from costing.money import UNITS_PER_POUND
from tests.web.pages import Browser
from tests.web.test_finance import shown
from web.design.ribbon_chart import RibbonChart, Stretch, ribbon_chart
from web.placements_ribbon import ribbon

JANUARY, MARCH = date(2025, 1, 1), date(2025, 3, 31)


def spans(drawn: str) -> dict[str, tuple[float, float]]:
    """Left and right, in percent, of each shape with a title."""
    found = re.findall(r'<rect[^>]* x="([\d.]+)%"[^>]* width="([\d.]+)%"[^>]*><title>([^<]*)', drawn)
    return {title: (float(left), float(left) + float(wide)) for left, wide, title in found}


def test_bars_and_placements_share_one_scale_of_days():
    costs = {202501: 1000 * UNITS_PER_POUND, 202502: None, 202503: 400 * UNITS_PER_POUND}
    moved = date(2025, 2, 1)
    placed = [(date(2024, 6, 1), moved, "agency_foster"), (moved, date(2026, 1, 1), "residential")]
    found = ribbon(costs, placed, JANUARY, MARCH)
    assert found is not None
    assert found["rows"] == [
        ["January 2025", "Agency foster care", "£1,000.00"], ["February 2025", "Residential care", "unpriced"],
        ["March 2025", "Residential care", "£400.00"],
    ]  # fmt: skip
    assert "The costliest month is January 2025, £1,000." in found["text"]
    at = spans(str(found["drawn"]))
    kinds = ("Agency", "Residential")
    foster, home = (next(span for name, span in at.items() if name.startswith(kind)) for kind in kinds)
    assert foster[0] == at["January 2025: £1,000"][0] == 10
    assert foster[1] == pytest.approx(home[0], abs=0.02)
    assert home[1] == pytest.approx(98, abs=0.05)
    assert at["March 2025: £400"][0] > home[0]
    assert not [name for name in at if name.startswith("February 2025")]


def test_stretches_of_one_type_are_one_and_a_gap_is_seen():
    placed = [
        (date(2025, 1, 1), date(2025, 1, 10), "la_foster"), (date(2025, 1, 10), date(2025, 2, 1), "la_foster"),
        (date(2025, 3, 1), date(2025, 3, 20), "la_foster"),
    ]  # fmt: skip
    found = ribbon({}, placed, JANUARY, MARCH)
    assert found is not None
    assert "2 stretches of placement" in found["text"]
    assert [row[1] for row in found["rows"]][1] == "No placement"


def test_a_single_month_has_no_ribbon_and_no_more_series_than_can_be_told_apart():
    assert ribbon({}, [], JANUARY, date(2025, 1, 31)) is None
    stretches = tuple(
        Stretch(date(2025, 1, 1 + 3 * n), date(2025, 1, 4 + 3 * n), f"Type {n}") for n in range(9)
    )  # fmt: skip
    drawn = str(ribbon_chart(RibbonChart("r", "t", "d", (202501,), (1.0,), stretches)))
    assert "Other" in drawn
    assert "db-series-7" not in drawn
    with pytest.raises(ValueError, match="a value for each"):
        ribbon_chart(RibbonChart("r", "t", "d", (202501,), (), ()))


def test_a_child_s_own_page_has_its_ribbon(fin: Browser) -> None:
    children = fin.get("/finance/children?from=2025-06-01&to=2026-03-31")
    href = next(each.get("href") for each in children.all("a") if (each.get("href") or "").startswith("/children/"))
    page = fin.get(str(href))
    rows = shown(page, "ribbon-table")
    assert rows[0] == ["June 2025", "Local authority foster care", "£2,900.00"]
    assert len(rows) == 10
