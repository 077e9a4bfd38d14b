"""One child's rows: what the ledger shows is what its explanation adds up to, now and as it was known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from costing.calendar import london_day_end
from costing.money import UNITS_PER_HOURLY_PENNY_A_MINUTE
from projections import tables as t
from projections.queries.as_at import known_tables
from projections.queries.children import ChildRows, allocated, child_known_at, child_now
from projections.queries.explain import explain
from projections.queries.ledger import child_ledger
from projections.queries.timeline import timeline
from projections.rebuild import rebuild
from recorder.domain.ids import new_id
from recorder.store.log import to_micros
from tests.house import House, open_house
from tests.projections.la_dev_authority import LA_DEV, state_authority

pytestmark = pytest.mark.skipif(not LA_DEV.is_dir(), reason="the samples do not lie beside the checkout")
EVER, LAST = date(2015, 4, 1), date(2025, 6, 14)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = open_house("sqlite", tmp_path_factory.mktemp("authority"))
    state_authority(house.recorder)
    house.end_days(LAST)
    rebuild(house.recorder.log_store, house.tables)
    yield house
    house.close()


@pytest.fixture
def connection(authority: House) -> Iterator[Connection]:
    with authority.tables.reader().connect() as opened:
        yield opened


@pytest.fixture
def busiest(connection: Connection) -> list[UUID]:
    """The twelve children with the most postings."""
    query = (
        select(t.child.c.child_id)
        .join(t.posting, t.posting.c.child_no == t.child.c.child_no)
        .group_by(t.child.c.child_id)
        .order_by(func.count().desc())
        .limit(12)
    )
    return [UUID(bytes=bytes(child)) for child in connection.scalars(query)]


def open_now(connection: Connection, child: UUID) -> ChildRows:
    rows = child_now(connection, child)
    assert rows is not None
    return rows


def test_the_ledger_is_the_sum_of_the_child_s_postings(connection: Connection, busiest: list[UUID]):
    for child in busiest:
        rows = open_now(connection, child)
        ledger = child_ledger(rows, EVER, LAST)
        assert ledger.total.amount == ledger.balance == rows.frame(t.posting)["amount"].sum()
        parts = child_ledger(rows, date(2024, 4, 10), LAST)
        assert parts.balance == ledger.balance
        assert parts.months[-1].balance == ledger.months[-1].balance


def test_every_figure_is_the_sum_of_what_explains_it(authority: House, connection: Connection, busiest: list[UUID]):
    for child in busiest[:4]:
        rows = open_now(connection, child)
        ledger = child_ledger(rows, date(2024, 4, 10), date(2025, 3, 20))
        for month in ledger.months:
            for process, cell in month.cells.items():
                parts = explain(rows, authority.recorder.log_store, month.month, process, ledger.first, ledger.last)
                assert sum(part.amount or 0 for part in parts) == cell.amount
                assert len(parts) == cell.entries
                assert all(part.history for part in parts)
                for part in parts:
                    if part.placed and part.amount and part.placed.weekly_pence:
                        assert part.amount == part.placed.nights * part.placed.weekly_pence * 60
                    if part.work and part.work.rate and part.amount is not None:
                        minutes = ((part.work.worked_seconds or 0) + (part.work.travel_seconds or 0)) // 60
                        whole = minutes * part.work.rate.j_pence * UNITS_PER_HOURLY_PENNY_A_MINUTE
                        assert part.work.whole_units == whole
                        assert abs(part.amount - part.work.exact_share) < 1


def test_one_child_s_part_of_the_log_gives_what_the_whole_log_gives(
    authority: House, connection: Connection, busiest: list[UUID]
):
    log = authority.recorder.log_store
    instant = to_micros(london_day_end(date(2024, 8, 31)))
    whole = known_tables(log, instant)
    for child in busiest[:3]:
        mine = child_known_at(connection, log, child, instant)
        assert mine is not None
        for table in (t.posting, t.placement, t.episode, t.fee, t.activity_child):
            own = whole.frame(table).filter(whole.frame(table)["child_no"] == mine.child_no)
            key = [column.name for column in table.primary_key.columns]
            assert mine.frame(table).sort(key).equals(own.sort(key)), table.name
        assert mine.horizon == date(2024, 8, 30)
        assert mine.last_return_end == date(2024, 3, 31)


def test_as_at_the_latest_instant_is_now(authority: House, connection: Connection, busiest: list[UUID]):
    log = authority.recorder.log_store
    rows, known = (
        open_now(connection, busiest[0]),
        child_known_at(connection, log, busiest[0], to_micros(london_day_end(date(2026, 4, 1)))),
    )
    assert known is not None
    assert child_ledger(known, EVER, LAST) == child_ledger(rows, EVER, LAST)
    assert allocated(known, LAST) == allocated(rows, LAST)
    assert timeline(known, log) == timeline(rows, log)


def test_a_changed_episode_shows_each_version(authority: House, connection: Connection, busiest: list[UUID]):
    log = authority.recorder.log_store
    moments = [m for child in busiest for m in timeline(open_now(connection, child), log)]
    changed = [m for m in moments if m.what == "episode" and len(m.versions) > 1]
    assert changed
    for moment in changed:
        assert [v.said.known_at for v in moment.versions] == sorted(v.said.known_at for v in moment.versions)
        assert moment.versions[0].values != moment.versions[-1].values == moment.values


def test_nobody_is_no_child(authority: House, connection: Connection):
    assert child_now(connection, new_id()) is None
    assert child_known_at(connection, authority.recorder.log_store, new_id(), 0) is None
