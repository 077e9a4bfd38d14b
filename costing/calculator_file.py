"""The settings of a run as a TOML file: read with every problem at once, in the words of whoever wrote it.

Written, every setting is said, so that the file means the same where a default is another one day.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from costing.calculator_settings import Population, RunProblems, RunSettings
from costing.pathway_settings import PathwaySettings, SettingProblems
from costing.what_if import Change, read_changes, write_changes

_TABLES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "period": {"first": ("first", "a date"), "last": ("last", "a date")},
    "prices": {
        "sheet": ("sheet", "text"),
        "base": ("price_base", "text"),
        "inflation": ("inflation", "text"),
        "rates": ("rates", "rates"),
    },
    "work": {
        "basis": ("basis", "text"),
        "coverage_percent": ("coverage_percent", "a whole number"),
        "frameworks": ("frameworks", "a list of texts"),
        "with_placements": ("with_placements", "true or false"),
        "expected_reviews": ("expected_reviews", "true or false"),
        "leave_out_p8_disabled": ("leave_out_p8_disabled", "true or false"),
        "leave_out_p8_uasc": ("leave_out_p8_uasc", "true or false"),
    },
    "population": {
        **{
            name: (name, "a list of texts")
            for name in ("needs", "placement_types", "sectors", "teams", "legal_statuses", "districts")
        },
        "age_from": ("age_from", "a whole number"),
        "age_to": ("age_to", "a whole number"),
    },
    "pathway": {},
}
_TITLE, _CHANGE = "title", "change"
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "a date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "text": lambda value: isinstance(value, str),
    "true or false": lambda value: isinstance(value, bool),
    "a whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "a list of texts": lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    "rates": lambda value: isinstance(value, dict) and all(_is_rate(each) for each in value.values()),
}
_SAID_AS = {"rates": "a name of a series or a yearly change in per cent for each component"}


def read_run_settings(text: str) -> RunSettings:
    """The settings of a run from TOML text (tables period, prices, work, population, pathway).

    Raises RunProblems, all problems at once: what is not TOML, what is not known, what does not fit.
    """
    try:
        said = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise RunProblems([f"This is not TOML: {wrong}."]) from wrong
    problems: list[str] = []
    values: dict[str, dict[str, Any]] = {name: {} for name in _TABLES}
    if not isinstance(said.pop(_TITLE, ""), str):
        problems.append(f"{_TITLE}: write text.")
    changes = _changes(said.pop(_CHANGE, []), problems)
    for name, table in said.items():
        if name not in _TABLES or not isinstance(table, dict):
            problems.append(f"There is no table [{name}]. The tables are {', '.join(_TABLES)}.")
        else:
            values[name] = _table(name, table, problems)
    for name in ("first", "last"):
        if "period" not in said or name not in said["period"]:
            problems.append(f"[period] {name}: give the {name} day, like {name} = 2024-04-01.")
    return _settings(values, changes, problems)


def read_title(text: str) -> str:
    """The title that settings give their run, `title` before the first table; blank without one."""
    try:
        title = tomllib.loads(text).get(_TITLE, "")
    except tomllib.TOMLDecodeError:
        return ""
    return title if isinstance(title, str) else ""


def write_run_settings(settings: RunSettings, title: str = "") -> str:
    """The settings as TOML text, with a title; read by `read_run_settings` they are equal to these."""
    held: dict[str, object] = {"period": settings, "prices": settings, "work": settings}
    held |= {"population": settings.population, "pathway": settings.pathway}
    tables = [f"{_TITLE} = {_written(title)}"] if title else []
    for name, owner in held.items():
        known = _pathway() if name == "pathway" else _TABLES[name]
        values = ((key, getattr(owner, field)) for key, (field, _) in known.items())
        lines = [f"{key} = {_written(value)}" for key, value in values if value is not None]
        tables.append("\n".join([f"[{name}]", *lines]))
    if settings.changes:
        tables.append(write_changes(settings.changes).rstrip("\n"))
    return "\n\n".join(tables) + "\n"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        # What JSON leaves as it is and TOML does not allow is the one control character past the letters.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_written(each)}" for key, each in sorted(value.items())) + " }"
    if isinstance(value, tuple | frozenset):
        return f"[{', '.join(map(_written, value if isinstance(value, tuple) else sorted(value)))}]"
    return str(value)


def _changes(said: Any, problems: list[str]) -> tuple[Change, ...]:
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        problems.append("Write each change as a table [[change]].")
        return ()
    try:
        return read_changes(said)
    except RunProblems as wrong:
        problems += wrong.problems
        return ()


def _settings(values: dict[str, dict[str, Any]], changes: tuple[Change, ...], problems: list[str]) -> RunSettings:
    """The settings, with what they themselves find wrong added to the problems found so far."""
    pathway, made = PathwaySettings(), None
    try:
        pathway = PathwaySettings(**values["pathway"])
    except SettingProblems as wrong:
        problems += wrong.problems
    days = values["period"]
    anywhen = {"first": date.min, "last": date.max} | days
    chosen: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, list) else value for name, value in values["population"].items()
    }
    own = {**anywhen, **values["prices"], **values["work"]}
    if "frameworks" in own:
        own["frameworks"] = tuple(own["frameworks"])
    try:
        made = RunSettings(**own, population=Population(**chosen), pathway=pathway, changes=changes)
    except RunProblems as wrong:
        problems += wrong.problems
    if problems or made is None:
        raise RunProblems(problems)
    return made


def _table(name: str, said: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    known = _pathway() if name == "pathway" else _TABLES[name]
    found: dict[str, Any] = {}
    for key, value in said.items():
        if key not in known:
            problems.append(f"[{name}] {key}: there is no such setting. There are {', '.join(known)}.")
            continue
        field, kind = known[key]
        if not _FITS[kind](value):
            problems.append(f"[{name}] {key}: write {_SAID_AS.get(kind, kind)}.")
        elif kind == "rates":
            found[field] = {each: Decimal(rate) if isinstance(rate, int) else rate for each, rate in value.items()}
        else:
            found[field] = frozenset(value) if name == "pathway" and isinstance(value, list) else value
    return found


def _pathway() -> dict[str, tuple[str, str]]:
    """The settings of a pathway with the kind of value that each takes."""
    kinds = {bool: "true or false", int: "a whole number", str: "text", frozenset: "a list of texts"}
    defaults = PathwaySettings()
    return {each.name: (each.name, kinds[type(getattr(defaults, each.name))]) for each in fields(defaults)}


def _is_rate(value: object) -> bool:
    return isinstance(value, str | int | Decimal) and not isinstance(value, bool)
