"""The page on the method says what the code does: every process, variation, predicate and setting."""

from pathlib import Path

import pytest

from costing.pathway_events import EVIDENCE
from costing.pathway_settings import PathwaySettings, setting_words
from costing.pathway_triggers import RECORDED_WORK, TRIGGERS, Trigger
from costing.predicates import PREDICATES, Predicate
from costing.processes import Process
from costing.sheet_file import COLUMNS
from costing.variations import Variation, shipped_frameworks
from costing.vocabulary import kinds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method.md"
SHIPPED = shipped_frameworks()


def process_text(each: Process) -> str:
    number = f"### {each.framework} {each.number}: {each.name}"
    said = f"{each.definition}. Starts: {_lower(each.starts)}. Ends: {_lower(each.ends)}. Repeats: {each.repeats_by}."
    trigger = TRIGGERS[each.counted_from]
    counted = f"Counted in {'days, priced by the ' + each.unit if trigger.goes_on else 'occurrences'}: {trigger.words}."
    return f"{number}\n\n{said} {counted}"


def variation_row(each: Variation) -> str:
    return f"| {each.name} | {each.when.words()} | {'adds to the rest' if each.adds else 'replaces the base case'} |"


def predicate_row(each: Predicate) -> str:
    values = f" (one of {', '.join(each.values)})" if each.values else ""
    return f"| `{each.code}`{values} | {each.words} | {each.meaning} |"


def trigger_row(each: Trigger) -> str:
    how = "days" if each.goes_on else "occurrences"
    itself = "; ".join(kind.label for kind in kinds() if each.code in kind.occurrence_of) or "none"
    itself = "any" if each.code == RECORDED_WORK else itself
    return f"| `{each.code}` | {each.words} | {how} | {itself} |"


def setting_row(name: str) -> str:
    value = getattr(PathwaySettings(), name)
    shown = ", ".join(sorted(value)) or "nobody" if isinstance(value, frozenset) else value
    shown = {True: "yes", False: "no"}[shown] if isinstance(shown, bool) else shown
    return f"| `{name}` | {setting_words()[name]} | {shown} |"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


ROWS = [
    *(process_text(each) for each in SHIPPED.processes),
    *(variation_row(each) for each in SHIPPED.variations),
    *(predicate_row(each) for each in PREDICATES.values()),
    *(trigger_row(each) for each in TRIGGERS.values()),
    *(setting_row(name) for name in setting_words()),
    *(f"- *{name}*: {words}." for name, words in EVIDENCE.items()),
]


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ROWS, ids=lambda text: text[:40])
def test_the_page_says_what_the_code_does(page: str, text: str) -> None:
    assert text in page


def test_the_page_says_nothing_of_what_is_not_there(page: str) -> None:
    rows = {line for line in page.splitlines() if line.startswith("| `")}
    of_sheet_files = {line for line in rows if line.split("`")[1] in COLUMNS}
    assert rows - of_sheet_files <= set(ROWS)
    lines = [line for line in page.splitlines() if line not in of_sheet_files]
    variations = [line for line in lines if line.endswith((" the base case |", " to the rest |"))]
    assert len(variations) == len(SHIPPED.variations)
    assert page.count("\n### ") == len(SHIPPED.processes)
