"""The read log: every page, search and file that showed a child's record."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from recorder.desk import accounts_list, looks
from web.account.access import allow
from web.account.people import signed_in
from web.design.paging import page_links
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("governance", __name__, template_folder="templates")
PAGE = 50
WORDS = {
    "search": "A search that found a child",
    "list": "The list of children",
    "my day": "My day",
    "entry": "An entry",
    "finance list": "Children by cost",
    "finance file": "A file of costs by child",
}


@blueprint.get("/reads")
@allow("information_governance", "administrator")
def reads() -> str:
    """Who looked at which kind of record and when, the latest first; of one child or one person where asked."""
    here = state()
    person = request.args.get("person", "").strip()
    typed = request.args.get("child", "").strip()
    page = max(request.args.get("page", 1, type=int), 1)
    child = here.recorder.keys.find("ssda903", typed) if typed else None
    errors = []
    if typed and child is None:
        errors = [{"text": "No child has this identifier", "href": "#child"}]
    found = looks(here.desk, who=person, child_id=child, limit=PAGE + 1, skip=(page - 1) * PAGE) if not errors else []
    names = {account.username: account.name for account in accounts_list(here.desk)}
    return render_template(
        "governance/reads.html",
        errors=errors,
        looks=[
            (names.get(look.who, look.who), look, WORDS.get(look.what, look.what.capitalize())) for look in found[:PAGE]
        ],
        people=[{"value": "", "text": "Everybody"}, *({"value": u, "text": n} for u, n in sorted(names.items()))],
        person=person,
        typed=typed,
        me=signed_in().username,
        pages=page_links(
            page,
            page + (len(found) > PAGE),
            lambda number: url_for("governance.reads", person=person or None, child=typed or None, page=number),
        ),
    )
