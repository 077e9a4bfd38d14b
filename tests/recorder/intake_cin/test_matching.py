"""Whom a child of the census is: told where two things agree, asked where they might be strangers, and answered."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest

from recorder.child_record import read_child
from recorder.children import NewChild, identifier, register_children
from recorder.domain.facts import Provenance
from recorder.intake.cin_census import CensusFile
from recorder.intake.cin_census.loading import LoadedCensus, load_census
from recorder.intake.cin_census.matches import census_matches, import_matches, settle_matches, write_matches
from recorder.waiting import waiting, waiting_counts
from tests.recorder.desk_store import Office

from .censuses import child, of_rule, referral, write

KNOWN = datetime(2022, 6, 30, tzinfo=UTC)
CLERK = Provenance(by="clerk", source="file")
UPN, OTHER_UPN = "W006749270049", "A123456789012"


class Told:
    """One known child of the looked-after return, 1001, and a census to tell it in."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.folder = folder

    def known(self, number: str = "1001", *, upn: str = "", born: str = "2012-05-01", sex: str = "M") -> UUID:
        named = [identifier("ssda903", number), *([identifier("upn", upn)] if upn else [])]
        one = NewChild(identifiers=tuple(named), personal={"dob": born} if born else {}, sex=sex, ethnicity="WBRI")
        register_children(self.office.recorder, [one], KNOWN, CLERK)
        return one.child_id

    def census(self, *children: str, year: int = 2024) -> LoadedCensus:
        path = write(self.folder / f"{year}-{len(list(self.folder.iterdir()))}.xml", *children, year=year)
        return load_census(self.office.recorder, self.office.desk, [CensusFile(path, date(year, 7, 31))])[0]

    def find(self, number: str) -> UUID | None:
        return self.office.recorder.keys.find("cin", number)


@pytest.fixture
def told(office: Office, tmp_path: Path) -> Told:
    folder = tmp_path / "censuses"
    folder.mkdir()
    return Told(office, folder)


@pytest.fixture
def told_anywhere(any_office: Office, tmp_path: Path) -> Told:
    """The same on either store: each has its own way to let one person decide at a time."""
    folder = tmp_path / "censuses"
    folder.mkdir()
    return Told(any_office, folder)


def case(number: str, **said: str) -> str:
    return child(number, referral("2023-05-02"), **said)


@pytest.mark.parametrize(
    ("known", "said", "outcome"),
    [
        ({}, {"number": "1001"}, "linked"),
        ({"born": ""}, {"number": "1001"}, "linked"),
        ({}, {"number": "1001", "born": "2011-01-01"}, "waits"),
        ({"upn": UPN}, {"number": "1001", "born": "2011-01-01", "upn": UPN}, "linked"),
        ({"upn": UPN}, {"number": "M1", "upn": UPN}, "linked"),
        ({"upn": UPN}, {"number": "M1", "upn": OTHER_UPN, "more": f"<FormerUPN>{UPN}</FormerUPN>"}, "linked"),
        ({"upn": UPN}, {"number": "M1", "upn": UPN, "born": "2012-05-02"}, "waits"),
        ({"upn": UPN}, {"number": "M1", "upn": UPN, "sex": "2"}, "waits"),
        ({"upn": UPN, "born": ""}, {"number": "M1", "upn": UPN}, "waits"),
        ({}, {"number": "M1"}, "waits"),
        ({}, {"number": "M1", "upn": OTHER_UPN}, "waits"),
        ({"upn": UPN}, {"number": "M1"}, "waits"),
        ({"upn": UPN}, {"number": "M1", "upn": OTHER_UPN}, "new"),
        ({}, {"number": "M1", "sex": "2"}, "new"),
        ({}, {"number": "M1", "sex": "9"}, "new"),
        ({}, {"number": "M1", "ethnicity": "BAFR"}, "new"),
        ({}, {"number": "M1", "ethnicity": "NOBT"}, "new"),
        ({}, {"number": "M1", "born": "2012-05-02"}, "new"),
    ],
)
def test_one_known_child_and_one_of_the_census(
    told: Told, known: dict[str, str], said: dict[str, str], outcome: str
) -> None:
    mine = told.known(**known)
    loaded = told.census(case(**said))

    found = told.find(said["number"])
    assert {"linked": found == mine, "waits": found is None, "new": found not in {None, mine}}[outcome]
    assert len(of_rule(loaded.findings, "match_waits")) == (outcome == "waits")
    assert loaded.summary.waiting == (2 if outcome == "waits" else 0)
    assert loaded.summary.new == (0 if outcome == "waits" else 2)


