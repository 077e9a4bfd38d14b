"""The closed list of facts: names and fields are what was released, and the page about them says the same.

``released_facts.txt`` holds facts as they were once stored, one a line: its name, then its payload with every
field. Lines are added, never changed or taken away: a log somewhere holds facts like them.
"""

from __future__ import annotations

import json
import re
import types
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin
from uuid import UUID

import msgspec
import pytest

from projections import fact_rows
from recorder.application import DOMAIN
from recorder.domain.activity import ChildLine, WorkerLine
from recorder.domain.budgets import BudgetLine
from recorder.domain.coding import MappingRow
from recorder.domain.facts import TOPICS, Body, UnknownTopicError, decode_body
from recorder.domain.payments import AllowanceRateSet
from recorder.domain.rates import FeeDetails, SchemaPublished
from recorder.domain.reconciliation import LedgerEntry
from recorder.domain.sheets import SheetLineStated, SheetPart

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "facts.md"
STORED = [line.split(" ", 1) for line in (ROOT / "tests" / "released_facts.txt").read_text().splitlines()]
LINES = {"Worker line": WorkerLine, "Child line": ChildLine, "Sheet line": SheetLineStated, "Sheet part": SheetPart}
LINES["Mapping row"] = MappingRow
LINES["Ledger entry"] = LedgerEntry
LINES["Budget line"] = BudgetLine
_PLAIN = {
    str: "text",
    bool: "yes or no",
    int: "whole number",
    date: "date",
    datetime: "instant",
    UUID: "id",
    tuple[str, ...]: "texts",
    tuple[date, ...]: "dates",
    tuple[WorkerLine, ...]: "worker lines",
    tuple[ChildLine, ...]: "child lines",
    tuple[SheetLineStated, ...]: "sheet lines",
    tuple[SheetPart, ...]: "sheet parts",
    tuple[MappingRow, ...]: "mapping rows",
    tuple[FeeDetails, ...]: "placement fees",
    tuple[SchemaPublished, ...]: "worker schemas",
    tuple[AllowanceRateSet, ...]: "allowance rates",
    tuple[LedgerEntry, ...]: "ledger entries",
    tuple[BudgetLine, ...]: "budget lines",
    dict[str, int]: "counts by name",
    dict[str, str]: "texts by name",
}
Fields = dict[str, tuple[str, str]]


class Section(NamedTuple):
    """A section of the page: its facts with the fields each has, and the fields' kind and meaning when left out."""

    facts: dict[str, set[str]]
    fields: Fields


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def sections() -> dict[str, Section]:
    """The page, section by section."""
    found: dict[str, Section] = {}
    for text in PAGE.read_text().split("\n## ")[1:]:
        title, _, rest = text.partition("\n")
        rows = [cells(line) for line in rest.splitlines() if line.startswith("| `")]
        fields = {name.strip("`"): (kind, left_out) for name, kind, left_out, _ in (r for r in rows if len(r) == 4)}
        facts = {}
        for name, says, has in (r for r in rows if len(r) == 3):
            assert says, f"{name} says nothing"
            assert has.startswith("all")
            facts[name.strip("`")] = set(fields) - set(re.findall(r"`(\w+)`", has))
        found[title] = Section(facts, fields)
    return found


