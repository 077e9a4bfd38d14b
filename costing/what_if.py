"""What if: a run with something changed. Changes read from, and written as, the `[[change]]` tables of a settings file.

The vocabulary is in `what_if_changes`; `calculate` applies the changes, so that a what-if is a run like any other.
"""

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from costing.calculator_settings import RunProblems
from costing.processes import UnknownProcess, process_name
from costing.what_if_changes import KINDS, Change

__all__ = [
    "KINDS",
    "VALUES",
    "Change",
    "change_words",
    "changes_of_text",
    "read_change",
    "read_changes",
    "write_changes",
]

TEXT, NUMBER, POUNDS, DATE, WHOLE, TEXTS, HOURS = "text", "number", "pounds", "date", "whole", "texts", "hours"
VALUES: Mapping[str, str] = {
    **dict.fromkeys(("percent", "factor", "hours", "added"), NUMBER),
    **dict.fromkeys(("weekly", "amount"), POUNDS),
    **dict.fromkeys(("first", "last"), DATE),
    **dict.fromkeys(("days", "months", "age_from", "age_to"), WHOLE),
    **dict.fromkeys(("needs", "placement_types", "variations"), TEXTS),
    "worker_hours": HOURS,
}
"""What kind of value a field of a change has; the others are text."""

_SAID: Mapping[str, str] = {
    TEXT: "text",
    NUMBER: "a number",
    POUNDS: "pounds, like 120.50",
    DATE: "a date",
    WHOLE: "a whole number",
    TEXTS: "a list of texts",
    HOURS: "hours for each worker type, like { social_worker = 2.5 }",
}
_KIND = "kind"


def read_changes(tables: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Changes from the tables of a settings file, as TOML gives them. Raises RunProblems, all problems at once."""
    found: list[Change] = []
    problems: list[str] = []
    for number, table in enumerate(tables, start=1):
        try:
            found.append(read_change(table))
        except RunProblems as wrong:
            problems += [f"[[change]] {number}: {each}" for each in wrong.problems]
    if problems:
        raise RunProblems(problems)
    return tuple(found)


def read_change(table: Mapping[str, Any]) -> Change:
    """One change from a table. Raises RunProblems, all problems at once."""
    kind = KINDS.get(str(table.get(_KIND, "")))
    if kind is None:
        raise RunProblems([f"“{table.get(_KIND, '')}” is not a kind of change. Use {', '.join(KINDS)}."])
    known, problems, said = {each.name for each in fields(kind)}, list[str](), dict[str, Any]()
    for name, value in table.items():
        if name == _KIND:
            continue
        form = VALUES.get(name, TEXT)
        if name not in known:
            problems.append(f"{name}: there is no such setting of “{kind.kind}”. There are {', '.join(sorted(known))}.")
        elif not _FITS[form](value):
            problems.append(f"{name}: write {_SAID[form]}.")
        else:
            said[name] = _MADE.get(form, lambda given: given)(value)
    if problems:
        raise RunProblems(problems)
    return kind(**said)


def changes_of_text(text: str) -> tuple[Change, ...]:
    """Changes from TOML text that holds nothing else; none from a blank. Raises RunProblems."""
    try:
        said = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise RunProblems([f"These changes are not TOML: {wrong}."]) from wrong
    tables = said.pop("change", [])
    if said or not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise RunProblems(["Write each change as a table [[change]]."])
    return read_changes(tables)


def write_changes(changes: Iterable[Change]) -> str:
    """Changes as `[[change]]` tables; read by `read_changes` they are equal to these."""
    tables = []
    for change in changes:
        lines = ["[[change]]", f"{_KIND} = {_written(change.kind)}"]
        for each in fields(change):
            value = getattr(change, each.name)
            if value != each.default:
                lines.append(f"{each.name} = {_written(value)}")
        tables.append("\n".join(lines))
    return "\n\n".join(tables) + "\n" if tables else ""


def change_words(change: Change, called: Callable[[str], str] | None = None) -> str:
    """A change as a sentence without a stop. `called` says what a process is called, by its code."""
    said = change.words(called or _name_of)
    return said[:1].upper() + said[1:]


def _name_of(code: str) -> str:
    try:
        return process_name(code)
    except UnknownProcess:
        return code


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


_FITS: Mapping[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str),
    NUMBER: _is_number,
    POUNDS: _is_number,
    DATE: lambda value: isinstance(value, date) and not isinstance(value, datetime),
    WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool),
    TEXTS: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    HOURS: lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
}
_MADE: Mapping[str, Callable[[Any], Any]] = {
    NUMBER: Decimal,
    POUNDS: Decimal,
    TEXTS: frozenset,
    HOURS: lambda value: tuple(sorted((who, Decimal(hours)) for who, hours in value.items())),
}


def _written(value: Any) -> str:
    if isinstance(value, frozenset):
        return f"[{', '.join(map(_written, sorted(value)))}]"
    if isinstance(value, tuple):
        return "{ " + ", ".join(f"{_written(who)} = {_written(hours)}" for who, hours in value) + " }"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str):
        # What JSON leaves as it is and TOML does not allow is the one control character past the letters.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if isinstance(value, date) else str(value)
