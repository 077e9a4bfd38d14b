"""Censuses as facts: stated once, amended by later ones, left out and back again, as known on their day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from costing.calendar import london_day_end
from recorder.child_record import read_child
from recorder.children import Description, describe_child
from recorder.domain.care import ReturnRowDetails
from recorder.domain.child import IdentifierLinked
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import derived_id, new_id
from recorder.domain.services import (
    AssessmentAmended,
    AssessmentStated,
    CpPlanAmended,
    DisabilitiesAmended,
    DisabilitiesStated,
    ReferralAmended,
    ReferralDetails,
    ReferralLeftOut,
    ReferralStated,
    ReferralWithdrawn,
)
from recorder.intake.batches import Batch
from recorder.intake.cin_census import CensusFile, CensusProblem
from recorder.intake.cin_census import loading as census_loading
from recorder.intake.cin_census.loading import LoadedCensus, load_census
from recorder.intake.fees import import_fees
from tests.recorder.desk_store import Office

from .censuses import assessment, child, cin_plan, cp_plan, enquiry, of_rule, referral, write

FORM = Provenance(by="social worker", source="form")


class Censuses:
    """Writes censuses and takes them in, each known on 31 July of its year."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.folder = folder

    def file(self, year: int, *children: str, known_on: date | None = None) -> CensusFile:
        path = write(self.folder / f"{year}-{len(list(self.folder.iterdir()))}.xml", *children, year=year)
        return CensusFile(path, known_on or date(year, 7, 31))

    def load(self, *files: CensusFile, again: bool = False) -> list[LoadedCensus]:
        return load_census(self.office.recorder, self.office.desk, files, by="clerk", again=again)

    def take(self, year: int, *children: str) -> LoadedCensus:
        return self.load(self.file(year, *children))[0]

    def position(self) -> int:
        return self.office.recorder.log_store.position()

    def bodies(self, kind: type[Body]) -> list[Event]:
        return [e for e in self.office.facts() if isinstance(e.body, kind)]

    def child(self, number: str = "A1") -> UUID:
        found = self.office.recorder.keys.find("cin", number)
        assert found is not None
        return found

    def state(self, stream: UUID, body: Body, subject: UUID) -> None:
        recorder = self.office.recorder
        version = len(recorder.history(stream)) + 1
        recorder.append([recorder.event(stream, version, new_id(), body, FORM, subject=subject)])


@pytest.fixture
def censuses(office: Office, tmp_path: Path) -> Censuses:
    folder = tmp_path / "censuses"
    folder.mkdir()
    return Censuses(office, folder)


WHOLE = child(
    "A1",
    referral(
        "2023-05-02",
        assessment("2023-05-03", "2023-06-01"),
        cin_plan("2023-06-05"),
        enquiry("2023-06-20", "2023-06-30"),
        cp_plan("2023-06-30", "2023-09-20"),
    ),
    disabilities="LD",
    upn="W006749270049",
)


def test_a_census_becomes_facts_as_known_on_its_day(censuses: Censuses) -> None:
    loaded = censuses.take(2024, WHOLE)

    assert (loaded.return_year, loaded.summary.read, loaded.summary.new, loaded.findings) == ("2023/24", 6, 6, [])
    assert Counter(e.body.topic for e in censuses.office.facts()) == {
        "child.registered.v1": 1,
        "child.identifier_linked.v1": 2,
        "return_row.stated.v1": 1,
        "referral.stated.v1": 1,
        "assessment.stated.v1": 1,
        "cin_plan.stated.v1": 1,
        "section47.stated.v1": 1,
        "cp_plan.stated.v1": 1,
        "disabilities.stated.v1": 1,
        "import.completed.v1": 1,
    }
    assert {e.known_at for e in censuses.office.facts()} == {london_day_end(date(2024, 7, 31))}
    record = read_child(censuses.office.recorder, censuses.child())
    assert (record.sex, record.ethnicity, record.personal) == ("M", "WBRI", {"dob": "2012-05-01"})
    (stated,) = censuses.bodies(ReferralStated)
    assert stated.originator_id == derived_id(censuses.child(), "referral", "2023-05-02")
    assert stated.subject == censuses.child()


