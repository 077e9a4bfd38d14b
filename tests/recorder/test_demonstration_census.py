"""The made-up authority's census of children in need: packed with the product, and loaded once."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from recorder.demonstration import LA_DEV
from recorder.domain.authority import ImportCompleted
from recorder.domain.care import AllocationAmended, AllocationStated
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from tests.recorder.desk_store import Office
from web.cli import demonstration

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_of_file_of_the_demonstration_is_packed():
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    kinds = {f"*{path.suffix}" for path in LA_DEV.rglob("*") if path.is_file()}
    assert "*.xml" in kinds
    assert kinds <= set(packed)


def test_the_census_is_taken_after_the_names_before_anything_is_worked_out_and_only_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    order: list[str] = []

    def taken(_: Any, __: Any, ___: Path, what: str, ____: Any) -> None:
        if "cin" in imports(office) and "census" not in order:
            order.append("census")
        order.append(what)

    def caught_up(_: Any) -> None:
        order.append("worked out")

    monkeypatch.setattr(demonstration, "take_file", taken)
    monkeypatch.setattr(demonstration, "load_returns", lambda *_, **__: order.append("returns"))
    monkeypatch.setattr(demonstration, "catch_up", caught_up)
    monkeypatch.setattr(demonstration, "_recent_work", lambda _: None)
    house: Any = SimpleNamespace(recorder=office.recorder, desk=office.desk)

    demonstration.load(house)

    assert order[: order.index("census")][-2:] == ["returns", "names"]
    assert order[-1] == "worked out"
    (census,) = [e.body for e in office.facts() if isinstance(e.body, ImportCompleted)]
    assert (census.what, census.return_year, census.counts["read"]) == ("cin", "2024/25", 5938)
    assert census.counts["new"] > 5000
    position = office.recorder.log_store.position()
    demonstration.load(house)
    assert office.recorder.log_store.position() == position


def test_recent_work_is_made_up_for_those_who_are_responsible_by_what_was_known_last(office: Office):
    worker, kept, left, moved = new_id(), new_id(), new_id(), new_id()
    day, said = date(2025, 1, 6), Provenance(by="test")
    for child in (kept, left, moved):
        body = AllocationStated(child=child, worker=worker, starts=day)
        ends = AllocationAmended(child=child, worker=worker, starts=day, ends=date(2025, 2, 3))
        stream, now = new_id(), office.recorder.clock.now()
        facts = [office.recorder.event(stream, 1, new_id(), body, said, known_at=now)]
        if child is not kept:  # what was known before the first statement changes nothing of it
            known = now + timedelta(seconds=1 if child is left else -1)
            facts.append(office.recorder.event(stream, 2, new_id(), ends, said, known_at=known))
        office.recorder.append(facts)

    assert demonstration._open_allocations(office.recorder) == {worker: [kept, moved]}


def imports(office: Office) -> list[str]:
    """What has been taken in so far."""
    return [e.body.what for e in office.facts() if isinstance(e.body, ImportCompleted)]
