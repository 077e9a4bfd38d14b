"""The visits due to the children of a team: a child a row, the earliest day first, a page at a time."""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries.children import team_children
from projections.queries.names import child_names
from projections.queries.team import members, team_of
from projections.queries.visits_due import visits_due
from recorder.desk import log_reads
from web.account.access import allow
from web.account.people import signed_in
from web.design.paging import page_links
from web.state import state
from web.visits_due import DueInWords, due_in_words

__all__ = ["team_tabs", "visits"]

PAGE = 50
_COLUMNS = ("Child", "Why visited", "Last visit", "Next due by", "Days", "Rule")


def team_tabs(current: str) -> list[dict[str, Any]]:
    """The pages of a team, for the sub-navigation."""
    pages = (("Hours", "team.hours"), ("Visits due", "team.visits"))
    return [{"href": url_for(view), "text": text, "current": view == current} for text, view in pages]


@allow("team_leader")
def visits() -> ResponseReturnValue:
    """The children allocated to the leader's team today for whom visits are asked for."""
    here, person = state(), signed_in()
    today = here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        number = team_of(connection, person.team, person.worker, today)
        if number is None:
            return make_response(render_template("team/no_team.html"))
        children = team_children(connection, members(connection, number, today), today)
        found = visits_due(connection, children, today)
        pages = max(1, -(-len(found) // PAGE))
        page = min(max(request.args.get("page", 1, type=int), 1), pages)
        shown = found[(page - 1) * PAGE : page * PAGE]
        known = child_names(connection, here.recorder.keys, {each.child_no for each in shown})
    log_reads(here.desk, person.username, "list", [c.child_id for c in known.values()], here.recorder.clock.now())
    days = [each.days(today) for each in found]
    return make_response(
        render_template(
            "team/visits.html",
            tabs=team_tabs("team.visits"),
            today=today,
            allocated=len(children),
            asked_for=len({each.child_no for each in found}),
            overdue=sum(left is not None and left < 0 for left in days),
            undated=sum(left is None for left in days),
            columns=_COLUMNS,
            rows=[_row(due_in_words(each, known[each.child_no].name, today)) for each in shown],
            pages=page_links(page, pages, lambda to: url_for("team.visits", page=to)) if pages > 1 else None,
        )
    )


def _row(each: DueInWords) -> list[str]:
    return [each.child, each.clock, each.last, each.by, each.left, each.rule]
