"""Whom the rows of a return are about: found, registered, described, linked, refused once erased."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from costing.calendar import london_day_end
from recorder.child_record import read_child
from recorder.children import Description, describe_child
from recorder.domain.care import (
    AllocationAmended,
    AllocationStated,
    EpisodeAmended,
    EpisodeDetails,
    ReturnRowStated,
)
from recorder.domain.ids import derived_id, new_id, worker_id
from recorder.domain.staff import WorkerJoined
from recorder.intake.fees import import_fees
from recorder.intake.roster import worker_statement
from recorder.intake.statements import apply_statements

from .loaded_returns import ANNA, ANNA_HEADER, BEN, BEN_HEADER, FORM, WORKERS, Returns, ended_care, open_care, rules


def test_nothing_personal_is_written_in_plain(returns: Returns):
    name = "Wilhelmina Featherstone"
    odd = f"{ANNA},05/06/2020,S,C2,N1,{name.upper()},PR1,,,,ZZ8 2ZT,ZZ18 1AL,SC322758"
    permanence = ["CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM", f"{ANNA},04/10/2010,P1,{name},zz/05/2018"]
    returns.load(returns.care(2020, [ANNA_HEADER], [odd], previous_permanence=permanence))
    rows = returns.office.recorder.log_store.rows_after(0, 100)
    written = b"\n".join(row.payload + row.metadata for row in rows).lower()
    for secret in (
        b"wilhelmina",
        b"featherstone",
        b"w006749270049",
        b"2010-10-04",
        b"04/10/2010",
        b"zz18",
        ANNA.encode(),
    ):
        assert secret not in written
    (kept,) = [e for e in returns.bodies(ReturnRowStated) if getattr(e.body, "table", "") == "previous_permanence"]
    assert isinstance(kept.body, ReturnRowStated)
    assert kept.body.values == {"PREV_PERM": "P1", "DATE_PERM": "zz/05/2018"}
    assert returns.office.recorder.keys.decrypt(kept.body.child, kept.body.personal or "") == {"LA_PERM": name}
    assert [getattr(e.body, "place", None) for e in returns.episode(ANNA)] == [""]
    again = returns.care(2021, [ANNA_HEADER], [odd])
    before = len(returns.episode(ANNA))
    assert rules(returns.load(again)[0]) == {"unknown_place": 1}
    assert len(returns.episode(ANNA)) == before


def test_an_erased_child_is_refused_and_said(returns: Returns):
    returns.load(returns.care(2020, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN)]))
    anna = returns.child(ANNA)
    returns.office.recorder.keys.destroy(anna, datetime(2022, 1, 1, tzinfo=UTC))
    facts = len(returns.office.recorder.log_store.rows_of_subjects([anna]))
    # Under its own number, and under a new number with the pupil number it had.
    renamed = ANNA_HEADER.replace(ANNA, "100009")
    second = returns.care(
        2021,
        [ANNA_HEADER, BEN_HEADER, renamed],
        [ended_care(ANNA, "01/05/2021"), open_care(BEN), open_care("100009")],
    )
    (loaded,) = returns.load(second)
    assert [(f.rule, f.child) for f in loaded.findings] == [("erased_child", ANNA), ("erased_child", "100009")]
    assert (loaded.summary.refused, loaded.summary.read) == (4, 6)
    assert len(returns.office.recorder.log_store.rows_of_subjects([anna])) == facts
    assert returns.office.recorder.keys.find("ssda903", "100009") is None


def test_a_child_without_a_header_is_registered_from_its_episodes(returns: Returns):
    (loaded,) = returns.load(returns.care(2020, [ANNA_HEADER], [open_care(ANNA), open_care(BEN)]))
    assert rules(loaded) == {"no_header": 1}
    assert read_child(returns.office.recorder, returns.child(BEN)).personal == {}
    second = returns.care(2021, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN)])
    returns.load(second)
    assert read_child(returns.office.recorder, returns.child(BEN)).personal == {"dob": "2012-01-21"}


def test_a_real_upn_is_linked_when_it_comes_and_a_taken_one_is_said(returns: Returns):
    returns.load(returns.care(2020, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN)]))
    real = BEN_HEADER.replace("UN1", "B692464860572")
    (linked,) = returns.load(returns.care(2021, [ANNA_HEADER, real], [open_care(ANNA), open_care(BEN)]))
    assert linked.findings == []
    assert returns.office.recorder.keys.find("upn", "B692464860572") == returns.child(BEN)
    taken = BEN_HEADER.replace("UN1", "W006749270049")
    (loaded,) = returns.load(returns.care(2022, [taken], [open_care(BEN), ended_care(ANNA, "01/05/2022")]))
    assert rules(loaded) == {"upn_changed": 1, "upn_shared": 1, "no_header": 1}
    assert returns.office.recorder.keys.find("upn", "W006749270049") == returns.child(ANNA)


def test_what_people_corrected_stays_while_the_returns_repeat_themselves(returns: Returns):
    recorder = returns.office.recorder
    returns.load(returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")]))
    anna = returns.child(ANNA)
    said = {name: getattr(returns.episode(ANNA)[0].body, name) for name in EpisodeDetails.__struct_fields__}
    by_hand = EpisodeAmended(**{**said, "place": "U6", "change": "amendment"})
    stream = derived_id(anna, "episode", "2020-06-05")
    known = london_day_end(date(2021, 9, 1))
    recorder.append([recorder.event(stream, 2, new_id(), by_hand, FORM, known_at=known, subject=anna)])
    describe_child(recorder, Description(child_id=anna, personal={"dob": "2010-10-05"}, sex="F"), FORM, known)
    returns.load(returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")]))
    assert len(returns.episode(ANNA)) == 2
    assert read_child(recorder, anna).personal == {"dob": "2010-10-05"}
    returns.load(returns.care(2022, [ANNA_HEADER], [ended_care(ANNA, "01/05/2022", "K2,PR4")]))
    assert getattr(returns.episode(ANNA)[-1].body, "change", "") == "amendment"


def test_social_workers_join_and_keep_the_name_that_the_roster_gives(returns: Returns):
    recorder = returns.office.recorder
    apply_statements(recorder, [worker_statement("SW1", "Jo Example")], returns.office.clock.now(), FORM)
    rows = [WORKERS, f"{ANNA},04/10/2010,sw1 ,06/06/2023,,", f"{ANNA},04/10/2010,SW2,06/07/2023,,"]
    returns.load(returns.care(2023, [ANNA_HEADER], [open_care(ANNA)], sw=rows))
    joined = {e.originator_id: e.body for e in returns.bodies(WorkerJoined)}
    assert joined[worker_id("SW1")] == WorkerJoined(reference="SW1", name="Jo Example")
    assert joined[worker_id("SW2")] == WorkerJoined(reference="SW2")
    known = london_day_end(date(2024, 6, 30))
    assert any(e.known_at == known for e in recorder.history(worker_id("SW1")))
    assert len(returns.bodies(AllocationStated)) == 2
    rows[2] = f"{ANNA},04/10/2010,SW2,06/07/2023,01/05/2024,LEFTRL"
    (loaded,) = returns.load(returns.care(2024, [ANNA_HEADER.replace(",2,", ",F,")], [open_care(ANNA)], sw=rows))
    (amended,) = returns.bodies(AllocationAmended)
    assert isinstance(amended.body, AllocationAmended)
    assert (amended.body.ends, amended.body.reason) == (date(2024, 5, 1), "LEFTRL")
    assert loaded.summary.unchanged == 2


def test_fees_that_waited_for_a_child_are_loaded_once_it_is_registered(returns: Returns, tmp_path: Path):
    fees = tmp_path / "fees.csv"
    fees.write_text(f"placement_ref,child,valid_from,total_weekly_cost\nP1,{ANNA},2020-06-05,700.00\n")
    waited, _ = import_fees(returns.office.recorder, returns.office.desk, fees)
    assert waited.waiting == 1
    (loaded,) = returns.load(returns.care(2020, [ANNA_HEADER], [open_care(ANNA)]))
    assert rules(loaded) == {"waiting_loaded": 1}
    assert returns.office.topics().count("fee.agreed.v1") == 1
