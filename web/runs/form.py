"""The settings of a run as a form has them: from settings to what is typed, and back with every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from costing.calculator import COMPONENTS, Population, RunProblems, RunSettings
from costing.calculator_settings import LEAST_PERCENT, MOST_PERCENT
from costing.calendar import midnight_after
from costing.pathway_settings import PathwaySettings, SettingProblems, setting_words
from costing.processes import FRAMEWORKS
from costing.what_if import changes_of_text, write_changes
from web.design.date_parts import PARTS, DateProblem, read_date
from web.runs.offered import Offered

__all__ = ["DATES", "OTHER_DATES", "PATHWAY", "PERCENT", "AskedFor", "Typed", "as_typed", "folded", "read_typed"]

Typed = MultiDict[str, str]
OTHER_DATES, PERCENT = "dates", "percent"
DATES = ("first", "last", "known")
LISTS = ("needs", "placement_types", "sectors", "teams")
CODES = ("legal_statuses", "districts")
TICKS = ("with_placements", "expected_reviews", "leave_out_p8_disabled", "leave_out_p8_uasc")
MOST_LETTERS = 200
# Said by the ticks of the run itself.
_ELSEWHERE = ("transition_left_out_for", "count_expected_reviews")
PATHWAY = tuple(each.name for each in fields(PathwaySettings) if each.name not in _ELSEWHERE)
# What a problem speaks of, and the field it is about.
_FIELDS = (
    ("The period", "last-day"),
    ("sheet", "sheet"),
    ("not a basis", "basis"),
    ("another basis", "basis"),
    ("coverage", "coverage_percent"),
    ("framework", "frameworks"),
    ("Rates of inflation", "price_base"),
    ("has no index", "price_base"),
    ("series", "inflation"),
    ("age", "age_from"),
    ("not a need", "needs"),
    ("placement type", "placement_types"),
)


@dataclass
class AskedFor:
    """A form read: the settings, or what is wrong by the id of the field, in the order of the form."""

    settings: RunSettings | None
    title: str
    known: datetime | None
    wrong: dict[str, list[str]] = field(default_factory=dict)

    @property
    def errors(self) -> list[dict[str, str]]:
        """For the error summary."""
        return [{"text": text, "href": f"#{name}"} for name, said in self.wrong.items() for text in said]

    def refuse(self, problems: list[str]) -> None:
        """Add problems that are told without a field."""
        for text in problems:
            self.wrong.setdefault(_field_of(text), []).append(text.rstrip("."))


def folded(settings: RunSettings) -> RunSettings:
    """The same run with what it says twice said once, as the form asks it."""
    means = settings.pathway_settings
    return replace(
        settings,
        expected_reviews=means.count_expected_reviews,
        leave_out_p8_disabled="disability" in means.transition_left_out_for,
        leave_out_p8_uasc="uasc" in means.transition_left_out_for,
        frameworks=tuple(each for each in FRAMEWORKS if each in settings.frameworks),
        pathway=replace(settings.pathway, transition_left_out_for=frozenset(), count_expected_reviews=False),
    )


def as_typed(settings: RunSettings, offered: Offered, title: str = "") -> Typed:
    """The settings as the form would have them typed."""
    plain = folded(settings)
    typed: Typed = MultiDict({"title": title, "year": _year_of(plain, offered)})
    if plain.changes:
        typed["changes"] = write_changes(plain.changes)
    for name in ("first", "last"):
        _put_date(typed, name, getattr(plain, name))
    for name in ("sheet", "basis", "price_base", "inflation", "coverage_percent"):
        typed[name] = str(getattr(plain, name))
    for component, rate in plain.rates.items():
        typed[f"rate_{component}"] = PERCENT if isinstance(rate, Decimal) else rate
        typed[f"percent_{component}"] = f"{rate:f}" if isinstance(rate, Decimal) else ""
    typed.setlist("frameworks", list(plain.frameworks))
    for name in LISTS:
        typed.setlist(name, sorted(getattr(plain.population, name)))
    for name in CODES:
        typed[name] = ", ".join(sorted(getattr(plain.population, name)))
    for name in ("age_from", "age_to"):
        age = getattr(plain.population, name)
        typed[name] = "" if age is None else str(age)
    for name in TICKS:
        _put(typed, name, getattr(plain, name))
    for name in PATHWAY:
        _put(typed, f"pathway_{name}", getattr(plain.pathway, name))
    return typed


def read_typed(typed: Typed, offered: Offered) -> AskedFor:
    """What a form asks for, with everything that is wrong with it."""
    asked = AskedFor(None, " ".join(typed.get("title", "").split()), None)
    wrong = asked.wrong
    if len(asked.title) > MOST_LETTERS:
        wrong["title"] = [f"Title must be {MOST_LETTERS} characters or fewer"]
    first, last = _period(typed, offered, wrong)
    said: dict[str, Any] = {name: typed.get(name, "").strip() for name in ("sheet", "basis", "price_base")}
    said["inflation"] = typed.get("inflation", "").strip() or offered.usual.inflation
    percent = _whole(typed, "coverage_percent", "The coverage of a recorded month", wrong)
    said["coverage_percent"] = offered.usual.coverage_percent if percent is None else percent
    said["rates"] = dict(_rates(typed, wrong))
    said["frameworks"] = tuple(each for each in FRAMEWORKS if each in typed.getlist("frameworks"))
    said |= {name: bool(typed.get(name)) for name in TICKS}
    chosen: dict[str, Any] = {name: frozenset(typed.getlist(name)) for name in LISTS}
    chosen |= {name: frozenset(filter(None, map(str.strip, typed.get(name, "").split(",")))) for name in CODES}
    chosen |= {name: _whole(typed, name, "An age", wrong) for name in ("age_from", "age_to")}
    asked.known = _known(typed, offered, wrong)
    pathway = _pathway(typed, wrong)
    try:
        said["changes"] = changes_of_text(typed.get("changes", ""))
        made = RunSettings(first=first, last=last, population=Population(**chosen), pathway=pathway, **said)
        if not wrong:
            asked.settings = made
    except RunProblems as refused:
        asked.refuse(refused.problems)
    return asked


def _put(typed: Typed, name: str, value: object) -> None:
    if isinstance(value, bool):
        if value:
            typed[name] = "yes"
    else:
        typed[name] = ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _put_date(typed: Typed, name: str, day: date) -> None:
    for part in PARTS:
        typed[f"{name}-{part}"] = str(getattr(day, part))


def _year_of(settings: RunSettings, offered: Offered) -> str:
    for year, span in offered.spans.items():
        if span == (settings.first, settings.last):
            return str(year)
    return OTHER_DATES


def _period(typed: Typed, offered: Offered, wrong: dict[str, list[str]]) -> tuple[date, date]:
    """The two days; where one is missing or wrong, days that are not wrong in another way too."""
    spans = {str(year): span for year, span in offered.spans.items()}
    year = typed.get("year", "")
    if year in spans:
        return spans[year]
    if year != OTHER_DATES:
        wrong["year"] = ["Select the period"]
        return offered.horizon, offered.horizon
    days: dict[str, date | None] = {}
    for name, said in (("first", "The first day"), ("last", "The last day")):
        days[name] = _date(typed, name, said, wrong)
        if days[name] is None and f"{name}-day" not in wrong:
            wrong[f"{name}-day"] = [f"Enter {said.lower()} of the period"]
    first, last = days["first"], days["last"]
    if last is not None and last > offered.horizon:
        wrong["last-day"] = [f"The last day must be {offered.horizon:%d/%m/%Y} or before: no later day has ended"]
    if first is None or last is None:
        return offered.horizon, offered.horizon
    return first, last


def _date(typed: Typed, name: str, said: str, wrong: dict[str, list[str]]) -> date | None:
    try:
        return read_date([typed.get(f"{name}-{part}", "") for part in PARTS], said)
    except DateProblem as problem:
        wrong[f"{name}-day"] = [str(problem)]
        return None


def _known(typed: Typed, offered: Offered, wrong: dict[str, list[str]]) -> datetime | None:
    """The end of the day up to which facts are known; None for all that are known now."""
    day = _date(typed, "known", "The day up to which facts were known", wrong)
    if day is None or day == offered.today:
        return None
    if day > offered.today:
        wrong["known-day"] = ["The day up to which facts were known must be today or before"]
        return None
    return midnight_after(day)


def _whole(typed: Typed, name: str, said: str, wrong: dict[str, list[str]]) -> int | None:
    text = typed.get(name, "").strip()
    if text.isascii() and text.isdigit() and len(text) < 7:
        return int(text)
    if text:
        wrong[name] = [f"{said} must be a whole number, like 16"]
    return None


def _rates(typed: Typed, wrong: dict[str, list[str]]) -> Iterator[tuple[str, str | Decimal]]:
    for component in COMPONENTS:
        chosen = typed.get(f"rate_{component}", "")
        if chosen and chosen != PERCENT:
            yield component, chosen
        elif chosen:
            name = f"percent_{component}"
            try:
                rate = Decimal(typed.get(name, "").strip().removesuffix("%"))
                if not rate.is_finite() or not LEAST_PERCENT <= rate <= MOST_PERCENT:
                    raise InvalidOperation
                yield component, rate
            except InvalidOperation:
                said = f"A yearly change of prices must be a number from {LEAST_PERCENT} to {MOST_PERCENT}, like 3.8"
                wrong[name] = [said]


def _pathway(typed: Typed, wrong: dict[str, list[str]]) -> PathwaySettings:
    defaults, said = PathwaySettings(), dict[str, Any]()
    for name in PATHWAY:
        usual, key = getattr(defaults, name), f"pathway_{name}"
        if isinstance(usual, bool):
            said[name] = bool(typed.get(key))
        elif isinstance(usual, int):
            number = _whole(typed, key, setting_words()[name], wrong)
            said[name] = usual if number is None else number
        else:
            text = typed.get(key, "").strip()
            parts = frozenset(filter(None, map(str.strip, text.split(","))))
            said[name] = parts if isinstance(usual, frozenset) else text
    try:
        return PathwaySettings(**said)
    except SettingProblems as refused:
        for text in refused.problems:
            name = next((name for name, words in setting_words().items() if text.startswith(words)), "plan_every_days")
            wrong[f"pathway_{name}"] = [text.rstrip(".")]
        return defaults


def _field_of(problem: str) -> str:
    return next((name for words, name in _FIELDS if words in problem), "year")
