"""The made-up authority's own files: whole, drawn again to the same bytes, and loaded without a problem."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from costing.unit_costs import Schema
from recorder.demonstration import LA_DEV, roster
from recorder.demonstration.roster import TEAMS
from recorder.domain.rates import SchemaPublished, StandardTimeAgreed
from recorder.domain.staff import PostStated, TeamFormed
from recorder.intake.names import import_names
from recorder.intake.reading import read_date
from recorder.intake.roster import import_roster
from recorder.intake.schemas import import_schemas
from recorder.intake.standard_times import import_standard_times
from recorder.intake.statements import Summary
from tests.recorder.desk_store import Office


def rows(name: str) -> list[dict[str, str]]:
    with (LA_DEV / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_drawn_again_the_files_are_the_same(tmp_path: Path) -> None:
    roster.main(tmp_path)

    for name in ("roster.csv", "schemas.csv", "names.csv"):
        assert (tmp_path / name).read_bytes() == (LA_DEV / name).read_bytes()


def test_five_returns_fees_and_activities_are_there() -> None:
    assert sorted(path.name for path in (LA_DEV / "ssda903").iterdir()) == ["2020", "2021", "2022", "2023", "2024"]
    counts = {name: len(rows(f"{name}.csv")) for name in ("placement_fees", "activity_export", "names")}
    assert counts == {"placement_fees": 3310, "activity_export": 11535, "names": 1199}


def test_standard_times_are_taken_in_and_one_is_not_known(office: Office) -> None:
    summary, findings = import_standard_times(office.recorder, office.desk, LA_DEV / "standard_times.csv")

    assert (summary, findings) == (Summary(read=14, new=14), [])
    times = [e.body for e in office.facts() if isinstance(e.body, StandardTimeAgreed)]
    assert [time.process for time in times if time.hours is None] == ["CIN6"]


def test_the_roster_holds_everyone_who_did_something_on_the_day(office: Office) -> None:
    summary, findings = import_roster(office.recorder, office.desk, LA_DEV / "roster.csv")

    assert (summary, findings) == (Summary(read=65, new=65), [])
    posts = [e.body for e in office.facts() if isinstance(e.body, PostStated)]
    assert {e.body.name for e in office.facts() if isinstance(e.body, TeamFormed)} == set(TEAMS)
    managed = {p.team for p in posts if p.worker_type == "team_manager"}
    assert len(managed) == len(TEAMS)
    held: dict[str, list[tuple[date, date]]] = {}
    for row in rows("roster.csv"):
        span = (date.fromisoformat(row["from"]), date.fromisoformat(row["to"] or "9999-12-31"))
        held.setdefault(row["worker"], []).append(span)
    for row in rows("activity_export.csv"):
        on = read_date(row["date"])
        assert on is not None
        assert sum(first <= on <= last for first, last in held[row["worker"]]) == 1, row
    for path in LA_DEV.glob("ssda903/*/sw_episodes.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert {r["SW_ID"] for r in csv.DictReader(stream)} <= held.keys()


def test_every_type_and_contract_has_a_price_of_an_hour_each_year(office: Office) -> None:
    summary, findings = import_schemas(office.recorder, office.desk, LA_DEV / "schemas.csv")

    assert (summary, findings) == (Summary(read=96, new=96), [])
    bodies = [e.body for e in office.facts() if isinstance(e.body, SchemaPublished)]
    assert {(b.worker_type, b.contract) for b in bodies if b.valid_from == date(2026, 4, 1)} == set(roster.SCHEMAS_2024)
    employed = [b for b in bodies if (b.worker_type, b.contract) == ("social_worker", "employed")]
    social_workers = {b.price_base: _hour(b) for b in employed}
    assert list(social_workers) == [f"{y}/{y - 1999}" for y in range(2019, 2027)]
    assert sorted(social_workers.values()) == list(social_workers.values())
    assert 35 <= social_workers["2019/20"] < social_workers["2026/27"] <= 60
    assert all(20 <= _hour(b) <= 75 for b in bodies)


def _hour(body: SchemaPublished) -> float:
    def pounds(pence: int | None) -> Decimal | None:
        return None if pence is None else Decimal(pence) / 100

    schema = Schema(
        worker_type=body.worker_type, contract=body.contract, valid_from=body.valid_from, price_base=body.price_base,
        pay=pounds(body.salary), oncosts=pounds(body.oncosts), qualifications=pounds(body.qualifications),
        overheads=pounds(body.overheads), capital=pounds(body.capital), travel=pounds(body.travel),
        hours=pounds(body.hours_hundredths),
    )  # fmt: skip
    return schema.hour_pence() / 100


def test_names_of_children_nobody_registered_are_refused_not_kept(office: Office) -> None:
    summary, findings = import_names(office.recorder, office.desk, LA_DEV / "names.csv")

    assert (summary.read, summary.refused, len(findings)) == (1199, 1199, 1199)
