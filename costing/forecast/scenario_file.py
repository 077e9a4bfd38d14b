"""Suppositions as a file: rises of fees and scenarios in TOML, read with everything that is wrong said at once.

    title = "Edge of care from April"

    [[uplift]]
    starts = 2025-04-01
    percent = 3.8

    [[scenario]]
    kind = "edge_of_care"
    starts = 2025-04-01
    percent_fewer = 15
    from_age = 10
    to_age = 17

``kind`` is entrants, edge_of_care, step_down, fee_negotiation or new_home; its other names are those of the fields in
``costing.forecast.scenarios``, but that an amount a week is written in pounds as ``weekly_pounds``.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from costing.forecast.scenarios import EdgeOfCare, EntrantsChange, FeeNegotiation, NewHome, Scenario, StepDown
from costing.forecast.settings import ForecastProblems, Uplift
from costing.money import UNITS_PER_POUND, units_of_pounds

__all__ = ["KINDS", "Suppositions", "read_suppositions", "write_suppositions"]

KINDS: dict[str, type[Scenario]] = {
    "entrants": EntrantsChange,
    "edge_of_care": EdgeOfCare,
    "step_down": StepDown,
    "fee_negotiation": FeeNegotiation,
    "new_home": NewHome,
}
_NAME_OF = {made: name for name, made in KINDS.items()}
# Amounts are in units here and in pounds in the file.
_MONEY = {"weekly_units": "weekly_pounds", "empty_units": "empty_pounds"}
_POUNDS = frozenset(_MONEY.values())
_KNOWN = frozenset({"title", "uplift", "scenario"})
_WHOLE = frozenset({"children", "beds", "from_age", "to_age"})
_TEXT = frozenset({"placement_type", "sector", "from_type", "to_type"})
_SAID = {
    "starts": "a date like 2025-04-01",
    "percent": "a number",
    "percent_fewer": "a number",
    **dict.fromkeys(_POUNDS, "an amount in pounds and pence"),
    **dict.fromkeys(_WHOLE, "a whole number"),
    **dict.fromkeys(_TEXT, "a text in quotes"),
}


@dataclass(frozen=True)
class Suppositions:
    """What a file supposes: its title, the rises of all fees, and the scenarios, in the order of the file."""

    title: str = ""
    uplifts: tuple[Uplift, ...] = ()
    scenarios: tuple[Scenario, ...] = ()


def read_suppositions(text: str) -> Suppositions:
    """What a text in TOML supposes. Raises ForecastProblems with everything that is wrong, in words."""
    try:
        said = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise ForecastProblems([f"This is not TOML: {wrong}."]) from wrong
    problems = [f"“{name}” is not known here." for name in said if name not in _KNOWN]
    uplifts = _tables(said, "uplift", problems)
    scenarios = _tables(said, "scenario", problems)
    rises = [_made(Uplift, each, f"Uplift {number}", problems) for number, each in enumerate(uplifts, 1)]
    made = []
    for number, each in enumerate(scenarios, 1):
        kind = each.pop("kind", None)
        if kind not in KINDS:
            problems.append(f"Scenario {number}: kind must be one of {', '.join(KINDS)}.")
            continue
        made.append(_made(KINDS[kind], each, f"Scenario {number} ({kind})", problems))
    for found in made:
        problems += found.problems() if found is not None else []
    if problems:
        raise ForecastProblems(problems)
    return Suppositions(
        str(said.get("title", "")), tuple(each for each in rises if each), tuple(each for each in made if each)
    )


def write_suppositions(suppositions: Suppositions) -> str:
    """The text that reads back as these suppositions."""
    lines = [f"title = {_quoted(suppositions.title)}"] if suppositions.title else []
    for rise in suppositions.uplifts:
        lines += ["", "[[uplift]]", *_lines(rise)]
    for each in suppositions.scenarios:
        lines += ["", "[[scenario]]", f'kind = "{_NAME_OF[type(each)]}"', *_lines(each)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _tables(said: dict[str, Any], name: str, problems: list[str]) -> list[dict[str, Any]]:
    found = said.get(name, [])
    if isinstance(found, list) and all(isinstance(each, dict) for each in found):
        return [dict(each) for each in found]
    problems.append(f"Write each {name} under a line [[{name}]].")
    return []


def _made(kind: type[Any], said: dict[str, Any], where: str, problems: list[str]) -> Any:
    """The thing, or None with what is wrong put to the problems."""
    before = len(problems)
    known = {_MONEY.get(each.name, each.name): each for each in fields(kind)}
    values = {}
    for name, value in said.items():
        if name not in known:
            problems.append(f"{where}: “{name}” is not known here.")
            continue
        read = _value(name, value)
        if read is None:
            problems.append(f"{where}: {name} must be {_SAID[name]}.")
        values[known[name].name] = read
    for name, each in known.items():
        if each.default is MISSING and each.name not in values:
            problems.append(f"{where}: {name} is missing; it must be {_SAID[name]}.")
    return kind(**values) if len(problems) == before else None


def _value(name: str, value: Any) -> Any:
    """The value as its field takes it, or None if it is not of the kind that the name asks for."""
    if name == "starts":
        return value if isinstance(value, date) and not isinstance(value, datetime) else None
    if name in _TEXT:
        return value if isinstance(value, str) and value else None
    return _number(name, value)


def _number(name: str, value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        return None
    if name in _WHOLE:
        return value if isinstance(value, int) else None
    if name not in _POUNDS:
        return float(value)
    try:
        return units_of_pounds(Decimal(value))
    except ValueError:
        return None


def _lines(each: Any) -> list[str]:
    written = []
    for field in fields(each):
        value = getattr(each, field.name)
        if value is None:
            continue
        if field.name in _MONEY:
            written.append(f"{_MONEY[field.name]} = {Decimal(value) / UNITS_PER_POUND:f}")
        elif isinstance(value, str):
            written.append(f"{field.name} = {_quoted(value)}")
        else:
            written.append(f"{field.name} = {value}")
    return written


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    control = (*'"\\', "\x7f")
    escaped = "".join(f"\\u{ord(each):04x}" if each < " " or each in control else each for each in text)
    return f'"{escaped}"'
