"""What hangs on a finding: the child's fee of those nights, else the average of the episode's type, else not known."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from costing.money import night_units
from projections.queries.stakes import pounds_at_stake, write_findings
from recorder.children import NewChild, identifier, register_children
from recorder.domain.care import EpisodeStated
from recorder.domain.facts import Body, Provenance
from recorder.domain.ids import new_id
from recorder.domain.rates import FeeAgreed
from recorder.intake.ssda903 import Finding
from recorder.settings import change_setting
from tests.house import House, open_house

SAID = Provenance(by="clerk", source="file")
KNOWN = datetime(2024, 6, 30, tzinfo=UTC)


class Authority:
    """One authority in which children have episodes and fees."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.children: dict[str, UUID] = {}

    def put(self, child: UUID, body: Body) -> None:
        recorder = self.house.recorder
        recorder.append([recorder.event(new_id(), 1, new_id(), body, SAID, known_at=KNOWN, subject=child)])

    def child(self, name: str) -> UUID:
        if name not in self.children:
            new = NewChild(identifiers=(identifier("ssda903", name),))
            register_children(self.house.recorder, [new], KNOWN, SAID)
            self.children[name] = new.child_id
        return self.children[name]

    def episode(self, name: str, decom: date, dec: date | None, place: str = "U6", provider: str = "PR4") -> None:
        child = self.child(name)
        self.put(
            child, EpisodeStated(child=child, decom=decom, dec=dec, rne="S", ls="C2", place=place, provider=provider)
        )

    def fee(self, name: str, starts: date, ends: date | None, weekly: int) -> None:
        child = self.child(name)
        fee = FeeAgreed(
            child=child,
            placement_ref=f"{name}{starts}",
            valid_from=starts,
            valid_to=ends,
            place="U6",
            provider="PR4",
            weekly=weekly,
            social_care=weekly - 100,
            education=100,
            health=0,
        )
        self.put(child, fee)

    def stakes(self, *findings: Finding) -> list[int | None]:
        self.house.end_days(date(2025, 3, 31))
        self.house.follower.catch_up()
        with self.house.tables.reader().connect() as connection:
            return pounds_at_stake(connection, findings, self.house.recorder.keys)


@pytest.fixture(params=["sqlite", "postgresql"])
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Authority]:
    house = open_house(request.param, tmp_path)
    yield Authority(house)
    house.close()


def finding(child: str, first: date | None, until: date | None, decom: date | None = None) -> Finding:
    words = ("gap", "error", "Nights are missing.")
    return Finding("2024/25", "episodes", 7, child, *words, first, until, decom)


def test_nights_take_the_childs_fees_in_their_time(authority: Authority) -> None:
    decom = date(2024, 4, 1)
    authority.episode("A", decom, date(2024, 9, 1))
    authority.fee("A", decom, date(2024, 5, 1), 700_00)
    authority.fee("A", date(2024, 5, 1), date(2024, 9, 1), 800_00)
    found = finding("A", date(2024, 4, 28), date(2024, 5, 3), decom)
    assert authority.stakes(found, found) == [3 * night_units(700_00) + 2 * night_units(800_00)] * 2


def test_without_a_fee_nights_take_the_average_of_the_type(authority: Authority) -> None:
    authority.episode("A", date(2024, 4, 1), None)
    authority.fee("A", date(2024, 4, 1), None, 900_00)
    authority.episode("B", date(2024, 4, 1), date(2024, 3, 1))
    authority.episode("C", date(2024, 4, 1), None, "K2", "PR4")
    authority.episode("D", date(2024, 4, 1), None, "P1", "PR0")
    nights = (date(2024, 6, 1), date(2024, 6, 8), date(2024, 4, 1))
    # B's episode ends before it starts: no night is in the tables, yet its placement has a price.
    stakes = authority.stakes(*(finding(child, *nights) for child in "BCD"))
    assert stakes == [7 * night_units(900_00), None, 0]
    change_setting(authority.house.recorder, "price_missing", value=False, valid_from=date(2020, 4, 1), provenance=SAID)
    assert authority.stakes(*(finding(child, *nights) for child in "ABD")) == [7 * night_units(900_00), None, 0]


def test_a_fee_without_an_end_covers_its_own_placement_only(authority: Authority) -> None:
    first, second = date(2024, 4, 1), date(2024, 8, 11)
    authority.episode("A", first, date(2024, 8, 1))
    authority.episode("A", second, date(2024, 9, 1))
    authority.fee("A", first, None, 700_00)
    authority.episode("B", first, date(2024, 9, 1))
    authority.fee("B", first, date(2024, 9, 1), 1_400_00)
    gap = finding("A", date(2024, 8, 1), second, first)
    inside = finding("A", second, date(2024, 8, 18), second)
    # The average of the two fees stands in where the second placement has none of its own.
    assert authority.stakes(gap, inside) == [10 * night_units(700_00), 7 * night_units(1_050_00)]


def test_no_nights_cost_nothing_and_an_unknown_child_is_not_known(authority: Authority) -> None:
    authority.episode("A", date(2024, 4, 1), None)
    nobody = finding("Z", date(2024, 6, 1), date(2024, 6, 8))
    assert authority.stakes(finding("A", None, None), nobody, finding("", None, None)) == [0, None, 0]


def test_findings_are_written_with_pounds_rounded_once_and_no_formulas(tmp_path: Path) -> None:
    odd = Finding("2024/25", "", None, "=1+1", "file_not_read", "note", "@evil.txt, “odd”")
    found = finding("A", date(2024, 6, 1), date(2024, 6, 2))
    path = tmp_path / "findings.csv"
    write_findings(path, [found, found, odd], [night_units(100_01), None, 0])
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert ",".join(rows[0]) == "return_year,table,row,child,rule,severity,message,nights_at_stake,pounds_at_stake"
    assert rows[1] == ["2024/25", "episodes", "7", "A", "gap", "error", "Nights are missing.", "1", "14.29"]
    assert rows[2][-1] == ""
    assert rows[3] == ["2024/25", "", "", "'=1+1", "file_not_read", "note", "'@evil.txt, “odd”", "0", "0.00"]