def kind(annotation: Any) -> str:
    """A field's type in the words of the page."""
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = (each for each in get_args(annotation) if each is not type(None))
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{each}`" for each in get_args(annotation) if each)
    return _PLAIN[annotation]


def left_out(field: msgspec.structs.FieldInfo) -> str:
    """What it means that a field is not written, in the words of the page."""
    if field.default_factory is not msgspec.NODEFAULT:
        assert not field.default_factory()
        return "empty"
    said = {msgspec.NODEFAULT: "required", None: "none", "": "blank", (): "empty", True: "yes", False: "no"}
    # 1 == True: a number is never looked up among them.
    is_number = isinstance(field.default, int) and not isinstance(field.default, bool)
    return f"`{field.default}`" if is_number or field.default not in said else said[field.default]


def fields_of(body: type[msgspec.Struct]) -> Fields:
    return {f.name: (kind(f.type), left_out(f)) for f in msgspec.structs.fields(body)}


def test_every_fact_ever_released_is_known_and_every_known_one_released():
    assert set(TOPICS) == {name for name, _ in STORED}
    assert all(re.fullmatch(r"[a-z_0-9]+\.[a-z_0-9]+\.v[1-9]\d*", name) for name in TOPICS)


@pytest.mark.parametrize(("name", "payload"), STORED, ids=[name for name, _ in STORED])
def test_a_stored_fact_still_says_what_it_said(name: str, payload: str):
    """Read and written again it is the same, so no field was renamed, dropped or given another type."""
    body = decode_body(name, payload.encode())
    assert (body.topic, type(body)) == (name, TOPICS[name])
    assert json.loads(msgspec.json.encode(body)) == json.loads(payload)


def test_the_stored_facts_show_every_field():
    shown: defaultdict[str, set[str]] = defaultdict(set)
    for name, payload in STORED:
        said = json.loads(payload)
        shown[name] |= set(said)
        for part in ("workers", "children", "rows", "entries", "budget"):
            for line in said.get(part, []):
                shown[part] |= set(line)
        for line in said.get("lines", []):
            shown["lines"] |= set(line)
            shown["parts"] |= {name for part in line["parts"] for name in part}
    parts = {"workers": WorkerLine, "children": ChildLine, "lines": SheetLineStated, "parts": SheetPart}
    parts["rows"] = MappingRow
    parts["entries"] = LedgerEntry
    parts["budget"] = BudgetLine
    for name, body in {**TOPICS, **parts}.items():
        assert shown[name] == {f.name for f in msgspec.structs.fields(body)}, name


def test_the_page_names_every_fact_once():
    named = [name for section in sections().values() for name in section.facts]
    assert sorted(named) == sorted(TOPICS)


def test_the_page_states_every_field_its_kind_and_what_leaving_it_out_means():
    """A default is part of what stored facts say, as a field that holds it is not written."""
    page = sections()
    for title, section in page.items():
        for name, has in section.facts.items():
            assert {f: section.fields[f] for f in has} == fields_of(TOPICS[name]), f"{title}: {name}"
        if title in LINES:
            assert section.fields == fields_of(LINES[title])
        stated = set().union(*section.facts.values()) if section.facts else set(section.fields)
        assert set(section.fields) == stated, f"{title} has a field that no fact has"
    assert set(LINES) <= set(page)


@pytest.mark.parametrize("body", [*TOPICS.values(), WorkerLine, ChildLine], ids=lambda body: body.__name__)
def test_a_fact_cannot_be_changed_once_it_is_made(body: type[msgspec.Struct]):
    assert body.__struct_config__.frozen
    assert body.__struct_config__.omit_defaults
    name, payload = next(((n, p) for n, p in STORED if TOPICS[n] is body), STORED[0])
    made = decode_body(name, payload.encode())
    with pytest.raises(AttributeError):
        setattr(made, made.__struct_fields__[0], "other")


def test_a_name_is_given_to_one_fact_and_the_classes_are_in_the_domain():
    assert len({id(body) for body in TOPICS.values()}) == len(TOPICS)
    modules = {module.__name__ for module in DOMAIN}
    for name, body in TOPICS.items():
        assert issubclass(body, Body)
        assert body.topic == name
        assert body.__module__ in modules, f"{name} is missing where only the recorder is imported"


def test_an_unknown_name_is_never_read():
    with pytest.raises(UnknownTopicError, match=r"activity\.recorded\.v2"):
        decode_body("activity.recorded.v2", b"{}")


def test_names_written_in_the_product_are_names_of_facts():
    written = re.compile(r"\"([a-z_0-9]+\.[a-z_0-9]+\.v\d+)\"")
    for room in ("recorder", "projections", "web"):
        for path in (ROOT / room).rglob("*.py"):
            unknown = set(written.findall(path.read_text())) - set(TOPICS)
            assert not unknown, f"{path.name} names {unknown}"


def test_the_tables_show_every_fact():
    """A fact that no table takes in would stop the follower."""
    assert set(fact_rows._HANDLERS) == set(TOPICS.values())
