"""The report of a run: what it comes to, what makes most of it, and how it was made."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from costing.calculator import RunReport
from costing.calculator_settings import RECORDED_WHERE_COVERED
from costing.money import round_half_up
from web.account.access import allow
from web.design.charts import Bar, BarChart, bar_chart
from web.design.formats import month_name, number, percent, pounds, pounds_whole
from web.runs.figures import (
    child_words,
    costliest,
    drivers,
    drivers_words,
    group_words,
    made_of,
    mean_and_median,
    need_words,
    quantity_words,
    sorted_groups,
)
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import HeldRun, held_run
from web.words import process_words

__all__ = ["group_table", "report"]

_SHOWN_UNPRICED = 20
_COVERAGE_SHOWN = 60


@allow(*MAY_SEE)
def report(run_id: UUID) -> ResponseReturnValue:
    """The totals of a run, what they are made of, what has no price, and how it was made."""
    held = held_run(run_id)
    found = held.report
    return render_template(
        "runs/report.html",
        held=held,
        report=found,
        tabs=run_tabs(held, "report"),
        figures=_headline(found),
        made_of=[
            [{"text": part.words, "note": part.quantity}, _share(part.amount, found.total), pounds(part.amount)]
            for part in made_of(found)
        ],
        processes=group_table(held, "process"),
        types=group_table(held, "placement-type"),
        years=group_table(held, "year"),
        process_chart=_chart(found, "process", "Cost by process"),
        type_chart=_chart(found, "placement-type", "Cost by placement type"),
        driver_chart=_driver_chart(found),
        drivers=_driver_rows(found),
        drivers_words=drivers_words(found),
        costliest=_costliest(held),
        unpriced=_unpriced(found),
        unpriced_left=max(0, len(found.unpriced) - _SHOWN_UNPRICED),
        coverage=_coverage(found) if held.settings.basis == RECORDED_WHERE_COVERED else [],
        coverage_left=max(0, len(found.coverage) - _COVERAGE_SHOWN),
        covered=sum(each.covered for each in found.coverage),
    )


def group_table(held: HeldRun, by: str) -> dict[str, Any]:
    """A grouping as columns, rows and the total; each row opens to its children."""
    found = held.report
    rows = [
        [
            {"text": group_words(by, row.key), "href": _opens(held, by, row.key)},
            number(row.children),
            number(row.nights),
            pounds(round_half_up(Fraction(row.amount, row.children))) if row.children else None,
            _share(row.amount, found.total),
            pounds(row.amount),
        ]
        for row in sorted_groups(by, found.group(by))
    ]
    mean, _ = mean_and_median(found)
    footer = ["Total", number(len(found.children)), number(found.nights), pounds(mean), "", pounds(found.total)]
    return {"rows": rows, "footer": footer, "count": len(rows)}


def _opens(held: HeldRun, by: str, key: str) -> str:
    more: dict[str, Any] = {by: key}
    return url_for("runs.children", run_id=held.run_id, **more)


def _share(part: int, whole: int) -> str:
    return percent(Fraction(part, whole), 1) if whole else ""


def _headline(found: RunReport) -> list[dict[str, Any]]:
    mean, middle = mean_and_median(found)
    other = found.total - found.placement_total
    shown: list[dict[str, Any]] = [
        {"figure": pounds_whole(found.total), "label": "Total", "note": f"{pounds(found.total)} to the penny"},
        {
            "figure": pounds_whole(found.placement_total),
            "label": "Placements",
            "note": f"{number(found.nights)} nights",
        },
        {"figure": pounds_whole(other), "label": "Processes and work", "note": f"{_share(other, found.total)} of all"},
        {"figure": number(len(found.children)), "label": "Children", "note": "with any cost in the period"},
    ]
    if mean is not None:
        note = f"median {pounds_whole(middle)}"
        shown.append({"figure": pounds_whole(mean), "label": "A child, on average", "note": note})
    note = "lines in no amount here" if found.unpriced else "everything has a price"
    count = number(len(found.unpriced))
    shown.append({"figure": count, "label": "Unpriced", "note": note, "attention": bool(found.unpriced)})
    return shown


def _chart(found: RunReport, by: str, title: str) -> dict[str, Any]:
    rows = sorted_groups(by, found.group(by))
    if not rows:
        return {"drawn": Markup(""), "text": "Nothing has a price."}
    most = max(rows, key=lambda row: row.amount)
    share = f", {_share(most.amount, found.total)} of all" if found.total else ""
    text = f"{group_words(by, most.key)} comes to {pounds_whole(most.amount)}{share}."
    bars = tuple(Bar(group_words(by, row.key), (float(row.amount),)) for row in rows)
    return {"drawn": bar_chart(BarChart(f"by-{by}", title, text, ("Cost",), bars, measure="pounds")), "text": text}


def _driver_chart(found: RunReport) -> Markup:
    bars = tuple(Bar(each.words, (float(each.amount),)) for each in drivers(found))
    words = drivers_words(found)
    return bar_chart(BarChart("drivers", "What makes most of the total", words, ("Cost",), bars, measure="pounds"))


def _driver_rows(found: RunReport) -> list[list[Any]]:
    return [
        [
            {"text": each.words, "note": each.note},
            number(each.children),
            percent(each.share, 1),
            percent(each.upto, 1),
            pounds(each.amount),
        ]
        for each in drivers(found)
    ]


def _costliest(held: HeldRun) -> list[list[Any]]:
    found = held.report
    return [
        [
            {
                "text": child_words(each.child_no),
                "href": url_for("runs.child", run_id=held.run_id, child_no=each.child_no),
                "note": need_words(each.need_combination),
            },
            group_words("placement-type", each.placement_type) if each.placement_type else "No night in a placement",
            number(each.nights),
            _share(each.total, found.total),
            pounds(each.total),
        ]
        for each in costliest(found)
    ]


def _unpriced(found: RunReport) -> list[list[Any]]:
    ranked = sorted(found.unpriced, key=lambda each: (-each.children, each.process, each.what))[:_SHOWN_UNPRICED]
    return [
        [
            {"text": each.what, "note": process_words(each.process)},
            each.variation or "base case",
            quantity_words(each.quantity, each.unit),
            number(each.children),
            each.reason or "no price",
        ]
        for each in ranked
    ]


def _coverage(found: RunReport) -> list[list[Any]]:
    return [
        [
            {"text": each.team, "note": month_name(each.month)},
            None if each.share is None else percent(each.share),
            "Recorded" if each.covered else "Standard",
        ]
        for each in found.coverage[:_COVERAGE_SHOWN]
    ]
