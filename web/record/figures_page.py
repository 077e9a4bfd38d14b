"""My figures: what a worker's own recording comes to, for that worker first and for nobody to rank."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from costing.processes import NO_PROCESS, UNASSIGNED
from projections.queries import my_day as queries
from projections.queries.my_figures import MyFigures, my_figures
from recorder.entry_measures import DEVICES, Measure, keep_measure, measures
from web.account.access import allow
from web.account.people import signed_in
from web.design.charts import Bar, BarChart, bar_chart
from web.design.formats import hours, number, percent, uk_date_short
from web.record.frame import tabs
from web.record.opening import RECORDERS
from web.state import state
from web.words import process_words

__all__ = ["add_figures", "keep_sent_measure"]

WEEKS = 8
AIM_SECONDS, AIM_INTERACTIONS = 20, 6
_BANDS = ((10, "10 seconds or less"), (20, "11 to 20 seconds"), (40, "21 to 40 seconds"), (90, "41 to 90 seconds"))
_FEWEST = 5


def add_figures(blueprint: Blueprint) -> None:
    """The addresses."""
    blueprint.add_url_rule("/my-figures", "figures", figures)
    blueprint.add_url_rule("/recording-figures", "recording_figures", recording_figures)


@allow(*RECORDERS)
def figures() -> ResponseReturnValue:
    """The last weeks of whoever is signed in."""
    person, here = signed_in(), state()
    today = here.recorder.clock.today()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    with here.projections.reader().connect() as connection:
        worker = queries.worker_number(connection, person.worker) if person.worker else None
        if worker is None:
            return render_template("record/no_worker.html")
        found = my_figures(connection, worker, first, today)
        post = queries.post_on(connection, worker, today)
    return render_template(
        "record/figures.html",
        tabs=tabs("figures"),
        found=found,
        weeks=[_week(week, post.weekly_minutes if post else None) for week in found.weeks],
        processes=[_process(share, found) for share in found.processes],
        chart=_chart(found),
        same_day=percent(Fraction(found.same_day, found.entries)) if found.entries else "",
        lag=_lag(found),
        behind=g.get("behind", False),
    )


def _week(week: Any, contracted: int | None) -> list[Any]:
    share = percent(Fraction(week.direct, week.seconds)) if week.seconds else None
    of = percent(Fraction(week.seconds, contracted * 60)) if contracted else None
    note = f"{week.unknown} without a time" if week.unknown else ""
    return [uk_date_short(week.monday), {"text": hours(week.seconds), "note": note}, hours(week.direct), share, of]


def _process(share: Any, found: MyFigures) -> list[Any]:
    whole = sum(each.seconds for each in found.processes)
    return [
        _words(share.process),
        hours(share.seconds),
        percent(Fraction(share.seconds, whole)),
        percent(Fraction(share.direct, share.seconds)) if share.seconds else None,
    ]


def _words(process: str) -> str:
    if process == NO_PROCESS:
        return "Not for one child"
    return "Not assigned to a process" if process == UNASSIGNED else process_words(process)


def _chart(found: MyFigures) -> Any:
    if not any(week.seconds for week in found.weeks):
        return None
    bars = tuple(Bar(uk_date_short(week.monday), (week.direct, week.indirect)) for week in found.weeks)
    text = "Hours recorded each week, with the child or family and without them."
    return bar_chart(BarChart("my-weeks", "Hours of each week", text, ("Direct", "Indirect"), bars, "hours"))


def _lag(found: MyFigures) -> str:
    if found.lag_days is None:
        return "Nothing is recorded in these weeks."
    if found.lag_days == 0:
        return "Half of your entries or more were recorded on the day itself."
    days = number(found.lag_days)
    return f"Half of your entries were recorded within {days} {'day' if days == '1' else 'days'} of the work."


def keep_sent_measure(page: str) -> None:
    """Keep how long the entry just sent took to make, where its page's script counted."""
    counted = Measure(
        page=page,
        device=request.form.get("measure_device", ""),
        seconds=request.form.get("measure_seconds", 0, type=int),
        interactions=request.form.get("measure_interactions", 0, type=int),
    )
    here = state()
    keep_measure(here.desk, here.recorder.clock.today(), counted)


@allow("administrator")
def recording_figures() -> ResponseReturnValue:
    """How quickly entries are made, as a distribution: of nobody in particular."""
    here = state()
    today = here.recorder.clock.today()
    held = measures(here.desk, today - timedelta(weeks=4), today)
    by_device = [(device, [each for each in held if each.device == device]) for device in DEVICES]
    return render_template(
        "record/recording_figures.html",
        count=len(held),
        fewest=_FEWEST,
        rows=[_measured(device.capitalize(), some) for device, some in by_device if len(some) >= _FEWEST]
        + ([_measured("All", held)] if len(held) >= _FEWEST else []),
        bands=_bands(held) if len(held) >= _FEWEST else [],
        chart=_measure_chart(held) if len(held) >= _FEWEST else None,
        aim=f"{AIM_SECONDS} seconds and {AIM_INTERACTIONS} interactions",
    )


def _measured(name: str, some: list[Measure]) -> list[str]:
    seconds = sorted(each.seconds for each in some)
    interactions = sorted(each.interactions for each in some)
    within = sum(1 for each in some if each.seconds <= AIM_SECONDS and each.interactions <= AIM_INTERACTIONS)
    return [
        name,
        number(len(some)),
        f"{number(median(seconds))} s",
        f"{number(seconds[(len(seconds) * 9) // 10])} s",
        number(median(interactions)),
        percent(Fraction(within, len(some))),
    ]


def _bands(held: list[Measure]) -> list[tuple[str, int]]:
    counts, low = [], 0
    for high, words in _BANDS:
        counts.append((words, sum(1 for each in held if low < each.seconds <= high)))
        low = high
    return [*counts, ("More than 90 seconds", sum(1 for each in held if each.seconds > low))]


def _measure_chart(held: list[Measure]) -> Any:
    bars = tuple(Bar(words, (count,)) for words, count in _bands(held))
    text = "How many entries of the last four weeks took so long from opening the page to sending it."
    return bar_chart(BarChart("seconds", "Time to record an entry", text, ("Entries",), bars, "count"))