def test_the_link_says_how_it_is_known(told: Told) -> None:
    mine = told.known(upn=UPN)
    told.census(case("M1", upn=UPN))

    evidence = {i.system: i.evidence for i in read_child(told.office.recorder, mine).identifiers}
    assert evidence["cin"] == "UPN and birth date"


@pytest.mark.parametrize("order", [("M1", "M2"), ("M2", "M1")])
def test_twins_under_one_upn_are_never_both_the_known_child(told: Told, order: tuple[str, str]) -> None:
    mine = told.known(upn=UPN)
    told.census(*(case(number, upn=UPN) for number in order))

    assert [told.find("M1") == mine, told.find("M2") == mine] == [True, False]
    assert waiting_counts(told.office.desk) == {("cin", "match"): 1}


def test_who_waited_is_taken_in_once_the_candidate_turns_out_to_be_another(told: Told) -> None:
    mine = told.known(upn=UPN)
    loaded = told.census(case("M1"), case("M2", upn=UPN))

    assert told.find("M2") == mine
    assert told.find("M1") not in {None, mine}
    assert len(of_rule(loaded.findings, "match_told")) == 1
    assert waiting_counts(told.office.desk) == {}


def test_a_later_census_with_a_upn_tells_the_one_before(told: Told) -> None:
    mine = told.known(upn=UPN)
    told.census(case("M1"), year=2023)
    assert told.find("M1") is None
    told.census(case("M1", upn=UPN), year=2024)

    assert told.find("M1") == mine
    assert waiting_counts(told.office.desk) == {}
    years = {e.body.return_year for e in told.office.facts() if e.body.topic == "return_row.stated.v1"}  # type: ignore[attr-defined]
    assert years == {"2022/23", "2023/24"}


def test_what_waits_lies_sealed(told: Told) -> None:
    told.known()
    told.census(case("SEALED-M1-CHILD"))

    with told.office.desk.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM waiting_rows").all()
    assert "2012-05-01" not in repr(rows)
    # So long that sealed bytes do not spell it by chance.
    assert "SEALED-M1-CHILD" not in repr(rows)
    (row,) = waiting(told.office.desk, told.office.recorder.keys, what="cin")
    assert (row.client, "2012-05-01" in row.row["census"]) == ("SEALED-M1-CHILD", True)


def test_somebody_says_that_it_is_the_known_child_or_a_new_one(told: Told) -> None:
    mine = told.known()
    told.known("1002", born="2013-01-01")
    told.census(case("M1"), case("M2", born="2013-01-01"))
    told.census(case("M1"), year=2025)
    matches = census_matches(told.office.recorder, told.office.desk)
    assert tuple(matches[0])[:2] == ("M1", 4)
    assert matches[0].candidates == (mine,)

    summary, refused = settle_matches(
        told.office.recorder, told.office.desk, {"m1": mine, "M2": None, "M9": None}, "ann"
    )

    assert refused == ["M9"]
    assert (summary.read, summary.new, summary.waiting) == (6, 5, 0)
    assert told.find("M1") == mine
    assert told.find("M2") not in {None, told.office.recorder.keys.find("ssda903", "1002")}
    evidence = {i.system: i.evidence for i in read_child(told.office.recorder, mine).identifiers}
    assert evidence["cin"] == "said by ann"
    assert {e.known_at.year for e in told.office.facts() if "referral" in e.body.topic} == {2024}
    assert census_matches(told.office.recorder, told.office.desk) == []


def test_a_known_child_is_not_said_to_be_two(told: Told) -> None:
    mine = told.known()
    told.census(case("M1"), case("M2"))
    _, refused = settle_matches(told.office.recorder, told.office.desk, {"M1": mine}, "ann")
    assert refused == []
    assert told.find("M2") not in {None, mine}, "its one candidate turned out to be another"


