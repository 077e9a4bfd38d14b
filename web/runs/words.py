"""What the codes of a run's settings say, and settings in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from costing.calculator import COMPONENTS, Population, RunProblems, RunSettings
from costing.calculator_settings import COMBINED, RECORDED, RECORDED_WHERE_COVERED, STANDARD
from costing.pathway_settings import PathwaySettings, setting_words
from costing.unit_cost_sheets import PUBLISHED_SHEETS
from costing.what_if import change_words, changes_of_text
from web.design.formats import uk_date
from web.words import NEEDS, placement_type_words, process_words

__all__ = [
    "BASIS_WORDS",
    "COMPONENT_WORDS",
    "FRAMEWORK_WORDS",
    "SECTOR_WORDS",
    "changes_words",
    "population_words",
    "settings_file_name",
    "settings_words",
    "sheet_words",
]

BASIS_WORDS = {
    STANDARD: ("Standard", "Each occurrence at its unit cost on the sheet"),
    RECORDED: ("Recorded", "The time that was recorded, at the price of an hour"),
    COMBINED: ("Combined", "Unit costs of the focus groups’ times and recorded time together"),
    RECORDED_WHERE_COVERED: (
        "Recorded where covered",
        "A team’s month is wholly recorded where enough of its hours are, else wholly standard",
    ),
}
COMPONENT_WORDS = {
    "processes": "Processes at unit costs",
    "placements": "Placements",
    "staff": "Recorded staff time",
    "travel": "Travel",
}
FRAMEWORK_WORDS = {"CLA": "Children looked after", "CIN": "Children in need", "CAF": "Early help"}
SECTOR_WORDS = {
    "own_provision": "The authority’s own",
    "other_local_authority": "Another authority’s",
    "other_public": "Another public body’s",
    "private": "Private",
    "voluntary": "Voluntary",
    "parents": "Parents",
    "unknown": "Not known",
}
_OWN, _MIXED = "own", "mixed:"
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def settings_file_name(title: str) -> str:
    """The name of a file of settings, from the title of their run."""
    return f"run-{_NOT_LETTERS.sub('-', title.casefold()).strip('-')[:60] or 'settings'}.toml"


def sheet_words(code: str) -> str:
    """What a sheet of unit costs is called."""
    if code == _OWN:
        return "The authority’s own"
    if code.startswith(_MIXED):
        return f"Own where there is one, else {sheet_words(code.removeprefix(_MIXED))}"
    return PUBLISHED_SHEETS.get(code, code)


def population_words(chosen: Population) -> str:
    """Which children a run is of."""
    parts = []
    if chosen.needs:
        parts.append(_either(NEEDS[each].lower() if each != "uasc" else "UASC" for each in sorted(chosen.needs)))
    if chosen.age_from is not None or chosen.age_to is not None:
        parts.append(_ages(chosen))
    if chosen.placement_types:
        parts.append(_either(placement_type_words(each).lower() for each in sorted(chosen.placement_types)))
    if chosen.sectors:
        sectors = (SECTOR_WORDS.get(each, each).lower() for each in sorted(chosen.sectors))
        parts.append(f"provider: {_either(sectors)}")
    if chosen.teams:
        parts.append(_either(sorted(chosen.teams)))
    if chosen.legal_statuses:
        parts.append(f"legal status {_either(sorted(chosen.legal_statuses))}")
    if chosen.districts:
        parts.append(f"placed in {_either(sorted(chosen.districts))}")
    return "Children with: " + "; ".join(parts) if parts else "Everybody"


def settings_words(settings: RunSettings) -> list[tuple[str, str]]:
    """Every setting of a run in words, in the order of the form; what is as usual among the finer ones is left out."""
    said = [
        ("Period", f"{uk_date(settings.first)} to {uk_date(settings.last)}"),
        ("Basis", _basis(settings)),
        ("Sheet of unit costs", sheet_words(settings.sheet)),
        ("Prices", _prices(settings)),
        ("Children", population_words(settings.population)),
        ("Frameworks", ", ".join(FRAMEWORK_WORDS.get(each, each) for each in settings.frameworks) or "none"),
        ("Placements", "counted" if settings.with_placements else "left out"),
        ("Reviews expected and not recorded", "counted" if settings.expected_reviews else "left out"),
    ]
    left_out = [words for held, words in ((settings.leave_out_p8_disabled, "disabled children"),
                                          (settings.leave_out_p8_uasc, "unaccompanied children")) if held]  # fmt: skip
    said.append(("Process 8", f"left out for {' and '.join(left_out)}" if left_out else "counted for every child"))
    said += [("What if", change_words(each, process_words)) for each in settings.changes]
    return said + list(_pathway(settings.pathway))


def changes_words(text: str) -> list[str]:
    """Changes written as TOML in words; none where they cannot be read."""
    try:
        return [change_words(each, process_words) for each in changes_of_text(text)]
    except RunProblems as refused:
        return [each.rstrip(".") for each in refused.problems]


def _basis(settings: RunSettings) -> str:
    name = BASIS_WORDS[settings.basis][0]
    return f"{name}, from {settings.coverage_percent}% of hours" if settings.basis == RECORDED_WHERE_COVERED else name


def _prices(settings: RunSettings) -> str:
    if not settings.price_base:
        return "As paid and as printed"
    said = [f"Prices of {settings.price_base} by {settings.inflation.replace('_', ' ')}"]
    for each in COMPONENTS:
        rate = settings.rates.get(each)
        if rate is not None:
            by = f"{rate:f}% a year" if isinstance(rate, Decimal) else rate.replace("_", " ")
            said.append(f"{COMPONENT_WORDS[each].lower()} by {by}")
    return "; ".join(said)


def _pathway(held: PathwaySettings) -> Iterable[tuple[str, str]]:
    usual = PathwaySettings()
    for name, words in setting_words().items():
        value = getattr(held, name)
        if value != getattr(usual, name):
            text = ", ".join(sorted(value)) or "none" if isinstance(value, frozenset) else str(value)
            yield words, {"True": "yes", "False": "no"}.get(text, text)


def _ages(chosen: Population) -> str:
    if chosen.age_from is None:
        return f"age up to {chosen.age_to}"
    return f"age {chosen.age_from} and over" if chosen.age_to is None else f"age {chosen.age_from} to {chosen.age_to}"


def _either(words: Iterable[str]) -> str:
    return " or ".join(words)