def test_nothing_personal_lies_open(censuses: Censuses) -> None:
    censuses.take(2024, WHOLE)

    for page in censuses.office.recorder.log_store.pages(0, 100):
        for row in page:
            for personal in (b"W006749270049", b"2012-05-01", b'"A1"'):
                assert personal not in row.payload


def test_the_same_census_again_changes_nothing(censuses: Censuses) -> None:
    file = censuses.file(2024, WHOLE, child("B2", referral("2023-09-01", nfa="true")))
    censuses.load(file)
    before = censuses.position()

    (once_more,) = censuses.load(file)
    (on_purpose,) = censuses.load(file, again=True)

    assert once_more.summary.already_loaded
    assert [f.rule for f in once_more.findings] == ["already_loaded"]
    assert (on_purpose.summary.new, on_purpose.summary.amended, on_purpose.summary.unchanged) == (0, 0, 8)
    assert censuses.position() == before


def test_a_later_census_amends_what_differs(censuses: Censuses) -> None:
    censuses.take(2024, WHOLE)
    loaded = censuses.take(
        2025,
        child(
            "A1",
            referral(
                "2023-05-02",
                assessment("2023-05-03", "2023-06-02"),
                cp_plan("2023-06-30", "2023-09-20", "2024-05-01", ends="2024-06-01"),
                closed="2024-08-01",
            ),
            disabilities="LD MOB",
            sex="M",
            element="Sex",
        ),
    )

    assert (loaded.summary.new, loaded.summary.amended, loaded.summary.unchanged) == (1, 3, 0)
    (closing,) = censuses.bodies(ReferralAmended)
    assert isinstance(closing.body, ReferralAmended)
    assert (closing.body.change, closing.body.closed, closing.body.return_year) == (
        "closing",
        date(2024, 8, 1),
        "2024/25",
    )
    (plan,) = censuses.bodies(CpPlanAmended)
    assert plan.body.reviews == (date(2023, 9, 20), date(2024, 5, 1))
    assert [e.body.codes for e in censuses.bodies(DisabilitiesAmended)] == [("LD", "MOB")]
    assert len(censuses.bodies(AssessmentAmended)) == 1


def test_an_older_census_never_overrides_a_newer(censuses: Censuses) -> None:
    new = child("A1", referral("2023-05-02", assessment("2023-05-03", "2023-06-01"), closed="2024-08-01"))
    old = child("A1", referral("2023-05-02", assessment("2023-05-03"), need="N2"))
    censuses.take(2025, new)
    censuses.take(2024, old)

    stream = derived_id(censuses.child(), "referral", "2023-05-02")
    history = censuses.office.recorder.history(stream)
    assert [e.known_at.year for e in history] == [2025, 2024]
    last = max(history, key=lambda e: (e.known_at, e.originator_version)).body
    assert isinstance(last, ReferralDetails)
    assert (last.primary_need, last.closed) == ("N1", date(2024, 8, 1))
    assert len(censuses.bodies(AssessmentStated)) == 2, "as known in 2024, and as known in 2025"

    position = censuses.position()
    late = CensusFile(censuses.file(2024, old, child("B2")).path, date(2026, 1, 5))
    censuses.load(late)
    assert not [
        e for e in censuses.office.facts()[position:] if isinstance(e.body, ReferralDetails | AssessmentAmended)
    ]


def test_an_older_census_does_not_override_what_a_newer_one_repeated(censuses: Censuses) -> None:
    same = child("A1", referral("2023-05-02", assessment("2023-05-03")))
    censuses.take(2024, same)
    censuses.take(2025, same)
    corrected = censuses.file(2024, child("A1", referral("2023-05-02", assessment("2023-05-03"), need="N5")))
    position = censuses.position()

    censuses.load(CensusFile(corrected.path, date(2026, 1, 5)))

    assert not [e for e in censuses.office.facts()[position:] if isinstance(e.body, ReferralDetails)]


