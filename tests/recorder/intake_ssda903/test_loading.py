"""Returns as facts: stated once, amended by later returns, left out and back again, as known on their day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from costing.calendar import london_day_end
from recorder.child_record import read_child
from recorder.children import Description, describe_child
from recorder.domain.authority import ImportCompleted
from recorder.domain.care import (
    AllocationAmended,
    AllocationStated,
    EpisodeAmended,
    EpisodeDetails,
    EpisodeLeftOut,
    EpisodeStated,
    ReturnRowStated,
    ReviewHeld,
)
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import derived_id, new_id, worker_id
from recorder.domain.staff import WorkerJoined
from recorder.intake.batches import Batch
from recorder.intake.fees import import_fees
from recorder.intake.roster import worker_statement
from recorder.intake.ssda903 import IntakeError, ReturnFolder, loading
from recorder.intake.ssda903.loading import LoadedReturn, load_returns
from recorder.intake.statements import apply_statements
from tests.recorder.desk_store import Office

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
WORKERS = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON"
ANNA, BEN = "100001", "100002"
ANNA_HEADER = f"{ANNA},2,04/10/2010,WBRI,W006749270049,,"
BEN_HEADER = f"{BEN},1,21/01/2012,WBRI,UN1,,"
FORM = Provenance(by="social worker", source="form")


def open_care(child: str, place: str = "U4,PR1", decom: str = "05/06/2020") -> str:
    return f"{child},{decom},S,C2,N1,{place},,,,ZZ8 2ZT,ZZ18 1AL,SC322758"


def ended_care(child: str, dec: str, place: str = "U4,PR1", decom: str = "05/06/2020") -> str:
    return f"{child},{decom},S,C2,N1,{place},{dec},E4A,,ZZ8 2ZT,ZZ18 1AL,SC322758"


class Returns:
    """Writes return folders and takes them in, each known on 30 June after its year."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.folder = folder

    def write(self, year: int, *, known_on: date | None = None, dated: bool = True, **files: list[str]) -> ReturnFolder:
        path = self.folder / f"{year}-{len(list(self.folder.iterdir()))}"
        path.mkdir()
        for name, lines in files.items():
            (path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        day = (known_on or date(year + 1, 6, 30)) if dated else None
        return ReturnFolder(path, f"{year}/{(year + 1) % 100:02d}", day)

    def care(self, year: int, headers: list[str], episodes: list[str], **more: list[str]) -> ReturnFolder:
        return self.write(year, header=[HEADER, *headers], episodes=[EPISODES, *episodes], **more)

    def load(self, *folders: ReturnFolder, again: bool = False) -> list[LoadedReturn]:
        return load_returns(self.office.recorder, self.office.desk, folders, by="clerk", again=again)

    def position(self) -> int:
        return self.office.recorder.log_store.position()

    def bodies(self, kind: type[Body]) -> list[Event]:
        return [e for e in self.office.facts() if isinstance(e.body, kind)]

    def child(self, identifier: str) -> UUID:
        child = self.office.recorder.keys.find("ssda903", identifier)
        assert child is not None
        return child

    def episode(self, identifier: str, decom: date = date(2020, 6, 5)) -> list[Event]:
        return self.office.recorder.history(derived_id(self.child(identifier), "episode", decom.isoformat()))


@pytest.fixture
def returns(office: Office, tmp_path: Path) -> Returns:
    (tmp_path / "returns").mkdir()
    return Returns(office, tmp_path / "returns")


def rules(loaded: LoadedReturn) -> Counter[str]:
    return Counter(f.rule for f in loaded.findings)


def test_a_first_return_registers_describes_and_states_each_row_once(returns: Returns):
    both = returns.care(2020, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN), open_care(BEN)])
    (loaded,) = returns.load(both)
    summary = loaded.summary
    assert (summary.read, summary.new, summary.unchanged, summary.refused) == (5, 4, 1, 0)
    assert rules(loaded) == {"row_twice": 1}
    record = read_child(returns.office.recorder, returns.child(ANNA))
    assert (record.sex, record.ethnicity, record.personal) == ("F", "WBRI", {"dob": "2010-10-04"})
    assert {i.pair for i in record.identifiers} == {("ssda903", ANNA), ("upn", "W006749270049")}
    assert [i.pair for i in read_child(returns.office.recorder, returns.child(BEN)).identifiers] == [("ssda903", BEN)]
    (stated,) = returns.episode(ANNA)
    assert stated.known_at == london_day_end(date(2021, 6, 30))
    assert stated.subject == returns.child(ANNA)
    assert isinstance(stated.body, EpisodeStated)
    assert (stated.body.place, stated.body.provider, stated.body.return_year) == ("U4", "PR1", "2020/21")
    sealed = stated.body.personal
    assert sealed
    opened = returns.office.recorder.keys.decrypt(returns.child(ANNA), sealed)
    assert opened == {"HOME_POST": "ZZ8 2ZT", "PL_POST": "ZZ18 1AL"}
    (done,) = returns.bodies(ImportCompleted)
    assert isinstance(done.body, ImportCompleted)
    assert (done.body.return_year, done.body.known_on, done.body.counts["new"]) == ("2020/21", date(2021, 6, 30), 4)


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


