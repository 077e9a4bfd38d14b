"""What rates would change, shown before they are confirmed, is what then happens: to the unit, by month and team."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from costing.closing import WORK_ITEM
from projections import tables as t
from projections.database import read_frame
from projections.queries.closing_checks import effect_of_reopening, month_coverage, period_trial, trial_csv
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import cost_rows
from projections.queries.rate_effect import changes_of, effect_of_rates
from projections.queries.rebooked import RateEffect
from projections.queries.runs import team_coverage
from recorder.domain.ids import derived_id, new_id
from recorder.domain.periods import Books
from recorder.domain.rate_changes import RateProposed
from recorder.domain.rates import FeeDetails, SchemaPublished
from recorder.periods import close_month, closings, reopen_month
from recorder.rate_changes import events_of_rates, state_rates
from tests.house import House, open_house
from tests.projections.stories import CHILDREN, SAID
from tests.projections.test_closed_months import Booked, histories
from tests.projections.test_live_equals_rebuilt import live_through
from tests.stores import DATABASES

rates = st.one_of(
    st.tuples(st.just("fee"), st.integers(0, CHILDREN - 1), st.integers(0, 60), st.sampled_from([70_000, 123_457])),
    st.tuples(st.just("price"), st.just(0), st.integers(0, 60), st.sampled_from([3_000_000, 4_123_457])),
)


def wanted(story: Any, said: list[tuple[str, int, int, int]]) -> RateProposed:
    """Fees and prices of an hour as a proposal, one of each key."""
    fees: dict[Any, FeeDetails] = {}
    schemas: dict[date, SchemaPublished] = {}
    for what, who, day, amount in said:
        starts = date(2026, 1, 20) + timedelta(days=day)
        if what == "fee":
            shares = {"weekly": amount, "social_care": amount - amount // 3, "education": amount // 3}
            fees[who, starts] = FeeDetails(child=story.children[who], valid_from=starts, place="U6", **shares)
        else:
            schemas[starts] = schema(starts, amount)
    return RateProposed(fees=tuple(fees.values()), schemas=tuple(schemas.values()))


def schema(starts: date, salary: int) -> SchemaPublished:
    return SchemaPublished(
        worker_type="social_worker", contract="employed", valid_from=starts, price_base="test", salary=salary,
        oncosts=911_111, overheads=700_001, capital=33_333, hours_hundredths=161_300,
    )  # fmt: skip


def postings(house: House) -> pl.DataFrame:
    with house.tables.reader().connect() as connection:
        return read_frame(connection, t.posting)


def effect(house: House, event_id: Any, rates: RateProposed) -> RateEffect:
    with house.tables.reader().connect() as connection:
        return effect_of_rates(connection, events_of_rates(house.recorder, event_id, rates, SAID))


def happened(before: pl.DataFrame, after: pl.DataFrame) -> tuple[int, int, dict[tuple[int, int], int]]:
    """What changed in the ledger: postings restated and adjusted, and units by accounting period and service month."""
    # What a posting was priced from is numbered by its fact, which is not in the log while it is only shown.
    names = [name for name in before.columns if name != "rate_no"]
    gone = before.join(after, on=before.columns, how="anti", nulls_equal=True).select(names)
    come = after.join(before, on=before.columns, how="anti", nulls_equal=True).select(names)
    signed = pl.concat([come.with_columns(sign=1), gone.with_columns(sign=-1)])
    keys = signed.unique([*WORK_ITEM, "ordinal"])
    late = keys.filter(pl.col("entry_kind").is_in(["adjustment", "reversal"])).height
    sums = signed.group_by("accounting_month", "service_month").agg(
        (pl.col("amount").fill_null(0) * pl.col("sign")).sum()
    )
    return keys.height - late, late, {(p, m): units for p, m, units in sums.iter_rows() if units}


def shown(found: RateEffect) -> tuple[int, int, dict[tuple[int, int], int]]:
    sums: dict[tuple[int, int], int] = {}
    for line in found.lines:
        sums[line.period, line.month] = sums.get((line.period, line.month), 0) + line.amount
    return found.restated, found.adjusted, {key: units for key, units in sums.items() if units}


@pytest.mark.parametrize("store", DATABASES)
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=histories, said=st.lists(rates, min_size=1, max_size=4))
def test_whatever_happened_before_the_effect_shown_is_what_then_happens(
    store: str, history: list[tuple[Any, ...]], said: list[tuple[str, int, int, int]]
):
    with TemporaryDirectory() as folder:
        house = open_house(store, Path(folder))
        try:
            house.end_days(date(2026, 4, 1))
            story = Booked.cast()
            live_through(house, story, history, [1])
            house.follower.catch_up()
            event_id, proposed = new_id(), wanted(story, said)
            before, seen = postings(house), effect(house, event_id, proposed)
            state_rates(house.recorder, event_id, proposed, SAID)
            house.follower.catch_up()
            assert shown(seen) == happened(before, postings(house))
            assert seen.postings == 0 or seen.lines
        finally:
            house.close()


@pytest.fixture
def house(tmp_path: Path) -> Any:
    opened = open_house("sqlite", tmp_path)
    opened.end_days(date(2026, 4, 1))
    yield opened
    opened.close()


def test_a_back_dated_fee_restates_the_open_month_and_puts_the_closed_one_right(house: House):
    # given: a child placed since 2 February at £700 a week, February closed
    story = Booked.cast()
    house_history = [("episode", 0, 0, date(2026, 2, 2), None, "U6"), ("fee", 0, 0, date(2026, 2, 2), None, 70_000)]
    live_through(house, story, house_history, [1])
    close_month(house.recorder, new_id(), 202602, SAID)
    house.follower.catch_up()
    # when: £770 a week from 16 February is looked at: £10 a night more on 13 nights of February and 31 of March
    child = story.children[0]
    fee = FeeDetails(child=child, valid_from=date(2026, 2, 16), place="U6", weekly=77_000, social_care=77_000)
    with house.tables.reader().connect() as connection:
        events = events_of_rates(house.recorder, new_id(), RateProposed(fees=(fee,)), SAID)
        found, changes = effect_of_rates(connection, events), changes_of(connection, events)
    # then
    pounds = {(line.period, line.month): line.amount for line in found.lines}
    assert pounds[202603, 202602] == 13 * 1_000 * 420
    assert pounds[202603, 202603] == 31 * 1_000 * 420
    assert [line.adjusts for line in found.lines if line.month == 202602] == [True]
    assert [(each.before, each.after) for each in changes] == [(70_000, 77_000)]
    assert found.open_period == 202603

    assert derived_id(child, "fee", " 2026-02-16") == events[0].originator_id


def test_costs_by_team_take_what_a_closed_month_reversed_away_again(house: House):
    # given: a fee put right after its month was closed
    story = Booked.cast()
    placed = [("episode", 0, 0, date(2026, 2, 2), None, "U6"), ("fee", 0, 0, date(2026, 2, 2), None, 70_000)]
    live_through(house, story, placed, [1])
    close_month(house.recorder, new_id(), 202602, SAID)
    fee = FeeDetails(
        child=story.children[0], valid_from=date(2026, 2, 16), place="U6", weekly=77_000, social_care=77_000
    )
    state_rates(house.recorder, new_id(), RateProposed(fees=(fee,)), SAID)
    house.follower.catch_up()
    # then: by team it is what it is by month
    with house.tables.reader().connect() as connection:
        source = LiveCosts(connection)
        by_month, by_team = (
            cost_rows(source, date(2026, 2, 1), date(2026, 3, 31), by).total for by in ("month", "team")
        )
    assert by_team.total == by_month.total > 0
    assert by_team.nights == by_month.nights == 27 + 31


@pytest.mark.parametrize("store", DATABASES)
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=histories)
@example(
    history=[
        ("close", 202603),
        ("payment", 0, date(2026, 3, 5), 0, None, "service"),
        ("allowance", date(2026, 1, 7), 1357),
    ]
)
def test_what_opening_a_month_again_is_said_to_move_is_what_it_moves(store: str, history: list[tuple[Any, ...]]):
    with TemporaryDirectory() as folder:
        house = open_house(store, Path(folder))
        try:
            house.end_days(date(2026, 4, 1))
            story = Booked.cast()
            live_through(
                house, story, [*history, ("close", 202602), ("fee", 0, 1, date(2026, 2, 1), None, 90_000)], [1]
            )
            house.follower.catch_up()
            last = Books([event.body for event in closings(house.recorder)]).end
            if last is None:
                return
            before = postings(house)
            with house.tables.reader().connect() as connection:
                seen = effect_of_reopening(connection, last)
            reopen_month(house.recorder, new_id(), last, "wrong", SAID)
            house.follower.catch_up()
            assert shown(seen)[2] == happened(before, postings(house))[2]
        finally:
            house.close()


def test_coverage_and_trial_balance_of_a_month(house: House):
    story = Booked.cast()
    placed = [("episode", 0, 0, date(2026, 2, 2), None, "U6"), ("fee", 0, 0, date(2026, 2, 2), None, 70_000)]
    live_through(house, story, placed, [1])
    close_month(house.recorder, new_id(), 202602, SAID)
    fee = FeeDetails(
        child=story.children[0], valid_from=date(2026, 2, 16), place="U6", weekly=77_000, social_care=77_000
    )
    state_rates(house.recorder, new_id(), RateProposed(fees=(fee,)), SAID)
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        february, march = (period_trial(connection, period) for period in (202602, 202603))
    for books in (february, march):
        assert books["balance"].sum() == 0
    # February keeps 27 nights at £100; March has 31 at £110 and £10 more for 13 nights of February
    assert dict(zip(february["account"], february["debit"], strict=True))["placement_cost"] == 27 * 100_00 * 420
    assert (
        dict(zip(march["account"], march["debit"], strict=True))["placement_cost"] == (31 * 110 + 13 * 10) * 100 * 420
    )
    said = trial_csv(march, 202603).splitlines()
    assert said[0] == "period,account,debit,credit,balance"
    assert said[-1] == "202603,all,3540.00,3540.00,0.00"


def test_a_months_coverage_is_that_of_all_months_together(house: House):
    story = Booked.cast()
    work = [("activity", n, [0], [0], date(2026, 2, 20) + timedelta(days=20 * n), 45 + n, "D1H") for n in range(2)]
    live_through(house, story, [("post", 0, date(2026, 1, 20), "social_worker"), *work], [1])
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        whole = team_coverage(LiveCosts(connection))
        for month in (202602, 202603):
            rows = whole.filter(pl.col("month") == month).select("team", "recorded_seconds", "contracted_seconds")
            found = [(each.team, each.recorded, each.contracted) for each in month_coverage(connection, month)]
            assert found == [row for row in rows.iter_rows() if row[1] or row[2]]
            assert found
