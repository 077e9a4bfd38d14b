"""Time per process: recorded time beside what focus groups agreed and both combined, one row each."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from costing.combined_time import FittedK
from costing.processes import FRAMEWORKS
from costing.standard_times import variations_of_text
from projections.queries.time_per_process import NO_TEAM, TimeRow
from web.account.access import allow
from web.design.formats import hours, number, percent
from web.design.paging import page_links
from web.design.sources_chart import Sources, SourcesChart, sources_chart
from web.method.frame import FRAMEWORK_WORDS, MAY_SEE, tabs
from web.method.standard_page import variation_words
from web.method.time_book import SPLITS, TimeAsked, TimeBook, ask_time, unit_of
from web.state import state
from web.words import process_words, worker_type_words
from web.working import Working, looking_again

__all__ = ["amount", "k_words", "row_address", "row_words", "still_working", "time_page"]

_DRAWN = 12
_A_PAGE = 40
_A = {"occurrence": "each time", "month": "a month"}


@allow(*MAY_SEE)
def time_page() -> ResponseReturnValue:
    """What was recorded in a period, and what focus groups agreed, for each process and worker type."""
    with state().projections.reader().connect() as connection:
        found = ask_time(connection)
    if isinstance(found, Working):
        return still_working(found)
    if found is None:
        return render_template("method/no_time.html", tabs=tabs("time"))
    report = found.report()
    kept = [row for row in report.rows if found.keeps(row)]
    query = _query(found)
    pages = max(1, -(-len(kept) // _A_PAGE))
    page_no = min(max(request.args.get("page", 1, type=int), 1), pages)
    here = kept[(page_no - 1) * _A_PAGE : page_no * _A_PAGE]
    page = render_template(
        "method/time.html",
        tabs=tabs("time"),
        found=found,
        asked=found.asked,
        errors=found.asked.errors,
        report=report,
        rows=[_cells(row, found) for row in here],
        count=len(kept),
        pages=page_links(page_no, pages, lambda number: url_for("method.time", **query | {"page": str(number)})),
        several=pages > 1,
        chart=_chart(here),
        more=len(here) > _DRAWN,
        drawn=_DRAWN,
        fitted=k_words(report.fitted),
        choices=_choices(found),
        splits=[(key, text, url_for("method.time", **query | {"split": key})) for key, text in SPLITS.items()],
        file=url_for("method.time_csv", **query),
        whole_file=url_for("method.time_csv", **query | {"split": "both"}),
    )
    return make_response(page, 422 if found.asked.errors else 200)


def still_working(going: Working[TimeBook]) -> ResponseReturnValue:
    """The page that says how far it is, and looks again by itself."""
    page = render_template("method/time_working.html", tabs=tabs("time"), going=going, here=request.full_path)
    return looking_again(page, going)


def row_words(row: TimeRow) -> str:
    """The worker type of a row, with its variations and team where it is of one of each."""
    words = [worker_type_words(row.worker_type)]
    if row.variations is not None:
        words.append(_variations(row.process, row.variations))
    if row.team is not None:
        words.append(row.team if row.team != NO_TEAM else "no team")
    return ", ".join(words)


@lru_cache(maxsize=2048)
def _variations(process: str, text: str) -> str:
    words = variation_words(process, variations_of_text(text))
    return words[:1].lower() + words[1:]


def row_address(row: TimeRow, found: TimeAsked) -> str:
    """The page of a row."""
    named = {"process": row.process, "worker_type": row.worker_type, "variations": row.variations, "team": row.team}
    return url_for("method.time_of", **found.asked.period.query(**named))


def amount(seconds: Any) -> str | None:
    """Seconds as hours and minutes; None stays not known."""
    return None if seconds is None else hours(round(seconds))


def k_words(fitted: FittedK) -> str:
    """How many records a focus group counts as, and where that is from."""
    k = number(fitted.k, 0 if fitted.k.denominator == 1 else 1)
    if not fitted.fitted:
        return (
            f"A focus group’s figure counts as much as {k} records (k, as set): no process with an agreed time has "
            "records of two teams in this period, from which k could be fitted."
        )
    said = (
        f"A focus group’s figure counts as much as {k} records (k). This was fitted to the records of the period by "
        f"leaving out one team at a time, {fitted.teams} times over all processes: with this k, the agreed time and "
        "the records of the other teams together came nearest to the records of the team left out."
    )
    if fitted.k == 0:
        said += " The agreed times did not help to foretell them, so that where there are records, they alone count."
    return said


def _query(found: TimeAsked) -> dict[str, Any]:
    more = {"framework": found.framework, "process": found.process, "worker_type": found.worker_type}
    kept = {name: value for name, value in more.items() if value}
    return found.asked.period.query(**kept, team=found.team, split=found.split)


def _choices(found: TimeAsked) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: what has a row in the period."""
    rows, standard = found.report("").rows, found.book.standard
    codes = sorted({row.process for row in rows} | {each.process for each in standard})
    workers = sorted({row.worker_type for row in rows} | {each.worker_type for each in standard})
    teams = [*sorted(set(found.book.coverage["team"])), NO_TEAM]
    return {
        "framework": [("", "All"), *((code, FRAMEWORK_WORDS[code]) for code in FRAMEWORKS)],
        "process": [("", "All"), *((code, process_words(code)) for code in codes)],
        "worker_type": [("", "All"), *((code, worker_type_words(code)) for code in workers)],
        "team": [("all", "All"), *((team, team or "No team") for team in teams)],
    }


