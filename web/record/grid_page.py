"""My week: everything of a week in one grid, typed cell by cell and saved at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calendar import is_working_day
from projections.queries import my_day as queries
from projections.queries import my_week, names
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.drafts import Draft
from recorder.weeks import mark_week
from web.account.access import allow
from web.account.people import Person, signed_in
from web.design.formats import hours, uk_date, uk_date_short, uk_instant
from web.record.choices import Offer, offer_to
from web.record.day import WEEKDAYS, week_of
from web.record.drafts import answers, draft_of, draft_part, drop
from web.record.frame import tabs
from web.record.grid_outcome import changes, keep_outcome, show_outcome
from web.record.grid_pasted import Pasted, pasted
from web.record.grid_rows import Absence, Row, days_of_week, key_of, lost_rows, rows_of, with_typed
from web.record.grid_saving import BY_DEFAULT, Saving, Why, save_week
from web.record.history import AMEND_REASONS, WITHDRAW_REASONS
from web.record.noted import note_reading
from web.record.opening import RECORDERS, id_of
from web.state import Opened, state

__all__ = ["OpenWeek", "add_week", "page_of"]

_WORKING_DAYS = 5


def add_week(blueprint: Blueprint) -> None:
    """The addresses of the week."""
    blueprint.add_url_rule("/my-week", "week", week)
    blueprint.add_url_rule("/my-week", "send_week", send_week, methods=["POST"])
    blueprint.add_url_rule("/my-week/paste", "paste_week", paste_week, methods=["POST"])
    blueprint.add_url_rule("/my-week/done", "week_done", send_done, methods=["POST"])


@allow(*RECORDERS)
def week() -> ResponseReturnValue:
    """The week asked for, else this one; with what had been typed and was not saved."""
    monday, person = _monday(request.args.get("week", "")), signed_in()
    plain = not {"row", "copy", "kind"} & set(request.args)
    held = draft_of(person, page_of(monday)) if plain else None
    sent = answers(held) if held else None
    opened = OpenWeek(monday, sent.getlist("row") if sent else request.args.getlist("row"))
    if opened.worker_no is None:
        return render_template("record/no_worker.html")
    if sent is not None:
        rows = opened.rows()
        with_typed(rows, sent.getlist("row"), sent)
        return opened.page(rows, held=held, said=sent)
    if request.args.get("copy"):
        opened.copy_last_week()
    kind, child = request.args.get("kind", ""), request.args.get("child", "")
    if kind:
        opened.wanted.append(key_of(kind, [UUID(each) for each in child.split() if _is_id(each)]))
    rows = opened.rows()
    return opened.page(rows, settled=show_outcome(rows))


@allow(*RECORDERS)
def send_week() -> ResponseReturnValue:
    """Save what changed and can be saved; what was not says why in its box, and nothing typed is lost."""
    opened = OpenWeek(_monday(request.form.get("week", "")), request.form.getlist("row"))
    if opened.worker_no is None or opened.person.worker is None:
        abort(403)
    rows = opened.rows()
    with_typed(rows, request.form.getlist("row"), request.form)
    saved = save_week(opened.here, opened.person, opened.offer, rows, opened.why(request.form))
    saved.problems += [("kind", words) for _, _, words in lost_rows(rows, request.form.getlist("row"), request.form)]
    if saved.problems or any(cell.wrong for row in rows for cell in row.cells):
        return opened.page(rows, saved, 422)
    drop(opened.person, page_of(opened.monday))
    keep_outcome(rows)
    if saved.count:
        flash(f"{changes(saved.count)} saved.", "success")
    else:
        flash("Nothing was changed, so nothing was saved.")
    return redirect(url_for("record.week", week=opened.monday, at=saved.position or None), 303)


@allow(*RECORDERS)
def paste_week() -> ResponseReturnValue:
    """Put rows into the grid: of a spreadsheet, of last week, or one more. Typed times stay; nothing is saved."""
    opened = OpenWeek(_monday(request.form.get("week", "")), request.form.getlist("row"))
    if opened.worker_no is None:
        abort(403)
    text = request.form.get("pasted", "") if "put" in request.form else ""
    found = pasted(text, opened.offer) if "put" in request.form else Pasted((), ())
    opened.wanted += [line.key for line in found.lines]
    if "copy" in request.form:
        opened.copy_last_week()
    if "add" in request.form and (kind := request.form.get("kind", "")):
        children = [UUID(each) for each in request.form.get("child", "").split() if _is_id(each)]
        opened.wanted.append(key_of(kind, children))
    rows = opened.rows()
    with_typed(rows, request.form.getlist("row"), request.form)
    for line in found.lines:
        row = next((each for each in rows if each.key == line.key), None)
        for cell, minutes in zip(row.cells if row else [], line.minutes, strict=True):
            if minutes and not cell.several and not cell.shut:
                cell.text = minutes
    said = Saving(problems=[("pasted", words) for words in found.problems])
    return opened.page(rows, said, 422 if found.problems else 200, pasted_text=text if found.problems else "")


@allow(*RECORDERS)
def send_done() -> ResponseReturnValue:
    """This week is recorded whole; or not, after all."""
    person, here = signed_in(), state()
    if person.worker is None:
        abort(403)
    monday, done = _monday(request.form.get("week", "")), request.form.get("done") == "yes"
    by = Provenance(by=person.username, source="grid")
    try:
        receipt = mark_week(here.recorder, new_id(), person.worker, monday, by, done=done)
    except (Refused, Conflict):
        abort(409)
    return redirect(url_for("record.week", week=monday, at=receipt.position if receipt else None), 303)


class OpenWeek:
    """A worker's week with what the tables hold of it."""

    def __init__(self, monday: date, wanted: list[str]) -> None:
        self.person: Person = signed_in()
        self.here: Opened = state()
        self.monday, self.wanted = monday, list(wanted)
        self.today = self.here.recorder.clock.today()
        with self.here.projections.reader().connect() as connection:
            worker = self.person.worker
            self.worker_no = queries.worker_number(connection, worker) if worker else None
            if self.worker_no is None:
                return
            first, last = monday - timedelta(days=7), monday + timedelta(days=6)
            found = queries.entries(connection, self.worker_no, first, last)
            named = [UUID(each) for key in wanted for each in key.partition(":")[2].split(",") if _is_id(each)]
            self.offer: Offer = offer_to(connection, self.here.recorder.keys, self.worker_no, self.today,
                                         also_children=named)  # fmt: skip
            numbers = {share.child_no for entry in found for share in entry.children} - self.offer.named.keys()
            self.known = self.offer.named | names.child_names(connection, self.here.recorder.keys, numbers)
            self.entries = [entry for entry in found if entry.on >= monday]
            self.before = [entry for entry in found if entry.on < monday]
            away = my_week.absences(connection, self.worker_no, monday, last)
            self.absences = [Absence(each.kind, each.on, each.seconds) for each in away]
            self.done = my_week.done_since(connection, self.worker_no, monday)
            post = queries.post_on(connection, self.worker_no, min(self.today, last))
            self.contracted = post.weekly_minutes if post else None
        note_reading(self.here, self.person.username, "my week", [child.child_id for child in self.known.values()])

    def copy_last_week(self) -> None:
        """Last week's rows without their minutes."""
        for entry in self.before:
            children = [self.known[share.child_no].child_id for share in entry.children if share.child_no in self.known]
            self.wanted.append(key_of(entry.kind, children))

    def why(self, said: Mapping[str, str]) -> Why:
        """The reasons chosen; until the week is done, the usual ones where none was."""
        usual = Why() if self.done else BY_DEFAULT
        return Why(said.get("reason", usual.changed), said.get("gone", usual.cleared))

    def rows(self) -> list[Row]:
        """The rows as they stand."""
        return rows_of(self.monday, self.today, self.entries, self.absences, self.known, dict.fromkeys(self.wanted))

    def page(
        self,
        rows: list[Row],
        saved: Saving | None = None,
        status: int = 200,
        pasted_text: str = "",
        held: Draft | None = None,
        said: Mapping[str, str] | None = None,
        settled: bool = False,
    ) -> ResponseReturnValue:
        """The grid; ``said``: the answers beside the boxes where they are not those sent; ``settled``: just saved."""
        why = self.why(request.form if said is None else said)
        errors = [{"text": words, "href": f"#{name}"} for name, words in (saved.problems if saved else [])]
        errors += [
            {"text": f"{row.name_of(cell)}: {words}", "href": f"#c-{place}-{day}"}
            for place, row in enumerate(rows)
            for day, cell in enumerate(row.cells)
            for words in cell.wrong
        ]
        offered = [{"value": each.code, "text": each.label} for each in self.offer.kinds_at_hand]
        page = render_template(
            "record/grid.html",
            tabs=tabs("week"),
            draft=draft_part(
                self.person, page_of(self.monday), url_for("record.week", week=self.monday.isoformat()), held
            ),
            rows=rows,
            days=[self._day(day, rows) for day in days_of_week(self.monday)],
            total=hours(sum(row.total for row in rows if not row.absence)),
            contracted=self.contracted,
            monday=self.monday,
            week_of=uk_date(self.monday),
            earlier=self.monday - timedelta(days=7),
            later=self.monday + timedelta(days=7) if self.monday + timedelta(days=7) <= self.today else None,
            done=uk_instant(self.done) if self.done else "",
            kinds=[{"value": "", "text": "Select what you did"}, *offered, *self.offer.other_kinds],
            children=[{"value": "", "text": "No child"}, *_children(self.offer)],
            changes=any(cell.version and cell.changed for row in rows for cell in row.cells),
            reasons=_options(AMEND_REASONS),
            gone_reasons=_options(WITHDRAW_REASONS),
            why=why,
            settled=settled,
            save_id=id_of(request.form.get("save_id", "")) or new_id(),
            saved=changes(saved.count) if saved and saved.count else "",
            pasted_text=pasted_text,
            errors=errors,
            wrong={name: [words] for name, words in (saved.problems if saved else [])},
            behind=g.get("behind", False),
        )
        return make_response(page, status)

    def _day(self, day: date, rows: list[Row]) -> dict[str, Any]:
        """A day's heading and total; a gap is a working day that is over with much less than its part of the week."""
        place = day.weekday()
        seconds = sum(row.cells[place].seconds for row in rows)
        away = any(row.absence and row.cells[place].text.strip() == "day" for row in rows)
        part = self.contracted * 60 / _WORKING_DAYS if self.contracted and is_working_day(day) else 0
        gap = day < self.today and not away and part > 0 and seconds < part / 2
        return {
            "name": WEEKDAYS[place],
            "short": f"{WEEKDAYS[place][:3]} {uk_date_short(day).rsplit(' ', 1)[0]}",
            "total": hours(seconds),
            "gap": gap,
            "today": day == self.today,
        }


def _options(reasons: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "text": text} for value, text in reasons.items()]


def page_of(monday: date) -> str:
    """The name that the draft of a week goes by."""
    return f"week:{monday}"


def _children(offer: Offer) -> list[dict[str, str]]:
    groups = [
        {"value": " ".join(str(c.child_id) for c in group), "text": " and ".join(c.name for c in group)}
        for group in offer.together
    ]
    return [*({"value": str(c.child_id), "text": c.name} for c in offer.children), *groups]


def _monday(text: str) -> date:
    today = state().recorder.clock.today()
    try:
        asked = min(date.fromisoformat(text), today)
    except ValueError:
        asked = today
    return week_of(asked)[0]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
