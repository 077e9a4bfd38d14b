"""The laws of closed months: what was booked stays, what came later is linked, and the net is what the facts imply."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.closing import WORK_ITEM, is_closed_column, standing
from projections import tables as t
from projections.database import read_frame
from projections.rebuild import rebuild, tables_as_at
from projections.stale import read_books
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id
from recorder.periods import close_month, reopen_month
from tests.house import House, open_house
from tests.projections.stories import SAID, Story, steps
from tests.projections.test_live_equals_rebuilt import TABLES, live_through, rows
from tests.stores import DATABASES

PERIODS = (202601, 202602, 202603, 202613)
books = st.one_of(
    st.tuples(st.just("close"), st.sampled_from(PERIODS)),
    st.tuples(st.just("reopen"), st.sampled_from(PERIODS)),
)
histories = st.lists(st.one_of(steps, steps, books), min_size=4, max_size=25)


class Booked(Story):
    """A story in which finance closes and reopens months besides."""

    def _close(self, recorder: Any, period: int) -> None:
        try:
            close_month(recorder, new_id(), period, SAID)
        except Refused:
            return

    def _reopen(self, recorder: Any, period: int) -> None:
        try:
            reopen_month(recorder, new_id(), period, "wrong", SAID)
        except Refused:
            return


def postings(house: House) -> tuple[pl.DataFrame, int | None]:
    with house.tables.reader().connect() as connection:
        return read_frame(connection, t.posting), read_books(connection)


@pytest.mark.parametrize("store", DATABASES)
@settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=histories, pages=st.lists(st.integers(0, 1), min_size=1, max_size=5))
def test_with_closed_months_live_is_rebuilt_and_nets_to_the_facts(
    store: str, history: list[tuple[Any, ...]], pages: list[int]
):
    with TemporaryDirectory() as folder:
        house = open_house(store, Path(folder))
        try:
            house.end_days(date(2026, 4, 1))
            live_through(house, Booked.cast(), history, pages)
            live = rows(house.tables)
            rebuild(house.recorder.log_store, house.tables)
            rebuilt = rows(house.tables)
            for table in TABLES:
                assert live[table.name] == rebuilt[table.name], table.name
            implied = tables_as_at(house.recorder.log_store, None).frame(t.posting)
            booked, _ = postings(house)
            assert net(booked) == net(implied)
            assert standing(booked).select(WORK_ITEM).n_unique() == implied.select(WORK_ITEM).n_unique()
        finally:
            house.close()


def net(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    """What each piece of work or nights comes to by its service month, whatever it was booked as or when."""
    key = [*WORK_ITEM]
    sums = frame.group_by(key).agg(pl.col("amount", "seconds", "nights").sum())
    kept = sums.filter(pl.any_horizontal(pl.col("amount", "seconds", "nights") != 0))
    return sorted(kept.select(*key, "amount", "seconds", "nights").rows())


@settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(before=st.lists(steps, max_size=12), after=st.lists(steps, max_size=12), period=st.sampled_from(PERIODS[:3]))
def test_a_closed_month_never_changes(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], period: int):
    with TemporaryDirectory() as folder:
        house = open_house("sqlite", Path(folder))
        try:
            house.end_days(date(2026, 4, 1))
            story = Booked.cast()
            live_through(house, story, [*before, ("close", period)], [1])
            then, end = postings(house)
            assert end == period
            for step in after:
                house.clock.advance(timedelta(seconds=1))
                story.live(house.recorder, step, house.end_days)
                house.follower.catch_up()
            now, _ = postings(house)
            closed = is_closed_column(pl.col("accounting_month"), period)
            assert sorted(now.filter(closed).rows(), key=repr) == sorted(then.filter(closed).rows(), key=repr)
            late = now.filter(~closed & is_closed_column(pl.col("service_month"), period))
            assert set(late["entry_kind"]) <= {"adjustment", "reversal"}
        finally:
            house.close()


@pytest.fixture
def house(tmp_path: Path):
    opened = open_house("sqlite", tmp_path)
    opened.end_days(date(2026, 4, 1))
    yield opened
    opened.close()


def visit(minutes: int) -> tuple[Any, ...]:
    return ("activity", 0, [0], [0], date(2026, 2, 10), minutes, "D1H")


PRICED = [("post", 0, date(2026, 1, 20), "social_worker"), ("schema", "social_worker", date(2026, 1, 20), 40_000)]


def test_a_late_correction_is_a_reversal_and_a_new_posting_with_their_own_service_date(house: House):
    live_through(house, Booked.cast(), [*PRICED, visit(60), ("close", 202602), visit(90)], [1])
    frame, _ = postings(house)
    told = frame.sort("ordinal").select("service_month", "accounting_month", "entry_kind", "seconds", "ordinal")
    assert told.rows() == [
        (202602, 202602, "actual", 3600, 0),
        (202602, 202603, "reversal", -3600, 1),
        (202602, 202603, "adjustment", 5400, 2),
    ]
    first = frame.filter(pl.col("ordinal") == 0).row(0, named=True)
    reversal = frame.filter(pl.col("ordinal") == 1).row(0, named=True)
    assert reversal["amount"] == -first["amount"]
    assert reversal["reverses"].startswith("staff-")
    assert set(frame["service_from"]) == {date(2026, 2, 10)}


def test_what_is_put_back_as_it_was_leaves_no_adjustment(house: House):
    live_through(house, Booked.cast(), [*PRICED, visit(60), ("close", 202602), visit(90), visit(60)], [1])
    frame, _ = postings(house)
    assert frame["entry_kind"].to_list() == ["actual"]


def test_work_first_known_after_its_month_closed_is_an_adjustment(house: House):
    live_through(house, Booked.cast(), [*PRICED, ("close", 202602), visit(60)], [1])
    frame, _ = postings(house)
    assert frame.select("service_month", "accounting_month", "entry_kind").rows() == [(202602, 202603, "adjustment")]


def test_work_withdrawn_after_its_month_closed_is_only_reversed_and_reopening_takes_both_away(house: House):
    story = Booked.cast()
    live_through(house, story, [*PRICED, visit(60), ("close", 202602), ("withdraw", 0)], [1])
    frame, _ = postings(house)
    assert sorted(frame["entry_kind"]) == ["actual", "reversal"]
    assert frame["amount"].sum() == 0
    story.live(house.recorder, ("reopen", 202602), house.end_days)
    house.follower.catch_up()
    assert postings(house)[0].is_empty()


def test_after_march_late_facts_are_booked_in_period_13_until_it_is_closed(house: House):
    story = Booked.cast()
    live_through(house, story, [*PRICED, ("close", 202603), visit(60)], [1])
    assert postings(house)[0]["accounting_month"].to_list() == [202613]
    for step in (("close", 202613), visit(90)):
        story.live(house.recorder, step, house.end_days)
        house.follower.catch_up()
    frame, end = postings(house)
    assert end == 202613
    assert sorted(frame["accounting_month"]) == [202604, 202604, 202613]


def test_an_inferred_process_of_a_closed_month_stays(house: House):
    rule = ("rule", "D", "any", "CIN3", date(2026, 1, 1))
    live_through(house, Booked.cast(), [*PRICED, visit(60), ("close", 202602)], [1])
    before = postings(house)[0]["process"].to_list()
    story = Booked.cast()
    story.live(house.recorder, rule, house.end_days)
    house.follower.catch_up()
    frame, _ = postings(house)
    assert frame["process"].to_list() == before
    with house.tables.reader().connect() as connection:
        assert read_frame(connection, t.activity_child)["process"].to_list() == ["CIN3"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ([("close", 202601), ("close", 202603)], "Periods are closed one after the other: the next is February 2026"),
        ([("close", 202604)], "A month can be closed once its last day is over"),
        ([("close", 202613)], "The first period to be closed is a month"),
        ([("close", 202601), ("close", 202602), ("reopen", 202601)], "Only February 2026, the last closed"),
        ([("reopen", 202601)], "No month is closed"),
    ],
)
def test_periods_out_of_turn_are_refused_in_words(house: House, said: list[tuple[str, int]], problem: str):
    *before, (what, period) = said
    for action, each in before:
        assert action == "close"
        close_month(house.recorder, new_id(), each, SAID)
    last = {
        "close": lambda: close_month(house.recorder, new_id(), period, SAID),
        "reopen": lambda: reopen_month(house.recorder, new_id(), period, "late fee", SAID),
    }
    with pytest.raises(Refused, match=problem):
        last[what]()


def test_a_closing_sent_twice_is_one(house: House):
    event = new_id()
    close_month(house.recorder, event, 202601, SAID)
    assert close_month(house.recorder, event, 202601, SAID).repeated
    with pytest.raises(Refused, match="Enter why it is opened again"):
        reopen_month(house.recorder, new_id(), 202601, " ", SAID)
