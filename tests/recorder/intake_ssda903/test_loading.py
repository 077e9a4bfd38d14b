"""Returns as facts: each row stated once, and amended where a later return says otherwise."""

from __future__ import annotations

from collections import Counter
from datetime import date

from costing.calendar import london_day_end
from recorder.child_record import read_child
from recorder.domain.authority import ImportCompleted
from recorder.domain.care import (
    EpisodeStated,
    ReturnRowStated,
    ReviewHeld,
)
from recorder.intake.ssda903.loading import load_returns

from .loaded_returns import ANNA, ANNA_HEADER, BEN, BEN_HEADER, EPISODES, HEADER, Returns, ended_care, open_care, rules


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


def test_where_a_placement_lies_is_kept_when_a_later_return_says_nothing_of_it(returns: Returns):
    def lying(year: int, where: str, place: str = "U4,PR1"):
        lines = [f"{EPISODES},PL_LOCATION,PL_LA", f"{open_care(ANNA, place)},{where}"]
        return returns.write(year, header=[HEADER, ANNA_HEADER], episodes=lines)

    blank, said, without = lying(2020, ","), lying(2021, "OUT,E08000025"), lying(2022, ",")
    loaded = returns.load(blank, said, without)
    assert [one.summary.amended for one in loaded] == [0, 1, 0]
    assert not any(one.findings for one in loaded)
    stated, amended = (e.body for e in returns.episode(ANNA))
    assert (getattr(stated, "pl_location", None), getattr(amended, "pl_location", None)) == ("", "OUT")
    assert (getattr(amended, "pl_la", None), getattr(amended, "change", None)) == ("E08000025", "amendment")
    returns.load(lying(2023, ",", "K2,PR4"))
    other = returns.episode(ANNA)[-1].body
    assert (getattr(other, "place", None), getattr(other, "pl_la", None)) == ("K2", "")


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


def test_a_folder_without_a_table_changes_nothing_and_is_not_taken_for_loaded(returns: Returns):
    folder = returns.write(2020, notes=["a,b", "1,2"])
    (loaded,) = returns.load(folder)
    assert rules(loaded)["no_tables"] == 1
    assert returns.position() == 0


def test_progress_goes_up_to_the_end(returns: Returns):
    told: list[tuple[int, int | None]] = []
    folders = [returns.care(year, [ANNA_HEADER], [open_care(ANNA)]) for year in (2020, 2021)]
    load_returns(returns.office.recorder, returns.office.desk, folders, progress=lambda *at: told.append(at))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == sum(f.stat().st_size for each in folders for f in each.path.iterdir())
