"""A child's cost over time with its placements as a ribbon: the chart, its sentence and the table beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from costing.calendar import month_first, month_last, months
from web.design.formats import month_name, number, pounds, pounds_whole, uk_date
from web.design.ribbon_chart import RibbonChart, Stretch, ribbon_chart
from web.words import placement_type_words

__all__ = ["ribbon"]

_FEWEST = 2


def ribbon(
    costs: Mapping[int, int | None], placed: Iterable[tuple[date, date, str]], first: date, last: date
) -> dict[str, Any] | None:
    """What a child cost each month from first to last, above where it was placed; None for a single month.

    ``costs`` in units by month (yyyymm); ``placed``: start, stop (no longer part of it) and placement type.
    """
    shown = tuple(months(first, last))
    if len(shown) < _FEWEST:
        return None
    begins, ends = month_first(shown[0]), month_last(shown[-1])
    stretches = _joined((start, stop, name) for start, stop, name in placed if stop > begins and start <= ends)
    values = tuple(None if (units := costs.get(month)) is None else float(units) for month in shown)
    known = {month: units for month in shown if (units := costs.get(month)) is not None}
    highest = max(known, key=lambda month: known[month], default=None)
    text = "Nothing has a price in these months."
    if highest is not None:
        text = f"The costliest month is {month_name(highest)}, {pounds_whole(known[highest])}."
    text += f" {_moves(stretches)}"
    drawn = ribbon_chart(RibbonChart("ribbon", "Cost by month and placements", text, shown, values, tuple(stretches)))
    rows = [[month_name(month), _placed(stretches, month), _cost(costs, month)] for month in shown]
    columns = ["Month", "Placed in", {"text": "Cost", "numeric": True}]
    return {"drawn": drawn, "text": text, "rows": rows, "columns": columns}


def _joined(placed: Iterable[tuple[date, date, str]]) -> list[Stretch]:
    """Stretches of one type that follow each other without a gap, as one."""
    found: list[Stretch] = []
    for start, stop, code in sorted(placed):
        name = placement_type_words(code)
        if found and found[-1].name == name and found[-1].stop == start:
            found[-1] = Stretch(found[-1].start, stop, name)
        else:
            found.append(Stretch(start, stop, name))
    return found


def _moves(stretches: list[Stretch]) -> str:
    if not stretches:
        return "No placement lies in them."
    kinds = list(dict.fromkeys(each.name for each in stretches))
    if len(stretches) == 1:
        return f"The placement is of one type, {kinds[0].lower()}, since {uk_date(stretches[0].start)}."
    return f"{number(len(stretches))} stretches of placement: {', '.join(name.lower() for name in kinds)}."


def _placed(stretches: list[Stretch], month: int) -> str:
    begins, ends = month_first(month), month_last(month)
    names = dict.fromkeys(each.name for each in stretches if each.start <= ends and each.stop > begins)
    return ", then ".join(names) or "No placement"


def _cost(costs: Mapping[int, int | None], month: int) -> str:
    if month not in costs:
        return pounds(0)
    units = costs[month]
    return "unpriced" if units is None else pounds(units)