def _at_once(told: Told, *decided: dict[str, UUID | None]) -> list[list[str]]:
    """Several people settle at the same moment; the numbers that each was refused."""
    start = Barrier(len(decided))

    def settle(each: dict[str, UUID | None]) -> list[str]:
        start.wait()
        return settle_matches(told.office.recorder, told.office.desk, each, "ann")[1]

    with ThreadPoolExecutor(len(decided)) as people:
        return list(people.map(settle, decided))


def test_two_people_who_choose_new_at_once_register_one_child(told_anywhere: Told) -> None:
    told_anywhere.known()
    told_anywhere.census(case("M1"), case("M2", born="2013-01-01"))
    before = told_anywhere.office.topics().count("child.registered.v1")

    refused = _at_once(told_anywhere, {"M1": None}, {"M1": None}, {"M1": None})

    assert sorted(refused) == [[], ["M1"], ["M1"]], "two are told_anywhere that somebody was quicker"
    assert told_anywhere.office.topics().count("child.registered.v1") == before + 1
    assert told_anywhere.office.topics().count("referral.stated.v1") == 2
    assert census_matches(told_anywhere.office.recorder, told_anywhere.office.desk) == []


def test_two_people_who_say_different_things_of_one_child_at_once_settle_on_one(told_anywhere: Told) -> None:
    mine = told_anywhere.known()
    told_anywhere.census(case("M1"))
    before = told_anywhere.office.topics().count("child.registered.v1")

    refused = _at_once(told_anywhere, {"M1": mine}, {"M1": None})

    assert sorted(refused) == [[], ["M1"]]
    new = told_anywhere.office.topics().count("child.registered.v1") - before
    assert (told_anywhere.find("M1") == mine, new) in {(True, 0), (False, 1)}


@pytest.mark.parametrize("at_once", [True, False])
def test_one_known_child_is_never_said_to_be_two(told_anywhere: Told, at_once: bool) -> None:
    mine = told_anywhere.known()
    told_anywhere.census(case("M1"), case("M2"))

    said: list[dict[str, UUID | None]] = [{"M1": mine}, {"M2": mine}] if at_once else [{"M1": mine, "M2": mine}]
    refused = [name for each in _at_once(told_anywhere, *said) for name in each]

    assert len(refused) == 1
    held = [i.value for i in read_child(told_anywhere.office.recorder, mine).identifiers if i.system == "cin"]
    assert sorted([*held, *refused]) == ["M1", "M2"]


def test_a_number_left_over_from_an_interruption_can_be_settled(told: Told) -> None:
    told.known()
    told.census(case("M1"))
    orphan = NewChild(identifiers=(identifier("cin", "M1"),))
    told.office.recorder.keys.create({orphan.child_id: [("cin", "M1")]}, KNOWN)

    assert settle_matches(told.office.recorder, told.office.desk, {"M1": None}, "ann")[1] == []
    assert told.find("M1") == orphan.child_id
    assert census_matches(told.office.recorder, told.office.desk) == []


def test_the_list_goes_out_is_filled_in_and_comes_back(told: Told, tmp_path: Path) -> None:
    mine = told.known()
    told.known("1002", born="2013-01-01")
    told.known("1003", born="2014-01-01")
    births = ("2012-05-01", "2013-01-01", "2014-01-01")
    told.census(*(case(f"M{n}", born=born) for n, born in enumerate(births)))
    path = tmp_path / "matches.csv"
    assert write_matches(told.office.recorder, told.office.desk, path) == 3
    with path.open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["cin_child"], r["suggested"], r["child"]) for r in rows] == [
        ("M0", "1001", ""),
        ("M1", "1002", ""),
        ("M2", "1003", ""),
    ]
    rows[0]["child"], rows[1]["child"] = "1001", "New"
    rows += [{**rows[0], "child": "new"}, {**rows[0], "cin_child": "M7"}, {**rows[0], "cin_child": "M2", "child": "77"}]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)

    summary, findings = import_matches(told.office.recorder, told.office.desk, path, "ann")

    assert (summary.new, summary.refused) == (4, 3)
    assert [(f.row, f.rule) for f in findings] == [(5, "stated_twice"), (6, "not_settled"), (7, "child_unknown")]
    assert told.find("M0") == mine
    assert told.find("M1") is not None
    assert told.find("M2") is None

    before = told.office.recorder.log_store.position()
    _, findings = import_matches(told.office.recorder, told.office.desk, path, "ann")
    assert told.office.recorder.log_store.position() == before