def test_a_later_return_ends_recodes_and_amends_and_keeps_what_was_known(returns: Returns):
    headers = [ANNA_HEADER, BEN_HEADER, "100003,1,01/02/2009,WBRI,UN2,,"]
    first = returns.care(2023, headers, [open_care(ANNA), open_care(BEN, "H5,PR4"), open_care("100003", "K2,PR4")])
    later = returns.care(
        2024,
        headers,
        [ended_care(ANNA, "01/05/2024"), open_care(BEN, "K3,PR4"), open_care("100003", "U6,PR4")],
    )
    _, second = returns.load(later, first)
    assert (second.return_year, second.summary.amended) == ("2024/25", 3)
    changes = [returns.episode(child)[-1].body for child in (ANNA, BEN, "100003")]
    assert [getattr(b, "change", "") for b in changes] == ["ending", "recoding", "amendment"]
    assert [e.known_at for e in returns.episode("100003")] == [
        london_day_end(date(2024, 6, 30)),
        london_day_end(date(2025, 6, 30)),
    ]
    assert rules(second)["put_right"] == 1


def test_an_unchanged_episode_adds_nothing_and_the_same_files_are_known(returns: Returns):
    first = returns.care(2020, [ANNA_HEADER], [open_care(ANNA)])
    second = returns.care(2021, [ANNA_HEADER], [open_care(ANNA)])
    loaded = returns.load(first, second)
    assert loaded[1].summary.unchanged == 1
    assert len(returns.episode(ANNA)) == 1
    position = returns.position()
    again = returns.load(first, second._replace(known_on=date(2022, 12, 1)))
    assert [one.summary.already_loaded for one in again] == [True, True]
    assert "2021/22, known on 30/06/2022" in again[1].findings[0].message
    forced = returns.load(first, second, again=True)
    assert [one.summary.unchanged for one in forced] == [2, 2]
    assert returns.position() == position


def test_an_open_episode_missing_from_the_next_return_stops_and_may_come_back(returns: Returns):
    both = returns.care(2020, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN)])
    one = returns.care(2021, [ANNA_HEADER], [open_care(ANNA)])
    loaded = returns.load(both, one)
    assert rules(loaded[1])["left_out"] == 1
    left_out = returns.episode(BEN)[-1].body
    assert left_out == EpisodeLeftOut(return_year="2021/22", stops_on=date(2021, 3, 31))
    position = returns.position()
    assert [f.rule for f in returns.load(one, again=True)[0].findings] == ["left_out"]
    assert returns.position() == position
    third = returns.care(2022, [ANNA_HEADER], [open_care(ANNA)])
    assert not rules(returns.load(third)[0])["left_out"]
    back = returns.care(2023, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN)])
    assert rules(returns.load(back)[0])["back_again"] == 1
    kinds = [type(e.body) for e in returns.episode(BEN)]
    assert kinds == [EpisodeStated, EpisodeLeftOut, EpisodeAmended]
    position = returns.position()
    returns.load(both, one, third, back, again=True)
    assert returns.position() == position


