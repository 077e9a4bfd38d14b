"""Laws of the ledger: the order of arrival, splits and withdrawals."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.postings import COMPONENTS
from projections import tables as t
from projections.database import read_frame
from projections.rebuild import tables_as_at
from recorder.domain.activity import ActivityAmended, ActivityRecorded, ActivityWithdrawn, ChildLine, WorkerLine
from recorder.domain.authority import DaysEnded, ImportCompleted, SettingChanged
from recorder.domain.care import EpisodeStated
from recorder.domain.ids import new_id
from recorder.domain.rates import FeeAgreed
from tests.house import House, open_house
from tests.projections.small_authority import (
    CHILDREN,
    RECORDED,
    WORKER_TYPES,
    WORKERS,
    Fact,
    append,
    everybody,
    log_of,
    net,
    net_of,
    post,
    schema,
)
from tests.projections.stories import FIRST

TABLES = [table for table in t.metadata.sorted_tables if table.name != "follower"]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
UNITS_A_MINUTE_OF_A_PENNY_AN_HOUR = 420 // 60
days = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
three = st.integers(0, 2)


# Facts that meet whatever else is drawn: a visit by car to a child in care, with a post and prices for it. Of
# two prices and two settings from the same day the one known last holds, whichever came first.
MEETING = (
    ActivityRecorded(
        kind="D1H",
        direct=True,
        on=FIRST + timedelta(days=20),
        workers=(WorkerLine(worker=WORKERS[0], minutes=47, miles_tenths=33),),
        children=(ChildLine(child=CHILDREN[3]), ChildLine(child=CHILDREN[4], weight=2)),
    ),
    EpisodeStated(child=CHILDREN[3], decom=FIRST, ls="C2", place="U6", provider="PR1"),
    EpisodeStated(child=CHILDREN[4], decom=FIRST, ls="C2", place="U6", provider="PR1"),
    FeeAgreed(child=CHILDREN[3], valid_from=FIRST, weekly=70_001, social_care=70_001),
    post(0),
    schema("social_worker", date(2020, 4, 1), salary=4_000_000),
    schema("social_worker", date(2020, 4, 1), salary=5_000_000),
    SettingChanged(name="mileage_pence", value="45", valid_from=date(2020, 4, 1)),
    SettingChanged(name="mileage_pence", value="50", valid_from=date(2020, 4, 1)),
)


@st.composite
def independent_facts(draw: st.DrawFn) -> list[Fact]:
    """Prices, care and work of a few people, in streams of their own: none rests on another having come first."""
    bodies: list[Any] = [DaysEnded(first=date(2025, 4, 1), last=draw(days) + timedelta(days=20)), *MEETING]
    for child, starts in draw(st.sets(st.tuples(three, days), max_size=4)):
        ends = draw(st.none() | st.integers(0, 40).map(lambda n, s=starts: s + timedelta(days=n)))
        place = draw(st.sampled_from(["U6", "K2", "P1"]))
        said = {"decom": starts, "dec": ends, "rne": "S", "ls": "C2", "place": place, "provider": "PR1"}
        bodies.append(EpisodeStated(child=CHILDREN[child], **said))
    for child, starts in draw(st.sets(st.tuples(three, days), max_size=4)):
        ends = draw(st.none() | st.integers(1, 40).map(lambda n, s=starts: s + timedelta(days=n)))
        weekly = draw(st.integers(1, 99_999))
        shares = {"weekly": weekly, "social_care": weekly - weekly // 3, "education": weekly // 3}
        bodies.append(FeeAgreed(child=CHILDREN[child], valid_from=starts, valid_to=ends, place="U6", **shares))
    types = st.sampled_from(WORKER_TYPES)
    bodies += [post(w, draw(types), on) for w, on in draw(st.sets(st.tuples(st.integers(0, 1), days), max_size=3))]
    for worker_type, on in draw(st.lists(st.tuples(types, days), max_size=3)):
        bodies.append(schema(worker_type, on, salary=draw(st.integers(2_000_000, 6_000_000))))
    bodies += draw(st.lists(work(), max_size=3))
    if draw(st.booleans()):
        bodies.append(ImportCompleted(what="ssda903", digest="d", return_year="2025/26"))
    known = (RECORDED - timedelta(days=90) + timedelta(hours=n) for n in range(len(bodies)))
    return [Fact(body, at, getattr(body, "child", None)) for body, at in zip(bodies, known, strict=True)]


@st.composite
def work(draw: st.DrawFn) -> ActivityRecorded:
    """An activity of one or both workers for some of the children."""
    by = sorted(draw(st.sets(st.integers(0, 1), min_size=1)))
    about = sorted(draw(st.sets(three, max_size=3)))
    minutes, travel, miles = draw(st.tuples(*[st.none() | st.integers(0, 300)] * 3))
    line = {"minutes": minutes, "travel_minutes": travel, "miles_tenths": miles}
    return ActivityRecorded(
        kind=draw(st.sampled_from(["D1H", "I3", "D6R"])),
        direct=True,
        on=draw(days),
        workers=tuple(WorkerLine(worker=WORKERS[w], **line) for w in by),
        children=tuple(ChildLine(child=CHILDREN[c], weight=draw(st.integers(1, 5))) for c in about),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(facts=independent_facts(), data=st.data())
def test_the_net_of_an_open_month_does_not_depend_on_the_order_of_arrival(facts: list[Fact], data: st.DataObject):
    """The one order is followed fact by fact; the other is read at a stroke."""
    shuffled = data.draw(st.permutations(facts))
    expected = tables_as_at(log_of(*facts), None)
    with TemporaryDirectory() as folder:
        house = open_house("sqlite", Path(folder))
        try:
            append(house.recorder.log_store, everybody())
            house.follower.catch_up()
            for fact in shuffled:
                append(house.recorder.log_store, [fact])
                house.follower.catch_up()
            with house.tables.reader().connect() as connection:
                assert net(read_frame(connection, t.posting)) == net_of(expected)
                for sums in (t.ledger_month, t.process_time):
                    assert sorted(read_frame(connection, sums).rows()) == sorted(expected.frame(sums).rows())
        finally:
            house.close()


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.none() | st.integers(0, 1440),
    travel=st.none() | st.integers(0, 1440),
    weights=st.lists(st.integers(1, 1000), min_size=1, max_size=5),
    items=st.fixed_dictionaries(
        {name: st.integers(0, 9_999_999) for name in ("salary", "oncosts", "overheads", "capital", "travel")}
    ).filter(lambda items: sum(items.values()) > 0),
)
def test_splits_add_up_again_to_the_price_of_the_whole(
    minutes: int | None, travel: int | None, weights: list[int], items: dict[str, int]
):
    """Each worker's time is priced once; the children's parts, and the parts of each part, re-add to it."""
    lines = tuple(WorkerLine(worker=w, minutes=minutes, travel_minutes=travel) for w in WORKERS)
    shares = tuple(ChildLine(child=CHILDREN[n], weight=weight) for n, weight in enumerate(weights))
    visit = ActivityRecorded(kind="D1H", direct=True, on=date(2026, 3, 2), workers=lines, children=shares)
    log = log_of(Fact(schema(**items)), Fact(post(0)), Fact(post(1)), Fact(visit))
    postings = tables_as_at(log, None).frame(t.posting)

    hour = floor(Fraction(sum(items.values()) * 100, 161_300) + Fraction(1, 2))
    whole = (minutes or 0) + (travel or 0)
    known = minutes is not None or travel is not None
    assert postings.height == len(weights) * len(WORKERS)
    for _, of_worker in postings.group_by("line_no"):
        amounts, seconds = of_worker["amount"].to_list(), of_worker["seconds"].to_list()
        if not known:
            assert amounts == seconds == [None] * len(weights)
            continue
        assert sum(amounts) == whole * hour * UNITS_A_MINUTE_OF_A_PENNY_AN_HOUR
        assert sum(seconds) == whole * 60
        exact = [Fraction(sum(amounts) * weight, sum(weights)) for weight in weights]
        ranked = of_worker.sort("child_no")["amount"].to_list()
        assert all(abs(amount - due) < 1 for amount, due in zip(ranked, exact, strict=True))
    parts = postings.select(COMPONENTS).sum_horizontal().to_list()
    assert parts == [amount or 0 for amount in postings["amount"].to_list()]


@pytest.fixture
def house(tmp_path: Path):
    opened = open_house("sqlite", tmp_path)
    yield opened
    opened.close()


def sums_of(house: House) -> dict[str, list[tuple[Any, ...]]]:
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        tables = (t.posting, t.ledger_month, t.process_time, t.activity_worker, t.activity_child)
        return {table.name: sorted(read_frame(connection, table).rows()) for table in tables}


@pytest.mark.parametrize("amended_first", [False, True])
def test_a_withdrawn_activity_nets_to_nothing(house: House, amended_first: bool):
    line = {"workers": (WorkerLine(worker=WORKERS[0], minutes=47),), "children": (ChildLine(child=CHILDREN[0]),)}
    other = ActivityRecorded(kind="D1H", direct=True, on=date(2026, 3, 2), **line)
    twice = ActivityRecorded(kind="D1H", direct=True, on=date(2026, 3, 3), **line)
    log, stream = house.recorder.log_store, new_id()
    append(log, [*everybody(), Fact(schema()), Fact(post()), Fact(other)])
    before = sums_of(house)
    assert before["posting"]
    later: list[Fact] = [Fact(twice, stream=stream)]
    if amended_first:
        moved = {"kind": "D6R", "direct": True, "on": date(2026, 2, 3), **line}
        later.append(Fact(ActivityAmended(reason="wrong day", **moved), stream=stream, version=2))
    for fact in later:
        append(log, [fact])
        assert sums_of(house) != before
    append(log, [Fact(ActivityWithdrawn(reason="twice"), stream=stream, version=len(later) + 1)])
    assert sums_of(house) == before
    withdrawn = tables_as_at(log, None).frame(t.activity)["withdrawn"].to_list()
    assert sorted(withdrawn) == [False, True], "its row stays, marked"
    assert {name: sorted(tables_as_at(log, None).frame(t.metadata.tables[name]).rows()) for name in before} == before