def _cells(row: TimeRow, found: TimeAsked) -> list[Any]:
    time, unit = row.time, unit_of(found.book.frameworks, row.process)
    took = "" if row.took_place is None else f"of {number(row.took_place)}"
    unknown = f"{number(time.recorded.unknown)} not known" if time.recorded.unknown else ""
    interval = "" if time.interval is None else f"{hours(time.interval[0])} to {hours(time.interval[1])}"
    return [
        {"text": process_words(row.process), "href": row_address(row, found), "note": f"{row_words(row)}, {_A[unit]}"},
        {"text": number(time.recorded.n), "note": "; ".join(filter(None, [took, unknown]))},
        {"text": amount(time.recorded.mean) if time.recorded.n else "no records", "note": interval},
        _agreed(row),
        {"text": amount(time.mean), "note": "" if time.weight is None else f"records weigh {percent(time.weight)}"},
    ]


def _agreed(row: TimeRow) -> Any:
    if row.time.estimate is not None:
        if row.agreed is None:
            return {"text": amount(row.time.estimate), "note": "of the base case"}
        return {"text": amount(row.time.estimate), "note": f"n {row.agreed.n or 'not known'}"}
    if row.agreed is None:
        return "none agreed"
    if row.agreed.hours is None:
        return None
    return {"text": f"+ {amount(row.agreed.hours * 3600)}", "note": "added to the base case"}


def _chart(rows: list[TimeRow]) -> Markup | None:
    """Rows with both sources go first: they are what the chart is for."""
    known = [row for row in rows if row.time.mean is not None]
    both = [row for row in known if row.time.estimate is not None and row.time.recorded.n]
    recorded = [row for row in known if row.time.recorded.n and row not in both]
    drawn = [*both, *recorded][:_DRAWN] or known[:_DRAWN]
    if not drawn:
        return None
    text = "For each row the recorded mean with its 90% interval, the time a focus group agreed, and both combined."
    return sources_chart(
        SourcesChart("two-sources", "Recorded, agreed and combined time", text, tuple(map(_drawn, drawn)))
    )


def _drawn(row: TimeRow) -> Sources:
    time = row.time
    figures = (time.recorded.mean, time.estimate, time.mean)
    mean, agreed, combined = (None if each is None else float(each) for each in figures)
    return Sources(f"{process_words(row.process)}, {row_words(row)}", mean, time.interval, agreed, combined)