def test_an_older_return_fills_in_but_never_overrides(returns: Returns):
    newer = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    older = returns.care(2020, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA, "K2,PR4"), open_care(BEN)])
    undated = older._replace(known_on=None)
    returns.load(newer)
    (loaded,) = returns.load(undated)
    assert len(returns.episode(ANNA)) == 1
    # Ben was open in the older return and is not in the newer one, which is there already.
    assert [type(e.body) for e in returns.episode(BEN)] == [EpisodeStated, EpisodeLeftOut]
    assert [(f.rule, f.return_year, f.child) for f in loaded.findings] == [("left_out", "2021/22", BEN)]


def test_history_loaded_late_is_known_on_its_day(returns: Returns):
    newer = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    older = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")])
    returns.load(newer)
    returns.load(older)
    by_known = sorted(returns.episode(ANNA), key=lambda e: e.known_at)
    assert [getattr(e.body, "place", "") for e in by_known] == ["K2", "U6"]
    child = [e for e in returns.office.recorder.history(returns.child(ANNA)) if e.known_at < by_known[1].known_at]
    assert child, "a child is known no later than its care"
    position = returns.position()
    returns.load(newer, older, again=True)
    assert returns.position() == position


def test_a_return_sent_again_with_corrections_amends(returns: Returns):
    returns.load(returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")]))
    sent_again = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    assert returns.load(sent_again)[0].summary.amended == 1
    assert getattr(returns.episode(ANNA)[-1].body, "place", "") == "U6"


def test_several_returns_without_a_day_are_known_now_and_said(returns: Returns):
    first = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")])._replace(known_on=None)
    second = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])._replace(known_on=None)
    loaded = returns.load(second, first)
    assert [one.return_year for one in loaded] == ["2020/21", "2021/22"]
    assert all(rules(one)["no_known_day"] == 1 for one in loaded)
    assert {e.known_at for e in returns.episode(ANNA)} == {returns.office.clock.now()}
    assert getattr(returns.episode(ANNA)[-1].body, "place", "") == "U6"
    returns.office.clock.advance(timedelta(days=2))
    position = returns.position()
    returns.load(first, second, again=True)
    assert returns.position() == position


def test_a_day_before_an_earlier_return_was_known_is_moved_and_said(returns: Returns):
    first = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")])._replace(known_on=None)
    second = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    _, moved = returns.load(first, second)
    assert rules(moved)["known_day_moved"] == 1
    assert getattr(returns.episode(ANNA)[-1].body, "place", "") == "U6"
    assert returns.episode(ANNA)[-1].known_at == returns.office.clock.now()


def test_a_day_in_the_future_is_refused(returns: Returns):
    folder = returns.care(2020, [ANNA_HEADER], [open_care(ANNA)])._replace(known_on=date(2030, 1, 1))
    with pytest.raises(IntakeError, match="01/01/2030"):
        returns.load(folder)
    assert returns.position() == 0


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


