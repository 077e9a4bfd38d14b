"""Costs as finance reads them: headline figures, rows that open, and charts that say in words what they show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from costing.calendar import month_first, month_last
from costing.money import exact_text
from projections.queries.costs import CostReport, CostRow
from projections.queries.finance import Overview
from projections.queries.teams import UNALLOCATED
from web.design.charts import Bar, BarChart, Line, LineChart, bar_chart, line_chart
from web.design.formats import hours, month_name, number, percent, pounds, pounds_whole, uk_date
from web.words import placement_type_words, process_words

if TYPE_CHECKING:
    from web.finance.views import Wanted

__all__ = ["Chart", "breakdown", "cautions", "headline", "month_chart", "share_chart", "words_of"]


@dataclass(frozen=True)
class Chart:
    """A chart and the sentence over it."""

    drawn: Markup
    text: str


def words_of(report: CostReport, row: CostRow) -> str:
    """The key of a row in words."""
    if report.by == "month":
        return month_name(_month(row))
    if report.by == "placement-type":
        return placement_type_words(row.key)
    if report.by == "process":
        return process_words(row.key)
    return "Unallocated" if row.key == UNALLOCATED else row.key


def _month(row: CostRow) -> int:
    return int(row.key.replace("-", ""))


def headline(found: Overview, wanted: Wanted) -> list[dict[str, Any]]:
    """The big figures of a period."""
    total = found.total
    shown: list[dict[str, Any]] = [
        {"figure": pounds_whole(total.total), "label": "Total cost", "note": f"Exactly {exact_text(total.total)}"},
        {
            "figure": pounds_whole(total.placement_cost),
            "label": "Placements",
            "note": f"{pounds(total.placement_cost)} for {number(total.nights)} nights",
        },
        {
            "figure": pounds_whole(total.staff_cost),
            "label": "Staff time",
            "note": f"{pounds(total.staff_cost)} for {hours(total.staff_seconds)}",
        },
        {"figure": number(found.children), "label": "Children", "href": wanted.url("finance.children")},
    ]
    for amount, label in ((total.travel_cost, "Miles"), (total.service_cost, "Services and allowances")):
        if amount:
            shown.append({"figure": pounds_whole(amount), "label": label, "note": pounds(amount)})
    return shown


def cautions(total: CostRow, wanted: Wanted) -> list[dict[str, Any]]:
    """What to know before the figures are used: what has no price, rests on an average, or is not final."""
    note = "postings without a time, rate or fee, in no amount here" if total.unpriced else "everything has a price"
    shown: list[dict[str, Any]] = [
        {"figure": number(total.unpriced), "label": "Unpriced", "note": note, "attention": bool(total.unpriced)}
    ]
    note = "for nights without a fee, at their type’s average" if total.average else "no night rests on an average"
    shown.append(
        {
            "figure": pounds_whole(total.average),
            "label": "At average price",
            "note": note,
            "attention": bool(total.average),
        }
    )
    if total.accrual:
        note = f"for open placements in the running month, to {uk_date(wanted.horizon)}"
        shown.append({"figure": pounds_whole(total.accrual), "label": "Accrual", "note": note, "attention": True})
    return shown


def breakdown(report: CostReport, wanted: Wanted) -> dict[str, Any]:
    """Columns, rows and footer of a report; each figure leads on."""
    kinds = [("placement_cost", "Placements"), ("staff_cost", "Staff cost")]
    kinds += [
        (name, text)
        for name, text in (("travel_cost", "Miles"), ("service_cost", "Services and allowances"))
        if getattr(report.total, name)
    ]
    heading = {"month": "Month", "placement-type": "Placement type", "process": "Process"}.get(report.by, "Team")
    numeric = ["Nights", *(text for _, text in kinds), "Staff time", "Total"]
    rows = [_row(report, row, kinds, wanted) for row in _ordered(report)]
    footer = ["Total", *_cells(report.total, kinds), pounds(report.total.total)]
    return {"columns": [heading, *({"text": t, "numeric": True} for t in numeric)], "rows": rows, "footer": footer}


def _ordered(report: CostReport, ranked: bool = True) -> list[CostRow]:
    if report.by in {"month", "team"} or not ranked:
        return list(report.rows)
    return sorted(report.rows, key=lambda row: (-row.total, row.key))


def _row(report: CostReport, row: CostRow, kinds: list[tuple[str, str]], wanted: Wanted) -> list[Any]:
    href = _leads_to(report, row, wanted)
    first = {"text": words_of(report, row), "href": href, "note": _marks(row)}
    return [first, *_cells(row, kinds), pounds(row.total)]


def _cells(row: CostRow, kinds: list[tuple[str, str]]) -> list[str]:
    return [number(row.nights), *(pounds(getattr(row, name)) for name, _ in kinds), hours(row.staff_seconds)]


def _marks(row: CostRow) -> str | None:
    said = [f"{number(row.unpriced)} unpriced"] if row.unpriced else []
    if row.average:
        said.append(f"{pounds_whole(row.average)} at average price")
    if row.accrual:
        said.append(f"{pounds_whole(row.accrual)} accrual")
    return ", ".join(said) or None


def _leads_to(report: CostReport, row: CostRow, wanted: Wanted) -> str | None:
    """A month opens to its own overview, a type or process to the children behind it."""
    if report.by == "month":
        first, last = _days(row, wanted)
        return wanted.url("finance.overview", **{"from": first.isoformat(), "to": last.isoformat()})
    if report.by == "placement-type":
        return wanted.url("finance.children", type=row.key)
    return wanted.url("finance.children", process=row.key) if report.by == "process" else None


def _days(row: CostRow, wanted: Wanted) -> tuple[date, date]:
    month = _month(row)
    return max(month_first(month), wanted.first), min(month_last(month), wanted.last)


def month_chart(report: CostReport) -> Chart | None:
    """The cost of each month as a line; None for fewer than two."""
    rows = report.rows
    if len(rows) < 2:
        return None
    high, low = max(rows, key=lambda row: row.total), min(rows, key=lambda row: row.total)
    text = (
        f"Highest in {month_name(_month(high))} ({pounds_whole(high.total)}), lowest in "
        f"{month_name(_month(low))} ({pounds_whole(low.total)})."
    )
    lines = (Line("Cost", tuple(float(row.total) for row in rows)),)
    months = tuple(_month(row) for row in rows)
    chart = LineChart("by-month", "Cost by month", text, months, lines, measure="pounds", area=True)
    return Chart(line_chart(chart), text)


def share_chart(report: CostReport, name: str, title: str, *, ranked: bool = True) -> Chart | None:
    """The cost of each row as a bar, placements and work told apart; None where there is no row."""
    rows = _ordered(report, ranked)
    if not rows:
        return None
    largest = max(rows, key=lambda row: row.total)
    total = report.total.total
    share = f", {percent(Fraction(largest.total, total))} of all" if total else ""
    text = f"{words_of(report, largest)} comes to {pounds_whole(largest.total)}{share}."
    bars = tuple(
        Bar(words_of(report, row), (float(row.placement_cost), float(row.total - row.placement_cost))) for row in rows
    )
    series = ("Placements", "Work and travel")
    return Chart(bar_chart(BarChart(name, title, text, series, bars, measure="pounds")), text)
