"""The page on the method has every formula: its modules exist, its words are the code's, its examples come out."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from costing import calculator_report as report
from costing import outcomes, restated, standard_times, unit_costs
from costing.apportion import split
from costing.calculator_compare import Comparison, compare
from costing.calculator_lines import DAYS_A_YEAR, MONTHS_A_YEAR, amounts_by_days
from costing.calculator_report import Block, ChildReport, Line, RunReport
from costing.calculator_settings import BASES, COMPONENTS, Population, RunSettings
from costing.calendar import return_year_first, return_year_last
from costing.care_facts import ChildFacts, Episode
from costing.combined_time import LEVEL, CombinedTime, RecordedTime, combined_time, recorded_time
from costing.method_check import NOT_CHECKABLE, SHAPES
from costing.money import minute_units, night_units, pounds, round_half_up, units_of_pounds
from costing.pathway import pathways
from costing.pathway_parts import Occurrence, parts_of
from costing.payments import ALLOWANCES, PER
from costing.postings import FUNDERS
from costing.standard_times import StandardTime
from costing.unit_cost_sheets import COMBINED, MIXED, OWN, PUBLISHED, line_cost, own_sheet
from costing.unit_costs import CONTRACTS, LETTERS, Schema
from costing.uprating import index_series, shipped_series, uprate
from costing.variations import shipped_frameworks
from costing.what_if_added import EVERY
from costing.what_if_changes import KINDS
from costing.what_if_pieces import Running
from costing.working_year import working_year
from projections.queries.outcomes import MEASURES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
SECTIONS = {text.partition("\n")[0]: text for text in PAGE.split("\n## ")}
# What reads, writes, holds or names, and has no formula of its own.
WITHOUT_FORMULA = {
    "__init__", "calculator_csv", "calculator_facts", "calculator_file", "collector", "shipped",
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def worked(name: str) -> str:
    """The text of a worked example."""
    found = re.search(rf"^\*Worked example, {re.escape(name)}\*: (.+)$", PAGE, re.MULTILINE)
    assert found, name
    return found[1]


def numbers(text: str) -> list[Decimal]:
    return [Decimal(each.replace(",", "")) for each in _NUMBER.findall(text)]


def days(text: str) -> list[date]:
    split_up = (each.split() for each in _DAY.findall(text))
    return [date(int(year), list(month_name).index(month), int(day)) for day, month, year in split_up]


def test_every_module_named_is_there_and_every_module_of_the_method_is_named() -> None:
    named = set(re.findall(r"`costing/(\w+)\.py`", PAGE))
    held = {path.stem for path in (ROOT / "costing").glob("*.py")}
    assert named - held == set()
    assert held - WITHOUT_FORMULA - named == set()


WORDS = {
    "The cost of a child": [
        *BASES, *(each.name for each in fields(RunSettings)), *(each.name for each in fields(Population)),
        *report.GROUPINGS, report.OCCURRENCE, report.MONTH, report.DAY, report.PERIOD, report.NIGHT, report.HOUR,
        report.ENTRY,
    ],
    "The price of an hour": CONTRACTS,
    "Unit costs": [standard_times.BASE, standard_times.ADD, standard_times.REPLACE, OWN, PUBLISHED, COMBINED, MIXED],
    "Nights": FUNDERS,
    "Allowances and services": [*PER, *ALLOWANCES],
    "Prices of another year": COMPONENTS,
    "Time per process": [
        *(each.name for each in fields(RecordedTime) if each.name != "interval"), "took_place", "direct_share",
        "coverage", "lag",
    ],
    "Combined time": [each.name for each in fields(CombinedTime) if each.name != "mean"],
    "Comparison of two runs": [each.name for each in fields(Comparison) if each.name not in {"before", "after"}],
    "What if": [*KINDS, *EVERY],
    "Cost by outcome and by month in care": [
        outcomes.NOT_KNOWN, outcomes.NOT_RETURNED, outcomes.NOT_LOOKED_AFTER,
        *(band for code, each in MEASURES.items() if code not in {"activity", "accommodation"} for band in each.order),
    ],
    "Then and now, payroll and the statement": restated.CAUSES,
    "Proving the method": [*(column for needed, _ in SHAPES.values() for column in needed), "ties", NOT_CHECKABLE],
}  # fmt: skip


@pytest.mark.parametrize("section", WORDS)
def test_the_words_of_the_code_stand_in_their_section(section: str) -> None:
    assert [word for word in WORDS[section] if f"`{word}`" not in SECTIONS[section]] == []


def test_what_is_named_without_a_mark_stands_there_too() -> None:
    assert [name for name in shipped_series() if name not in SECTIONS["Prices of another year"]] == []
    bands = SECTIONS["Cost by outcome and by month in care"]
    assert [each.words for each in MEASURES.values() if each.words not in bands] == []
    assert [shape for shape in SHAPES if f"\n| {shape} |" not in SECTIONS["Proving the method"]] == []


def test_the_schema_has_its_letters_a_to_j() -> None:
    rows = re.findall(r"^\| ([A-Z]) \| (\w+)", SECTIONS["The price of an hour"], re.MULTILINE)
    assert [letter for letter, _ in rows] == list("ABCDEFGHIJ")
    assert dict(rows[:6]) == {letter: name for name, letter in LETTERS.items()}


def test_a_formula_has_its_source_and_what_was_chosen() -> None:
    formulas = [title for title, text in SECTIONS.items() if "\n    " in text and " = " in text]
    assert len(formulas) >= 14
    said = {
        title: [word for word in ("`costing/", "ource", "chose") if word not in SECTIONS[title]] for title in formulas
    }
    assert {title: lacking for title, lacking in said.items() if lacking} == {}


def test_links_on_the_page_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
    files = {each.partition("#")[0] for each in re.findall(r"\]\(([^)#][^)]*)\)", PAGE)}
    assert [each for each in files if not (ROOT / "docs" / each).is_file()] == []


def test_an_hour() -> None:
    *parts, hours, ratio, total, hour, bare_total, bare, client = numbers(worked("an hour"))
    amounts = dict(zip((*unit_costs.COMPONENTS[:5],), parts, strict=True))
    made = Schema("any", "employed", date(2024, 4, 1), "2024/25", **amounts, travel=None, hours=hours,
                  indirect_ratio=ratio)  # fmt: skip
    assert (made.annual_cost(), made.annual_cost(with_qualifications=False)) == (total, bare_total)
    pence = [made.hour_pence(), made.hour_pence(with_qualifications=False), made.client_hour_pence()]
    assert pence == [int(each * 100) for each in (hour, bare, client)]


def test_a_working_year() -> None:
    text = worked("a working year")
    _, _, week, a_week, leave, training, sickness, holidays, hours = numbers(text)
    made = working_year(
        text.split()[1], hours_a_week=week, leave_days=leave, training_days=training, sickness_days=sickness,
        days_a_week=a_week,
    )  # fmt: skip
    assert len(made.holidays) == int(holidays)
    assert made.schema_hours == hours


def test_recorded_work_nights_and_a_what_if() -> None:
    minutes, hour, units, shown = numbers(worked("recorded work"))
    assert int(minutes) * minute_units(int(hour * 100)) == int(units)
    assert pounds(int(units)) == shown
    nights, weekly, cost = numbers(worked("nights"))
    exact = int(nights) * night_units(int(weekly * 100))
    assert pounds(exact) == cost
    percent, held, before, after, difference = numbers(worked("a what-if"))
    dearer = Running(1 + Fraction(percent) / 100).of(0, exact)
    assert (held, before, pounds(dearer or 0), pounds((dearer or 0) - exact)) == (nights, cost, after, difference)


def test_a_split() -> None:
    total, *rest = map(int, numbers(worked("a split")))
    assert split(total, rest[:3]) == rest[3:]


def test_a_unit_cost() -> None:
    hours, rate, other_hours, other_rate, cost = numbers(worked("a unit cost"))
    held = {"worker": (hours, rate), "leader": (other_hours, other_rate)}
    times = [
        StandardTime("CLA6", frozenset(), "base", who, Fraction(time), 5, date(2025, 1, 1), "a group")
        for who, (time, _) in held.items()
    ]
    sheet = own_sheet("Own", times, {who: int(rate * 100) for who, (_, rate) in held.items()}, "2024/25")
    assert sheet.cost_pence("CLA6") == cost * 100


def test_reviews() -> None:
    starts, until, *due = days(worked("reviews"))
    episode = Episode(1, "e1", starts, None, "S", "C2", "U4", "PR1", placement_type="la_foster")
    child = ChildFacts(child="1", birth_date=date(2015, 1, 1), episodes=(episode,))
    (found,) = pathways([child], until, RunSettings(first=starts, last=until).pathway_settings, shipped_frameworks())
    assert [each.starts for each in found.expected] == due


def test_uprating() -> None:
    text = worked("uprating")
    old, new = (Decimal(each.replace(",", "")) for each in re.findall(r"£([\d,]+)", text))
    base, target = re.findall(r"\d{4}/\d{2}", text)
    series = index_series(text.split()[-1].rstrip("."))
    assert uprate(old, base, target, series, "pound") == new


def test_recorded_and_combined_times() -> None:
    *minutes, mean, median, trimmed, lower, upper, level, low, high = numbers(worked("recorded times"))
    made = recorded_time([int(each) * 60 for each in minutes])
    told = [made.mean, made.median, made.trimmed_mean, made.lower_quartile, made.upper_quartile]
    assert told == [Fraction(each) * 60 for each in (mean, median, trimmed, lower, upper)]
    assert made.interval is not None
    assert Fraction(level) / 100 == Fraction(str(LEVEL))
    assert [round_half_up(Fraction(each * 100, 60)) for each in made.interval] == [low * 100, high * 100]
    estimate, k, weight, combined = numbers(worked("combined time"))
    both = combined_time(made, Fraction(estimate) * 60, Fraction(k))
    assert (both.weight, both.mean) == (Fraction(weight), Fraction(combined) * 60)


def test_a_vignette() -> None:
    text = worked("a vignette")
    plans, weeks, reviews, order, total = text.split(";")
    plan, printed = numbers(plans)
    lines = [Fraction(line_cost(plan, Fraction(2), 3)).__floor__()]
    assert lines == [printed]
    many, amount, whole = numbers(weeks)
    review, added, reviewed = numbers(reviews)
    again, legal, ordered = numbers(order)
    lines += [
        round_half_up(each)
        for each in (line_cost(amount, many), line_cost(review, Fraction(2), added=added), line_cost(legal, again))
    ]
    assert lines[1:] == [whole, reviewed, ordered]
    assert sum(lines) == numbers(total)[0]


def test_part_of_a_month_and_of_a_process() -> None:
    amount, many, cost = numbers(worked("part of a month"))
    stop = date(2025, 3, 1) + timedelta(days=int(many))
    row = {"pence": int(amount * 100), "of_top": DAYS_A_YEAR, "of_bottom": MONTHS_A_YEAR, "round_group": 1}
    piece = pl.DataFrame([{**row, "start": date(2025, 3, 1), "stop": stop}])
    assert pounds(int(amounts_by_days(piece)["amount"].sum())) == cost
    text = worked("part of a process")
    (starts,) = days(text)
    took, _, _, whole, inside, _, _, cost = numbers(text)
    year = re.findall(r"\d{4}/\d{2}", text)[0]
    occurrence = Occurrence("CIN2", (), starts, starts + timedelta(days=int(took)), "recorded", ())
    (part,) = parts_of([occurrence], return_year_first(year), return_year_last(year))
    assert part.share == Fraction(int(inside), int(took))
    assert pounds(round_half_up(units_of_pounds(whole) * part.share)) == cost


def test_a_comparison() -> None:
    first, _, rest = worked("a comparison").partition("; ")
    second, _, told = rest.partition(". ")
    one, two = _run(numbers(first)), _run(numbers(second))
    before, after, *parts = numbers(told)
    found = compare(one, two)
    assert (pounds(found.before), pounds(found.after)) == (before, after)
    assert [pounds(each) for each in (found.population, found.mix, found.practice, found.price)] == parts


def _run(said: list[Decimal]) -> RunReport:
    """A run of children without needs and with EBD: how many, reviews each, and the price of a review, of both."""
    children: list[ChildReport] = []
    for (many, reviews, price), needs in zip((said[:3], said[3:]), ((), ("ebd",)), strict=True):
        amount = int(reviews) * units_of_pounds(price)
        line = Line("Review", "+".join(needs), Fraction(units_of_pounds(price)), Fraction(reviews), "occurrence",
                    amount, "standard")  # fmt: skip
        block = Block("CLA6", "Review", (line,), amount)
        children += [ChildReport(len(children) + at, (block,), amount, needs, "la_foster") for at in range(int(many))]
    return RunReport(
        settings=RunSettings(first=date(2024, 4, 1), last=date(2025, 3, 31)), horizon=date(2025, 3, 31),
        children=tuple(children), groups={}, total=sum(each.total for each in children), nights=0, placement_total=0,
        coverage=(), unpriced=(), notes=(), csv_bytes=b"", checksum="",
    )  # fmt: skip