def test_reviews_needs_and_other_tables(returns: Returns):
    reviews = ["CHILD,DOB,REVIEW,REVIEW_CODE", f"{ANNA},04/10/2010,17/08/2020,PN1"]
    uasc = ["CHILD,SEX,DOB,DUC", f"{ANNA},2,04/10/2010,03/10/2028"]
    outcomes = "SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT"
    oc2 = [
        f"CHILD,DOB,{outcomes},SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
        f"{ANNA},04/10/2010,19,,0,,1,1,1,0,,",
    ]
    missing = [
        "CHILD,DOB,MISSING,MIS_START,MIS_END",
        f"{ANNA},04/10/2010,M,01/07/2020,",
        f"{ANNA},04/10/2010,M,01/07/2020,",
    ]
    folder = returns.care(2020, [ANNA_HEADER], [open_care(ANNA)], reviews=reviews, uasc=uasc, oc2=oc2, missing=missing)
    returns.load(folder)
    (held,) = returns.bodies(ReviewHeld)
    assert held.body == ReviewHeld(child=returns.child(ANNA), on=date(2020, 8, 17), participation="PN1")
    (need,) = read_child(returns.office.recorder, returns.child(ANNA)).needs
    assert need == ("uasc", date(2020, 6, 5), date(2028, 10, 3))
    tables = Counter(getattr(e.body, "table", "") for e in returns.bodies(ReturnRowStated))
    assert tables == {"header": 1, "uasc": 1, "oc2": 1, "missing": 1}
    position = returns.position()
    returns.load(folder, again=True)
    assert returns.position() == position


def test_fees_that_waited_for_a_child_are_loaded_once_it_is_registered(returns: Returns, tmp_path: Path):
    fees = tmp_path / "fees.csv"
    fees.write_text(f"placement_ref,child,valid_from,total_weekly_cost\nP1,{ANNA},2020-06-05,700.00\n")
    waited, _ = import_fees(returns.office.recorder, returns.office.desk, fees)
    assert waited.waiting == 1
    (loaded,) = returns.load(returns.care(2020, [ANNA_HEADER], [open_care(ANNA)]))
    assert rules(loaded) == {"waiting_loaded": 1}
    assert "fee.agreed.v1" in returns.office.topics() or "placement_fee.agreed.v1" in returns.office.topics()


def test_a_folder_without_a_table_changes_nothing_and_is_not_taken_for_loaded(returns: Returns):
    folder = returns.write(2020, notes=["a,b", "1,2"])
    (loaded,) = returns.load(folder)
    assert rules(loaded)["no_tables"] == 1
    assert returns.position() == 0


@pytest.mark.parametrize("stops_after", [0, 1, 2, 3, 4, 5])
def test_interrupted_anywhere_and_run_again_nothing_is_lost_or_twice(
    returns: Returns, monkeypatch: pytest.MonkeyPatch, stops_after: int
):
    monkeypatch.setattr(loading, "CHUNK", 1)
    names = [f"20000{n}" for n in range(3)]
    headers = [f"{name},1,01/02/2009,WBRI,UN2,," for name in names]
    first = returns.care(2020, headers, [open_care(name) for name in names])
    second = returns.care(2021, headers[:2], [ended_care(name, "01/05/2021") for name in names[:2]])
    whole = Batch.state
    calls = 0

    def stopping(self: Batch, *args: object, **words: bool) -> Counter[str]:
        nonlocal calls
        calls += 1
        if calls > stops_after:
            raise KeyboardInterrupt
        return whole(self, *args, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(Batch, "state", stopping)
    with pytest.raises(KeyboardInterrupt):
        returns.load(first, second)
    monkeypatch.setattr(Batch, "state", whole)
    returns.load(first, second)
    topics = Counter(returns.office.topics())
    assert topics == {
        "child.registered.v1": 3,
        "child.identifier_linked.v1": 3,
        "episode.stated.v1": 3,
        "episode.amended.v1": 2,
        "episode.left_out.v1": 1,
        "return_row.stated.v1": 5,
        "import.completed.v1": 2,
    }
    position = returns.position()
    returns.load(first, second, again=True)
    assert returns.position() == position


def test_progress_goes_up_to_the_end(returns: Returns):
    told: list[tuple[int, int | None]] = []
    folders = [returns.care(year, [ANNA_HEADER], [open_care(ANNA)]) for year in (2020, 2021)]
    load_returns(returns.office.recorder, returns.office.desk, folders, progress=lambda *at: told.append(at))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == sum(f.stat().st_size for each in folders for f in each.path.iterdir())
