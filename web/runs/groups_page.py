"""The groups of a run: by need combination, placement type, process, month or year."""

from __future__ import annotations

from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.account.access import allow
from web.runs.figures import GROUP_TITLES
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import held_run
from web.runs.report_page import group_table

__all__ = ["groups"]


@allow(*MAY_SEE)
def groups(run_id: UUID) -> ResponseReturnValue:
    """One grouping of a run, with children, nights, the cost a child and the share of each row."""
    held, by = held_run(run_id), request.args.get("by", "need")
    if by not in GROUP_TITLES:
        abort(404)
    choices = [
        {"href": url_for("runs.groups", run_id=run_id, by=name), "text": title, "current": name == by}
        for name, title in GROUP_TITLES.items()
    ]
    return render_template(
        "runs/groups.html",
        held=held,
        tabs=run_tabs(held, "groups"),
        by=by,
        title=GROUP_TITLES[by],
        choices=choices,
        table=group_table(held, by),
    )
