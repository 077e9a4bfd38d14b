"""The children of a run: searched, narrowed, sorted and paged. Each page that is opened is noted in the read log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from costing.calculator import ChildReport
from costing.money import round_half_up_pence
from projections.queries.finance import child_ids
from projections.queries.identifiers import returns_of
from projections.queries.names import child_names
from recorder.desk import log_reads
from web.account.access import allow
from web.account.people import Person, signed_in
from web.design.formats import number, pounds
from web.design.paging import page_links
from web.runs.figures import GROUP_TITLES, child_words, group_words, need_words
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import apart_words, held_run
from web.runs.shares import PARTS, ChildShare, part_words, shares
from web.state import Opened, state

__all__ = ["asked_for", "children", "known_as", "wanted"]

PAGE = 50
_SORTS = {
    "cost": ("Highest cost first", lambda each: (-each.amount, each.child.child_no)),
    "low": ("Lowest cost first", lambda each: (each.amount, each.child.child_no)),
    "nights": ("Most nights first", lambda each: (-each.nights, each.child.child_no)),
    "child": ("By number", lambda each: each.child.child_no),
}


def known_as(here: Opened, connection: Connection, person: Person, numbers: Sequence[int]) -> dict[int, str]:
    """What this person knows children by: finance by the identifier of the return, others by name."""
    if person.role == "finance":
        return dict(returns_of(connection, here.recorder.keys, numbers))
    return {number: each.name for number, each in child_names(connection, here.recorder.keys, numbers).items()}


@allow(*MAY_SEE)
def children(run_id: UUID) -> ResponseReturnValue:
    """The children of a run with what each comes to; what is shown adds up under the list."""
    held, here, person = held_run(run_id), state(), signed_in()
    asked = asked_for()
    with here.projections.reader().connect() as connection:
        found = wanted(shares(held, asked), asked, here, connection, person)
        pages = max(1, -(-len(found) // PAGE))
        page = min(max(request.args.get("page", 1, type=int), 1), pages)
        shown = found[(page - 1) * PAGE : page * PAGE]
        numbers = [each.child.child_no for each in shown]
        names, ids = known_as(here, connection, person, numbers), child_ids(connection, numbers)
    log_reads(here.desk, person.username, "run list", ids.values(), here.recorder.clock.now())
    query: dict[str, Any] = {name: value for name, value in asked.items() if value}
    parts = part_words(asked)
    return render_template(
        "runs/children.html",
        held=held,
        tabs=run_tabs(held, "children"),
        asked=asked,
        query=query,
        needs=_choices(each.need_combination for each in held.report.children),
        types=[(key, group_words("placement-type", key)) for key in _types(held.report.children)],
        parts=parts,
        parts_asked={by: asked[by] for by in PARTS if asked[by]},
        departs=apart_words(held) if parts else "",
        sorts=[(name, words) for name, (words, _) in _SORTS.items()],
        rows=[_row(run_id, each, names, bool(parts)) for each in shown],
        totals=_totals(found),
        shown=_totals(shown),
        pages=page_links(page, pages, lambda place: url_for("runs.children", run_id=run_id, **query, page=place)),
        several=pages > 1,
        pseudonymous=person.role == "finance",
        titles=GROUP_TITLES,
    )


def asked_for() -> dict[str, str]:
    """What the address asks for: words, need, where mostly placed, parts of the run and order; blank: everything."""
    asked = {name: request.args.get(name, "").strip() for name in ("q", "need", "type", *PARTS, "sort")}
    return asked | {"sort": asked["sort"] if asked["sort"] in _SORTS else "cost"}


def wanted(
    everybody: Sequence[ChildShare], asked: dict[str, str], here: Opened, connection: Connection, person: Person
) -> list[ChildShare]:
    """Of the children with what they have in the parts asked for, those asked for, in the order asked for."""
    found = [each for each in everybody if _is_wanted(each.child, asked)]
    if asked["q"]:
        found = _searched(here, connection, person, found, asked["q"])
    return sorted(found, key=_SORTS[asked["sort"]][1])


def _is_wanted(child: ChildReport, asked: dict[str, str]) -> bool:
    return asked["need"] in {"", child.need_combination} and asked["type"] in {"", child.placement_type}


def _searched(
    here: Opened, connection: Connection, person: Person, found: list[ChildShare], wanted: str
) -> list[ChildShare]:
    text = wanted.casefold().removeprefix("child ").strip()
    if text.isdigit() and (exact := [each for each in found if each.child.child_no == int(text)]):
        return exact
    names = known_as(here, connection, person, [each.child.child_no for each in found])
    return [each for each in found if text in names.get(each.child.child_no, "").casefold()]


def _choices(combinations: Any) -> list[tuple[str, str]]:
    return sorted(((key, need_words(key)) for key in set(combinations)), key=lambda pair: (pair[0] != "none", pair[1]))


def _types(found: Sequence[ChildReport]) -> list[str]:
    return sorted({each.placement_type for each in found if each.placement_type})


def _row(run_id: UUID, share: ChildShare, names: dict[int, str], in_part: bool) -> list[Any]:
    child = share.child
    href = url_for("runs.child", run_id=run_id, child_no=child.child_no)
    cells: list[Any] = [
        {"text": child_words(child.child_no), "href": href, "note": names.get(child.child_no)},
        need_words(child.need_combination),
        group_words("placement-type", child.placement_type) if child.placement_type else "No night in a placement",
        number(share.nights),
    ]
    return [*cells, *([pounds(share.amount)] if in_part else []), pounds(child.total)]


def _totals(found: Sequence[ChildShare]) -> dict[str, Any]:
    total = sum(each.child.total for each in found)
    amounts = [each.amount for each in found]
    return {
        "children": len(found),
        "nights": number(sum(each.nights for each in found)),
        "part": pounds(sum(amounts)),
        "total": pounds(total),
        "pence_apart": sum(map(round_half_up_pence, amounts)) - round_half_up_pence(sum(amounts)),
    }
