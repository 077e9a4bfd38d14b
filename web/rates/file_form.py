"""A file of rates: read whole, all its problems at once, its effect shown, then stated or proposed."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from recorder.application import Conflict
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id
from recorder.domain.rate_changes import RateProposed
from recorder.intake.payments import RATE_COLUMNS
from recorder.intake.rate_files import ALLOWANCES, FEES, PRICES, RateFileProblems, read_rate_file
from web.account.access import allow
from web.rates.frame import MAY_CHANGE, event_id_of, tabs
from web.rates.stating import Asked, Problems, answer, problems_of, with_note
from web.state import state

__all__ = ["ask_file", "send_file"]

LISTED = 100
_TEXTS = ("what", "csv", "note")
Typed = dict[str, str]


@allow(*MAY_CHANGE)
def ask_file() -> ResponseReturnValue:
    """The form."""
    asked = request.args.get("what", FEES)
    what = asked if asked in {PRICES, ALLOWANCES} else FEES
    rows = ",".join(RATE_COLUMNS) + "\n" if what == ALLOWANCES else ""
    return _form({"what": what, "csv": rows, "note": ""}, [], str(new_id()))


@allow(*MAY_CHANGE)
def send_file() -> ResponseReturnValue:
    """Read the file or the rows as typed; show what they would change; once confirmed, state or propose them."""
    typed = {name: request.form.get(name, "").strip() for name in _TEXTS}
    event_id = event_id_of(request.form.get("event_id", ""))
    problems = _take_file(typed)
    rates = None if problems else _read(typed, problems)
    if rates is None:
        return _form(typed, problems, str(event_id), 422)
    if request.form.get("step") == "change":
        return _form(typed, [], str(event_id))
    try:
        return answer(Asked(with_note(rates, typed["note"]), typed, event_id, "rates.send_file", "rates.overview"))
    except Refused as refused:
        return _form(typed, problems_of(refused), str(event_id), 422)
    except Conflict as conflict:
        return _form(typed, problems_of(conflict), str(new_id()), 409)


def _take_file(typed: Typed) -> Problems:
    """Put the text of a file that came along where it can be seen and changed."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return []
    try:
        typed["csv"] = given.read().decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return [("file", "The file is not a text file in UTF-8. Save it as CSV UTF-8 and choose it again")]
    return []


def _read(typed: Typed, problems: Problems) -> RateProposed | None:
    if typed["what"] not in {FEES, PRICES, ALLOWANCES}:
        problems.append(("what", "Select what the file holds"))
    if not typed["csv"]:
        problems.append(("file", "Choose a CSV file"))
    if problems:
        return None
    try:
        return read_rate_file(typed["csv"].encode(), typed["what"], state().recorder.keys)
    except RateFileProblems as wrong:
        problems += [("csv", text) for text in wrong.problems]
        return None


def _form(typed: Typed, problems: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    wrong: dict[str, str] = {}
    for field, text in problems:
        wrong.setdefault(field, text)
    shown = problems[:LISTED]
    page = render_template(
        "rates/file_form.html",
        tabs=tabs("overview"),
        typed=typed,
        wrong=wrong,
        errors=[{"text": text, "href": f"#{field or 'csv'}"} for field, text in shown],
        more=len(problems) - len(shown),
        event_id=event_id,
    )
    return make_response(page, status)
