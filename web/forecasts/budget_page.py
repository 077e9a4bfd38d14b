"""Budget monitoring: a year's lines, what the month changed, the children and their money; two pages to print."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries.budget import spent_by_line
from projections.queries.cost_lines import LiveCosts
from recorder.application import Conflict
from recorder.budgets import budget_history, budget_of, set_budget
from recorder.domain.budgets import BudgetLine
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import month_name, uk_date, uk_instant
from web.forecasts import budget_figures as figures
from web.forecasts.asked import MAY_SEE, tabs, usual_origin
from web.forecasts.budget import OTHER_LINES, april_of, month_ends, outturn, watched
from web.period import year_text
from web.state import state
from web.words import placement_type_words
from web.working import looking_again

__all__ = ["ask_budget", "budget", "director", "keep_budget"]

MAY_SET = ("finance",)
MONTHS = 24


@allow(*MAY_SEE)
def budget() -> ResponseReturnValue:
    """A year's budget beside what is spent, committed and expected, from the end of a month."""
    return _shown("forecasts/budget.html")


@allow(*MAY_SEE)
def director() -> ResponseReturnValue:
    """The same on two pages of A4, for the director."""
    return _shown("forecasts/director.html")


def _shown(template: str) -> ResponseReturnValue:
    here = state()
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        usual, position = usual_origin(source), source.position
    if usual is None:
        return render_template("forecasts/nothing_yet.html", tabs=tabs("budget"))
    ends = month_ends(usual, MONTHS)
    chosen = request.args.get("month", "")
    origin = next((end for end in ends if f"{end:%Y-%m}" == chosen), ends[0])
    uplift = _uplift(request.args.get("uplift", ""))
    going = watched(here, position, origin, uplift)
    if going.found is None:
        return _waiting(going, template)
    found = going.found
    held = budget_of(here.recorder, found.year.year)
    types = set() if found.ahead is None else set(found.ahead.type_years["placement_type"])
    lines = outturn(found, held, _words({*found.spent, *held, *types}))
    past = budget_history(here.recorder, found.year.year)
    return render_template(
        template,
        tabs=tabs("budget"),
        months=[(f"{end:%Y-%m}", month_name(end.year * 100 + end.month)) for end in ends],
        month=f"{origin:%Y-%m}",
        uplift=f"{uplift:g}",
        year=year_text(found.year.year),
        year_number=found.year.year,
        day=uk_date(origin),
        found=found,
        sentence=figures.sentence(found, lines),
        big=_stats(lines),
        lines=figures.lines_table(lines),
        chart=figures.year_chart(found),
        change=figures.change_chart(found),
        children=figures.children_table(found),
        has_other=any(line.name in OTHER_LINES.values() for line in lines),
        set_by=f"{past[-1].provenance.by}, {uk_instant(past[-1].recorded_at)}" if past else "",
        may_set=signed_in().role in MAY_SET,
        made=uk_date(here.recorder.clock.today()),
    )


def _stats(lines: list[Any]) -> dict[str, Any]:
    with_budget = [line for line in lines if line.budget is not None]
    return {
        "expected": sum(line.expected for line in lines),
        "actual": sum(line.actual for line in lines),
        "budget": sum(line.budget for line in with_budget) if with_budget else None,
        "variance": sum(line.variance for line in with_budget) if with_budget else None,
    }


def _waiting(going: Any, template: str) -> ResponseReturnValue:
    page = render_template(
        "forecasts/waiting.html", going=going, here=request.full_path.rstrip("?"), tabs=tabs("budget")
    )
    return looking_again(page, going)


@allow(*MAY_SET)
def ask_budget(year: int) -> ResponseReturnValue:
    """The form of a year's budget, filled with the one that holds."""
    held = budget_of(state().recorder, year)
    typed = {name: f"{Decimal(pence).scaleb(-2):,.2f}" for name, pence in held.items()}
    return _form(year, typed, {}, str(new_id()), len(budget_history(state().recorder, year)))


@allow(*MAY_SET)
def keep_budget(year: int) -> ResponseReturnValue:
    """Set a year's budget; what is wrong is said at its line, and nothing typed is lost."""
    names = [name for name, _ in _lines(year)]
    typed = {name: request.form.get(name, "").strip() for name in names}
    wrong: dict[str, str] = {}
    lines = [
        BudgetLine(line=name, pence=pence)
        for name in names
        if typed[name] and (pence := _pence(typed[name], name, wrong)) is not None
    ]
    try:
        event_id, version = UUID(request.form.get("event_id", "")), int(request.form.get("version", ""))
    except ValueError:
        abort(400)
    by = Provenance(by=signed_in().username, source="form")
    try:
        if wrong:
            raise Refused
        receipt = set_budget(state().recorder, event_id, year, lines, version, by)
    except Refused as refused:
        wrong |= {names[0] if name == "budget" else name: text for name, text in refused.problems}
        return _form(year, typed, wrong, str(event_id), version, 422)
    except Conflict:
        again = {names[0]: "Somebody else set this budget just now. Look at it and set it again"}
        return _form(year, typed, again, str(new_id()), len(budget_history(state().recorder, year)), 409)
    flash(f"The budget of {year_text(year)} is set.", "success")
    return redirect(url_for("forecasts.budget", at=receipt.position), 303)


def _form(
    year: int, typed: dict[str, str], wrong: dict[str, str], event_id: str, version: int, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "forecasts/budget_form.html",
        tabs=tabs("budget"),
        year=year,
        name=year_text(year),
        lines=_lines(year),
        typed=typed,
        wrong=wrong,
        errors=[{"text": text, "href": f"#{name}"} for name, text in wrong.items()],
        event_id=event_id,
        version=version,
    )
    return make_response(page, status)


def _lines(year: int) -> list[tuple[str, str]]:
    """The lines a budget of the year can have: placement types of the ledger since the year before, and the others."""
    with state().projections.reader().connect() as connection:
        source = LiveCosts(connection)
        horizon = source.horizon or date(year, 4, 1)
        last = min(max(horizon, date(year - 1, 4, 1)), date(year + 1, 3, 31))
        spent = spent_by_line(source, min(april_of(last), date(year - 1, 4, 1)), last)
    held = budget_of(state().recorder, year)
    words = _words({*spent, *held, *OTHER_LINES})
    types = sorted({*spent, *held} - {*OTHER_LINES, ""}, key=lambda name: words[name])
    others = [name for name in OTHER_LINES if name in spent or name in held or name == "staff"]
    return [(name, words[name]) for name in [*types, *others]]


def _words(names: Iterable[str]) -> dict[str, str]:
    return {name: OTHER_LINES.get(name) or placement_type_words(name) for name in names}


def _pence(text: str, name: str, wrong: dict[str, str]) -> int | None:
    try:
        amount = Decimal(text.replace("£", "").replace(",", "").strip()).scaleb(2)
        if amount != amount.to_integral_value():
            raise InvalidOperation
        return int(amount)
    except (InvalidOperation, ValueError):
        wrong[name] = f"“{text}” is not an amount of pounds, like 1,250,000"
        return None


def _uplift(text: str) -> float:
    try:
        return max(min(float(text or 0), 100.0), -50.0)
    except ValueError:
        return 0.0