def test_an_open_referral_that_the_next_census_lacks_ends_with_the_year_and_may_come_back(censuses: Censuses) -> None:
    two = [
        child("A1", referral("2022-05-02")),
        child("B2", referral("2022-06-01"), referral("2022-07-01", closed="2022-08-01")),
    ]
    censuses.take(2023, *two, child("C3", referral("2022-09-01", nfa="1")))
    loaded = censuses.take(2024, child("B2", referral("2023-06-01")))

    gone = [e.body for e in censuses.bodies(ReferralLeftOut)]
    assert gone == [ReferralLeftOut(return_year="2023/24", stops_on=date(2023, 3, 31))] * 2
    assert sorted(f.message[16:26] for f in of_rule(loaded.findings, "left_out")) == ["01/06/2022", "02/05/2022"]

    before = censuses.position()
    assert not of_rule(censuses.load(censuses.file(2024, child("B2", referral("2023-06-01"))))[0].findings, "left_out")
    assert censuses.position() == before

    back = censuses.take(2025, child("A1", referral("2022-05-02")), child("B2", referral("2023-06-01")))
    assert back.summary.amended == 1
    assert isinstance(
        censuses.office.recorder.history(derived_id(censuses.child(), "referral", "2022-05-02"))[-1].body,
        ReferralAmended,
    )


def test_a_referral_that_an_earlier_loaded_census_lacks_ends_too(censuses: Censuses) -> None:
    censuses.take(2024, child("B2", referral("2023-06-01")))
    censuses.take(2023, child("A1", referral("2022-05-02")), child("B2", referral("2022-06-01", closed="2022-08-01")))

    (gone,) = censuses.bodies(ReferralLeftOut)
    assert gone.known_at == london_day_end(date(2024, 7, 31))


def test_what_a_person_corrected_stands_while_censuses_repeat_themselves(censuses: Censuses) -> None:
    first = child("A1", referral("2023-05-02"), referral("2023-01-02", closed="2023-02-01"))
    censuses.take(2024, first)
    mine = censuses.child()
    stream = derived_id(mine, "referral", "2023-05-02")
    closed = ReferralAmended(
        child=mine, referred_on=date(2023, 5, 2), source="6", primary_need="N1", closed=date(2024, 9, 9),
        no_further_action=False, change="closing",
    )  # fmt: skip
    wrong = derived_id(mine, "referral", "2023-01-02")
    censuses.state(stream, closed, mine)
    censuses.state(wrong, ReferralWithdrawn(reason="another child's"), mine)
    describe_child(censuses.office.recorder, Description(child_id=mine, sex="F", ethnicity="WIRI"), FORM)

    loaded = load_census(censuses.office.recorder, censuses.office.desk, [censuses.file(2025, first).path])[0]

    assert loaded.summary.amended == 0
    assert read_child(censuses.office.recorder, mine).sex == "F"
    assert censuses.office.recorder.history(stream)[-1].body == closed
    assert [f.rule for f in loaded.findings if f.severity == "warning" and f.rule == "other_sex"] == ["other_sex"]


def test_a_census_that_says_otherwise_of_the_child_describes_it_anew(censuses: Censuses) -> None:
    unborn = "<ExpectedPersonBirthDate>2024-05-01</ExpectedPersonBirthDate>"
    censuses.take(2024, child("A1", referral("2024-02-02"), born="", sex="0", more=unborn))
    assert read_child(censuses.office.recorder, censuses.child()).personal == {"expected_dob": "2024-05-01"}

    censuses.take(
        2025, child("A1", referral("2024-02-02"), born="2024-05-09", sex="F", element="Sex", upn="W006749270049")
    )

    record = read_child(censuses.office.recorder, censuses.child())
    assert record.personal == {"expected_dob": "2024-05-01", "dob": "2024-05-09"}
    assert record.sex == "F"
    assert {i.system for i in record.identifiers} == {"cin", "upn"}


def test_rows_that_stand_twice(censuses: Censuses) -> None:
    twice = referral(
        "2023-05-02", assessment("2023-05-03"), assessment("2023-05-03"), assessment("2023-05-03", "2023-06-01")
    )
    loaded = censuses.take(2024, child("A1", twice))

    assert [len(of_rule(loaded.findings, rule)) for rule in ("same_twice", "same_start")] == [1, 1]
    assert len(censuses.bodies(AssessmentStated)) == 2
    assert loaded.summary.read == loaded.summary.new + loaded.summary.unchanged == 5
    before = censuses.position()
    censuses.load(censuses.file(2024, child("A1", twice), child("B2")), again=True)
    assert not [e for e in censuses.office.facts()[before:] if "assessment" in e.body.topic]


def test_an_erased_child_is_not_taken_in_again(censuses: Censuses) -> None:
    censuses.take(2024, WHOLE, child("B2", referral("2023-06-01")))
    censuses.office.recorder.keys.destroy(censuses.child(), datetime(2025, 1, 1, tzinfo=UTC))
    before = censuses.position()

    loaded = censuses.take(2025, child("A1", referral("2023-05-02")), child("B2", referral("2023-06-01")))

    assert len(of_rule(loaded.findings, "erased_child")) == 1
    assert loaded.summary.refused == 2
    assert {e.subject for e in censuses.office.facts()[before:]} == {censuses.child("B2"), None}


def test_an_interrupted_load_run_again_ends_where_an_unbroken_one_does(
    censuses: Censuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = [child(f"A{n}", referral("2023-05-02", assessment("2023-05-03")), disabilities="LD") for n in range(7)]
    file = censuses.file(2024, *children)
    monkeypatch.setattr(census_loading, "CHUNK", 2)
    state = Batch.state
    calls = 0

    def stops(*given: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return state(*given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(Batch, "state", stops)
        with pytest.raises(KeyboardInterrupt):
            censuses.load(file)
    (loaded,) = censuses.load(file)

    assert not loaded.summary.already_loaded
    topics = Counter(e.body.topic for e in censuses.office.facts())
    assert topics["referral.stated.v1"] == topics["assessment.stated.v1"] == topics["child.registered.v1"] == 7
    assert len(censuses.bodies(DisabilitiesStated)) == 7
    assert not [topic for topic in topics if "amended" in topic]


def test_years_are_taken_in_order_whatever_the_order_of_the_files(censuses: Censuses) -> None:
    newer = censuses.file(2025, child("A1", referral("2023-05-02", closed="2024-08-01")))
    older = censuses.file(2024, child("A1", referral("2023-05-02")))

    loaded = censuses.load(newer, older)

    assert [each.return_year for each in loaded] == ["2023/24", "2024/25"]
    assert len(censuses.bodies(ReferralAmended)) == 1


def test_a_census_known_before_an_earlier_one_counts_as_known_then(censuses: Censuses) -> None:
    censuses.take(2024, WHOLE)
    loaded = censuses.load(CensusFile(censuses.file(2025, WHOLE).path, date(2024, 7, 1)))[0]

    assert len(of_rule(loaded.findings, "known_day_moved")) == 1
    with pytest.raises(CensusProblem, match="future"):
        censuses.load(CensusFile(censuses.file(2024, WHOLE).path, date(2031, 1, 1)))


def test_a_file_that_is_no_census_changes_nothing(censuses: Censuses) -> None:
    path = censuses.folder / "other.xml"
    path.write_text("<a/>")
    (loaded,) = censuses.load(CensusFile(path))

    assert (loaded.return_year, censuses.position()) == ("", 0)
    assert [f.severity for f in loaded.findings] == ["error"]


def test_rows_of_other_files_that_waited_for_a_child_of_the_census_are_taken_in(
    censuses: Censuses, tmp_path: Path
) -> None:
    fees = tmp_path / "fees.csv"
    fees.write_text("placement_ref,child,valid_from,total_weekly_cost\nP1,A1,2024-01-01,100\n")
    summary, _ = import_fees(censuses.office.recorder, censuses.office.desk, fees)
    assert summary.waiting == 1

    loaded = censuses.take(2024, WHOLE)

    assert "1 rows" in of_rule(loaded.findings, "waiting_loaded")[0].message
    assert "fee.agreed.v1" in censuses.office.topics()


def test_which_census_held_a_child_is_kept(censuses: Censuses) -> None:
    censuses.take(2024, WHOLE)
    (row,) = censuses.bodies(ReturnRowDetails)
    body = row.body
    assert isinstance(body, ReturnRowDetails)
    assert (body.table, body.return_year) == ("cin_child", "2023/24")
    assert body.values == {"Sex": "M", "Ethnicity": "WBRI", "CINreferralDate": "2023-05-02"}
    assert {e.body.evidence for e in censuses.bodies(IdentifierLinked) if isinstance(e.body, IdentifierLinked)} == {""}
